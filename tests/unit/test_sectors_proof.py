"""Bounds against every plan of tiny towns, and the two engines against each other."""

import numpy as np
import pytest

from planning.territory import Caps, Priorities
from planning.territory.ascent import Ascent
from planning.territory.atoms import atoms, coarsen
from planning.territory.bound import Proof, _through_atoms
from planning.territory.measure import measure
from planning.territory.relaxation import Relaxation
from tests.towns import every_valid_plan, grid, shared_town

TWO = {"west": (0, 0), "east": (300, 100)}


@pytest.fixture
def block():
    rng = np.random.default_rng(3)
    return grid(2, 4, TWO, tenants=rng.integers(5, 20, 8), work=rng.integers(5, 20, 8), tolerance=0.1)


def test_the_bound_never_exceeds_the_best_of_all_plans(block):
    best = every_valid_plan(block)[0][0]
    assert Relaxation(block).solve(block.allowed).bound <= best
    assert Ascent(block).solve(block.allowed).bound <= best


def test_splitting_raises_the_bound_to_the_best_plan(block):
    proof = Proof(block)
    first = proof.bound
    proof.raise_bound(200)
    assert first <= proof.bound == pytest.approx(every_valid_plan(block)[0][0], rel=1e-6)


def test_contiguity_rows_hold_for_every_contiguous_plan():
    town = grid(3, 3, {"a": (0, 0), "b": (200, 200)}, tolerance=0.4, priorities=Priorities(1, 0, 0.01))
    relaxation = Relaxation(town)
    relaxation.solve(town.allowed, lessons=30)
    for _, plan in every_valid_plan(town)[::7]:
        only = np.eye(2, dtype=bool)[plan]
        assert np.isfinite(relaxation.solve(only, lessons=0).bound)


def test_no_plan_at_all_is_an_infinite_bound(block):
    assert Proof(block.wanting(caps=Caps(mean_distance_m=1.0))).bound == np.inf


def test_caps_are_in_the_bound(block):
    free = every_valid_plan(block)[0][1]
    cap = measure(block, free).moved_pct * 0.5
    capped = block.wanting(caps=Caps(moved_pct=cap))
    plans = every_valid_plan(capped)
    bound = min(Ascent(capped).solve(capped.allowed).bound, Relaxation(capped).solve(capped.allowed).bound)
    assert bound <= (plans[0][0] if plans else np.inf)


def test_both_engines_find_the_same_bound(shared):
    town = shared_town(shared / "cases" / "sectors")
    exact = Relaxation(town).solve(town.allowed, lessons=0).bound
    assert exact == pytest.approx(661.186, abs=0.01)
    assert exact * 0.9995 <= Ascent(town).solve(town.allowed, steps=800).bound <= exact + 1e-3


def test_a_plan_of_atoms_costs_what_its_plan_of_units_costs(shared):
    town = shared_town(shared / "cases" / "sectors")
    atom = atoms(town, 200)
    coarse = coarsen(town, atom)
    plan = np.random.default_rng(0).integers(0, 6, coarse.size[0])
    assert measure(coarse, plan).objective == pytest.approx(measure(town, plan[atom]).objective)
    assert coarse.size[0] < 350


def test_the_bound_through_atoms_stays_a_bound(shared):
    town = shared_town(shared / "cases" / "sectors")
    exact = Relaxation(town).solve(town.allowed, lessons=0).bound
    assert 0.95 * exact <= _through_atoms(Ascent(town)).bound <= exact + 1e-3
