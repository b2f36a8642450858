"""The account year by year, its answers backwards, and the table of many operations."""

import numpy as np
import pytest

from planning.finance import FinanceError, Reading, assess_rental, evaluate_rental
from planning.finance.operating import cumulated
from tests.operations import PARAMETERS, TWELVE, default_shares, operation, parameters, table

ANSWERS = (
    "least_equity_eur",
    "equilibrium_rent_eur_m2",
    "highest_land_eur",
    "npv_eur",
    "rent_eur_m2",
    "cost_eur",
)


@pytest.fixture(scope="module")
def assessed():
    return assess_rental(TWELVE, PARAMETERS)


def test_charges_start_after_their_lag_and_the_tax_after_its_exemption(assessed):
    account = assessed.account
    assert len(account) == 60
    assert (account.index[account["upkeep"] < 0][0], account.index[account["major_works"] < 0][0]) == (4, 6)
    assert account.index[account["property_tax"] < 0][0] == 26


def test_annuities_end_with_their_loans(assessed):
    account = assessed.account
    assert account.index[account["building_loan"] < 0][-1] == 40
    assert account.index[account["land_loan"] < 0][-1] == 50


def test_net_is_the_sum_of_the_lines_and_the_balance_their_running_sum(assessed):
    account = assessed.account
    lines = account.drop(columns=["net", "cumulative"])
    np.testing.assert_allclose(account["net"], lines.sum(axis=1))
    np.testing.assert_allclose(account["cumulative"], account["net"].cumsum())


def test_treasury_interest_runs_on_the_balance():
    assert cumulated([100.0, 10.0, -20.0], 0.1).tolist() == pytest.approx([100.0, 120.0, 112.0])


@pytest.mark.parametrize("test", ["cumulative", "annual"])
def test_with_the_least_equity_the_worst_year_is_just_nil(test):
    least = assess_rental(TWELVE, PARAMETERS, test=test).figures["least_equity_eur"]
    figures = assess_rental(TWELVE, PARAMETERS, equity_eur=least, test=test).figures
    assert figures["worst_eur"] == pytest.approx(0, abs=1)
    assert figures["equilibrium_rent_eur_m2"] == pytest.approx(figures["rent_eur_m2"], abs=1e-4)
    assert figures["highest_land_eur"] == pytest.approx(TWELVE.land_price_eur, abs=1)


def test_the_internal_rate_makes_the_equity_worth_nothing_more():
    rich = assess_rental(
        operation(land_price_eur=0), parameters(index__livret_a_share=0.0), equity_eur=900_000
    )
    rate = rich.figures["irr_share"]
    years = rich.account.index.to_numpy()
    assert -900_000 + (rich.account["net"] / (1 + rate) ** years).sum() == pytest.approx(0, abs=1)


def test_land_that_does_not_balance_even_free_tells_the_equity_lacking():
    figures = assess_rental(TWELVE, PARAMETERS, equity_eur=100_000).figures
    free = assess_rental(operation(land_price_eur=0), PARAMETERS, equity_eur=100_000).figures
    assert figures["highest_land_eur"] < 0
    assert figures["highest_land_eur"] == pytest.approx(100_000 - free["least_equity_eur"], abs=1)


def test_a_path_of_the_livret_a_moves_the_annuities():
    path = {"index.livret_a_share": [PARAMETERS["index.livret_a_share"]] * 5 + [0.03]}
    steady, moved = (
        assess_rental(TWELVE, PARAMETERS, paths=p).account["building_loan"] for p in (None, path)
    )
    np.testing.assert_allclose(moved[:5], steady[:5])
    assert moved[6] < steady[6] * 1.1


def test_the_table_says_of_many_what_the_sheet_says_of_one():
    forms = ("small_collective", "intermediate", "townhouse")
    ones = [default_shares(operation(form=form, renewal=form == "townhouse", lift=False)) for form in forms]
    found = evaluate_rental(table(*ones), PARAMETERS)
    for row, one in enumerate(ones):
        figures = assess_rental(one, PARAMETERS).figures
        for name in ANSWERS:
            assert found.at[row, name] == pytest.approx(figures[name], rel=1e-6, abs=1), name


