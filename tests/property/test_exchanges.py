"""Exchanges: on every small case the choice is the one that trying all of them finds."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.exchanges import solve, two_way_greedy
from planning.exchanges.anneal import annealed
from planning.exchanges.assignment import assignment_prices
from planning.exchanges.graph import build


def frames(weights, arcs, vacant=0):
    households = pd.DataFrame({"weight": weights}, index=[f"H{n}" for n in range(len(weights))])
    homes = [*households.index, *(f"V{n}" for n in range(vacant))]
    named = [(households.index[taker], homes[giver]) for taker, giver in arcs]
    return households, pd.DataFrame(named, columns=["household_id", "takes"]), pd.Index(homes[len(weights) :])


def best_by_trying_all(households, arcs, vacant, longest_cycle, longest_chain) -> float:
    takes = set(map(tuple, arcs[["household_id", "takes"]].to_numpy()))
    columns = []
    for size in range(2, longest_cycle + 1):
        for members in itertools.permutations(households.index, size):
            if members[0] == min(members) and all(
                (members[(k + 1) % size], members[k]) in takes for k in range(size)
            ):
                columns.append(frozenset(members))
    for size in range(1, longest_chain + 1):
        for home in vacant:
            for members in itertools.permutations(households.index, size):
                path = (home, *members)
                if all((path[k + 1], path[k]) in takes for k in range(size)):
                    columns.append(frozenset(path))
    worth = {c: sum(households["weight"].get(n, 0) for n in c) for c in set(columns)}
    best = {frozenset(): 0.0}
    for column, weight in worth.items():
        for used, total in list(best.items()):
            if not used & column:
                best[used | column] = max(best.get(used | column, 0), total + weight)
    return max(best.values())


@st.composite
def small_cases(draw):
    count = draw(st.integers(1, 9))
    vacant = draw(st.integers(0, 2))
    weights = draw(st.lists(st.sampled_from([1.0, 2.0, 3.0]), min_size=count, max_size=count))
    pairs = [(t, g) for t in range(count) for g in range(count + vacant) if t != g]
    arcs = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=20)) if pairs else []
    return frames(weights, arcs, vacant)


@settings(max_examples=150, deadline=None)
@given(small_cases(), st.integers(2, 4), st.integers(1, 4))
def test_choice_is_the_one_that_trying_all_finds(case, longest_cycle, longest_chain):
    found = solve(*case, longest_cycle=longest_cycle, longest_chain=longest_chain)
    assert found.weight == pytest.approx(best_by_trying_all(*case, longest_cycle, longest_chain))
    assert found.bound == pytest.approx(found.weight)


@settings(max_examples=60, deadline=None)
@given(small_cases())
def test_nobody_moves_twice_and_each_takes_a_home_wished_for(case):
    households, arcs, vacant = case
    takes = set(map(tuple, arcs.to_numpy()))
    moves = solve(households, arcs, vacant).moves
    members = [name for move in moves for name in move.members]
    assert len(members) == len(set(members))
    for move in moves:
        steps = list(zip(move.members, move.members[1:], strict=False))
        steps += [(move.members[-1], move.members[0])] if move.kind == "cycle" else []
        assert all((taker, giver) in takes for giver, taker in steps)


def test_three_households_in_a_ring_are_served_where_no_two_can_swap():
    case = frames([1.0, 1.0, 1.0], [(0, 1), (1, 2), (2, 0)])
    assert solve(*case).served == 3
    assert two_way_greedy(*case[:2]).served == 0


def test_town_of_households_gains_on_pairs_alone():
    rng = np.random.default_rng(7)
    arcs = [(int(t), int(g)) for t, g in rng.integers(0, 300, (2_400, 2)) if t != g]
    households, wishes, _ = frames(rng.choice([1.0, 2.0, 3.0], 300), arcs)
    found = solve(households, wishes)
    assert found.gap_pct == pytest.approx(0, abs=1e-6)
    assert found.served > two_way_greedy(households, wishes).served


@pytest.mark.parametrize(
    ("weights", "arcs", "words"),
    [([0.0, 1.0], [], "above 0"), ([1.0, 1.0], [(0, 9)], "not in the lists")],
)
def test_wrong_input_says_what_is_wrong(weights, arcs, words):
    households = pd.DataFrame({"weight": weights}, index=["H0", "H1"])
    wishes = pd.DataFrame([(f"H{t}", f"H{g}") for t, g in arcs], columns=["household_id", "takes"])
    with pytest.raises(ValueError, match=words):
        solve(households, wishes)


@settings(max_examples=60, deadline=None)
@given(small_cases(), st.integers(2, 4), st.integers(1, 4))
def test_annealing_never_passes_the_best_and_never_uses_a_home_twice(case, longest_cycle, longest_chain):
    graph = build(*case, longest_cycle, longest_chain)
    rows = annealed(graph, assignment_prices(graph), 0.1, tries=2_000)
    used = rows[rows >= 0]
    assert len(used) == len(set(used.tolist()))
    assert graph.worth(rows).sum() <= best_by_trying_all(*case, longest_cycle, longest_chain)


def test_chains_from_vacant_homes_of_a_dense_file_meet_the_bound():
    rng = np.random.default_rng(3)
    pairs = rng.integers(0, [250, 290], (9_000, 2))
    arcs = sorted({(int(t), int(g)) for t, g in pairs if t != g})
    case = frames(rng.choice([1.0, 2.0, 3.0], 250), arcs, vacant=40)
    found = solve(*case)
    assert found.gap_pct == pytest.approx(0, abs=1e-6)
    assert max(len(move.households) for move in found.moves if move.kind == "chain") <= 4
