"""Real files through the store: written once, the second time nothing changes, a new vintage replaces the old."""

import pytest

from data.importers import run
from data.store import open_store

REFERENCE = [
    ("communes", "bondy_93010/contours.gpkg"),
    ("parcels", "bondy_93010/cadastre-93010-parcelles-2025.json.gz"),
    ("plu", "bondy_93010/plui-200057875-20250624-bondy.gpkg"),
    ("addresses", "bondy_93010/ban-adresses-93010.csv"),
    ("rpls", "bondy_93010/rpls-2022-adresses.gpkg"),
    ("rpls", "cannes_06029/rpls-detail-06029-geolocalise.csv"),
    ("stations", "idf/emplacement-des-gares-idf-2025.csv"),
]


@pytest.fixture(scope="module")
def town(shared, tmp_path_factory):
    store = open_store(str(tmp_path_factory.mktemp("real") / "town.duckdb"))
    reports = [run(store, kind, shared / "real" / file) for kind, file in REFERENCE]
    yield store, reports
    store.close()


def test_every_file_is_written_in_seconds(town):
    _, reports = town
    assert all(report.written for report in reports)
    assert all(report.changes.added for report in reports)


def test_the_same_files_again_change_nothing(town, shared):
    store, _ = town
    before = {table: store.version(table) for table in store.tables()}
    again = [run(store, kind, shared / "real" / file) for kind, file in REFERENCE]
    assert not any(report.changes.any for report in again)
    assert all("nothing_changed" in report.counts for report in again)
    assert {table: store.version(table) for table in store.tables()} == before


def test_the_residences_by_address_know_their_commune(town):
    store, _ = town
    assert store.count("residences", {"source": "rpls-addresses", "insee_code": "93010"}) == 660


def test_an_older_vintage_replaces_parcels_and_links_addresses_again(town, shared):
    store, _ = town
    old = shared / "real" / "bondy_93010" / "cadastre-93010-parcelles-2022.json.gz"
    tried = run(store, "parcels", old, dry_run=True)
    assert store.count("parcels") == 7124
    done = run(store, "parcels", old)
    assert tried.changes == done.changes
    assert done.changes_by_table["parcels"].removed == 120
    assert store.count("parcels") == 7053
    assert store.read("addresses")["parcel_id"].dropna().isin(store.read("parcels").index).all()


def test_an_extract_does_not_empty_a_commune_unasked(town, shared, tmp_path):
    store, _ = town
    text = (shared / "real" / "montreuil_93048" / "cadastre-93048-parcelles-extrait.geojson").read_text()
    extract = tmp_path / "extract.geojson"
    extract.write_text(text.replace("93048", "93010"))
    report = run(store, "parcels", extract)
    assert (report.outcome, report.faults[0]["rule"]) == ("reject-file", "would_remove")
    assert store.count("parcels") > 7000
