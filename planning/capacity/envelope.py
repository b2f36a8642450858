"""The buildable envelope at ground: the parcel less setbacks, forbidden land and what lies past the band."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import require_working_crs
from geo.edges import lines_of
from geo.polygons import GRID_M, on_grid, overlay, polygons_only, sound

QUADRANT_SEGMENTS = 8
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

    The parcel loses all round its narrowest setback, 1 cm at least; then, along the edges of each kind whose
    setback is wider, a strip of that width; then its forbidden land, and what lies farther from the street
    than the band. The result is laid on a 1 cm grid, where overlays hold on real cadastre; the centimetre
    lost keeps it inside the parcel after rounding.

    Parameters
    ----------
    parcels
        Polygons in EPSG:2154, indexed by ``parcel_id``.
    edges
        `geo.edges.type_edges` of these parcels; an edge whose ``setback_m`` is known keeps that one, whatever
        the zone says.
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
    place = rules.index.get_indexer(parcels.index)
    # position -1, of a parcel without rules, reads the last value: unknown
    ruled = {
        name: np.r_[rules[name].to_numpy(float), np.nan][place]
        for name in (*SETBACKS.values(), "band_depth_m")
    }
    setbacks = {kind: ruled[column] for kind, column in SETBACKS.items()}
    inset_m = np.maximum(np.min([*setbacks.values()], axis=0), GRID_M)
    whole, (edges, own) = edges, _apart(edges)
    if own is not None:
        least = own.groupby("parcel_id")["setback_m"].min().reindex(parcels.index).to_numpy(dtype=float)
        inset_m = np.where(np.isnan(inset_m), np.nan, np.fmin(inset_m, np.maximum(least, GRID_M)))
    shapes = shapely.buffer(sound(parcels.geometry.to_numpy()), -inset_m, quad_segs=QUADRANT_SEGMENTS)
    shapes[np.isnan(inset_m)] = None
    streets = lines_of(whole, "street", parcels.index)
    for kind, width_m in setbacks.items():
        wider = width_m > inset_m
        if wider.any():
            lines = streets if kind == "street" and edges is whole else lines_of(edges, kind, parcels.index)
            shapes = _without_strip(shapes, lines, np.where(wider, width_m, 0.0))
    if own is not None:
        shapes = _without_own_strips(shapes, own, parcels.index)
    if len(forbidden):
        shapes = _without(shapes, forbidden.reindex(parcels.index).to_numpy())
    shapes = _within_band(shapes, streets, ruled["band_depth_m"] + ruled["front_setback_m"])
    return gpd.GeoSeries(_gridded(shapes, least_part_m2), index=parcels.index, crs=parcels.crs)


def _apart(edges: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame | None]:
    """The edges that follow their zone, and those with a setback of their own, if there are any."""
    own = edges["setback_m"].notna().to_numpy() if "setback_m" in edges else np.zeros(len(edges), dtype=bool)
    return (edges[~own], edges[own]) if own.any() else (edges, None)


def _without_own_strips(shapes: np.ndarray, own: gpd.GeoDataFrame, parcel_ids: pd.Index) -> np.ndarray:
    """Take off the strips of edges with a setback of their own, one after the other."""
    position = parcel_ids.get_indexer(own["parcel_id"])
    for at, line, width_m in zip(position, own.geometry, own["setback_m"], strict=True):
        if at >= 0 and width_m > 0 and shapes[at] is not None:
            strip = shapely.buffer(np.array([line]), width_m, quad_segs=QUADRANT_SEGMENTS)
            shapes[at] = overlay(shapely.difference, np.array([shapes[at]], dtype=object), strip)[0]
    return shapes


def _without_strip(shapes: np.ndarray, lines: np.ndarray, width_m: np.ndarray) -> np.ndarray:
    """Take a strip along the lines off the shapes."""
    cut = np.flatnonzero((width_m > 0) & ~shapely.is_missing(lines) & ~shapely.is_missing(shapes))
    strips = shapely.buffer(lines[cut], width_m[cut], quad_segs=QUADRANT_SEGMENTS)
    left = shapes.copy()
    left[cut] = overlay(shapely.difference, shapes[cut], strips)
    return left


def _without(shapes: np.ndarray, holes: np.ndarray) -> np.ndarray:
    cut = np.flatnonzero(~shapely.is_missing(holes) & ~shapely.is_missing(shapes))
    left = shapes.copy()
    left[cut] = overlay(shapely.difference, shapes[cut], holes[cut])
    return left


def _within_band(shapes: np.ndarray, streets: np.ndarray, band_m: np.ndarray) -> np.ndarray:
    """Keep what lies within the band of a street edge, where there is a band and a street."""
    banded = np.isfinite(band_m) & ~shapely.is_missing(streets) & ~shapely.is_missing(shapes)
    banded = np.flatnonzero(banded)
    bands = shapely.buffer(streets[banded], band_m[banded], quad_segs=QUADRANT_SEGMENTS)
    kept = shapes.copy()
    kept[banded] = overlay(shapely.intersection, shapes[banded], bands)
    return kept


def _gridded(shapes: np.ndarray, least_part_m2: float) -> np.ndarray:
    """Lay the shapes on the grid and keep the parts large enough."""
    return polygons_only(on_grid(polygons_only(shapes)), least_part_m2)
