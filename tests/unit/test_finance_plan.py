"""Budget and financing plan: every line, to the cent."""

import json

import numpy as np
import pytest

from planning.finance import FinanceError, allocate, financing_plan, operation_budget
from planning.finance.budget import cost_per_unit
from planning.finance.inputs import QUANTITIES
from planning.finance.plan import equity_level, plan_faults
from planning.finance.vat import rental_vat_share
from tests.operations import PARAMETERS, TWELVE, operation, parameters


def test_average_plan_of_2009_closes_with_what_its_shares_lack_on_the_equity(shared):
    case = json.loads((shared / "cases/sites/finance_cases.json").read_text())["plai_average_plan_2009"]
    shares = {name: share / 100 for name, share in case["shares_pct"].items()}
    plan = allocate(case["total_eur"], shares, "fonds_propres")
    assert round(plan.sum(), 2) == case["total_eur"]
    assert plan["pret_cdc_logement"] == round(99855 * 0.409, 2)
    assert plan["fonds_propres"] == pytest.approx(99855 * 0.072, abs=0.05)


def test_shares_that_do_not_make_one_are_refused():
    with pytest.raises(FinanceError, match="must make 1"):
        allocate(1000, {"equity": 0.5, "loan": 0.4}, "equity")


def test_plan_closes_to_the_cent():
    budget = operation_budget(TWELVE, PARAMETERS)
    plan = financing_plan(TWELVE, budget, PARAMETERS, 440_000)
    assert round(plan["amount_eur"].sum(), 2) == round(budget["gross_eur"].sum(), 2)
    assert (plan["amount_eur"] >= 0).all()


def test_lines_bear_the_vat_of_their_kind():
    budget = operation_budget(TWELVE, PARAMETERS)
    mixed = 4 / 12 * 0.055 + 6 / 12 * 0.10 + 2 / 12 * 0.10
    assert budget.at["building", "vat_share"] == pytest.approx(mixed)
    assert budget.at["land_price", "vat_eur"] == 0
    assert budget.at["building", "vat_eur"] == round(
        780 * PARAMETERS["cost.building.small_collective_eur_m2"] * mixed, 2
    )


def test_renewal_lowers_the_vat_of_plus_only():
    shares = TWELVE.shares
    gain = rental_vat_share(PARAMETERS, shares, False) - rental_vat_share(PARAMETERS, shares, True)
    assert gain == pytest.approx(0.5 * (0.10 - 0.055))


def test_unit_costs_rebuild_the_budget():
    unit = cost_per_unit("small_collective", PARAMETERS, rental_vat_share(PARAMETERS, TWELVE.shares, False))
    total = sum(unit.at[name, "cost_eur"] * getattr(TWELVE, name) for name in QUANTITIES)
    assert total == pytest.approx(operation_budget(TWELVE, PARAMETERS)["gross_eur"].sum(), abs=0.2)


def test_an_unknown_quantity_leaves_its_lines_unknown_and_the_plan_refuses():
    unknown = operation(demolition_m2=float("nan"))
    budget = operation_budget(unknown, PARAMETERS)
    assert budget.index[budget["gross_eur"].isna()].tolist() == ["demolition", "interest"]
    with pytest.raises(FinanceError, match="demolition"):
        financing_plan(unknown, budget, PARAMETERS, 1000)


def test_equity_over_the_needs_is_refused():
    with pytest.raises(FinanceError, match="exceed"):
        financing_plan(TWELVE, operation_budget(TWELVE, PARAMETERS), PARAMETERS, 9_000_000)


def test_equity_fills_products_level_by_level():
    caps, shares = np.array([[10.0], [30.0], [50.0]]), np.array([0.5, 0.25, 0.25])
    for equity, level in ((4.0, 4.0), (5.0 + 10.0, 20.0), (5.0 + 7.5 + 10.0, 40.0), (99.0, np.inf)):
        assert equity_level(np.array([equity]), caps, shares)[0] == pytest.approx(level)


def test_pls_loans_under_half_of_their_cost_are_a_fault():
    budget = operation_budget(TWELVE, PARAMETERS)
    fine = financing_plan(TWELVE, budget, PARAMETERS, 400_000)
    thin = financing_plan(TWELVE, budget, PARAMETERS, 2_400_000)
    assert plan_faults(fine, PARAMETERS, TWELVE) == []
    assert plan_faults(thin, PARAMETERS, TWELVE) == ["pls_loans_under_half"]


def test_an_employer_loan_takes_the_place_of_a_building_loan():
    lent = parameters(loan__employer__plus_eur_dwelling=10_000)
    budget = operation_budget(TWELVE, lent)
    amounts = [
        financing_plan(TWELVE, budget, p, 440_000).set_index(["source", "product"])["amount_eur"]
        for p in (PARAMETERS, lent)
    ]
    assert amounts[1]["employer_loan", "plus"] == 60_000
    assert amounts[0]["building_loan", "plus"] - amounts[1]["building_loan", "plus"] == pytest.approx(60_000)


def test_shares_of_products_must_make_one():
    with pytest.raises(FinanceError, match="must be 0 or more and make 1"):
        operation_budget(operation(plai_share=0.5), PARAMETERS)