def test_land_with_vat_of_the_product_has_its_highest_price_too():
    taxed = parameters(vat__kind__land_price=1)
    ones = [default_shares(operation(renewal=renewal)) for renewal in (False, True)]
    found = evaluate_rental(table(*ones), taxed)["highest_land_eur"]
    expected = [assess_rental(one, taxed).figures["highest_land_eur"] for one in ones]
    assert found.tolist() == pytest.approx(expected, rel=1e-6, abs=1)


def test_leaving_out_years_that_cannot_be_the_worst_changes_nothing():
    ones = [
        default_shares(operation(land_price_eur=100_000.0 * rank, dwellings=8 + rank)) for rank in range(9)
    ]
    together = evaluate_rental(table(*ones), PARAMETERS)
    for row, one in enumerate(ones):
        alone = evaluate_rental(table(one), PARAMETERS)
        np.testing.assert_allclose(together.loc[row], alone.loc[0], rtol=1e-9)


def test_an_unknown_land_price_still_has_a_highest_one():
    found = evaluate_rental(table(default_shares(operation(land_price_eur=float("nan")))), PARAMETERS)
    assert found["least_equity_eur"].isna().all()
    assert found["highest_land_eur"].notna().all()


def test_unknown_annexes_leave_rent_and_equity_unknown_and_the_cost_known():
    found = evaluate_rental(table(default_shares(operation(annexes_m2=float("nan")))), PARAMETERS)
    assert found[["rent_eur_m2", "least_equity_eur"]].isna().all(axis=None)
    assert found["cost_eur"].notna().all()


def test_what_costs_nothing_may_stay_unknown():
    free = parameters(cost__pollution_eur_m2=0)
    found = evaluate_rental(table(default_shares(operation(pollution_m2=float("nan")))), free)
    known = evaluate_rental(table(default_shares(operation(pollution_m2=50.0))), free)
    assert found.loc[0].tolist() == known.loc[0].tolist()


def test_absent_columns_are_all_named():
    with pytest.raises(FinanceError, match=r"'lift', 'rent_zone'"):
        evaluate_rental(table(TWELVE).drop(columns=["lift", "rent_zone"]), PARAMETERS)


def test_only_the_figures_wanted_are_found():
    found = evaluate_rental(table(TWELVE), PARAMETERS, figures=("least_equity_eur",))
    whole = evaluate_rental(table(TWELVE), PARAMETERS)
    assert found.columns.tolist() == ["least_equity_eur"]
    assert found.at[0, "least_equity_eur"] == pytest.approx(whole.at[0, "least_equity_eur"])
    with pytest.raises(FinanceError, match="profit"):
        evaluate_rental(table(TWELVE), PARAMETERS, figures=("profit",))


def test_no_operation_makes_an_empty_table():
    assert evaluate_rental(table(TWELVE).iloc[:0], PARAMETERS).shape == (0, 7)


def test_an_unknown_test_is_refused():
    with pytest.raises(FinanceError, match="weekly"):
        evaluate_rental(table(TWELVE), PARAMETERS, test="weekly")


def test_a_sheet_says_which_figures_are_assumed_and_which_are_out_of_date(assessed):
    assert "rent.plus.zone_1bis_eur_m2" in assessed.assumed
    assert "charge.rls_share" not in assessed.assumed
    assert assessed.expired == ()


def test_an_expired_livret_a_is_said_aloud():
    from datetime import date

    from data.reference import load
    from planning.parameters import Parameters

    late = Parameters.from_frame(load(date(2026, 11, 22)))
    assert assess_rental(TWELVE, late).expired == ("index.livret_a_share",)


def test_the_table_too_can_say_which_parameters_it_read():
    reading = Reading(PARAMETERS)
    evaluate_rental(table(TWELVE), reading)
    assert "charge.rls_share" in reading.used.index
    assert "ownership.loan_years" not in reading.used.index
    assert set(reading.used["status"]) <= {"law", "published", "assumed"}
