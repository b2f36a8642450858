"""Delays by Kaplan-Meier against SciPy's estimator, group by group."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from geo.survival import summarise_delays, survival_curve

CASES = st.lists(st.tuples(st.integers(0, 40), st.booleans()), min_size=1, max_size=40)


def delays_of(groups):
    rows = [(name, float(days), ended) for name, cases in groups.items() for days, ended in cases]
    return pd.DataFrame(rows, columns=["name", "days", "ended"])


@given(st.dictionaries(st.sampled_from("abc"), CASES, min_size=1))
def test_each_group_has_the_curve_that_scipy_gives(groups):
    delays = delays_of(groups)
    curve = survival_curve(delays, [delays["name"]])
    for name, cases in groups.items():
        ended = [days for days, over in cases if over]
        running = [days for days, over in cases if not over]
        expected = ecdf(CensoredData(uncensored=ended, right=running)).sf
        ours = curve[curve.index == name]
        assert ours["days"].tolist() == expected.quantiles.tolist()
        assert abs(ours["survival"].to_numpy() - expected.probabilities).max() < 1e-12


@given(CASES)
def test_quantiles_are_in_order_and_within_the_observed(cases):
    row = summarise_delays(delays_of({"a": cases})).loc["all"]
    assert row["n"] == len(cases)
    known = row[["median_low_days", "median_days", "median_high_days"]].dropna().tolist()
    assert known == sorted(known)
    assert all(value <= row["longest_days"] for value in row[["median_days", "p90_days"]].dropna())
