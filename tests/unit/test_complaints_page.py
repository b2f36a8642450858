"""The page of complaints without a browser: entered, kept, sent once, followed; awkward names stay text."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests import toy
from tests.patience import PATIENCE_S
from views.server import device
from views.shared import cache

MAIN = Path(__file__).resolve().parents[2] / "views" / "main.py"
BROWSER = "a" * 24


@pytest.fixture
def town(tmp_path, monkeypatch):
    path = tmp_path / "toy.duckdb"
    toy.stored(path)
    monkeypatch.setenv("ILOT_STORE", str(path))
    monkeypatch.setattr(device, "key", lambda: BROWSER)
    yield path
    cache.close()


def opened(**address) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
    for name, value in address.items():
        app.query_params[name] = value
    app.switch_page("complaints.py").run()
    assert not app.exception
    return app


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def told(app) -> str:
    return " ".join(element.value for element in (*app.success, *app.error, *app.warning, *app.caption))


def filled(app: AppTest) -> AppTest:
    app.button_group(key="complaint-category").set_value("lift").run()
    app.segmented_control(key="complaint-place").set_value("common").run()
    return app


def test_a_residence_of_the_address_is_where_the_complaint_is(town):
    app = opened(residence="R5")
    assert "Résidence des Érables" in html(app)
    assert app.button(key="complaint-send").disabled


def test_a_complaint_is_sent_and_stands_in_the_list_with_its_age(town):
    app = filled(opened(residence="R5"))
    app.button(key="complaint-send").click().run()
    assert "Envoyée" in told(app)
    app.segmented_control(key="complaints-mode").set_value("open").run()
    assert "Résidence des Érables" in html(app)
    assert "moins d’une heure" in html(app)


def test_a_draft_is_found_again_by_another_session_of_the_same_browser(town):
    app = filled(opened(residence="R5"))
    app.text_input(key="complaint-note").set_value("La porte bloque").run()
    again = opened()
    assert again.text_input(key="complaint-note").value == "La porte bloque"
    assert "retrouvé tel que vous l’aviez laissé" in told(again)
    assert cache.store().count("complaints", {"source": "field"}) == 0


def test_two_windows_on_one_draft_send_one_complaint(town):
    one = filled(opened(residence="R5"))
    other = opened()
    for app in (one, other):
        app.button(key="complaint-send").click().run()
    assert "déjà envoyée" in told(other)
    assert cache.store().count("complaints", {"source": "field"}) == 1


def test_a_text_that_names_somebody_waits_for_a_second_reading(town):
    app = filled(opened(residence="R5"))
    app.text_input(key="complaint-note").set_value("Appeler Mme Durand au 06 12 34 56 78").run()
    assert "semble parler d’une personne" in told(app)
    assert app.button(key="complaint-send").disabled
    app.checkbox(key="complaint-agreed").check().run()
    assert not app.button(key="complaint-send").disabled


def test_answered_closed_and_reopened_by_one_touch_each(town):
    app = filled(opened(residence="R5"))
    app.button(key="complaint-send").click().run()
    key = cache.store().read("complaints", where={"source": "field"}).index[0]
    app.segmented_control(key="complaints-mode").set_value("open").run()
    for step in ("answered", "closed", "reopened"):
        app.button(key=f"complaint-{step}-{key}").click().run()
        assert not app.exception
    table = cache.store().read("complaints", where={"source": "field"})
    assert table.loc[key, "status"] == "closed"
    assert table.loc[f"{key}.2", "reopened_of"] == key


@pytest.mark.parametrize("key", toy.NASTY)
def test_an_awkward_name_is_inert_on_the_page_of_complaints(town, key):
    app = opened(residence=key)
    app.button(key="complaint-elsewhere").click().run()
    drawn = app.get("component_instance")[0].proto.json_args
    assert not [raw for raw in ("{%", "{{7", "${7", "<img", "`x`") if raw in drawn]


def test_it_says_that_it_is_light_and_leads_to_the_import(town):
    app = opened()
    assert "ne remplace pas le système du bailleur" in told(app)
    assert [link.proto.page for link in app.get("page_link")] == ["data"]


def test_no_key_but_ours_is_taken_for_a_device():
    assert device.valid("aZ09-_aZ09-_aZ09-_aZ09-_")
    assert not [key for key in (None, "", "a" * 23, "é" * 24, "a" * 23 + ";") if device.valid(key)]
