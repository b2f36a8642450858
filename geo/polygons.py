"""Shapes made fit for overlays: valid, and polygons only."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

GRID_M = 0.01


def sound(shapes: np.ndarray) -> np.ndarray:
    """Return the shapes with invalid ones made valid."""
    shapes = np.array(shapes, dtype=object)
    faulty = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[faulty] = shapely.make_valid(shapes[faulty])
    return shapes


def polygons_only(shapes: np.ndarray, least_m2: float = 0.0) -> np.ndarray:
    """
    Keep the polygon parts of each shape, those larger than ``least_m2``.

    An overlay also leaves lines and points, which the next overlay would refuse. A shape with no such part
    becomes an empty polygon; a missing one stays missing.
    """
    parts, owner = shapely.get_parts(_loose(shapes), return_index=True)
    good = (shapely.get_type_id(parts) == shapely.GeometryType.POLYGON) & (shapely.area(parts) > least_m2)
    parts, owner = parts[good], owner[good]
    kept = np.full(len(shapes), shapely.Polygon(), dtype=object)
    kept[shapely.is_missing(shapes)] = None
    single = np.bincount(owner, minlength=len(shapes))[owner] == 1
    kept[owner[single]] = parts[single]
    owners, group = np.unique(owner[~single], return_inverse=True)
    if len(owners):
        kept[owners] = shapely.multipolygons(parts[~single], indices=group)
    return kept


def on_grid(shapes: np.ndarray, grid_m: float = GRID_M, **how: object) -> np.ndarray:
    """Lay shapes on a grid (`shapely.set_precision`), of 1 cm by default."""
    return unbound(shapely.set_precision(shapes, grid_m, **how))


def union_on_grid(shapes: np.ndarray, grid_m: float = GRID_M) -> shapely.Geometry:
    """Unite shapes on a grid, of 1 cm by default: neighbours that share a side leave no sliver."""
    return unbound(shapely.union_all(shapes, grid_size=grid_m))


def unbound(shapes: np.ndarray) -> np.ndarray:
    """
    Return the same shapes, free of the grid that they were made on: what two threads may read at once.

    Shapes made on a grid share a factory which GEOS counts without a lock; two threads that use or drop them at once
    end the whole process, seldom and without a word (libgeos/geos, issue 847). Read from WKB they have the common
    factory, which is never dropped.
    """
    return shapely.from_wkb(shapely.to_wkb(shapes))


def overlay(operation: Callable, shapes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """
    Run `shapely.difference` or `shapely.intersection`, pair by pair, and keep what has an area.

    Where the plain operation fails on real cadastre, all is done again on a 1 cm grid, which never does.
    """
    try:
        result = operation(shapes, others)
    except shapely.GEOSException:
        result = unbound(operation(shapes, others, grid_size=GRID_M))
    mixed = np.flatnonzero(shapely.get_type_id(result) == shapely.GeometryType.GEOMETRYCOLLECTION)
    result[mixed] = polygons_only(result[mixed])
    return result


def united(layer: gpd.GeoSeries) -> gpd.GeoSeries:
    """Unite the polygons that share an index label: one row a label, in order."""
    alone = ~layer.index.duplicated(keep=False)
    shared = layer[~alone].groupby(level=0).agg(lambda rows: union_on_grid(rows.to_numpy()))
    rows = pd.concat([pd.Series(layer[alone]), shared]).sort_index()
    return gpd.GeoSeries(polygons_only(rows.to_numpy()), index=rows.index, crs=layer.crs)


def _loose(shapes: np.ndarray) -> np.ndarray:
    """Lift multipolygons out of collections, so that their parts are found at the first level."""
    shapes = np.array(shapes, dtype=object)
    for position in np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION):
        inner = shapely.get_parts(shapely.get_parts(shapes[position]))
        shapes[position] = shapely.geometrycollections(inner)
    return shapes
