"""Outlines of the landlord's sectors: no overlap, no gap, or it is said with its area."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.search import search_key
from data.importers.sheet import Sheet
from data.schemas.landlord import NAMED_SECTORS, SECTORS

SLIVER_M2 = 1.0
GAP_WIDTH_M = 1000.0


def check(sheet: Sheet, desk: Desk) -> None:
    """Name sectors that have no code after their name; report overlaps and gaps between neighbours."""
    if sheet.layout is NAMED_SECTORS:
        sheet.frame["sector_id"] = sheet.frame["name"].map(
            lambda name: search_key(name).replace(" ", "-")[:40], na_action="ignore"
        )
    residences = desk.known("residences")
    _tell_overlaps(sheet, residences)
    _tell_gaps(sheet, residences)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a sector."""
    sheet = sheets[0]
    columns = ["sector_id", "name", "geometry"] + (["agency_id"] if "agency_id" in sheet.positions else [])
    sectors = good_frame(sheet, sheet.shapes)[columns]
    tables = {"sectors": sectors}
    if "agency_id" in sheet.positions:
        codes = sorted(sectors["agency_id"].dropna().unique())
        agencies = gpd.pd.DataFrame({"agency_id": codes, "name": codes}, dtype="str")
        tables = {"agencies": agencies, "sectors": sectors}
    area_m2 = float(shapely.area(sectors.geometry.to_numpy()).sum())
    return Delivery(
        tables, {"sectors": len(sectors), "area_m2": round(area_m2)}, only_missing=frozenset({"agencies"})
    )


def _tell_overlaps(sheet: Sheet, residences: gpd.GeoDataFrame | None) -> None:
    rows = np.flatnonzero(sheet.good)
    shapes, names = sheet.shapes[rows], sheet.frame["sector_id"].iloc[rows].tolist()
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for a, b in zip(first[first < second], second[first < second], strict=True):
        shared = shapely.intersection(shapes[a], shapes[b])
        if shared.area > SLIVER_M2:
            told = {
                "a": names[a],
                "b": names[b],
                "area_m2": round(shared.area),
                "residences": _within(shared, residences),
            }
            sheet.warn("overlap", np.isin(np.arange(len(sheet)), rows[[a, b]]), **told)


def _tell_gaps(sheet: Sheet, residences: gpd.GeoDataFrame | None) -> None:
    """Ground between sectors that none of them holds: enclosed, or a corridor narrower than a kilometre."""
    rows = np.flatnonzero(sheet.good)
    shapes, names = sheet.shapes[rows], sheet.frame["sector_id"].iloc[rows].tolist()
    if len(shapes) < 2:
        return
    together = shapely.union_all(shapes)
    closed = shapely.buffer(
        shapely.buffer(together, GAP_WIDTH_M / 2, join_style="mitre"), -GAP_WIDTH_M / 2, join_style="mitre"
    )
    for gap in shapely.get_parts(shapely.difference(closed, shapely.buffer(together, 0.1))):
        sides = [name for name, shape in zip(names, shapes, strict=True) if shapely.distance(gap, shape) < 1]
        if gap.area > SLIVER_M2 and _is_between(gap, shapes, sides):
            told = {
                "neighbours": ", ".join(sides),
                "area_m2": round(gap.area),
                "residences": _within(gap, residences),
            }
            sheet.warn("gap", **told)


def _is_between(gap, shapes: np.ndarray, sides: list[str]) -> bool:
    """A notch in the outer edge is no gap: a gap has most of its rim against sectors."""
    rim = shapely.intersection(gap.boundary, shapely.buffer(shapely.union_all(shapes), 1.0))
    return len(sides) >= 2 and rim.length > 0.6 * gap.boundary.length


def _within(area, residences: gpd.GeoDataFrame | None) -> int | str:
    return "?" if residences is None else int(residences.geometry.within(area).sum())


IMPORTER = Importer("sectors", "Sectors", (SECTORS, NAMED_SECTORS), build, check)
