"""Refused wishes are explained by numbers, plans by one plain sentence, and the frontier shows the trade."""

from dataclasses import replace

import numpy as np
import pytest

from planning.territory import (
    Caps,
    Effort,
    Locks,
    Priorities,
    TerritoryError,
    floor,
    frontier,
    frontier_table,
    gap_sentence,
    least_change,
    measure,
    obstacles,
    solve,
    worse_sentences,
)
from planning.territory.words import CHANGED, TEMPLATES, Sentence
from tests.towns import every_valid_plan, grid, shared_town

TWO = {"west": (0, 0), "east": (300, 100)}


@pytest.fixture
def block():
    rng = np.random.default_rng(3)
    return grid(2, 4, TWO, tenants=rng.integers(5, 20, 8), work=rng.integers(5, 20, 8), tolerance=0.1)


def test_a_residence_too_heavy_for_any_sector_is_named_with_the_tolerance_it_needs():
    town = grid(1, 4, {"a": (0, 0), "b": (300, 0)}, work=[1.0, 30, 1, 8])
    (obstacle,) = obstacles(town)
    assert obstacle.limit == "tolerance:work"
    assert (obstacle.asked, obstacle.at_least) == (pytest.approx(25), pytest.approx(50))
    assert "the tolerance must be 50.0 % or more" in str(obstacle.sentence)


def test_locks_that_fill_a_sector_beyond_its_limit_are_told():
    town = grid(
        1, 6, {"a": (0, 0), "b": (500, 0)}, tolerance=0.1, locks=Locks(units=dict.fromkeys(range(5), "a"))
    )
    (obstacle,) = obstacles(town)
    assert obstacle.at_least == pytest.approx(100 * (5 / 3 - 1))


def test_a_cap_that_cannot_hold_says_by_how_much(block):
    least = floor(block, "mean_distance_m")
    capped = block.wanting(caps=Caps(mean_distance_m=least - 10))
    told = {obstacle.limit: obstacle for obstacle in obstacles(capped)}
    assert told["mean_distance_m"].at_least == pytest.approx(least)
    assert "the cap is" in str(told["mean_distance_m"].sentence)


def test_caps_and_tolerance_that_cannot_hold_together_say_what_each_would_have_to_be():
    town = grid(1, 6, {"a": (0, 0), "b": (500, 0)}, work=[20.0, 20, 20, 5, 5, 5], tolerance=0.1)
    tight = town.wanting(caps=Caps(moved_pct=100 / 12))
    told = {obstacle.limit: obstacle for obstacle in obstacles(tight)}
    assert told["moved_pct"].at_least == pytest.approx(100 / 6 * 18.75 / 20, rel=1e-3)
    assert told["tolerance:work"].at_least == pytest.approx(100 * (50 / 37.5 - 1), rel=1e-3)
    assert "it is 10.0 %" in str(told["tolerance:work"].sentence)


def test_a_floor_is_below_every_valid_plan(block):
    for axis in ("mean_distance_m", "moved_pct", "border_km"):
        assert (
            floor(block, axis)
            <= min(getattr(measure(block, p), axis) for _, p in every_valid_plan(block)) + 1e-6
        )


def test_nothing_stands_in_the_way_of_a_plan_that_exists(block):
    assert obstacles(block, every_valid_plan(block)[0][1]) == []


def test_the_nearest_plan_says_what_it_exceeds_where_nothing_is_proven(block):
    plan = every_valid_plan(block)[0][1]
    beyond = block.wanting(caps=Caps(border_km=measure(block, plan).border_km - 1e-4))
    told = obstacles(beyond, plan)
    assert told
    assert told[0].limit in ("border_km", "tolerance:work")


def test_a_plan_comes_with_one_sentence_on_its_gap(block):
    best = solve(block, effort=Effort(3, 2, 20_000, 80), seconds=60)
    assert str(gap_sentence(best)) == "This plan is proven best: no valid plan is better."
    looser = replace(best, bound=best.figures.objective * 0.98)
    assert "by more than 2.0 %" in str(gap_sentence(looser))
    assert "see what stands in the way" in str(gap_sentence(replace(best, bound=np.inf)))
    only_change = replace(looser, problem=least_change(block))
    assert str(gap_sentence(only_change)).endswith("than 2.0 %.")


def test_what_is_worse_than_today_is_said(block):
    plan = every_valid_plan(block)[-1][1]
    said = " ".join(map(str, worse_sentences(measure(block, plan), measure(block, block.current))))
    assert "Tenants are further from their office than today" in said


def test_sentences_are_templates_to_translate():
    assert str(Sentence(CHANGED, {"moved_pct": 18.26})) == "18.3 % of tenants change."
    assert CHANGED in TEMPLATES


def test_the_frontier_trades_balance_against_change(shared):
    town = shared_town(shared / "cases" / "sectors")
    choices = frontier(town, tolerances=(0.1, 0.05), seconds=2)
    table = frontier_table(choices)
    assert 3 <= len(table) <= 4
    assert (table["max_deviation_pct"] <= table["tolerance_pct"] + 1e-6).all()
    assert (table["moved_pct"] <= table["cap_pct"] + 1e-6).all()
    assert (table["least_moved_pct"] <= table["moved_pct"]).all()
    assert table["moved_pct"].max() - table["moved_pct"].min() > 2


def test_a_frontier_leaves_out_plans_that_another_beats(block):
    table = frontier_table(frontier(block, tolerances=(0.3, 0.1), seconds=1))
    axes = table[["max_deviation_pct", "moved_pct", "mean_distance_m", "border_km"]].to_numpy()
    for i, row in enumerate(axes):
        others = np.delete(axes, i, axis=0)
        assert not ((others <= row + 1e-9).all(axis=1)).any()


def test_least_change_moves_fewer_tenants_than_the_shared_record(shared):
    town = least_change(shared_town(shared / "cases" / "sectors"))
    best = solve(town, effort=Effort(3, 8, 500_000, 3), seconds=120)
    assert best.figures.valid
    assert best.figures.moved_pct <= 9.6
    assert 7.4 <= floor(town, "moved_pct") <= best.figures.moved_pct


def test_priorities_below_zero_are_refused(block):
    with pytest.raises(TerritoryError, match="0 or more"):
        block.wanting(Priorities(change=-1, border=10))
