"""Edges that people set, and lanes drawn in the cadastre."""

from dataclasses import replace

import pandas as pd
import pytest
import shapely
from shapely import LineString, box

from geo.edges import type_edges
from geo.lanes import cadastred_lanes
from geo.overrides import edge_keys, overridden
from planning.sites import SiteBlock, explain_site
from tests.lots import MIDDLE, frame, parameters, row_of_lots, zone


def key_of(kind: str, lots) -> str:
    edges = type_edges(lots)
    mine = edges[(edges["parcel_id"] == MIDDLE) & (edges["kind"] == kind)]
    return edge_keys(mine).iloc[0]


def override(lots, of: str, **columns) -> pd.DataFrame:
    row = {"parcel_id": MIDDLE, "edge_key": key_of(of, lots), "kind": None, "setback_m": None} | columns
    return pd.DataFrame([row]).set_index(["parcel_id", "edge_key"])


def test_an_edge_keeps_the_kind_somebody_gave_it():
    lots = row_of_lots()
    edges = overridden(type_edges(lots), override(lots, "rear", kind="side"))
    mine = edges[edges["parcel_id"] == MIDDLE]
    assert "rear" not in set(mine["kind"])
    assert mine["confidence"].max() == 1


def test_a_key_from_an_older_cadastre_finds_its_edge_within_two_metres():
    lots = row_of_lots()
    moved = lots.set_geometry(lots.translate(1.0, 0))
    edges = overridden(type_edges(moved), override(lots, "street", setback_m=5.0))
    assert edges.loc[edges["setback_m"].notna(), "kind"].tolist() == ["street"]
    far = lots.set_geometry(lots.translate(30.0, 30.0))
    assert overridden(type_edges(far), override(lots, "street", setback_m=5.0))["setback_m"].isna().all()


@pytest.mark.parametrize(("setback_m", "depth_m"), [(7.0, 40 - 7 - 3), (0.0, 40 - 3)])
def test_the_envelope_keeps_the_setback_of_the_edge_before_the_zone_s(setback_m, depth_m):
    block = SiteBlock(row_of_lots(), zone(alignment_code="5"))
    block = replace(block, overrides=override(block.parcels, "street", setback_m=setback_m))
    _, south, _, north = explain_site(block, MIDDLE, parameters()).envelope.total_bounds
    assert north - south == pytest.approx(depth_m, abs=0.05)


def test_a_long_thin_parcel_that_a_street_runs_through_is_a_lane():
    lots = frame(
        {
            MIDDLE: box(0, 5, 30, 40),
            "lane": box(0, 0, 60, 5),
            "s": box(0, -30, 60, 0),
            "b": box(0, 40, 60, 60),
        }
    )
    streets = frame({"r": LineString([(-10, 2.5), (70, 2.5)])})
    assert cadastred_lanes(lots, streets).tolist() == ["lane"]
    assert cadastred_lanes(lots, None).empty


def test_a_lot_on_a_cadastred_lane_has_a_street_once_the_streets_are_known():
    shapes = {
        MIDDLE: box(10, 5, 40, 40),
        "lane": box(0, 0, 60, 5),
        "w": box(0, 5, 10, 40),
        "e": box(40, 5, 60, 40),
    }
    shapes |= {"s": box(0, -30, 60, 0), "n": box(0, 40, 60, 60)}
    block = SiteBlock(frame(shapes), zone())
    assert explain_site(block, MIDDLE, parameters()).site["reason"] == "no_street"
    known = replace(block, streets=frame({"r": LineString([(-10, 2.5), (70, 2.5)])}))
    found = explain_site(known, MIDDLE, parameters())
    assert found.site["street_m"] == pytest.approx(30, abs=0.01)
    assert explain_site(known, "lane", parameters()).site["reason"] == "no_street"


def test_the_keys_of_a_parcel_s_edges_differ():
    edges = type_edges(row_of_lots())
    keys = edge_keys(edges)
    assert not pd.DataFrame({"parcel": edges["parcel_id"], "key": keys}).duplicated().any()
    assert shapely.Point(*map(float, keys.iloc[0].split())).is_valid
