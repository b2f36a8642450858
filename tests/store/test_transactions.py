"""All or nothing: whatever fails, at whatever step, the store is as it was."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pandas as pd
import pytest

from data.store import Changes, Store, StoreBusy, StoreError, StoreRefused
from data.store import embedded as duck
from data.store import shared as postgis
from tests.patience import PATIENCE_S
from tests.store.samples import dwellings, parcels, residences, sectors, stock

STEPS = (
    "_prepare_write",
    "_load",
    "_stage",
    "_execute",
    "_query",
    "_finish_write",
    "_require_references",
    "_commit",
)


class Injected(Exception):
    """A failure made by the test."""


def fail_at(store: Store, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Let the engine's calls through, but for the one of that number (from 1)."""
    calls = iter(range(1, 10_000))

    def counted(call):
        def call_or_fail(*given, **named):
            if next(calls) == step:
                raise Injected
            return call(*given, **named)

        return call_or_fail

    for name in STEPS:
        monkeypatch.setattr(store, name, counted(getattr(store, name)))


def rewrite(store: Store) -> None:
    """Add, change and remove in a table that has a spatial index and in two that point at each other."""
    with store.transaction():
        store.write("parcels", parcels(30, area_m2=90.0).iloc[1:], mode="replace")
        store.write("sectors", sectors({"S1": None, "S3": "A1"}), mode="replace")
        store.write("residences", residences({"R1": "S3", "R2": "S1", "R3": "S3"}))
        store.delete("dwellings", {"residence_id": "R2"})


def content(store: Store) -> dict[str, str]:
    held = {
        name: store.read(name, geometry=False).to_csv()
        for name in ("parcels", "sectors", "residences", "dwellings")
    }
    return held | {"version": store.version("parcels")}


def test_failure_at_any_step_leaves_everything_as_it_was(store):
    stock(store)
    store.write("parcels", parcels(20))
    before, step = content(store), 0
    while step < 200:
        step += 1
        with pytest.MonkeyPatch.context() as patch:
            fail_at(store, patch, step)
            try:
                rewrite(store)
            except Injected:
                pass
            else:
                break
        assert content(store) == before, f"step {step}"
    assert 15 < step < 200
    assert store.count("parcels") == 29
    assert store.version("parcels") != before["version"]


def test_own_writes_are_seen_inside_and_gone_after_a_failure(store):
    def write_look_and_fail() -> None:
        with store.transaction():
            store.write("parcels", parcels(3))
            assert store.count("parcels") == len(store.read("parcels")) == 3
            raise Injected

    store.write("parcels", parcels(1))
    with pytest.raises(Injected):
        write_look_and_fail()
    assert store.count("parcels") == 1


def test_transaction_inside_another_joins_it(store):
    def write_inside_and_fail_outside() -> None:
        with store.transaction():
            with store.transaction():
                store.write("parcels", parcels(1))
            raise Injected

    with pytest.raises(Injected):
        write_inside_and_fail_outside()
    assert store.count("parcels") == 0


def test_transaction_one_of_whose_steps_failed_writes_nothing(store):
    def write_and_look_away() -> None:
        with store.transaction():
            store.write("parcels", parcels(1))
            with suppress(StoreRefused):
                store.write("parcels", parcels(2, insee_code=None))

    with pytest.raises(StoreError, match="step"):
        write_and_look_away()
    assert store.count("parcels") == 0


def test_others_see_nothing_before_the_end(store):
    with ThreadPoolExecutor(1) as other, store.transaction():
        store.write("parcels", parcels(2))
        assert other.submit(store.count, "parcels").result(PATIENCE_S) == 0
        assert other.submit(store.version, "parcels").result(PATIENCE_S) == store.version("parcels")
    assert store.count("parcels") == 2


def test_writers_wait_for_each_other_and_lose_nothing(store):
    def add(number: int) -> Changes:
        return store.write("stations", pd.DataFrame({"station_id": [f"{number:02d}"], "name": "n"}))

    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(add, range(24)))
    assert done == [Changes(added=1)] * 24
    assert store.count("stations") == 24


