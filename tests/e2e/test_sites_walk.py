"""What a development officer does in a real browser: weigh, read why, follow, compare, draw, take the sheets away."""

import csv
import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.e2e.conftest import serious
from tests.sheet_formulas import Workbook

pytestmark = pytest.mark.browser

expect.set_options(timeout=45_000)
RANK = ".ilot-facts div:has(dt:text-is('Rang')) dd"
SCORE = "h4.ilot-section:has-text('Note,')"
FIGURES = ".ilot-figures b"


def opened(visit, town):
    visit.page.goto(f"{visit.address}/sites?parcel={town.best_site}")
    visit.map()
    expect(visit.page.locator(RANK)).to_be_visible()


def weigh(visit, family: int, key: str) -> None:
    """Move the slider of a family by its keys."""
    visit.page.locator(".st-key-weights button").first.click()
    handle = visit.page.get_by_role("slider").nth(family)
    handle.focus()
    handle.press(key)


def taken(visit, key: str) -> bytes:
    with visit.page.expect_download() as download:
        visit.page.locator(f".st-key-{key} button").click()
    return download.value.path().read_bytes()


def number(text: str) -> float:
    return float(re.sub(r"[^\d,−-]", "", text).replace("−", "-").replace(",", "."))


def test_a_weight_changes_the_score_and_the_rank_says_how_sure_it_is(visit, town):
    opened(visit, town)
    before = visit.page.locator(SCORE).inner_text()
    expect(visit.page.locator(RANK)).to_contain_text("tirages")
    weigh(visit, 2, "End")
    expect(visit.page.locator(SCORE)).not_to_have_text(before)
    assert visit.complaints == []
    assert visit.outside() == []


def test_a_value_function_is_dragged_and_moved_by_keys_and_the_score_follows(visit, town):
    opened(visit, town)
    page, heard = visit.page, visit.page.locator(SCORE)
    before = heard.inner_text()
    page.locator(".st-key-value-functions button").first.click()
    points = page.locator(".st-key-value-curve").get_by_role("slider")
    expect(points).to_have_count(2)
    drawn = page.locator("iframe[title^=streamlit_folium]").bounding_box()
    assert page.locator(".st-key-value-panel").bounding_box()["x"] >= drawn["x"] + drawn["width"]
    best = points.nth(1)
    box = best.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 10, y + 90, steps=5)
    told = best.get_attribute("aria-valuetext")
    expect(page.locator(".st-key-value-curve .told")).to_have_text(told)
    page.mouse.up()
    expect(heard).not_to_have_text(before)
    dragged = heard.inner_text()
    expect(best).to_have_attribute("aria-valuetext", told)
    best.press("Home")
    expect(best).to_have_attribute("aria-valuenow", "0")
    expect(heard).not_to_have_text(dragged)
    page.get_by_role("button", name="Ajouter un point").click()
    expect(points).to_have_count(3)
    page.keyboard.press("Delete")
    expect(points).to_have_count(2)
    assert serious(page, [".st-key-value-curve"]) == []
    page.get_by_role("button", name="Revenir aux points de référence").click()
    expect(heard).to_have_text(before)
    assert visit.complaints == []
    assert visit.outside() == []


def test_a_site_is_followed_compared_and_its_sheets_read_back(visit, town):
    opened(visit, town)
    page = visit.page
    page.locator(f".st-key-compare-{town.best_site} button").click()
    page.locator("summary", has_text="Suivre ce site").click()
    page.locator("[class*=st-key-status-] button", has_text="Étudié").click()
    page.get_by_label("Notes").fill("vu avec la ville")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Gardé : version 1.")).to_be_visible()
    page.locator(".st-key-sites-view button", has_text="Sites suivis").click()
    expect(page.locator(".st-key-followed_table")).to_be_visible()
    page.locator(".st-key-sites-view button", has_text="Comparer").click()
    expect(page.get_by_text("Sites à comparer, quatre au plus")).to_be_visible()
    page.get_by_text("Ouvrir l’étude du site").click()
    expect(page.locator(FIGURES).first).to_be_visible()
    dwellings = number(page.locator(FIGURES).first.inner_text())
    sheet = taken(visit, "site-pdf")
    assert sheet.startswith(b"%PDF")
    assert sheet.count(b"/Type /Page\n") == 1
    book = load_workbook(io.BytesIO(taken(visit, "site-xlsx")))
    live = Workbook()
    live.cells = {
        tab.title: {
            cell.coordinate: cell.value for row in tab.iter_rows() for cell in row if cell.value is not None
        }
        for tab in book
    }
    inputs = {row[0].value: row[1].value for row in book["Données"].iter_rows(max_col=2)}
    assert inputs["dwellings"] == dwellings
    shown = page.locator(".ilot-grid .is-strong td").nth(2).inner_text()
    assert live.value("Budget", "E18") == pytest.approx(number(shown), abs=1)
    assert visit.complaints == []


