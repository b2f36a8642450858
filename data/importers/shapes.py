"""Outlines on their way in: 2D, of the right kind, valid, in Lambert 93; what cannot be is refused with its reason."""

import warnings
from typing import Any

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError as ProjError

from data.importers.findings import FileRefused, Guess
from data.importers.sheet import Sheet
from geo.crs import WORKING_CRS

WGS84 = "EPSG:4326"
FRANCE_2154 = (99_000.0, 6_046_000.0, 1_243_000.0, 7_111_000.0)
FRANCE_DEGREES = (-5.5, 41.2, 9.8, 51.3)
WORLD_DEGREES = (-180.0, -90.0, 180.0, 90.0)
_KINDS = ("point", "line", "line", "surface", "point", "line", "surface", "collection")
_NAMES = (
    "point",
    "line",
    "ring",
    "polygon",
    "group of points",
    "group of lines",
    "group of polygons",
    "collection",
)
_LAMBERT_93 = {
    "lat_1": {44.0, 49.0},
    "lat_2": {44.0, 49.0},
    "lat_0": {46.5},
    "lon_0": {3.0},
    "x_0": {7e5},
    "y_0": {6.6e6},
}


def declared_crs(text: str | None) -> str | None:
    """
    Reference system that a file declares, as `EPSG:n`; None where it declares none that we know.

    Lambert 93 is recognised under its IGN name and by its bare parameters.
    """
    if not text:
        return None
    if "LAMB93" in text.upper():
        return WORKING_CRS
    try:
        crs = CRS.from_user_input(text)
    except ProjError:
        return None
    if crs.is_geographic and crs.name.endswith("CRS84)"):
        return WGS84
    if crs.is_projected and _is_lambert_93(crs):
        return WORKING_CRS
    code = crs.to_epsg(min_confidence=60)
    return f"EPSG:{code}" if code else None


def _is_lambert_93(crs: CRS) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        parameters = crs.to_dict()
    return parameters.get("proj") == "lcc" and all(
        parameters.get(name) in told for name, told in _LAMBERT_93.items()
    )


def settle_crs(
    sheet: Sheet, shapes: np.ndarray, declared: str | None, *, geojson: bool, chosen: str | None
) -> str:
    """
    Decide the reference system of a layer: chosen by the user, declared, or told by its coordinates (a guess).

    Raises
    ------
    FileRefused
        If the coordinates contradict what is declared, or nothing tells.
    """
    crs = chosen or declared_crs(declared) or (WGS84 if geojson and not declared else None)
    drawn = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_empty(shapes))
    if not len(drawn):
        return crs or WORKING_CRS
    corners = shapely.bounds(shapes[drawn])
    middle = np.median(corners[:, :2], axis=0)
    metric = inside(middle, FRANCE_2154)
    x, y = (f"{value:g}" for value in corners[0, :2])
    if crs is None:
        if not metric and not inside(middle, FRANCE_DEGREES):
            raise FileRefused("unknown_crs")
        crs = WORKING_CRS if metric else WGS84
        sample = tuple(
            {"line": str(sheet.lines[row]), "x": f"{c[0]:g}", "y": f"{c[1]:g}"}
            for row, c in zip(drawn[:5], corners, strict=False)
        )
        sheet.guesses.append(Guess("crs", crs, sample))
    if crs == WGS84 and metric:
        raise FileRefused("looks_lambert", lines=sheet.lines[drawn].tolist(), column="geometry", x=x, y=y)
    if crs == WORKING_CRS and inside(middle, FRANCE_DEGREES):
        raise FileRefused(
            "looks_degrees", lines=sheet.lines[drawn].tolist(), column="geometry", x=x, y=y, crs=crs
        )
    return crs


def settle_shapes(sheet: Sheet, shapes: np.ndarray, crs: str, wanted: str) -> None:
    """Judge every shape of a layer, repair what the layout allows, and leave them in EPSG:2154 on the sheet."""
    sheet.drawn, sheet.crs = shapes, crs
    shapes = shapes.copy()
    _refuse_absent(sheet, shapes)
    deep = sheet.good & shapely.has_z(shapes)
    shapes = shapely.force_2d(shapes)
    sheet.repair(deep, "z_dropped", "geometry")
    if wanted == "surface":
        shapes = _reduce_collections(sheet, shapes)
    _refuse_kinds(sheet, shapes, wanted)
    shapes = _settle_validity(sheet, shapes, crs)
    vertices = shapely.get_num_coordinates(shapes)
    heavy = sheet.good & (vertices > sheet.layout.vertices)
    details = [{"found": int(count)} for count in vertices[heavy]]
    sheet.refuse(heavy, "too_many_vertices", "geometry", limit=sheet.layout.vertices, details=details)
    shapes[sheet.refused] = None
    if crs == WGS84:
        _refuse_abroad(sheet, shapes, WORLD_DEGREES)
        shapes[sheet.refused] = None
    shapes = to_working(shapes, crs)
    _refuse_abroad(sheet, shapes, FRANCE_2154)
    shapes[sheet.refused] = None
    torn = sheet.good & ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[torn] = polygons_of(shapely.make_valid(shapes[torn]))
    if wanted == "surface":
        shapes = as_multi(shapes)
    sheet.shapes = shapes


