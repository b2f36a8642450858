"""What the development team and the mobility adviser do in a real browser: a programme, what it frees, exchanges."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit

pytestmark = pytest.mark.browser

LONG_MS = 150_000
FIGURES = ".ilot-figures b"


@pytest.fixture(scope="module")
def adviser(browser, ours):
    """A visit to the town whose adviser's page is open."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(LONG_MS)
    watched = Visit(page, ours)
    watched.watch()
    yield watched
    context.close()


def test_programme_is_made_told_beside_its_targets_and_mended_without_an_operation(adviser):
    page = adviser.page
    page.goto(adviser.address + "/programme")
    page.locator(".st-key-programme-go button").click()
    expect(page.locator(".ilot-grid tbody tr")).to_have_count(5, timeout=LONG_MS)
    before = int(page.locator(FIGURES).first.inner_text().replace("\u202f", ""))
    page.locator(".st-key-programme-view button", has_text="Et si").click()
    page.locator(".st-key-programme-remove button").click()
    expect(page.get_by_text("Par rapport au premier choix")).to_be_visible(timeout=LONG_MS)
    page.locator(".st-key-programme-view button", has_text="Carte").click()
    adviser.map()
    assert before >= 750
    assert adviser.complaints == []
    assert adviser.outside() == []


def test_mobility_says_what_new_homes_free_and_which_relets_are_late(adviser):
    page = adviser.page
    page.goto(adviser.address + "/mobility")
    expect(page.locator(".ilot-grid tbody tr").first).to_be_visible(timeout=LONG_MS)
    page.locator(".st-key-mobility-view button", has_text="Ce qui libère quoi").click()
    expect(page.get_by_text("logements accessibles (12 T2) ici libèrent")).to_be_visible(timeout=LONG_MS)
    page.locator(".st-key-mobility-view button", has_text="Relocations").click()
    expect(page.get_by_text("Jalons, les plus en retard d’abord")).to_be_visible(timeout=LONG_MS)
    assert adviser.complaints == []


def test_adviser_accepts_an_exchange_and_takes_it_back(adviser):
    page = adviser.page
    page.goto(adviser.address + "/exchanges")
    accept = page.get_by_role("button", name="Tous acceptent").first
    accept.click(timeout=LONG_MS)
    undo = page.get_by_role("button", name="Revenir dessus")
    expect(undo).to_be_visible(timeout=LONG_MS)
    undo.click()
    expect(page.get_by_text("Rien n’est encore décidé.")).to_be_visible(timeout=LONG_MS)
    assert adviser.complaints == []


def test_list_of_exchanges_is_closed_to_other_roles(visit):
    visit.page.goto(visit.address + "/exchanges")
    expect(visit.page.get_by_text("réservée au conseiller mobilité")).to_be_visible(timeout=LONG_MS)
    assert visit.page.locator(".ilot-grid").count() == 0
    assert visit.page.get_by_role("button", name="Tous acceptent").count() == 0
    households = [
        int(text.replace("\u202f", "")) for text in visit.page.locator(FIGURES).all_inner_texts()[:2]
    ]
    assert [count % 5 for count in households] == [0, 0]  # told to the nearest 5, nobody named
