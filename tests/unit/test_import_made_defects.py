"""Defects that no shared file holds, each made here: text, places, shapes, archives, and what happens to a file."""

import json
import unicodedata

import duckdb
import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely import MultiPolygon, box

from data.importers import Limits, Options, lookup_of, read_file, run
from data.store.errors import StoreError
from tests.unit.test_import_defects import HEADER, ROW, collection, square, stock

KNOWN = lookup_of(
    {"residences": pd.DataFrame({"dwellings": [48]}, index=pd.Index(["R001"], name="residence_id"))}
)


def table(tmp_path, kind, *lines, lookup=KNOWN):
    file = tmp_path / f"{kind}.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return read_file(kind, file, store_lookup=lookup).report


def rules(report):
    return [fault["rule"] for fault in report.faults]


def names(tmp_path):
    return read_file("stock", tmp_path / "stock.csv").tables["residences"]["name"].tolist()


def test_lines_of_two_encodings_are_both_read_right(tmp_path):
    file = tmp_path / "stock.csv"
    lines = [
        ROW.replace("Les Amandiers", "Résidence"),
        ROW.replace("R001", "R002").replace("Les Amandiers", "Bel été"),
    ]
    file.write_bytes("\n".join([HEADER, lines[0], ""]).encode() + lines[1].encode("cp1252"))
    assert names(tmp_path) == ["Résidence", "Bel été"]


def test_a_mark_of_utf8_in_the_middle_makes_no_other_identifier(tmp_path):
    assert rules(stock(tmp_path, ROW, "\ufeff" + ROW)) == ["duplicate_id", "duplicate_id"]


def test_a_nul_far_down_is_no_text(tmp_path):
    assert rules(stock(tmp_path, ROW, ROW.replace("R001", "R0\x0002"))) == ["binary"]


def test_accents_in_two_pieces_are_put_together(tmp_path):
    stock(tmp_path, ROW.replace("Les Amandiers", unicodedata.normalize("NFD", "Résidence été")))
    assert names(tmp_path) == ["Résidence été"]


def test_wide_characters_make_no_second_residence(tmp_path):
    assert len(rules(stock(tmp_path, ROW, ROW.replace("R001", "Ｒ００１")))) == 2


def test_a_point_between_thousands_is_not_guessed(tmp_path):
    assert rules(stock(tmp_path, ROW, ROW.replace("R001", "R002").replace(",48,", ",1.234,"))) == [
        "not_whole"
    ]


@pytest.mark.parametrize("name", ["NA", "None", "NULL", "nan", "True", "1e5"])
def test_a_name_that_programs_take_for_nothing_stays_a_name(tmp_path, name):
    stock(tmp_path, ROW.replace("Les Amandiers", name))
    assert names(tmp_path) == [name]


@pytest.mark.parametrize(
    ("x", "y"), [("600000", "2430000"), ("272000", "6252000"), ("-2.4412", "-48.8601"), ("1e300", "48.8601")]
)
def test_coordinates_of_another_system_are_refused_never_drawn(tmp_path, x, y):
    assert stock(tmp_path, ROW.replace("2.4412,48.8601", f"{x},{y}")).good == 0


def test_residences_all_on_one_point_are_told(tmp_path):
    report = stock(tmp_path, *(ROW.replace("R001", f"R{n}") for n in range(4)))
    assert (report.good, report.counts["one_point"]) == (4, 4)


def test_coordinates_of_one_decimal_are_told(tmp_path):
    there = [
        ROW.replace("R001", f"R{n}").replace("2.4412,48.8601", f"2.{n},48.{8 + n % 2}") for n in (3, 4, 5)
    ]
    assert stock(tmp_path, *there).counts["coarse_points"] == 3


COMPLAINTS = "complaint_id,residence_id,opened_on,category,status"


@pytest.mark.parametrize(
    ("day", "found"),
    [("2025-02-29", ["impossible_date"]), ("29/02/2025", ["impossible_date"]), ("2024-02-29", []),
     ("2025-03-30 02:30", []), ("45720", ["excel_serial"]), ("04/03/25", ["short_year"])],
)  # fmt: skip
def test_days_of_the_calendar_and_others(tmp_path, day, found):
    assert rules(table(tmp_path, "complaints", COMPLAINTS, f"C1,R001,{day},lift,open")) == found


def test_parts_of_charges_over_their_total_are_refused(tmp_path):
    header = "residence_id,year,charges_eur_m2_year,heating_eur_m2_year,water_eur_m2_year"
    assert rules(table(tmp_path, "charges", header, "R001,2024,10,8,4")) == ["part_over_total"]


def test_shells_one_in_another_are_refused(tmp_path):
    nested = {
        "type": "MultiPolygon",
        "coordinates": [square()["coordinates"], square(2.4502, 48.8602, 0.0002)["coordinates"]],
    }
    assert rules(collection(tmp_path, square(2.46), nested)) == ["invalid_shape"]


def test_an_outline_over_the_antimeridian_is_refused(tmp_path):
    ring = [[179.9, -17], [-179.9, -17], [-179.9, -16.9], [179.9, -16.9], [179.9, -17]]
    assert rules(collection(tmp_path, square(), {"type": "Polygon", "coordinates": [ring]})) == [
        "outside_france"
    ]


