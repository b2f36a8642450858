"""The map by keys alone: from the address bar to the card of a residence, and back; no stop of Tab for each dot."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

CARD = ".ilot-heading h3"
STOPS = 40  # more than the page has before its map
FOCUS = "document.activeElement"
MAP = f"{FOCUS} === document.getElementById('map_div')"
ON_DOT = f"{FOCUS}.classList.contains('ilot-dot')"


@pytest.fixture
def keys(visit):
    """The keyboard, and the map's frame, reached from the top of the page by Tab alone."""
    frame = visit.open("/?figure=complaints")
    for _stop in range(STOPS):
        visit.page.keyboard.press("Tab")
        if frame.evaluate(MAP):
            break
    assert frame.evaluate(MAP)
    return visit.page.keyboard, frame


def test_residence_is_picked_on_the_map_by_keys_alone_and_the_map_found_again(visit, keys):
    keyboard, frame = keys
    keyboard.press("Tab")
    before = frame.evaluate(f"{FOCUS}.dataset.id")
    keyboard.press("PageDown")
    after = frame.evaluate(f"{FOCUS}.dataset.id")
    name = frame.evaluate(f"{FOCUS}.getAttribute('aria-label')")
    assert after != before
    keyboard.press("Enter")
    visit.page.wait_for_url(f"**residence={after}**")
    expect(visit.page.locator(CARD)).to_have_text(name.split(" · ")[0])
    keyboard.press("Escape")
    frame.wait_for_function(MAP)
    assert visit.complaints == []


def test_residences_are_one_stop_and_arrows_go_between_them(keys):
    keyboard, frame = keys
    keyboard.press("Tab")
    seen = [frame.evaluate(f"{FOCUS}.dataset.id")]
    for way in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        keyboard.press(way)
        seen.append(frame.evaluate(f"{FOCUS}.dataset.id"))
    assert len(set(seen)) > 2
    assert frame.locator(".ilot-dot[tabindex='0']").count() == 1
    keyboard.press("Tab")
    assert not frame.evaluate(ON_DOT)


def test_cross_says_what_enter_picks(visit, keys):
    keyboard, frame = keys
    place = "(d => map.setView(d.at, 17, { animate: false }))(ilot.drawn().find((one) => one.id === 'R060'))"
    frame.evaluate(place)
    name = frame.locator(".ilot-dot[data-id=R060]").get_attribute("aria-label")
    assert re.search("Demandes pour 100 logements : (\\d|non affiché)", name)
    expect(frame.locator(".ilot-said")).to_have_text(name)
    assert "R060" not in name
    assert int(frame.locator("#map_div").get_attribute("data-named")) > 0
    keyboard.press("Enter")
    visit.page.wait_for_url("**residence=R060**")


def test_arrows_and_signs_move_the_map(keys):
    keyboard, frame = keys
    zoom, east = frame.evaluate("[map.getZoom(), map.getCenter().lng]")
    keyboard.press("+")
    frame.wait_for_function(f"map.getZoom() > {zoom} && !map._animatingZoom")
    keyboard.press("ArrowRight")
    frame.wait_for_function(f"map.getCenter().lng > {east}")
