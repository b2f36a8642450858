"""Households and labels of the invented town, on cases one can count."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from data.demo.bills import CO2_LIMITS, KWH_LIMITS, both_values
from data.demo.flows import relet_days
from data.demo.homes import rooms_needed
from geo.insee import rooms_needed as rooms_of_members

CHILD = st.tuples(st.integers(0, 24), st.integers(0, 1))


@given(couple=st.booleans(), children=st.lists(CHILD, max_size=6))
def test_rooms_needed_are_those_of_the_norm(couple, children):
    ages, sexes = np.full((1, 6), np.nan), np.zeros((1, 6), dtype=int)
    for place, (age, sex) in enumerate(children):
        ages[0, place], sexes[0, place] = age, sex
    parents = [(40, 0, couple, True), *([(40, 1, True, True)] if couple else [])]
    rows = parents + [(age, sex, False, False) for age, sex in children]
    members = pd.DataFrame(rows, columns=["age", "sex", "in_couple", "head"]).assign(household_id="h")
    expected = rooms_of_members(members, adult_age=19, shared_age=7)["h"]
    persons = np.array([len(rows)])
    assert rooms_needed(persons, np.array([couple]), ages, sexes)[0] == expected


@given(rank=st.integers(0, 6), heating=st.sampled_from(["collective_gas", "district", "electric", "other"]))
def test_both_values_of_a_label_lie_in_its_class_or_better(rank, heating):
    kwh, co2 = both_values(np.full(50, rank), np.full(50, heating), np.random.default_rng(rank))
    worst = np.maximum(
        np.searchsorted(KWH_LIMITS[1:-1], kwh, side="right"),
        np.searchsorted(CO2_LIMITS[1:-1], co2, side="right"),
    )
    assert (worst == rank).all()


def test_relets_have_the_mean_and_the_tail_that_give_the_vacancy():
    draw = (np.arange(4000) + 0.5) / 4000
    days = relet_days(draw, np.arange(4000) % 4 == 0)
    assert 138 < days.mean() < 146
    assert 84 < np.median(days) < 98
    assert 290 < np.quantile(days, 0.9) < 335
