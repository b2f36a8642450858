"""A file that is the whole stock: what it does not hold goes, over a tenth of it only when asked again."""

import json

import pytest

import cli
from data.importers import Options, run, undo

HEADER = "residence_id,name,address,postcode,insee,sector_id,dwellings,year_built,floors,lon,lat"
LINE = "R{n:03d},Name {n},{n} rue X,93100,93048,,48,1972,6,2.4412,48.8601"


@pytest.fixture
def file(tmp_path):
    def write(*numbers):
        path = tmp_path / f"stock{len(numbers)}.csv"
        path.write_text("\n".join([HEADER, *(LINE.format(n=n) for n in numbers)]), encoding="utf-8")
        return path

    return write


@pytest.fixture
def twenty(store, file):
    assert run(store, "stock", file(*range(20))).written
    return store


def test_a_file_of_some_residences_leaves_the_others(twenty, file):
    assert run(twenty, "stock", file(1, 2, 3)).changes.removed == 0
    assert twenty.count("residences") == 20


def test_a_whole_stock_removes_what_it_does_not_hold_and_names_it(twenty, file):
    report = run(twenty, "stock", file(*range(19)), options=Options(replace=True))
    assert (report.written, report.changes.removed, twenty.count("residences")) == (True, 1, 19)
    assert next(note for note in report.notes if note["rule"] == "removed")["params"]["keys"] == "R019"


def test_over_a_tenth_of_the_residences_goes_only_when_asked_again(twenty, file):
    few = file(*range(17))
    refused = run(twenty, "stock", few, options=Options(replace=True))
    assert [fault["rule"] for fault in refused.faults] == ["would_remove"]
    assert twenty.count("residences") == 20
    assert run(twenty, "stock", few, options=Options(replace=True, accept_removals=True)).changes.removed == 3
    assert undo(twenty).written
    assert twenty.count("residences") == 20


def test_a_residence_that_other_rows_point_at_stays_and_why_is_said(twenty, file, tmp_path):
    energy = tmp_path / "energy.csv"
    energy.write_text("residence_id,year,dpe_class,kwh_m2_year\nR019,2024,D,200\n", encoding="utf-8")
    assert run(twenty, "energy", energy).written
    report = run(twenty, "stock", file(*range(19)), options=Options(replace=True))
    assert [fault["rule"] for fault in report.faults] == ["removal_held"]
    assert (report.written, twenty.count("residences")) == (False, 20)


def test_the_terminal_replaces_and_agrees_by_flags(capsys, tmp_path, file):
    place = ["--store", str(tmp_path / "town.duckdb"), "--json"]
    assert cli.main(["import", "stock", str(file(*range(20))), *place]) == 0
    few = ["import", "stock", str(file(1)), "--replace", *place]
    capsys.readouterr()
    assert cli.main(few) == 1
    assert json.loads(capsys.readouterr().out)["counts"]["would_remove"] == 1
    assert cli.main([*few, "--accept-removals"]) == 0


def test_the_terminal_takes_a_projection(capsys, tmp_path):
    metres = tmp_path / "metres.csv"
    metres.write_text(
        f"{HEADER}\nR001,Name,1 rue X,93100,93048,,48,1972,6,659001.8,6862374.5", encoding="utf-8"
    )
    place = ["--store", str(tmp_path / "town.duckdb"), "--json"]
    assert cli.main(["import", "stock", str(metres), *place]) == 1
    assert cli.main(["import", "stock", str(metres), "--crs", "EPSG:2154", *place]) == 0
