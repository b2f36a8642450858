"""What surrounds the sites on their maps: one public layer at a time, its classes, its legend, what nobody imported."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box
from streamlit.testing.v1 import AppTest

from data.store import PUBLIC_LAYERS, open_store
from data.store.tiles import LAYERS
from tests import toy
from tests.lots import CRS, place
from views.parts.sites import around
from views.shared import cache

MAIN = Path(__file__).resolve().parents[2] / "views" / "main.py"
NASTY = "{{7*7}} ${7*7} <script>alert(1)</script> {% raw"
VALUES = [50.0, 55.0, 59.9, 70.0, 80.0, None]
NOISE = around.AROUND["noise"].parts[0]


def environment() -> gpd.GeoDataFrame:
    """Six zones of noise, one without value, by a maker of an awkward name."""
    keys = pd.Index([f"n{rank}" for rank in range(len(VALUES))], name="feature_id")
    told = {"kind": "noise", "value": VALUES, "source": NASTY, "dated_on": pd.Timestamp("2024-05-06")}
    return gpd.GeoDataFrame(told, index=keys, geometry=[place(box(0, 0, 30, 30))] * 6, crs=CRS)


def former_industry() -> gpd.GeoDataFrame:
    keys = pd.Index(["r1", "r2", "r3"], name="risk_id")
    told = {"register": "casias", "name": NASTY, "located_by": ["number", "street", "commune"]}
    return gpd.GeoDataFrame(told, index=keys, geometry=[place(Point(5, 5))] * 3, crs=CRS)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    path = toy.stored(tmp_path_factory.mktemp("around") / "toy.duckdb", evaluated=True)
    store = open_store(path)
    store.write("environment", environment())
    store.write("risks", former_industry())
    store.close()
    return path


@pytest.fixture
def app(town, monkeypatch):
    monkeypatch.setenv("ILOT_STORE", str(town))
    yield AppTest.from_file(str(MAIN), default_timeout=90)
    cache.close()


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def drawn(app) -> str:
    return app.get("component_instance")[0].proto.json_args


def sites(app, code: str | None = None):
    if code:
        app.query_params["around"] = code
    page = app.switch_page("sites.py").run()
    assert not page.exception
    return page


def test_nothing_surrounds_the_sites_until_it_is_asked_for(app):
    page = sites(app)
    assert page.selectbox(key="around").value == "none"
    assert "around" not in page.query_params
    assert "noise" not in drawn(page)


def test_the_layer_chosen_is_drawn_and_kept_in_the_address(app):
    page = sites(app)
    page.selectbox(key="around").set_value("noise").run()
    assert page.query_params["around"] == "noise"
    assert "/noise/{z}" in drawn(page)


def test_an_address_opens_the_layer_and_the_page_of_a_site_keeps_it(app):
    page = sites(app, "noise")
    assert "70 et plus" in html(page)
    store = cache.store()
    site = store.read("site_results").iloc[0]
    del page.query_params["around"]
    page.query_params["parcel"], page.query_params["form"] = site["site_id"], site["form"]
    page.switch_page("site.py").run()
    assert page.selectbox(key="around").value == "noise"
    assert "/noise/{z}" in drawn(page)


def test_an_address_of_no_layer_draws_none(app):
    assert sites(app, "households").selectbox(key="around").value == "none"


def test_the_maker_of_a_map_is_inert_in_its_legend_with_its_day(app):
    told = html(sites(app, "noise"))
    assert "Carte du 06/05/2024" in told
    assert not any(mark in told for mark in ("{{", "${", "<script", "{%"))
    assert "Cela ne veut pas dire le silence" in told


def test_what_nobody_imported_is_offered_last_and_says_where_to_import_it(app):
    page = sites(app, "flood")
    offered = page.selectbox(key="around").options
    assert offered[1] == "Bruit, dB Lden"
    assert "Inondation, classe 0 à 3 · non importé" in offered[3:]
    assert any("personne n’a importé cette carte" in one.value for one in page.caption)
    assert "flood" not in drawn(page)


def test_names_of_the_registers_never_reach_the_map(app):
    assert "alert" not in drawn(sites(app, "pollution"))


def test_only_public_layers_surround_the_sites():
    parts = [part for one in around.AROUND.values() for part in one.parts]
    assert {part.layer for part in parts} <= set(PUBLIC_LAYERS)
    assert {part.by for part in parts if part.by} <= {
        name for one in LAYERS.values() for name in one.properties
    }


def test_a_value_is_of_the_last_class_that_it_reaches_and_a_missing_one_of_none():
    assert around.ranks(NOISE, environment()).tolist() == [0, 1, 1, 4, 4, 5]


def test_a_point_known_by_its_commune_alone_is_not_drawn():
    register = around.AROUND["pollution"].parts[2]
    assert around.ranks(register, former_industry()).tolist() == [0, 1, -1]


def test_a_brownfield_of_whose_soil_nothing_is_said_counts_as_supposed():
    soils = pd.DataFrame({"soil": ["pollution avérée", None, "pollution inexistante"]})
    assert around.ranks(around.AROUND["pollution"].parts[1], soils).tolist() == [3, 2, 0]


def test_every_class_has_its_look_in_both_themes_and_in_the_legend():
    style = (MAIN.parent / "shared" / "app.css").read_text(encoding="utf-8")
    used = {step.look for one in around.AROUND.values() for part in one.parts for step in part.steps}
    for theme in ("light", "dark"):
        assert used <= set(around.looks(theme))
    assert all(f".ilot-signs i.is-{look}" in style for look in used - {"bare"})


def test_patterns_let_the_parcels_show_through():
    script = (MAIN.parent / "shared" / "around.js").read_text(encoding="utf-8")
    patterns = {
        style["pattern"]
        for styles in around.looks("light").values()
        for style in styles
        if "pattern" in style
    }
    assert patterns
    assert all(f"    {name}: {{" in script for name in patterns)
