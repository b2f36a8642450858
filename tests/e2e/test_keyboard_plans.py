"""The pages that plan, by keys alone: territories, the programme, mobility, exchanges; with little to solve."""

import re

import pytest
from playwright.sync_api import expect

from tests.serving import PATIENCE_MS

pytestmark = pytest.mark.browser

FIGURES = ".ilot-figures b"
expect.set_options(timeout=30_000)


def test_a_plan_is_wished_searched_stopped_taken_published_and_taken_back(keys):
    keys.go("/territories")
    keys.on_map("#map_div[data-chosen]").wait_for()
    today = keys.page.locator(FIGURES).first.inner_text()
    keys.choose(keys.page.get_by_role("radio", name="Proposer"))
    tolerance = keys.page.locator("[class*=st-key-territory-tolerance]").get_by_role("slider")
    keys.reach(tolerance)
    keys.press("ArrowRight")
    keys.stays(tolerance)
    keys.push(keys.button("Ce qui fait le travail"))
    keys.write(keys.page.locator("[data-testid=stPopoverBody] input").first, "2")
    keys.press("Escape")
    keys.push(keys.button("Plafonds"))
    keys.write(keys.page.get_by_label("Locataires qui changent, en % au plus"), "40")
    keys.press("Escape")
    keys.push(keys.page.locator(".st-key-territory-propose button"))
    stop = keys.page.locator(".st-key-territory-stop button")
    expect(stop).to_be_visible()
    keys.push(stop)
    take = keys.page.locator(".st-key-territory-take-0 button")
    expect(take).to_be_visible(timeout=PATIENCE_MS)
    keys.push(take)
    expect(keys.page.locator(FIGURES).first).not_to_have_text(today)
    keys.choose(keys.page.get_by_role("radio", name="Publier"), way="Shift+Tab")
    keys.push(keys.page.locator(".st-key-territory-publish button"))
    expect(keys.page.get_by_text("le patrimoine a ses nouveaux territoires")).to_be_visible()
    keys.push(keys.page.locator(".st-key-territory-unpublish button"))
    expect(keys.page.get_by_text("le patrimoine est comme avant")).to_be_visible()


def test_homes_are_asked_by_type_their_mixes_compared_and_the_table_of_relets_taken(keys):
    keys.go("/mobility")
    keys.choose(keys.page.get_by_role("radio", name="Ce qui libère quoi"))
    told = keys.page.get_by_text("ici libèrent")
    expect(told).to_be_visible(timeout=PATIENCE_MS)
    keys.pick(keys.page.locator(".st-key-mobility-place input"))
    keys.write(keys.page.locator(".st-key-mobility-T3 input"), "8")
    expect(told).to_contain_text("8 T3")
    keys.push(keys.page.locator("summary", has_text="Quelle composition libère le plus"))
    expect(keys.page.locator(".ilot-grid tbody tr").first).to_be_visible()
    keys.choose(keys.page.get_by_role("radio", name="Relocations"), way="Shift+Tab")
    grid = keys.page.locator("[data-testid=stDataFrame]")
    expect(grid).to_be_visible()
    assert len(keys.taken(grid.get_by_role("button", name=re.compile("CSV"))).splitlines()) > 1
    keys.choose(keys.page.get_by_role("radio", name="Secteur", exact=True))


def test_a_programme_is_asked_made_an_operation_pinned_another_removed_and_its_papers_taken(keys):
    keys.go("/programme")
    keys.push(keys.page.locator("summary", has_text="Ce qui compte le plus"))
    weight = keys.page.locator(".st-key-programme-weight-need").get_by_role("slider")
    keys.reach(weight)
    keys.press("ArrowRight")
    keys.reach(keys.page.get_by_label("Années"), way="Shift+Tab")
    keys.press("Control+a", "1")
    keys.push(keys.page.locator(".st-key-programme-go button"))
    expect(keys.page.locator(".ilot-grid tbody tr")).to_have_count(1, timeout=2 * PATIENCE_MS)
    keys.choose(keys.page.get_by_role("radio", name="Et si"))
    keys.push(keys.page.locator(".st-key-programme-pin button"))
    told = keys.page.get_by_text("Par rapport au premier choix")
    expect(told).to_contain_text("0 sortent", timeout=PATIENCE_MS)
    keys.pick(keys.page.locator(".st-key-programme-pick input"), way="Shift+Tab")
    keys.push(keys.page.locator(".st-key-programme-remove button"))
    expect(told).not_to_contain_text("0 sortent", timeout=PATIENCE_MS)
    keys.choose(keys.page.get_by_role("radio", name="Versions et fichiers"), way="Shift+Tab")
    assert keys.taken(keys.page.locator(".st-key-programme-pdf button")).startswith(b"%PDF")
    assert keys.taken(keys.page.locator(".st-key-programme-xlsx button")).startswith(b"PK")
    keys.write(keys.page.get_by_label("Nom du programme"), "Au clavier")
    keys.push(keys.page.locator(".st-key-programme-save button"))
    expect(keys.page.get_by_text("Au clavier, version 1")).to_be_visible()


def test_exchanges_are_bounded_one_is_refused_another_accepted_and_both_taken_back(keys):
    keys.go("/exchanges")
    expect(keys.button("Tous acceptent").first).to_be_visible(timeout=PATIENCE_MS)
    pairs = keys.page.get_by_role("radio", name="2", exact=True)
    keys.choose(pairs)
    keys.stays(pairs)
    who = keys.page.locator("[class*=st-key-exchange-who-] input").first
    keys.pick(who)
    keys.push(keys.button("Refuse ce logement").first)
    back = keys.button("Revenir dessus")
    expect(back).to_have_count(1, timeout=PATIENCE_MS)
    keys.push(keys.button("Tous acceptent").first, way="Shift+Tab")
    expect(back).to_have_count(2, timeout=PATIENCE_MS)
    for left in (1, 0):
        keys.push(back)
        expect(back).to_have_count(left, timeout=PATIENCE_MS)
