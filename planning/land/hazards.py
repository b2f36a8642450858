"""Land that a hazard closes to housing: no weight buys it back (criterion V2)."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.shares import land_within, overlaps

CLOSING = ("flood", "quarry", "pollution")


def closed_by_hazards(
    parcels: gpd.GeoDataFrame, environment: gpd.GeoDataFrame | None, parameters: Mapping[str, float]
) -> tuple[pd.Series, gpd.GeoSeries]:
    """
    Find the land of parcels that a flood, a quarry or a pollution closes, from the class ``hazard_veto.<kind>`` on.

    Parameters
    ----------
    environment
        Rows of the table ``environment``, EPSG:2154: ``kind``, ``value`` (class 0 to 3) and shapes; None: nobody
        has a map.

    Returns
    -------
    share : pandas.Series
        ``hazard_share`` of each parcel's land, by ``parcel_id``; missing where no map of such hazards is near.
    land : geopandas.GeoSeries
        That land, by ``parcel_id``, of the parcels that have some.

    Raises
    ------
    CRSError
        If the parcels or the map are not in EPSG:2154.
    """
    share = pd.Series(np.nan, index=parcels.index, name="hazard_share")
    nothing = gpd.GeoSeries([], index=parcels.index[:0], crs=parcels.crs)
    if environment is None or not environment["kind"].isin(CLOSING).any():
        return share, nothing
    known = {kind: parameters[f"hazard_veto.{kind}"] for kind in CLOSING}
    share[:] = 0.0
    surface = shapely.get_dimensions(environment.geometry.to_numpy()) == 2
    least = environment["kind"].map(known).astype(float)
    closing = environment[surface & (environment["value"].astype(float) >= least).to_numpy(dtype=bool)]
    if closing.empty:
        return share, nothing
    land = land_within(parcels, closing, overlaps(parcels, closing))
    share[land.index] = (land.area / parcels.geometry.area[land.index]).clip(upper=1.0)
    return share, land
