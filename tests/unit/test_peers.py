"""Peers and intervals against cases worked out by hand."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.peers import beside_peers, wilson_interval

LEVELS = {"heating and period": ("heating", "built"), "heating": ("heating",)}


def residences(**columns) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    return pd.DataFrame(columns, index=pd.Index([f"R{n}" for n in range(size)], name="residence_id"))


def test_a_residence_is_set_beside_the_median_of_the_same_heating_and_period():
    traits = residences(heating=["gas"] * 3 + ["district"] * 3, built=["old"] * 6)
    values = pd.Series([100.0, 120.0, 180.0, 60.0, 60.0, 90.0], index=traits.index)
    found = beside_peers(values, traits, LEVELS, least=3)
    assert found["median"].tolist() == [120, 120, 120, 60, 60, 60]
    assert found.at["R2", "excess"] == 60


def test_too_few_peers_of_the_period_widen_the_comparison_to_the_heating():
    traits = residences(heating=["gas"] * 4, built=["old", "old", "new", "new"])
    found = beside_peers(pd.Series([1.0, 2.0, 3.0, 10.0], index=traits.index), traits, LEVELS, least=3)
    assert set(found["peer_level"]) == {"heating"}
    assert found["median"].tolist() == [2.5] * 4


def test_a_residence_alone_of_its_kind_has_no_comparison_and_no_median_of_itself():
    traits = residences(heating=["gas", "gas", "electric"], built=["old"] * 3)
    found = beside_peers(pd.Series([1.0, 3.0, 9.0], index=traits.index), traits, LEVELS, least=2)
    assert found.loc["R2", ["peers", "peer_level", "median", "excess"]].isna().all()


def test_an_unknown_value_is_no_peer():
    traits = residences(heating=["gas"] * 3, built=["old"] * 3)
    found = beside_peers(pd.Series([1.0, None, 3.0], index=traits.index), traits, LEVELS, least=2)
    assert found["peers"].tolist() == [2, 2]
    assert "R1" not in found.index


def test_an_unknown_trait_is_shared_with_nobody():
    traits = residences(heating=["gas", "gas", None], built=["old"] * 3)
    found = beside_peers(pd.Series([1.0, 3.0, 2.0], index=traits.index), traits, LEVELS, least=2)
    assert pd.isna(found.at["R2", "median"])


def test_wilson_gives_the_interval_of_the_books():
    # Newcombe (1998), table I: 81 of 263 is 0.2553 to 0.3662; 0 of 20 is 0 to 0.1611
    found = wilson_interval(pd.Series([81, 0]), pd.Series([263, 20]))
    assert found["low"].tolist() == pytest.approx([0.2553, 0.0], abs=5e-5)
    assert found["high"].tolist() == pytest.approx([0.3662, 0.1611], abs=5e-5)


def test_a_share_of_nobody_has_no_interval():
    found = wilson_interval(pd.Series([0, None], dtype="Int64"), pd.Series([0, 12], dtype="Int64"))
    assert found.isna().all(axis=None)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_its_share_and_stays_between_none_and_all(counts):
    part, of = counts
    row = wilson_interval(pd.Series([part]), pd.Series([of])).iloc[0]
    assert 0 <= row["low"] <= part / of + 1e-12
    assert part / of - 1e-12 <= row["high"] <= 1


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=12), st.randoms())
def test_the_order_of_residences_changes_no_comparison(values, chance):
    traits = residences(heating=["gas"] * len(values), built=["old"] * len(values))
    series = pd.Series(values, index=traits.index)
    order = list(series.index)
    chance.shuffle(order)
    one = beside_peers(series, traits, LEVELS, least=2)
    other = beside_peers(series[order], traits, LEVELS, least=2)
    pd.testing.assert_frame_equal(one, other.loc[one.index])
