"""What surrounds a site, on squares that can be drawn: services, registers, neighbours, noise, heat, slope."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from data.reference import load
from planning.decision.surroundings import Surroundings, around
from planning.parameters import Parameters

P = Parameters.from_frame(load())
CRS = "EPSG:2154"


@pytest.fixture
def sites():
    """Three plots of 20 m: at the origin, 100 m to its east, and 5 km away."""
    shapes = [box(x, 0, x + 20, 20) for x in (0, 100, 5_000)]
    return gpd.GeoDataFrame(index=pd.Index(["here", "beside", "away"]), geometry=shapes, crs=CRS)


def layer(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def told(sites, criterion, **layers):
    found = around(sites, Surroundings(**layers), P)
    return [None if np.isnan(value) else round(float(value), 3) for value in found[criterion]]


@pytest.mark.parametrize(
    ("located_by", "classes"),
    [
        ("number", [2, 0, None]),
        ("street", [1, 0, None]),
        ("unknown", [1, 0, None]),
        ("commune", [0, 0, None]),
    ],
)
def test_former_industry_counts_by_how_well_it_is_located_and_only_where_the_register_is(
    sites, located_by, classes
):
    risks = layer([Point(25, 10)], located_by=[located_by])
    assert told(sites, "T4", risks=risks) == classes


def test_former_industry_beside_the_land_is_less_than_on_it(sites):
    risks = layer([Point(-40, 10), Point(500, 500)], located_by=["number", "number"])
    assert told(sites, "T4", risks=risks) == [1, 0, None]


def test_a_brownfield_counts_by_its_soil_and_the_worst_register_wins(sites):
    risks = layer([Point(10, 10)], located_by=["number"])
    soiled = layer([box(0, 0, 20, 20), box(95, 0, 130, 30)], soil=["pollution avérée", None])
    assert told(sites, "T4", risks=risks, brownfields=soiled) == [3, 2, None]


def test_without_any_register_the_class_of_pollution_is_unknown(sites):
    assert told(sites, "T4") == [None, None, None]
    assert told(sites, "T4", risks=layer([None], located_by=["number"])) == [None, None, None]


def test_any_kind_of_food_shop_serves_and_the_park_is_measured(sites):
    places = layer(
        [Point(10, 30), Point(10, 10), Point(10, 10), Point(10, 110)],
        kind=["supermarket", "pharmacy", "doctor", "park"],
    )
    assert told(sites.iloc[:1], "U3", amenities=places) == [pytest.approx(26)]
    assert told(sites.iloc[:1], "U5", amenities=places) == [pytest.approx(130)]


def test_a_criterion_lacking_one_of_its_services_is_not_measured(sites):
    found = around(sites, Surroundings(amenities=layer([Point(0, 0)], kind=["pharmacy"])), P)
    assert not {"U2", "U3", "U4", "U5"} & set(found)
