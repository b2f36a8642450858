"""The register of the field, on both engines: sent once, followed, its free text apart; and what imports leave it."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.importers import run
from tests.store import samples
from views.jobs import complaints as job
from views.jobs import export

NOW = pd.Timestamp("2026-03-02 08:00")
RULES = {"complaints.note_months": 24, "complaints.draft_days": 30}
HEAD = "complaint_id;residence_id;opened_on;closed_on;category;status\n"


@pytest.fixture
def stock(store):
    samples.stock(store)
    return store


def draft(**said) -> job.Draft:
    told = {"residence_id": "R1", "category": "lift", "place": "common", "note": "La porte bloque."}
    return replace(job.new_draft(), **(told | said))


def sent(store, **said) -> str:
    return job.send(store, draft(**said), now=NOW).complaint_id


def at(hours: float) -> pd.Timestamp:
    return NOW + pd.Timedelta(hours=hours)


def test_a_draft_sent_twice_is_one_complaint(stock):
    one = draft()
    job.keep(stock, "tablet-1", one)
    assert [job.send(stock, one).already for _ in range(3)] == [False, True, True]
    assert stock.count("complaints") == 1
    assert job.find(stock, "tablet-1") is None


def test_a_complaint_says_that_it_comes_from_the_field_and_keeps_its_text_apart(stock):
    key = sent(stock)
    row = stock.read("complaints").loc[key]
    assert (row["source"], row["status"], row["opened_at"]) == ("field", "open", NOW)
    assert "La porte" not in stock.read("complaints").to_csv()
    assert stock.read("complaint_notes").loc[key, "note"] == "La porte bloque."


def test_a_draft_is_found_by_its_device_only(stock):
    kept = draft(category=None)
    job.keep(stock, "tablet-1", draft(category="heating"), now=at(-2))
    job.keep(stock, "tablet-1", kept, now=NOW)
    assert job.find(stock, "tablet-1") == kept
    assert job.find(stock, "tablet-2") is None


@pytest.mark.parametrize("lacking", job.NEEDED)
def test_what_is_not_said_keeps_a_complaint_from_being_sent(stock, lacking):
    with pytest.raises(job.ComplaintError, match=lacking):
        job.send(stock, draft(**{lacking: None}))
    assert stock.count("complaints") == 0


def test_an_unknown_residence_is_refused_plainly(stock):
    with pytest.raises(job.ComplaintError, match="'R9' is not in the store"):
        job.send(stock, draft(residence_id="R9"))


def test_a_complaint_is_answered_then_closed_with_its_times_and_a_record(stock):
    key = sent(stock)
    job.advance(stock, key, "answered", "Anne", parameters=RULES, now=at(3))
    job.advance(stock, key, "closed", "Anne", parameters=RULES, now=at(30))
    row = stock.read("complaints").loc[key]
    assert (row["answered_at"], row["closed_at"], row["status"]) == (at(3), at(30), "closed")
    told = stock.read("audit").sort_values("done_at")["action"]
    assert set(told) == {"complaint_opened", "complaint_answered", "complaint_closed"}


def test_asking_twice_for_the_same_keeps_the_first_time(stock):
    key = sent(stock)
    for hours in (3, 9):
        job.advance(stock, key, "answered", parameters=RULES, now=at(hours))
    assert stock.read("complaints").loc[key, "answered_at"] == at(3)


def test_reopening_keeps_the_closing_and_opens_another_that_names_it(stock):
    key = sent(stock)
    job.advance(stock, key, "closed", parameters=RULES, now=at(5))
    again = [job.advance(stock, key, "reopened", parameters=RULES, now=at(50)) for _ in range(2)]
    table = stock.read("complaints")
    assert again == [f"{key}.2", f"{key}.2"]
    assert (table.loc[key, "closed_at"], table.loc[again[0], "reopened_of"]) == (at(5), key)
    assert pd.isna(table.loc[again[0], "closed_at"])


@pytest.mark.parametrize(("steps", "then"), [([], "reopened"), (["closed"], "answered")])
def test_a_step_that_does_not_follow_is_refused(stock, steps, then):
    key = sent(stock)
    for step in steps:
        job.advance(stock, key, step, parameters=RULES)
    with pytest.raises(job.ComplaintError, match=f"cannot become {then}"):
        job.advance(stock, key, then, parameters=RULES)


def imported(store, key: str = "C1", **columns) -> None:
    row = {
        "residence_id": "R1",
        "category": "lift",
        "opened_at": at(-100),
        "status": "open",
    }
    store.write("complaints", pd.DataFrame([row | columns], index=pd.Index([key], name="complaint_id")))


def test_a_complaint_of_the_landlords_system_is_only_shown(stock):
    imported(stock)
    with pytest.raises(job.ComplaintError, match="own system"):
        job.advance(stock, "C1", "closed", parameters=RULES)


def test_open_ones_come_overdue_first_then_urgent_then_oldest(stock):
    imported(stock)
    young, urgent = sent(stock), sent(stock, priority="urgent")
    late = job.send(stock, draft(), now=at(-60)).complaint_id
    sent(stock, residence_id="R2")
    found = job.open_ones(stock, ["R1"], on=NOW, answer_hours=48, now=at(1))
    assert list(found.index) == ["C1", late, urgent, young]
    assert found["overdue"].tolist() == [True, True, False, False]


def test_a_residence_without_complaints_has_an_empty_list(stock):
    assert job.open_ones(stock, ["R2"], on=NOW, answer_hours=48).empty
    assert job.closed_lately(stock, ["R2"], days=30).empty


def test_free_text_is_forgotten_when_its_time_is_over_and_not_before(stock):
    key = sent(stock)
    job.advance(stock, key, "closed", parameters=RULES, now=NOW)
    kept, gone = NOW + pd.DateOffset(months=24), NOW + pd.DateOffset(months=24, days=1)
    assert job.forget(stock, parameters=RULES, now=kept)["notes"] == 0
    assert job.forget(stock, parameters=RULES, now=gone, dry_run=True)["notes"] == 1
    assert job.forget(stock, parameters=RULES, now=gone)["notes"] == 1
    assert stock.count("complaint_notes") == 0
    assert stock.count("complaints") == 1


def test_the_text_of_an_open_complaint_and_a_young_draft_stay(stock):
    sent(stock)
    job.keep(stock, "tablet", draft(), now=NOW)
    job.keep(stock, "other", draft(), now=at(-24 * 31))
    assert job.forget(stock, parameters=RULES, now=NOW) == {"notes": 0, "drafts": 1}


def test_reading_a_text_is_recorded(stock):
    assert job.read_note(stock, sent(stock), "Anne") == "La porte bloque."
    assert "complaint_note_read" in set(stock.read("audit")["action"])


@pytest.mark.parametrize("layer", ["complaint_notes", "complaint_drafts"])
def test_free_text_is_never_exported(stock, layer, tmp_path):
    sent(stock)
    with pytest.raises(export.ExportError, match="not exported"):
        export.export(stock, layer, tmp_path / "out.csv")
    export.export(stock, "complaints", tmp_path / "complaints.csv")
    assert "porte" not in (tmp_path / "complaints.csv").read_text(encoding="utf-8-sig")


def brought(store, folder, rows: str):
    file = folder / "reclamations.csv"
    file.write_text(HEAD + rows, encoding="utf-8")
    return run(store, "complaints", file)


def test_the_landlords_own_file_leaves_complaints_of_the_field_and_says_so(stock, tmp_path):
    key = sent(stock)
    report = brought(stock, tmp_path, "C1;R2;2026-01-05;;heating;open\n")
    assert report.written
    assert report.counts["field_kept"] == 1
    assert stock.read("complaints").loc[key, "source"] == "field"


def test_a_file_that_rewrites_a_complaint_of_the_field_is_told_and_keeps_its_origin(stock, tmp_path):
    key = sent(stock)
    report = brought(stock, tmp_path, f"{key};R1;2026-03-02;2026-03-03;lift;closed\n")
    row = stock.read("complaints").loc[key]
    assert report.counts["field_rewritten"] == 1
    assert (row["status"], row["source"]) == ("closed", "field")


def test_the_same_complaint_under_the_landlords_number_is_told_as_maybe_counted_twice(stock, tmp_path):
    sent(stock)
    report = brought(stock, tmp_path, "C7;R1;2026-03-02;;lift;open\n")
    assert report.counts["field_twice"] == 1
    assert stock.count("complaints") == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["answered", "closed", "reopened"]), max_size=8))
def test_whatever_is_pressed_times_follow_each_other_and_one_complaint_is_followed(stock, presses):
    stock.delete("complaints", None)
    key = sent(stock, note="")
    for rank, press in enumerate(presses, 1):
        try:
            key = job.advance(stock, key, press, parameters=RULES, now=at(rank))
        except job.ComplaintError:
            continue
    table = stock.read("complaints")
    assert (table["status"] != "closed").sum() <= 1
    assert not (table["answered_at"] < table["opened_at"]).any()
    assert not (table["closed_at"] < table["opened_at"]).any()
    assert (table["closed_at"].notna() == (table["status"] == "closed")).all()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 2), min_size=1, max_size=10))
def test_however_often_and_in_whatever_order_drafts_are_sent_each_is_there_once(stock, order):
    stock.delete("complaints", None)
    stock.delete("complaint_notes", None)
    drafts = [draft(), draft(), draft()]
    for which in order:
        job.send(stock, drafts[which], now=NOW)
    assert set(stock.read("complaints").index) == {drafts[which].complaint_id for which in order}
    assert stock.count("complaint_notes") == len(set(order))
