"""Offices chosen among candidates, and sectors grouped into agencies."""

import numpy as np
import pandas as pd
import pytest

from planning.territory import (
    Balance,
    Effort,
    Priorities,
    TerritoryError,
    agencies_over,
    candidates,
    choose_offices,
    open_and_draw,
    solve,
)
from planning.territory.offices import _local_search
from tests.towns import grid, public_p_median

PATIENT = 600.0  # the solver ends by its proof: a limit that the clock reaches would change what it finds
FIVE = {"a": (0, 0), "b": (100, 0), "c": (250, 0), "d": (400, 0), "e": (500, 0)}


@pytest.fixture
def street():
    """Six residences in a row, five candidate offices."""
    return candidates(grid(1, 6, FIVE, priorities=Priorities(0, 0), tolerance=0.4), 2)


def test_two_offices_of_five_are_those_that_shorten_ways_most(street):
    chosen = choose_offices(street, 2, seconds=PATIENT)
    assert list(street.sectors[chosen.opened]) == ["b", "d"]
    assert chosen.objective == pytest.approx((100 + 0 + 100) * 2 / 6)
    assert chosen.gap_pct == pytest.approx(0, abs=1e-6)


def test_an_office_that_is_kept_stays_open(street):
    chosen = choose_offices(street, 2, kept=[0], seconds=PATIENT)
    assert 0 in chosen.opened


def test_the_territory_of_the_chosen_offices_is_drawn(street):
    chosen, drawn = open_and_draw(street, 2, seconds=PATIENT)
    assert drawn.figures.valid
    assert drawn.sector_of.tolist() == [0, 0, 0, 1, 1, 1]
    assert list(drawn.problem.sectors) == list(street.sectors[chosen.opened])


def test_more_offices_than_candidates_is_refused(street):
    with pytest.raises(TerritoryError, match="6 offices asked for, 5 candidates"):
        choose_offices(street, 6)


def test_a_choice_that_no_limit_allows_is_refused():
    heavy = candidates(grid(1, 6, FIVE, work=[50.0, 1, 1, 1, 1, 1], tolerance=0.1), 2)
    with pytest.raises(TerritoryError, match="no choice of offices"):
        choose_offices(heavy, 2, whole=True)


def test_too_many_candidates_to_draw_is_refused():
    town = grid(5, 5, {f"c{i}": (100.0 * (i % 5), 100.0 * (i // 5)) for i in range(21)})
    with pytest.raises(TerritoryError, match="keep the 20 likeliest"):
        open_and_draw(town, 3)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_public_problems_of_50_points_are_solved_to_their_best_known_value(shared, number):
    best, problem, count = public_p_median(shared / "cases" / "sectors" / "pmedcap1.txt", number)
    chosen = choose_offices(problem, count, whole=True, seconds=PATIENT)
    carried = np.bincount(chosen.office_of, problem.loads[:, 0])
    assert (round(chosen.objective), round(chosen.bound, 3)) == (best, best)
    assert carried.max() <= 120


@pytest.mark.parametrize("number", [11])
def test_the_local_search_alone_comes_near_on_100_points(shared, number):
    best, problem, count = public_p_median(shared / "cases" / "sectors" / "pmedcap1.txt", number)
    opened, office_of = _local_search(problem, count, ())
    value = problem.metres[np.arange(100), opened[office_of]].sum()
    assert best <= value <= 1.02 * best


def test_sectors_are_grouped_into_agencies_whose_figures_are_the_tenants_own():
    town = grid(4, 4, {"nw": (0, 0), "ne": (300, 0), "sw": (0, 300), "se": (300, 300)}, tolerance=0.1)
    plan = solve(town, effort=Effort(1, 2, 5_000, 5), seconds=60).sector_of
    units = pd.DataFrame(
        {"x": [100.0 * (i % 4) for i in range(16)], "y": [100.0 * (i // 4) for i in range(16)]}
    )
    units["agency"] = ["north"] * 8 + ["south"] * 8
    offices = pd.DataFrame({"x": [150.0, 150.0], "y": [0.0, 300.0]}, index=["north", "south"])
    upper = agencies_over(
        town, plan, units, offices, balance=[Balance("work", 0.1)], priorities=Priorities(2, 10)
    )
    best = solve(upper, effort=Effort(2, 2, 5_000, 10), seconds=60)
    agency_of = pd.Series(upper.sectors[best.sector_of], upper.units)
    assert agency_of.to_dict() == {"nw": "north", "ne": "north", "sw": "south", "se": "south"}
    assert best.figures.moved_pct == 0
    assert best.figures.border_km == pytest.approx(0.4)
    assert best.gap_pct < 0.01


def test_more_agencies_than_sectors_is_refused():
    town = grid(2, 2, {"a": (0, 0), "b": (100, 100)})
    units = pd.DataFrame({"x": 0.0, "y": 0.0, "agency": "p"}, index=town.units)
    offices = pd.DataFrame({"x": [0.0] * 3, "y": 0.0}, index=list("pqr"))
    with pytest.raises(TerritoryError, match="3 agencies cannot share 2 sectors"):
        agencies_over(
            town, town.current, units, offices, balance=[Balance("work", 1)], priorities=Priorities(1, 1)
        )
