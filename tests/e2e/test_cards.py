"""The card of a residence and the page of a sector in a real browser; their sheets downloaded and read back."""

import re
import time
from pathlib import Path

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

pytestmark = pytest.mark.browser

CARD = ".ilot-heading h3"


def downloaded(page: Page, label: str, folder: Path) -> Path:
    """Press a button that gives a file, and keep what comes."""
    with page.expect_download() as given:
        page.locator("[data-testid=stDownloadButton] button", has_text=label).click()
    file = folder / given.value.suggested_filename
    given.value.save_as(file)
    return file


def words_of(pdf: Path) -> str:
    """Return the texts of a sheet."""
    return "\n".join(page.extract_text() for page in PdfReader(pdf).pages)


def test_a_card_and_a_sector_are_read_printed_and_taken_away(visit, tmp_path):
    frame = visit.open()
    frame.locator(".ilot-dot").first.wait_for()
    pressed = time.monotonic()
    frame.evaluate("document.querySelector('.ilot-dot[data-id=R060]').click()")
    expect(visit.page.locator(CARD)).to_be_visible()
    print(f"click to card: {time.monotonic() - pressed:.2f} s")
    name = visit.page.locator(CARD).inner_text()
    expect(visit.page.locator(".ilot-family")).not_to_have_count(0)
    expect(visit.page.locator(".ilot-months i")).to_have_count(24)
    sheet = words_of(downloaded(visit.page, "A4", tmp_path))
    assert name in sheet
    assert "Source" in sheet
    assert "200 m" in sheet

    visit.page.goto(visit.address + "/sectors?level=sector&area=S02&figure=complaints")
    assert int(visit.map().locator("#map_div").get_attribute("data-zoom")) >= 13
    expect(visit.page.locator(".ilot-ranks li").first).to_be_visible()
    expect(visit.page.locator("[data-testid=stImage] img")).to_have_attribute("alt", re.compile("hasard"))
    assert "500 m" in words_of(downloaded(visit.page, "A3", tmp_path))
    book = openpyxl.load_workbook(downloaded(visit.page, "XLSX", tmp_path))
    assert [sheet.title for sheet in book.worksheets] == ["Résidences", "Définitions"]
    layer = downloaded(visit.page, "QGIS", tmp_path)
    assert {"residences", "sectors", "layer_styles"} <= {name for name, _ in pyogrio.list_layers(layer)}
    assert len(gpd.read_file(layer, layer="residences")) == book.worksheets[0].max_row - 1
    assert visit.complaints == []
    assert visit.outside() == []
