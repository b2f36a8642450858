"""The atlas in a real browser: what is planted in the town is found by the page, and the page is for everyone."""

import pytest
from playwright.sync_api import expect

from views.shared.palette import ITEMS, SPOTS

pytestmark = pytest.mark.browser

CARD = ".ilot-heading h3"
FIRST_BAR = ".ilot-bars > div:first-child > span"
CHIPS = "[class*=st-key-stock-chips] button"
TONE = "(dot) => getComputedStyle(dot.firstChild).backgroundColor"
SEEN = "[map.getCenter().lat, map.getCenter().lng, map.getZoom()]"


@pytest.fixture(scope="module")
def truths(made) -> dict:
    """What is planted in the invented town."""
    return made(93048).truths


@pytest.fixture(scope="module")
def names(made) -> dict[str, str]:
    """The names of residences and agencies, as the page shows them."""
    frames = made(93048).frames
    return frames["residences"]["name"].to_dict() | frames["agencies"]["name"].to_dict()


def rgb(colour: str) -> str:
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def tone(frame, key: str) -> str:
    dot = frame.locator(f".ilot-dot[data-id={key}]")
    dot.wait_for()
    return dot.evaluate(TONE)


def test_abnormal_heating_charge_stands_first_and_its_item_is_painted(visit, truths, names):
    visit.open("/?figure=charges_excess")
    expect(visit.page.locator(FIRST_BAR)).to_have_text(names[truths["abnormal_heating"]])
    frame = visit.open("/?figure=charges_outlier")
    assert tone(frame, truths["abnormal_heating"]) == rgb(ITEMS["heating"])
    assert visit.complaints == []


def test_lift_cluster_stands_first_among_requests_on_lifts(visit, truths, names):
    visit.open("/?figure=category-lift")
    expect(visit.page.locator(FIRST_BAR)).to_have_text(names[truths["lift_cluster"]])


def test_tranquillity_hot_spot_is_painted_hot(visit, truths):
    frame = visit.open("/?figure=tranquillity_hot_spots")
    assert tone(frame, truths["tranquillity_hot_spot"]) == rgb(SPOTS["hot"])


def test_hot_spots_say_what_drives_them(visit):
    visit.open("/?figure=hot_spots")
    expect(visit.page.locator(".ilot-section", has_text="Ce qui fait les points chauds")).to_be_visible()
    expect(visit.page.locator(".ilot-bars").last).to_contain_text("×")


@pytest.mark.parametrize("figure", ["complaints", "first_answer", "closing_median"])
def test_overloaded_agency_stands_first(visit, truths, names, figure):
    visit.open(f"/?figure={figure}&level=agency")
    expect(visit.page.locator(FIRST_BAR)).to_have_text(names[truths["overloaded_agency"]])


def test_address_sent_to_a_colleague_opens_the_same_view(visit, browser, address):
    query = (
        "/?figure=leaky&level=iris&classes=3&method=equal&with=complaints&in-agency_id=A1~A2&at=48.86~2.45~15"
    )
    frame = visit.open(query)
    told, seen = visit.page.locator(".ilot-legend").first.inner_text(), frame.evaluate(SEEN)
    sent = visit.page.url
    assert all(part in sent for part in ("figure=leaky", "level=iris", "classes=3", "with=complaints"))
    colleague = browser.new_page(viewport={"width": 1400, "height": 900}, locale="fr-FR")
    colleague.goto(sent)
    expect(colleague.locator(".ilot-legend").first).to_have_text(told, use_inner_text=True)
    box = colleague.frame_locator("iframe[title*=folium]")
    box.locator("#map_div[data-drawn][data-tiles]").wait_for()
    theirs = colleague.query_selector("iframe[title*=folium]").content_frame().evaluate(SEEN)
    assert seen[2] == theirs[2] == 15
    assert theirs == pytest.approx(seen, abs=360 / 256 / 2**15)  # degrees: a map is centred on a whole pixel
    colleague.close()


def test_months_play_in_the_map_and_ask_the_server_nothing(visit):
    frame = visit.open("/?figure=months")
    visit.settle()
    before, sent = frame.locator("#map_div").get_attribute("data-month"), visit.messages
    frame.locator(".ilot-months input").press("ArrowLeft")
    expect(frame.locator(f"#map_div[data-month='{int(before) - 1}']")).to_have_count(1)
    frame.locator(".ilot-months button").click()
    expect(frame.locator("#map_div[data-month='0']")).to_have_count(1)
    assert visit.messages == sent


def test_two_maps_side_by_side_show_one_place(visit):
    visit.page.goto(visit.address + "/?figure=complaints&beside=closing_median")
    boxes = visit.page.locator("iframe[title*=folium]")
    expect(boxes).to_have_count(2)
    frames = [handle.content_frame() for handle in boxes.element_handles()]
    for frame in frames:
        frame.locator("#map_div[data-drawn]").wait_for()
    frames[0].evaluate("map.setView([48.861, 2.449], 15, { animate: false })")
    frames[1].wait_for_function("map.getZoom() === 15")
    assert frames[1].evaluate(SEEN) == frames[0].evaluate(SEEN)


def test_what_the_map_shows_becomes_a_filter_that_a_chip_takes_away(visit):
    frame = visit.open("/?figure=complaints")
    everyone = frame.locator("#map_div").get_attribute("data-residences")
    frame.evaluate("map.setView([48.861, 2.449], 16, { animate: false })")
    frame.locator(".ilot-extent").click()
    expect(visit.page.locator(CHIPS).first).to_be_visible()
    assert int(visit.map().locator("#map_div").get_attribute("data-residences")) < int(everyone)
    visit.page.locator(CHIPS).first.click()
    expect(visit.map().locator(f"#map_div[data-residences='{everyone}']")).to_have_count(1)


def test_area_touched_on_the_map_tells_its_figure_and_its_residences(visit):
    frame = visit.open("/?figure=complaints&level=sector")
    frame.evaluate("map.setView([48.861, 2.449], 15, { animate: false })")
    visit.click_on_map(48.861, 2.449)
    expect(visit.page.locator(CARD)).to_be_visible()
    visit.page.wait_for_url("**sector=S**")


def test_small_residences_are_hatched_and_said_so(visit):
    frame = visit.open("/?figure=under_occupied")
    assert frame.locator(".ilot-dot.is-suppressed").count() > 0
    expect(visit.page.locator(".ilot-legend").first).to_contain_text("non affiché : moins de 11 ménages")


def test_residence_is_reached_by_the_keyboard(visit):
    frame = visit.open("/?figure=complaints")
    frame.locator(".ilot-dot[data-id=R060]").focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(CARD)).to_be_visible()
    visit.page.wait_for_url("**residence=R060**")


def test_row_picked_in_the_table_is_found_on_the_map(visit, truths):
    visit.open("/?figure=category-lift")
    visit.page.locator("summary", has_text="lignes en tableau").click()
    rows = visit.page.locator("[data-testid=stDataFrame]").first
    rows.scroll_into_view_if_needed()
    rows.click(position={"x": 18, "y": 66})  # the first row's box, under the heading
    visit.page.wait_for_url(f"**residence={truths['lift_cluster']}**")
    visit.map().locator(f".ilot-dot.is-selected[data-id={truths['lift_cluster']}]").wait_for()
