"""What managers do with territories in a real browser: choose, give, undo, propose, compare, publish, take back."""

import time

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

UNDO = ".st-key-territory-undo button"
GIVE = ".st-key-territory-give button"
SIDES = ".ilot-sides tbody tr"


def opened(visit):
    visit.page.goto(visit.address + "/territories")
    return drawn(visit)


def drawn(visit):
    box = visit.page.frame_locator("iframe[title*=folium]")
    box.locator("#map_div[data-chosen]").wait_for(timeout=60_000)
    return visit.page.query_selector("iframe[title*=folium]").content_frame()


def mode(visit, word: str) -> None:
    visit.page.locator(".st-key-territory-mode button", has_text=word).click()


def surround(visit, frame, tool: str, first: tuple[float, float], last: tuple[float, float]) -> None:
    """Draw from one corner of the map to another, both as shares of its size."""
    frame.locator(f"[data-tool={tool}]").click()
    box = visit.page.query_selector("iframe[title*=folium]").bounding_box()
    x, y = box["x"] + first[0] * box["width"], box["y"] + first[1] * box["height"]
    to_x, to_y = box["x"] + last[0] * box["width"], box["y"] + last[1] * box["height"]
    mouse = visit.page.mouse
    mouse.move(x, y)
    mouse.down()
    for corner in [(to_x, y), (to_x, to_y), (x, to_y)] if tool == "lasso" else [(to_x, to_y)]:
        mouse.move(*corner, steps=4)
    mouse.up()


def figure(visit, rank: int) -> str:
    return visit.page.locator(".ilot-figures b").nth(rank).inner_text()


def test_a_manager_lassoes_gives_sees_both_totals_and_undoes(visit):
    frame = opened(visit)
    before = figure(visit, 0), figure(visit, 3)
    surround(visit, frame, "lasso", (0.42, 0.48), (0.56, 0.62))
    visit.page.locator(GIVE).wait_for()
    assert int(frame.locator("#map_div").get_attribute("data-chosen")) > 0
    expect(visit.page.locator(SIDES)).to_have_count(2)
    visit.page.locator(GIVE).click()
    expect(visit.page.locator(UNDO)).to_be_enabled()
    expect(visit.page.locator(".ilot-figures b").nth(3)).not_to_have_text(before[1])
    draft = visit.page.url.split("draft=")[1]
    visit.page.reload()
    drawn(visit)
    expect(visit.page.locator(UNDO)).to_be_enabled()
    assert draft in visit.page.url
    visit.page.locator(UNDO).click()
    expect(visit.page.locator(".ilot-figures b").nth(3)).to_have_text(before[1])
    assert figure(visit, 0) == before[0]
    assert visit.complaints == []
    assert visit.outside() == []


def test_a_touch_chooses_one_residence_and_a_second_lets_it_go(visit):
    frame = opened(visit)
    at = frame.evaluate("(() => { const p = map.ilotTerritory.points[0]; return [p[0], p[1]] })()")
    visit.page.set_default_timeout(60_000)
    for wanted in ("1", "0"):
        spot = frame.evaluate("(at) => { const p = map.latLngToContainerPoint(at); return [p.x, p.y] }", at)
        frame.locator("#map_div").click(position={"x": spot[0], "y": spot[1]})
        frame.locator(f"#map_div[data-chosen='{wanted}']").wait_for()


def test_a_manager_proposes_compares_publishes_and_takes_back(visit):
    opened(visit)
    today = figure(visit, 0)
    mode(visit, "Proposer")
    visit.page.locator(".st-key-territory-propose button").click()
    take = visit.page.locator(".st-key-territory-take-0 button")
    take.wait_for(timeout=120_000)
    expect(visit.page.get_by_text("Aucun plan ne peut être meilleur de plus de")).to_be_visible()
    take.click()
    expect(visit.page.locator(".ilot-figures b").first).not_to_have_text(today)
    mode(visit, "Comparer")
    expect(visit.page.locator("iframe[title*=folium]")).to_have_count(2)
    expect(visit.page.locator(".ilot-section", has_text="Différences")).to_be_visible()
    mode(visit, "Publier")
    visit.page.locator(".st-key-territory-publish button").click()
    undo = visit.page.locator(".st-key-territory-unpublish button")
    undo.wait_for()
    expect(visit.page.get_by_text("le patrimoine a ses nouveaux territoires")).to_be_visible()
    undo.click()
    expect(visit.page.get_by_text("le patrimoine est comme avant")).to_be_visible()
    assert visit.complaints == []


def test_totals_answer_a_choice_quickly(visit):
    frame = opened(visit)
    surround(visit, frame, "box", (0.42, 0.48), (0.5, 0.55))
    visit.page.locator(GIVE).wait_for()
    began = time.monotonic()
    surround(visit, frame, "box", (0.5, 0.4), (0.6, 0.5))
    drawn_at = time.monotonic()
    frame.wait_for_function("Number(map.getContainer().dataset.chosen) > 3")
    print(f"choice to totals {time.monotonic() - drawn_at:.2f} s (drawing {drawn_at - began:.2f} s)")
    assert time.monotonic() - drawn_at < 5