def test_a_ring_of_ten_kilometres_around_the_town_is_no_site(tmp_path):
    ring = square(2.35, 48.80, 0.2)
    ring["coordinates"].append(square(2.40, 48.84, 0.1)["coordinates"][0][::-1])
    assert [fault["rule"] for fault in collection(tmp_path, ring).faults] == ["site_size"]


def test_a_geopackage_cut_in_two_is_refused(tmp_path):
    file = tmp_path / "sites.gpkg"
    shapes = [
        MultiPolygon([box(659_000 + 20 * n, 6_862_000, 659_010 + 20 * n, 6_862_010)]) for n in range(400)
    ]
    sites = gpd.GeoDataFrame({"site_id": [f"T{n}" for n in range(400)]}, geometry=shapes, crs=2154)
    sites.to_file(file, driver="GPKG")
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 3])
    assert read_file("sites", file).report.outcome == "reject-file"


def test_an_upload_cut_in_the_middle_of_a_line_is_refused_there(tmp_path):
    text = "\n".join([HEADER, *(ROW.replace("R001", f"R{n:03}") for n in range(10))])
    file = tmp_path / "stock.csv"
    file.write_text(text[: len(text) // 2], encoding="utf-8")
    report = read_file("stock", file).report
    assert report.bad_lines == [report.rows + 1]


def test_two_gigabytes_are_refused_by_the_page_before_a_byte_is_read(tmp_path):
    file = tmp_path / "stock.csv"
    with file.open("wb") as stream:
        stream.truncate(2_000_000_000)
    assert rules(read_file("stock", file, options=Options(limits=Limits())).report) == ["too_big"]


def test_a_workbook_with_a_last_row_far_down_stops_at_the_limit(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.cell(1_048_576, 1, "R001")
    book.save(tmp_path / "stock.xlsx")
    report = read_file("stock", tmp_path / "stock.xlsx", options=Options(limits=Limits(rows=1_000))).report
    assert rules(report) == ["too_many_rows"]


@pytest.mark.parametrize(
    "name", ["CON.csv", "NUL", "<img src=x onerror=alert(1)>.csv", "a;b'--.csv", "..csv", "{{7*7}}.csv"]
)
def test_the_name_of_a_file_means_nothing(tmp_path, name):
    file = tmp_path / name
    file.write_text(f"{HEADER}\n{ROW}")
    report = read_file("stock", file).report
    assert (report.good, report.file) == (1, name)


def test_a_second_import_is_told_who_is_importing(store, tmp_path):
    (tmp_path / "stock.csv").write_text(f"{HEADER}\n{ROW}")
    with store.importing():
        report = run(store, "stock", tmp_path / "stock.csv")
    assert rules(report) == ["import_running"]
    assert "process" in report.faults[0]["reason"]


def test_a_file_changed_after_its_dry_run_is_judged_again(store, tmp_path):
    file = tmp_path / "stock.csv"
    file.write_text(f"{HEADER}\n{ROW}")
    tried = run(store, "stock", file, dry_run=True)
    file.write_text(f"{HEADER}\n{ROW.replace('R001', '')}")
    report = run(store, "stock", file)
    assert (report.written, rules(report), report.sha256 == tried.sha256) == (False, ["blank"], False)


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path, store, monkeypatch):
    file = tmp_path / "stock.csv"
    file.write_text(f"{HEADER}\n{ROW}")
    run(store, "stock", file)
    file.write_text(f"{HEADER}\n{ROW.replace(',48,', ',50,')}")

    def full(work):
        raise StoreError("no space left on the device", remedy="make room") from duckdb.IOException(
            "no space left"
        )

    with monkeypatch.context() as patched:
        patched.setattr(store, "_commit", full)
        with pytest.raises(StoreError):
            run(store, "stock", file)
    assert store.read("residences")["dwellings"].tolist() == [48]
    assert run(store, "stock", file).written


def test_no_floor_by_address_is_a_floor_that_is_not_given(tmp_path):
    file = tmp_path / "rpls_adresses.geojson"
    point = {"type": "Point", "coordinates": [2.48, 48.9]}
    homes = [
        {
            "type": "Feature",
            "properties": {"cle": f"{n} RUE X", "appartement": 4, "etage": n},
            "geometry": point,
        }
        for n in (0, 3)
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": homes}))
    floors = read_file("rpls", file).tables["residences"]["floors"]
    assert floors.isna().tolist() == [True, False]


def test_owners_without_a_group_are_owners_all_the_same(tmp_path):
    path = tmp_path / "owners.csv"
    path.write_text(
        "department,commune,prefix,section,number,area_m2,right,majic,siren,name\n"
        "93,048,000,A,0137,1541,P - Propriétaire,PBBLSK,219300662,Les Amandiers\n",
        encoding="utf-8",
    )
    owners = read_file("owners", path).tables["owners"]
    assert owners[["rights", "siren"]].iloc[0].tolist() == ["P", "219300662"]
    assert owners["owner_group"].isna().all()
