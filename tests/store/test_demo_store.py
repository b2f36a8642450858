"""The invented town in a store of each engine: all of it, labelled as invented, replaced as a whole."""

from dataclasses import replace

import pytest

from data import demo
from data.demo import write


@pytest.fixture(autouse=True)
def _made_once(monkeypatch, made):
    """Seed 7 makes its town; any other one the same, with fewer rows in what nothing points at."""
    town = made(7)
    leaves = ("complaints", "charges", "turnovers", "owners", "addresses", "households")
    other = replace(town, frames=town.frames | {name: town.frames[name].head(9) for name in leaves})
    monkeypatch.setattr(write, "make", lambda seed, *, progress: town if seed == 7 else other)


def test_town_is_written_whole_and_labelled(store):
    told = []
    counts = demo.build(store, seed=7, progress=lambda done, text: told.append(done))
    assert {table: store.count(table) for table in counts} == counts
    assert store.settings()["invented"] == "yes"
    assert store.settings()["reference_date"] == "2026-01-01"
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_another_town_takes_its_place(store):
    demo.build(store, seed=7)
    counts = demo.build(store, seed=8)
    assert store.settings()["seed"] == "8"
    assert {table: store.count(table) for table in counts} == counts


def test_what_is_read_is_what_was_made(store, made):
    demo.build(store, seed=7)
    parcels = store.read("parcels")
    assert parcels.geometry.geom_equals(made(7).frames["parcels"].geometry).all()
    assert (
        store.read("households", columns=["persons"])["persons"].sum()
        == made(7).frames["households"]["persons"].sum()
    )
