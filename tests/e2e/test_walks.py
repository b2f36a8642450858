"""What staff do in a real browser: open, search, click, read, change language; and what must never happen."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import SETTLED_MS
from tests.toy import NASTY
from views.shared.search import words

pytestmark = pytest.mark.browser

CARD = ".ilot-heading h3"
FIRST_FIGURES = {
    "Mouvements": "Vacance",
    "Énergie": "Classe énergie",
    "Réclamations": "Demandes pour 100 logements",
}


PLACE_OF = """(id) => {
  let at;
  map.eachLayer((layer) => { if (layer.getElement && layer.getElement()?.dataset.id === id) at = layer.getLatLng(); });
  return [at.lat, at.lng];
}"""


def view(frame) -> list[float]:
    return frame.evaluate("[map.getCenter().lat, map.getCenter().lng, map.getZoom()]")


def test_staff_find_a_residence_as_they_type_and_read_its_card(visit, town):
    visit.open()
    visit.page.get_by_placeholder("Chercher une résidence").fill(" ".join(words(town.residence)))
    visit.page.locator("[class*=st-key-found] button", has_text=town.residence).first.click()
    expect(visit.page.locator(CARD)).to_have_text(town.residence)
    expect(visit.page.locator(".ilot-facts").first).to_contain_text("Logements")
    assert visit.complaints == []


def test_click_on_a_residence_opens_its_card_and_keeps_the_place_of_the_map(visit):
    frame = visit.open()
    frame.evaluate("(at) => map.setView(at, 15, { animate: false })", frame.evaluate(PLACE_OF, "R060"))
    before = view(frame)
    frame.locator(".ilot-dot[data-id=R060]").click()
    expect(visit.page.locator(CARD)).to_be_visible()
    frame.locator(".ilot-dot.is-selected[data-id=R060]").wait_for()
    assert view(visit.map()) == before
    assert "residence=R060" in visit.page.url


def test_panning_and_zooming_tell_the_server_nothing(visit):
    frame = visit.open()
    visit.settle()
    sent = visit.messages
    frame.evaluate("map.panBy([200, 120], { animate: false }); map.setZoom(16, { animate: false })")
    visit.page.wait_for_timeout(SETTLED_MS)
    assert visit.messages == sent


def test_click_on_a_parcel_tells_its_rules_and_what_fits(visit, town):
    frame = visit.open("/sites")
    frame.evaluate("(at) => map.setView(at, 17, { animate: false })", town.best_place)
    visit.click_on_map(*town.best_place)
    expect(visit.page.locator(CARD)).to_be_visible()
    expect(visit.page.locator(".ilot-verdicts li")).to_have_count(3)
    expect(visit.page.locator(".ilot-verdicts li.fits").first).to_contain_text("logements")
    expect(visit.page.locator(".ilot-section", has_text="Règles de la zone")).to_be_visible()
    visit.page.wait_for_url(f"**parcel={town.best_site}**")
    assert visit.complaints == []


def test_another_form_repaints_the_parcels_and_fetches_no_tile(visit):
    visit.open("/sites")
    visit.settle()
    tiles = sum("/tiles/" in url for url in visit.requests)
    visit.page.locator("[data-testid=stButtonGroup] button", has_text="Maisons de ville").click()
    expect(visit.page.locator(".ilot-figures")).to_contain_text("Maisons de ville")
    visit.page.wait_for_timeout(SETTLED_MS)
    assert tiles > 0
    assert sum("/tiles/" in url for url in visit.requests) == tiles


def test_language_changes_and_the_map_keeps_its_place(visit):
    frame = visit.open()
    frame.evaluate("map.setZoom(15, { animate: false })")
    before = view(frame)
    visit.page.locator("[data-testid=stButtonGroup] button", has_text="English").click()
    expect(visit.page.locator("h1")).to_have_text("Stock")
    expect(visit.page.get_by_text("Invented data", exact=True)).to_be_visible()
    assert view(visit.map()) == before


@pytest.mark.parametrize(
    ("key", "name"), list(zip(["R001", "R002", "R003", "R004"], NASTY.values(), strict=True))
)
def test_an_awkward_name_shows_as_typed_and_runs_nothing(visit, key, name):
    frame = visit.open(f"/?residence={key}")
    expect(visit.page.locator(CARD)).to_have_text(name)
    dot = frame.locator(f".ilot-dot[data-id={key}]")
    assert dot.get_attribute("aria-label").startswith(name)
    dot.hover()
    expect(frame.locator(".ilot-tip")).to_contain_text(name)
    visit.page.get_by_placeholder("Chercher une résidence").fill(name)
    expect(visit.page.locator("[class*=st-key-found] button").first).to_contain_text(
        name.replace(":house:", "")
    )
    assert visit.complaints == []
    assert visit.outside() == []


def test_no_request_leaves_the_machine_on_a_whole_walk(visit):
    frame = visit.open()
    frame.locator(".ilot-dot").first.click(force=True)
    for family, figure in FIRST_FIGURES.items():
        visit.page.locator("[data-testid=stButtonGroup] button", has_text=family).click()
        expect(visit.page.locator(".ilot-legend h4")).to_have_text(figure)
    visit.page.get_by_role("link", name="Sites").click()
    visit.page.locator(".ilot-legend", has_text="Note sur 100").wait_for()
    visit.map()
    print(f"{len(visit.requests)} requests, {len(visit.outside())} to the outside")
    assert len(visit.requests) > 20
    assert visit.outside() == []
    assert visit.complaints == []
