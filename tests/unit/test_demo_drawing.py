"""The drawing board of the invented town: cuts, bends, noding, slivers."""

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from data.demo.areas import both_ways, reattached
from data.demo.cadastre import close, locate, merge_slivers, shared_sides
from data.demo.shapes import axis_of, bend, cut, extended, interpolate, turned, unbend

PHASES = np.array([0.3, 1.2, 2.1, 4.0])
PLACE = st.tuples(st.floats(657_000, 662_000), st.floats(6_861_000, 6_864_500))


@pytest.fixture
def three_plots():
    """Two plots of 10 x 20 m side by side, and a strip of 1 m beyond them."""
    return np.array([box(0, 0, 10, 20), box(10, 0, 20, 20), box(20, 0, 21, 20)], dtype=object)


@given(places=st.lists(PLACE, min_size=1, max_size=10))
def test_unbending_undoes_bending(places):
    xy = np.array(places)
    assert np.abs(unbend(bend(xy, PHASES), PHASES) - xy).max() < 0.001


@given(length=st.floats(20, 300), width=st.floats(10, 19), angle=st.floats(0, 180))
def test_axis_is_that_of_the_smallest_box(length, width, angle):
    turned_box = shapely.affinity.rotate(box(0, 0, length, width), angle)
    _, along, long_m, wide_m = axis_of(turned_box)
    assert (long_m, wide_m) == pytest.approx((length, width), rel=1e-6)
    assert abs(along @ turned(np.array([1.0, 0.0]), angle)) == pytest.approx(1, abs=1e-6)


@given(share=st.floats(0.1, 0.9), angle=st.floats(0, 180))
def test_cutting_a_block_keeps_its_area(share, angle):
    block = Polygon([(0, 0), (100, 10), (90, 80), (5, 60)])
    left, right, line = cut(block, np.array([100 * share, 40]), turned(np.array([1.0, 0.0]), angle))
    assert sum(p.area for p in [*left, *right]) == pytest.approx(block.area, rel=1e-9)
    assert line


def test_curve_goes_through_its_points():
    points = np.array([[0, 0], [100, 20], [150, 120]], dtype=float)
    curve = shapely.LineString(interpolate(points))
    assert max(curve.distance(shapely.Point(p)) for p in points) < 1e-9


def test_lines_are_made_longer_at_both_ends():
    longer = extended(np.array([shapely.LineString([(0, 0), (10, 0)])]), 0.5)
    assert longer[0].equals(shapely.LineString([(-0.5, 0), (10.5, 0)]))


def test_faces_are_closed_between_lines_that_run_past_each_other():
    faces = close([box(0, 0, 30, 20), shapely.LineString([(10, -0.5), (10, 20.5)])])
    assert sorted(shapely.area(faces)) == [200, 400]


def test_shared_sides_are_told_from_street_fronts(three_plots):
    touching, fronts = shared_sides(three_plots)
    assert touching.to_dict("list") == {"first": [0, 1], "last": [1, 2], "length_m": [20, 20]}
    assert fronts.groupby("parcel")["length_m"].sum().tolist() == [40, 20, 22]


def test_a_sliver_goes_to_the_neighbour_it_touches_most(three_plots):
    assert sorted(shapely.area(merge_slivers(three_plots))) == [200, 220]


def test_a_point_beside_every_polygon_belongs_to_the_nearest(three_plots):
    assert locate(shapely.points([[5, 5], [15, 5], [40, 5]]), three_plots).tolist() == [0, 1, 2]


def test_the_smaller_piece_of_a_group_joins_its_neighbour():
    group, weight = pd.Series(["a", "b", "a", "a"]), pd.Series([1.0, 5.0, 3.0, 3.0])
    borders = both_ways(pd.DataFrame({"a": [0, 1, 2], "b": [1, 2, 3], "m": [10.0, 10.0, 10.0]}))
    assert reattached(group, weight, borders).tolist() == ["b", "b", "a", "a"]
