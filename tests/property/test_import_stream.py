"""A text read block by block is the text read whole: the same cells, the same report, the same store."""

import tempfile
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.importers import Options, rpls_gather, run, undo
from data.importers.blocks import BlockReader
from data.importers.findings import FileRefused
from data.importers.seen import Seen
from data.importers.sniff import Limits
from data.importers.textfile import read_text
from data.schemas import Field, Layout
from data.schemas.cells import Text
from data.store import Store, open_store
from tests.fixtures_store import emptied

FIELDS = (Field("a", Text(), "", present=True), Field("b", Text(), ""), Field("c", Text(), ""))
LAYOUT = Layout("plain", "Plain", FIELDS)
CELLS = st.sampled_from(
    ["", "x", "é", " ", '"q"', '"a;b"', '"two\nlines"', '"say ""so"""', 'mid"dle', "\ufeff", "0"]
)
ENDS = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", "\n\n"])
LINES = st.lists(st.tuples(st.lists(CELLS, min_size=1, max_size=4), ENDS), max_size=12)

HEADER = (
    "DEPCOM;CODEPOSTAL;NUMVOIE;TYPVOIE;NOMVOIE;NUMAPPT;ETAGE;COMPLIDENT;BAT;COMPLGEO;QPV;TYPECONST;NBPIECE;SURFHAB;"
    "CONSTRUCT;DPEDATE;DPEENERGIE;X;Y;IDENT_REP"
)
HOMES = st.tuples(
    st.sampled_from(["06029", "6029", "93010", "", "XX"]),
    st.sampled_from(["06150", "", "NC"]),
    st.sampled_from(["1", "12.0", "8:00 AM"]),
    st.just("RUE"),
    st.sampled_from(["DES LILAS", "DU LAC  BAT 2", "L\ufffdrins", "<b>x</b>"]),
    st.sampled_from(["1", "2", ""]),
    st.sampled_from(["RC", "01", ""]),
    st.sampled_from(["BAT 02 ESC 05", "0125-01-01", ""]),
    st.sampled_from(["A", "", "BATIMENT B"]),
    st.sampled_from(["RESIDENCE DU LAC", ""]),
    st.sampled_from(["1", "2", "0"]),
    st.sampled_from(["C", "I", "c"]),
    st.sampled_from(["3", "0", "12"]),
    st.sampled_from(["59", "59,5", "9999", "abc"]),
    st.sampled_from(["1962", "2199", ""]),
    st.sampled_from(["03/2009", "01/1900"]),
    st.sampled_from(["D", "", "H"]),
    st.sampled_from(["1021570.7", "657900.123456", "", "x"]),
    st.sampled_from(["6280593.1", "6862000.5", ""]),
    st.sampled_from(["", "", "A1", "A2", "B7"]),
).map(";".join)


def read_by_blocks(path: Path, size: int):
    """Lines, cells by column and faults, block after block."""
    reader = BlockReader(path, "utf-8", [LAYOUT], Limits(), size)
    lines, cells, faults = [], [], []
    for table in reader.tables():
        lines += table.lines.tolist()
        cells += table.cells.astype("str").to_numpy().tolist()
        faults += [(f.rule, line) for f in table.faults for line in f.lines.tolist()]
    return lines, cells, sorted(faults)


def read_whole(path: Path):
    table, _ = read_text(path, "utf-8", [LAYOUT], Limits())
    faults = sorted((f.rule, line) for f in table.faults for line in f.lines.tolist())
    return table.lines.tolist(), table.cells.to_numpy().tolist(), faults


def or_refusal(read, *arguments):
    try:
        return read(*arguments)
    except FileRefused as refusal:
        return refusal.rule, refusal.lines


