"""Few cases: published limits, and what shrinking does at both ends."""

import pandas as pd
import pytest

from geo.small_numbers import funnel, poisson_interval, rank_of, shrunken_rate


@pytest.mark.parametrize(
    ("events", "low", "high"),
    [(0, 0.0, 3.689), (1, 0.0253, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390), (50, 37.111, 65.919)],
)
def test_poisson_interval_is_that_of_published_tables(events, low, high):
    bounds = poisson_interval(pd.Series([events]), pd.Series([1]))
    assert bounds.loc[0, "low"] == pytest.approx(low, abs=0.001)
    assert bounds.loc[0, "high"] == pytest.approx(high, abs=0.001)


def test_interval_is_missing_without_exposure_or_events():
    bounds = poisson_interval(pd.Series([3, None], dtype="Int64"), pd.Series([0.0, 5.0]))
    assert bounds.isna().all(axis=None)


def test_same_rate_stands_out_only_with_enough_exposure():
    events = pd.Series([4, 400, 1000], index=["small", "large", "rest"])
    exposure = pd.Series([2.0, 200.0, 1000.0], index=events.index)
    found = funnel(events, exposure)
    assert found["standing"].to_dict() == {"small": "usual", "large": "alarm_high", "rest": "alarm_low"}


def test_funnel_limits_are_poisson_counts_around_the_common_rate():
    found = funnel(pd.Series([10, 10]), pd.Series([10.0, 10.0]), per=100)
    assert found.loc[0, ["expected", "limit_low", "limit_high"]].tolist() == [10, 40, 170]
    assert found.loc[0, ["alarm_low", "alarm_high"]].tolist() == [20, 210]


def test_small_exposure_is_pulled_to_its_sector_and_large_hardly():
    events = pd.Series([6, 600, 100, 300])
    exposure = pd.Series([2.0, 200.0, 100.0, 300.0])
    found = shrunken_rate(events, exposure)
    mean = 1006 / 602
    assert mean < found[0] < 3
    assert abs(found[1] - 3) < 0.05
    assert abs(found[1] - 3) < abs(found[0] - 3)


def test_sector_without_more_spread_than_chance_has_one_rate():
    found = shrunken_rate(pd.Series([9, 11, 10]), pd.Series([10.0, 10.0, 10.0]), per=100)
    assert found.tolist() == [100, 100, 100]


def test_each_sector_shrinks_to_its_own_rate():
    sector = pd.Series(["n", "n", "s", "s"])
    found = shrunken_rate(pd.Series([10, 10, 30, 30]), pd.Series([10.0] * 4), sector)
    assert found.tolist() == [1, 1, 3, 3]


def test_no_rank_under_the_least_exposure():
    rate = pd.Series([9.0, 2.0, 5.0, 5.0])
    ranks = rank_of(rate, pd.Series([29.9, 30, 400, 400]), least=30)
    assert pd.isna(ranks[0])
    assert ranks[1:].tolist() == [3, 1, 1]
