"""The terminal: where options stand, what it prints, how it ends."""

import json

import pytest

import cli
from tests import toy


@pytest.fixture
def bare_store(tmp_path) -> str:
    return str(tmp_path / "store.duckdb")


def answer(capsys, *arguments) -> tuple[int, dict]:
    status = cli.main([str(argument) for argument in arguments])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("order", ["before", "after"])
def test_options_may_stand_before_or_after_the_job(order):
    shared = ["--store", "town.duckdb", "--json", "--lang", "en"]
    job = ["export", "parcels", "out.csv"]
    options = cli.parser().parse_args(shared + job if order == "before" else job + shared)
    assert (options.store, options.json, options.lang) == ("town.duckdb", True, "en")


def test_wrong_usage_ends_with_2():
    with pytest.raises(SystemExit) as end:
        cli.main(["import"])
    assert end.value.code == 2


def test_refused_file_ends_with_1_and_its_report_is_printed(capsys, bare_store, tmp_path):
    empty = tmp_path / "stock.csv"
    empty.write_bytes(b"")
    status, report = answer(capsys, "--store", bare_store, "import", "stock", empty, "--json")
    assert status == 1
    assert (report["outcome"], report["written"]) == ("reject-file", False)


def test_imported_file_ends_with_0_and_comes_back_by_export(capsys, bare_store, shared, tmp_path):
    file = shared / "bad-inputs" / "00-good-stock.csv"
    saved = tmp_path / "report.json"
    status, report = answer(
        capsys, "import", "stock", file, "--json", "--store", bare_store, "--report", saved
    )
    assert (status, report["accepted"]) == (0, 5)
    assert report["changes_by_table"]["residences"]["added"] == 5
    assert json.loads(saved.read_text())["rows"] == 5
    status, out = answer(
        capsys, "export", "residences", tmp_path / "out.csv", "--json", "--store", bare_store
    )
    assert (status, out["rows"]) == (0, 5)


def test_report_speaks_the_language_asked_for(capsys, bare_store, tmp_path):
    file = tmp_path / "stock.csv"
    file.write_text("residence_id;name\nR1;x\n")
    said = {
        language: answer(
            capsys, "import", "stock", file, "--json", "--store", bare_store, "--lang", language
        )[1]["faults"][0]["reason"]
        for language in ("fr", "en")
    }
    assert said["fr"] != said["en"]


def test_sites_without_parcels_says_what_to_do(capsys, bare_store):
    assert cli.main(["sites", "--store", bare_store]) == 1
    assert "import parcels FILE" in capsys.readouterr().err


def test_unknown_kind_names_the_known_ones(capsys, bare_store, tmp_path):
    file = tmp_path / "x.csv"
    file.write_text("a\n1\n")
    with pytest.raises(SystemExit) as end:
        cli.main(["import", "stok", str(file), "--store", bare_store])
    assert end.value.code == 2
    assert "stock" in capsys.readouterr().err


@pytest.mark.parametrize(("lang", "said"), [("fr", "aucune base ne parle"), ("en", "no store speaks")])
def test_the_store_says_what_it_cannot_do_in_the_language_asked_for(lang, said, capsys):
    assert cli.main(["--store", "mysql://here", "--lang", lang, "undo"]) == 1
    assert f"{said} mysql://" in capsys.readouterr().err


def test_the_edges_of_a_site_are_told_set_and_forgotten(capsys, tmp_path):
    path = tmp_path / "toy.duckdb"
    toy.stored(path, evaluated=True)
    store = str(path)
    site = "93048000AA0001"
    _status, told = answer(capsys, "land", "--json", "--edges", site, "--store", store)
    key = next(edge["edge_key"] for edge in told["edges"] if edge["kind"] == "street")
    status, set_ = answer(capsys, "land", "--json", "--edge", site, key, "--setback", "6", "--store", store)
    assert status == 0
    assert {"before", "after"} == set(next(iter(set_["dwellings"].values())))
    _status, told = answer(capsys, "land", "--json", "--edges", site, "--store", store)
    assert [edge["setback_m"] for edge in told["edges"] if edge["set"]] == [6]
    answer(capsys, "land", "--json", "--clear-edges", site, "--store", store)
    _status, told = answer(capsys, "land", "--json", "--edges", site, "--store", store)
    assert not any(edge["set"] for edge in told["edges"])


def test_land_units_are_counted_for_the_public_asked_and_only_where_it_is_laid_out(capsys, tmp_path):
    store = str(toy.stored(tmp_path / "toy.duckdb", evaluated=True))
    status, told = answer(capsys, "land", "--json", "--public", "ownership", "--store", store)
    assert (status, told["public"]) == (0, "ownership")
    assert cli.main(["land", "--public", "elderly", "--lang", "fr", "--store", store]) == 1
    assert "lancez d’abord `sites --public elderly`" in capsys.readouterr().err
