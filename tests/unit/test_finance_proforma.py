"""The market's pro forma against the figures of UrbanSim's own tests (feet and dollars)."""

import json

import pandas as pd
import pytest

from planning.finance import FinanceError
from planning.finance.proforma import market_forms_table, market_proforma, residual_land
from tests.market import COSTS, FORMS


@pytest.fixture(scope="module")
def cases(shared):
    return json.loads((shared / "cases/sites/proforma_cases.json").read_text())


def feasible(parcels: pd.DataFrame) -> dict[str, int]:
    return {
        name: int(market_proforma(parcels, form, COSTS)["feasible"].sum()) for name, form in FORMS.items()
    }


def test_first_parcel_of_the_reasonable_case_is_found_exactly(cases):
    case = cases["reasonable"]
    found = market_proforma(pd.DataFrame(case["parcels"]), FORMS[case["form"]], COSTS)
    first, expected = found.iloc[0], case["first"]
    assert found["feasible"].sum() == case["feasible"]
    assert first["ratio"] == expected["max_profit_far"]
    assert first["floor_area"] == expected["building_sqft"]
    assert first["building_cost"] == pytest.approx(expected["building_cost"])
    assert first["total_cost"] == pytest.approx(expected["total_cost"])
    assert first["revenue"] == pytest.approx(expected["building_revenue"])
    assert first["profit"] == pytest.approx(expected["max_profit"])
    assert (first["storeys"], first["parking"]) == (expected["stories"], expected["parking_config"])
    assert first["let_area"] == expected["residential_sqft"]


def test_feasible_forms_of_the_simple_case_are_those_published(cases):
    case = cases["simple"]
    parcels = pd.DataFrame(case["parcels"])
    assert feasible(parcels) == case["feasible_by_form"]
    found = market_proforma(parcels, FORMS["residential"], COSTS)
    assert found["profit"].tolist() == pytest.approx(case["residential_max_profit"])
    assert found["building_cost"].tolist() == pytest.approx(case["residential_building_cost"])
    assert set(found["parking"]) == {case["parking_config"]}


def test_land_twenty_times_dearer_leaves_no_form(cases):
    parcels = pd.DataFrame(cases["simple"]["parcels"])
    assert not any(feasible(parcels.assign(land_cost=parcels["land_cost"] * 20)).values())


def test_no_dwelling_allowed_leaves_no_building_of_dwellings(cases):
    parcels = pd.DataFrame(cases["simple"]["parcels"]).assign(max_dwellings=0.0, dwelling_size=1000.0)
    assert feasible(parcels)["residential"] == 0


def test_average_cost_never_falls_by_more_than_a_tenth_as_the_ratio_rises():
    for form in FORMS.values():
        for _, table in market_forms_table(form, COSTS).dropna().groupby("parking"):
            assert (table["unit_cost"].pct_change().dropna() > -0.1).all()


def test_several_alternatives_a_parcel_come_best_first(cases):
    parcels = pd.DataFrame(cases["simple"]["parcels"])
    kept = market_proforma(parcels, FORMS["residential"], COSTS, keep=4)
    assert len(kept) == 12
    assert kept.groupby(level=0)["profit"].is_monotonic_decreasing.all()


def test_the_residual_land_price_leaves_no_profit(cases):
    parcels = pd.DataFrame(cases["simple"]["parcels"])
    found = market_proforma(parcels, FORMS["residential"], COSTS)
    paid = market_proforma(parcels.assign(land_cost=residual_land(found)), FORMS["residential"], COSTS)
    assert paid["profit"].tolist() == pytest.approx([0, 0, 0], abs=1e-6)


def test_a_parcel_without_any_zoning_limit_gets_no_building(cases):
    parcels = pd.DataFrame(cases["simple"]["parcels"]).assign(max_far=float("nan"), max_height=float("nan"))
    assert market_proforma(parcels, FORMS["residential"], COSTS)["profit"].isna().all()


def test_parcels_without_rents_are_refused(cases):
    parcels = pd.DataFrame(cases["simple"]["parcels"]).drop(columns="residential")
    with pytest.raises(FinanceError, match="residential"):
        market_proforma(parcels, FORMS["residential"], COSTS)
