"""
A RPLS detail file of any length, wholly invented and seeded: for measuring the import, never for looking at a town.

    python tests/bench/make_rpls.py FILE.csv [--rows 5400000] [--seed 93048]

Laid out as the national file is told to be: 73 columns, semicolons, a mark of UTF-8, three lines before the header.
Streets, places, codes and sizes are drawn at random; a few rows in ten thousand hold what a real file holds.
"""

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
from pyproj import Transformer

ROWS = 5_400_000
BLOCK = 30_000  # residences made at a time
TITLE = "DONNEES INVENTEES : fichier de mesure, aucune ligne ne decrit un logement qui existe\n\n\n"
COMMUNES_OF_A_DEPARTMENT = 36
KNOWN = [
    "DROIT", "DEPCOM", "CODEPOSTAL", "LIBCOM", "NUMVOIE", "INDREP", "TYPVOIE", "NOMVOIE", "NUMAPPT", "NUMBOITE", "ESC",
    "COULOIR", "ETAGE", "COMPLIDENT", "ENTREE", "BAT", "IMMEU", "COMPLGEO", "LIEUDIT", "QPV", "TYPECONST", "NBPIECE",
    "SURFHAB", "CONSTRUCT", "LOCAT", "PATRIMOINE", "ORIGINE", "FINAN", "FINANAUTRE", "CONV", "NUMCONV", "DATCONV",
    "NEWLOGT", "CUS", "DPEDATE", "DPEENERGIE", "DPESERRE", "SRU_EXPIR", "SRU_ALINEA", "CODSEGPATRIM", "LIBSEGPATRIM",
    "DEP_CODE", "LIBDEP", "REG_CODE", "LIBREG", "EPCI", "LIBEPCI", "X", "Y", "PLG_IRIS",
]  # fmt: skip
COLUMNS = [*KNOWN, *(f"RESERVE_{n:02}" for n in range(1, 74 - len(KNOWN)))]
STREETS = ("RUE", "AV", "BD", "ALL", "PL", "CHE", "IMP", "SQ")
WORDS = (
    "DES LILAS", "DU MOULIN", "JEAN JAURES", "DE LA GARE", "VICTOR HUGO", "DES ECOLES", "PASTEUR", "DU STADE",
    "DES ACACIAS", "DE LA LIBERTE", "MARCEL PAUL", "DE VERDUN", "DU BEL AIR", "DES CERISIERS", "LOUISE MICHEL",
)  # fmt: skip
FLOORS = np.array(["RC", "01", "02", "03", "04", "05", "06", "07", "08", "09"])
LOANS = np.array(["10", "11", "12", "13", "14", "49", "51", "52", "55"])
CLASSES = np.array(["A", "B", "C", "D", "E", "F", "G", ""])


def make(path: Path, rows: int = ROWS, seed: int = 93048) -> int:
    """Write a file; return its size in bytes."""
    options = pa.csv.WriteOptions(include_header=False, delimiter=";", quoting_style="none")
    with path.open("wb") as stream:
        stream.write(("\ufeff" + TITLE + ";".join(COLUMNS) + "\n").encode())
        for block in blocks(rows, seed):
            pa.csv.write_csv(block, stream, options)
    return path.stat().st_size


