"""Opening a store: where it is, whether it can be had, and what its tables have been through."""

import subprocess
import sys
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest

import data.store
from data.store import StoreBusy, StoreError, StoreUnavailable, embedded, migrations, open_store
from data.store.catalogue import GEOMETRY
from tests.store.samples import parcels

ROOT = Path(__file__).resolve().parents[2]
SECRET = "s3cret"


def test_store_is_kept_from_one_opening_to_the_next(new_url):
    first = open_store(new_url)
    first.write("parcels", parcels(2))
    version = first.version("parcels")
    first.close()
    again = open_store(new_url)
    assert again.count("parcels") == 2
    assert again.version("parcels") == version
    again.close()


def test_two_stores_of_one_process_share_their_data(new_url):
    one, two = open_store(new_url), open_store(new_url)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda s: s.write("parcels", parcels(20)), [one, two]))
    assert one.count("parcels") == two.count("parcels") == 20
    assert one.version("parcels") == two.version("parcels")
    one.close()
    assert two.count("parcels") == 20
    two.close()


def test_stores_opened_at_once_migrate_once(new_url):
    with ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(open_store, [new_url] * 4))
    assert len({tuple(store.tables()) for store in stores}) == 1
    for store in stores:
        store.close()


def test_closed_store_says_so(new_url):
    store = open_store(new_url)
    store.close()
    with pytest.raises(StoreError):
        store.count("parcels")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("{folder}/a.duckdb", "a.duckdb"),
        ("duckdb:///{folder}/b.duckdb", "b.duckdb"),
        ("{folder}/new/c", "new/c"),
    ],
)
def test_path_is_made_with_its_folder(tmp_path, given, kept):
    open_store(given.format(folder=tmp_path)).close()
    assert (tmp_path / kept).is_file()


def test_environment_names_the_store(tmp_path, monkeypatch):
    monkeypatch.setenv("ILOT_STORE", str(tmp_path / "named.duckdb"))
    open_store().close()
    assert (tmp_path / "named.duckdb").is_file()


def test_default_store_lies_in_the_project_and_out_of_git(tmp_path, monkeypatch):
    assert data.store.DEFAULT_FILE == ROOT / ".ilot" / "ilot.duckdb"
    assert ".ilot/" in (ROOT / ".gitignore").read_text().splitlines()
    monkeypatch.delenv("ILOT_STORE", raising=False)
    monkeypatch.setattr(data.store, "DEFAULT_FILE", tmp_path / ".ilot" / "ilot.duckdb")
    open_store().close()
    assert (tmp_path / ".ilot" / "ilot.duckdb").is_file()


def test_file_open_in_another_process_is_busy(tmp_path):
    path = tmp_path / "held.duckdb"
    code = "import sys, data.store as d; s = d.open_store(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreBusy, match=r"held.duckdb.*close it.*PostGIS"):
            open_store(path)
        holder.stdin.close()
    open_store(path).close()


def test_an_extension_that_nobody_signed_is_not_taken(as_shipped, tmp_path, monkeypatch):
    other = tmp_path / "spatial.duckdb_extension"
    other.write_bytes(embedded.EXTENSION.read_bytes()[:-1] + b"x")
    monkeypatch.setattr(embedded, "CONFIG", as_shipped)
    monkeypatch.setattr(embedded, "EXTENSION", other)
    with pytest.raises(StoreError, match="signature"):
        open_store(tmp_path / "store.duckdb")


@pytest.mark.parametrize("url", ["mysql://u:s3cret@h/d", "sqlite:///x.db", "http://u:s3cret@host"])
def test_address_of_another_kind_is_refused(url):
    with pytest.raises(StoreUnavailable, match="postgresql://") as refused:
        open_store(url)
    assert SECRET not in everything_told(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ilot:s3cret@127.0.0.1:1/ilot",
        "postgresql://ilot:s3cret@no-such-host.invalid/ilot",
        "postgresql://ilot:s3cret@127.0.0.1:port/ilot",
        "postgresql://ilot:s3cret@127.0.0.1/ilot?nonsense=1",
    ],
)
def test_server_that_cannot_be_reached_is_told_without_the_password(url):
    with pytest.raises(StoreUnavailable) as refused:
        open_store(url)
    told = everything_told(refused.value)
    assert SECRET not in told
    assert "ILOT_STORE" in told or "postgresql://USER" in told


