"""Edges that somebody knows better than the cadastre tells: their kind, or their own setback."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

MATCH_M = 2.0


def edge_keys(edges: gpd.GeoDataFrame) -> pd.Series:
    """
    Name each edge by the middle of its line, in decimetres of EPSG:2154.

    The key outlives a new typing, and small moves of the cadastre: `overridden` looks for the nearest edge.
    """
    middle = shapely.line_interpolate_point(edges.geometry.to_numpy(), 0.5, normalized=True)
    x, y = np.round(shapely.get_x(middle), 1), np.round(shapely.get_y(middle), 1)
    return pd.Series([f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)], index=edges.index, dtype="str")


def overridden(edges: gpd.GeoDataFrame, overrides: pd.DataFrame | None) -> gpd.GeoDataFrame:
    """
    Give edges the kinds and setbacks that people set; those are sure (confidence 1).

    Parameters
    ----------
    edges
        `geo.edges.type_edges`.
    overrides
        ``parcel_id``, ``edge_key``, ``kind`` (missing: as typed), ``setback_m`` (missing: the zone's).

    Returns
    -------
    geopandas.GeoDataFrame
        The edges with ``setback_m``: their own, missing where the zone's holds. A key whose parcel has no edge
        within 2 m is left aside.
    """
    result = edges.assign(setback_m=np.nan)
    if overrides is None or overrides.empty or edges.empty:
        return result
    rows = overrides.reset_index()
    rows = rows[rows["parcel_id"].isin(edges["parcel_id"])]
    for row in rows.itertuples():
        mine = np.flatnonzero((edges["parcel_id"] == row.parcel_id).to_numpy())
        point = shapely.Point(*(float(part) for part in row.edge_key.split()))
        distance = shapely.distance(edges.geometry.to_numpy()[mine], point)
        if distance.min() > MATCH_M:
            continue
        at = result.index[mine[distance.argmin()]]
        if isinstance(row.kind, str) and row.kind:
            result.loc[at, "kind"] = row.kind
        if pd.notna(row.setback_m):
            result.loc[at, "setback_m"] = row.setback_m
        result.loc[at, "confidence"] = 1.0
    return result
