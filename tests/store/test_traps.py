"""The traps measured between the two engines: each one shown, and shown closed."""

import re
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import duckdb
import geopandas as gpd
import numpy as np
import pyproj
import pytest

from data.store import embedded, open_store, shared, statements
from tests.store.samples import X, Y, agencies, parcel_id, parcels, square

ROOT = Path(__file__).resolve().parents[2]
LONGITUDE, LATITUDE = 2.4448, 48.8610  # the town hall of Montreuil, roughly
IN_LAMBERT_93 = pyproj.Transformer.from_crs(4326, 2154, always_xy=True).transform(LONGITUDE, LATITUDE)


def sql_of_the_store() -> str:
    """Return every SQL text of the store: its constants and its migrations."""
    texts = [
        value
        for module in (embedded, shared, statements)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str)
    ]
    return "\n".join([*texts, *(path.read_text() for path in (ROOT / "data/store/migrations").glob("*.sql"))])


# Axis order: DuckDB takes EPSG:4326 as latitude first, unless each connection is told otherwise.


def test_duckdb_by_itself_puts_longitude_first_at_the_wrong_place():
    store = open_store(":memory:")
    swapped = "SELECT ST_X(ST_Transform(ST_Point(2.44, 48.86), 'EPSG:4326', 'EPSG:2154', {xy}))"
    easting = [store._root.execute(swapped.format(xy=xy)).fetchone()[0] for xy in ("false", "true")]
    store.close()
    assert np.allclose(easting, [6_954_297, 658_914], atol=1)


def test_every_thread_of_duckdb_puts_longitude_first():
    store = open_store(":memory:")
    asked = "SELECT ST_X(ST_Transform(ST_Point(2.44, 48.86), 'EPSG:4326', 'EPSG:2154'))"
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(store._cursor().execute(asked).fetchone()))
        for _ in "abc"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    assert np.allclose(found, 658_913.7, atol=0.1)


def test_place_known_by_longitude_and_latitude_is_found_there(store):
    frame = agencies("A1").to_crs(4326)
    frame.geometry = gpd.points_from_xy([LONGITUDE], [LATITUDE], crs=4326)
    store.write("agencies", frame.to_crs(2154))
    assert store.at("agencies", *IN_LAMBERT_93, tolerance_m=0.01).index.tolist() == ["A1"]


# An RTREE changed since the last checkpoint does not survive a kill: our files have none.

RAW_WRITER = """
    import os, sys
    from data.store.embedded import _connect
    raw = _connect(sys.argv[1])
    raw.execute("CREATE TABLE place (geometry geometry)")
    raw.execute("CREATE INDEX place_geometry ON place USING rtree (geometry)")
    raw.execute("CHECKPOINT")
    raw.execute("INSERT INTO place SELECT ST_Point(i, i) FROM range(3000) AS t(i)")
    print("ready", flush=True)
    os.kill(os.getpid(), 9)
"""
WRITER = """
    import os, sys
    from data.store import open_store
    from tests.store.samples import parcels
    store = open_store(sys.argv[1])
    store.write("parcels", parcels(300))
    {then}
    print("ready", flush=True)
    os.kill(os.getpid(), 9)
"""


