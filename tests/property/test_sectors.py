"""What holds for every town: units once, pieces whole, locks kept, bounds below plans, same seed same plan."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planning.territory import Caps, Effort, Priorities, first_plan, measure, solve
from planning.territory.ascent import Ascent
from planning.territory.bound import Proof
from planning.territory.recut import recut_neighbours
from planning.territory.search import Schedule, walk
from tests.towns import grid

QUICK = Effort(rounds=1, walks=2, tries=3_000, splits=3)


@st.composite
def towns(draw):
    rows, columns = draw(st.integers(2, 5)), draw(st.integers(3, 6))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    spots = [(100.0 * x, 100.0 * y) for x in range(columns) for y in range(rows)]
    chosen = rng.choice(len(spots), draw(st.integers(2, 3)), replace=False)
    offices = {f"s{number}": spots[place] for number, place in enumerate(chosen)}
    size = rows * columns
    return grid(
        rows,
        columns,
        offices,
        tenants=rng.integers(1, 40, size).astype(float),
        work=rng.integers(1, 40, size).astype(float),
        tolerance=draw(st.sampled_from([0.05, 0.2, 0.5])),
        priorities=Priorities(draw(st.sampled_from([0, 2])), draw(st.sampled_from([0, 10, 100]))),
    )


@settings(max_examples=25, deadline=None)
@given(towns(), st.integers(0, 100))
def test_every_unit_has_one_sector_each_in_one_piece_and_the_bound_is_below(town, seed):
    best = solve(town, effort=QUICK, seed=seed, seconds=60)
    assert len(best.sector_of) == town.size[0]
    assert best.figures.contiguous
    assert town.allowed[np.arange(town.size[0]), best.sector_of].all()
    if best.figures.valid:
        assert best.bound <= best.figures.objective + 1e-6


@settings(max_examples=15, deadline=None)
@given(towns(), st.integers(0, 100))
def test_the_same_seed_gives_the_same_plan(town, seed):
    one, two = (solve(town, effort=QUICK, seed=seed, seconds=60) for _ in range(2))
    assert np.array_equal(one.sector_of, two.sector_of)
    assert one.bound == two.bound


@settings(max_examples=40, deadline=None)
@given(towns(), st.integers(0, 100))
def test_a_walk_never_breaks_a_piece_nor_a_lock_and_counts_right(town, seed):
    found = walk(town, first_plan(town), Schedule(2_000, pairs=0.5), seed)
    figures = measure(town, found.sector_of)
    assert figures.contiguous
    assert town.allowed[np.arange(town.size[0]), found.sector_of].all()
    assert abs(figures.violation - found.violation) < 1e-6
    assert np.isinf(found.objective) or abs(figures.objective - found.objective) < 1e-6


@settings(max_examples=25, deadline=None)
@given(towns(), st.integers(0, 100))
def test_both_bounds_are_below_every_valid_plan_met(town, seed):
    plan = walk(town, first_plan(town), Schedule(3_000), seed).sector_of
    if measure(town, plan).valid:
        proof = Proof(town)
        proof.raise_bound(5)
        most = measure(town, plan).objective + 1e-6
        assert proof.bound <= most
        assert Ascent(town).solve(town.allowed, steps=300).bound <= most


@settings(max_examples=15, deadline=None)
@given(towns(), st.integers(0, 100))
def test_a_recut_is_valid_and_never_worse(town, seed):
    plan = walk(town, first_plan(town), Schedule(500), seed).sector_of
    before, after = measure(town, plan), measure(town, recut_neighbours(town, plan))
    assert after.contiguous
    assert (after.violation, after.objective) <= (before.violation + 1e-9, before.objective + 1e-6)


@settings(max_examples=15, deadline=None)
@given(towns(), st.integers(0, 100), st.integers(0, 2))
def test_locks_and_caps_hold_whatever_is_asked(town, seed, locked):
    sector = locked % town.size[1]
    held = town.current == sector
    frozen = town.allowed.copy()
    frozen[:, sector] = False
    frozen[held] = np.arange(town.size[1]) == sector
    best = solve(
        replace(town, allowed=frozen).wanting(caps=Caps(moved_pct=30)), effort=QUICK, seed=seed, seconds=60
    )
    assert np.array_equal(best.sector_of == sector, held) or not best.figures.valid
    assert best.figures.moved_pct <= 30 + 1e-6 or not best.figures.valid
