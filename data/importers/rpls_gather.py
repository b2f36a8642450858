"""Residences and buildings gathered from dwellings, block after block: the same whatever the blocks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from data.importers.rpls_parts import is_street
from geo.crs import WORKING_CRS

SOURCE = "rpls"
CONFIDENCES = ("column", "free_text", "none")
_PER_METRE = (
    1_000_000  # places are added up in whole micrometres, so that no order of adding changes a middle
)
_COMPACT_ROWS = 1_500_000

RESIDENCE = {
    "address": "first", "street_name": "first", "place_name": "first", "postcode": "first", "insee_code": "first",
    "dwellings": "sum", "year_built": "min", "floors": "max", "houses": "sum", "in_qpv": "sum", "told_qpv": "sum",
    "x": "sum", "y": "sum", "located": "sum",
}  # fmt: skip
BUILDING = {
    "residence_id": "first", "building_name": "first", "address": "first", "raw_place": "first", "floors": "max",
    "confidence": "min", "x": "sum", "y": "sum", "located": "sum",
}  # fmt: skip


@dataclass
class Pile:
    """Rows by key, of which those of one key are brought together now and then."""

    key: str
    rules: dict[str, str]
    parts: list[pd.DataFrame] = field(default_factory=list)
    compacted: int = 0

    def add(self, part: pd.DataFrame) -> None:
        """Lay rows on the pile."""
        self.parts.append(part)
        if sum(map(len, self.parts)) > 2 * self.compacted + _COMPACT_ROWS:
            self.parts = [self.together()]
            self.compacted = len(self.parts[0])

    def together(self) -> pd.DataFrame:
        """One row a key, sorted by it."""
        pieces = list(self.pieces())
        return pd.concat(pieces) if len(pieces) > 1 else pieces[0]

    def pieces(self) -> Iterator[pd.DataFrame]:
        """One row a key, sorted by it, a department at a time: a country's texts at once are too much to hold."""
        for rows in by_department(self.parts, None):
            yield rows.groupby(level=self.key, sort=True).agg(self.rules)


def by_department(parts: list[pd.DataFrame], key: str | None) -> Iterator[pd.DataFrame]:
    """Rows of several frames, which are let go, by the department that their key (column or index) opens with."""
    rows = pd.concat(parts) if len(parts) > 1 else parts[0]
    parts.clear()
    heads = (rows.index if key is None else rows[key]).str.slice(0, len(SOURCE) + 3)
    codes, names = pd.factorize(heads, sort=True)
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(names)), side="right")
    for first, last in zip([0, *ends[:-1]], ends, strict=True):
        yield rows.iloc[order[first:last]]


class Gathering:
    """The residences and buildings of the dwellings seen so far."""

    def __init__(self) -> None:
        self.residences = Pile("residence_id", RESIDENCE)
        self.buildings = Pile("building_id", BUILDING)
        self.stairs: list[pd.DataFrame] = []
        self.counts = dict.fromkeys(("dwellings", "not_located", "without_dpe", "building_unknown"), 0)
        self.building_by = dict.fromkeys(CONFIDENCES, 0)
        self.communes: set[str] = set()

    def add(self, rows: pd.DataFrame, kinds: pd.DataFrame, kind: np.ndarray, xy: np.ndarray) -> None:
        """
        Take dwellings: what is of each row, and by `kind` the rank of what it shares with its neighbours.

        Parameters
        ----------
        rows
            ``floor``, ``year_built``, ``built_as``, ``in_qpv``, ``dpe_class``, one row a dwelling.
        kinds
            Addresses and names, one row a kind, in the order in which the file brings them.
        xy
            Places in EPSG:2154, NaN where unknown.
        """
        located = np.isfinite(xy).all(axis=1)
        places = np.rint(np.where(located[:, None], xy, 0) * _PER_METRE).astype("int64")
        figures = pd.DataFrame(
            {
                "kind": kind,
                "dwellings": 1,
                "year_built": rows["year_built"].to_numpy(dtype=float, na_value=np.nan),
                "floors": rows["floor"].to_numpy(dtype=float, na_value=np.nan),
                "houses": rows["built_as"].eq("I").to_numpy(dtype=int),
                "in_qpv": rows["in_qpv"].to_numpy(dtype=float, na_value=0).astype(int),
                "told_qpv": rows["in_qpv"].notna().to_numpy(dtype=int),
                "x": places[:, 0],
                "y": places[:, 1],
                "located": located.astype(int),
            }
        )
        grouped = figures.groupby("kind", sort=True)
        sums = ["dwellings", "houses", "in_qpv", "told_qpv", "x", "y", "located"]
        totals = pd.concat(
            [grouped[sums].sum(), grouped["year_built"].min(), grouped["floors"].max()], axis=1
        ).reindex(kinds.index)
        whole = pd.concat([kinds, totals], axis=1)
        self.residences.add(whole.groupby("residence_id", sort=False).agg(RESIDENCE))
        self.buildings.add(whole.groupby("building_id", sort=False).agg(BUILDING))
        self.stairs.append(kinds[["building_id", "stair"]].dropna().drop_duplicates())
        self._count(rows, kinds, kind, located)

    def _count(self, rows: pd.DataFrame, kinds: pd.DataFrame, kind: np.ndarray, located: np.ndarray) -> None:
        of_kind = np.bincount(kind, minlength=len(kinds))
        self.counts["dwellings"] += len(rows)
        self.counts["not_located"] += int((~located).sum())
        self.counts["without_dpe"] += int(rows["dpe_class"].isna().sum())
        for code, name in enumerate(CONFIDENCES):
            self.building_by[name] += int(of_kind[kinds["confidence"].to_numpy() == code].sum())
        self.counts["building_unknown"] = self.building_by["none"]
        self.communes.update(kinds["insee_code"].unique())

    def totals(self, residences: int, buildings: int) -> dict:
        """Figures that a reader checks first."""
        told = {name: count for name, count in self.building_by.items() if count}
        ranked = dict(sorted(told.items(), key=lambda item: -item[1]))
        counts = dict(self.counts)
        return {
            "dwellings": counts.pop("dwellings"),
            "residences": residences,
            "buildings": buildings,
            **counts,
            "building_by": ranked,
        }

    def rows(self) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
        """Residences, then buildings, a department at a time."""
        for rows in self.residences.pieces():
            yield "residences", _residences(rows)
        stairs = (
            {
                part["building_id"].iloc[0][: len(SOURCE) + 3]: part
                for part in by_department(self.stairs, "building_id")
            }
            if any(map(len, self.stairs))
            else {}
        )
        for rows in self.buildings.pieces():
            yield "buildings", _buildings(rows, stairs.get(rows.index[0][: len(SOURCE) + 3]))


