"""What stands on a parcel: areas by hand, unknown where nobody has surveyed, own homes counted."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

from geo.built import built_on, homes_on
from tests.lots import frame

LOTS = {"a": box(0, 0, 10, 10), "b": box(10, 0, 20, 10), "far": box(900, 900, 910, 910)}


@pytest.fixture
def lots() -> gpd.GeoDataFrame:
    return frame(LOTS)


def test_a_building_over_two_lots_counts_on_each_for_its_part(lots):
    found = built_on(lots, frame({"f": box(5, 0, 13, 10)}, kind=["solid"], floors=[3]))
    assert found.loc[["a", "b"], "built_m2"].tolist() == [50, 30]
    assert found.loc[["a", "b"], "built_share"].tolist() == [0.5, 0.3]
    assert found.loc[["a", "b"], "standing_floor_m2"].tolist() == [150, 90]


def test_a_light_building_is_built_but_nothing_to_demolish(lots):
    found = built_on(lots, frame({"f": box(0, 0, 5, 10)}, kind=["light"], floors=[pd.NA]))
    assert found.loc["a", ["built_m2", "standing_floor_m2"]].tolist() == [50, 0]


def test_storeys_unknown_leave_the_floor_area_unknown(lots):
    found = built_on(lots, frame({"f": box(0, 0, 5, 10)}, kind=["solid"], floors=[pd.NA]))
    assert found.loc["a", "built_m2"] == 50
    assert pd.isna(found.loc["a", "standing_floor_m2"])


def test_where_nobody_has_surveyed_is_unknown_and_not_bare(lots):
    assert built_on(lots, None).isna().all(axis=None)
    found = built_on(lots, frame({"f": box(0, 0, 5, 10)}, kind=["solid"], floors=[1]))
    assert found.loc["far"].isna().all()


def test_own_homes_count_where_the_residence_stands(lots):
    stock = frame({"r1": Point(2, 2), "r2": Point(3, 3), "r3": Point(50, 50)}, dwellings=[12, 30, 7])
    assert homes_on(lots, stock).to_dict() == {"a": 42, "b": 0, "far": 0}
    assert homes_on(lots, stock.assign(geometry=None)).isna().all()
