"""Points given by two columns: read, checked against the territory, put in Lambert 93; never silently swapped."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from data.importers.desk import Desk
from data.importers.findings import FileRefused
from data.importers.shapes import FRANCE_2154, FRANCE_DEGREES
from data.importers.sheet import Sheet
from data.schemas import Place
from geo.crs import DRAWING_CRS, WORKING_CRS

REACH_COMMUNES_M = 20_000
REACH_RESIDENCES_M = 30_000
REACH_FILE_M = 50_000
FAR_FROM_TOWN_M = 150_000
LEAST_FOR_VAGUE = 3
_TWO_DECIMALS = re.compile(r"[.,]\d{2}|\d{4}")
TABLES = {"stock": "residences", "agencies": "agencies"}
_LAMBERT_BOX = (-400_000, 6_000_000, 1_400_000, 7_200_000)


@dataclass(frozen=True, slots=True)
class Territory:
    """Where the landlord's places are expected: bounds in EPSG:2154, how far around them, and what says so."""

    bounds: tuple[float, float, float, float]
    reach_m: float
    reference: str

    def distance_m(self, xy: np.ndarray) -> np.ndarray:
        """Distance of points (n, 2) to the bounds; 0 inside."""
        low, high = np.array(self.bounds[:2]), np.array(self.bounds[2:])
        return np.hypot(*np.maximum(np.maximum(low - xy, xy - high), 0).T)


def points_kept(sheet: Sheet) -> np.ndarray:
    """Points of a public file, as `xy_kept` finds them, or as it draws them; None where there is none."""
    if sheet.shapes is not None:
        return sheet.shapes
    xy = xy_kept(sheet)
    points = np.full(len(sheet), None, dtype=object)
    known = np.isfinite(xy[:, 0])
    points[known] = shapely.points(xy[known])
    return points


def xy_kept(sheet: Sheet) -> np.ndarray:
    """
    Places of a public file, in EPSG:2154: the first pair of columns that gives one; NaN where none does.

    A row without a place, or with one out of France, stays and is counted as not located.
    """
    found = np.full((len(sheet), 2), np.nan)
    places = sheet.layout.places
    if {"lon", "lat"} <= set(sheet.frame.columns) and not any(place.x == "lon" for place in places):
        places = (*places, Place("lon", "lat", DRAWING_CRS))
    for place in places:
        xy = _pair(sheet, place)
        rows = np.flatnonzero(np.isnan(found[:, 0]) & np.isfinite(xy).all(axis=1))
        if len(rows):
            working = _working(xy[rows], place.crs)
            home = _within(working, FRANCE_2154)
            found[rows[home]] = working[home]
    sheet.warn("not_located", sheet.good & np.isnan(found[:, 0]))
    return found


def points_required(sheet: Sheet, desk: Desk) -> np.ndarray:
    """
    Points of the landlord's own file, in EPSG:2154, each within the territory; what is not is refused.

    Raises
    ------
    FileRefused
        If most coordinates are metres where degrees were announced: the user must choose the projection.
    """
    if sheet.shapes is not None:
        points = sheet.shapes
        xy = np.column_stack([shapely.get_x(points), shapely.get_y(points)])
    else:
        place = sheet.layout.places[0]
        if place.x not in sheet.positions and place.y not in sheet.positions:
            return _points_in_place(sheet, desk)
        xy = _checked_pair(sheet, place, desk)
    known = sheet.good & np.isfinite(xy).all(axis=1)
    ground = territory(desk, xy[known])
    if ground is not None:
        distance = ground.distance_m(xy)
        far = known & (distance > ground.reach_m)
        details = [{"km": round(metres / 1000)} for metres in distance[far]]
        sheet.refuse(far, "outside_territory", _x_name(sheet), details=details, reference=ground.reference)
        known &= ~far
    _warn_far_from_department(sheet, xy, known)
    _warn_vague(sheet, xy, known)
    points = np.full(len(sheet), None, dtype=object)
    points[known] = shapely.points(xy[known])
    return points


def _points_in_place(sheet: Sheet, desk: Desk) -> np.ndarray:
    """Points that the store already has, for a file that says nothing of places."""
    table, key = TABLES[sheet.layout.name], sheet.frame[sheet.layout.key[0]]
    points = np.full(len(sheet), None, dtype=object)
    known = desk.known(table)
    if known is not None:
        held = known.geometry.dropna().to_dict()
        points[:] = [held.get(code) for code in key]
    sheet.warn("all_not_located", sheet.good & shapely.is_missing(points))
    return points


def territory(desk: Desk, xy: np.ndarray) -> Territory | None:
    """Territory by the store's communes, else by its residences, else by where most of the file's points are."""
    communes = desk.known("communes")
    if communes is not None and communes.geometry.notna().any():
        return Territory(tuple(communes.total_bounds), REACH_COMMUNES_M, "the communes in the store")
    residences = desk.known("residences")
    if residences is not None and residences.geometry.notna().any():
        return Territory(tuple(residences.total_bounds), REACH_RESIDENCES_M, "the residences in the store")
    if not len(xy):
        return None
    from scipy.spatial import cKDTree  # 25 MB, for a first import into an empty store only

    tree = cKDTree(xy)
    company = tree.query_ball_point(xy, REACH_FILE_M, return_length=True)
    middle = xy[int(np.argmax(company))]
    return Territory((*middle, *middle), REACH_FILE_M, "most of the file's other lines")