def everything_told(error: BaseException | None) -> str:
    """Return the text of an error as a traceback would show it, with its shown causes."""
    return "".join(traceback.format_exception_only(error)) + "".join(
        everything_told(cause)
        for cause in [error.__cause__, None if error.__suppress_context__ else error.__context__]
        if cause
    )


@pytest.mark.postgis
def test_database_that_does_not_exist_is_told(postgis_server):
    with pytest.raises(StoreUnavailable, match="no_such_database"):
        open_store(postgis_server.url("no_such_database"))


@pytest.mark.postgis
def test_user_who_may_not_add_postgis_is_told_who_can(postgis_server):
    url = postgis_server.database("bare")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE ROLE plain LOGIN")
    with pytest.raises(StoreUnavailable, match="administrator"):
        open_store(url.replace("postgres@", "plain@"))


def test_file_of_another_kind_is_told(tmp_path):
    (tmp_path / "x.duckdb").write_text("not a database, though long enough to look like one" * 100)
    with pytest.raises(StoreUnavailable, match="x.duckdb"):
        open_store(tmp_path / "x.duckdb")
    with pytest.raises(StoreUnavailable, match=tmp_path.name):
        open_store(tmp_path)
    with pytest.raises(StoreUnavailable, match="folder"):
        open_store(tmp_path / "x.duckdb" / "y.duckdb")


def test_migrations_are_recorded(new_url):
    store = open_store(new_url)
    steps = migrations.migrations()
    columns = pa.schema([("number", pa.int64()), ("sha256", pa.large_string())])
    found = store._query(migrations.READ_RECORD, {}, columns)
    store.close()
    assert found["number"].to_pylist() == [step.number for step in steps]
    assert len(set(found["sha256"].to_pylist())) == len(steps)
    assert [s.number for s in steps] == sorted({s.number for s in steps})


def test_later_migration_is_applied_to_an_older_store(new_url, monkeypatch):
    store = open_store(new_url)
    store.write("parcels", parcels(1))
    store.close()
    later = migrations.Migration(99, "later", "ALTER TABLE parcels ADD COLUMN slope_pct double precision;\n")
    steps = [*migrations.migrations(), later]
    monkeypatch.setattr(migrations, "migrations", lambda: steps)
    store = open_store(new_url)
    assert store.tables()["parcels"][-1] == "slope_pct"
    assert store.read("parcels")["slope_pct"].isna().all()
    assert store.write("parcels", parcels(1, slope_pct=2.5)).changed == 1
    store.close()


@pytest.mark.parametrize("change", ["newer", "edited"])
def test_store_of_another_version_is_refused(new_url, monkeypatch, change):
    first = migrations.migrations()
    other = migrations.Migration(99, "newer", "CREATE TABLE thing (\n    thing_id text PRIMARY KEY\n);\n")
    edited = migrations.Migration(first[0].number, first[0].name, first[0].text + "\n-- edited\n")
    steps = [*first, other] if change == "newer" else [edited, *first[1:]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "migrations", lambda: steps)
        open_store(new_url).close()
    with pytest.raises(StoreUnavailable, match="another version"):
        open_store(new_url)


def test_migration_that_fails_leaves_no_half(new_url, monkeypatch):
    broken = migrations.Migration(
        99, "broken", "CREATE TABLE half (\n    a text PRIMARY KEY\n);\nSELECT nonsense;\n"
    )
    steps = [*migrations.migrations(), broken]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(migrations, "migrations", lambda: steps)
        with pytest.raises(StoreError):
            open_store(new_url)
    store = open_store(new_url)
    assert "half" not in store.tables()
    store.close()


@pytest.mark.postgis
def test_both_engines_have_the_same_tables(two_stores):
    duckdb, postgis = two_stores
    assert duckdb.catalogue.tables == postgis.catalogue.tables


def test_every_table_of_shapes_says_which_and_every_reference_exists(store):
    for table in store.catalogue.tables.values():
        assert bool(table.shape) == (GEOMETRY in table.by_name)
        for column in table.columns:
            if column.references:
                assert len(store.key(column.references)) == 1
