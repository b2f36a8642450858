"""The account of a rental operation year by year, and what its equity brings."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from planning.finance.inputs import PRODUCTS, Operation
from planning.finance.loans import employer_annuities, loan_annuities
from planning.finance.outlook import Outlook
from planning.finance.rents import convention_rent_eur_m2, zone_rents_eur_m2

RENT_ROWS = ("rent", "vacancy", "unpaid", "rls")
DWELLING_ROWS = ("management", "upkeep", "major_works", "property_tax")
LOAN_ROWS = ("land_loan", "building_loan", "employer_loan")


def yearly_rows(parameters: Mapping[str, float], outlook: Outlook) -> dict[str, np.ndarray]:
    """
    Cash of each year per euro of first-year rent (`RENT_ROWS`) and per dwelling (`DWELLING_ROWS`).

    Income is positive, charges negative. Upkeep and major works start after their lag, the property tax
    after its exemption; all are first-year values followed by their index.
    """
    p, year = parameters, np.arange(1, outlook.years + 1)
    rent, cost = outlook.rent_factor, outlook.cost_factor
    return {
        "rent": rent,
        "vacancy": -rent * p["charge.vacancy_share"],
        "unpaid": -rent * p["charge.unpaid_share"],
        "rls": -rent * p["charge.rls_share"],
        "management": -cost * p["charge.management_eur_dwelling"],
        "upkeep": -cost * p["charge.upkeep_eur_dwelling"] * (year > p["charge.upkeep_lag_years"]),
        "major_works": -cost
        * p["charge.major_works_eur_dwelling"]
        * (year > p["charge.major_works_lag_years"]),
        "property_tax": -outlook.property_tax_factor
        * p["charge.property_tax_eur_dwelling"]
        * (year > p["charge.property_tax_exempt_years"]),
    }


def rent_eur_m2(operation: Operation, parameters: Mapping[str, float]) -> float:
    """Highest rent a month per m² of useful area, all products together."""
    zones = zone_rents_eur_m2(parameters, operation.rent_zone, operation.abc_zone)
    rents = convention_rent_eur_m2(
        zones,
        operation.dwellings,
        operation.living_area_m2,
        operation.annexes_m2,
        parameters,
        lift=operation.lift,
    )
    return float(np.dot(operation.shares, rents))


def operating_account(
    operation: Operation,
    plan: pd.DataFrame,
    parameters: Mapping[str, float],
    *,
    rent: float | None = None,
    paths: Mapping[str, Sequence[float]] | None = None,
) -> pd.DataFrame:
    """
    Account of each year from delivery.

    Parameters
    ----------
    plan
        As `financing_plan` returns it.
    rent
        Rent a month per m² of useful area, EUR; the highest allowed by default.
    paths
        Paths of the indices and of the Livret A (`Outlook.of`).

    Returns
    -------
    pandas.DataFrame
        By ``year``: `RENT_ROWS`, `DWELLING_ROWS`, `LOAN_ROWS` (annuities, negative), ``net`` and ``cumulative``
        (with treasury interest), EUR, not rounded.
    """
    outlook = Outlook.of(parameters, paths)
    monthly = rent_eur_m2(operation, parameters) if rent is None else rent
    yearly_rent = 12 * monthly * operation.useful_area_m2
    rows = yearly_rows(parameters, outlook)
    table = {name: rows[name] * yearly_rent for name in RENT_ROWS}
    table |= {name: rows[name] * operation.dwellings for name in DWELLING_ROWS}
    amounts = plan.set_index(["source", "product"])["amount_eur"]
    for kind in ("land", "building"):
        table[f"{kind}_loan"] = -sum(
            amounts[f"{kind}_loan", product] * loan_annuities(parameters, outlook, product, kind)
            for product in PRODUCTS
        )
    table["employer_loan"] = -amounts["employer_loan"].sum() * employer_annuities(parameters, outlook)
    account = pd.DataFrame(table, index=pd.RangeIndex(1, outlook.years + 1, name="year"))
    net = account.sum(axis=1, skipna=False)
    return account.assign(net=net, cumulative=cumulated(net, parameters["account.treasury_share"]))


def cumulated(net: ArrayLike, treasury_share: float) -> np.ndarray:
    """Cumulative balance, last axis by year: last year's with treasury interest, plus this year's net."""
    net = np.asarray(net, dtype=float)
    if treasury_share == 0:
        return np.cumsum(net, axis=-1)
    growth = (1 + treasury_share) ** np.arange(net.shape[-1])
    return np.cumsum(net / growth, axis=-1) * growth


def worst_year(account: pd.DataFrame, parameters: Mapping[str, float], test: str) -> tuple[int, float]:
    """Year and balance of the worst year of a test: ``annual`` (net) or ``cumulative``, over the tested years."""
    column = {"annual": "net", "cumulative": "cumulative"}[test]
    tested = account.loc[: int(parameters["account.test_years"]), column]
    return int(tested.idxmin()), float(tested.min())


def npv_of_equity(account: pd.DataFrame, equity_eur: float, discount_share: float) -> float:
    """Net present value of the equity: paid at delivery, then the net of each year, discounted."""
    years = account.index.to_numpy()
    return float(-equity_eur + (account["net"] / (1 + discount_share) ** years).sum())


def irr_of_equity(account: pd.DataFrame, equity_eur: float) -> float:
    """Rate at which the equity's value is nil; missing where no rate between -99 % and 100 % makes it so."""
    if not equity_eur > 0:
        return float("nan")

    def value(rate: float) -> float:
        return npv_of_equity(account, equity_eur, rate)

    low, high = -0.2, 1.0
    while value(low) < 0 and low > -0.98:
        low = (low - 1) / 2
    if value(low) < 0 or value(high) > 0:
        return float("nan")
    return float(brentq(value, low, high, xtol=1e-12))
