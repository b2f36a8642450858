"""The buildable envelope at ground: the parcel less setbacks, forbidden land and what lies past the band."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import require_working_crs
from geo.polygons import polygons_only, sound

GRID_M = 0.01
QUADRANT_SEGMENTS = 4
SETBACKS = {"street": "front_setback_m", "side": "side_setback_m", "rear": "rear_setback_m"}


def buildable_envelopes(
    parcels: gpd.GeoDataFrame,
    edges: gpd.GeoDataFrame,
    rules: pd.DataFrame,
    forbidden: gpd.GeoSeries,
    *,
    least_part_m2: float = 1.0,
) -> gpd.GeoSeries:
    """
    Draw where a building may stand on each parcel.

    The parcel loses 1 cm all round, then a strip along each edge as wide as the setback of its kind, then its
    forbidden land, then what lies farther from the street than the band. Overlays run on a 1 cm grid, so
    they hold on real cadastre; the centimetre lost keeps the result inside the parcel after rounding.

    Parameters
    ----------
    parcels
        Polygons in EPSG:2154, indexed by ``parcel_id``.
    edges
        `geo.edges.type_edges` of these parcels.
    rules
        By ``parcel_id``: ``front_setback_m``, ``side_setback_m``, ``rear_setback_m`` and ``band_depth_m``
        (infinite without band).
    forbidden
        Land that may not be built, by ``parcel_id``; parcels without any are absent.
    least_part_m2
        Smaller parts are dropped.

    Returns
    -------
    geopandas.GeoSeries
        Polygons and multipolygons by ``parcel_id``; empty where nothing is left, missing where a setback is
        unknown.
    """
    require_working_crs(parcels, edges)
    setbacks = rules.reindex(parcels.index)[[*SETBACKS.values()]]
    known = setbacks.notna().all(axis=1).to_numpy()
    shapes = _inset(sound(parcels.geometry.to_numpy()), known)
    lines = _lines_by_kind(edges, parcels.index)
    for kind, column in SETBACKS.items():
        shapes = _without_strip(shapes, lines[kind], setbacks[column].to_numpy())
    shapes = _without(shapes, forbidden.reindex(parcels.index).to_numpy())
    band_m = (rules["band_depth_m"] + rules["front_setback_m"]).reindex(parcels.index).to_numpy()
    shapes = _within_band(shapes, lines["street"], band_m)
    return gpd.GeoSeries(polygons_only(shapes, least_part_m2), index=parcels.index, crs=parcels.crs)


def _inset(shapes: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Take 1 cm off all round; missing where the rules are."""
    inset = np.full(len(shapes), None, dtype=object)
    inset[known] = shapely.buffer(shapes[known], -GRID_M, join_style="mitre")
    return inset


def _lines_by_kind(edges: gpd.GeoDataFrame, parcel_ids: pd.Index) -> dict[str, np.ndarray]:
    """Edges of one kind of each parcel as one multiline, missing where it has none."""
    lines = {}
    for kind in SETBACKS:
        chosen = edges[edges["kind"] == kind]
        position = parcel_ids.get_indexer(chosen["parcel_id"])
        order = np.argsort(position, kind="stable")
        order = order[position[order] >= 0]
        lines[kind] = np.full(len(parcel_ids), None, dtype=object)
        shapely.multilinestrings(
            chosen.geometry.to_numpy()[order], indices=position[order], out=lines[kind]
        ) if len(order) else None
    return lines


def _without_strip(shapes: np.ndarray, lines: np.ndarray, width_m: np.ndarray) -> np.ndarray:
    """Take a strip along the lines off the shapes, where its width is more than the grid."""
    cut = np.flatnonzero((width_m > GRID_M) & ~shapely.is_missing(lines) & ~shapely.is_missing(shapes))
    strips = shapely.buffer(lines[cut], width_m[cut], quad_segs=QUADRANT_SEGMENTS)
    left = shapes.copy()
    left[cut] = _overlay(shapely.difference, shapes[cut], strips)
    return left


def _without(shapes: np.ndarray, holes: np.ndarray) -> np.ndarray:
    cut = np.flatnonzero(~shapely.is_missing(holes) & ~shapely.is_missing(shapes))
    left = shapes.copy()
    left[cut] = _overlay(shapely.difference, shapes[cut], holes[cut])
    return left


def _within_band(shapes: np.ndarray, streets: np.ndarray, band_m: np.ndarray) -> np.ndarray:
    """Keep what lies within the band of a street edge, where there is a band and a street."""
    banded = np.isfinite(band_m) & ~shapely.is_missing(streets) & ~shapely.is_missing(shapes)
    banded = np.flatnonzero(banded)
    bands = shapely.buffer(streets[banded], band_m[banded], quad_segs=QUADRANT_SEGMENTS)
    kept = shapes.copy()
    kept[banded] = _overlay(shapely.intersection, shapes[banded], bands)
    return kept


def _overlay(operation: Callable, shapes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Run an overlay on the grid; what it leaves beside polygons would stop the next one."""
    result = operation(shapes, others, grid_size=GRID_M)
    mixed = np.flatnonzero(shapely.get_type_id(result) == shapely.GeometryType.GEOMETRYCOLLECTION)
    result[mixed] = polygons_only(result[mixed])
    return result
