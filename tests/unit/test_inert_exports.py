"""What attacks become in exported files: the characters as typed, in text cells, and no formula."""

import io
import json

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from pypdf import PdfReader

from data.store import open_store
from tests.payloads import brought
from views.jobs.export import FORMULA_MARKS, export
from views.parts.sheets import residence
from views.parts.stock import frames
from views.shared import cache

ACTIONS = ("/JS", "/JavaScript", "/URI", "/Launch", "/OpenAction", "/EmbeddedFile", "/Annots")


@pytest.fixture(scope="module")
def attacked(tmp_path_factory, shared):
    """A store that holds the attacks, which these tests only read, and the names as typed."""
    folder = tmp_path_factory.mktemp("attacked")
    store = open_store(folder / "attacked.duckdb")
    yield store, brought(store, shared, folder)
    store.close()


def test_csv_shows_what_was_typed_and_starts_no_formula(attacked, tmp_path):
    store, names = attacked
    export(store, "residences", tmp_path / "out.csv")
    read = pd.read_csv(tmp_path / "out.csv", dtype=str, keep_default_na=False)
    assert not read.map(lambda cell: cell.startswith(FORMULA_MARKS) and not cell[1:2].isdigit()).any(
        axis=None
    )
    shown = read.set_index("residence_id")["name"].str.removeprefix("'").to_dict()
    assert {key: shown[key] for key in names} == names


def test_xlsx_holds_text_cells_only(attacked, tmp_path):
    store, names = attacked
    export(store, "residences", tmp_path / "out.xlsx")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "out.xlsx").active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b", "d"}
    assert set(names.values()) <= {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.hyperlink]


@pytest.mark.parametrize("ending", [".geojson", ".gpkg"])
def test_layers_hold_the_names_byte_for_byte(attacked, tmp_path, ending):
    store, names = attacked
    export(store, "residences", tmp_path / f"out{ending}")
    read = gpd.read_file(tmp_path / f"out{ending}").set_index("residence_id")["name"].to_dict()
    assert {key: read[key] for key in names} == names
    if ending == ".geojson":
        json.load(io.BytesIO((tmp_path / "out.geojson").read_bytes()))


def test_tables_are_intact_and_the_attack_in_an_identifier_is_refused(attacked):
    store, names = attacked
    assert store.count("residences") == 5 + len(names)
    assert not [key for key in store.read("residences", geometry=False).index if "DROP" in key]


def test_sheets_print_the_characters_and_hold_no_action(attacked, tmp_path, monkeypatch):
    store, names = attacked
    monkeypatch.setenv("ILOT_STORE", str(tmp_path / "attacked.duckdb"))
    monkeypatch.setattr(cache, "store", lambda: store)
    stock = frames.stock()
    for key, name in names.items():
        pdf = PdfReader(io.BytesIO(residence.pdf(stock.loc[key])))
        text = "".join(page.extract_text() for page in pdf.pages)
        assert "".join(name.split()) in "".join(text.split()), name
        assert not [mark for mark in ACTIONS if mark in f"{pdf.trailer}{list(pdf.pages)}"]
