"""Buildable envelopes of drawable lots: their areas are found by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import box

from geo.edges import type_edges
from planning.capacity.envelope import buildable_envelopes
from tests.lots import CRS, MIDDLE, frame, place, row_of_lots


def envelope(front=0.0, side=0.0, rear=0.0, band=np.inf, forbidden=None, lots=None):
    lots = row_of_lots() if lots is None else lots
    names = ["front_setback_m", "side_setback_m", "rear_setback_m", "band_depth_m"]
    rules = pd.DataFrame([[front, side, rear, band]] * len(lots), columns=names, index=lots.index)
    land = gpd.GeoSeries({MIDDLE: place(forbidden)} if forbidden is not None else {}, crs=CRS)
    return buildable_envelopes(lots, type_edges(lots), rules, land)


def test_each_kind_of_edge_has_its_own_setback():
    assert envelope(front=5, side=3, rear=8)[MIDDLE].normalize() == place(box(33, 5, 57, 32)).normalize()


def test_without_setback_only_a_centimetre_is_lost():
    assert envelope()[MIDDLE].area == pytest.approx(29.98 * 39.98, abs=0.1)


def test_a_corner_lot_keeps_off_both_streets():
    corner = row_of_lots().index[0]
    assert envelope(front=5, side=3, rear=8)[corner].normalize() == place(box(5, 5, 27, 37)).normalize()


def test_the_band_ends_at_its_depth_behind_the_front_setback():
    assert envelope(front=5, band=20)[MIDDLE].bounds[3] == pytest.approx(6_862_025, abs=0.02)


def test_forbidden_land_is_taken_off():
    assert envelope(forbidden=box(30, 0, 60, 10))[MIDDLE].area == pytest.approx(30 * 30, abs=1)


def test_nothing_is_left_where_the_setbacks_meet():
    assert envelope(side=15)[MIDDLE].is_empty


def test_an_unknown_setback_leaves_the_envelope_missing():
    assert envelope(rear=np.nan)[MIDDLE] is None


def test_an_enclosed_lot_is_never_given_a_street_setback():
    lots = frame({MIDDLE: box(10, 10, 20, 20), "93048000AA0002": box(0, 0, 30, 30) - box(10, 10, 20, 20)})
    assert envelope(front=0, side=3, rear=6, lots=lots)[MIDDLE].area == pytest.approx(16, abs=0.1)


def test_an_envelope_in_two_parts_keeps_both_and_drops_crumbs():
    waist = shapely.union_all([box(0, 0, 20, 20), box(20, 9, 40, 11), box(40, 0, 60, 20)])
    lots = frame({MIDDLE: waist, "93048000AA0002": box(0, 20, 60, 40)})
    parts = shapely.get_parts(envelope(front=3, side=3, rear=3, lots=lots)[MIDDLE])
    assert len(parts) == 2


def test_an_invalid_parcel_is_no_obstacle():
    bow = shapely.Polygon([(0, 0), (30, 40), (30, 0), (0, 40)])
    assert envelope(side=1, lots=frame({MIDDLE: bow}))[MIDDLE].is_valid