def killed(code: str, path: Path) -> None:
    """Run a program that writes a file and kills itself."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(path)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout == "ready\n", done.stderr
    assert done.returncode == -signal.SIGKILL


def test_duckdb_file_with_an_rtree_dies_after_a_kill(tmp_path):
    killed(RAW_WRITER, tmp_path / "raw.duckdb")
    raw = embedded._connect(str(tmp_path / "raw.duckdb"))
    with pytest.raises(duckdb.Error):
        raw.execute("SELECT count(*) FROM place WHERE geometry && ST_MakeEnvelope(0, 0, 50, 50)").fetchone()
    raw.close()


@pytest.mark.parametrize(
    ("then", "count"),
    [
        ("store.write('parcels', parcels(200), mode='replace')", 200),
        (
            "half = store.transaction(); half.__enter__(); store.write('parcels', parcels(10), mode='replace')",
            300,
        ),
    ],
    ids=["after a write", "half a write"],
)
def test_duckdb_file_of_ours_opens_whole_after_a_kill(tmp_path, then, count):
    killed(WRITER.format(then=then), tmp_path / "store.duckdb")
    store = open_store(tmp_path / "store.duckdb")
    assert store.count("parcels") == count
    assert store.at("parcels", X + 25, Y + 5).index.tolist() == [parcel_id(1)]
    assert len(store.read("parcels", within=(X, Y, X + 1e4, Y + 1))) == count
    assert store.write("parcels", parcels(count)).unchanged == count
    store.close()


def test_duckdb_file_of_ours_has_no_index_to_lose():
    store = open_store(":memory:")
    store.write("parcels", parcels(3))
    indexes = store._root.execute("SELECT table_name FROM duckdb_indexes()").fetchall()
    store.close()
    assert indexes == []


def test_boxes_in_duckdb_follow_the_shapes(tmp_path):
    store = open_store(":memory:")
    store.write("parcels", parcels(2))
    store.write("parcels", parcels(2).set_geometry([square(500), None], crs=2154))
    query = "SELECT xmin_m, ymin_m, xmax_m, ymax_m FROM parcels ORDER BY parcel_id"
    boxes = store._root.execute(query).fetchall()
    store.close()
    assert boxes == [square(500).bounds, (None,) * 4]


@pytest.mark.postgis
def test_spatial_index_of_postgis_is_used(two_stores):
    _, store = two_stores
    store.write("parcels", parcels(3000))
    condition = statements.Condition(lambda name: f"%({name})s")
    condition.parts.append(store._boxes_meet(condition, (X, Y, X + 100, Y + 100)))
    text = statements.SELECT.format(columns="t.number", table="parcels", condition=condition.text)
    with shared.psycopg.connect(store.url) as connection:
        plan = connection.execute(f"EXPLAIN {text}", condition.values).fetchall()
    assert "parcels_geometry" in str(plan)


# ST_Transform by text costs PostGIS fifty times the numbers: no SQL of ours transforms at all.


def test_no_statement_transforms_coordinates():
    assert "ST_TRANSFORM" not in sql_of_the_store().upper()


# round() of a numeric, and the division of whole numbers, differ.


def test_no_statement_rounds_or_divides_whole_numbers():
    sql = re.sub(r"--.*", "", sql_of_the_store())
    assert not re.search(r"\bround\s*\(|\bnumeric\b|\bdecimal\b", sql, re.IGNORECASE)
    assert re.findall(r"[\w)] / (?!\d+\.\d)", sql) == []  # by a decimal number, both divide alike


@pytest.mark.parametrize("value", [1.2345, 0.1 + 0.2, 1e-300, 5e-324, 1.7976931348623157e308, 2**53 + 1.0])
def test_number_comes_back_to_the_last_bit(store, value):
    store.write("parcels", parcels(1, area_m2=value))
    assert store.read("parcels")["area_m2"].item() == value


# DESC puts unknown values first on PostgreSQL, last on DuckDB: said in full wherever we sort so.


def test_every_descending_order_says_where_unknown_values_go():
    sql = sql_of_the_store().upper()
    assert re.findall(r"\bDESC\b(?! NULLS LAST)", sql) == []


def test_largest_first_does_not_count_unknown_shapes(store):
    frame = parcels(3)
    frame.geometry = [None, square(20, side=10), square(40, side=30)]
    store.write("parcels", frame)
    window = (X - 100, Y - 100, X + 100, Y + 100)
    rows = store.rows_of_tile("parcels", [], window, most=2)
    assert rows["parcel_id"].to_pylist() == [parcel_id(3), parcel_id(2)]


# `&&` compares boxes rounded to 32 bits: half a metre in Lambert 93.


def test_window_is_exact_to_the_millimetre(store):
    store.write("parcels", parcels(1))  # from x + 20 to x + 30
    assert len(store.read("parcels", within=(X + 29.999, Y, X + 40, Y + 1))) == 1
    assert len(store.read("parcels", within=(X + 30.001, Y, X + 40, Y + 1))) == 0
