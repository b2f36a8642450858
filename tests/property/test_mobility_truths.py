"""What is planted in the invented town is found by the exchanges; what is told of households hides small cells."""

import pandas as pd
import pytest

from data.reference import load
from geo.occupancy import OccupancyRules, occupancy_status
from geo.relets import shorter
from geo.suppression import PrivacyRules
from planning.exchanges import ExchangeRules, exchange_case, propose
from planning.mobility import who_may_move

PARAMETERS = load().set_index("name")["value"].to_dict() | {"exchanges.longest_distance_m": 6000.0}


@pytest.fixture(scope="module")
def town(made):
    return made(93048)


def test_planted_ring_is_found_and_no_two_of_it_can_swap(town):
    ring = list(town.truths["exchange_cycle"])
    frames = town.frames
    case = exchange_case(
        frames["households"].loc[ring], frames["dwellings"], frames["residences"], OccupancyRules.of(PARAMETERS),
        ExchangeRules.of(PARAMETERS), tense=True, with_vacant=False,
    )  # fmt: skip
    assert propose(case, longest_cycle=2).served == 0
    assert set(propose(case, longest_cycle=3).moves[0].members) == set(ring)


def test_no_row_rests_on_fewer_households_than_the_rule(town):
    frames, rules = town.frames, PrivacyRules.of(PARAMETERS)
    status = occupancy_status(
        frames["households"], frames["dwellings"], OccupancyRules.of(PARAMETERS), tense=True
    )
    table = who_may_move(status, frames["households"], frames["residences"], rules)
    shown = table[~table["hidden"]]
    assert (shown["households"] >= rules.least_households - rules.rounding_count / 2).all()
    assert table.loc[table["hidden"], "under_occupied"].isna().all()
    counts = shown.drop(columns="hidden")
    assert (counts.isna() | (counts % 5 == 0)).all(axis=None)


def test_no_count_under_the_least_number_is_told_not_even_as_none(town):
    frames, rules = town.frames, PrivacyRules.of(PARAMETERS)
    status = occupancy_status(
        frames["households"], frames["dwellings"], OccupancyRules.of(PARAMETERS), tense=True
    )
    table = who_may_move(status, frames["households"], frames["residences"], rules).drop(columns="hidden")
    assert table.isna().any(axis=None)
    assert (table.min() >= rules.least_households - rules.rounding_count / 2).all()


def test_sectors_never_say_more_than_the_stock(town):
    frames, rules = town.frames, PrivacyRules.of(PARAMETERS)
    status = occupancy_status(
        frames["households"], frames["dwellings"], OccupancyRules.of(PARAMETERS), tense=True
    )
    args = (status, frames["households"], frames["residences"], rules)
    whole = who_may_move(*args, area=None).xs("all")
    parts = who_may_move(*args).groupby("public")["households"].sum()
    assert (parts <= whole["households"] + 5 * 12).all()
    assert pd.Index(parts.index).equals(whole.index)


def test_thirty_days_less_give_what_the_identity_predicts_for_the_town(town):
    turnovers, on = town.frames["turnovers"], pd.Timestamp("2026-01-01")
    sooner = turnovers["lease_start_on"] - pd.Timedelta(days=30)
    year = {"on": on, "since": on - pd.DateOffset(years=1)}
    let = int(town.frames["dwellings"]["let_status"].isin(["let", "vacant_offered"]).sum())
    told = shorter(turnovers, sooner, let, **year)
    gained = told.loc["gain", "mean_days"]  # under 30 by those let within 30 days
    assert 29.5 < gained <= 30
    assert told.loc["gain", "vacancy"] == pytest.approx(told.loc["before", "relets"] / let * gained / 365)