def test_two_imports_of_one_file_at_once_are_one(store):
    with ThreadPoolExecutor(4) as threads:
        done = list(threads.map(lambda _: store.write("parcels", parcels(200)), range(4)))
    assert sum(done, Changes()) == Changes(added=200, unchanged=600)


def test_readers_always_see_a_whole_table(store):
    store.write("parcels", parcels(100, area_m2=1.0))
    seen: list[set] = []
    stop = threading.Event()

    def read() -> None:
        while not (seen and stop.is_set()):
            frame = store.read("parcels")
            seen.append(set(frame["area_m2"]) | {len(frame)})
            assert len(store.at("parcels", *frame.geometry.iloc[0].centroid.coords[0])) == 1
            assert store.tile("parcels", 16, 33216, 22530) is not None

    with ThreadPoolExecutor(3) as threads:
        readers = [threads.submit(read) for _ in range(3)]
        try:
            for area in (2.0, 3.0, 4.0, 5.0):
                store.write("parcels", parcels(100, area_m2=area))
        finally:
            stop.set()
        for reader in readers:
            reader.result(PATIENCE_S)
    assert seen
    assert all(len(values) == 2 and 100 in values for values in seen)


def test_writer_that_waits_too_long_is_told_so(store, engine, monkeypatch):
    if engine == "duckdb":
        monkeypatch.setattr(duck, "WAIT_S", 0.1)
    else:
        short = postgis.CONNECTION | {"options": "-c lock_timeout=100ms"}
        monkeypatch.setattr(store, "_pool", postgis.ConnectionPool(store.url, kwargs=short, open=True))
    with ThreadPoolExecutor(1) as other, store.transaction():
        store.write("stations", pd.DataFrame({"station_id": ["a"], "name": "n"}))
        waiting = other.submit(store.write, "stations", pd.DataFrame({"station_id": ["b"], "name": "n"}))
        with pytest.raises(StoreBusy, match="try again"):
            waiting.result(PATIENCE_S)
    if engine == "postgis":
        store._pool.close()


@pytest.mark.parametrize("engine", [pytest.param("postgis", marks=pytest.mark.postgis)])
def test_writers_that_wait_for_each_other_crosswise_end_with_one_refused(store, engine):
    both = threading.Barrier(2)

    def write(first: str, second: str) -> str:
        row = {"name": ["n"]}
        try:
            with store.transaction():
                store.write(first, pd.DataFrame({store.key(first)[0]: ["a"]} | row))
                both.wait(PATIENCE_S)
                store.write(second, pd.DataFrame({store.key(second)[0]: ["b"]} | row))
        except StoreBusy:
            return "busy"
        return "done"

    with ThreadPoolExecutor(2) as threads:
        ends = list(threads.map(write, ("stations", "streets"), ("streets", "stations")))
    assert sorted(ends) == ["busy", "done"]


@pytest.mark.parametrize("engine", [pytest.param("postgis", marks=pytest.mark.postgis)])
def test_pool_heals_when_the_server_drops_its_connections(store, engine):
    store.write("parcels", parcels(1))
    dropped = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'ilot'"
    with postgis.psycopg.connect(store.url, autocommit=True) as admin:
        admin.execute(dropped + " AND pid <> pg_backend_pid()")
    assert store.count("parcels") == 1


@pytest.mark.parametrize("engine", [pytest.param("postgis", marks=pytest.mark.postgis)])
def test_connection_lost_in_a_transaction_is_told_and_forgotten(store, engine):
    def write_and_lose_the_line() -> None:
        with store.transaction():
            store.write("parcels", parcels(1))
            store._work.connection.pgconn.finish()
            store.count("parcels")

    with pytest.raises(StoreError, match="server has gone"):
        write_and_lose_the_line()
    assert store.count("parcels") == 0


def test_dwellings_in_pieces_keep_their_references(store):
    def append_two_pieces() -> None:
        with store.transaction():
            store.write("dwellings", dwellings({"E1": "R1"}), mode="append")
            store.write("dwellings", dwellings({"E2": "R9"}), mode="append")

    stock(store)
    with pytest.raises(StoreRefused, match="R9"):
        append_two_pieces()
    assert store.count("dwellings") == 3
