"""An import that somebody stops: the store is as before, and the register says that it was begun and cancelled."""

import pytest

from data.importers import ImportCancelled, Options, run, undo

HEADER = "residence_id,name,address,postcode,insee,dwellings,lon,lat"
LINES = [f"R{n},Name {n},{n} rue X,93100,93048,48,2.4412,48.8601" for n in range(5)]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "stock.csv"
    path.write_text("\n".join([HEADER, *LINES]), encoding="utf-8")
    return path


class Closed(BaseException):
    """What a page raises where its reader has gone."""


def stopping(error, after):
    told = []

    def progress(done, text):
        told.append(text)
        if len(told) > after:
            raise error

    return progress


@pytest.mark.parametrize("after", range(3))
def test_a_cancelled_import_writes_nothing_and_says_so(store, file, after):
    report = run(store, "stock", file, progress=stopping(ImportCancelled(), after))
    assert [fault["rule"] for fault in report.faults] == ["cancelled"]
    assert (report.written, store.count("residences"), store.count("import_steps")) == (False, 0, 0)
    assert store.read("imports")["outcome"].tolist() == ["cancelled"]


def test_an_import_that_is_written_already_cannot_be_cancelled(store, file):
    assert run(store, "stock", file, progress=stopping(ImportCancelled(), 3)).written
    assert store.read("imports")["outcome"].tolist() == ["accept-with-warning"]


def test_whatever_a_page_raises_goes_on_once_the_store_is_as_before(store, file):
    with pytest.raises(Closed):
        run(store, "stock", file, progress=stopping(Closed(), 2))
    assert (store.count("residences"), store.count("imports")) == (0, 1)


def test_a_cancelled_import_is_neither_the_last_to_undo_nor_a_file_seen_before(store, file):
    run(store, "stock", file)
    run(store, "stock", file, progress=stopping(ImportCancelled(), 1))
    assert undo(store).changes.removed == 5
    assert "same_file" not in run(store, "stock", file).counts


def test_a_dry_run_that_is_cancelled_leaves_no_trace(store, file):
    run(store, "stock", file, dry_run=True, progress=stopping(ImportCancelled(), 1))
    assert store.count("imports") == 0


def test_a_file_read_by_blocks_is_cancelled_between_two(store, tmp_path):
    path = tmp_path / "rpls.csv"
    rows = [f"06029;RUE DES LILAS;{n}" for n in range(50)]
    path.write_text("\n".join(["DEPCOM;NOMVOIE;NUMAPPT", *rows]), encoding="utf-8")
    options = Options(stream_mb=0, block_mb=1e-4)
    report = run(store, "rpls", path, options=options, progress=stopping(ImportCancelled(), 3))
    assert "cancelled" in report.counts
    assert store.count("dwellings") == 0