def _checked_pair(sheet: Sheet, place: Place, desk: Desk) -> np.ndarray:
    xy = _pair(sheet, place)
    given = np.isfinite(xy)
    both, none = given.all(axis=1), ~given.any(axis=1)
    crs = desk.options.crs or place.crs
    if crs == DRAWING_CRS:
        _refuse_lambert(sheet, place, xy, both)
        _refuse_misplaced(sheet, place, xy, both)
    absent = sheet.good & none
    if not desk.options.keep_unlocated:
        sheet.refuse(absent, "no_coordinates", place.x)
    else:
        sheet.warn("not_located", absent)
    sheet.refuse(sheet.good & ~both & ~none, "half_coordinates", place.x)
    working = _working(xy, crs)
    home = _within(working, FRANCE_2154) & (_within(xy, FRANCE_DEGREES) if crs == DRAWING_CRS else True)
    abroad = sheet.good & both & ~home
    sheet.refuse(abroad, "outside_france", place.x, details=_told(sheet, place, abroad))
    working[~(both & sheet.good)] = np.nan
    return working


def _refuse_lambert(sheet: Sheet, place: Place, xy: np.ndarray, both: np.ndarray) -> None:
    metric = both & _within(xy, _LAMBERT_BOX)
    if metric.any() and metric.sum() * 2 >= both.sum():
        first = _told(sheet, place, metric)[0]
        column = f"{sheet.header(place.x)}, {sheet.header(place.y)}"
        raise FileRefused("looks_lambert", lines=sheet.lines[metric].tolist(), column=column, **first)
    metric &= sheet.good
    sheet.refuse(metric, "row_looks_lambert", place.x, details=_told(sheet, place, metric))


def _refuse_misplaced(sheet: Sheet, place: Place, xy: np.ndarray, both: np.ndarray) -> None:
    zero = sheet.good & both & (np.abs(xy) < 1e-6).all(axis=1)
    sheet.refuse(zero, "null_island", place.x)
    swapped = sheet.good & both & ~_within(xy, FRANCE_DEGREES) & _within(xy[:, ::-1], FRANCE_DEGREES)
    sheet.refuse(swapped, "swapped", place.x, details=_told(sheet, place, swapped))


def _warn_far_from_department(sheet: Sheet, xy: np.ndarray, known: np.ndarray) -> None:
    """Warn where a point lies too far from the main town of the department that its commune code names."""
    if "insee" not in sheet.frame:
        return
    towns = main_towns()
    department = sheet.frame["insee"].str[:2]
    home = towns.reindex(department).to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        far = known & (np.hypot(*(xy - home).T) > FAR_FROM_TOWN_M)
    sheet.warn("far_from_department", far, "insee", km=FAR_FROM_TOWN_M // 1000)


def _warn_vague(sheet: Sheet, xy: np.ndarray, known: np.ndarray) -> None:
    """Warn where all places are one, or given to one decimal of a degree: nobody stood there to measure."""
    if known.sum() < LEAST_FOR_VAGUE:
        return
    if (np.abs(xy[known] - xy[known][0]) < 0.01).all():
        sheet.warn("one_point", known)
    elif sheet.shapes is None:
        place = sheet.layout.places[0]
        fine = [
            sheet.typed_like(name, lambda text: bool(_TWO_DECIMALS.search(text)))
            for name in (place.x, place.y)
        ]
        sheet.warn(
            "coarse_points", known if not (np.logical_or(*fine) & known).any() else np.zeros_like(known)
        )


@cache
def main_towns() -> pd.DataFrame:
    """Main town of each department of mainland France and Corsica: x, y in EPSG:2154, by department code."""
    source = Path(__file__).parent.parent / "schemas" / "prefectures.csv"
    towns = pd.read_csv(source, dtype={"department": "str"}).set_index("department")
    xy = _working(towns[["lon", "lat"]].to_numpy(), DRAWING_CRS)
    return pd.DataFrame(xy, index=towns.index, columns=["x", "y"])


def _pair(sheet: Sheet, place: Place) -> np.ndarray:
    return sheet.frame[[place.x, place.y]].to_numpy(dtype=float)


def _working(xy: np.ndarray, crs: str) -> np.ndarray:
    if crs == WORKING_CRS:
        return xy.copy()
    transformer = Transformer.from_crs(crs, WORKING_CRS, always_xy=True)
    return np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))


def _within(xy: np.ndarray, bounds: tuple[float, float, float, float]) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return (
            (xy[:, 0] >= bounds[0])
            & (xy[:, 1] >= bounds[1])
            & (xy[:, 0] <= bounds[2])
            & (xy[:, 1] <= bounds[3])
        )


def _told(sheet: Sheet, place: Place, mask: np.ndarray) -> list[dict[str, str]]:
    x, y = sheet.typed(place.x)[mask], sheet.typed(place.y)[mask]
    return [{"x": a, "y": b} for a, b in zip(x, y, strict=True)]


def _x_name(sheet: Sheet) -> str | None:
    return sheet.layout.places[0].x if sheet.layout.places and sheet.shapes is None else None
