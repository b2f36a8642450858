"""The page of data as a newcomer uses it: send a file, read what is said of it, confirm, take it back."""

from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from data.importers import KINDS
from tests import toy
from tests.patience import PATIENCE_S
from views.jobs import retention
from views.parts.files import imports, keeping
from views.shared import cache
from views.shared.i18n import _

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path, monkeypatch):
    file = tmp_path / "toy.duckdb"
    toy.stored(file)
    monkeypatch.setenv("ILOT_STORE", str(file))
    yield file
    cache.close()


@pytest.fixture
def app(path) -> AppTest:
    return AppTest.from_file(str(ROOT / "views" / "files.py"), default_timeout=PATIENCE_S)


def send(app: AppTest, shared: Path, name: str) -> AppTest:
    content = (shared / "bad-inputs" / name).read_bytes()
    app.run()
    app.file_uploader[0].upload(name, content, "text/csv").run()
    assert not app.exception
    return app


def table(app: AppTest, column: str) -> pd.DataFrame:
    return next(found.value for found in app.dataframe if _(column) in found.value)


def said(app: AppTest) -> str:
    return " ".join(one.value for part in (app.error, app.warning, app.success, app.markdown) for one in part)


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def test_every_kind_is_listed_with_its_rows(app):
    app.run()
    assert not app.exception
    state = table(app, "Last import")
    assert len(state) == len(KINDS)
    assert state.iloc[0].tolist()[1:3] == ["5", "jamais"]


def test_a_french_spreadsheet_is_read_and_its_comma_is_confirmed_before_writing(app, shared):
    send(app, shared, "03-semicolon-decimal-comma.csv")
    assert "5 lignes lues, toutes sont bonnes" in said(app)
    assert "séparateur décimal" in said(app).replace("\\", "")
    assert app.button(key="data-write").disabled
    next(box for box in app.checkbox if box.key.startswith("data-guess")).check().run()
    app.button(key="data-write").click().run()
    assert not app.exception
    assert cache.store().count("imports") == 1
    assert "C’est fait" in said(app)


def test_metres_taken_for_degrees_are_refused_and_one_button_reads_them(app, shared):
    send(app, shared, "05-lambert93-in-lonlat.csv")
    assert "EPSG" in said(app)
    assert "data-write" not in [button.key for button in app.button]
    app.button(key="data-lambert").click().run()
    assert not app.exception
    assert "toutes sont bonnes" in said(app)
    app.button(key="data-write").click().run()
    point = cache.store().read("residences").loc["R001"].geometry
    assert (point.x, point.y) == pytest.approx((659001.8, 6862374.5), abs=1)


def test_refused_lines_are_told_and_the_others_may_be_written(app, shared):
    send(app, shared, "04-swapped-lat-lon.csv")
    faults = next(one.value for one in app.dataframe if "Ligne" in one.value)
    assert faults["Ligne"].tolist() == [3]
    app.button(key="data-write").click().run()
    assert not app.exception
    assert {"R001", "R003"} <= set(cache.store().read("residences").index)


def test_the_model_is_made_from_the_layout_and_imports(path):
    store = cache.store()
    for kind in ("stock", "occupancy", "complaints"):
        files = imports.templates(kind)
        upload = imports.Upload(f"model{'.csv'}", files[".csv"])
        report = imports.examine(store, kind, upload, imports.page_options(), dry_run=True)
        assert report.outcome != "reject-file", (kind, report.counts)
        assert set(files) == {".csv", ".xlsx"}


def test_free_text_of_complaints_is_not_echoed(path, shared):
    upload = imports.Upload("c.csv", (shared / "bad-inputs" / "26-personal-data-in-comment.csv").read_bytes())
    report = imports.told(
        imports.examine(cache.store(), "complaints", upload, imports.page_options(), dry_run=True)
    )
    table = imports.mapping(report)
    comment = table[table.iloc[:, 1] == "comment"]
    assert comment.iloc[:, 2:].replace("", pd.NA).isna().all(axis=None)


def test_the_first_rows_of_a_workbook_are_shown_beside_its_columns(path, shared):
    upload = imports.Upload("s.xlsx", imports.templates("stock")[".xlsx"])
    report = imports.told(
        imports.examine(cache.store(), "stock", upload, imports.page_options(), dry_run=True)
    )
    table = imports.mapping(report).set_index(_("Read as"))
    assert table.at["residence_id", "1"] == imports.layout_of("stock").field("residence_id").cell.example


def test_a_file_name_stays_in_its_folder():
    assert imports.safe_name("../../<b>é.csv") == "b-é.csv"
    assert imports.safe_name("..") == "file"


def test_report_has_nothing_a_spreadsheet_would_run(path):
    rows = [{"line": 2, "column": "=A1", "value": "=1+1", "reason": "+x", "remedy": "@y", "rule": "r"}]
    assert b"\n=" not in imports.as_csv({"faults": rows})
    assert b"'=1+1" in imports.as_csv({"faults": rows})


@pytest.mark.parametrize("column", ["revenu", "NIR", "Prénom", "Date de naissance", "E-mail"])
def test_a_column_about_a_person_refuses_the_file(path, column):
    header, example = imports.templates("stock")[".csv"].decode("utf-8-sig").split("\n")[:2]
    content = f"{header},{column}\n{example},x\n".encode()
    upload = imports.Upload("a.csv", content)
    report = imports.examine(cache.store(), "stock", upload, imports.page_options(), dry_run=True)
    assert (report.outcome, list(report.counts)) == ("reject-file", ["personal_column"])


def test_what_is_too_old_is_counted_before_it_can_be_forgotten(app, path):
    app.run()
    assert "data-keep-forget" not in {button.key for button in app.button}
    app.button(key="data-keep-count").click().run()
    assert not app.exception
    assert len(table(app, "Lines too old")) == len(keeping.WORDS)


def test_a_duration_is_changed_on_the_page(app, path):
    app.run()
    app.selectbox(key="data-keep-rule").set_value("turnovers").run()
    app.number_input(key="data-keep-months-turnovers").set_value(24).run()
    app.button(key="data-keep-set").click().run()
    assert retention.months_kept(cache.store())["turnovers"] == 24


def test_what_was_counted_is_forgotten_when_confirmed(app, path):
    home = cache.store().read("dwellings", columns=["residence_id"]).iloc[:1].reset_index()
    days = {"keys_back_on": pd.Timestamp("2001-01-01"), "lease_start_on": pd.Timestamp("2001-02-01")}
    moves = home.assign(turnover_id="T1", **days)
    cache.store().write("turnovers", moves)
    app.run()
    app.button(key="data-keep-count").click().run()
    app.button(key="data-keep-forget").click().run()
    assert cache.store().count("turnovers", {"turnover_id": "T1"}) == 0
    assert "1 ligne effacée" in said(app)


def test_every_retention_rule_has_its_words():
    assert {rule.name for rule in retention.RULES} <= set(keeping.WORDS)


def test_bounds_and_units_are_said_in_french_and_an_empty_value_is_empty(app, shared):
    send(app, shared, "09-negative-and-absurd.csv")
    assert "0 – 5000 logements" in table(app, "What is wrong")[_("What to do")].iloc[0]
    send(app, shared, "05-lambert93-in-lonlat.csv")
    assert set(table(app, "Value as typed")[_("Value as typed")]) == {""}
