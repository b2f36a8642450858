"""Chance in the invented town: named streams, exact quotas, even draws."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.demo.chance import cut_by_rank, fill_by_deficit, quotas, spread_pairs, stream

SHARES = st.lists(st.floats(0.01, 10), min_size=1, max_size=8)


def test_a_stream_depends_on_its_name_and_on_the_seed():
    drawn = {key: stream(*key).random() for key in [(1, "streets"), (1, "plots"), (2, "streets")]}
    assert len(set(drawn.values())) == 3
    assert stream(1, "streets").random() == drawn[1, "streets"]


@given(total=st.integers(0, 5000), shares=SHARES)
def test_quotas_add_up_and_miss_their_share_by_less_than_one(total, shares):
    counts = quotas(total, shares)
    assert counts.sum() == total
    assert (np.abs(counts - np.array(shares) / sum(shares) * total) < 1).all()


def test_equal_remainders_go_to_the_first():
    assert quotas(4, [1, 1, 1]).tolist() == [2, 1, 1]


@given(scores=st.lists(st.floats(-5, 5), min_size=1, max_size=60), shares=SHARES)
def test_classes_by_rank_have_their_quotas_and_follow_the_scores(scores, shares):
    classes = cut_by_rank(np.array(scores), shares)
    assert np.bincount(classes, minlength=len(shares)).tolist() == quotas(len(scores), shares).tolist()
    assert (np.diff(classes[np.argsort(scores, kind="stable")]) >= 0).all()


def test_the_biggest_choose_first_and_nobody_takes_what_is_forbidden():
    sizes, allowed = np.array([50, 30, 20]), np.array([[1, 1], [1, 1], [0, 1]])
    assert fill_by_deficit(sizes, [0.5, 0.5], allowed).tolist() == [0, 1, 1]


def test_spread_pairs_fill_the_square_more_evenly_than_chance():
    first, second = spread_pairs(400, np.random.default_rng(3))
    cells = np.bincount((first * 10).astype(int) * 10 + (second * 10).astype(int), minlength=100)
    assert cells.min() >= 2
    assert cells.max() <= 6
