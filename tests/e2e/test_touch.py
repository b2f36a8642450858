"""A tablet by fingers and pen alone, at 1024 × 768: maps, tools, sliders, curves; no finger is caught in a map."""

import pytest
from playwright.sync_api import expect

from tests.e2e.touch import Touch
from tests.serving import PATIENCE_MS

pytestmark = pytest.mark.browser

CARD = ".ilot-heading h3"
SEEN = "[map.getCenter().lat, map.getCenter().lng, map.getZoom()]"
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
# the smallest residence well inside the map: its key and its place
SMALLEST = """(() => {
  const size = map.getSize(), at = (one) => map.latLngToContainerPoint(one.at);
  const inside = ({ x, y }) => x > 90 && x < size.x - 90 && y > 90 && y < size.y - 90;
  const one = ilot.drawn().filter((one) => inside(at(one))).sort((a, b) => a.reach - b.reach)[0];
  return [one.id, at(one).x / size.x, at(one).y / size.y];
})()"""
expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def tablet(browser):
    context = browser.new_context(
        viewport={"width": 1024, "height": 768}, has_touch=True, is_mobile=True, locale="fr-FR"
    )
    yield context
    context.close()


@pytest.fixture
def touch(tablet, address):
    page = tablet.new_page()
    page.set_default_timeout(PATIENCE_MS)
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Touch(page)
    page.close()
    assert complaints == []


def test_map_is_panned_and_zoomed_by_fingers_and_the_page_scrolls_beside_it(touch, address):
    touch.page.goto(f"{address}/?figure=complaints")
    frame = touch.map_of()
    _north, east, zoom = frame.evaluate(SEEN)
    touch.drag(touch.on_map(0.6, 0.6), touch.on_map(0.3, 0.4))
    frame.wait_for_function(f"map.getCenter().lng > {east}")
    assert touch.page.evaluate(SCROLLED) == 0
    touch.spread(touch.on_map(0.5, 0.5), 40, 140)
    frame.wait_for_function(f"map.getZoom() > {zoom} && !map._animatingZoom")
    assert touch.page.evaluate("visualViewport.scale") == 1
    x, y = touch.on_map(1, 0.9)
    touch.drag((x + 120, y), (x + 120, y - 300))
    touch.page.wait_for_function(f"{SCROLLED} > 100")


def test_a_fingertip_beside_a_small_residence_opens_its_card_and_names_it(touch, address):
    touch.page.goto(f"{address}/?figure=complaints&at=48.861~2.449~15")
    frame = touch.map_of()
    key, x, y = frame.evaluate(SMALLEST)
    at = touch.on_map(x, y)
    touch.tap_at((at[0] + 15, at[1]))
    expect(touch.page.locator(CARD)).to_be_visible()
    touch.page.wait_for_url(f"**residence={key}**")


@pytest.mark.parametrize("hand", ["finger", "pen"])
def test_residences_are_boxed_and_lassoed_by_hand_and_each_tool_says_what_it_does(touch, address, hand):
    touch.page.goto(f"{address}/territories")
    frame = touch.map_of("[data-chosen]")
    way = touch.drag if hand == "finger" else touch.draw
    touch.tap(frame.locator("[data-tool=box]"))
    expect(frame.locator(".ilot-help")).to_contain_text("Tracez d’un coin")
    way(touch.on_map(0.4, 0.45), touch.on_map(0.5, 0.6))
    expect(touch.page.locator(".st-key-territory-give")).to_be_visible()
    boxed = int(frame.locator("#map_div").get_attribute("data-chosen"))
    touch.tap(frame.locator("[data-tool=lasso]"))
    corners = [(0.5, 0.3), (0.7, 0.3), (0.7, 0.6), (0.5, 0.6), (0.5, 0.3)]
    way(*(touch.on_map(*corner) for corner in corners))
    frame.wait_for_function(f"Number(document.querySelector('#map_div').dataset.chosen) > {boxed}")
    touch.tap(frame.locator("[data-tool=sweep]"))
    expect(frame.locator(".ilot-veil")).to_have_count(1)
    touch.tap(frame.locator("[data-tool=sweep]"))
    expect(frame.locator(".ilot-veil")).to_have_count(0)


def test_a_site_is_drawn_by_touches_a_weight_and_a_value_moved_by_a_finger(touch, address, town):
    touch.page.goto(f"{address}/sites?parcel={town.best_site}")
    frame = touch.map_of("[data-drawn][data-tiles]")
    frame.wait_for_function("map.getZoom() >= 17 && !map._animatingZoom && !map._panAnim?._inProgress")
    touch.tap(frame.locator("[data-tool=sketch]"))
    expect(frame.locator(".ilot-help")).to_be_visible()
    for corner in ((0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.4)):
        touch.tap_at(touch.on_map(*corner))
    expect(touch.page.get_by_label("Son nom")).to_be_visible()
    score = touch.page.locator(".ilot-section:has-text('Note,')").first
    expect(score).to_be_visible()
    before = score.inner_text()
    touch.tap(touch.page.locator(".st-key-weights button").first)
    weight = touch.page.get_by_role("slider").nth(2)
    touch.drag(touch.beside(weight), touch.beside(weight, dx=400))
    expect(score).not_to_have_text(before)
    touch.tap(touch.page.locator(".st-key-weights button").first)
    before = score.inner_text()
    touch.tap(touch.page.locator(".st-key-value-functions button").first)
    point = touch.page.locator(".st-key-value-curve").get_by_role("slider").nth(1)
    point.scroll_into_view_if_needed()
    touch.drag(touch.beside(point), touch.beside(point, dx=10, dy=90))
    expect(score).not_to_have_text(before)


def test_months_are_slid_by_a_finger_and_what_a_pointer_shows_on_hover_is_there_without_it(touch, address):
    touch.page.goto(f"{address}/?figure=months")
    frame = touch.map_of()
    months = frame.locator(".ilot-months input")
    touch.drag(touch.beside(months), touch.beside(months, dx=-80))
    frame.wait_for_function("Number(document.querySelector('#map_div').dataset.month) < 12")
    touch.page.goto(f"{address}/mobility")
    touch.tap(touch.page.get_by_role("radio", name="Relocations"))
    chart = touch.page.locator("[data-testid=stVegaLiteChart]")
    expect(chart).to_be_visible(timeout=PATIENCE_MS)
    for toolbar in touch.page.locator("[data-testid=stElementToolbar]").all():
        expect(toolbar).to_have_css("opacity", "1")
    touch.tap(touch.page.get_by_role("button", name="Show data"))
    expect(touch.page.locator("[data-testid=stDataFrame]")).to_have_count(2)
