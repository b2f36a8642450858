"""A toy town for the tests of the pages: two sectors, five residences of awkward names, one block of lots."""

import tempfile
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import MultiPolygon, Point, box

from data.store import Store, open_store
from tests.lots import CRS, place, row_of_lots, zone
from views.jobs import sites

NASTY = {
    "R1": "Cour {% Bois",
    "R2": "{{7*7}} ${7*7} `x`",
    "R3": "<img src=x onerror=alert(1)>",
    "R4": "**Gras** ![](https://example.invalid/x.png) :house:",
}
PLACES = {"R1": (10, 60), "R2": (200, 60), "R3": (400, 60), "R4": (600, 60)}


def frames() -> dict[str, pd.DataFrame]:
    """Return the tables of the toy town; R5 has no position, R4 fewer than 11 dwellings."""
    names = pd.Series({**NASTY, "R5": "Résidence des Érables"})
    points = [place(Point(*PLACES[key])) if key in PLACES else None for key in names.index]
    residences = gpd.GeoDataFrame(
        {
            "name": names,
            "address": [f"{number} rue d'Alembert" for number in (1, 3, 5, 7, 9)],
            "sector_id": ["S1", "S1", "S2", "S2", "S2"],
            "dwellings": [20, 20, 20, 4, 12],
            "year_built": [1935, 1968, 1980, 1999, 2015],
            "heating": "district",
            "location": ["measured"] * 4 + ["none"],
            "source": "toy",
        },
        geometry=points,
        crs=CRS,
    ).rename_axis("residence_id")
    parcels = row_of_lots().assign(
        section="AA", number=["0001", "0002", "0003", "0004"], area_m2=1200.0, address="2 rue d'Alembert"
    )
    parcels.geometry = [MultiPolygon([shape]) for shape in parcels.geometry]
    zones = zone().rename_axis("zone_id")
    zones.index = pd.Index(["Z1"], name="zone_id")
    zones.geometry = [MultiPolygon([shape]) for shape in zones.geometry]
    halves = [MultiPolygon([place(box(x, 0, x + 350, 200))]) for x in (0, 350)]
    return {
        "agencies": pd.DataFrame({"name": ["Agence {% Nord"]}, index=pd.Index(["A1"], name="agency_id")),
        "sectors": gpd.GeoDataFrame(
            {"name": ["Ouest {{1}}", "Est"], "agency_id": "A1"},
            geometry=halves,
            crs=CRS,
            index=pd.Index(["S1", "S2"], name="sector_id"),
        ),
        "residences": residences,
        "dwellings": dwellings(residences),
        "complaints": complaints(),
        "parcels": parcels,
        "plu_zones": zones,
    }


def stored(path: Path, *, evaluated: bool = False) -> Path:
    """Make a store of the toy town at a path, its sites evaluated where asked; return the path."""
    path.write_bytes(_content(evaluated))
    return path


@cache
def _content(evaluated: bool) -> bytes:
    """The bytes of such a store: filled once a process, since every test of a page begins with one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "toy.duckdb"
        store = open_store(path)
        fill(store)
        if evaluated:
            sites.run(store)
        store.close()
        return path.read_bytes()


def dwellings(residences: pd.DataFrame) -> pd.DataFrame:
    """Return the dwellings: the first of each residence vacant, half of them in class D, the others in G."""
    rows = [
        {
            "dwelling_id": f"{key}-{i:02d}",
            "residence_id": key,
            "let_status": "let" if i else "vacant_offered",
            "dpe_class": "D" if i % 2 else "G",
            "source": "toy",
        }
        for key, count in residences["dwellings"].items()
        for i in range(count)
    ]
    return pd.DataFrame(rows).set_index("dwelling_id")


def complaints() -> pd.DataFrame:
    """Return ten requests about the heating of R1 and one of R4, in 2025."""
    owners = ["R1"] * 10 + ["R4"]
    return pd.DataFrame(
        {
            "residence_id": owners,
            "category": "heating",
            "opened_at": pd.Timestamp("2025-06-01"),
            "status": "closed",
        },
        index=pd.Index([f"C{i}" for i in range(len(owners))], name="complaint_id"),
    )


def fill(store: Store) -> None:
    """Write the toy town, of 1 January 2026, invented."""
    for table, frame in frames().items():
        store.write(table, frame)
    for name, value in {"town": "Jouet", "invented": "yes", "reference_date": "2026-01-01"}.items():
        store.set_setting(name, value)
