"""The files of attacks in a real browser: every page shows the characters, runs nothing and asks nothing outside."""

import pytest
from playwright.sync_api import expect

from data.store import open_store
from tests.e2e.conftest import Visit
from tests.payloads import FILES, brought
from tests.serving import drawn_map, served
from views.jobs import sites

pytestmark = pytest.mark.browser

TOOLTIPS = """() => { const told = [];
  map.eachLayer((layer) => { if (!layer.getTooltip || !layer.getTooltip()) return;
    layer.openTooltip(); told.push(layer.getTooltip().getElement().innerText); });
  return told; }"""
RAN = "window.__xss !== undefined || (window.parent && window.parent.__xss !== undefined)"
EVALUATED = ("Lot 49", "49 49", "Passage 49")
PAGES = (
    "sectors", "complaints", "sites", "site", "territories", "programme", "mobility", "exchanges", "data",
)  # fmt: skip


@pytest.fixture(scope="module")
def attacked(tmp_path_factory, request):
    shared = request.getfixturevalue("shared")
    folder = tmp_path_factory.mktemp("attacked")
    store = open_store(folder / "attacked.duckdb")
    names = brought(store, shared, folder)
    sites.run(store)
    store.close()
    with served(folder / "attacked.duckdb") as address:
        yield address, names


@pytest.fixture
def guest(browser, attacked):
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(60_000)
    watched = Visit(page, attacked[0])
    watched.watch()
    yield watched
    assert watched.outside() == []
    assert [url for url in watched.requests if url.endswith(("/x", "/p.png", "/s.png"))] == []
    assert watched.complaints == []
    assert not page.evaluate(RAN)
    assert not [told for told in EVALUATED if told in page.locator("body").inner_text()]
    context.close()


def test_map_tooltips_and_legend_show_what_was_typed(guest, attacked):
    guest.page.goto(guest.address)
    frame = drawn_map(guest.page)
    tooltips = frame.evaluate(TOOLTIPS)
    for name in attacked[1].values():
        assert any(told.startswith(name.strip()) for told in tooltips), name
    assert not frame.evaluate(RAN)
    assert not [told for told in EVALUATED if told in "\n".join(tooltips)]
    expect(guest.page.locator(".ilot-legend").first).to_contain_text("{{7*7}} ${7*7} <img src=x")
    guest.page.get_by_text("en tableau").click()
    guest.page.locator("[data-testid=stDataFrame]").first.wait_for()


def test_cards_show_what_was_typed(guest, attacked):
    for key, name in attacked[1].items():
        if "Amandiers" in name:
            continue
        guest.page.goto(f"{guest.address}/?residence={key}")
        expect(guest.page.locator(".ilot-heading h3")).to_have_text(name)
        assert not guest.page.evaluate(RAN)


def test_search_results_show_what_was_typed(guest):
    guest.page.goto(guest.address)
    for words, name in (("Lot 7", "Lot {{7*7}}"), ("cliquer", "[cliquer](javascript:alert(1))")):
        guest.page.get_by_placeholder("Chercher une résidence").fill(words)
        expect(guest.page.locator("[class*=st-key-found] button").first).to_contain_text(name)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_on_the_attacks_and_runs_none(guest, name):
    guest.page.goto(f"{guest.address}/{name}")
    guest.page.locator("[data-testid=stMain] h1").wait_for()
    expect(guest.page.locator("[data-testid=stStatusWidget]")).to_have_count(0)
    expect(guest.page.locator("[data-testid=stException]")).to_have_count(0)


@pytest.mark.parametrize("file", FILES)
def test_the_report_of_an_import_shows_what_was_typed(guest, shared, file):
    guest.page.goto(f"{guest.address}/data")
    guest.page.set_input_files("input[type=file]", shared / "bad-inputs" / file)
    guest.page.get_by_text("Comment vos colonnes ont été lues").click()
    guest.page.locator("[data-testid=stDataFrame]").nth(1).wait_for()
    assert not guest.page.evaluate(RAN)
