"""What managers do with territories in a real browser: choose, sweep, give, undo, propose, compare, publish, rival."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from data.store import open_store
from tests import toy
from tests.e2e.conftest import Visit
from tests.serving import PATIENCE_MS, served

pytestmark = pytest.mark.browser

UNDO = ".st-key-territory-undo button"
GIVE = ".st-key-territory-give button"
SIDES = ".ilot-sides tbody tr"
FIGURES = ".ilot-figures b"
SHOWN = "() => { const told = document.querySelector('.ilot-totals'); return told && !told.hidden }"
ACROSS = """() => {
  const { sides, points, t } = map.ilotTerritory;
  const at = (i) => map.latLngToContainerPoint(points[i].slice(0, 2));
  const [a, b] = sides.filter(([a, b]) => t.areas[a] !== t.areas[b]).sort((p, q) => q[2] - p[2])[0];
  return [at(a).x, at(a).y, at(b).x, at(b).y];
}"""


def opened(visit):
    visit.page.goto(visit.address + "/territories")
    return drawn(visit)


def drawn(visit):
    box = visit.page.frame_locator("iframe[title*=folium]")
    box.locator("#map_div[data-chosen]").wait_for(timeout=PATIENCE_MS)
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


@contextmanager
def another(browser, address):
    """Open a second browser on the application, as a colleague would."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, locale="fr-FR")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    try:
        yield Visit(page, address)
    finally:
        context.close()


@contextmanager
def dragged(visit, way: str, start: tuple[float, float], end: tuple[float, float]):
    """Draw over the map by mouse or by finger; lift it at the end."""
    box = visit.page.query_selector("iframe[title*=folium]").bounding_box()
    start, end = ((box["x"] + x, box["y"] + y) for x, y in (start, end))
    if way == "mouse":
        visit.page.mouse.move(*start)
        visit.page.mouse.down()
        visit.page.mouse.move(*end, steps=6)
        yield
        visit.page.mouse.up()
        return
    finger = visit.page.context.new_cdp_session(visit.page)
    for kind, (x, y) in (("touchStart", start), ("touchMove", end)):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    yield
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def steps(visit, count: int) -> None:
    """Wait until the draft has so many moves to undo."""
    words = f"Annuler ({count})" if count else "Annuler"
    expect(visit.page.locator(f"{UNDO} p")).to_have_text(words)


def figure(visit, rank: int) -> str:
    return visit.page.locator(".ilot-figures b").nth(rank).inner_text()


def give(visit, first, last, moves: int, *, begun: bool = False) -> None:
    """Choose by box and give; wait until the draft has so many moves."""
    frame = drawn(visit) if begun else opened(visit)
    surround(visit, frame, "box", first, last)
    visit.page.locator(GIVE).click()
    steps(visit, moves)


def plans(visit):
    """Open the list of plans."""
    visit.page.locator(".st-key-territory-plans button").first.click()
    return visit.page.locator("[data-testid=stPopoverBody]")


def saved_as(visit, name: str) -> None:
    panel = plans(visit)
    panel.locator(".st-key-territory-name input").fill(name)
    panel.locator(".st-key-territory-name input").press("Enter")
    panel.locator(".st-key-territory-save-as button").click()
    titled(visit, f"{name} · v1")
    visit.page.keyboard.press("Escape")


def titled(visit, words: str) -> None:
    """Wait until the bar names this plan and version."""
    expect(visit.page.locator(".st-key-territory-plans button p").first).to_have_text(words)


def save(visit) -> None:
    plans(visit).locator(".st-key-territory-save button").click()
    visit.page.keyboard.press("Escape")


def swept(visit, frame, way: str) -> None:
    """Sweep the longest border from one side to the other; both totals are told before the finger is lifted."""
    frame.locator("[data-tool=sweep]").click()
    x, y, to_x, to_y = frame.evaluate(ACROSS)
    with dragged(visit, way, (x, y), (to_x, to_y)):
        frame.wait_for_function(SHOWN)
        assert frame.locator(".ilot-totals > div").count() == 2


def test_a_manager_lassoes_gives_sees_both_totals_and_undoes(visit):
    frame = opened(visit)
    before = figure(visit, 0), figure(visit, 3)
    surround(visit, frame, "lasso", (0.42, 0.48), (0.56, 0.62))
    frame.wait_for_function(SHOWN)
    visit.page.locator(GIVE).wait_for()
    assert int(frame.locator("#map_div").get_attribute("data-chosen")) > 0
    expect(visit.page.locator(SIDES)).to_have_count(2)
    visit.page.locator(GIVE).click()
    steps(visit, 1)
    expect(visit.page.locator(FIGURES).nth(3)).not_to_have_text(before[1])
    draft = visit.page.url.split("draft=")[1]
    visit.page.reload()
    drawn(visit)
    steps(visit, 1)
    assert draft in visit.page.url
    visit.page.locator(UNDO).click()
    expect(visit.page.locator(FIGURES).nth(3)).to_have_text(before[1])
    assert figure(visit, 0) == before[0]
    assert visit.complaints == []
    assert visit.outside() == []


