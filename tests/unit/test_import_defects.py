"""Defects that the sample files lack, made here: each is refused or repaired with its reason."""

import gzip
import json
import stat
import zipfile

import openpyxl
import pytest

from data.importers import Limits, Options, read_file

HEADER = "residence_id,name,address,postcode,insee,sector_id,dwellings,year_built,floors,lon,lat"
ROW = "R001,Les Amandiers,12 rue des Amandiers,93100,93048,S1,48,1972,6,2.4412,48.8601"


def stock(tmp_path, *rows, header=HEADER, encoding="utf-8", name="stock.csv", end="\n", **options):
    file = tmp_path / name
    file.write_bytes(end.join([header, *rows, ""]).encode(encoding))
    if "encoding_" in options:
        options["encoding"] = options.pop("encoding_")
    return read_file("stock", file, options=Options(**options)).report


def cell(tmp_path, column, value):
    columns = HEADER.split(",")
    typed = ROW.split(",")
    typed[columns.index(column)] = value
    return stock(tmp_path, ROW.replace("R001", "R000"), ",".join(f'"{text}"' for text in typed))


@pytest.mark.parametrize(
    ("encoding", "end"), [("utf-16", "\n"), ("utf-8", "\r"), ("utf-8", "\r\n"), ("utf-8-sig", "\n")]
)
def test_encodings_and_line_ends_are_recognised(tmp_path, encoding, end):
    report = stock(tmp_path, ROW, ROW.replace("R001", "R002"), encoding=encoding, end=end)
    assert (report.good, report.encoding) == (2, encoding)


def test_lines_are_physical_lines_even_after_a_cell_of_three_lines(tmp_path):
    first = ROW.replace("Les Amandiers", '"Les\nAman\ndiers"')
    assert stock(tmp_path, first, ROW.replace("R001", "R002").replace(",48,", ",-1,")).bad_lines == [5]


