"""What is guessed is shown with its rows and agreed to before it is written; empty tables come from the layouts."""

import json

import openpyxl
import pytest

import cli
from data.importers import KINDS, Options, read_file, run
from data.schemas import template

LINES = "residence_id;name;address;dwellings;lon;lat\nR1;Été;1 rue X;48;2,4412;48,8601\n"


@pytest.fixture
def french(tmp_path):
    file = tmp_path / "stock.csv"
    file.write_bytes(LINES.encode("cp1252"))
    return file


def answer(capsys, *arguments):
    status = cli.main([str(part) for part in arguments])
    return status, json.loads(capsys.readouterr().out)


def test_guesses_wait_for_an_agreement(store, french):
    told = run(store, "stock", french, options=Options(confirmed=False))
    assert (told.written, store.count("residences")) == (False, 0)
    assert {guess.what for guess in told.guesses} == {"decimal_comma", "encoding"}
    assert all(guess.sample for guess in told.guesses)
    assert told.counts["confirm_guesses"] == 1
    assert run(store, "stock", french, options=Options(confirmed=True)).written


def test_a_file_without_guesses_waits_for_nobody(store, french):
    french.write_text(LINES.replace(";", ",").replace("2,4412,48,8601", "2.4412,48.8601"), encoding="utf-8")
    assert run(store, "stock", french, options=Options(confirmed=False)).written


def test_the_terminal_agrees_by_a_flag_and_undoes(capsys, tmp_path, french):
    place = ("--store", tmp_path / "town.duckdb", "--json")
    status, told = answer(capsys, "import", "stock", french, *place)
    assert (status, told["written"], told["outcome"]) == (1, False, "accept-with-warning")
    status, told = answer(capsys, "import", "stock", french, "--accept-guesses", *place)
    assert (status, told["written"]) == (0, True)
    status, told = answer(capsys, "undo", *place)
    assert (status, told["changes"]["removed"]) == (0, 1)
    assert answer(capsys, "undo", *place)[0] == 1


def test_an_empty_table_is_a_file_that_its_kind_reads(capsys, tmp_path):
    file = tmp_path / "stock.xlsx"
    assert answer(capsys, "template", "stock", file, "--json")[0] == 0
    header = [cell.value for cell in next(openpyxl.load_workbook(file).active.iter_rows())]
    assert header == template(KINDS["stock"].layouts[0]).split("\n")[0].split(",")
    assert read_file("stock", file).report.refused == 0
