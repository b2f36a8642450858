"""The pages without a browser: what they say, in which language, and that awkward names stay text."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.store import open_store
from tests import toy
from tests.patience import PATIENCE_S
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
    yield from opened(town, monkeypatch)


@pytest.fixture
def empty_app(tmp_path, monkeypatch):
    yield from opened(tmp_path / "empty.duckdb", monkeypatch)


def opened(path, monkeypatch):
    monkeypatch.setenv("ILOT_STORE", str(path))
    yield AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
    cache.close()


def html(app) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def texts(app) -> str:
    return html(app) + "\n".join(
        element.value for element in (*app.title, *app.subheader, *app.caption, *app.info)
    )


def test_stock_speaks_french_until_english_is_chosen(app):
    app.run()
    assert not app.exception
    assert app.title[0].value == "Patrimoine"
    app.segmented_control(key="language").set_value("en").run()
    assert app.title[0].value == "Stock"


def test_an_address_may_name_the_language_by_its_code(app):
    app.query_params["language"] = "en"
    assert app.run().title[0].value == "Stock"


def test_every_screen_says_that_the_data_are_invented(app):
    assert "Données inventées" in html(app.run())
    assert "Données inventées" in html(app.switch_page("sites.py").run())


def test_map_is_there_with_its_legend_and_its_table(app):
    app.session_state["stock_table-open"] = True
    app.run()
    assert len(app.get("component_instance")) == 1
    assert 'class="ilot-legend"' in html(app)
    assert list(app.dataframe[-1].value["Résidence"]) == list(toy.frames()["residences"]["name"])


@pytest.mark.parametrize("key", toy.NASTY)
def test_an_awkward_name_is_inert_in_the_card_and_the_map(app, key):
    app.query_params["residence"] = key
    app.run()
    assert not app.exception
    drawn = app.get("component_instance")[0].proto.json_args
    for raw in ("{%", "{{7", "${7", "<img", "`x`"):
        assert raw not in html(app).replace("<style>", "")
        assert raw not in drawn


def test_residence_without_position_is_listed_and_counted(app):
    app.run()
    assert any("n’est pas localisée" in expander.label for expander in app.expander)
    assert "76" in html(app)


def test_complaints_of_a_residence_under_eleven_dwellings_are_not_shown(app):
    app.query_params["residence"] = "R4"
    app.session_state["stock_table-open"] = True
    app.run()
    assert "moins de 11 logements" in html(app)
    app.segmented_control(key="family").set_value("complaints").run()
    table = app.dataframe[-1].value
    assert table.set_index("Adresse")["Demandes pour 100 logements"].isna()["7 rue d'Alembert"]


def test_search_finds_a_residence_without_accents(app):
    app.run()
    app.text_input(key="stock_search").set_value("erables").run()
    app.button(key="found-stock_search-0").click().run()
    assert "Résidence des Érables" in html(app)


def test_filters_narrow_the_map_the_table_and_the_figures(app):
    app.session_state["stock_table-open"] = True
    app.run()
    app.multiselect(key="stock-sector_id").set_value(["S1"]).run()
    assert len(app.dataframe[-1].value) == 2
    app.button(key="stock-reset").click().run()
    assert len(app.dataframe[-1].value) == 5


def test_sites_rank_what_fits_and_explain_what_does_not(app):
    app.query_params["parcel"] = MIDDLE
    app.switch_page("sites.py").run()
    assert not app.exception
    assert "ilot-verdicts" in html(app)
    assert "Règles de la zone UC00A16" in html(app)


def test_weights_change_the_ranking_and_not_the_tiles(app):
    app.switch_page("sites.py").run()
    before = app.get("component_instance")[0].proto.json_args
    app.slider(key="weight-small_collective-family-U").set_value(100).run()
    after = app.get("component_instance")[0].proto.json_args
    address = "/tiles/" + before.split("/tiles/")[1].split("/")[0]
    assert address in after


def test_store_without_results_offers_to_evaluate_the_sites(tmp_path, monkeypatch):
    path = tmp_path / "bare.duckdb"
    store = open_store(path)
    store.write("parcels", toy.frames()["parcels"])
    store.write("plu_zones", toy.frames()["plu_zones"])
    store.close()
    for app in opened(path, monkeypatch):
        app.switch_page("sites.py").run()
        assert "aucune n’est encore évaluée" in texts(app)
        app.button[0].click().run()
        assert "ilot-legend" in html(app)


def test_store_that_cannot_be_opened_is_told_plainly(tmp_path, monkeypatch):
    path = tmp_path / "broken.duckdb"
    path.write_bytes(b"not a store")
    for app in opened(path, monkeypatch):
        app.run()
        assert not app.exception
        assert app.title[0].value == "La base ne peut être lue"


def test_empty_store_is_filled_with_the_invented_town_at_the_first_start(empty_app, monkeypatch):
    from data import demo

    def small(store, *, progress):
        toy.fill(store)
        progress(1.0, "done")

    monkeypatch.setattr(demo, "build", small)
    empty_app.run()
    assert not empty_app.exception
    assert "Jouet" in html(empty_app)
