"""The 300 m and 500 m of priority districts, metre by metre."""

import geopandas as gpd
import pytest
from shapely.geometry import Polygon, box

from geo.crs import CRSError
from planning.finance import reduced_vat_zone
from tests.operations import PARAMETERS

X, Y = 657_000.0, 6_861_000.0


def districts(renewal: bool, shape=None) -> gpd.GeoDataFrame:
    shape = shape or box(X - 400, Y - 400, X, Y + 400)
    return gpd.GeoDataFrame({"renewal": [renewal]}, geometry=[shape], index=["QN09301"], crs=2154)


def sites(*spans: tuple[float, float]) -> gpd.GeoDataFrame:
    shapes = [box(X + near, Y, X + far, Y + 20) for near, far in spans]
    return gpd.GeoDataFrame(geometry=shapes, index=[f"far {far:g}" for _, far in spans], crs=2154)


def test_a_site_entirely_under_300_m_is_eligible_and_one_at_300_m_is_not():
    zone = reduced_vat_zone(sites((270, 299), (271, 300), (272, 301)), districts(False), PARAMETERS)
    assert zone["eligible"].tolist() == [True, False, False]
    assert zone["farthest_m"].tolist() == [299, 300, 301]


def test_the_band_of_a_renewal_district_ends_under_500_m():
    reach = sites((250, 499), (250, 500), (250, 501))
    assert reduced_vat_zone(reach, districts(True), PARAMETERS)["eligible"].tolist() == [True, False, False]
    assert not reduced_vat_zone(reach, districts(False), PARAMETERS)["eligible"].any()


def test_the_band_must_begin_under_300_m():
    zone = reduced_vat_zone(sites((299, 330), (300, 330), (301, 330)), districts(True), PARAMETERS)
    assert zone["eligible"].tolist() == [True, False, False]
    assert zone["reason"].tolist() == ["renewal_band", "none", "none"]


def test_a_site_inside_the_district_says_so():
    zone = reduced_vat_zone(sites((-200, -100)), districts(False), PARAMETERS)
    assert zone["reason"].tolist() == ["inside"]
    assert zone["qpv_id"].tolist() == ["QN09301"]


def test_corners_near_a_hollow_district_do_not_hide_a_middle_far_from_it():
    ring = Polygon(
        [(X - 900, Y - 900), (X + 900, Y - 900), (X + 900, Y + 900), (X - 900, Y + 900)],
        [[(X - 800, Y - 800), (X + 800, Y - 800), (X + 800, Y + 800), (X - 800, Y + 800)]],
    )
    wide = gpd.GeoDataFrame(geometry=[box(X - 750, Y - 750, X + 750, Y + 750)], index=["wide"], crs=2154)
    zone = reduced_vat_zone(wide, districts(False, ring), PARAMETERS)
    assert zone.at["wide", "farthest_m"] == 50
    assert not zone.at["wide", "eligible"]


def test_a_site_out_of_reach_has_no_distance():
    zone = reduced_vat_zone(sites((600, 630)), districts(True), PARAMETERS)
    assert zone["nearest_m"].isna().all()
    assert zone["reason"].tolist() == ["none"]


def test_of_two_districts_the_one_that_gives_the_right_is_named():
    two = gpd.GeoDataFrame(
        {"renewal": [False, True]},
        geometry=[box(X - 400, Y, X + 240, Y + 20), box(X - 400, Y, X + 200, Y + 20)],
        index=["plain", "renewal"],
        crs=2154,
    )
    zone = reduced_vat_zone(sites((250, 560)), two, PARAMETERS)
    assert zone["qpv_id"].tolist() == ["renewal"]


def test_degrees_are_refused():
    with pytest.raises(CRSError):
        reduced_vat_zone(sites((1, 2)).to_crs(4326), districts(True), PARAMETERS)
