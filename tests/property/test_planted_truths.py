"""What is planted in the invented town is found by the indicators."""

import pandas as pd
import pytest

from data.reference import load
from geo.charges import ChargeRules, charges_by_item, compare, outliers, settled_year
from geo.complaints import ComplaintRules, drivers, dwelling_years, standing
from geo.flows import FlowRules, stock_flow_check
from geo.hotspots import hot_spots
from geo.indicators import by_area, delay_indicators, residence_indicators

PARAMETERS = load().set_index("name")["value"].to_dict()
YEAR = {"on": "2026-01-01", "since": "2025-01-01"}


@pytest.fixture(scope="module")
def town(made):
    return made(93048)


@pytest.fixture(scope="module")
def figures(town):
    names = ("residences", "dwellings", "complaints", "households", "turnovers", "charges")
    tables = {name: town.frames[name] for name in names}
    return residence_indicators(**tables, parameters=PARAMETERS, tense=True, **YEAR)


def requests_of(town, category):
    """Count a year's requests of a category by residence, beside the exposure."""
    complaints, residences = town.frames["complaints"], town.frames["residences"]
    year = complaints["opened_at"] >= YEAR["since"]
    chosen = complaints.loc[year & (complaints["category"] == category), "residence_id"]
    exposure = dwelling_years(town.frames["dwellings"], residences.index, **YEAR)
    counts = chosen.value_counts().reindex(residences.index).fillna(0).astype("Int64")
    return pd.DataFrame({"events": counts, "dwelling_years": exposure})


def tally_of(town):
    """Count a year's requests by residence and category."""
    complaints = town.frames["complaints"]
    year = complaints[complaints["opened_at"] >= YEAR["since"]]
    return year.groupby(["residence_id", "category"]).size().rename("requests").reset_index()


def test_abnormal_heating_charge_is_the_first_outlier_by_its_heating(town):
    charges, residences = town.frames["charges"], town.frames["residences"]
    table = charges_by_item(charges, residences.index, year=settled_year(charges))
    found = outliers(compare(table, residences, ChargeRules.of(PARAMETERS)))
    assert found.index[0] == town.truths["abnormal_heating"]
    assert found["item"].iloc[0] == "heating"


@pytest.mark.parametrize(
    ("truth", "category"), [("lift_cluster", "lift"), ("tranquillity_hot_spot", "tranquillity")]
)
def test_planted_cluster_ranks_first_alarms_and_is_driven_by_its_category(town, truth, category):
    counts = requests_of(town, category)
    sectors = town.frames["residences"]["sector_id"]
    found = standing(counts, ComplaintRules.of(PARAMETERS), events="events", group=sectors)
    first = found["rank"].idxmin()
    assert first == town.truths[truth]
    assert found.loc[first, "standing"] == "alarm_high"
    causes = drivers(tally_of(town), counts["dwelling_years"], [first])
    assert causes.index[0] == category
    assert causes["times_low"].iloc[0] > 2


def test_tranquillity_hot_spot_is_in_a_hot_neighbourhood(town):
    rules, residences = ComplaintRules.of(PARAMETERS), town.frames["residences"]
    rates = standing(requests_of(town, "tranquillity"), rules, events="events", group=residences["sector_id"])
    distance_m = PARAMETERS["complaints.hot_spot_distance_m"]
    found = hot_spots(residences, rates["shrunken_rate"], distance_m=distance_m)
    assert found.loc[town.truths["tranquillity_hot_spot"], "kind"] == "hot"


def test_overloaded_agency_has_most_requests_latest_answers_and_longest_closing(town, figures):
    agencies = by_area(town.frames["residences"], figures, "agency_id")
    overloaded = town.truths["overloaded_agency"]
    assert agencies["complaints_per_100"].idxmax() == overloaded
    assert agencies["first_answer_share"].idxmin() == overloaded
    delays = delay_indicators(
        town.frames["residences"]["agency_id"], town.frames["complaints"], town.frames["turnovers"], **YEAR
    )
    others = delays.drop(index=overloaded)
    assert delays.loc[overloaded, "closing_median_low_days"] > others["closing_median_high_days"].max()


def test_vacancy_of_the_town_is_its_flow_times_its_duration(town):
    rules = FlowRules.of(PARAMETERS)
    check = stock_flow_check(town.frames["turnovers"], town.frames["dwellings"], rules, **YEAR)
    assert check["gap"].abs().max() < 0.0025


def test_norms_of_crowding_are_orders_of_magnitude_apart(town, figures):
    stock = by_area(town.frames["residences"], figures).loc["all"]
    assert 0.17 < stock["under_occupied_share"] < 0.21
    assert 0.22 < stock["overcrowded_insee_share"] < 0.29
    assert stock["over_occupied_area_share"] < 0.002
