"""The sheets and files of residences and sectors, read back: typed, inert, told as on the screen, styled for QGIS."""

import io
from xml.etree import ElementTree as Xml

import geopandas as gpd
import openpyxl
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from shapely import Point, box

from tests import toy
from views.jobs import geopackage
from views.parts.cards import frames
from views.parts.sheets import area, residence, tables
from views.parts.sheets.downloads import file_name
from views.parts.stock import frames as stock
from views.parts.stock.catalogue import FIGURES
from views.shared import cache, i18n
from views.shared.pdf import Frame, Sheet


@pytest.fixture(scope="module", autouse=True)
def town(tmp_path_factory):
    """The toy town, which these tests only read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ILOT_STORE", str(toy.stored(tmp_path_factory.mktemp("sheets") / "toy.duckdb")))
        yield
        cache.close()


@pytest.fixture(autouse=True)
def _in_english():
    i18n.use("en")


def read(content: bytes, sheet: int = 0) -> list[list]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [[cell.value for cell in row] for row in book.worksheets[sheet].iter_rows()]


def rows_of(content: bytes) -> dict[str, dict]:
    head, *rows = read(content)
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


@pytest.mark.parametrize("key", ["R1", "R4", "R5"])
def test_every_residence_has_its_sheet_located_or_not(key):
    assert residence.pdf(stock.stock().loc[key]).startswith(b"%PDF")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_residence_fits_on_one_page_and_a_sector_on_two(language):
    i18n.use(language)
    pages = [PdfReader(io.BytesIO(residence.pdf(stock.stock().loc[key]))).pages for key in ("R1", "R4")]
    assert [len(one) for one in pages] == [1, 1]
    assert len(PdfReader(io.BytesIO(area.pdf("sector", "S1", FIGURES["complaints"]))).pages) == 2


@pytest.mark.parametrize("figure", ["complaints", "leaky", "charges"])
def test_every_sector_has_its_sheet_whatever_the_figure(figure):
    assert area.pdf("sector", "S1", FIGURES[figure]).startswith(b"%PDF")
    assert area.pdf("agency", "A1", FIGURES[figure]).startswith(b"%PDF")


def test_the_table_has_numbers_as_numbers_and_names_as_text():
    found = rows_of(tables.xlsx(stock.stock()))
    assert (found["R1"]["dwellings"], found["R1"]["year_built"]) == (20, 1935)
    assert found["R1"]["name"] == toy.NASTY["R1"]
    assert found["R1"]["complaints_per_100"] == pytest.approx(100 * 10 / 19)


def test_no_cell_of_the_table_is_a_formula():
    book = openpyxl.load_workbook(io.BytesIO(tables.xlsx(stock.stock())))
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_a_residence_under_eleven_dwellings_has_no_figure_on_requests_in_any_file():
    found = rows_of(tables.xlsx(stock.stock()))["R4"]
    assert found["complaints_per_100"] is None
    assert found["complaints_per_100_hidden"] is True
    assert found["complaints_per_100_n"] is None


def test_the_definitions_name_every_column_of_figures():
    content = tables.xlsx(stock.stock())
    head = read(content)[0]
    told = {row[0] for row in read(content, 1)[1:]}
    columns = {figure.column for figure in FIGURES.values() if figure.kind != "word"}
    figures = {name for name in head if name in columns}
    assert figures
    assert figures <= told


def test_the_geopackage_opens_with_its_layers_and_their_styles(tmp_path):
    file = tmp_path / "stock.gpkg"
    file.write_bytes(tables.gpkg(stock.stock(), FIGURES["complaints"], cache.read("sectors")))
    styles = pyogrio.read_dataframe(file, layer="layer_styles")
    residences = gpd.read_file(file, layer="residences")
    assert set(styles["f_table_name"]) == {"residences", "sectors"}
    assert styles["useAsDefault"].all()
    assert (residences.crs.to_epsg(), len(residences)) == (2154, 4)


def test_the_style_colours_the_column_of_the_figure_by_its_classes():
    text = geopackage.graduated("rate", [(0, 1, "#ffffff", "low <b>"), (1, 2, "#000000", "high")])
    found = Xml.fromstring(text.partition("\n")[2])
    renderer = found.find("renderer-v2")
    assert renderer.get("attr") == "rate"
    assert [one.get("label") for one in renderer.find("ranges")] == ["low <b>", "high"]
    assert len(renderer.find("symbols")) == 2


def test_a_map_on_paper_keeps_one_scale_and_has_north_up():
    frame = Frame.around((0, 0, 100, 50), 10, 20, 200, 200, margin=0)
    (x0, y0), (x1, y1) = frame.at(0, 0), frame.at(100, 50)
    assert x1 - x0 == pytest.approx(200)
    assert y0 - y1 == pytest.approx(100)
    assert frame.box.contains(box(0, 0, 100, 50).buffer(-1e-6))


def test_what_lies_outside_the_map_is_cut_at_its_edge():
    sheet, frame = Sheet(), Frame.around((0, 0, 10, 10), 0, 0, 50, 50, margin=0)
    sheet.shape(frame, Point(500, 500).buffer(3), fill=(0, 0, 0))
    sheet.shape(frame, box(-100, -100, 100, 100), fill=(0, 0, 0), line=(1, 1, 1))
    assert sheet.made().startswith(b"%PDF")


def test_names_are_printed_with_their_own_letters():
    sheet = Sheet(foot="œuvre – 3 €/m² · Łódź")
    assert "œuvre – 3 €/m² · Łódź" in PdfReader(io.BytesIO(sheet.made())).pages[0].extract_text()


def test_a_key_makes_a_plain_file_name():
    assert file_name("../R 1/é") == "R-1"
    assert file_name("···") == "sheet"


def test_nothing_hidden_on_the_card_is_told_on_the_sheet():
    row = frames.row_of("residence", "R4")
    assert frames.told(FIGURES["complaints"], row).hidden
    assert frames.trend(["R4"]).sum() == 1  # known, and not drawn: the card and the sheet ask first
    assert frames.is_small("R4")


@given(st.floats(0, 6))
@settings(max_examples=25)
def test_a_table_takes_no_more_pages_than_its_lines_need(lower_mm):
    """A line that just fits, or just does not, is never torn over two pages."""
    sheet = Sheet()
    sheet.ln(lower_mm)
    sheet.rows(["Résidence", "Logements"], [["Le Clos", "12"]] * 120, (3, 1))
    for font in sheet.fonts.values():
        font.close()  # what no file was made of leaves its fonts open, and the test that meets them fails
    assert sheet.page_no() == 3
