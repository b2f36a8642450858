"""The 45 files of bad inputs come out as their table says: outcome, lines, good rows, and never a traceback."""

import json
import tracemalloc
from pathlib import Path

import pytest

import cli
from data.importers import read_file, run
from data.store import open_store

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "bad-inputs"
pytestmark = pytest.mark.usefixtures("shared")
CASES = json.loads((FOLDER / "cases.json").read_text()) if (FOLDER / "cases.json").exists() else []
NAMES = [case["file"] for case in CASES]


def kind_of(case) -> str:
    return "stock" if case["layer"] == "archive" else case["layer"]


@pytest.fixture(scope="module")
def stocked(tmp_path_factory):
    """A store that holds the good residences, so that the other files have something to speak of."""
    store = open_store(str(tmp_path_factory.mktemp("stocked") / "town.duckdb"))
    assert run(store, "stock", FOLDER / "00-good-stock.csv").written
    yield store
    store.close()


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_each_file_comes_out_as_its_table_says(case, stocked):
    report = run(stocked, kind_of(case), FOLDER / case["file"], dry_run=True)
    assert (report.outcome, report.bad_lines, report.good) == (
        case["expect"],
        case["bad_lines"],
        case["good_rows"],
    )
    assert report.rows == report.accepted + report.repaired + report.refused
    assert report.seconds < 5


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_the_terminal_tells_of_each_file_what_its_table_says(case, stocked, capsys):
    place = ["--store", stocked.path, "--json"]
    status = cli.main(["import", kind_of(case), str(FOLDER / case["file"]), "--dry-run", *place])
    told = json.loads(capsys.readouterr().out)
    assert (told["outcome"], told["bad_lines"], told["good_rows"]) == (
        case["expect"],
        case["bad_lines"],
        case["good_rows"],
    )
    assert status == (1 if told["outcome"].startswith("reject") else 0)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_fault_says_what_and_what_to_do_in_plain_words(case, stocked):
    report = run(stocked, kind_of(case), FOLDER / case["file"], dry_run=True)
    told = report.to_json() + report.to_csv()
    for fault in report.faults:
        assert fault["reason"]
        assert fault["remedy"]
    assert "Traceback" not in told
    assert str(FOLDER) not in told
    assert "?" not in "".join(fault["reason"] for fault in report.faults if "?" not in (fault["value"] or ""))


@pytest.mark.parametrize("case", [c for c in CASES if c["layer"] == "stock"], ids=lambda c: c["file"])
def test_the_outcome_is_the_same_on_an_empty_store_wherever_no_reference_is_needed(case, tmp_path):
    report = read_file("stock", FOLDER / case["file"]).report
    assert (report.outcome, report.bad_lines, report.good) == (
        case["expect"],
        case["bad_lines"],
        case["good_rows"],
    )


@pytest.mark.parametrize("name", [c["file"] for c in CASES if c["bad_lines"]])
def test_strict_writes_nothing_while_a_line_is_refused(name, stocked):
    case = next(case for case in CASES if case["file"] == name)
    before = {table: stocked.version(table) for table in stocked.tables()}
    assert not run(stocked, kind_of(case), FOLDER / name).written
    assert {table: stocked.version(table) for table in stocked.tables()} == before


def test_importing_the_good_stock_twice_changes_nothing_and_says_so(stocked):
    again = run(stocked, "stock", FOLDER / "00-good-stock.csv")
    assert (again.changes.unchanged, again.changes.any) == (5, False)
    assert {"same_file", "nothing_changed"} <= set(again.counts)
    assert stocked.count("imports", {"kind": "stock"}) == 1


def test_set_aside_writes_the_good_lines_and_gives_the_others_back(tmp_path):
    store = open_store(str(tmp_path / "town.duckdb"))
    report = run(store, "stock", FOLDER / "07-nan-inf.csv", set_aside=True)
    store_ids = store.read("residences").index.tolist()
    store.close()
    assert report.written
    assert store_ids == ["R001"]
    assert report.refused_rows.splitlines()[1].startswith("R002,Clos Français")
    assert len(report.refused_rows.splitlines()) == 4


def test_the_rows_given_back_and_corrected_are_accepted(tmp_path):
    report = read_file("stock", FOLDER / "08-duplicate-id.csv").report
    back = tmp_path / "back.csv"
    back.write_text(report.refused_rows.replace("R001,La Noue", "R003,La Noue"), encoding="utf-8")
    assert read_file("stock", back).report.outcome == "accept"


def test_swapped_coordinates_are_told_not_swapped(stocked):
    report = run(stocked, "stock", FOLDER / "04-swapped-lat-lon.csv", dry_run=True)
    assert "swapped" in report.faults[0]["reason"]


def test_metres_are_accepted_once_the_user_says_so(stocked):
    from data.importers import Options

    told = read_file("stock", FOLDER / "05-lambert93-in-lonlat.csv", options=Options(crs="EPSG:2154"))
    assert told.report.outcome == "accept"
    x, y = told.tables["residences"].geometry.iloc[0].coords[0]
    assert abs(x - 659001.8) < 1
    assert abs(y - 6862374.5) < 1


def test_a_bow_tie_is_refused_where_it_crosses():
    fault = read_file("sectors", FOLDER / "27-bowtie-polygon.geojson").report.faults[0]
    assert "2.445 48.865" in fault["reason"]


def test_overlap_and_gap_come_with_their_areas():
    warnings = read_file("sectors", FOLDER / "28-overlap-and-gap.geojson").report.warnings
    areas = {warning["rule"]: warning["params"]["area_m2"] for warning in warnings}
    assert areas["overlap"] == pytest.approx(0.002 * 73_400 * 0.03 * 111_200, rel=0.02)
    assert areas["gap"] == pytest.approx(0.005 * 73_400 * 0.03 * 111_200, rel=0.02)


def test_a_geojson_that_declares_metres_is_reprojected_not_drawn_at_lon_659000():
    told = read_file("sites", FOLDER / "31-geojson-declares-2154.geojson")
    assert told.tables["drawn_sites"].area.iloc[0] == pytest.approx(10_000, rel=0.005)


def test_accents_survive_windows_1252_and_the_encoding_is_named():
    told = read_file("stock", FOLDER / "01-cp1252.csv")
    assert told.tables["residences"]["name"].iloc[0] == "Résidence d’Été – 5 €/m²"
    assert told.report.guesses[0].value == "Windows-1252"


def test_free_text_is_counted_and_never_echoed(stocked):
    report = run(stocked, "complaints", FOLDER / "26-personal-data-in-comment.csv", dry_run=True)
    assert report.warnings[0]["params"]["count"] == 2
    assert "06 12 34 56 78" not in report.to_json() + report.to_csv()


def test_a_name_that_is_an_attack_is_kept_to_the_byte():
    told = read_file("stock", FOLDER / "20-sql-injection.csv")
    assert told.tables["residences"]["name"].tolist()[1] == 'O\'Brien "la Noue" %s %(x)s'


def test_a_bomb_is_refused_before_it_is_expanded():
    tracemalloc.start()
    assert read_file("stock", FOLDER / "35-high-ratio.zip").report.outcome == "reject-file"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_leading_zeros_and_corsica_stay_text():
    residences = read_file("stock", FOLDER / "16-corsica-and-leading-zeros.csv").tables["residences"]
    assert residences["residence_id"].tolist() == ["0001", "0002", "0003"]
    assert residences["insee_code"].tolist() == ["2A004", "2B033", "01053"]
    assert residences["postcode"].tolist() == ["20000", "20200", "01000"]
