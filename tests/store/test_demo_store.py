"""The invented town in a store: all of it, labelled as invented, replaced as a whole."""

import pytest

from data import demo
from data.store import open_store


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = open_store(str(tmp_path_factory.mktemp("demo") / "town.duckdb"))
    yield store
    store.close()


def test_town_is_written_whole_and_labelled(store):
    told = []
    counts = demo.build(store, seed=7, progress=lambda done, text: told.append(done))
    assert {table: store.count(table) for table in counts} == counts
    assert store.settings()["invented"] == "yes"
    assert store.settings()["reference_date"] == "2026-01-01"
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_another_town_takes_its_place(store):
    demo.build(store, seed=8)
    assert store.settings()["seed"] == "8"
    assert store.count("dwellings") == 11_872
    assert store.count("residences") == 154
