"""What part of each parcel lies in each area: zones, prescriptions, districts."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import require_working_crs
from geo.polygons import overlay, polygons_only, sound, united


def overlaps(parcels: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Find every parcel and area that share land.

    Parameters
    ----------
    parcels, areas
        Polygons in EPSG:2154, whatever their index.

    Returns
    -------
    pandas.DataFrame
        One row a pair: ``parcel`` and ``area`` (positions in the frames), ``share`` of the parcel's land in
        the area (0 to 1), ordered by parcel then area. Pairs that only touch are left out.

    Raises
    ------
    CRSError
        If either frame is not in EPSG:2154.
    """
    require_working_crs(parcels, areas)
    land, zones = sound(parcels.geometry.to_numpy()), sound(areas.geometry.to_numpy())
    tree = shapely.STRtree(land)
    area, parcel = tree.query(zones, predicate="intersects")
    covered = tree.query(zones, predicate="covers")
    key = area * len(land) + parcel
    within = np.isin(key, covered[0] * len(land) + covered[1])
    share = np.ones(len(key))
    partial = np.flatnonzero(~within)
    pieces = overlay(shapely.intersection, land[parcel[partial]], zones[area[partial]])
    with np.errstate(invalid="ignore", divide="ignore"):
        share[partial] = shapely.area(pieces) / shapely.area(land[parcel[partial]])
    pairs = pd.DataFrame({"parcel": parcel, "area": area, "share": np.clip(share, 0, 1)})
    return pairs[pairs["share"] > 0].sort_values(["parcel", "area"], ignore_index=True)


def land_within(parcels: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, pairs: pd.DataFrame) -> gpd.GeoSeries:
    """Return the land of each parcel that lies in the areas it is paired with (`overlaps`), by its index."""
    land = sound(parcels.geometry.to_numpy())[pairs["parcel"]]
    shapes = sound(areas.geometry.to_numpy())[pairs["area"]]
    pieces = polygons_only(overlay(shapely.intersection, land, shapes))
    return united(gpd.GeoSeries(pieces, index=parcels.index[pairs["parcel"]], crs=parcels.crs))
