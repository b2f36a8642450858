"""An import is taken back exactly, or kept with its reason; one import at a time, and the second is told who."""

import multiprocessing
import threading
import time

import pytest

from data.importers import run, undo
from data.store import open_store
from tests.killing import no_main

HEADER = "residence_id,name,address,postcode,insee,sector_id,dwellings,year_built,floors,lon,lat"
FIRST = "R001,Les Amandiers,12 rue des Amandiers,93100,93048,S1,48,1972,6,2.4412,48.8601"
SECOND = "R002,Bel Air,1 rue X,93100,93048,S2,120,1964,11,2.4537,48.8655"
PARCEL = (
    '{"type": "Feature", "properties": {"id": "930480000A%04d", "contenance": 100}, "geometry": {"type": "Polygon", '
    '"coordinates": [[[2.44, 48.86], [2.441, 48.86], [2.441, 48.861], [2.44, 48.86]]]}}'
)

# For the server to notice that the process at the other end of a connection has died: a moment, unless it is starved.
PATIENCE_S = 120


@pytest.fixture
def stock(tmp_path):
    def write(*rows, header=HEADER, name="stock.csv"):
        file = tmp_path / name
        file.write_text("\n".join([header, *rows]), encoding="utf-8")
        return file

    return write


def content(store):
    kept = set(store.tables()) - {"imports", "import_steps"}
    return {table: store.rows(table).sort_by(store.key(table)[0]).to_pydict() for table in sorted(kept)}


def rules(report):
    return [fault["rule"] for fault in report.faults]


def test_the_store_is_as_before_and_the_register_says_when(store, stock):
    run(store, "stock", stock(FIRST))
    before = content(store)
    run(store, "stock", stock(FIRST.replace("48,1972", "50,1972"), SECOND))
    report = undo(store)
    assert content(store) == before
    assert (report.written, report.changes.changed, report.changes.removed) == (True, 1, 2)
    assert store.read("imports").sort_values("started_at")["undone_at"].notna().tolist() == [False, True]


def test_rows_that_a_new_vintage_removed_come_back(store, tmp_path):
    file = tmp_path / "parcels.geojson"
    for count in (11, 10):
        features = ", ".join(PARCEL % n for n in range(1, count + 1))
        file.write_text(f'{{"type": "FeatureCollection", "features": [{features}]}}')
        report = run(store, "parcels", file)
        assert report.written
    assert report.changes.removed == 1
    assert undo(store).written
    assert store.count("parcels") == 11


def test_imports_are_undone_one_after_the_other(store, stock):
    empty = content(store)
    run(store, "stock", stock(FIRST))
    run(store, "stock", stock(SECOND))
    assert [undo(store).written, undo(store).written] == [True, True]
    assert content(store) == empty
    assert rules(undo(store)) == ["nothing_to_undo"]


def test_an_import_whose_rows_a_later_one_changed_is_kept(store, stock):
    run(store, "stock", stock(FIRST, name="first.csv"))
    run(store, "stock", stock(FIRST.replace("Les Amandiers", "Autre"), name="later.csv"))
    first = store.read("imports").sort_values("started_at").index[0]
    refused = undo(store, first)
    assert (refused.written, rules(refused)) == (False, ["undo_later"])
    assert "later.csv" in refused.faults[0]["reason"]


def test_an_import_whose_rows_somebody_changed_is_kept(store, stock):
    run(store, "stock", stock(FIRST))
    store.write("residences", store.read("residences").assign(heating="gas"))
    before = content(store)
    assert rules(undo(store)) == ["undo_changed"]
    assert content(store) == before


def test_rows_that_others_point_at_are_kept(store, stock):
    run(store, "stock", stock(FIRST))
    header = "residence_id,reference_date,occupied,vacant,under_occupied"
    run(store, "occupancy", stock("R001,2025-01-01,46,2,9", header=header))
    assert rules(undo(store, kind="stock")) == ["undo_held"]
    assert (store.count("residences"), store.count("occupancy")) == (1, 1)


def test_an_undone_import_is_not_undone_twice_and_may_be_imported_again(store, stock):
    run(store, "stock", stock(FIRST))
    line = store.read("imports").index[0]
    undo(store)
    assert rules(undo(store, line)) == ["undone_already"]
    assert run(store, "stock", stock(FIRST)).written


def test_the_second_of_two_imports_is_told_who_and_since_when(store, stock):
    with store.importing():
        told = []
        thread = threading.Thread(target=lambda: told.append(run(store, "stock", stock(FIRST))))
        thread.start()
        thread.join()
    fault = told[0].faults[0]
    assert (told[0].written, fault["rule"]) == (False, "import_running")
    assert ", process " in fault["reason"]
    assert "UTC" in fault["reason"]
    assert run(store, "stock", stock(FIRST)).written


def hold(url, told):
    """Hold the imports of a store until killed, and tell that they are held, or why not."""
    try:
        store = open_store(url)
        with store.importing():
            told.send("held")
            threading.Event().wait()
    except Exception as error:
        told.send(repr(error))


@pytest.mark.postgis
def test_an_importer_that_was_killed_holds_nothing(postgis_url, stock):
    context = multiprocessing.get_context("spawn")
    heard, told = context.Pipe(duplex=False)
    other = context.Process(target=hold, args=(postgis_url, told))
    with no_main():
        other.start()
    told.close()
    assert heard.recv() == "held"
    store = open_store(postgis_url)
    refused = run(store, "stock", stock(FIRST), dry_run=True)
    other.kill()
    other.join()
    end = time.monotonic() + PATIENCE_S
    while rules(report := run(store, "stock", stock(FIRST), dry_run=True)) == ["import_running"]:
        assert time.monotonic() < end, report.faults
        time.sleep(0.1)
    store.close()
    assert f"process {other.pid} is importing" in refused.faults[0]["reason"]
    assert (report.good, report.faults) == (1, [])
