"""An import and its undo together are nothing: the store is as before, whatever it held and whatever came."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.importers import Options, run, undo
from data.store import open_store

HEADER = "residence_id,name,address,postcode,insee,sector_id,dwellings,year_built,lon,lat"
names = st.text(
    st.characters(codec="utf-8", exclude_characters='",\r\n\x00', exclude_categories=["C"]), max_size=8
)
row = st.tuples(
    st.sampled_from(["R1", "R2", "R3", "R4"]),
    names,
    st.sampled_from(["S1", "S2", ""]),
    st.integers(0, 300),
    st.sampled_from(["", "1972"]),
    st.sampled_from(["2.4412,48.8601", "2.4537,48.8655", ","]),
)
stocks = st.lists(row, min_size=1, max_size=4, unique_by=lambda r: r[0])


@pytest.fixture(scope="module")
def memory():
    store = open_store(":memory:")
    yield store
    store.close()


def content(store):
    return {table: store.rows(table).to_pylist() for table in ("residences", "sectors", "agencies")}


def bring(store, rows):
    lines = [f"{r},n {name},1 rue X,93100,93048,{s},{d},{y},{p}" for r, name, s, d, y, p in rows]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "stock.csv"
        file.write_text("\n".join([HEADER, *lines]), encoding="utf-8")
        return run(store, "stock", file, options=Options(keep_unlocated=True))


def ordered(tables):
    return {name: sorted(rows, key=lambda row: next(iter(row.values()))) for name, rows in tables.items()}


@settings(max_examples=30, deadline=None)
@given(first=stocks, second=stocks)
def test_import_then_undo_is_the_identity(memory, first, second):
    for table in ("residences", "sectors", "agencies", "imports", "import_steps"):
        memory.delete(table, None)
    bring(memory, first)
    before = ordered(content(memory))
    report = bring(memory, second)
    assert report.written
    if report.changes.any or "same_file" not in report.counts:
        assert undo(memory).written
    assert ordered(content(memory)) == before
