"""The pages of sites and of one site without a browser: what they say, on the town of a few parcels."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pypdf import PdfReader
from streamlit.testing.v1 import AppTest

from data.store import open_store
from planning.decision import compare_pairs
from planning.needs import TYPES
from planning.zoning.rulebook import COLUMNS
from tests import toy
from tests.operations import PARAMETERS
from tests.patience import PATIENCE_S
from views.jobs import candidates, land, site_sheet
from views.jobs.layouts import laid_out
from views.jobs.rulebook import write_book
from views.parts.site import mixes, sheet, state, surroundings, together
from views.parts.sites import ask, follow, judging, rulebook
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
    yield AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
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
    for part in (
        "Locatif et accession",
        "Budget",
        "Plan de financement",
        "Autour du site",
        "Ce qu’en disent les cartes",
        "Évalué le",
    ):
        assert part in told
    assert "BRS" in told


def test_a_site_opened_for_ownership_shows_its_own_layout_beside_that_to_let(app, town):
    store = open_store(town)
    own, let = (
        laid_out(store, public, {}, form="intermediate").set_index("site_id")
        for public in ("ownership", "family")
    )
    store.close()
    app.query_params["public"] = "ownership"
    page = page_of(app, MIDDLE, "intermediate")
    assert not page.exception
    told = html(page).replace("\u202f", " ")
    assert "Prix PSLA" in told
    for layout in (own, let):
        assert f"{layout.at[MIDDLE, 'dwellings']} logements" in told


def test_need_is_set_against_what_it_costs_to_own_when_ranking_for_ownership(app):
    app.session_state["sites-view"], app.session_state["public"] = "pareto", "ownership"
    app.session_state["form"] = "intermediate"
    page = app.switch_page("sites.py").run()
    assert not page.exception
    assert page.session_state["public"] == "ownership"


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


@pytest.mark.parametrize(
    ("public", "told", "opened"),
    [("ownership", "Accession sociale", "ownership"), (None, "public non précisé", "family")],
)
def test_a_followed_site_opens_the_question_it_is_followed_for(app, town, public, told, opened):
    store = open_store(town)
    one = candidates.save(
        store, candidates.begin(MIDDLE, "Lilas", form="intermediate", public=public), "Anne"
    )
    store.close()
    app.session_state["sites-view"] = "followed"
    page = app.switch_page("sites.py").run()
    assert told in page.dataframe[0].value["Suivi pour"].iloc[0]
    keys = page.session_state[f"{follow.TABLE}-keys"]
    for name, code in follow.asked_of(*keys[0][1:]).items():
        page.session_state[name] = code
    page.run()
    assert (page.session_state["form"], page.session_state["public"]) == ("intermediate", opened)
    for table in ("candidate_versions", "candidates"):
        cache.store().delete(table, {"candidate_id": one.candidate_id})


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


@pytest.mark.parametrize("public", ["family", "ownership"])
def test_the_sheet_of_a_site_is_one_page_with_its_plan_and_its_volume(app, fitting, public):
    pages = PdfReader(io.BytesIO(sheet.pdf(state.shown(*fitting, public)))).pages
    assert len(pages) == 1
    told = pages[0].extract_text()
    assert "1:" in told
    assert "Volume, vu du sud-ouest" in told


def test_a_set_says_for_whom_its_dwellings_are_counted(app, town):
    app.session_state["site-together"] = True
    app.session_state["public"] = "ownership"
    page = page_of(app, MIDDLE, "townhouse")
    assert any("établis pour : Accession sociale" in caption.value for caption in page.caption)
    first = land.partners(cache.store(), MIDDLE, public="ownership").iloc[0]
    assert together.names(first) in html(page)


def needed_here(**known) -> pd.Series:
    told = dict.fromkeys((f"cases_{kind}" for kind in TYPES), 0.0)
    return pd.Series({"S4": 120.0, "best_mix": "8 T2", **told, **known})


@pytest.mark.parametrize(
    ("need", "public", "why"),
    [
        (needed_here(S4=np.nan), "family", "placée sur la carte"),
        (needed_here(cases_T2=5.0), "insertion", "de ce public"),
        (needed_here(best_mix=None), "family", "ne sont pas connus"),
        (needed_here(), "family", "Aucun ménage"),
    ],
)
def test_where_the_stock_does_not_tell_the_best_mix_the_page_says_why(need, public, why):
    assert why in mixes.untold(need, public, 500)
    assert mixes.untold(needed_here(cases_T2=5.0), "family", 500) == ""


def test_the_page_says_that_without_households_no_best_mix_is_known(app, fitting):
    page = page_of(app, *fitting)
    assert not page.exception
    assert "le plus de déménagements" in " ".join(element.value for element in page.subheader)
    assert any("ménages de notre parc" in caption.value for caption in page.caption)


def test_the_page_lays_the_best_mix_beside_the_one_laid_out(app, fitting, monkeypatch):
    def told(*args):
        found = judged(*args)
        extra = needed_here(cases_T2=1e4, S5=1.0, S5_best=1.5, relieved=0.0, moves=0.0)
        return replace(found, needs=found.needs.assign(**extra))

    judged = judging.judged
    monkeypatch.setattr(judging, "judged", told)
    page = page_of(app, *fitting)
    assert not page.exception
    size = int(told(fitting[1], "family", {}).fitting.at[fitting[0], "dwellings"])
    assert f"avec {size} T2, le programme" in " ".join(element.value for element in page.markdown)
    assert "Programme le plus utile" in html(page)


def test_a_mix_that_frees_more_is_named_with_its_moves_and_its_spare_dwellings():
    laid, best = mixes.Mix((4, 0, 4, 0, 0), 0, 8, 1), mixes.Mix((0, 6, 2, 0, 0), 3, 12.2, 1.53)
    assert "8 avec le programme prévu, 12 avec 6 T2 + 2 T3" in mixes.sentence(laid, best)
    assert "12" not in mixes.sentence(laid, laid)
    assert mixes.table(laid, best)[1][1][1][:3] == ["–", "6", "2"]
    assert "aucun ménage connu : 5" in mixes.notes(best, 0.5)[-1]


def test_a_map_is_named_by_who_made_it_and_its_latest_day():
    rows = {"kind": ["slope", "slope", "noise"], "source": ["IGN", "invented", "Bruitparif"]}
    days = pd.to_datetime(["2024-05-06", "2023-01-01", "2022-01-01"])
    told = surroundings.source("T2", pd.DataFrame(rows).assign(dated_on=days))
    assert told == "Carte du 06/05/2024 : IGN, données inventées"
