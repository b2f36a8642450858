"""What a territory problem accepts and refuses, and how a plan is measured."""

import numpy as np
import pandas as pd
import pytest

from planning.territory import (
    Balance,
    Locks,
    Priorities,
    TerritoryError,
    by_sector,
    measure,
    movers,
    territory,
    workload,
    worse_than,
)
from tests.towns import grid

TWO = {"west": (0, 0), "east": (300, 0)}


@pytest.fixture
def street():
    """Four cells in a row, an office at each end."""
    return grid(1, 4, TWO)


def test_figures_of_a_plan_are_those_one_counts_by_eye(street):
    figures = measure(street, np.array([0, 0, 0, 1]))
    assert figures.mean_distance_m == pytest.approx((0 + 100 + 200 + 0) / 4)
    assert figures.moved_pct == pytest.approx(25)
    assert figures.border_km == pytest.approx(0.1)
    assert figures.max_deviation_pct == pytest.approx(50)
    assert figures.objective == pytest.approx(75 + 2 * 25 + 10 * 0.1)


def test_a_sector_in_two_pieces_is_not_contiguous(street):
    assert not measure(street, np.array([0, 1, 0, 1])).contiguous


def test_a_plan_without_one_of_its_sectors_is_not_valid(street):
    assert not measure(street, np.zeros(4, int)).valid


def test_the_unit_nearest_to_an_office_belongs_to_its_sector(street):
    assert street.allowed.tolist() == [[True, False], [True, True], [True, True], [False, True]]


def test_two_offices_at_one_residence_take_two_units():
    town = grid(1, 4, {"a": (0, 0), "b": (10, 0)})
    assert town.allowed[:2].tolist() == [[True, False], [False, True]]


def test_the_table_by_sector_says_who_comes_and_who_leaves(street):
    table = by_sector(street, np.array([0, 0, 0, 1]))
    assert table["work_deviation_pct"].tolist() == pytest.approx([50, -50])
    assert table["arriving_pct"].tolist() == pytest.approx([25, 0])
    assert table["leaving_pct"].tolist() == pytest.approx([0, 25])


def test_movers_are_listed_with_where_from_and_where_to(street):
    assert movers(street, np.array([0, 0, 0, 1])).to_numpy().tolist() == [[25.0, "east", "west"]]


def test_a_plan_worse_than_today_says_on_which_axis(street):
    today, plan = measure(street, street.current), measure(street, np.array([0, 0, 0, 1]))
    assert worse_than(plan, today) == ("max_deviation_pct", "mean_distance_m")


def test_a_locked_sector_neither_gives_nor_takes_and_is_left_out_of_the_balance():
    town = grid(1, 6, {"a": (0, 0), "b": (200, 0), "c": (500, 0)}, locks=Locks(sectors=frozenset({"a"})))
    assert town.allowed[:, 0].tolist() == [True, True, False, False, False, False]
    assert town.target[:, 0].tolist() == pytest.approx([0, 20, 20])


def test_a_pinned_unit_may_go_nowhere_else():
    town = grid(1, 4, TWO, locks=Locks(units={1: "east"}))
    assert town.allowed[1].tolist() == [False, True]


def test_a_lock_against_a_locked_sector_is_refused():
    with pytest.raises(TerritoryError, match="a locked sector says otherwise"):
        grid(1, 4, TWO, locks=Locks(units={0: "east"}, sectors=frozenset({"west"})))


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("tenants", np.nan, "residence 'b': `tenants` is missing"),
        ("work", -1.0, "residence 'b': `work` is missing or not a number of 0 or more"),
        ("x", np.inf, "residence 'b': `x`"),
    ],
)
def test_a_figure_that_is_unknown_is_named_and_never_taken_for_zero(column, value, fault):
    units = pd.DataFrame(
        {"x": [0.0, 1], "y": 0.0, "tenants": 1.0, "work": 1.0, "sector": "p"}, index=["a", "b"]
    )
    units.loc["b", column] = value
    with pytest.raises(TerritoryError, match=fault):
        make(units, [("a", "b")])


def test_residences_that_no_neighbour_joins_are_named():
    units = pd.DataFrame(
        {"x": [0.0, 1, 2], "y": 0.0, "tenants": 1.0, "work": 1.0, "sector": "p"}, index=list("abc")
    )
    with pytest.raises(TerritoryError, match="2 separate parts; residence 'c'"):
        make(units, [("a", "b")])


def test_an_unknown_neighbour_is_refused_with_its_row():
    units = pd.DataFrame(
        {"x": [0.0, 1], "y": 0.0, "tenants": 1.0, "work": 1.0, "sector": "p"}, index=list("ab")
    )
    with pytest.raises(TerritoryError, match="neighbours, row 2"):
        make(units, [("a", "b"), ("a", "z")])


def test_workload_is_a_weighted_sum_and_unknown_stays_unknown():
    stock = pd.DataFrame({"dwellings": [10, 20], "complaints": [4, None]})
    assert workload(stock, {"dwellings": 1, "complaints": 2.5}).tolist()[0] == 20
    assert workload(stock, {"dwellings": 1, "complaints": 2.5}).isna().tolist() == [False, True]
    with pytest.raises(TerritoryError, match="no column lifts"):
        workload(stock, {"lifts": 1})


def make(units, pairs):
    edges = pd.DataFrame(pairs, columns=["unit_a", "unit_b"]).assign(border_m=1.0)
    offices = pd.DataFrame({"x": [0.0], "y": [0.0]}, index=["p"])
    return territory(units, offices, edges, balance=[Balance("work", 0.1)], priorities=Priorities(1, 1))
