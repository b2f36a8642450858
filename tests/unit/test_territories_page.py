"""The page of territories without a browser: every mode opens, offices are chosen, wishes that fail are explained."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests import street
from tests.patience import PATIENCE_S
from views.parts.territories import runs
from views.shared import cache

MAIN = Path(__file__).resolve().parents[2] / "views" / "main.py"


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setenv("ILOT_STORE", str(street.stored(tmp_path / "street.duckdb")))
    page = AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
    yield page.switch_page("territories.py").run()
    cache.close()


def in_mode(app, mode: str):
    app.session_state["territory-mode"] = mode
    return app.run()


def words(app) -> str:
    told = (*app.markdown, *app.caption, *app.warning, *app.info)
    return "\n".join(str(element.value) for element in told)


def searched(app):
    """Wait for the search to end, then run the page again."""
    run = next(reversed(runs._runs.values()))
    end = time.monotonic() + PATIENCE_S
    while not run.ended and time.monotonic() < end:
        time.sleep(0.05)
    assert run.error is None
    return app.run()


@pytest.mark.parametrize("mode", ["draw", "propose", "compare", "publish"])
@pytest.mark.parametrize("level", ["agency", "sector"])
def test_every_mode_opens_at_both_levels(app, mode, level):
    app.session_state["territory-level"] = level
    in_mode(app, mode)
    assert not app.exception


def test_an_office_is_chosen_among_candidates_and_the_plan_says_so(app, monkeypatch):
    in_mode(app, "propose")
    monkeypatch.setitem(proposing_seconds(), "offices", 60)
    app.multiselect(key=place_key(app)).set_value(["R1"]).run()
    app.button(key="territory-offices").click().run()
    searched(app)
    assert "Le bureau de Ouest déménage à Résidence 1." in words(app)
    app.button(key="territory-take-0").click().run()
    assert not app.exception
    assert app.session_state["territory-work-agency"].draft.offices == {"A1": "R1"}


def test_a_cap_that_no_plan_keeps_is_explained(app, monkeypatch):
    in_mode(app, "propose")
    monkeypatch.setitem(proposing_seconds(), "propose", 0.2)
    app.number_input(key="territory-cap-distance").set_value(20.0).run()
    app.button(key="territory-propose").click().run()
    searched(app)
    assert "le plafond est de 20" in words(app)


def proposing_seconds() -> dict:
    from views.parts.territories import proposing

    return proposing.SECONDS


def place_key(app) -> str:
    return next(box.key for box in app.multiselect if str(box.key).startswith("territory-places"))