def test_shuffled_columns_and_french_headers_are_mapped(tmp_path):
    header = "Logements;Nom;Code_Résidence;Adresse"
    report = stock(
        tmp_path, "48;Les Amandiers;R001;12 rue des Amandiers", "50;Bel Air;R002;1 rue X", header=header
    )
    assert (report.good, report.columns["dwellings"]) == (2, "Logements")


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("dwellings", "1 234,5", "not_whole"),
        ("dwellings", "٤٨", "not_a_number"),
        ("dwellings", "999999", "out_of_range"),
        ("lon", "2° 26′ 28″ E", "not_a_number"),
        ("lon", "362.4412", "outside_france"),
        ("lon", "", "half_coordinates"),
        ("year_built", "29", "out_of_range"),
        ("postcode", "931OO", "bad_id"),
        ("residence_id", "", "blank"),
        ("residence_id", "R\u0430001".replace("R", "Я"), "bad_id"),
        ("name", "x" * 300, "too_long"),
        ("residence_id", "<script>", "active_id"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_by_its_rule(tmp_path, column, value, rule):
    report = cell(tmp_path, column, value)
    assert [(fault["line"], fault["column"], fault["rule"]) for fault in report.faults] == [(3, column, rule)]


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("dwellings", "1\u202f200", "thousands"),
        ("dwellings", "48.0", "whole_as_decimal"),
        ("name", "RÃ©sidence", "mojibake_repaired"),
        ("name", "Bel\u202e Air", "control_marks"),
        ("insee", "93048.0", "id_spelling"),
    ],
)
def test_a_cell_that_needs_a_hand_is_repaired_and_said(tmp_path, column, value, rule):
    report = cell(tmp_path, column, value)
    assert (report.repaired, [repair["rule"] for repair in report.repairs]) == (1, [rule])
    assert report.repairs[0]["value"] == value


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"\x00\x01\x02\x03a,b\n", "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "old_workbook"),
        (b"\x1f\x8b\x08\x00rubbish", "truncated_archive"),
        (b"PK\x03\x04rubbish", "bad_archive"),
        (b"<?xml version='1.0'?><a/>", "not_a_table"),
        (b"SQLite format 3\x00" + b"\x00" * 200, "unreadable_layer"),
        (b"\n\n  \n", "empty_file"),
        (b"a,b\n\x81\x8d,1\n", "unknown_encoding"),
        (b"[1, 2]", "not_geojson"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "broken_json"),
        (b'{"a":' * 20_000, "nested_too_deep"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_by_its_content(tmp_path, content, rule):
    file = tmp_path / "stock.csv"
    file.write_bytes(content)
    report = read_file("stock", file).report
    assert (report.outcome, report.faults[0]["rule"]) == ("reject-file", rule)


def test_choices_that_cannot_be_followed_are_refused_plainly(tmp_path):
    assert stock(tmp_path, ROW, crs="Lambert").faults[0]["rule"] == "unknown_projection"
    assert stock(tmp_path, ROW, encoding_="x").faults[0]["rule"] == "unknown_encoding"


def test_residences_may_come_as_points_of_a_layer(tmp_path):
    names = ("residence_id", "name", "address", "dwellings")
    point = {"type": "Point", "coordinates": [2.4412, 48.8601]}
    properties = dict(zip(names, ("R001", "Bel Air", "1 rue X", 48), strict=True))
    feature = {"type": "Feature", "properties": properties, "geometry": point}
    file = tmp_path / "stock.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    residences = read_file("stock", file).tables["residences"]
    assert residences["location"].tolist() == ["measured"]
    assert residences.geometry.x.iloc[0] == pytest.approx(659_001.8, abs=20)


def test_a_missing_file_is_a_report_too(tmp_path):
    assert read_file("stock", tmp_path / "../nowhere.csv").report.faults[0]["rule"] == "missing_file"


def archive(tmp_path, *entries, link=False):
    file = tmp_path / "stock.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFLNK | 0o777) << 16 if link else 0
            packed.writestr(info, content)
    return read_file("stock", file).report


def test_an_archive_of_one_table_is_read(tmp_path):
    assert archive(tmp_path, ("folder/stock.csv", f"{HEADER}\n{ROW}\n")).compression == "zip"


@pytest.mark.parametrize(
    ("entries", "rule"),
    [
        ([("a.csv", "x"), ("b.csv", "y")], "several_files"),
        ([("inner.zip", "PK")], "nested_archive"),
        ([("readme.pdf", "x")], "empty_archive"),
        ([("C:\\x.csv", "x")], "unsafe_archive"),
        ([("a/../../x.csv", "x")], "unsafe_archive"),
    ],
)
def test_an_archive_that_holds_anything_else_is_refused(tmp_path, entries, rule):
    assert archive(tmp_path, *entries).faults[0]["rule"] == rule


def test_a_link_in_an_archive_is_refused(tmp_path):
    assert archive(tmp_path, ("stock.csv", "/etc/hostname"), link=True).faults[0]["rule"] == "unsafe_archive"


def test_a_gzip_bomb_is_refused_before_it_fills_the_disk(tmp_path):
    file = tmp_path / "stock.csv.gz"
    file.write_bytes(gzip.compress(b"0" * 30_000_000))
    assert read_file("stock", file).report.faults[0]["rule"] == "expands_too_much"


def test_three_thousand_columns_and_too_many_rows_are_refused(tmp_path):
    wide = HEADER + "".join(f",c{n}" for n in range(3000))
    assert stock(tmp_path, ROW, header=wide, limits=Limits()).faults[0]["rule"] == "too_many_columns"
    assert stock(tmp_path, ROW, ROW, limits=Limits(rows=1)).faults[0]["rule"] == "too_many_rows"


def test_columns_about_people_are_refused_at_the_door(tmp_path):
    report = stock(tmp_path, ROW + ",Dupont", header=HEADER + ",Nom_locataire")
    assert (report.outcome, report.faults[0]["column"]) == ("reject-file", "Nom_locataire")


def test_a_residence_without_coordinates_stays_when_the_user_keeps_it(tmp_path):
    unplaced = ROW.replace("R001", "R002").replace("2.4412,48.8601", ",")
    assert stock(tmp_path, ROW, unplaced).bad_lines == [3]
    kept = stock(tmp_path, ROW, unplaced, keep_unlocated=True)
    assert (kept.good, kept.totals["not_located"], kept.outcome) == (2, 1, "accept-with-warning")


def test_a_workbook_of_numbers_and_dates_is_read_as_it_shows(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["R001", "Bel Air", "1 rue X", 93100, "93048", "S1", 48.0, 1972, 6, 2.4412, 48.8601])
    book.save(tmp_path / "stock.xlsx")
    report = read_file("stock", tmp_path / "stock.xlsx").report
    assert (report.outcome, report.layers) == ("accept-with-warning", ["Sheet"])


def collection(tmp_path, *geometries, kind="sites", crs=None, **options):
    features = [
        {
            "type": "Feature",
            "properties": {"site_id": f"T{n}", "sector_id": f"S{n}", "name": "x"},
            "geometry": geometry,
        }
        for n, geometry in enumerate(geometries)
    ]
    document = {"type": "FeatureCollection", "features": features} | ({"crs": crs} if crs else {})
    file = tmp_path / "layer.geojson"
    file.write_text(json.dumps(document))
    return read_file(kind, file, options=Options(**options)).report


def square(x=2.45, y=48.86, side=0.001, **more):
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]
    return {"type": "Polygon", "coordinates": [ring]} | more


