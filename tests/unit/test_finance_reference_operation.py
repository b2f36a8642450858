"""The operation of twelve dwellings worked by hand in a workbook, against our code, to the euro."""

import pytest
from openpyxl import load_workbook

from planning.finance import Operation, assess_rental, evaluate_ownership
from planning.finance.loans import Loan, amortisation
from planning.parameters import Parameters
from tests.operations import PARAMETERS, table
from tests.reference_operation import PATH, PRODUCTS, workbook

UNSAID = ("subsidy.", "loan.employer.pl", "loan.plai.prog", "loan.pls.prog")


@pytest.fixture(scope="module")
def sheets():
    return load_workbook(PATH, data_only=True)


@pytest.fixture(scope="module")
def inputs(sheets):
    return {row[0]: row[1] for row in sheets["Inputs"].iter_rows(values_only=True)}


@pytest.fixture(scope="module")
def known(inputs):
    values = {name: 0.0 for name in PARAMETERS if name.startswith(UNSAID)}
    values |= {name: value for name, value in inputs.items() if name in PARAMETERS}
    return Parameters({**PARAMETERS.values_by_name, **values})


@pytest.fixture(scope="module")
def twelve(inputs):
    shares = {f"{name}_share": inputs[f"{name}_dwellings"] / inputs["dwellings"] for name in PRODUCTS}
    quantities = {name: inputs[name] for name in Operation.__dataclass_fields__ if name in inputs}
    place = {
        "form": "small_collective",
        "renewal": False,
        "lift": True,
        "rent_zone": "1bis",
        "abc_zone": "abis",
    }
    return Operation(**quantities, **shares, **place)


@pytest.fixture(scope="module")
def ours(inputs, known, twelve):
    return assess_rental(twelve, known, equity_eur=inputs["equity_eur"])


def test_values_in_the_workbook_are_those_of_its_formulas(sheets):
    live = workbook()
    for name, cells in live.cells.items():
        for address in cells:
            value = live.value(name, address)
            if isinstance(value, float):
                assert sheets[name][address].value == pytest.approx(value, rel=1e-9, abs=1e-6), (
                    name,
                    address,
                )


def test_every_line_of_the_budget_is_the_same_to_the_cent(sheets, ours):
    for line, net, _, vat, gross in sheets["Budget"].iter_rows(2, 16, max_col=5, values_only=True):
        expected = pytest.approx([net, vat, gross], abs=0.011)
        assert ours.budget.loc[line, ["net_eur", "vat_eur", "gross_eur"]].tolist() == expected, line


def test_every_source_of_the_plan_is_the_same_to_the_cent(sheets, ours):
    amounts = ours.plan.set_index(["source", "product"])["amount_eur"]
    for source, *by_product in sheets["Plan"].iter_rows(4, 9, max_col=4, values_only=True):
        assert amounts[source].tolist() == pytest.approx(by_product, abs=0.011), source
    assert amounts["equity", "none"] == pytest.approx(sheets["Plan"]["E10"].value, abs=0.05)
    assert sheets["Plan"]["E11"].value == 0


def test_every_year_of_the_account_is_the_same_to_the_euro(sheets, ours):
    heads = [cell.value for cell in sheets["Account"][3]][1:14]
    for year, *values in sheets["Account"].iter_rows(5, 64, max_col=14, values_only=True):
        assert ours.account.loc[year, heads].tolist() == pytest.approx(values, abs=0.5), year


def test_answers_backwards_are_the_same(sheets, ours):
    expected = {row[0]: row[1] for row in sheets["Backwards"].iter_rows(1, 6, max_col=2, values_only=True)}
    for name in ("worst_eur", "least_equity_eur", "highest_land_eur", "npv_eur"):
        assert ours.figures[name] == pytest.approx(expected[name], abs=1), name
    for name in ("equilibrium_rent_eur_m2", "irr_share"):
        assert ours.figures[name] == pytest.approx(expected[name], abs=1e-6), name


def test_loans_of_the_workbook_end_at_zero_and_match_our_tables(sheets):
    loans = sheets["Loans"]
    for column in "BDFHJL":
        rate, growth, capital = (loans[f"{column}{row}"].value for row in (2, 3, 4))
        years = sum(1 for row in range(7, 67) if loans[f"{column}{row}"].value)
        table_to_the_cent = amortisation(Loan(loans[f"{column}1"].value, capital, rate, years, growth))
        by_hand = [loans[f"{column}{row}"].value for row in range(7, 6 + years)]
        assert loans[f"{column}5"].value == pytest.approx(0, abs=1e-6)
        assert table_to_the_cent["annuity_eur"].tolist()[:-1] == pytest.approx(by_hand, abs=0.006)


def test_ownership_is_the_same_to_the_cent(sheets, inputs, known, twelve):
    offer = evaluate_ownership(table(twelve, market_eur_m2=inputs["market_eur_m2"]), known).iloc[0]
    for name, value in sheets["Ownership"].iter_rows(3, 8, max_col=2, values_only=True):
        assert offer[name] == pytest.approx(value, rel=1e-6), name
