"""What stands on parcels: footprints by area, storeys and dwellings; the landlord's own homes among them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import require_working_crs


def built_on(parcels: gpd.GeoDataFrame, footprints: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """
    Measure what stands on each parcel.

    Parameters
    ----------
    parcels
        Polygons in EPSG:2154, indexed by ``parcel_id``.
    footprints
        Polygons in EPSG:2154 with ``kind`` (solid or light) and ``floors``; None or empty where nobody has them.

    Returns
    -------
    pandas.DataFrame
        By ``parcel_id``: ``built_m2`` (footprint on the parcel, m²), ``built_share`` (of the parcel, 0 to 1),
        ``standing_floor_m2`` (footprint times storeys of what is solid, m², to demolish; missing where a storey
        count is). All missing where no footprint is within the parcels' bounds: then nobody has surveyed them.

    Raises
    ------
    CRSError
        If a frame is not in EPSG:2154.
    """
    frame = pd.DataFrame(
        np.nan, index=parcels.index, columns=["built_m2", "built_share", "standing_floor_m2"], dtype=float
    )
    if footprints is None or footprints.empty:
        return frame
    require_working_crs(parcels, footprints)
    land, blocks = parcels.geometry.to_numpy(), footprints.geometry.to_numpy()
    on, block = shapely.STRtree(blocks).query(land, predicate="intersects")
    area_m2 = shapely.area(shapely.intersection(land[on], blocks[block]))
    solid = (footprints["kind"].astype("object").fillna("solid") == "solid").to_numpy()[block]
    floors = pd.to_numeric(footprints["floors"]).to_numpy(dtype=float, na_value=np.nan)[block]
    floor_m2 = np.where(solid & (area_m2 > 1.0), area_m2 * floors, 0.0)
    count = len(parcels)
    known = np.isin(np.arange(count), shapely.STRtree(land).query(shapely.box(*footprints.total_bounds)))
    built = np.bincount(on, area_m2, count)
    unknown = np.bincount(on, np.isnan(floor_m2), count) > 0
    floor = np.bincount(on, np.nan_to_num(floor_m2), count)
    frame.loc[known, "built_m2"] = built[known]
    frame["built_share"] = (frame["built_m2"] / shapely.area(land)).clip(0, 1)
    frame["standing_floor_m2"] = np.where(known & ~unknown, floor, np.nan)
    return frame


def homes_on(parcels: gpd.GeoDataFrame, residences: gpd.GeoDataFrame) -> pd.Series:
    """
    Count the landlord's own dwellings whose residence is located inside each parcel.

    Parameters
    ----------
    parcels
        Polygons in EPSG:2154, indexed by ``parcel_id``.
    residences
        Points in EPSG:2154 with ``dwellings``; those without a place count nowhere.

    Returns
    -------
    pandas.Series
        Dwellings by ``parcel_id``; 0 where no residence stands, missing where the landlord has no located stock.
    """
    located = residences[residences.geometry.notna()]
    if located.empty:
        return pd.Series(pd.NA, index=parcels.index, dtype="Int64", name="own_homes")
    require_working_crs(parcels, located)
    tree = shapely.STRtree(located.geometry.to_numpy())
    on, which = tree.query(parcels.geometry.to_numpy(), predicate="intersects")
    dwellings = located["dwellings"].astype("Int64").fillna(0).to_numpy(dtype=float)[which]
    counts = np.bincount(on, dwellings, len(parcels)).astype(int)
    return pd.Series(counts, index=parcels.index, dtype="Int64", name="own_homes")