def _residences(rows: pd.DataFrame) -> gpd.GeoDataFrame:
    """One row a residence: named by its place, else by its street, else by its address."""
    address = rows["address"]
    own_name = rows["street_name"].where(~_each(rows["street_name"], is_street), "")
    named = rows["place_name"].where(rows["place_name"] != "", own_name)
    named = named.where(named != "", address)
    share = rows["in_qpv"] / rows["told_qpv"].where(rows["told_qpv"] > 0)
    residences = pd.DataFrame(
        {
            "name": named.where(named != "", rows.index.to_series()),
            "address": address.replace("", np.nan).astype("str"),
            "postcode": rows["postcode"],
            "insee_code": rows["insee_code"],
            "dwellings": rows["dwellings"],
            "year_built": rows["year_built"].astype("Int64"),
            "floors": rows["floors"].clip(lower=0).astype("Int64"),
            "in_qpv": (share >= 0.5).astype("boolean").mask(share.isna()),
            "kind": np.where(rows["houses"] > 0.5 * rows["dwellings"], "houses", "flats"),
            "source": SOURCE,
            "location": np.where(rows["located"] > 0, "measured", "none"),
        }
    )
    return gpd.GeoDataFrame(residences, geometry=_middles(rows)).reset_index()


def _buildings(rows: pd.DataFrame, pairs: pd.DataFrame | None) -> gpd.GeoDataFrame:
    """One row a building; one that nothing names is the unknown building of its residence."""
    pairs = pd.DataFrame(columns=["building_id"]) if pairs is None else pairs.drop_duplicates()
    stairs = pairs["building_id"].value_counts().reindex(rows.index)
    surest = pd.Series(np.array(CONFIDENCES)[rows["confidence"]], index=rows.index)
    buildings = pd.DataFrame(
        {
            "residence_id": rows["residence_id"],
            "name": rows["building_name"],
            "stairs": stairs.astype("Int64"),
            "floors": rows["floors"].clip(lower=0).astype("Int64"),
            "address": rows["address"].replace("", np.nan).astype("str"),
            "raw_text": rows["raw_place"],
            "confidence": surest.where(rows["building_name"].notna(), "none").astype("str"),
        }
    )
    return gpd.GeoDataFrame(buildings, geometry=_middles(rows)).reset_index()


def _middles(rows: pd.DataFrame) -> gpd.GeoSeries:
    """Middle of the places of each group; missing where none is located."""
    located = rows["located"].to_numpy() > 0
    count = np.where(located, rows["located"], 1)
    points = gpd.points_from_xy(rows["x"] / count / _PER_METRE, rows["y"] / count / _PER_METRE)
    points = np.where(located, np.asarray(points, dtype=object), None)
    return gpd.GeoSeries(points, index=rows.index, crs=WORKING_CRS)


def _each(texts: pd.Series, test: Callable[[str], bool]) -> pd.Series:
    codes, distinct = pd.factorize(texts)
    return pd.Series(np.array([test(text) for text in distinct], dtype=bool)[codes], index=texts.index)