def test_an_outline_is_drawn_on_the_map_named_and_studied(visit, town):
    page = visit.page
    page.goto(visit.address + "/sites")
    frame = visit.map()
    frame.evaluate("(at) => map.setView(at, 18, { animate: false })", town.best_place)
    frame.locator("[data-tool=sketch]").click()
    veil = frame.locator(".ilot-veil")
    for x, y in ((300, 200), (420, 200), (420, 290), (300, 290), (300, 200)):
        veil.click(position={"x": x, "y": y})
    page.get_by_label("Son nom").fill("Parking de la halle")
    page.get_by_label("Son nom").press("Tab")
    page.get_by_role("button", name="L’étudier").click()
    expect(page.locator(".ilot-heading h3")).to_have_text("Parking de la halle")
    assert visit.complaints == []


def test_address_of_a_ranking_opens_it_for_a_colleague(visit):
    page = visit.page
    page.goto(visit.address + "/sites?form=townhouse&public=ownership")
    visit.map()
    expect(page.locator("button[aria-checked=true]", has_text="Maisons de ville")).to_be_visible()
    expect(page.get_by_label("Pour qui")).to_have_value("Accession sociale")
    page.locator("button", has_text="Habitat intermédiaire").first.click()
    page.wait_for_url("**form=intermediate&public=ownership**")
    assert visit.complaints == []


MIDDLES = """() => Object.values(map._layers)
  .filter((l) => l.getLatLngs && !l.options.fill && l.options.weight === 6)
  .map((l) => { const [a, b] = [l.getLatLngs().flat(9)[0], l.getLatLngs().flat(9).at(-1)];
    const p = map.latLngToContainerPoint([(a.lat + b.lat) / 2, (a.lng + b.lng) / 2]); return [p.x, p.y] })"""


def test_an_edge_is_touched_on_the_map_its_setback_given_and_the_effect_said(visit, town):
    page = visit.page
    drawer = page.locator("summary", has_text="corriger ce que le cadastre")
    page.goto(f"{visit.address}/site?parcel={town.best_site}&form=small_collective")
    drawer.click()
    frame = visit.map()
    chosen = page.locator(f".st-key-edge-{town.best_site} input")
    before = chosen.input_value()
    x, y = frame.evaluate(MIDDLES)[-1]
    frame.locator("#map_div").click(position={"x": x, "y": y})
    expect(chosen).not_to_have_value(before)
    setback = page.locator("[class*=st-key-edge-setback-] input")
    expect(setback).to_have_count(1)  # the field of the edge before it stays until the page is whole
    setback.fill("12")
    setback.press("Tab")
    page.locator(".st-key-edge-set button").click()
    expect(page.get_by_text("Logements, avant et après")).to_be_visible()
    page.reload()
    drawer.click()
    expect(page.locator(".ilot-grid td", has_text="12\u00a0m").first).to_be_visible()
    page.locator(".st-key-edges-clear button").click()
    expect(page.locator(".st-key-edges-clear button")).to_be_disabled()
    assert visit.complaints == []


def test_a_rule_is_typed_in_the_table_kept_as_a_version_and_the_book_taken_away(visit, town):
    page = visit.page
    page.goto(visit.address + "/sites")
    visit.map()
    page.locator(".st-key-sites-view button", has_text="Règles du plan").click()
    grid = page.locator("[class*=st-key-rules-table] .dvn-scroller")
    grid.scroll_into_view_if_needed()
    grid.dblclick(position={"x": 490, "y": 87})  # the value of the second rule, the greatest height
    cell = page.locator("#portal input")
    cell.fill("9")
    cell.press("Enter")
    page.locator(".st-key-rules-keep button").click()
    expect(page.get_by_text("Gardé : version 1.")).to_be_visible()
    rows = list(csv.DictReader(io.StringIO(taken(visit, "rules-csv").decode("utf-8-sig"))))
    assert [(row["rule"], float(row["value"]), row["cnig"]) for row in rows] == [("height", 9.0, "Hauteur")]
    expect(page.get_by_text("Les règles ont changé")).to_be_visible()
    assert visit.complaints == []


def test_noise_is_chosen_by_keys_drawn_over_the_parcels_and_kept_in_the_address(visit):
    page = visit.page
    page.goto(visit.address + "/sites")
    frame = visit.map()
    assert not [url for url in visit.requests if "/noise/" in url]
    chooser = page.get_by_label("Autour", exact=True)
    box = page.locator(".st-key-around [role=group]").bounding_box()
    assert box["height"] >= 44
    chooser.press_sequentially("Bruit")
    chooser.press("Enter")
    expect(frame.locator("#map_div")).to_have_attribute("data-around", "noise")
    expect(page.locator(".ilot-signs")).to_contain_text("Bruit, dB Lden")
    page.wait_for_url("**around=noise**")
    assert [url for url in visit.requests if "/noise/" in url]
    assert serious(page, [".ilot-signs", ".st-key-around"]) == []
    assert visit.complaints == []
    assert visit.outside() == []
