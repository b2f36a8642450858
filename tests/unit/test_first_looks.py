"""The pages of the programme and of exchanges before anything was made there: what they would do, with which data."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from data.store import open_store
from planning.programme import Programme
from tests import toy
from tests.operations import PARAMETERS
from tests.patience import PATIENCE_S
from views.jobs import programme
from views.jobs.exchanges import ADVISER
from views.parts.sites import frames
from views.shared import cache

MAIN = Path(__file__).resolve().parents[2] / "views" / "main.py"


@pytest.fixture
def path(tmp_path, monkeypatch):
    made = tmp_path / "toy.duckdb"
    toy.stored(made, evaluated=True)
    monkeypatch.setenv("ILOT_STORE", str(made))
    yield made
    cache.close()


def page(name: str):
    app = AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S).switch_page(f"{name}.py").run()
    assert not app.exception
    return app


def told(app) -> str:
    blocks = [element.proto.body for element in app.get("html")]
    return " ".join(
        [*blocks, *(element.value for kind in ("markdown", "info", "caption") for element in app.get(kind))]
    )


def test_sites_at_hand_are_those_that_hold_enough_dwellings(path):
    store = open_store(path)
    results = store.read("site_results")
    table = programme.at_hand(store, PARAMETERS)
    store.close()
    least = PARAMETERS["programme.least_dwellings"]
    able = results[results["fits"].astype(bool) & (results["dwellings"] >= least)]
    for form, row in table.iterrows():
        mine = able[able["form"] == form]
        assert (row["sites"], row["dwellings"]) == (len(mine), mine["dwellings"].sum())
        assert row["operations"] >= row["sites"]


def test_the_programme_says_what_it_will_do_before_the_first_run(path):
    app = page("programme")
    assert "Parmi quoi il choisit" in told(app) or "aucun programme n’est possible" in told(app)
    assert app.number_input[0].value == 5


def test_the_programme_saved_last_opens_with_the_page(path):
    store = open_store(path)
    wanted = programme.targets(PARAMETERS, (2026, 2027))
    row = {
        "site_id": "93048000AA0001", "form": "townhouse", "tenure": "rental", "public": "family", "dwellings": 6,
        "cost_eur": 1e6, "equity_eur": 1e5, "quality": 0.7, "need": 2.0, "start_year": 2026, "agency_id": None,
        "robustness": 0.5, "own_land": False, "earliest_year": 2026,
    }  # fmt: skip
    chosen = pd.DataFrame([row], index=pd.Index(["O1"], name="option_id"))
    programme.save(store, Programme(chosen, 1.0, 1.0, 0.0), wanted, {"dwellings": 1.0}, None, name="Essai")
    store.close()
    assert "Affiché : Essai, version 1" in told(page("programme"))


@pytest.mark.parametrize("open_desk", [False, True])
def test_exchanges_say_what_they_do_and_what_is_on_file(path, open_desk):
    store = open_store(path)
    if open_desk:
        store.set_setting(ADVISER, "yes")
    store.close()
    app = page("exchanges")
    assert "Ce que fait cette page" in told(app)


def test_sites_of_one_name_are_told_apart_by_their_key(path):
    keys = pd.Index(list(cache.read("parcels", geometry=False).index[:4]) + ["nowhere"])
    named = frames.titles(keys)
    assert named.is_unique
    assert list(named.index) == list(keys)
    assert named["nowhere"] == "nowhere"
