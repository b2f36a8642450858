"""The programme is the one that trying every programme finds; what cannot be met is told with the least to relax."""

from functools import lru_cache

import numpy as np
import pandas as pd
import pytest

from planning.programme import (
    Infeasible,
    ProgrammeError,
    Targets,
    against_targets,
    band,
    frontier,
    plan,
    reserves,
    what_if,
    what_to_relax,
)
from tests.programmes import YEARS, broken, every_programme, options, targets, worth
from views.shared.i18n import error_words

WEIGHTS = {"dwellings": 1.0, "quality": 0.5, "need": 0.3, "equity": 0.2}


@lru_cache
def tried(seed: int) -> list[tuple[frozenset, float]]:
    """Every programme of an instance: what it breaks, and its worth."""
    table, wanted = options(seed), targets(seed)
    every = every_programme(table)
    return [(frozenset(broken(table, wanted, c)), worth(table, c, WEIGHTS)) for c in every]


@pytest.mark.parametrize("seed", range(25))
def test_small_instance_has_the_programme_that_trying_all_finds(seed):
    table, wanted = options(seed), targets(seed)
    allowed = [value for faults, value in tried(seed) if not faults]
    if allowed:
        found = plan(table, wanted, WEIGHTS, gap=0.0)
        assert found.worth == pytest.approx(max(allowed), abs=1e-9)
        assert broken(table, wanted, list(found.chosen["start_year"].items())) == set()
    else:
        with pytest.raises(Infeasible):
            plan(table, wanted, WEIGHTS)
        relaxed = what_to_relax(table, wanted, WEIGHTS)
        assert len(relaxed.targets) == min(len(faults) for faults, _ in tried(seed))


def test_instances_are_of_both_kinds():
    assert {any(not faults for faults, _ in tried(seed)) for seed in range(25)} == {True, False}


WIDE = Targets(YEARS, ownership_least=None)


def test_pinned_operation_is_in_and_removed_site_is_out():
    found = plan(options(1), WIDE, pinned={"O0": 2027}, removed=["S1"])
    assert found.chosen.loc["O0", "start_year"] == 2027
    assert "S1" not in set(found.chosen["site_id"])


def test_what_if_mends_the_programme_around_a_removed_site():
    table = options(7, 8)
    first = plan(table, WIDE)
    gone = first.chosen["site_id"].iloc[0]
    mended = what_if(first, table, WIDE, removed=[gone])
    assert gone not in set(mended.chosen["site_id"])
    assert mended.worth == pytest.approx(plan(table, WIDE, removed=[gone]).worth, rel=0.01)


def test_pin_before_the_land_is_secured_is_refused():
    table = options(1).assign(earliest_year=2027)
    with pytest.raises(ProgrammeError, match="take the pin off"):
        plan(table, WIDE, pinned={"O0": 2026})


def test_one_site_takes_one_option_only():
    found = plan(options(2), WIDE)
    assert not found.chosen["site_id"].duplicated().any()


def test_year_without_ownership_is_the_one_target_to_relax():
    table = options(3).query("tenure == 'rental'")
    relaxed = what_to_relax(table, Targets((2027,), ownership_least=1))
    assert relaxed.targets[["kind", "of", "asked", "reached"]].to_numpy().tolist() == [
        ["ownership", 2027, 1, 0]
    ]


def test_option_of_unknown_cost_is_not_planned():
    table = options(4)
    table.loc["O0", "cost_eur"] = np.nan
    assert "O0" not in plan(table, WIDE).chosen.index


def test_quantity_and_quality_stand_side_by_side():
    found = plan(options(5), WIDE)
    told = against_targets(found, WIDE)
    assert told["dwellings"].sum() == found.chosen["dwellings"].sum()
    assert told["quality"].dropna().between(0, 1).all()


def test_frontier_gives_fewer_dwellings_for_more_quality():
    table = frontier(options(6, 6), WIDE, points=4)
    assert table["dwellings"].is_monotonic_decreasing
    assert table["quality"].iloc[-1] > table["quality"].iloc[0]


def two(sizes=(10, 20)):
    return pd.DataFrame(
        {"start_year": [2026, 2026], "dwellings": sizes, "site_id": ["S0", "S1"]}, index=["a", "b"]
    )


def test_expected_dwellings_and_band_are_those_of_the_four_outcomes():
    told = band(two(), pd.Series({"a": 0.5, "b": 0.5}))
    assert told.loc["all", ["planned", "expected", "low", "high"]].tolist() == [30, 15, 0, 30]


def test_sure_sites_have_no_band():
    told = band(two(), pd.Series({"a": 0.0, "b": 0.0}))
    assert told.loc[2026, ["expected", "low", "high"]].tolist() == [30, 30, 30]


def test_site_to_secure_first_is_the_one_that_spares_most_dwellings():
    spare = pd.DataFrame({"site_id": ["S2"], "dwellings": [4], "earliest_year": [2026]}, index=["c"])
    found = reserves(two(), pd.concat([two(), spare]), pd.Series({"a": 0.5, "b": 0.5, "c": 0.0}), target=30)
    assert found.index[0] == "b"
    assert found.loc["b", "gain"] == pytest.approx(10)
    assert found.loc["c", "action"] == "reserve"


def test_refusal_is_said_in_the_language_of_the_reader():
    error = ProgrammeError("option {option!r} stands twice: keep one", option="O1")
    assert str(error) == "option 'O1' stands twice: keep one"
    assert error_words(error, "fr") == "l’option 'O1' figure deux fois : n’en gardez qu’une"
