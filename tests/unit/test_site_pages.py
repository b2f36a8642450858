"""The pages of sites and of one site without a browser: what they say, on the town of a few parcels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from data.store import open_store
from planning.decision import compare_pairs
from planning.zoning.rulebook import COLUMNS
from tests import toy
from tests.operations import PARAMETERS
from views.jobs import candidates, land, site_sheet
from views.jobs.rulebook import write_book
from views.parts.site import together
from views.parts.sites import ask, judging, rulebook
from views.shared import cache

ROOT = Path(__file__).resolve().parents[2]
MAIN = ROOT / "views" / "main.py"
MIDDLE = "93048000AA0001"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    path = tmp_path_factory.mktemp("pages") / "toy.duckdb"
    toy.stored(path, evaluated=True)
    return path


@pytest.fixture
def app(town, monkeypatch):
    monkeypatch.setenv("ILOT_STORE", str(town))
    yield AppTest.from_file(str(MAIN), default_timeout=90)
    cache.close()


@pytest.fixture
def fitting(town):
    """A site and a form that fits it."""
    store = open_store(town)
    results = store.read("site_results")
    store.close()
    row = results[results["fits"].astype(bool)].iloc[0]
    return row["site_id"], row["form"]


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def page_of(app, site_id: str, form: str):
    app.query_params["parcel"] = site_id
    app.query_params["form"] = form
    return app.switch_page("site.py").run()


def test_a_site_is_shown_from_its_plan_to_its_sources(app, fitting):
    page = page_of(app, *fitting)
    assert not page.exception
    told = html(page) + " ".join(element.value for element in (*page.subheader, *page.caption))
    for part in ("Locatif et accession", "Budget", "Plan de financement", "Autour du site", "Évalué le"):
        assert part in told
    assert "BRS" in told


def test_a_site_where_the_form_does_not_fit_says_why_and_costs_nothing(app, town, fitting):
    store = open_store(town)
    results = store.read("site_results")
    store.close()
    row = results[~results["fits"].astype(bool)].iloc[0]
    page = page_of(app, row["site_id"], row["form"])
    assert not page.exception
    assert "ne tient pas ici" in page.warning[0].value
    assert "Plan de financement" not in " ".join(element.value for element in page.subheader)


def test_an_unknown_site_is_said_to_be_unknown(app):
    page = page_of(app, "93048000ZZ9999", "townhouse")
    assert not page.exception
    assert "93048000ZZ9999" in page.error[0].value.replace("\\", "")


def test_the_page_without_a_site_sends_back_to_the_map(app):
    page = app.switch_page("site.py").run()
    assert not page.exception
    assert "carte des sites" in page.info[0].value


@pytest.mark.parametrize("view", ["compare", "pareto", "ask", "followed"])
def test_each_view_under_the_map_stands(app, view):
    app.session_state["sites-view"] = view
    page = app.switch_page("sites.py").run()
    assert not page.exception


def test_contradictory_pairs_are_warned_of_with_the_pair_to_look_at():
    pairs = np.array([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    found = compare_pairs(pairs, PARAMETERS)
    assert not found.consistent
    assert found.ratio > 0.10


def test_the_question_is_answered_by_sites_that_hold_as_many(app, fitting):
    app.switch_page("sites.py").run()
    found = ask.answer(2, "", "family", "", 500)
    assert (found["dwellings"] >= 2).all()
    assert found["score"].is_monotonic_decreasing
    assert not found.index.has_duplicates
    assert ask.answer(100_000, "", "family", "", 500).empty


def test_a_drawn_site_is_judged_like_a_parcel_and_leaves_the_cadastre_alone(app, town, monkeypatch):
    store = cache.store()
    shape = store.read("parcels").loc[MIDDLE].geometry
    key = candidates.keep_drawing(store, shape, "Halle", None)
    parcels = store.count("parcels")
    drawn, results = site_sheet.drawn_results(store)
    parcel = store.read("site_results", where={"site_id": MIDDLE}).set_index("form")
    assert results.set_index("form")["dwellings"].equals(parcel["dwellings"].reindex(results["form"]))
    assert key in judging.all_sites()[0].index
    assert store.count("parcels") == parcels
    store.delete("drawn_sites", {"drawn_id": key})


def test_an_edge_is_set_on_the_page_and_its_effect_said(app, fitting):
    site, form = fitting
    app.session_state["site-edges"] = True
    page = page_of(app, site, form)
    assert not page.exception
    picked = page.selectbox(key=f"edge-{site}").value
    page.number_input(key=f"edge-setback-{site}-{picked}").set_value(12.0)
    page = page.button(key="edge-set").click().run()
    assert not page.exception
    assert "avant et après" in page.success[0].value
    assert "12\xa0m" in html(page)
    page = page.button(key="edges-clear").click().run()
    assert page.button(key="edges-clear").disabled


def test_the_rules_of_a_zone_can_be_filled_in_and_the_rest_is_left_as_it_is(app):
    app.session_state["sites-view"] = "rules"
    page = app.switch_page("sites.py").run()
    assert not page.exception
    assert page.button(key="rules-keep").label == "Garder comme version 1"
    rows = rulebook.of_zone(pd.DataFrame(columns=COLUMNS), page.selectbox(key="rules-zone").value)
    first_band = rows.index[(rows["rule"] == "height") & (rows["band"] == "1")][0]
    rows.loc[first_band, "value"] = 9.0
    assert rulebook.filled(rows)[["rule", "value", "confidence"]].to_numpy().tolist() == [
        ["height", 9.0, "read"]
    ]


def test_a_rule_book_kept_is_shown_and_asks_for_a_new_evaluation(app, town):
    store = open_store(town)
    zone = store.read("sites")["zone_label"].dropna().iloc[0]
    rule = {
        "zone_label": zone,
        "rule": "height",
        "band": "all",
        "edge": "any",
        "value": 9.0,
        "confidence": "read",
    }
    write_book(store, "PLUi", pd.DataFrame([rule], columns=COLUMNS), base_version=0)
    store.close()
    app.session_state["sites-view"] = "rules"
    page = app.switch_page("sites.py").run()
    assert page.button(key="rules-keep").label == "Garder comme version 2"
    assert any("ont changé" in warning.value for warning in page.warning)
    assert page.button(key="evaluate-again")


def test_a_site_is_taken_with_its_neighbours_and_studied_as_one(app, town):
    app.session_state["site-together"] = True
    page = page_of(app, MIDDLE, "townhouse")
    assert not page.exception
    assert "logements ensemble" in html(page)
    first = land.partners(cache.store(), MIDDLE).iloc[0]
    page.button(key="together-make").click().run()
    assert not page.exception
    assert page.query_params["parcel"] == "D0000001"
    assert together.names(first) in html(page)
    cache.store().delete("drawn_sites", {"drawn_id": "D0000001"})


def test_the_gain_of_a_set_is_what_it_holds_over_its_parcels_apart(town):
    store = open_store(town)
    found = land.partners(store, MIDDLE)
    store.close()
    assert len(found)
    assert (found["gain"] == found["dwellings"] - found["dwellings_apart"]).all()
    assert found["parcels"].str.contains(MIDDLE).all()
