"""The atlas without a browser: every figure draws on a poor store, the address opens a view, nonsense is ignored."""

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from tests import toy
from tests.patience import PATIENCE_S
from tests.unit.test_pages import MAIN, html
from views.parts.stock import frames, panel
from views.parts.stock.atlas import case_mode
from views.parts.stock.catalogue import FIGURES
from views.parts.stock.picks import within
from views.shared import cache


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    path = tmp_path_factory.mktemp("atlas") / "toy.duckdb"
    toy.stored(path)
    return path


@pytest.fixture
def app(town, monkeypatch):
    monkeypatch.setenv("ILOT_STORE", str(town))
    yield AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
    cache.close()


def drawn(app) -> str:
    return app.get("component_instance")[0].proto.json_args


def test_every_figure_draws_at_every_level_of_a_store_that_knows_little(app):
    failed = []
    for key, figure in FIGURES.items():
        app.session_state["figure"], app.session_state["level"] = key, figure.levels[-1]
        app.run()
        failed += [key] if app.exception else []
    assert failed == []


def test_address_opens_the_figure_the_level_the_classes_and_the_filters(app):
    for name, value in {"figure": "leaky", "level": "sector", "classes": "3", "in-sector_id": "S1"}.items():
        app.query_params[name] = value
    app.run()
    assert app.selectbox(key="level").value == "sector"
    assert app.segmented_control(key="classes").value == 3
    assert app.multiselect(key="stock-sector_id").value == ["S1"]
    assert "Classes E, F et G" in html(app)


@pytest.mark.parametrize(
    "query",
    [
        {"figure": "<script>", "level": "moon"},
        {"figure": "hot_spots", "level": "agency"},
        {"classes": "900", "method": "guess", "bounds": "{{7*7}}"},
        {"extent": "a~b", "with": "months", "beside": "nothing", "beside-on": "1066-10-14"},
        {"in-sector_id": "S9~{%", "sector": "S1", "at": "here"},
    ],
)
def test_nonsense_in_the_address_is_ignored(app, query):
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    assert "{{7" not in drawn(app)


def test_chips_take_a_filter_away_and_then_all(app):
    app.query_params["in-sector_id"] = "S1"
    app.query_params["in-period"] = "before_1949"
    app.run()
    assert "1\u202f" not in html(app)
    app.button(key="stock-chip-period").click().run()
    assert app.session_state["stock-period"] == []
    app.button(key="stock-chips-reset").click().run()
    assert app.session_state["stock-sector_id"] == []


def test_second_figure_has_its_legend_and_a_second_map_its_own(app):
    app.query_params["figure"], app.query_params["with"] = "vacancy", "leaky"
    app.query_params["beside"] = "complaints"
    app.run()
    assert not app.exception
    assert len(app.get("component_instance")) == 2
    assert all(title in html(app) for title in ("<h4>Vacance</h4>", "<h4>Classes E, F et G</h4>"))


def test_address_repeats_no_default_and_holds_no_person(app):
    app.run()
    assert set(app.query_params) <= {"language"}
    app.session_state["figure"] = "under_occupied"
    app.run()
    assert app.query_params["figure"] == "under_occupied"


def test_case_of_a_place_is_the_one_told_of_most_households():
    table = pd.DataFrame(
        {
            "case_over_occupied": [0, 5, pd.NA],
            "case_under_occupied": [10, 5, pd.NA],
            "households": [40, 40, 8],
            "case_over_occupied_hidden": [False, False, True],
            "case_under_occupied_hidden": [False, False, True],
        },
        index=["r1", "r2", "r3"],
    )
    found = case_mode(table)
    assert found.iloc[:2].tolist() == ["under_occupied", "over_occupied"]
    assert pd.isna(found.iloc[2])


def test_extent_keeps_what_lies_in_it_and_everything_without_one():
    residences = toy.frames()["residences"]
    places = residences.geometry.to_crs(4326)
    south, west = places["R1"].y - 1e-5, places["R1"].x - 1e-5
    kept = within(residences, [south, west, south + 2e-5, west + 2e-5])
    assert kept[kept].index.tolist() == ["R1"]
    assert within(residences, None).all()


def test_backlog_is_told_by_age_and_adds_up(app, tmp_path, monkeypatch):
    monkeypatch.setenv("ILOT_STORE", str(toy.stored(tmp_path / "open.duckdb")))
    days = pd.to_datetime(["2025-12-31", "2025-12-20", "2025-06-01"])
    cache.store().write("complaints", toy.complaints().head(3).assign(status="open", opened_at=days))
    app.query_params["figure"] = "backlog"
    app.run()
    assert "Réclamations en cours selon leur âge" in html(app)
    found = frames.open_by_age().loc["R1"]
    assert found[["open", "under_2d", "7d_to_30d", "over_90d"]].tolist() == [3, 1, 1, 1]
    assert cache.counted().counts["open"].sum() == 3


def test_what_is_picked_on_the_map_stands_first_in_the_table(app):
    app.query_params["figure"], app.query_params["residence"] = "complaints", "R3"
    app.session_state["stock_table-open"] = True
    app.run()
    assert app.session_state["stock_table-keys"][0] == "R3"


def test_energy_classes_are_listed_from_the_best_to_the_worst(monkeypatch):
    listed = []
    monkeypatch.setattr(panel.html, "section", lambda title: None)
    monkeypatch.setattr(panel.html, "bars", lambda rows: listed.extend(row[0] for row in rows))
    panel.words(FIGURES["energy"], pd.DataFrame({"value": ["E", "C", "G", "C"], "dwellings": [9, 2, 40, 3]}))
    assert listed == ["C", "E", "G"]
