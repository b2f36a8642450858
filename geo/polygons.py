"""Shapes made fit for overlays: valid, and polygons only."""

import numpy as np
import shapely


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


def _loose(shapes: np.ndarray) -> np.ndarray:
    """Lift multipolygons out of collections, so that their parts are found at the first level."""
    shapes = np.array(shapes, dtype=object)
    for position in np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION):
        inner = shapely.get_parts(shapely.get_parts(shapes[position]))
        shapes[position] = shapely.geometrycollections(inner)
    return shapes