@pytest.mark.parametrize(
    ("geometry", "rule"),
    [
        ({"type": "Polygon", "coordinates": [[[2.45, 48.86], [2.46, 48.86], [2.46, 48.87]]]}, "bad_geometry"),
        (
            {"type": "Polygon", "coordinates": [[[2.45, 48.86], [2.46, 48.86], [2.45, 48.86]]]},
            "invalid_shape",
        ),
        ({"type": "Polygon", "coordinates": [[["a", "b"]]]}, "bad_geometry"),
        (
            {"type": "Polygon", "coordinates": [[[2.4, 48.8], [2.5, 48.8], [2.6, 48.8], [2.4, 48.8]]]},
            "invalid_shape",
        ),
        (square(x=12.5), "outside_france"),
        (square(x=362.45), "outside_france"),
        ({"type": "Sphere"}, "bad_geometry"),
    ],
)
def test_a_shape_that_is_no_polygon_of_france_is_refused(tmp_path, geometry, rule):
    report = collection(tmp_path, square(), geometry)
    assert [(fault["line"], fault["rule"]) for fault in report.faults] == [(2, rule)]


def test_a_hole_outside_its_shell_is_refused(tmp_path):
    holed = square()
    holed["coordinates"].append(square(x=2.5)["coordinates"][0])
    assert collection(tmp_path, square(), holed).faults[0]["rule"] == "invalid_shape"


def test_too_many_vertices_are_refused(tmp_path):
    ring = [[2.45 + n * 1e-7, 48.86] for n in range(12_000)] + [[2.45, 48.87], [2.45, 48.86]]
    report = collection(tmp_path, square(), {"type": "Polygon", "coordinates": [ring]})
    assert report.faults[0]["rule"] == "too_many_vertices"


def test_web_mercator_is_reprojected_when_declared_and_refused_when_not(tmp_path):
    mercator = {"type": "name", "properties": {"name": "EPSG:3857"}}
    there = square(x=272_000, y=6_252_000, side=100)
    assert collection(tmp_path, there, crs=mercator).good == 1
    assert collection(tmp_path, there).bad_lines == [1]


def test_metres_without_a_crs_are_refused_until_the_user_chooses(tmp_path):
    there = square(x=659_000, y=6_862_300, side=100)
    assert collection(tmp_path, there).faults[0]["rule"] == "looks_lambert"
