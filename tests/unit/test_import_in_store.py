"""Importing into a store, on both engines: one transaction, one line in the register, nothing implied."""

import pytest

from data.importers import Options, run, vector_helper

HEADER = "residence_id,name,address,postcode,insee,sector_id,dwellings,year_built,floors,lon,lat"
ROWS = [
    "R001,Les Amandiers,12 rue des Amandiers,93100,93048,S1,48,1972,6,2.4412,48.8601",
    "R002,Bel Air,1 rue X,93100,93048,S2,120,1964,11,2.4537,48.8655",
]


@pytest.fixture
def stock(tmp_path):
    def write(*rows, header=HEADER, name="stock.csv"):
        file = tmp_path / name
        file.write_text("\n".join([header, *rows]), encoding="utf-8")
        return file

    return write


def test_a_file_is_written_once_with_its_line_in_the_register(store, stock):
    report = run(store, "stock", stock(*ROWS))
    line = store.read("imports").iloc[0]
    assert (report.written, report.changes.added) == (True, 4)
    assert (line["kind"], line["outcome"], line["accepted"], line["sha256"]) == (
        "stock",
        "accept",
        2,
        report.sha256,
    )
    assert store.read("residences").loc["R001"].geometry.x == pytest.approx(659_000, abs=200)


def test_the_same_file_again_leaves_the_store_as_it_is(store, stock):
    run(store, "stock", stock(*ROWS))
    before = {table: store.version(table) for table in store.tables()}
    assert not run(store, "stock", stock(*ROWS)).changes.any
    assert {table: store.version(table) for table in store.tables()} == before


def test_a_dry_run_tells_the_truth_and_writes_nothing(store, stock):
    tried = run(store, "stock", stock(*ROWS), dry_run=True)
    assert (tried.written, store.count("residences"), store.count("imports")) == (False, 0, 0)
    assert tried.changes == run(store, "stock", stock(*ROWS)).changes


def test_a_file_says_nothing_of_the_columns_it_lacks(store, stock):
    run(store, "stock", stock(*ROWS))
    run(
        store,
        "stock",
        stock("R001,Nouveau nom,12 rue des Amandiers,50", header="residence_id,name,address,dwellings"),
    )
    residence = store.read("residences").loc["R001"]
    assert (residence["name"], residence["dwellings"], residence["year_built"]) == ("Nouveau nom", 50, 1972)
    assert residence["sector_id"] == "S1"
    assert residence.geometry is not None


def test_sectors_named_by_the_stock_are_created_and_never_renamed(store, stock):
    run(store, "stock", stock(*ROWS))
    store.write("sectors", store.read("sectors").assign(name=["Bas-Montreuil", "Centre"]))
    run(store, "stock", stock(*ROWS, ROWS[0].replace("R001", "R003").replace("S1", "S9")))
    assert store.read("sectors")["name"].to_dict() == {"S1": "Bas-Montreuil", "S2": "Centre", "S9": "S9"}


def test_occupancy_is_checked_against_the_residences_in_place(store, stock, tmp_path):
    run(store, "stock", stock(*ROWS))
    header = "residence_id,reference_date,occupied,vacant,under_occupied,over_occupied,disability_requests"
    lines = ["R001,2025-01-01,46,2,9,3,1", "R002,2025-01-01,130,3,22,8,4", "R999,2025-01-01,1,0,0,0,0"]
    report = run(store, "occupancy", stock(*lines, header=header, name="occupancy.csv"), set_aside=True)
    assert [fault["rule"] for fault in report.faults] == ["occupied_over_dwellings", "unknown_residence"]
    assert (report.written, store.count("occupancy")) == (True, 1)


def test_charges_become_one_row_an_item_and_unknown_items_none(store, stock):
    run(store, "stock", stock(*ROWS))
    header = "residence_id,year,charges_eur_m2_year,heating_eur_m2_year,water_eur_m2_year"
    report = run(
        store, "charges", stock("R001,2024,20,8,", "R002,2024,20,15,9", header=header, name="charges.csv")
    )
    assert report.bad_lines == [3]
    run(store, "charges", stock("R001,2024,20,8,", header=header, name="charges.csv"))
    kept = store.read("charges").set_index("item")["settled_eur_m2_year"].to_dict()
    assert kept == {"total": 20.0, "heating": 8.0}


def test_complaints_lose_their_comment_on_the_way_in(store, stock):
    run(store, "stock", stock(*ROWS))
    header = "complaint_id,residence_id,opened_on,closed_on,category,status,comment"
    report = run(
        store, "complaints", stock("C1,R001,04/03/2025,,bruit,ouvert,Mme D. 06 12 34 56 78", header=header)
    )
    complaint = store.read("complaints").loc["C1"]
    assert (str(complaint["opened_at"])[:10], complaint["status"]) == ("2025-03-04", "open")
    assert "06 12" not in store.read("imports")["report"].str.cat()
    assert report.outcome == "accept-with-warning"


def test_several_files_of_one_kind_are_imported_one_after_the_other(store, stock):
    files = [stock(ROWS[0], name="a.csv"), stock(ROWS[1], name="b.csv")]
    report = run(store, "stock", files)
    assert (report.file, report.rows, report.totals["dwellings"]) == ("a.csv, b.csv", 2, 168)
    assert store.count("imports") == 2


def test_a_failure_while_writing_leaves_nothing_behind(store, stock, monkeypatch):
    from data.importers import writing

    def fail(*_):
        raise RuntimeError("the power went out")

    monkeypatch.setattr(writing, "_register", fail)
    with pytest.raises(RuntimeError, match="power"):
        run(store, "stock", stock(*ROWS))
    assert (store.count("residences"), store.count("sectors")) == (0, 0)


def test_a_child_that_dies_is_a_refused_file(store, tmp_path, monkeypatch):
    dead = tmp_path / "dead.py"
    dead.write_text("raise SystemExit(9)")
    monkeypatch.setattr(vector_helper, "HELPER", vector_helper.Helper(dead))
    file = tmp_path / "layer.geojson"
    file.write_text('{"type": "FeatureCollection", "features": []}')
    assert run(store, "sites", file).faults[0]["rule"] == "slow_layer"


def test_the_projection_that_the_user_chooses_is_obeyed(store, stock):
    metres = ROWS[0].replace("2.4412,48.8601", "659001.8,6862374.5")
    assert run(store, "stock", stock(metres)).outcome == "reject-file"
    assert run(store, "stock", stock(metres), options=Options(crs="EPSG:2154")).written
