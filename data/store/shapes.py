"""The shapes that the store accepts: EPSG:2154, 2D, valid, of the table's kind, inside metropolitan France."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.store.catalogue import GEOMETRY, Table
from data.store.errors import StoreRefused
from geo.crs import require_working_crs

# Area of use of EPSG:2154 as the EPSG register gives it, projected, rounded outward to the metre.
LAMBERT_93_BOUNDS = (-378306, 6005281, 1320650, 7235613)

# How many rows an error names.
_NAMED = 3


def shapes_of(table: Table, frame: pd.DataFrame, keys: pd.Index) -> np.ndarray:
    """
    Return the shapes of a frame as the table keeps them, None where unknown.

    Parameters
    ----------
    frame
        A GeoDataFrame in EPSG:2154, or a frame without shapes.
    keys
        The rows' names, for the error.

    Raises
    ------
    CRSError
        If the frame is not in EPSG:2154.
    StoreRefused
        If a shape is not one that the table accepts.
    """
    if isinstance(frame, gpd.GeoDataFrame) and frame.active_geometry_name is not None:
        column = frame.geometry
    elif GEOMETRY not in frame or frame[GEOMETRY].isna().all():
        return np.full(len(frame), None, dtype=object)
    else:
        column = frame[GEOMETRY]
    if not isinstance(column.dtype, gpd.array.GeometryDtype):
        raise StoreRefused(
            "these shapes have no reference system",
            f"{table.name}.geometry",
            "write a GeoDataFrame in EPSG:2154",
        )
    require_working_crs(gpd.GeoSeries(column))
    shapes = _as_kept(np.asarray(column.array, dtype=object), table.shape)
    _require(table, shapes, keys)
    return shapes


def _as_kept(shapes: np.ndarray, kind: str | None) -> np.ndarray:
    """Make single parts multiple where the table keeps multiple ones."""
    single, gather = _GATHERED.get(kind or "", (None, None))
    if single is None:
        return shapes
    alone = np.flatnonzero(shapely.get_type_id(shapes) == single)
    if not len(alone):
        return shapes
    kept = shapes.copy()
    kept[alone] = gather(shapes[alone], indices=np.arange(len(alone)))
    return kept


_GATHERED: dict[str, tuple[int, Callable]] = {"MultiPolygon": (3, shapely.multipolygons)}
_TYPES = {"Point": 0, "LineString": 1, "Polygon": 3, "MultiPolygon": 6}


def _require(table: Table, shapes: np.ndarray, keys: pd.Index) -> None:
    """Refuse the first fault found among all shapes, and name some of the rows that have it."""
    known = ~shapely.is_missing(shapes)
    if table.shape in _TYPES:
        _refuse(
            table,
            known & (shapely.get_type_id(shapes) != _TYPES[table.shape]),
            keys,
            "shapes that are no {kind}, in {rows} rows ({keys})",
            "convert or leave out the others",
        )
    _refuse(
        table,
        known & shapely.is_empty(shapes),
        keys,
        "empty shapes in {rows} rows ({keys})",
        "leave them unknown (None)",
    )
    deep = shapely.has_z(shapes) | shapely.has_m(shapes)
    _refuse(
        table,
        known & deep,
        keys,
        "shapes with heights, not 2D, in {rows} rows ({keys})",
        "drop them with shapely.force_2d",
    )
    _refuse(
        table,
        known & ~shapely.is_valid(shapes),
        keys,
        "invalid shapes in {rows} rows ({keys})",
        "repair them with make_valid on the way in, and look at the result",
    )
    xmin, ymin, xmax, ymax = LAMBERT_93_BOUNDS
    box = shapely.bounds(shapes)
    inside = (box[:, 0] >= xmin) & (box[:, 1] >= ymin) & (box[:, 2] <= xmax) & (box[:, 3] <= ymax)
    _refuse(
        table,
        known & ~inside,
        keys,
        "shapes outside metropolitan France in {rows} rows ({keys})",
        "their coordinates are not Lambert 93 (EPSG:2154): check the reference system of the source",
    )


def _refuse(table: Table, wrong: np.ndarray, keys: pd.Index, what: str, remedy: str) -> None:
    if wrong.any():
        named = ", ".join(str(key) for key in keys[np.flatnonzero(wrong)[:_NAMED]])
        raise StoreRefused(
            what, f"{table.name}.geometry", remedy, rows=int(wrong.sum()), keys=named, kind=table.shape
        )
