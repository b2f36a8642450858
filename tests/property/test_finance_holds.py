"""What must hold of every operation: budgets close, balances follow the rent, answers backwards come back."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from planning.finance import assess_rental, evaluate_rental, financing_plan, operation_budget
from planning.finance.loans import Loan, amortisation, remaining_capital
from planning.finance.operating import operating_account
from planning.finance.plan import equity_level
from planning.finance.solve import Balance, least_equity_eur, possible_worst, worst
from tests.operations import PARAMETERS, operation, table

amounts = st.floats(0, 2_000_000).map(lambda value: round(value, 2))


@st.composite
def operations(draw):
    dwellings = draw(st.integers(3, 40))
    plai, plus = draw(st.tuples(st.floats(0, 1), st.floats(0, 1)))
    total = plai + plus + 0.2
    return operation(
        form=draw(st.sampled_from(["small_collective", "intermediate", "townhouse"])),
        dwellings=dwellings,
        living_area_m2=dwellings * draw(st.floats(30, 95)),
        floor_area_m2=dwellings * 80.0,
        annexes_m2=dwellings * draw(st.floats(0, 20)),
        land_price_eur=draw(amounts),
        plai_share=plai / total,
        plus_share=plus / total,
        pls_share=1 - plai / total - plus / total,
        renewal=draw(st.booleans()),
        lift=draw(st.booleans()),
        rent_zone=draw(st.sampled_from(["1bis", "1"])),
        abc_zone=draw(st.sampled_from(["abis", "a"])),
    )


@given(operations(), st.floats(0, 0.6))
@settings(max_examples=50, deadline=None)
def test_the_plan_is_the_budget_to_the_cent(one, share):
    budget = operation_budget(one, PARAMETERS)
    cost = round(budget["gross_eur"].sum(), 2)
    plan = financing_plan(one, budget, PARAMETERS, cost * share)
    assert round(plan["amount_eur"].sum(), 2) == cost
    assert plan.loc[plan["source"] == "equity", "amount_eur"].iloc[0] == pytest.approx(cost * share, abs=0.1)


@given(operations(), st.floats(1, 20), st.floats(0.1, 5))
@settings(max_examples=30, deadline=None)
def test_balance_rises_with_the_rent(one, rent, more):
    plan = financing_plan(one, operation_budget(one, PARAMETERS), PARAMETERS, 0)
    low, high = (operating_account(one, plan, PARAMETERS, rent=r)["cumulative"] for r in (rent, rent + more))
    assert (high > low).all()


@given(operations(), st.sampled_from(["annual", "cumulative"]))
@settings(max_examples=40, deadline=None)
def test_least_equity_and_land_price_solved_back_give_the_target(one, test):
    least = assess_rental(one, PARAMETERS, equity_eur=0, test=test).figures["least_equity_eur"]
    assume(np.isfinite(least) and least > 0)
    back = assess_rental(one, PARAMETERS, equity_eur=least, test=test).figures
    assert back["worst_eur"] == pytest.approx(0, abs=5)
    assert back["highest_land_eur"] == pytest.approx(one.land_price_eur, abs=20)
    assert back["equilibrium_rent_eur_m2"] == pytest.approx(back["rent_eur_m2"], abs=1e-3)


@given(
    st.floats(1000, 5e6), st.floats(0, 0.08), st.integers(2, 80), st.floats(-0.03, 0.005), st.integers(0, 2)
)
@example(capital=1000.5, rate=5e-324, years=2, growth=0.0, deferral=0)
@settings(max_examples=60, deadline=None)
def test_amortisation_repays_the_capital_and_follows_the_closed_form(capital, rate, years, growth, deferral):
    assume(deferral < years)
    loan = Loan("any", round(capital, 2), rate, years, growth, deferral)
    closing = amortisation(loan)["closing_eur"]
    assert closing.iloc[-1] == 0
    middle = max(1, years // 2)
    rounding = 0.01 * (middle + 1) * (1 + rate) ** middle
    assert closing[middle] == pytest.approx(remaining_capital(loan, middle), abs=rounding)


@given(st.lists(st.floats(0, 1e6), min_size=3, max_size=3), st.floats(0, 1), st.integers(0, 100))
@settings(deadline=None)
def test_equity_is_shared_out_whole(caps, part, seed):
    shares = np.random.default_rng(seed).dirichlet([1, 1, 1])
    needs = np.array(caps)[:, None]
    equity = part * (shares @ needs)
    level = equity_level(equity, needs, shares)
    assert (shares * np.minimum(level, needs[:, 0])).sum() == pytest.approx(equity[0], abs=1e-3)


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_years_left_out_are_never_the_worst(seed):
    rng = np.random.default_rng(seed)
    forms, ratios = rng.normal(size=(3, 40)), rng.uniform(-2, 5, size=(2, 300))
    kept = possible_worst(forms, ratios.min(axis=1), ratios.max(axis=1))
    drivers = (np.ones(300), *ratios)
    np.testing.assert_allclose(worst(kept, *drivers), worst(forms, *drivers))


@given(operations(), st.floats(10_000, 200_000))
@settings(max_examples=30, deadline=None)
def test_dearer_land_never_needs_less_equity(one, more):
    dear = operation(**{**one.frame().iloc[0].to_dict(), "land_price_eur": one.land_price_eur + more})
    found = evaluate_rental(table(one, dear), PARAMETERS)
    assert found["cost_eur"].is_monotonic_increasing
    assert found["least_equity_eur"].is_monotonic_increasing


@given(st.floats(1e5, 3e5), st.floats(2, 30), st.floats(0, 1e5), st.floats(500, 5000))
@settings(max_examples=60, deadline=None)
def test_the_closed_form_is_the_exact_way(other, dwellings, land, rent):
    other, land, rent = other * dwellings, land * dwellings, rent * dwellings
    balance = Balance.of(PARAMETERS, np.array([0.3, 0.5, 0.2]))
    arrays = [np.array([value]) for value in (rent, dwellings, land, other)]
    least = least_equity_eur(balance, *arrays)
    assume(np.isfinite(least[0]) and least[0] > 0)
    years = balance.years(*arrays, least)
    assert years.min() == pytest.approx(0, abs=1)
