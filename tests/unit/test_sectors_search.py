"""First plans, walks and recuts: valid, reproducible, never worse."""

import importlib

import numpy as np
import pytest

from planning.territory import Balance, Effort, Locks, Priorities, first_plan, measure, solve, territory
from planning.territory.measure import is_contiguous
from planning.territory.recut import recut, recut_neighbours
from planning.territory.search import Schedule, walk
from planning.territory.start import as_plan, grow
from tests.towns import every_valid_plan, grid, shared_town

CORNERS = {"a": (0, 0), "b": (500, 0), "c": (200, 500)}
SMALL = Effort(rounds=2, walks=4, tries=20_000, splits=10)


@pytest.fixture
def town():
    rng = np.random.default_rng(1)
    return grid(6, 6, CORNERS, tenants=rng.integers(5, 30, 36), work=rng.integers(5, 30, 36), tolerance=0.1)


def test_the_first_plan_is_contiguous_and_balanced(town):
    figures = measure(town, first_plan(town))
    assert figures.valid
    assert figures.max_deviation_pct <= 10


def test_a_walk_keeps_every_sector_in_one_piece_and_improves(town):
    start = first_plan(town)
    found = walk(town, start, Schedule(50_000), seed=1)
    assert measure(town, found.sector_of).valid
    assert found.objective == pytest.approx(measure(town, found.sector_of).objective)
    assert found.objective <= measure(town, start).objective


def test_the_same_seed_walks_the_same_way(town):
    one, two = (walk(town, first_plan(town), Schedule(30_000), seed=7) for _ in range(2))
    assert np.array_equal(one.sector_of, two.sector_of)


def test_a_walk_mends_a_plan_out_of_its_limits(town):
    today = town.current
    assert measure(town, today).violation > 0
    assert measure(town, walk(town, today, Schedule(50_000), seed=1).sector_of).valid


def test_a_recut_is_never_worse_and_stays_valid(town):
    start = walk(town, first_plan(town), Schedule(2_000), seed=1).sector_of
    better = recut_neighbours(town, start)
    assert measure(town, better).valid
    assert measure(town, better).objective <= measure(town, start).objective


def test_a_recut_of_two_sectors_leaves_the_third_alone(town):
    start = first_plan(town)
    after = recut(town, start, (0, 1))
    assert np.array_equal(start == 2, after == 2)


def test_a_small_town_is_solved_to_its_proven_best():
    town = grid(
        2, 5, {"a": (0, 0), "b": (400, 100)}, tenants=np.arange(1, 11), work=np.arange(1, 11), tolerance=0.1
    )
    best = solve(town, effort=Effort(rounds=4, walks=4, tries=20_000, splits=60), seconds=60)
    assert best.figures.objective == pytest.approx(every_valid_plan(town)[0][0])
    assert best.gap_pct < 0.01
    assert best.stopped_by == "proof"


def test_the_same_seed_gives_the_same_plan_and_the_same_bound(town):
    one, two = (solve(town, effort=SMALL, seed=5, seconds=60) for _ in range(2))
    assert np.array_equal(one.sector_of, two.sector_of)
    assert one.bound == two.bound


def test_locks_are_honoured():
    locks = Locks(units={15: "c"}, sectors=frozenset({"a"}))
    town = grid(6, 6, CORNERS, tolerance=0.3, locks=locks)
    best = solve(town, effort=SMALL, seconds=60)
    assert town.sectors[best.sector_of[15]] == "c"
    assert np.array_equal(best.sector_of == 0, town.current == 0)


def test_a_user_who_stops_keeps_the_best_so_far(town):
    best = solve(town, effort=Effort(9, 4, 20_000, 2), seconds=60, stop=lambda: True)
    assert best.stopped_by in ("user", "proof")
    assert best.rounds == 1
    assert best.figures.valid


def test_a_draft_in_pieces_is_made_whole_with_its_locks():
    town = grid(4, 4, {"a": (0, 0), "b": (300, 300)}, locks=Locks(units={3: "a", 15: "b"}))
    draft = np.where(np.isin(np.arange(16), [0, 3]), 0, 1)
    plan = as_plan(town, draft)
    assert is_contiguous(town, plan)
    assert (plan[3], plan[15]) == (0, 1)


def test_sectors_without_offices_are_grown_in_one_piece_each(town):
    free = territory_without_offices(town)
    assert is_contiguous(free, grow(free, np.random.default_rng(0)))
    assert solve(free, effort=SMALL, seconds=60).figures.contiguous


def test_several_criteria_are_balanced_at_once(shared):
    town = shared_town(shared / "cases" / "sectors", criteria=("workload", "dwellings", "complaints"))
    best = solve(town, effort=Effort(1, 2, 300_000, 0), seconds=60)
    assert best.figures.valid
    assert set(best.figures.deviation_pct) == {"workload", "dwellings", "complaints"}
    assert best.figures.max_deviation_pct <= 5.0001


def test_a_large_town_is_solved_through_atoms(shared, monkeypatch):
    module = importlib.import_module("planning.territory.solve")

    monkeypatch.setattr(module, "LARGEST_WITHOUT_ATOMS", 300)
    town = shared_town(shared / "cases" / "sectors")
    best = solve(town, effort=Effort(3, 2, 200_000, 1), seconds=120)
    assert best.figures.valid
    assert best.gap_pct < 2


def territory_without_offices(town):
    import pandas as pd

    units = pd.DataFrame({"x": 0.0, "y": 0.0, "tenants": 1.0, "sector": None, "work": 1.0}, index=town.units)
    edges = pd.DataFrame({"unit_a": town.edge_a, "unit_b": town.edge_b, "border_m": 1000.0})
    return territory(
        units, None, edges, sectors=["p", "q"], balance=[Balance("work", 0.1)], priorities=Priorities(0, 1)
    )
