"""Annuities: the closed form, the table to the cent, the published cases."""

import json

import numpy as np
import pytest

from planning.finance.inputs import FinanceError
from planning.finance.loans import Loan, amortisation, annuities_per_euro, first_annuity, remaining_capital


@pytest.fixture(scope="module")
def cases(shared):
    return json.loads((shared / "cases/sites/finance_cases.json").read_text())["loan_annuities"]


def test_published_annuities_are_found_to_the_cent(cases):
    for case in cases:
        due = first_annuity(case["capital"], case["rate"], case["years"], case["progression"])
        assert round(float(due), 2) == case.get("annuity", case.get("first_annuity"))


def test_tables_of_the_published_loans_end_at_zero(cases):
    for case in cases:
        loan = Loan("case", case["capital"], case["rate"], case["years"], case["progression"])
        table = amortisation(loan)
        assert table["closing_eur"].iloc[-1] == 0
        assert round(table["principal_eur"].sum(), 2) == case["capital"]


def test_annuities_of_the_table_are_those_of_the_closed_form_to_the_cent():
    loan = Loan("plus", 1_234_567.89, 0.021, 40, 0.005)
    first = first_annuity(loan.capital_eur, 0.021, 40, 0.005)
    expected = np.round(first * 1.005 ** np.arange(39), 2)
    np.testing.assert_allclose(amortisation(loan)["annuity_eur"].iloc[:-1], expected, atol=1e-9)


def test_capital_due_by_closed_form_follows_the_table():
    loan = Loan("plai", 300_000.0, 0.013, 50)
    closing = amortisation(loan)["closing_eur"]
    for year in (1, 10, 25, 49):
        assert remaining_capital(loan, year) == pytest.approx(closing[year], abs=0.5)


def test_only_interest_is_paid_during_the_deferral():
    table = amortisation(Loan("plus", 100_000.0, 0.02, 40, deferral_years=2))
    assert table["annuity_eur"].iloc[:2].tolist() == [2000.0, 2000.0]
    assert table["principal_eur"].iloc[:2].tolist() == [0.0, 0.0]
    assert table["closing_eur"].iloc[-1] == 0


def test_constant_rates_give_the_annuities_of_the_closed_form():
    due = annuities_per_euro(np.full(60, 0.021), 40, 0.005)
    np.testing.assert_allclose(due[:40], first_annuity(1.0, 0.021, 40, 0.005) * 1.005 ** np.arange(40))
    assert not due[40:].any()


def test_a_rise_of_the_livret_a_raises_the_annuities_that_follow():
    due = annuities_per_euro(np.r_[np.full(10, 0.02), np.full(50, 0.03)], 40)
    assert due[9] == pytest.approx(due[0])
    assert due[10] > due[9]


def test_equal_rate_and_progression_are_no_division_by_zero():
    assert first_annuity(1000.0, 0.02, 10, 0.02) == pytest.approx(102.0)


def test_a_loan_of_no_year_is_refused():
    with pytest.raises(FinanceError, match="1 year or more"):
        Loan("plus", 1000.0, 0.02, 0)
