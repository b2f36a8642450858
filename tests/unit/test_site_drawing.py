"""The plan and the volume of a site as marks in metres, and the SVG that is written from them."""

from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, box

from planning.capacity.layouts.draw import no_pieces
from planning.sites import SiteExplanation
from tests.payloads import SECTOR
from views.parts.site import plan
from views.shared import i18n

LAND = box(0, 0, 40, 30)


@pytest.fixture(autouse=True)
def french():
    i18n.use("fr")


def site() -> SiteExplanation:
    """A plot of 40 m by 30 m on a street to the south, with a building of 20 m by 12 m of three storeys."""
    row = pd.Series({"geometry": LAND}, name="S1")
    kinds = {"street": [(0, 0), (40, 0)], "side": [(40, 0), (40, 30)], "rear": [(40, 30), (0, 30)]}
    edges = gpd.GeoDataFrame(
        {"kind": list(kinds)}, geometry=[LineString(c) for c in kinds.values()], crs=2154
    )
    building = {"form": ["townhouse"], "floors": [3], "width_m": [20.0], "depth_m": [12.0]}
    footprints = gpd.GeoDataFrame(building, geometry=[box(10, 4, 30, 16)], crs=2154)
    envelope = gpd.GeoSeries([box(4, 4, 36, 26)], index=["S1"], crs=2154)
    told = {
        "site": row,
        "edges": edges,
        "envelope": envelope,
        "footprints": footprints,
        "layout": no_pieces(),
    }
    return SiteExplanation(**(dict.fromkeys(SiteExplanation.__dataclass_fields__, pd.DataFrame()) | told))


def test_the_plan_shows_the_land_the_envelope_the_building_and_the_edges():
    found = plan.plan(site(), "townhouse")
    fills = [mark.fill for mark in found.marks if mark.kind == "area"]
    assert {"#fbfaf6", "#f5e7c8", "#e7b878"} <= set(fills)
    assert [mark.stroke for mark in found.marks if mark.kind == "line"] == list(plan.palette.EDGES.values())


def test_a_form_that_does_not_fit_is_not_drawn():
    assert plan.volume(site(), "intermediate", 2.8) is None
    assert "#e7b878" not in [mark.fill for mark in plan.plan(site(), "intermediate").marks]


def test_the_layout_takes_the_place_of_the_footprint():
    pieces = gpd.GeoDataFrame(
        {"piece": ["building", "garden", "stair"], "floor": [0, 0, 0], "label": ["T4", "", "stair"]},
        geometry=[box(10, 4, 16, 16), box(10, 16, 16, 26), box(12, 6, 14, 9)],
        crs=2154,
    )
    found = plan.plan(site(), "townhouse", pieces=pieces)
    assert [mark.text for mark in found.marks if mark.kind == "text"][0] == "T4"
    assert [word for _colour, word in found.key][1:] == ["Jardin", "Bâtiment", "Escalier et ascenseur"]


def test_the_volume_has_a_wall_line_a_storey_and_a_roof():
    found = plan.volume(site(), "townhouse", 2.8)
    assert len([mark for mark in found.marks if mark.kind == "line"]) == 2 * 2
    assert found.marks[-1].fill == "#f7e6c9"


@given(st.one_of(st.just(SECTOR), st.text(st.characters(codec="utf-8", exclude_categories=["C"]))))
def test_a_nasty_title_stays_text_in_the_drawing(text):
    drawn = ElementTree.fromstring(plan.svg(plan.plan(site(), "townhouse"), title=text))
    assert {child.tag.split("}")[1] for child in drawn.iter()} <= {"svg", "title", "rect", "path", "text"}


def test_the_scale_bar_is_a_round_length_under_a_quarter_of_the_drawing():
    found = plan.plan(site(), "townhouse")
    assert found.bar_m == 10
    assert "10 m" in plan.svg(found)
