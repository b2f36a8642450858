"""What the store counts by itself is what the functions on frames count, on both engines, for any register."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.complaints import ComplaintRules, closing_delays, complaint_counts

RULES = ComplaintRules(first_answer_hours=48, reopening_days=30, rank_least_dwelling_years=30)
ON, SINCE = pd.Timestamp("2026-01-01"), pd.Timestamp("2025-01-01")
RESIDENCES, DWELLINGS = ["R1", "R2", "R3"], ["D1", "D2", "D3", None]
MANY = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def filled(store):
    """A store with three residences and their dwellings, no request yet."""
    residences = {"name": "n", "dwellings": 3, "location": "none", "source": "made up"}
    store.write("residences", pd.DataFrame(residences, index=pd.Index(RESIDENCES, name="residence_id")))
    dwellings = {"residence_id": RESIDENCES, "source": "made up"}
    store.write("dwellings", pd.DataFrame(dwellings, index=pd.Index(DWELLINGS[:3], name="dwelling_id")))
    return store


def register(seed: int) -> pd.DataFrame:
    """Make up a register: answers and closings before, at and after their limits, some unknown, some named again."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(1, 40))
    opened = pd.Timestamp("2024-11-01") + pd.to_timedelta(rng.integers(0, 470 * 24, count), unit="h")
    opened = pd.Series(opened).astype("datetime64[us]")

    def later(most_hours: int) -> pd.Series:
        hours = rng.choice([0, 24, 48, 720, *range(1, most_hours, 37)], count)
        return (opened + pd.to_timedelta(hours, unit="h")).where(rng.random(count) < 0.7)

    ids = [f"C{place}" for place in range(count)]
    return pd.DataFrame(
        {
            "residence_id": rng.choice(RESIDENCES, count),
            "dwelling_id": pd.Series(rng.choice(np.array(DWELLINGS, dtype=object), count), dtype="str"),
            "category": rng.choice(["lift", "heating", "tranquillity"], count),
            "opened_at": opened,
            "answered_at": later(80),
            "closed_at": later(2000),
            "reopened_of": pd.Series(rng.choice(np.array([*ids, None, None, None], dtype=object), count), dtype="str"),
            "status": rng.choice(["open", "answered", "closed"], count),
        }
    ).set_axis(pd.Index(ids, name="complaint_id"))  # fmt: skip


def write(store, complaints):
    store.write("complaints", complaints, mode="replace")


@given(seed=st.integers(0, 2**32 - 1))
@MANY
def test_store_counts_the_requests_that_the_frames_count(filled, seed):
    complaints = register(seed)
    write(filled, complaints)
    exposure = pd.Series(1.0, index=pd.Index(RESIDENCES, name="residence_id"))
    expected = complaint_counts(complaints, exposure, RULES, on=ON, since=SINCE)
    found = filled.tally_complaints(
        on=ON, since=SINCE, first_answer_hours=48, reopening_days=30, tranquillity=["tranquillity"]
    )
    found = found.reindex(RESIDENCES).fillna(0)
    pd.testing.assert_frame_equal(found, expected[found.columns].astype("Int64"), check_names=False)


@given(seed=st.integers(0, 2**32 - 1))
@MANY
def test_store_counts_by_month_and_keeps_every_case_of_the_period(filled, seed):
    complaints = register(seed)
    write(filled, complaints)
    inside = complaints[complaints["opened_at"].between(SINCE, ON, inclusive="left")]
    months = filled.tally_months(on=ON, since=SINCE)
    assert months["requests"].sum() == len(inside)
    assert set(months["month"]) == set(inside["opened_at"].dt.to_period("M").dt.to_timestamp())
    cases = filled.closing_cases(on=ON, since=SINCE).assign(category="lift", answered_at=pd.NaT)
    days = closing_delays(cases, on=ON, since=SINCE)["days"]
    assert sorted(days) == sorted(closing_delays(complaints, on=ON, since=SINCE)["days"])


def test_store_without_requests_has_no_first_one(filled):
    assert filled.first_complaint() is None
    assert filled.tally_months(on=ON, since=SINCE).empty


def test_the_last_sale_is_the_newest_day_of_all_sales_and_none_without_any(store):
    assert store.last_sale() is None
    days = pd.to_datetime(["2023-05-02", "2024-12-31", "2019-01-07"])
    keys = pd.Index(["s1", "s2", "s3"], name="sale_id")
    store.write("sales", gpd.GeoDataFrame({"sold_on": days}, geometry=[None] * 3, crs=2154, index=keys))
    assert store.last_sale() == pd.Timestamp("2024-12-31")
