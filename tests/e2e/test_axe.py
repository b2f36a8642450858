"""Every page by axe, in the light and in the dark, on a tablet: no serious fault, and no sideways scroll."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import serious
from tests.serving import PATIENCE_MS, drawn_map

pytestmark = pytest.mark.browser

STILL = """() => !document.querySelector('[data-stale=true], [data-testid=stStatusWidget]')
  && document.querySelector('[data-testid=stMain]').innerText.length > 200"""
DARK = "dark => (getComputedStyle(document.querySelector('.stApp')).backgroundColor === 'rgb(20, 25, 28)') === dark"
FADED_MS = 600  # what a page takes to show in full what it has just drawn
WALKS = {
    "stock": ["/?figure=months", "/?figure=cases&level=sector&with=energy", "/?residence=R060"],
    "service": ["/sectors?level=sector&area=S02", "/complaints", "/mobility", "/exchanges"],
    "land": [
        "/sites?parcel={site}",
        "/site?parcel={site}&form=small_collective",
        "/territories",
        "/programme",
    ],
    "data": ["/data"],
}
FILE = {"name": "residences.csv", "mimeType": "text/csv", "buffer": b"id;nom;logements\n1;Les Lilas;dix\n"}


def faults(page: Page) -> list[str]:
    """Return what axe finds in a page that stands still, and in its map."""
    page.wait_for_function(STILL)
    page.wait_for_timeout(FADED_MS)
    found = serious(page, None)
    if page.locator("iframe[title*=folium]").count():
        found += serious(drawn_map(page), ["#map_div"])
    return found


@pytest.mark.parametrize("walk", WALKS)
def test_no_page_has_a_serious_fault_in_the_light_or_in_the_dark(browser, address, town, walk):
    context = browser.new_context(
        viewport={"width": 1024, "height": 768}, has_touch=True, locale="fr-FR", reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    found = {}
    for path in WALKS[walk]:
        page.emulate_media(color_scheme="light")
        page.goto(address + path.format(site=town.best_site))
        expect(page.locator("h1")).to_be_visible(timeout=PATIENCE_MS)
        if path == "/data":
            page.set_input_files("input[type=file]", FILE)
            expect(page.get_by_role("alert").first).to_be_visible(timeout=PATIENCE_MS)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(DARK, arg=scheme == "dark")
            found |= {f"{path} {scheme}": told for told in [faults(page)] if told}
        if page.evaluate("document.scrollingElement.scrollWidth > window.innerWidth"):
            found[path] = ["sideways scroll"]
    context.close()
    assert found == {}
