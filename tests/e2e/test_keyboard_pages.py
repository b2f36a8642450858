"""Every page by keys alone: each function is reached by Tab and pressed, or has another way that keys reach."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.keyboard import MAP, Keys
from tests.serving import PATIENCE_MS
from views.shared.search import words

pytestmark = pytest.mark.browser

CARD = ".ilot-heading h3"
CHOSEN = """([map, least]) =>
  Number(document.querySelector(map).contentDocument.querySelector('#map_div').dataset.chosen) >= least"""
expect.set_options(timeout=30_000)


def test_a_residence_is_searched_its_sheet_printed_its_card_closed_and_the_table_taken(keys, town):
    keys.go("/?figure=complaints")
    keys.visit.map()
    keys.reach(keys.page.get_by_placeholder("Chercher une résidence"))
    keys.page.keyboard.type(" ".join(words(town.residence)))
    keys.push(keys.page.locator("[class*=st-key-found] button", has_text=town.residence))
    expect(keys.page.locator(CARD)).to_have_text(town.residence)
    assert keys.taken(keys.button(re.compile("A4"))).startswith(b"%PDF")
    keys.push(keys.button("Fermer la fiche"))
    expect(keys.page.locator(CARD)).to_have_count(0)
    keys.push(keys.page.locator("summary", has_text="lignes en tableau"))
    grid = keys.page.locator("[data-testid=stDataFrame]")
    rows = keys.taken(grid.get_by_role("button", name=re.compile("CSV")))
    assert len(rows.splitlines()) > 100
    keys.reach(grid.locator("canvas[tabindex]"))
    keys.press("ArrowDown", "Shift+Space")
    expect(keys.page.locator(CARD)).to_be_visible()


def test_months_are_played_and_stopped_a_filter_set_and_undone_and_the_map_kept(keys):
    keys.go("/?figure=months")
    frame = keys.visit.map()
    month = "document.querySelector('#map_div').dataset.month"
    keys.reach(keys.on_map(".ilot-months button"))
    keys.press("Space")
    frame.wait_for_function(f"{month} === '0'")
    keys.press("Space")
    expect(keys.on_map(".ilot-months button")).to_have_text("▶")
    keys.reach(keys.on_map(".ilot-months input"))
    keys.press("End", "ArrowLeft")
    frame.wait_for_function(f"{month} === '22'")
    told = keys.on_map(".ilot-dot").first.get_attribute("aria-label")
    assert keys.on_map(".ilot-months output").inner_text() in told
    keys.push(keys.on_map(".ilot-extent"), way="Shift+Tab")
    chip = keys.page.locator("[class*=st-key-stock-chips] button")
    expect(chip.first).to_be_visible()
    keys.push(chip.first, way="Shift+Tab")
    expect(chip).to_have_count(0)
    keys.push(keys.page.locator(".st-key-stock-filters button"), way="Shift+Tab")
    keys.reach(keys.page.locator("[data-testid=stPopoverBody] [role=combobox]"))
    keys.press("Enter", "ArrowDown", "Enter", "Escape")
    expect(chip.first).to_be_visible()


def chosen(keys: Keys, least: int) -> int:
    """Wait until the map of territories has so many residences chosen; return how many."""
    keys.page.wait_for_function(CHOSEN, arg=[MAP, least])
    return int(keys.on_map("#map_div").get_attribute("data-chosen"))


def test_residences_are_boxed_lassoed_listed_given_and_a_border_swept(keys):
    keys.go("/territories")
    keys.on_map("#map_div[data-chosen]").wait_for()
    keys.reach(keys.on_map("#map_div"))
    expect(keys.on_map(".ilot-said")).to_contain_text("logement")  # the residence at the cross, and its area
    keys.push(keys.on_map("[data-tool=box]"))
    expect(keys.on_map(".ilot-said")).to_contain_text("Entrée pose un coin")
    keys.press("Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowDown", "Enter")
    chosen(keys, 1)
    keys.push(keys.page.locator(".st-key-territory-give button"))
    undo = keys.page.locator(".st-key-territory-undo button")
    expect(undo).to_be_enabled()
    keys.push(undo, way="Shift+Tab")
    expect(undo).to_be_disabled()
    keys.push(keys.on_map("[data-tool=lasso]"), way="Shift+Tab")
    keys.press("Enter", *["Shift+ArrowLeft"] * 4, "Enter", *["Shift+ArrowUp"] * 4, "Enter", "Enter")
    lassoed = chosen(keys, 1)
    keys.push(keys.button("Choisir dans une liste"))
    keys.reach(keys.page.locator("[data-testid=stPopoverBody] input[role=combobox]"))
    keys.page.keyboard.type("Résidence")
    keys.press("Enter")
    assert chosen(keys, lassoed + 1) == lassoed + 1
    keys.press("Escape", "Escape")
    keys.push(keys.page.locator(".st-key-territory-none button"), way="Shift+Tab")
    keys.push(keys.on_map("[data-tool=sweep]"), way="Shift+Tab")
    keys.press("Enter")
    told = keys.on_map(".ilot-totals:not([hidden])")
    for _step in range(20):
        keys.press("Shift+ArrowLeft")
        if told.count():
            break
    keys.press("Enter")
    expect(undo).to_be_enabled()


def test_a_site_is_picked_at_the_cross_another_drawn_named_and_studied(keys, town):
    keys.go(f"/sites?parcel={town.best_site}")
    frame = keys.visit.map()
    frame.wait_for_function("map.getZoom() >= 17")
    keys.reach(keys.on_map("#map_div"))
    keys.press("Shift+ArrowRight", "Shift+ArrowRight")
    frame.wait_for_function("!map._panAnim?._inProgress")
    keys.press("Enter")
    keys.page.wait_for_url(lambda url: town.best_site not in url)
    keys.push(keys.on_map("[data-tool=sketch]"), key="Space")
    keys.press(
        "Enter",
        *["ArrowRight"] * 9,
        "Enter",
        *["ArrowDown"] * 8,
        "Enter",
        *["ArrowLeft"] * 9,
        "Enter",
        "Enter",
    )
    name = keys.page.get_by_label("Son nom")
    expect(name).to_be_visible()
    keys.reach(name)
    keys.page.keyboard.type("Cour des ateliers")
    keys.press("Tab")
    expect(keys.button("L’étudier")).to_be_enabled()
    keys.push(keys.button("L’étudier"), way="Shift+Tab")
    expect(keys.page.locator(CARD, has_text="Cour des ateliers")).to_be_visible()


def test_an_edge_is_chosen_corrected_and_given_back_and_the_sheets_of_a_site_taken(keys, town):
    keys.go(f"/site?parcel={town.best_site}&form=small_collective")
    assert keys.taken(keys.page.locator(".st-key-site-pdf button")).startswith(b"%PDF")
    keys.push(keys.page.locator("summary", has_text="corriger ce que le cadastre"))
    edge = keys.page.locator(f".st-key-edge-{town.best_site} input")
    expect(edge).to_be_visible()
    before = edge.input_value()
    keys.reach(edge)
    keys.press("ArrowDown", "ArrowDown", "Enter")
    expect(edge).not_to_have_value(before)
    setback = keys.page.locator("[class*=st-key-edge-setback-] input")
    expect(setback).to_have_count(1)
    keys.reach(setback)
    keys.page.keyboard.type("9")
    keys.press("Tab")
    keys.push(keys.page.locator(".st-key-edge-set button"))
    expect(keys.page.get_by_text("Logements, avant et après")).to_be_visible()
    keys.push(keys.page.locator(".st-key-edges-clear button"))
    expect(keys.page.locator(".st-key-edges-clear button")).to_be_disabled()


def test_a_complaint_is_entered_sent_answered_and_closed(keys, town):
    keys.go("/complaints")
    keys.reach(keys.page.get_by_placeholder("Chercher une résidence"))
    keys.page.keyboard.type(" ".join(words(town.residence)))
    keys.push(keys.page.locator("[class*=st-key-found] button", has_text=town.residence))
    expect(keys.page.locator(CARD)).to_have_text(town.residence)
    for answer in ("Ascenseur", "Dans les parties communes"):
        keys.choose(keys.page.get_by_role("radio", name=answer))
    keys.reach(keys.page.get_by_label("En quelques mots"))
    keys.page.keyboard.type("La cabine reste au deuxième")
    send = keys.button("Envoyer")
    expect(send).to_be_enabled()
    keys.push(send)
    expect(keys.page.get_by_text(re.compile("Envoyée"))).to_be_visible()
    keys.choose(keys.page.get_by_role("radio", name="En cours"), way="Shift+Tab")
    row = keys.page.locator("[class*=st-key-complaint-row-F-]")
    keys.push(row.locator("button", has_text="Réponse donnée"))
    expect(row).to_contain_text("Réponse donnée · depuis")
    keys.push(row.locator("button", has_text="Clôturer"))
    expect(row).to_contain_text("clôturée le")


def test_a_sector_is_chosen_and_its_sheets_taken_and_views_of_mobility_are_changed(keys):
    keys.go("/sectors?level=sector&area=S02")
    keys.visit.map()
    assert keys.taken(keys.button(re.compile("A3"))).startswith(b"%PDF")
    assert keys.taken(keys.button(re.compile("XLSX"))).startswith(b"PK")
    assert keys.taken(keys.button(re.compile("QGIS"))).startswith(b"SQLite")
    keys.reach(keys.page.locator(".st-key-area-sector input"), way="Shift+Tab")
    keys.press("ArrowDown", "ArrowDown", "Enter")
    keys.page.wait_for_url(lambda url: "area=S02" not in url)
    keys.go("/mobility")
    keys.choose(keys.page.get_by_role("radio", name="Ce qui libère quoi"))
    expect(keys.page.get_by_text("ici libèrent")).to_be_visible(timeout=PATIENCE_MS)
    keys.choose(keys.page.get_by_role("radio", name="Relocations"), way="Shift+Tab")
    expect(keys.page.get_by_text("Jalons, les plus en retard d’abord")).to_be_visible(timeout=PATIENCE_MS)


def test_a_file_is_checked_written_and_taken_back(keys, tmp_path):
    keys.go("/data")
    keys.reach(keys.page.locator("[data-testid=stFileUploaderDropzone] button"))
    model = keys.taken(keys.button(re.compile("Modèle .csv")))
    file = tmp_path / "residences.csv"
    file.write_bytes(model)
    keys.reach(keys.page.locator("[data-testid=stFileUploaderDropzone] button"), way="Shift+Tab")
    with keys.page.expect_file_chooser() as asked:
        keys.press("Enter")
    asked.value.set_files(file)
    write = keys.page.locator(".st-key-data-write button")
    expect(write).to_be_visible()
    keys.push(write)
    expect(keys.page.get_by_text("C’est fait")).to_be_visible()
    keys.push(keys.button("Annuler le dernier import"))
    keys.push(keys.page.locator(".st-key-data-undo button"))
    expect(keys.page.locator(".st-key-data-undo button")).to_have_count(0)