def blocks(rows: int, seed: int) -> Iterator[pa.Table]:
    """Give the dwellings of some thousand residences at a time, commune by commune."""
    rng = np.random.default_rng(seed)
    towns = _towns(rng)
    made, first = 0, 0
    total = max(rows // 16, 1)
    while made < rows:
        block = _block(rng, towns, first, total).slice(0, rows - made)
        made, first = made + block.num_rows, first + BLOCK
        yield block


def _towns(rng: np.random.Generator) -> pd.DataFrame:
    """Invented communes around the main town of each department."""
    source = Path(__file__).parents[2] / "data" / "schemas" / "prefectures.csv"
    main = pd.read_csv(source, dtype={"department": "str"})
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:2154", always_xy=True).transform(main["lon"], main["lat"])
    towns = main.assign(x=x, y=y).loc[main.index.repeat(COMMUNES_OF_A_DEPARTMENT)].reset_index(drop=True)
    rank = towns.groupby("department").cumcount() + 1
    towns["insee"] = towns["department"] + rank.map("{:03}".format)
    towns["postcode"] = towns["department"].replace({"2A": "20", "2B": "20"}) + rank.map("{:03}".format)
    towns["name"] = "COMMUNE INVENTEE " + towns["insee"]
    towns["x"] += rng.normal(0, 8_000, len(towns))
    towns["y"] += rng.normal(0, 8_000, len(towns))
    return towns


def _block(rng: np.random.Generator, towns: pd.DataFrame, first: int, total: int) -> pa.Table:
    """Residences with their buildings, stairwells and dwellings."""
    town = np.minimum((first + np.arange(BLOCK)) * len(towns) // total, len(towns) - 1)
    house = rng.random(BLOCK) < 0.15
    buildings = np.where(house, 1, rng.integers(1, 4, BLOCK))
    per_building = np.where(house, 1, rng.integers(1, 18, BLOCK))
    of_building = np.repeat(np.arange(BLOCK), buildings)
    rank_of_building = np.arange(len(of_building)) - np.repeat(np.cumsum(buildings) - buildings, buildings)
    x = (towns["x"].to_numpy()[town] + rng.normal(0, 1_500, BLOCK))[of_building]
    y = (towns["y"].to_numpy()[town] + rng.normal(0, 1_500, BLOCK))[of_building]
    at = np.repeat(np.arange(len(of_building)), per_building[of_building])
    home = of_building[at]
    count = len(at)
    stair = _stairs(rng, per_building[of_building], at)
    rooms = rng.integers(1, 7, count)
    year = rng.integers(1925, 2025, BLOCK)[home]
    located = rng.random(len(of_building)) < 0.94

    texts = {
        "DROIT": _one("1", count),
        "DEPCOM": _of(towns["insee"], town[home]),
        "CODEPOSTAL": _of(towns["postcode"], town[home]),
        "LIBCOM": _of(towns["name"], town[home]),
        "NUMVOIE": _numbers(rng.integers(1, 240, BLOCK)[home]),
        "INDREP": _of(["", "BIS", "TER"], (rng.integers(0, 40, BLOCK) == 0).astype(int)[home]),
        "TYPVOIE": _of(STREETS, rng.integers(0, len(STREETS), BLOCK)[home]),
        "NOMVOIE": _of([f"{w} {n}" for w in WORDS for n in range(200)], rng.integers(0, 3000, BLOCK)[home]),
        "NUMAPPT": _numbers(np.arange(count) % 400),
        "ESC": _of(["", "1", "2"], stair * (rank_of_building[at] % 2)),
        "ETAGE": _of(FLOORS, rng.integers(0, len(FLOORS), count)),
        "COMPLIDENT": _of(
            [f"BAT {b:02} ESC {s:02}" for b in range(4) for s in range(4)], rank_of_building[at] * 4 + stair
        ),
        "BAT": _of(["", *(f"BATIMENT {letter}" for letter in "ABC")], np.minimum(rank_of_building[at], 3)),
        "COMPLGEO": _of([""] + [f"RESIDENCE {w}" for w in WORDS], rng.integers(0, 16, BLOCK)[home]),
        "QPV": _of(["1", "2"], (rng.random(BLOCK) < 0.7).astype(int)[home]),
        "TYPECONST": _of(["C", "I"], house.astype(int)[home]),
        "NBPIECE": _numbers(rooms),
        "SURFHAB": _numbers(_with_faults(rng, rooms * 14 + rng.integers(12, 40, count), 9999)),
        "CONSTRUCT": _numbers(_with_faults(rng, year, 2199)),
        "LOCAT": _numbers(year),
        "PATRIMOINE": _numbers(year),
        "ORIGINE": _one("1", count),
        "FINAN": _of(LOANS, rng.integers(0, len(LOANS), BLOCK)[home]),
        "CONV": _one("1", count),
        "NUMCONV": _numbers(rng.integers(10**9, 10**10, BLOCK)[home]),
        "DATCONV": _one("01/1990", count),
        "DPEDATE": _of([f"{m:02}/{y}" for y in range(2008, 2024) for m in range(1, 13)] + ["01/1900"],
                       rng.integers(0, 193, len(of_building))[at]),
        "DPEENERGIE": _of(CLASSES, rng.integers(0, len(CLASSES), len(of_building))[at]),
        "DPESERRE": _of(CLASSES, rng.integers(0, len(CLASSES), len(of_building))[at]),
        "DEP_CODE": _of(towns["department"], town[home]),
        "LIBDEP": _one("DEPARTEMENT INVENTE", count),
        "REG_CODE": _one("11", count),
        "LIBREG": _one("REGION INVENTEE", count),
        "EPCI": _numbers(200_000_000 + town[home]),
        "LIBEPCI": _one("COMMUNAUTE INVENTEE", count),
        "X": _coordinates(x, located)[at],
        "Y": _coordinates(y, located)[at],
        "PLG_IRIS": _of(towns["insee"] + "0101", town[home]),
    }  # fmt: skip
    arrays = {name: pa.array(texts[name]) if name in texts else _one("0", count) for name in COLUMNS}
    return pa.table(arrays)


def _stairs(rng: np.random.Generator, dwellings: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Stairwell of each dwelling, 1 or 2: the first half of a large building, and the second."""
    rank = np.arange(len(at)) - np.repeat(np.cumsum(dwellings) - dwellings, dwellings)
    two = (rng.random(len(dwellings)) < 0.5) & (dwellings > 6)
    return 1 + (two[at] & (rank * 2 >= dwellings[at]))


def _with_faults(rng: np.random.Generator, values: np.ndarray, wrong: int) -> np.ndarray:
    """Put a value that no dwelling has in two rows of ten thousand."""
    return np.where(rng.random(len(values)) < 2e-4, wrong, values)


def _one(text: str, count: int) -> pa.Array:
    return pa.array([text]).take(pa.array(np.zeros(count, dtype="int32")))


def _of(words, codes: np.ndarray) -> pa.Array:
    return pa.array(list(words), pa.string()).take(pa.array(codes))


def _numbers(values: np.ndarray) -> pa.Array:
    return pa.array(values).cast(pa.string())


def _coordinates(values: np.ndarray, located: np.ndarray) -> np.ndarray:
    texts = np.char.mod("%.1f", values).astype(object)
    texts[~located] = ""
    return texts


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("file", type=Path)
    arguments.add_argument("--rows", type=int, default=ROWS)
    arguments.add_argument("--seed", type=int, default=93048)
    options = arguments.parse_args()
    started = time.perf_counter()
    size = make(options.file, options.rows, options.seed)
    print(f"{options.rows:,} rows, {size / 1e6:,.0f} MB in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
