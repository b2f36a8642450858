"""The card and the page of a sector without a browser: figures side by side, ranking, what is not told."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.store import open_store
from tests import toy
from tests.patience import PATIENCE_S
from views.parts.stock.catalogue import FIGURES
from views.shared import cache, i18n

MAIN = Path(__file__).resolve().parents[2] / "views" / "main.py"
RAW = ("{%", "{{7", "${7", "<img", "`x`")


@pytest.fixture
def town(tmp_path, monkeypatch):
    path = tmp_path / "toy.duckdb"
    toy.stored(path)
    monkeypatch.setenv("ILOT_STORE", str(path))
    yield path
    cache.close()


def opened(page: str, **address) -> AppTest:
    app = AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
    for name, value in address.items():
        app.query_params[name] = value
    app.switch_page(page).run()
    assert not app.exception
    return app


def html(app) -> str:
    return "\n".join(b for b in (e.proto.body for e in app.get("html")) if "<style" not in b)


def test_a_residence_stands_beside_its_sector_and_the_stock(town):
    text = html(opened("stock.py", residence="R1"))
    row = text[text.index("Réclamations</summary>") :]
    i18n.use("fr")
    assert row.split("<b>")[1].startswith(FIGURES["complaints"].write(100 * 10 / 19))


def test_the_page_of_a_sector_opens_at_the_address_and_keeps_it(town):
    app = opened("sectors.py", level="sector", area="S2", figure="leaky")
    assert app.selectbox(key="area-figure").value == "leaky"
    assert app.query_params["area"] in ("S2", ["S2"])
    assert "Résidence des Érables" in html(app)


def test_an_unknown_area_or_figure_of_the_address_is_not_an_error(town):
    app = opened("sectors.py", level="x", area="S9", figure="nothing")
    assert app.selectbox(key="area-sector").value == "S1"


def test_a_residence_of_few_dwellings_is_in_no_ranking_of_requests(town):
    text = html(opened("sectors.py", area="S2", figure="complaints"))
    ranks = text[text.index("ilot-ranks") :].split("</ol>")[0]
    assert "Gras" not in ranks
    assert "Érables" in ranks


def test_an_agency_is_shown_beside_the_stock_only(town):
    app = opened("sectors.py", level="agency", area="A1")
    assert not app.exception
    assert "À côté du patrimoine" in html(app)


@pytest.mark.parametrize("area", ["S1", "S2"])
def test_awkward_names_are_inert_on_the_page_of_a_sector(town, area):
    app = opened("sectors.py", area=area)
    drawn = app.get("component_instance")[0].proto.json_args
    assert not [raw for raw in RAW if raw in html(app) or raw in drawn]


def test_a_store_without_sectors_says_what_to_import(tmp_path, monkeypatch):
    path = tmp_path / "bare.duckdb"
    store = open_store(path)
    store.write("parcels", toy.frames()["parcels"])
    store.close()
    monkeypatch.setenv("ILOT_STORE", str(path))
    app = opened("sectors.py")
    assert "importez les secteurs" in app.info[0].value
    cache.close()
