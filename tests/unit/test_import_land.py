"""Rule books and outlines of sites that enter by a file: checked, versioned, judged like what was made on a page."""

import json

import pytest

from data.schemas.rules import BOUNDS
from data.store import open_store
from planning.zoning.rulebook import KINDS
from tests import toy
from views.jobs import candidates, export, imports, rulebook, site_sheet

HEAD = "zone_label,rule,band,edge,value,height_share,article,page,valid_from,confidence,source,document\n"
HEIGHT = "UC00A16,height,all,any,{value},,UC 10,112,2020-02-04,read,PLUi,PLUi\n"


@pytest.fixture
def store(tmp_path):
    opened = open_store(toy.stored(tmp_path / "toy.duckdb"))
    yield opened
    opened.close()


def brought(store, tmp_path, *lines: str) -> dict:
    file = tmp_path / "rules.csv"
    file.write_text(HEAD + "".join(lines), encoding="utf-8")
    return imports.run(store, "rules", [str(file)], accept_guesses=True, language="en")


def outline(store, tmp_path, side_m: float) -> dict:
    shape = store.read("parcels").geometry.iloc[0].centroid.buffer(side_m / 2, cap_style="square")
    feature = {
        "type": "Feature",
        "properties": {"site_id": "T1", "name": "Parking"},
        "geometry": shape.__geo_interface__,
    }
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
    file = tmp_path / "sites.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}))
    return imports.run(store, "sites", [str(file)], accept_guesses=True, language="en")


def test_the_file_and_the_engine_know_the_same_rules_units_and_bounds():
    assert {name: (kind.unit, kind.least, min(kind.most, 1e9)) for name, kind in KINDS.items()} == BOUNDS


def test_a_file_of_rules_is_the_next_version_of_its_book_and_the_same_file_changes_nothing(store, tmp_path):
    assert brought(store, tmp_path, HEIGHT.format(value=9))["written"]
    brought(store, tmp_path, HEIGHT.format(value=9))
    assert rulebook.books(store)["version"].tolist() == [1]
    brought(store, tmp_path, HEIGHT.format(value=12))
    assert rulebook.books(store)["version"].tolist() == [2]
    assert rulebook.read_book(store)["value"].tolist() == [12]


def test_an_exported_book_comes_back_as_it_left(store, tmp_path):
    brought(store, tmp_path, HEIGHT.format(value=9), "UC00A16,setback,all,side,,,,,,unknown,,PLUi\n")
    file = tmp_path / "back.csv"
    file.write_text(rulebook.export_book(store), encoding="utf-8")
    assert imports.run(store, "rules", [str(file)], accept_guesses=True)["outcome"].startswith("accept")
    assert rulebook.read_book(store)["value"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("UC00A16,footprint,all,any,40,,,,,read,,PLUi\n", "out of bounds for the rule footprint"),
        ("UC00A16,setback,all,any,4,,,,,read,,PLUi\n", "from which edge"),
        ("UC00A16,heigth,all,any,4,,,,,read,,PLUi\n", "heigth"),
    ],
)
def test_a_wrong_rule_of_a_file_is_refused_with_its_line_and_what_to_do(store, tmp_path, line, said):
    report = brought(store, tmp_path, line)
    assert not report["written"]
    assert report["faults"][0]["line"] == 2
    assert said in f"{report['faults'][0]['reason']} {report['faults'][0]['value']}"
    assert report["faults"][0]["remedy"]


def test_an_imported_outline_is_kept_and_judged_like_a_drawn_one(store, tmp_path):
    assert outline(store, tmp_path, 40)["written"]
    outline(store, tmp_path, 44)
    assert store.read("drawn_sites").index.tolist() == ["D-T1"]
    sites, results = site_sheet.drawn_results(store)
    assert sites.loc["D-T1", "area_m2"] == pytest.approx(44**2, rel=1e-3)
    assert len(results) == 3
    shape = store.read("parcels").geometry.iloc[1]
    assert candidates.keep_drawing(store, shape, "Halle", None) == "D0000001"


def test_an_outline_too_small_to_be_a_site_is_refused(store, tmp_path):
    report = outline(store, tmp_path, 3)
    assert "9 m²" in report["faults"][0]["reason"]
    assert store.count("drawn_sites") == 0


def test_rules_leave_by_the_terminal_s_export(store, tmp_path):
    brought(store, tmp_path, HEIGHT.format(value=9))
    told = export.export(store, "rules", tmp_path / "rules.csv")
    assert told["rows"] == 1
    assert "Hauteur" in (tmp_path / "rules.csv").read_text(encoding="utf-8-sig")
