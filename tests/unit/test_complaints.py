"""Requests on a register of a few lines, read on 1 January 2026."""

import pandas as pd
import pytest

from data.reference import load
from geo.complaints import (
    ComplaintRules,
    answered_in_time,
    backlog,
    by_month,
    closing_times,
    complaint_counts,
    drivers,
    dwelling_years,
    reopened,
    standing,
)

RULES = ComplaintRules.of(load().set_index("name")["value"].to_dict())
YEAR = {"on": "2026-01-01", "since": "2025-01-01"}
NAMES = [
    "complaint_id",
    "category",
    "opened_at",
    "answered_at",
    "closed_at",
    "place",
    "dwelling_id",
    "reopened_of",
]


def register(*rows):
    """Gather requests of one residence, each by its first values of ``NAMES``."""
    table = pd.DataFrame([[*row, *[None] * (len(NAMES) - len(row))] for row in rows], columns=NAMES)
    dates = {name: pd.to_datetime(table[name], format="ISO8601") for name in NAMES[2:5]}
    return table.assign(**dates, residence_id="r").set_index("complaint_id")


EXPOSURE = pd.Series([50.0], index=pd.Index(["r"], name="residence_id"), name="dwelling_years")


def test_tranquillity_is_apart_from_technical_requests():
    table = register(
        ("c1", "lift", "2025-02-01"), ("c2", "tranquillity", "2025-12-31T23:59"), ("c3", "lift", "2026-01-01")
    )
    row = complaint_counts(table, EXPOSURE, **YEAR).loc["r"]
    assert row[["complaints", "technical", "tranquillity"]].tolist() == [2, 1, 1]


def test_requests_without_exposure_enter_no_rate():
    table = register(("c1", "lift", "2025-02-01"))
    row = complaint_counts(table, EXPOSURE.astype("Float64").where(EXPOSURE > 99), **YEAR).loc["r"]
    assert row["complaints"] == 1
    assert row[["complaints_exposed", "dwelling_years"]].isna().all()


@pytest.mark.parametrize(
    ("answered", "closed", "in_time"),
    [
        ("2025-06-03T10:00", None, True),
        ("2025-06-03T10:01", None, False),
        (None, "2025-06-02", True),
        (None, "2025-06-20", None),
        (None, None, False),
        ("2026-02-01", None, False),
    ],
)
def test_first_answer_is_in_time_within_48_hours(answered, closed, in_time):
    table = register(("c1", "lift", "2025-06-01T10:00", answered, closed))
    found = answered_in_time(table, RULES, "2026-01-01")
    assert found.tolist() == [in_time] if in_time is not None else found.isna().all()


def test_request_of_the_eve_is_not_late_yet():
    table = register(("c1", "lift", "2025-12-31"), ("c2", "lift", "2025-12-31", "2025-12-31T08:00"))
    assert answered_in_time(table, RULES, "2026-01-01").tolist() == [pd.NA, True]


def test_request_comes_back_when_a_later_one_names_it():
    table = register(
        ("c1", "lift", "2025-02-01", None, "2025-02-02"),
        ("c2", "joinery", "2025-05-01", None, None, None, None, "c1"),
    )
    assert reopened(table, RULES).tolist() == [True, False]


@pytest.mark.parametrize(
    ("category", "day", "place", "dwelling", "back"),
    [
        ("damp", "2025-03-04", "dwelling", "d1", True),
        ("damp", "2025-03-05", "dwelling", "d1", False),
        ("damp", "2025-03-04", "dwelling", "d2", False),
        ("lift", "2025-03-04", "dwelling", "d1", False),
        ("damp", "2025-02-02", "dwelling", "d1", False),
        ("damp", "2025-03-04", "dwelling", None, False),
        ("damp", "2025-03-04", "common", None, False),
    ],
)
def test_same_category_and_dwelling_within_30_days_of_closing_is_a_reopening(
    category, day, place, dwelling, back
):
    table = register(
        ("c1", "damp", "2025-01-20", None, "2025-02-02", "dwelling", "d1"),
        ("c2", category, day, None, None, place, dwelling),
    )
    assert reopened(table, RULES)["c1"] == back


def test_request_on_common_parts_comes_back_only_when_named():
    first = ("c1", "lift", "2025-01-20", None, "2025-02-02", "common")
    assert not reopened(register(first, ("c2", "lift", "2025-02-10", None, None, "common")), RULES)["c1"]
    assert reopened(register(first, ("c2", "lift", "2025-02-10", None, None, "common", None, "c1")), RULES)[
        "c1"
    ]


