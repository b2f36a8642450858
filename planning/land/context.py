"""What stands around a site: its nearest station, the priority district, who owns the land."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.access import nearest_station
from planning.parameters import Parameters

RIGHTS_FIRST = "P"


def station_of(parcels: gpd.GeoDataFrame, stations: gpd.GeoDataFrame | None) -> pd.DataFrame:
    """Nearest station of each parcel and the straight distance from its land, m; missing without stations."""
    if stations is None or stations.empty:
        return pd.DataFrame(
            {"station_id": None, "station_name": None, "station_m": np.nan}, index=parcels.index
        )
    return nearest_station(parcels, stations)


def in_priority_district(parcels: gpd.GeoDataFrame, qpv: gpd.GeoDataFrame | None) -> pd.Series:
    """Whether a point inside each parcel lies in a priority district; missing without the layer."""
    inside = pd.Series(pd.NA, index=parcels.index, dtype="boolean", name="in_qpv")
    if qpv is None or qpv.empty:
        return inside
    points = shapely.point_on_surface(parcels.geometry.to_numpy())
    held = shapely.STRtree(points).query(qpv.geometry.to_numpy(), predicate="intersects")[1]
    inside[:] = np.isin(np.arange(len(parcels)), held)
    return inside


def owners_of(
    parcels: gpd.GeoDataFrame,
    owners: pd.DataFrame | None,
    own_sirens: tuple[str, ...],
    parameters: Parameters,
) -> pd.DataFrame:
    """
    Owner group, public and own land of each parcel, from the file of legal persons.

    A parcel that the file does not name belongs to natural persons, if the file covers its commune; else its
    owner is unknown. Of several right-holders, the full owner comes first.

    Returns
    -------
    pandas.DataFrame
        By ``parcel_id``: ``owner_group`` (MAJIC code), ``public_land`` and ``own_land``, missing if unknown.
    """
    frame = pd.DataFrame(index=parcels.index)
    frame["owner_group"] = pd.Series(pd.NA, index=frame.index, dtype="str")
    frame["public_land"] = pd.Series(pd.NA, index=frame.index, dtype="boolean")
    frame["own_land"] = pd.Series(pd.NA, index=frame.index, dtype="boolean")
    if owners is None or owners.empty:
        return frame
    rows = owners.reset_index()
    codes = frame.index.str[:5]
    covered = codes.isin(rows["parcel_id"].str[:5].unique())
    frame.loc[covered, "public_land"] = False
    frame.loc[covered & bool(own_sirens), "own_land"] = False
    rows = rows[rows["parcel_id"].isin(frame.index)].copy()
    rows["second"] = rows["rights"] != RIGHTS_FIRST
    rows = rows.sort_values(["parcel_id", "second", "siren"])
    first = rows.drop_duplicates("parcel_id").set_index("parcel_id")
    frame.loc[first.index, "owner_group"] = first["owner_group"].astype("str")
    public = {group for group, answer in parameters.table("public_group").items() if answer == 1}
    frame.loc[first.index, "public_land"] = first["owner_group"].isin(public)
    frame.loc[rows.loc[rows["siren"].isin(own_sirens), "parcel_id"].unique(), "own_land"] = True
    return frame


def parking_norm(sites: pd.DataFrame, parameters: Parameters, public: str = "family") -> pd.Series:
    """
    Places asked for by dwelling: what the plan asks (``parking_rule``), and the legal cap at most.

    Where nobody knows what the plan asks, the cap itself is taken. The cap is lower within 500 m of a
    station, as the crow flies (code de l'urbanisme L151-34 to L151-36); unknown distances count as far. Three
    beds of the elderly or of students count as one dwelling. A public that the cap of dwellings to let does not
    cover (``rental_parking_cap`` 0) has that of other housing near a station, and none elsewhere; where nobody
    knows what the plan asks there, its own ``parking_unknown`` is taken.
    """
    asks = parameters.table(f"public.{public}")
    near = sites["station_m"].astype(float) <= parameters["parking_cap.station_m"]
    let = asks.get("rental_parking_cap", 1) == 1
    close = parameters["parking_cap.social_rental_station" if let else "parking_cap.other_station"]
    cap = np.where(near, close, parameters["parking_cap.social_rental"] if let else np.inf)
    if asks.get("counted_as_beds") == 1:
        cap = cap / parameters["parking_cap.beds_per_dwelling"]
    asked = sites["parking_rule"].astype(float) if "parking_rule" in sites else np.nan
    norm = np.fmin(asked, cap)
    return pd.Series(np.where(np.isinf(norm), asks.get("parking_unknown", np.inf), norm), index=sites.index)
