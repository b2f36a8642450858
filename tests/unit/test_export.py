"""What leaves Îlot: the same figures in every format, and nothing that a spreadsheet would run."""

import io

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely.geometry import Point, box

from views.jobs.export import ExportError, export, to_bytes

FORMULAS = ["=1+1", "+33 1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1"]


@pytest.fixture
def named() -> pd.DataFrame:
    frame = pd.DataFrame({"name": FORMULAS, "balance": [-2.5] * 6}, index=[f"R{n}" for n in range(6)])
    return frame.rename_axis("residence_id")


@pytest.fixture
def plots() -> gpd.GeoDataFrame:
    shapes = [box(657_000, 6_861_000, 657_100, 6_861_100), box(657_100, 6_861_000, 657_200, 6_861_100)]
    return gpd.GeoDataFrame({"site_id": ["S1", "S2"]}, geometry=shapes, crs=2154).set_index("site_id")


def test_csv_opens_in_a_spreadsheet_with_no_formula_and_true_numbers(named):
    read = pd.read_csv(io.BytesIO(to_bytes(named, ".csv")), dtype=str)
    assert read["name"].tolist() == [f"'{text}" for text in FORMULAS]
    assert read["balance"].tolist() == ["-2.5"] * 6


def test_xlsx_holds_text_cells_and_numbers_never_formulas(named):
    sheet = openpyxl.load_workbook(io.BytesIO(to_bytes(named, ".xlsx"))).active
    cells = [sheet.cell(row, 2) for row in range(2, 8)]
    assert [cell.value for cell in cells] == FORMULAS
    assert {cell.data_type for cell in cells} == {"s"}
    assert sheet.cell(2, 3).value == -2.5


@pytest.mark.parametrize("ending", [".gpkg", ".parquet"])
def test_shapes_come_back_in_lambert_93(plots, ending, tmp_path):
    file = tmp_path / f"sites{ending}"
    file.write_bytes(to_bytes(plots, ending))
    read = gpd.read_parquet(file) if ending == ".parquet" else gpd.read_file(file)
    assert read.crs == plots.crs
    assert read.set_index("site_id").area.to_dict() == {"S1": 10_000, "S2": 10_000}


def test_geojson_is_in_longitude_and_latitude(plots, tmp_path):
    file = tmp_path / "sites.geojson"
    file.write_bytes(to_bytes(plots, ".geojson"))
    read = gpd.read_file(file)
    assert read.crs == 4326
    assert read.to_crs(2154).area.round().tolist() == [10_000, 10_000]


def test_points_of_a_table_are_given_as_metres():
    stops = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=[Point(657_000.123, 6_861_000), None], crs=2154)
    read = pd.read_csv(io.BytesIO(to_bytes(stops, ".csv")))
    assert read["x_m"].tolist()[0] == 657_000.12
    assert read["x_m"].isna().tolist() == [False, True]


def test_households_do_not_leave_the_store():
    with pytest.raises(ExportError, match="describes persons"):
        export(None, "households", "out.csv")


def test_unknown_ending_names_the_known_ones(plots):
    with pytest.raises(ExportError, match="use one of .csv, .xlsx"):
        to_bytes(plots, ".docx")
