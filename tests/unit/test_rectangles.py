"""Widest rectangles in shapes whose answer is seen by eye."""

import numpy as np
import pytest
import shapely
from shapely import box
from shapely.affinity import rotate

from geo.rectangles import widest_rectangles

L_SHAPE = shapely.union(box(0, 0, 20, 10), box(0, 0, 8, 30))
RING = box(0, 0, 30, 30) - box(10, 10, 20, 20)
TRIANGLE = shapely.Polygon([(0, 0), (20, 0), (10, 20)])
TWO = shapely.union(box(0, 0, 10, 10), box(15, 0, 40, 10))


def widest(shape, depth_m: float, along=(1.0, 0.0), enough_m: float = 99.0):
    return widest_rectangles(
        np.array([shape], dtype=object),
        np.array([0]),
        np.array([along]),
        np.array([depth_m]),
        np.array([enough_m]),
    )


@pytest.mark.parametrize(
    ("shape", "depth_m", "width_m"),
    [
        (box(0, 0, 12, 25), 9, 12), (L_SHAPE, 9, 20), (L_SHAPE, 25, 8), (RING, 9, 30), (RING, 11, 10),
        (TRIANGLE, 10, 10), (TWO, 5, 25), (box(0, 0, 12, 8), 9, 0), (shapely.Polygon(), 9, 0),
    ],
)  # fmt: skip
def test_the_width_left_at_a_depth(shape, depth_m, width_m):
    assert widest(shape, depth_m).width_m[0] == pytest.approx(width_m, abs=1e-4)


def test_a_turned_shape_has_the_same_width_in_its_own_direction():
    turned = rotate(L_SHAPE, 30, origin=(0, 0))
    along = (np.cos(np.pi / 6), np.sin(np.pi / 6))
    assert widest(turned, 9, along).width_m[0] == pytest.approx(20, abs=1e-4)


def test_the_place_nearest_the_front_is_taken_where_it_is_wide_enough():
    found = widest(box(0, 0, 30, 50), 10, enough_m=20)
    assert (found.width_m[0], found.advance_m[0]) == (20, 0)


def test_the_rectangle_drawn_lies_inside_the_shape():
    drawn = widest(RING, 9).polygons()[0]
    assert RING.buffer(1e-6).covers(drawn)
    assert drawn.area == pytest.approx(270, abs=1e-3)
