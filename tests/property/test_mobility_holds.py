"""Chains of vacancies conserve homes, move nobody twice or against his constraints, and meet the closed form."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.mobility import MobilityRules, best_mix, chains, new_homes, suits
from planning.needs import moves_freed

AREAS = {"T1": 30.0, "T2": 46.0, "T3": 62.0, "T4": 75.0, "T5": 90.0}
RULES = MobilityRules(5000, 500, 0.5, 0.29, 4)


def people(seed: int, count: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    need, rooms = rng.integers(1, 6, count), rng.integers(1, 6, count)
    return pd.DataFrame(
        {
            "reason": np.where(rooms > need, "under_occupied", "over_occupied"),
            "dwelling_id": [f"D{n}" for n in range(count)],
            "need": need.astype(float),
            "most": need + rng.integers(0, 2, count).astype(float),
            "least_m2": 9.0,
            "access": rng.choice([0.0, 1.0], count),
            "rooms": rooms.astype(float),
            "area_m2": 20.0 * rooms,
            "level": rng.choice([0.0, 1.0, 2.0], count),
            "rent": rng.uniform(200, 600, count),
            "x": rng.uniform(0, 800, count),
            "y": 0.0,
        },
        index=pd.Index([f"H{n}" for n in range(count)], name="household_id"),
    )


cases = st.tuples(st.integers(0, 10_000), st.integers(0, 60), st.integers(0, 4), st.integers(0, 4))


@settings(max_examples=60, deadline=None)
@given(cases)
def test_homes_are_conserved_and_nobody_moves_twice(case):
    seed, count, small, large = case
    found = chains(people(seed, count), new_homes({"T2": small, "T4": large}, 0, 0, AREAS), RULES)
    entered, vacated = set(found.moves["to_home"]), set(found.moves["from_home"])
    assert found.moves["household_id"].is_unique
    assert found.moves["to_home"].is_unique
    assert len(found.left) == small + large + len(vacated) - len(entered)
    assert set(found.left).isdisjoint(entered)


@settings(max_examples=60, deadline=None)
@given(cases)
def test_nobody_moves_against_his_constraints(case):
    seed, count, small, large = case
    table = people(seed, count)
    homes = new_homes({"T2": small, "T4": large}, 0, 0, AREAS)
    every = pd.concat([homes, table.set_index("dwelling_id")[homes.columns]])
    for move in chains(table, homes, RULES).moves.itertuples():
        assert suits(table.loc[[move.household_id]], every.loc[move.to_home]).all()


def test_enough_tenants_give_the_closed_form():
    table = people(1, 1).loc[["H0"] * 900]
    table = table.assign(
        reason="over_occupied", need=1.0, most=9.0, rooms=4.0, area_m2=80.0, access=0.0, level=0.0
    )
    table = table.assign(x=0.0, dwelling_id=[f"D{n}" for n in range(900)])
    table.index = [f"H{n}" for n in range(900)]
    rules = MobilityRules(5000, 500, 0.5, 0.29, 12)
    found = chains(table, new_homes({"T4": 50}, 0, 0, AREAS), rules)
    assert found.expected_moves / 50 == pytest.approx(float(moves_freed(np.array([0.5]), 0.29)[0]), abs=1e-5)


def test_small_homes_near_large_ones_half_empty_free_them():
    alone = {
        "reason": "under_occupied",
        "need": 2.0,
        "most": 2.0,
        "rooms": 4.0,
        "area_m2": 80.0,
        "access": 0.0,
    }
    crowded = {
        "reason": "over_occupied",
        "need": 4.0,
        "most": 5.0,
        "rooms": 2.0,
        "area_m2": 45.0,
        "access": 0.0,
    }
    table = pd.concat([people(1, 5).assign(**alone), people(1, 5).assign(**crowded)]).assign(
        x=10.0, level=0.0, rent=400.0
    )
    table.index = [f"H{n}" for n in range(10)]
    table["dwelling_id"] = [f"D{n}" for n in range(10)]
    found = chains(table, new_homes({"T2": 5}, 0, 0, AREAS), RULES)
    assert found.freed()["T4"] == 5
    assert (found.moves["reason"] == "over_occupied").sum() == 5
    assert best_mix(table, 5, 0, 0, AREAS, RULES).index[0] == "5 T2"
