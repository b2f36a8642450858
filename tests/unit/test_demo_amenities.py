"""The invented amenities: as many as asked, apart, of the importers' words, dense where people pass."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.demo import frame
from data.demo.amenities import TRADES, apart, attraction
from data.demo.parameters import parameter
from data.importers.amenities import kind_of
from planning.decision.surroundings import SERVICES

XY = st.tuples(st.integers(0, 500), st.integers(0, 500))


@pytest.fixture(scope="module")
def rows(made):
    return made(7).frames["amenities"]


@given(xy=st.lists(XY, min_size=1, max_size=30), gap_m=st.floats(1, 200), count=st.integers(1, 30))
def test_points_that_are_kept_stand_apart_and_start_with_the_first(xy, gap_m, count):
    kept = apart(shapely.points(np.array(xy, dtype=float)), gap_m, count)
    points = shapely.points(np.array(xy, dtype=float)[kept])
    between = shapely.distance(points[:, None], points[None])[np.triu_indices(len(kept), 1)]
    assert kept[0] == 0
    assert len(kept) <= count
    assert (between >= gap_m).all()


def test_what_must_stay_stays_however_near():
    assert apart(shapely.points([[0, 0], [1, 0], [2, 0], [50, 0]]), 10, 9, always=2).tolist() == [0, 1, 3]


def test_a_crossing_of_avenues_draws_more_trade_than_a_place_far_away():
    avenues = np.array(
        [shapely.LineString([(0, 0), (900, 0)]), shapely.LineString([(450, -400), (450, 400)])]
    )
    station = gpd.GeoDataFrame(geometry=gpd.points_from_xy([0], [5000]), crs="EPSG:2154")
    pull = attraction(shapely.points([[450, 5], [200, 5], [200, 300]]), avenues, station)
    assert pull[0] > pull[1] > pull[2] > 0


def test_every_amenity_is_labelled_invented_and_speaks_the_words_of_the_imports(rows):
    assert set(rows["source"]) == {"invented"}
    gardens = rows["kind"] == "garden"  # the importers call a green space so when it is small
    assert (rows.loc[~gardens, "code"].map(kind_of) == rows.loc[~gardens, "kind"]).all()


@pytest.mark.parametrize("trade", TRADES)
def test_shops_and_practices_are_as_many_as_the_parameters_say(rows, trade):
    assert (rows["code"] == TRADES[trade][1]).sum() == parameter(f"amenity.{trade}")


def test_every_service_that_a_site_is_measured_by_is_there_within_the_town(rows):
    assert {"bus_stop", "school", "park", "pharmacy", "doctor"} < set(rows["kind"])
    assert all(rows["kind"].isin(kinds).any() for kinds_of in SERVICES.values() for kinds in kinds_of)
    assert shapely.within(rows.geometry.to_numpy(), frame.outline().buffer(1)).all()