def test_a_piece_that_breaks_off_is_zoomed_to_and_mended_at_one_touch(visit):
    frame = opened(visit)
    town = int(frame.locator("#map_div").get_attribute("data-zoom"))
    surround(visit, frame, "box", (0.42, 0.48), (0.56, 0.62))
    visit.page.locator(GIVE).click()
    broken = visit.page.get_by_text("est en plusieurs morceaux")
    broken.wait_for()
    frame.wait_for_function(f"Number(map.getContainer().dataset.zoom) > {town}")
    for _ in range(3):
        if broken.is_visible():
            count = int(visit.page.locator(f"{UNDO} p").inner_text().split("(")[1].strip(")"))
            visit.page.locator(".st-key-territory-mend button").click()
            steps(visit, count + 1)
    expect(broken).to_have_count(0)
    frame.wait_for_function(f"Number(map.getContainer().dataset.zoom) <= {town}")


@pytest.mark.parametrize("way", ["mouse", "touch"])
def test_a_border_swept_by_a_drag_is_told_under_the_finger_and_undone_as_one(visit, way):
    frame = opened(visit)
    before = figure(visit, 3)
    swept(visit, frame, way)
    steps(visit, 1)
    expect(visit.page.locator(FIGURES).nth(3)).not_to_have_text(before)
    visit.page.locator(UNDO).click()
    expect(visit.page.locator(FIGURES).nth(3)).to_have_text(before)
    assert visit.complaints == []


def test_a_touch_chooses_one_residence_and_a_second_lets_it_go(visit):
    frame = opened(visit)
    at = frame.evaluate("(() => { const p = map.ilotTerritory.points[0]; return [p[0], p[1]] })()")
    for wanted in ("1", "0"):
        spot = frame.evaluate("(at) => { const p = map.latLngToContainerPoint(at); return [p.x, p.y] }", at)
        frame.locator("#map_div").click(position={"x": spot[0], "y": spot[1]})
        frame.locator(f"#map_div[data-chosen='{wanted}']").wait_for()


def test_a_manager_proposes_stops_compares_publishes_and_takes_back(visit):
    opened(visit)
    today = figure(visit, 0)
    mode(visit, "Proposer")
    visit.page.locator(".st-key-territory-frontier button").click()
    visit.page.locator(".st-key-territory-stop button").click()
    expect(visit.page.locator(".st-key-territory-stop")).to_have_count(0, timeout=PATIENCE_MS)
    visit.page.locator(".st-key-territory-propose button").click()
    expect(visit.page.locator("[data-testid=stProgress]")).to_be_visible()
    take = visit.page.locator(".st-key-territory-take-0 button")
    take.wait_for(timeout=PATIENCE_MS)
    proved = visit.page.get_by_text("ne peut être meilleur de plus de").or_(
        visit.page.get_by_text("est prouvé le meilleur")
    )
    expect(proved.first).to_be_visible()
    take.click()
    expect(visit.page.locator(FIGURES).first).not_to_have_text(today)
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


def test_of_two_managers_one_wins_and_the_other_keeps_the_draft_and_sees_the_difference(
    visit, browser, address
):
    """Anne saves a plan, Paul opens it; both move a border, Anne saves first."""
    give(visit, (0.42, 0.48), (0.5, 0.55), 1)
    saved_as(visit, "Concours")
    with another(browser, address) as rival:
        opened(rival)
        plans(rival).locator(".st-key-territory-open-it button").click()
        titled(rival, "Concours · v1")
        rival.page.keyboard.press("Escape")
        give(rival, (0.3, 0.5), (0.36, 0.56), 1, begun=True)
        give(visit, (0.5, 0.4), (0.56, 0.48), 2, begun=True)
        save(visit)
        titled(visit, "Concours · v2")
        save(rival)
        expect(rival.page.get_by_text("Votre brouillon est gardé")).to_be_visible()
        rival.page.get_by_text("Ce qui diffère").click()
        expect(rival.page.locator("[data-testid=stDataFrame]").first).to_be_visible()
        steps(rival, 1)


def test_a_draft_survives_a_restart_of_the_server(browser, tmp_path):
    path = tmp_path / "toy.duckdb"
    store = open_store(path)
    toy.fill(store)
    store.close()
    with served(path) as address, another(browser, address) as first:
        first.page.goto(address + "/territories")
        first.page.locator(".st-key-territory-level button", has_text="Secteurs").click()
        swept(first, drawn(first), "mouse")
        steps(first, 1)
        kept = first.page.url.split("/territories")[1]
    with served(path) as address, another(browser, address) as second:
        second.page.goto(address + "/territories" + kept)
        drawn(second)
        steps(second, 1)
