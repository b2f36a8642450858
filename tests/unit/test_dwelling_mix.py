"""Whole dwellings on whole floors: counted by hand on small floors, and held for all."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planning.capacity.dwelling_mix import fill_floors

SIZES, SHARES = np.array([30.0, 46, 60, 73, 88]), np.array([0.05, 0.3, 0.4, 0.2, 0.05])


def test_the_type_that_lags_most_comes_next():
    """307 m2: T3 60, T2 46, T4 73, T3 60, T2 46 make 285; the 22 m2 left hold nothing."""
    assert fill_floors(np.array([[307.2]]), SIZES, SHARES, np.array([99]))[0, 0].tolist() == [0, 2, 2, 1, 0]


def test_what_one_floor_leaves_does_not_help_the_next():
    counts = fill_floors(np.array([[59.0, 59.0]]), SIZES, np.array([0, 0, 1.0, 0, 0]), np.array([99]))
    assert counts.sum() == 0


def test_a_house_takes_the_type_that_lags_most_among_those_it_holds():
    houses = fill_floors(
        np.full((1, 5), 90.0), SIZES, np.array([0, 0, 0, 0.6, 0.4]), np.array([99]), one_each=True
    )
    assert houses.sum(axis=1)[0].tolist() == [0, 0, 0, 3, 2]


def test_no_more_are_built_than_the_scheme_may_have():
    assert fill_floors(np.array([[300.0, 300.0]]), SIZES, SHARES, np.array([7])).sum() == 7


areas = st.lists(st.floats(0, 600), min_size=1, max_size=6)
mixes = st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0]), min_size=5, max_size=5).filter(
    lambda mix: sum(mix) > 0
)


@given(areas, mixes)
def test_no_floor_holds_more_than_its_area_and_no_type_runs_more_than_one_ahead(floors, mix):
    shares = np.array(mix) / sum(mix)
    counts = fill_floors(np.array([floors]), SIZES, shares, np.array([1000.0]))[0]
    assert (counts @ SIZES <= np.array(floors) + 1e-6).all()
    assert (counts.sum(axis=0) <= shares * counts.sum() + 1 + 1e-6).all()


@given(areas, mixes, st.floats(0, 600))
def test_one_more_floor_takes_nothing_from_those_below(floors, mix, more):
    lower = fill_floors(np.array([floors]), SIZES, np.array(mix), np.array([1000.0]))[0]
    higher = fill_floors(np.array([[*floors, more]]), SIZES, np.array(mix), np.array([1000.0]))[0]
    assert (higher[:-1] == lower).all()
