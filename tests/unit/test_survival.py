"""Kaplan-Meier against a published trial, and delays seen on a day."""

import pandas as pd
import pytest

from geo.survival import QUANTILES, delay, summarise_delays, survival_curve

# Freireich et al. (1963), weeks in remission under 6-MP, as printed in every textbook since Cox (1972).
RELAPSED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
STILL_WELL = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]


def cases(ended, still_open=()):
    """Gather delays that ended and delays still running."""
    over = [True] * len(ended) + [False] * len(still_open)
    return pd.DataFrame({"days": list(map(float, [*ended, *still_open])), "ended": over})


def quantiles(ended, still_open=()):
    row = summarise_delays(cases(ended, still_open)).loc["all"]
    return row[["median_days", "median_low_days", "median_high_days", "p90_days"]].tolist()


def test_median_of_the_published_trial_is_23_weeks_with_open_cases_kept():
    assert quantiles(RELAPSED, STILL_WELL) == [23, 13, pd.NA, pd.NA]


def test_curve_of_the_published_trial():
    delays = cases(RELAPSED, STILL_WELL)
    curve = survival_curve(delays, [pd.Series("all", index=delays.index)]).query("ended > 0")
    assert curve["days"].tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve["at_risk"].tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve["survival"].round(4).tolist() == [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert curve["low"].round(3).tolist() == [0.620, 0.563, 0.503, 0.432, 0.368, 0.268, 0.188]


# Median, its interval and P90 of the invented delays below, by sector, as lifelines 0.30.3 computes them.
LIFELINES = [[16.5, 11.5, 17.75, 24.25], [15.5, 14.5, 16.25, 27.0], [18.0, 13.0, 19.0, 25.5]]


def test_groups_have_the_figures_of_the_library_of_the_field():
    rank = pd.Series(range(300))
    delays = pd.DataFrame({"days": (rank * 37 % 101) / 4 + rank % 5, "ended": rank % 7 != 3})
    found = summarise_delays(delays, [(rank % 3).rename("sector")])
    assert found[list(QUANTILES)].to_numpy(dtype=float).tolist() == LIFELINES


def test_without_open_cases_the_quantiles_are_those_of_the_sample():
    median, _, _, p90 = quantiles(range(1, 101))
    assert (median, p90) == (50, 90)


def test_dropping_open_cases_would_flatter_the_median():
    assert quantiles([10, 20, 30], [200, 200, 200])[0] == 30
    assert quantiles([10, 20, 30])[0] == 20


def test_group_with_open_cases_alone_has_no_median_but_its_longest_wait():
    delays = pd.DataFrame({"days": [5.0, 9.0], "ended": [False, False]})
    row = summarise_delays(delays).loc["all"]
    assert (row["n"], row["open"], row["longest_days"]) == (2, 2, 9)
    assert row[["median_days", "p90_days"]].isna().all()


def test_groups_are_summarised_apart():
    delays = pd.DataFrame({"days": [1.0, 3.0, 8.0], "ended": True})
    by = pd.Series(["a", "a", "b"], name="category")
    assert summarise_delays(delays, [by])["median_days"].to_dict() == {"a": 1, "b": 8}


def test_case_ended_after_the_day_is_open_on_the_day():
    start = pd.to_datetime(pd.Series(["2025-01-01", "2025-01-01", "2025-03-01", "2025-01-05"]))
    end = pd.to_datetime(pd.Series(["2025-01-11", "2025-02-11", "2025-03-02", "2025-01-01"]))
    seen = delay(start, end, pd.Timestamp("2025-02-01"))
    assert seen["days"].tolist() == [10, 31]
    assert seen["ended"].tolist() == [True, False]


def test_no_case_gives_an_empty_summary():
    none = pd.DataFrame({"days": pd.Series(dtype=float), "ended": pd.Series(dtype=bool)})
    assert summarise_delays(none).loc["all", "n"] == 0
    assert summarise_delays(none, [pd.Series(dtype=object, name="category")]).empty


@pytest.mark.parametrize("days", [[4], [4, 4, 4]])
def test_equal_delays_have_themselves_as_quantiles_and_no_upper_bound(days):
    assert quantiles(days) == [4, 4, pd.NA, 4]