def test_reopening_rate_is_of_those_closed_long_enough_to_come_back():
    table = register(
        ("c1", "damp", "2025-01-20", None, "2025-02-02", "dwelling", "d1"),
        ("c2", "damp", "2025-02-20", None, "2025-03-02", "dwelling", "d1"),
        ("c3", "lift", "2025-12-20", None, "2025-12-21", "common"),
        ("c4", "lift", "2025-12-30", None, None, "common"),
    )
    row = complaint_counts(table, EXPOSURE, RULES, **YEAR).loc["r"]
    assert row[["closed", "closed_followed", "reopened"]].tolist() == [3, 2, 1]


def test_closing_time_keeps_open_requests():
    table = register(
        ("c1", "lift", "2025-06-01", None, "2025-06-03"),
        ("c2", "lift", "2025-06-01", None, "2025-06-05"),
        ("c3", "lift", "2025-06-01"),
        ("c4", "damp", "2025-06-01"),
    )
    found = closing_times(table, **YEAR)
    assert found.loc["lift", ["n", "open", "median_days"]].tolist() == [3, 1, 4]
    assert found.loc["damp", ["n", "open", "median_days"]].tolist() == [1, 1, pd.NA]


def test_closed_on_an_unknown_day_is_neither_open_nor_measured():
    table = register(("c1", "lift", "2025-06-01")).assign(status="closed")
    assert backlog(table, on="2026-01-01").loc["all", "open"] == 0
    assert closing_times(table, **YEAR).empty
    assert answered_in_time(table, RULES, "2026-01-01").isna().all()


def test_backlog_by_age():
    table = register(
        ("c1", "lift", "2025-12-31"),
        ("c2", "lift", "2025-12-30"),
        ("c3", "lift", "2025-12-01", None, "2026-01-01"),
        ("c4", "lift", "2025-01-01"),
        ("c5", "lift", "2025-01-01", None, "2025-01-02"),
        ("c6", "lift", "2026-01-01"),
    )
    row = backlog(table, on="2026-01-01").loc["all"]
    assert row.to_dict() == {
        "open": 4, "under_2d": 1, "2d_to_7d": 1, "7d_to_30d": 0, "30d_to_90d": 1, "over_90d": 1,
    }  # fmt: skip


def test_months_without_a_request_are_there():
    table = by_month(register(("c1", "lift", "2025-02-03"), ("c2", "damp", "2025-02-28")), **YEAR)
    assert table.shape == (12, 2)
    assert table.loc["2025-02-01"].to_dict() == {"damp": 1, "lift": 1}
    assert table.to_numpy().sum() == 2


def test_dwelling_years_are_of_dwellings_let_and_begin_with_the_building():
    dwellings = pd.DataFrame(
        {
            "residence_id": ["r", "r", "r", "r"],
            "let_status": ["let", "let", "vacant_offered", None],
            "year_built": pd.array([1960, 2025, 1960, 1960], dtype="Int64"),
        }
    )
    index = pd.Index(["r", "elsewhere"], name="residence_id")
    found = dwelling_years(dwellings, index, on="2026-01-01", since="2023-01-01")
    assert found["r"] == 4
    assert pd.isna(found["elsewhere"])


def test_standing_of_a_small_residence_is_wide_shrunken_and_not_ranked():
    counts = pd.DataFrame(
        {"complaints_exposed": [30, 120, 480], "dwelling_years": [10.0, 100, 400]},
        index=["small", "mid", "large"],
    )
    found = standing(counts, RULES)
    assert found["rate"].tolist() == [300, 120, 120]
    assert found.loc["small", "low"] == pytest.approx(202.4, abs=0.1)
    assert found.loc["small", "standing"] == "alarm_high"
    assert found.loc["small", "shrunken_rate"] < 300
    assert found["rank"].tolist() == [pd.NA, 1, 2]


def test_drivers_are_the_categories_in_excess_of_the_rest():
    table = register(*[(f"l{n}", "lift", "2025-03-01") for n in range(6)], ("p", "plumbing", "2025-03-01"))
    other = register(("x1", "lift", "2025-03-01"), *[(f"q{n}", "plumbing", "2025-03-01") for n in range(2)])
    exposure = pd.Series([50.0, 100.0], index=["r", "s"])
    rows = pd.concat([table, other.assign(residence_id="s")])
    tally = rows.groupby(["residence_id", "category"]).size().rename("requests").reset_index()
    found = drivers(tally, exposure, ["r"])
    assert found.index.tolist() == ["lift", "plumbing"]
    assert found.loc["lift", ["observed", "expected", "excess", "times"]].tolist() == [6, 0.5, 5.5, 12]


def test_times_kept_with_different_precision_are_compared():
    table = register(
        ("c1", "damp", "2025-01-20", None, "2025-02-02", "dwelling", "d1"),
        ("c2", "damp", "2025-02-20", None, None, "dwelling", "d1"),
    )
    table["opened_at"] = table["opened_at"].astype("datetime64[s]")
    table["closed_at"] = table["closed_at"].astype("datetime64[ns]")
    assert reopened(table, RULES).tolist() == [True, False]