@given(LINES, st.sampled_from([1, 7, 30, 1_000_000]))
@settings(max_examples=200, deadline=None)
def test_blocks_of_any_size_give_the_cells_lines_and_faults_of_the_whole(lines, size):
    text = "a;b;c\n" + "".join(";".join(cells) + end for cells, end in lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(text.encode())
        assert or_refusal(read_by_blocks, path, size) == or_refusal(read_whole, path)


def told(report) -> dict:
    """A report, but for the order of what it tells and how long it took."""
    plain = report.to_dict() | {"seconds": 0}
    for name in ("faults", "repairs", "warnings", "notes"):
        plain[name] = sorted(
            plain[name], key=lambda row: (row["rule"], str(row["column"]), str(row["line"]), str(row))
        )
    plain["refused_rows"] = report.refused_rows
    return plain


@cache
def in_memory() -> Store:
    return open_store(":memory:")


def imported(path: Path, **options):
    """The report of an import into an empty store, and what the store then holds."""
    store = emptied(in_memory())
    report = run(store, "rpls", path, set_aside=True, options=Options(accept_removals=True, **options))
    rows = {name: store.rows(name).to_pylist() for name in ("residences", "buildings", "dwellings")}
    key = {name: store.key(name)[0] for name in rows}
    return told(report), {name: sorted(rows[name], key=lambda row: row[key[name]]) for name in rows}


@given(st.lists(HOMES, min_size=1, max_size=12), st.sampled_from([1e-6, 2e-4, 5e-4]))
@settings(max_examples=40, deadline=None)
def test_a_register_read_by_blocks_gives_the_report_and_the_store_of_the_whole(homes, block_mb):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rpls.csv"
        path.write_text("\n".join([HEADER, *homes, homes[0]]) + "\n", encoding="utf-8")
        with patch.object(rpls_gather, "_COMPACT_ROWS", 1):
            report, rows = imported(path, stream_mb=0, block_mb=block_mb)
        whole_report, whole_rows = imported(path, stream_mb=1e9)
        assert rows == whole_rows
        assert report == whole_report


@pytest.fixture
def register(tmp_path):
    def write(*homes, name="rpls.csv"):
        path = tmp_path / name
        path.write_text("\n".join([HEADER, *homes]) + "\n", encoding="utf-8")
        return path

    return write


def home(flat: int, *, street: str = "DES LILAS", area: int = 59, given: str = "") -> str:
    place = "1021570.7;6280593.1"
    return f"06029;06150;1;RUE;{street};{flat};01;;A;;2;C;3;{area};1962;03/2009;D;{place};{given}"


BLOCKS = Options(stream_mb=0, block_mb=3e-4, accept_removals=True)


def everything(store) -> dict:
    tables = ("residences", "buildings", "dwellings")
    return {t: sorted(map(str, store.rows(t).to_pylist())) for t in tables} | {
        "imports": store.count("imports")
    }


def test_the_same_register_again_changes_nothing_and_says_so(store, register):
    file = register(*(home(n) for n in range(20)))
    assert run(store, "rpls", file, options=BLOCKS).changes.added == 20 + 1 + 1
    again = run(store, "rpls", file, options=BLOCKS)
    assert not again.changes.any
    assert {"nothing_changed", "same_file"} <= set(again.counts)


def test_a_new_year_adds_changes_and_removes_and_is_taken_back_to_the_bit(store, register):
    run(store, "rpls", register(*(home(n) for n in range(20))), options=BLOCKS)
    before = everything(store)
    later = [home(n) for n in range(5, 20)] + [home(n, street="DU LAC", area=40) for n in range(4)]
    report = run(store, "rpls", register(*later, name="later.csv"), options=BLOCKS)
    assert (report.changes_by_table["dwellings"].added, report.changes_by_table["dwellings"].removed) == (
        4,
        5,
    )
    assert undo(store).written
    assert everything(store) == before | {"imports": 2}


def test_a_large_removal_asks_first(store, register):
    run(store, "rpls", register(*(home(n) for n in range(20))), options=BLOCKS)
    before = everything(store)
    report = run(store, "rpls", register(home(1), name="few.csv"), options=Options(stream_mb=0))
    assert [f["rule"] for f in report.faults] == ["would_remove"]
    assert everything(store) == before


def test_a_quotation_mark_left_open_far_down_takes_all_blocks_back(store, register):
    file = register(*(home(n) for n in range(20)), '"' + home(21))
    report = run(store, "rpls", file, options=BLOCKS)
    assert [(f["rule"], f["line"]) for f in report.faults] == [("broken_quote", 22)]
    assert (store.count("dwellings"), store.count("import_steps")) == (0, 0)


def test_a_dry_run_by_blocks_writes_nothing_and_tells_what_the_real_one_does(store, register):
    file = register(*(home(n) for n in range(20)))
    tried = run(store, "rpls", file, options=BLOCKS, dry_run=True)
    assert (tried.written, store.count("dwellings")) == (False, 0)
    assert tried.changes == run(store, "rpls", file, options=BLOCKS).changes


def test_a_number_of_the_register_that_comes_twice_is_refused_the_second_time(store, register):
    rows = [home(n, given=f"L{n}") for n in range(20)] + [home(3, given="L3")]
    report = run(store, "rpls", register(*rows), options=BLOCKS)
    assert [(f["rule"], f["line"], f["params"]["first"]) for f in report.faults] == [("repeated_id", 22, 5)]
    assert store.count("dwellings") == 20


def test_what_a_file_by_blocks_does_not_say_stays_in_place(store, register):
    file = register(*(home(n) for n in range(8)))
    run(store, "rpls", file, options=BLOCKS)
    dwellings = store.read("dwellings").assign(heating="gas")
    store.write("dwellings", dwellings)
    run(store, "rpls", register(*(home(n) for n in range(9)), name="more.csv"), options=BLOCKS)
    assert store.read("dwellings")["heating"].eq("gas").sum() == 8


@given(st.lists(st.lists(st.integers(0, 9), max_size=8), max_size=8), st.sampled_from([1, 6, 1000]))
def test_marks_that_were_seen_know_how_often_and_on_which_line_first(blocks, longest):
    seen, values = Seen(longest=longest), [value for block in blocks for value in block]
    start = 1
    for block in blocks:
        seen.add(np.array(block, dtype="uint64"), np.arange(start, start + len(block)))
        start += len(block)
    times, lines = seen.look(np.arange(10, dtype="uint64"))
    assert times.tolist() == [values.count(value) for value in range(10)]
    assert lines.tolist() == [values.index(value) + 1 if value in values else 0 for value in range(10)]
