"""A complaint entered by touch in a real browser: the connection is lost, the page refreshed; it is sent once."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.serving import PATIENCE_MS
from views.shared.search import words

pytestmark = pytest.mark.browser

TABLET = {"width": 1024, "height": 768}
ROWS = "[class*=st-key-complaint-row-F-]"
TEXT = "La porte du hall ne ferme plus"
SMALL = """() => [...document.querySelectorAll("[data-testid=stMain] :is(button, input, summary, a)")]
  .filter((one) => one.offsetParent && one.offsetWidth > 0 && one.type !== "checkbox")
  .filter((one) => Math.max(one.offsetHeight, one.parentElement.offsetHeight) < 43)
  .map((one) => one.innerText || one.outerHTML.slice(0, 80))"""


@pytest.fixture
def tablet(browser: Browser, address: str):
    context = browser.new_context(viewport=TABLET, has_touch=True, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/complaints")
    yield page
    context.close()


def press(page: Page, label: str) -> None:
    page.locator("button", has_text=re.compile(f"{label}$")).first.tap()


def enter(page: Page, name: str) -> None:
    """Say where, what, in which part, and in a few words."""
    page.get_by_placeholder("Chercher une résidence").fill(" ".join(words(name)))
    page.locator("[class*=st-key-found] button", has_text=name).first.tap()
    expect(page.locator(".ilot-heading h3")).to_have_text(name)
    press(page, "Accès et éclairage")
    press(page, "Dans les parties communes")
    page.get_by_label("En quelques mots").fill(TEXT)


def test_a_complaint_survives_a_lost_connection_and_is_sent_once_then_closed(tablet, town):
    enter(tablet, town.residence)
    expect(tablet.get_by_text("Brouillon gardé")).to_be_visible()
    expect(tablet.locator("button", has_text="Envoyer")).to_be_enabled()
    assert tablet.evaluate(SMALL) == []

    tablet.context.set_offline(True)
    press(tablet, "Envoyer")
    tablet.context.set_offline(False)
    tablet.reload()

    # Sent before the connection was lost, or kept: the draft is there, or its complaint is; never two, never none
    kept = tablet.get_by_text("retrouvé tel que vous l’aviez laissé")
    expect(kept.or_(tablet.get_by_text("Tapez un nom"))).to_be_visible()
    if kept.is_visible():
        expect(tablet.get_by_label("En quelques mots")).to_have_value(TEXT)
        press(tablet, "Envoyer")
        expect(tablet.get_by_text(re.compile("Envoyée|déjà envoyée"))).to_be_visible()
        tablet.reload()

    press(tablet, "En cours")
    expect(tablet.locator(ROWS)).to_have_count(1)
    row = tablet.locator(ROWS)
    expect(row).to_contain_text(town.residence)
    row.locator("button", has_text="Réponse donnée").tap()
    expect(row).to_contain_text("Réponse donnée · depuis")
    row.locator("button", has_text="Clôturer").tap()
    expect(row).to_contain_text("clôturée le")
    assert tablet.evaluate(SMALL) == []
    assert tablet.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth")
