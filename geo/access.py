"""Who is near what: the nearest station of a place, the parcel an address belongs to."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import require_working_crs

NEAR_M = 3.0


def nearest_station(points: gpd.GeoDataFrame, stations: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Find the station nearest to each place, as the crow flies; equal distances go to the id that sorts first.

    Parameters
    ----------
    points
        Places in EPSG:2154, any shape: distance is measured from its edge, 0 inside.
    stations
        Points in EPSG:2154, indexed by ``station_id``, with ``name``.

    Returns
    -------
    pandas.DataFrame
        ``station_id``, ``station_name``, ``station_m`` (distance, m), indexed like `points`; missing where the place
        has no shape or there is no station.

    Raises
    ------
    CRSError
        If a frame is not in EPSG:2154.
    """
    require_working_crs(points, stations)
    stations = stations[_drawn(stations)].sort_index()
    rows, hits, distance_m = _nearest(points.geometry.to_numpy(), stations.geometry.to_numpy())
    found = pd.DataFrame(index=points.index)
    found["station_id"] = _at(stations.index.to_series(), rows, hits, len(points)).set_axis(points.index)
    found["station_name"] = _at(stations["name"], rows, hits, len(points)).set_axis(points.index)
    found["station_m"] = _spread(distance_m, rows, len(points))
    return found


def link_addresses(
    addresses: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame, *, cap_m: float = 25.0
) -> pd.DataFrame:
    """
    Link each address to its nearest parcel: the point of an address stands on the front, rarely in the parcel.

    Parameters
    ----------
    addresses
        Points in EPSG:2154.
    parcels
        Polygons in EPSG:2154, indexed by ``parcel_id``; of parcels equally near, the id that sorts first.
    cap_m
        Distance beyond which an address belongs to no parcel.

    Returns
    -------
    pandas.DataFrame
        ``parcel_id``, ``parcel_distance_m``, ``parcel_confidence`` by address: ``inside``, ``near`` (under 3 m),
        ``snapped`` (up to `cap_m`), ``none`` (farther, or no point; then without parcel nor distance).

    Raises
    ------
    CRSError
        If a frame is not in EPSG:2154.
    """
    require_working_crs(addresses, parcels)
    parcels = parcels[_drawn(parcels)].sort_index()
    rows, hits, distance_m = _nearest(addresses.geometry.to_numpy(), parcels.geometry.to_numpy(), cap_m)
    linked = pd.DataFrame(index=addresses.index)
    linked["parcel_id"] = _at(parcels.index.to_series(), rows, hits, len(addresses)).set_axis(addresses.index)
    metres = _spread(distance_m, rows, len(addresses))
    linked["parcel_distance_m"] = metres
    with np.errstate(invalid="ignore"):
        classes = np.select(
            [metres == 0, metres < NEAR_M, metres <= cap_m], ["inside", "near", "snapped"], "none"
        )
    linked["parcel_confidence"] = pd.array(classes, dtype="str")
    return linked


def _drawn(frame: gpd.GeoDataFrame) -> np.ndarray:
    shapes = frame.geometry.to_numpy()
    return ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))


def nearest_m(places: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Distance in m from each shape to the nearest of others (one metric system); missing without any."""
    rows, _hits, distance_m = _nearest(places, targets)
    return _spread(distance_m, rows, len(places))


def _nearest(
    shapes: np.ndarray, near: np.ndarray, cap_m: float | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Positions of shapes that found a target, of their targets (the first of equals), and distances in m."""
    known = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    if not len(known) or not len(near):
        return np.empty(0, dtype=int), np.empty(0, dtype=int), np.empty(0)
    (rows, hits), distance_m = shapely.STRtree(near).query_nearest(
        shapes[known], max_distance=cap_m, return_distance=True, all_matches=True
    )
    order = np.lexsort((hits, rows))
    first = order[np.unique(rows[order], return_index=True)[1]]
    return known[rows[first]], hits[first], distance_m[first]


def _at(values: pd.Series, rows: np.ndarray, hits: np.ndarray, count: int) -> pd.Series:
    """Values of the targets hit, at the rows that hit them; missing elsewhere."""
    spread = np.full(count, -1)
    spread[rows] = hits
    picked = values.astype("str").reset_index(drop=True).reindex(spread)
    return picked.reset_index(drop=True)


def _spread(distance_m: np.ndarray, rows: np.ndarray, count: int) -> np.ndarray:
    metres = np.full(count, np.nan)
    metres[rows] = distance_m
    return metres
