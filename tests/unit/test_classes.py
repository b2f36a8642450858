"""Classes of the atlas: every method keeps every value, bounds people type are read, colours follow."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from views.shared.classes import bounds_of, classify, counts, lines, read_bounds
from views.shared.palette import SEQUENCES, balance, sequence

VALUES = st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=60)


@given(
    values=VALUES,
    method=st.sampled_from(["quantiles", "fisher", "equal", "manual"]),
    classes=st.integers(3, 7),
)
def test_each_value_has_one_class_and_bounds_rise(values, method, classes):
    series = pd.Series(values)
    bounds = bounds_of(series, method, classes, manual=[0, 10, 1000])
    of = classify(series, bounds)
    assert bounds == sorted(bounds)
    assert len(bounds) - 1 <= max(classes, 4)  # three bounds of one's own make four classes
    assert of.notna().all()
    assert sum(counts(of, len(bounds) - 1)) == len(values)


def test_equal_intervals_are_equal():
    bounds = bounds_of(pd.Series([0.0, 2.0, 10.0]), "equal", 5)
    assert bounds == [0, 2, 4, 6, 8, 10]


def test_fisher_puts_the_break_in_the_gap():
    bounds = bounds_of(pd.Series([1.0, 2, 3, 50, 51, 52, 100, 101]), "fisher", 3)
    assert classify(pd.Series([3.0, 50, 52, 100]), bounds).tolist() == [0, 1, 1, 2]


def test_bounds_outside_the_values_are_left_out():
    assert bounds_of(pd.Series([1.0, 9.0]), "manual", manual=[-5, 4, 40]) == [1, 4, 9]


@pytest.mark.parametrize(
    ("typed", "read"),
    [("5; 10;20", [5, 10, 20]), ("2,5 5 10", [2.5, 5, 10]), ("20 % ; x ; 10", [10, 20]), ("", [])],
)
def test_bounds_are_read_as_people_type_them(typed, read):
    assert read_bounds(typed) == read


def test_legend_counts_what_is_shown_between_the_bounds_of_all():
    legend = lines(pd.Series([0.0, 5, 10]), pd.Series([5.0, 10]), [0, 5, 10], ["#111111", "#222222"], str)
    assert [(line.label, line.count) for line in legend] == [("0.0", 0), ("5 – 10", 2)]


@pytest.mark.parametrize("classes", [3, 5, 6, 7])
def test_no_two_classes_share_a_colour(classes):
    for name in SEQUENCES:
        for theme in ("light", "dark"):
            assert len(set(sequence(name, classes, theme))) == classes


def test_what_is_below_zero_and_above_it_have_different_hues():
    low, middle, high = balance([-5, 0, 5], "light")
    assert middle == SEQUENCES["balance"]["light"][2]
    assert (low, high) == (SEQUENCES["balance"]["light"][0], SEQUENCES["balance"]["light"][4])
