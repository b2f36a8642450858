"""The plan and the volume of a site as marks in metres, and the SVG that is written from them."""

from dataclasses import replace
from xml.etree import ElementTree

import altair as alt
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box
from shapely.affinity import rotate

from planning.capacity.layouts.draw import no_pieces
from planning.sites import SiteExplanation
from tests.payloads import SECTOR
from views.parts.site import plan, volume
from views.shared import charts, i18n

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
    assert volume.volume(site(), "intermediate", 2.8) is None
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


@given(st.one_of(st.just(SECTOR), st.text(st.characters(codec="utf-8", exclude_categories=["C"]))))
def test_a_nasty_title_stays_text_in_the_drawing(text):
    drawn = ElementTree.fromstring(plan.svg(plan.plan(site(), "townhouse"), title=text))
    assert {child.tag.split("}")[1] for child in drawn.iter()} <= {"svg", "title", "rect", "path", "text"}


def test_the_scale_bar_is_a_round_length_under_a_quarter_of_the_drawing():
    found = plan.plan(site(), "townhouse")
    assert found.bar_m == 10
    assert "10 m" in plan.svg(found)


def test_a_side_in_pieces_of_centimetres_is_told_once_and_whole():
    broken = [[(0, 0), (0.05, 0)], [(0.05, 0), (20, 0.1)], [(20, 0.1), (40, 0)], [(40, 0), (40, 30)]]
    edges = gpd.GeoDataFrame(
        {"kind": ["street"] * 4}, geometry=[LineString(line) for line in broken], crs=2154
    )
    told = plan.lengths(edges, LAND, 54)
    assert [mark.text for mark in told] == ["40\u00a0m", "30\u00a0m"]
    assert not any(LAND.contains(Point(mark.rings[0][0])) for mark in told)


def test_a_length_that_would_cover_a_longer_one_is_left_out():
    steps = [[(0, 0), (40, 0)], [(40, 0), (40, 2.5)], [(40, 2.5), (42.5, 2.5)]]
    edges = gpd.GeoDataFrame({"kind": ["side"] * 3}, geometry=[LineString(line) for line in steps], crs=2154)
    assert [mark.text for mark in plan.lengths(edges, LAND, 300)] == ["40\u00a0m", "2,5\u00a0m"]


def test_the_letters_of_a_drawing_are_not_those_of_a_broken_font_name():
    drawn = ElementTree.fromstring(plan.svg(plan.plan(site(), "townhouse")))
    assert drawn.get("font-family").startswith("'Source Sans 3'")


def laid(*shapes, floors: int) -> SiteExplanation:
    """The same plot with a layout: these buildings, of so many storeys."""
    rows = {name: [value] * len(shapes) for name, value in LAID.items()} | {"floors": [floors] * len(shapes)}
    pieces = gpd.GeoDataFrame(rows, geometry=list(shapes), crs=2154)
    return replace(site(), layout=pieces)


LAID = {
    "site_id": "S1",
    "form": "townhouse",
    "block": 0,
    "piece": "building",
    "floor": 0,
    "label": "",
    "area_m2": 1,
}
SPANS = st.tuples(st.floats(3, 25), st.floats(3, 15), st.floats(0, 90))


@given(SPANS, st.integers(1, 7), st.floats(2.5, 3.2))
def test_the_volume_has_the_footprint_and_the_height_of_the_layout(span, floors, storey_m):
    width, depth, turn = span
    house = rotate(box(5, 5, 5 + width, 5 + depth), turn)
    drawn = volume.volume(laid(house, floors=floors), "townhouse", storey_m).marks
    (roof,) = [mark.rings[0] for mark in drawn if mark.fill == volume.ROOF]
    assert Polygon(on_the_ground(roof, floors * storey_m)).symmetric_difference(house).area < 1e-6
    walls = [mark.rings[0] for mark in drawn if mark.fill in (volume.LIT, volume.SHADED)]
    for wall in walls:
        assert wall[::-1][:2] - wall[:2] == pytest.approx(np.array([[0, floors * storey_m]] * 2))
    assert len([mark for mark in drawn if mark.width_mm == 0.12]) == len(walls) * (floors - 1)


def on_the_ground(drawn: np.ndarray, z_m: float) -> np.ndarray:
    """Take points of the drawing, known to be at a height, back to the plan."""
    less, more = drawn[:, 0] / volume.COS, (drawn[:, 1] - z_m) / volume.SIN
    return np.column_stack([(more + less) / 2, (more - less) / 2])


def test_a_house_before_another_is_drawn_after_it():
    near, far = box(5, 5, 10, 10), box(20, 20, 25, 25)
    order = volume.blocks(laid(near, far, floors=2), "townhouse", 2.8)
    assert [block.footprint.centroid.x for block in order] == [22.5, 7.5]


def test_the_volume_tells_its_north_its_scale_and_its_height():
    texts = [m.text for m in volume.volume(site(), "townhouse", 2.8).marks if m.kind == "text"]
    assert texts == ["R+2 · 8,4\u00a0m", "N", "10\u00a0m"]
    told = volume.sizes(volume.blocks(site(), "townhouse", 2.8), 2.8)
    assert told.startswith("3 niveaux de 2,8\u00a0m : 8,4\u00a0m")


def test_a_chart_writes_its_numbers_as_the_reader_does():
    drawn = alt.Chart(pd.DataFrame({"a": [1]})).mark_point()
    assert charts.spoken(drawn).to_dict()["config"]["locale"]["number"]["decimal"] == ","
    i18n.use("en")
    assert charts.spoken(drawn).to_dict()["config"]["locale"]["number"]["decimal"] == "."


@given(st.floats(5, 200), st.floats(5, 200))
def test_a_squared_drawing_holds_the_whole_of_the_first(width, height):
    drawn = plan.Drawing((), (0.0, 0.0, width, height), (), 5.0)
    xmin, ymin, xmax, ymax = plan.squared(drawn).bounds
    assert xmax - xmin == pytest.approx(ymax - ymin) == pytest.approx(max(width, height))
    assert box(xmin, ymin, xmax, ymax).buffer(1e-6).contains(box(*drawn.bounds))
