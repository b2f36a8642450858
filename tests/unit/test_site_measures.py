"""Measures of the criteria, each in its unit, on two sites that can be checked by eye."""

import json

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from data.reference import load
from planning.decision import Panel, criteria, default_weights, value_table, weighted_sum
from planning.decision.measures import measures
from planning.decision.surroundings import Surroundings
from planning.parameters import Parameters

P = Parameters.from_frame(load())
HEIGHT = {"value": 12.0, "unit": "m"}
TREE = {"code": "07", "share": 0.2, "label": "arbre", "effect": "noted"}


@pytest.fixture
def sites():
    """A square of 30 m by 30 m, and a strip of 90 m by 10 m whose station is unknown."""
    rules = [{"height": HEIGHT, "prescriptions": [TREE]}, {"height": {"value": None, "free": True}}]
    return gpd.GeoDataFrame(
        {
            "rules": [json.dumps(each) for each in rules],
            "area_m2": [900.0, 900.0],
            "street_m": [30.0, 10.0],
            "side_m": [60.0, 180.0],
            "rear_m": [30.0, 10.0],
            "station_m": [400.0, None],
            "owner_group": ["4", None],
            "own_land": pd.array([False, pd.NA], dtype="boolean"),
            "standing_floor_m2": [300.0, None],
            "built_share": [0.5, None],
        },
        index=pd.Index(["square", "strip"], name="site_id"),
        geometry=[box(0, 0, 30, 30), box(100, 0, 190, 10)],
        crs="EPSG:2154",
    )


@pytest.fixture
def fitting(sites):
    return pd.DataFrame(
        {"dwellings": [15, 6], "floors": [4, 3], "footprint_m2": [300.0, 200.0]}, index=sites.index
    ).assign(floor_area_m2=[1000.0, 500.0])


@pytest.fixture
def found(sites, fitting):
    return measures(sites, fitting, P, form="small_collective")


def test_each_measure_is_in_the_unit_of_its_criterion(found):
    square = found.loc["square"]
    assert square["R1"] == 1.0
    assert square["R2"] == 4
    assert square["R3"] == pytest.approx(20)
    assert square["R4"] == 1
    assert square["U1"] == pytest.approx(520)
    assert square["T3"] == 300
    assert square["E4"] == 50
    assert square["T5"] == 1
    assert square["E2"] == pytest.approx(100 * 600 / 900)


def test_a_square_is_more_compact_than_a_strip(found):
    assert found.at["square", "T1"] == pytest.approx(0.785, abs=1e-3)
    assert found.at["strip", "T1"] < 0.3


def test_what_is_unknown_is_missing_and_lowers_the_reliability_alone(found):
    assert found.loc["strip", ["R4", "U1", "T5", "T3"]].isna().all()
    chosen = criteria(P, "small_collective")
    ranked = weighted_sum(Panel.of(value_table(found, chosen)), default_weights(P, "small_collective"))
    assert ranked.at["strip", "reliability"] < ranked.at["square", "reliability"]
    assert ranked.at["strip", "low"] < ranked.at["strip", "score"] < ranked.at["strip", "high"]


def test_a_height_left_free_is_no_limit(found):
    assert found.at["strip", "R2"] > 10


def test_a_criterion_without_any_data_is_no_column(found):
    assert not {"T2", "U3", "E1", "F4"} & set(found.columns)


def test_the_farthest_of_the_services_counts(sites, fitting):
    places = gpd.GeoDataFrame(
        {"kind": ["grocery", "pharmacy", "doctor"]},
        geometry=[Point(15, 15), Point(15, 115), Point(15, 215)],
        crs="EPSG:2154",
    )
    near = measures(sites, fitting, P, form="small_collective", known=Surroundings(amenities=places))
    assert near.at["square", "U3"] == pytest.approx(200 * P["score.walk_detour"], abs=1)
    assert "U4" not in near


def test_an_assumed_price_of_land_is_no_measure(sites, fitting):
    operations = pd.DataFrame(
        {
            "living_area_m2": [900.0, 450.0],
            "annexes_m2": [75.0, 30.0],
            "parking_surface": [4.0, 2.0],
            "land_price_eur": [450_000.0, 1.0],
            "assumed": ["pollution_m2", "land_price_eur,pollution_m2"],
        },
        index=sites.index,
    )
    found = measures(sites, fitting, P, form="small_collective", operations=operations)
    assert found.at["square", "F1"] == pytest.approx(450_000 / 937.5)
    assert pd.isna(found.at["strip", "F1"])


def test_the_delay_grows_with_the_owners_and_with_what_stands(sites, fitting):
    def years(**columns):
        return measures(sites.assign(**columns), fitting, P, form="small_collective")["F5"].tolist()

    bare = {"built_share": [0.0, None], "own_homes": pd.array([0, pd.NA], dtype="Int64")}
    assert years(**bare) == [4, 5], "a commune's land, then land of an owner unknown"
    assert years(own_land=[True, True], **bare) == [3, 3]
    assert years(owner_group=["7", "0"], **bare) == [9, 5]
    assert years(own_land=[True, True], built_share=[0.5, 0.5], own_homes=[12, 0]) == [6, 4]
