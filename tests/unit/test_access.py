"""Addresses find their parcel, places their station."""

import geopandas as gpd
import pytest
from shapely import Point, box

from geo.access import link_addresses, nearest_station
from geo.crs import CRSError

PARCELS = gpd.GeoDataFrame(
    {"parcel_id": ["b", "a"]}, geometry=[box(20, 0, 30, 10), box(0, 0, 10, 10)], crs="EPSG:2154"
).set_index("parcel_id")


def points(*pairs, crs="EPSG:2154"):
    return gpd.GeoDataFrame(geometry=[p and Point(p) for p in pairs], crs=crs)


def test_an_address_goes_to_the_parcel_it_stands_in_or_before():
    linked = link_addresses(points((5, 5), (5, 12), (50, 5), (80, 5), None), PARCELS)
    assert linked["parcel_id"].fillna("-").tolist() == ["a", "a", "b", "-", "-"]
    assert linked["parcel_confidence"].tolist() == ["inside", "near", "snapped", "none", "none"]
    assert linked["parcel_distance_m"].tolist()[:3] == [0, 2, 20]


def test_of_two_parcels_equally_near_the_first_by_name_wins():
    assert link_addresses(points((15, 5)), PARCELS)["parcel_id"].tolist() == ["a"]


def test_the_nearest_station_is_measured_from_the_edge():
    stations = (
        points((0, 0), (100, 0)).assign(station_id=["s1", "s2"], name=["One", "Two"]).set_index("station_id")
    )
    found = nearest_station(gpd.GeoDataFrame(geometry=[box(60, -5, 70, 5), None], crs="EPSG:2154"), stations)
    assert found["station_name"].fillna("-").tolist() == ["Two", "-"]
    assert found["station_m"].tolist()[0] == 30


def test_without_stations_nothing_is_near():
    none = points().assign(station_id=[], name=[]).set_index("station_id")
    assert nearest_station(points((0, 0)), none)["station_m"].isna().all()


def test_degrees_are_refused():
    with pytest.raises(CRSError):
        link_addresses(points((2.4, 48.8), crs="EPSG:4326"), PARCELS)
