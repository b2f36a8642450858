"""Lanes that are drawn in the cadastre as parcels: told from long thin parcels that a street runs through."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import require_working_crs


def cadastred_lanes(
    parcels: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame | None,
    *,
    most_wide_m: float = 12.0,
    least_ratio: float = 4.0,
    least_share: float = 0.5,
) -> pd.Index:
    """
    Find the parcels that are lanes: thin, long, and followed by a street's line.

    Width and length are those of the rectangle of the same area and perimeter. A lane is no wider than
    ``most_wide_m``, at least ``least_ratio`` times longer, and a street runs inside it over ``least_share`` of
    its length. Without streets nothing is a lane: unknown.

    Returns
    -------
    pandas.Index
        Ids of the parcels that are lanes.

    Raises
    ------
    CRSError
        If a layer is not in EPSG:2154.
    """
    if streets is None or streets.empty or parcels.empty:
        return parcels.index[:0]
    require_working_crs(parcels, streets)
    shapes = parcels.geometry.to_numpy()
    half, area = np.nan_to_num(shapely.length(shapes)) / 2, np.nan_to_num(shapely.area(shapes))
    root = np.sqrt(np.clip(half**2 / 4 - area, 0, None))
    wide, long = half / 2 - root, half / 2 + root
    thin = np.flatnonzero((wide > 0) & (wide <= most_wide_m) & (long >= least_ratio * wide))
    parcel, street = shapely.STRtree(streets.geometry.to_numpy()).query(shapes[thin], predicate="intersects")
    inside = shapely.length(shapely.intersection(streets.geometry.to_numpy()[street], shapes[thin][parcel]))
    run = np.bincount(parcel, inside, len(thin))
    return parcels.index[thin[run >= least_share * long[thin]]]