def to_working(shapes: np.ndarray, crs: str) -> np.ndarray:
    """Reproject shapes to EPSG:2154, x first; a shape that leaves the projection's domain gets infinite coordinates."""
    if crs == WORKING_CRS:
        return shapes
    transformer = Transformer.from_crs(crs, WORKING_CRS, always_xy=True)
    return shapely.transform(shapes, lambda xy: np.column_stack(transformer.transform(xy[:, 0], xy[:, 1])))


def polygons_of(shapes: np.ndarray) -> np.ndarray:
    """Polygons found in each shape, together; None where there is none."""
    return np.array([_only_polygons(shape) for shape in shapes], dtype=object)


def as_multi(shapes: np.ndarray) -> np.ndarray:
    """Every polygon as a multipolygon, so that a layer has one type."""
    single = shapely.get_type_id(shapes) == 3
    shapes[single] = [shapely.MultiPolygon([shape]) for shape in shapes[single]]
    return shapes


def inside(point: Any, bounds: tuple[float, float, float, float]) -> bool:
    """Tell whether x, y lies within bounds (xmin, ymin, xmax, ymax)."""
    return bool(bounds[0] <= point[0] <= bounds[2] and bounds[1] <= point[1] <= bounds[3])


def _refuse_absent(sheet: Sheet, shapes: np.ndarray) -> None:
    missing = shapely.is_missing(shapes)
    sheet.refuse(sheet.good & missing, "no_geometry", "geometry")
    sheet.refuse(sheet.good & shapely.is_empty(shapes), "empty_geometry", "geometry")


def _reduce_collections(sheet: Sheet, shapes: np.ndarray) -> np.ndarray:
    rows = np.flatnonzero(sheet.good & (shapely.get_type_id(shapes) == 7))
    reduced, details, kept = [], [], []
    for row in rows:
        area = _only_polygons(shapes[row])
        if area is not None:
            left = sum(
                1 for part in shapely.get_parts(shapes[row]) if _KINDS[shapely.get_type_id(part)] != "surface"
            )
            kept.append(row)
            reduced.append(area)
            details.append({"dropped": left})
    shapes[kept] = reduced
    mask = np.zeros(len(sheet), dtype=bool)
    mask[kept] = True
    sheet.repair(mask, "collection_reduced", "geometry", details=details)
    return shapes


def _refuse_kinds(sheet: Sheet, shapes: np.ndarray, wanted: str) -> None:
    if wanted == "any":
        return
    types = shapely.get_type_id(shapes)
    wrong = sheet.good & np.array([kind < 0 or _KINDS[kind] != wanted for kind in types])
    details = [{"shape": _NAMES[kind]} for kind in types[wrong]]
    rule = "no_area" if wanted == "surface" else "wrong_shape"
    sheet.refuse(wrong, rule, "geometry", details=details)
    flat = (
        sheet.good & (shapely.area(shapes) == 0) if wanted == "surface" else np.zeros(len(sheet), dtype=bool)
    )
    # a bow-tie has no net area either: its crossing is the better explanation
    flat &= shapely.is_valid(shapes)
    sheet.refuse(flat, "no_area", "geometry", details=[{"shape": "flat polygon"}] * int(flat.sum()))


def _settle_validity(sheet: Sheet, shapes: np.ndarray, crs: str) -> np.ndarray:
    rows = np.flatnonzero(sheet.good & ~shapely.is_valid(shapes))
    mended, details, broken = [], [], []
    for row in rows:
        why = shapely.is_valid_reason(shapes[row])
        repaired = shapely.make_valid(shapes[row]) if sheet.layout.repair_shapes else None
        if repaired is not None and _KINDS[shapely.get_type_id(shapes[row])] == "surface":
            repaired = _only_polygons(repaired)
        if repaired is None or repaired.is_empty:
            broken.append((row, why))
        else:
            shapes[row] = repaired
            mended.append(row)
            details.append({"why": why, "area_m2": f"{to_working(np.array([repaired]), crs)[0].area:.0f}"})
    mask = np.zeros(len(sheet), dtype=bool)
    mask[[row for row, _ in broken]] = True
    sheet.refuse(mask, "invalid_shape", "geometry", details=[{"why": why} for _, why in broken])
    mask = np.zeros(len(sheet), dtype=bool)
    mask[mended] = True
    sheet.repair(mask, "shape_repaired", "geometry", details=details)
    return shapes


def _refuse_abroad(sheet: Sheet, shapes: np.ndarray, bounds: tuple[float, float, float, float]) -> None:
    """Refuse shapes that leave bounds; degrees are looked at before projecting, which would fold 362° onto 2°."""
    corners = shapely.bounds(shapes)
    xmin, ymin, xmax, ymax = bounds
    with np.errstate(invalid="ignore"):
        home = (
            (corners[:, 0] >= xmin)
            & (corners[:, 1] >= ymin)
            & (corners[:, 2] <= xmax)
            & (corners[:, 3] <= ymax)
        )
    abroad = sheet.good & ~home
    details = [{"x": f"{corner[0]:.8g}", "y": f"{corner[1]:.8g}"} for corner in corners[abroad]]
    sheet.refuse(abroad, "outside_france", "geometry", details=details)


def _only_polygons(shape) -> shapely.Geometry | None:
    if shape is None:
        return None
    parts = (
        shapely.get_parts(shapely.get_parts(shape))
        if shape.geom_type == "GeometryCollection"
        else shapely.get_parts(shape)
    )
    areas = [part for part in parts if part.geom_type == "Polygon" and part.area > 0]
    return shapely.MultiPolygon(areas) if areas else None
