"""One rental operation from its cost to its answers, with the parameters that made it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.finance.budget import cost_per_unit, operation_budget
from planning.finance.inputs import QUANTITIES, Operation, Reading
from planning.finance.operating import (
    irr_of_equity,
    npv_of_equity,
    operating_account,
    rent_eur_m2,
    worst_year,
)
from planning.finance.outlook import Outlook
from planning.finance.plan import financing_plan, plan_faults
from planning.finance.solve import Balance, equilibrium_rent_eur, highest_land_eur, least_equity_eur
from planning.finance.vat import rental_vat_share


@dataclass(frozen=True)
class RentalAssessment:
    """
    A rental operation: ``budget``, ``plan``, ``account`` (tables), ``figures`` by name, ``faults`` (codes).

    ``used`` lists the parameters read with their status and source, ``expired`` those out of date.
    """

    budget: pd.DataFrame
    plan: pd.DataFrame
    account: pd.DataFrame
    figures: dict[str, float]
    faults: tuple[str, ...]
    used: pd.DataFrame

    @property
    def expired(self) -> tuple[str, ...]:
        """Parameters out of date that the figures rest on: to be said aloud."""
        return tuple(self.used.index[self.used["expired"]])

    @property
    def assumed(self) -> tuple[str, ...]:
        """Parameters that nobody could source."""
        return tuple(self.used.index[self.used["status"] == "assumed"])


def assess_rental(
    operation: Operation,
    parameters: Mapping[str, float],
    *,
    equity_eur: float | None = None,
    test: str = "cumulative",
    paths: Mapping[str, Sequence[float]] | None = None,
) -> RentalAssessment:
    """
    Cost an operation to let, finance it, run its account and solve it backwards.

    Parameters
    ----------
    equity_eur
        Equity put in; the default share of the cost if none is given.
    test
        ``cumulative`` (balance never under 0) or ``annual`` (no deficit year), over the tested years.

    Returns
    -------
    RentalAssessment
        Its figures: ``cost_eur``, ``cost_eur_m2`` (useful area), ``cost_eur_dwelling``, ``rent_eur_m2``,
        ``equity_eur``, ``worst_year``, ``worst_eur``, ``npv_eur``, ``irr_share``, ``least_equity_eur``,
        ``equilibrium_rent_eur_m2``, ``highest_land_eur`` (negative: equity lacking on free land).

    Raises
    ------
    FinanceError
        If the cost is unknown, or equity and subsidies exceed it.
    """
    reading = Reading(parameters)
    budget = operation_budget(operation, reading)
    cost = round(float(budget["gross_eur"].sum(skipna=False)), 2)
    asked = cost * reading["rental.equity_share"] if equity_eur is None else equity_eur
    plan = financing_plan(operation, budget, reading, asked)
    equity = float(plan.loc[plan["source"] == "equity", "amount_eur"].iloc[0])
    account = operating_account(operation, plan, reading, paths=paths)
    year, balance = worst_year(account, reading, test)
    figures = {
        "cost_eur": cost,
        "cost_eur_m2": cost / operation.useful_area_m2,
        "cost_eur_dwelling": cost / operation.dwellings,
        "rent_eur_m2": rent_eur_m2(operation, reading),
        "equity_eur": equity,
        "worst_year": year,
        "worst_eur": balance,
        "npv_eur": npv_of_equity(account, equity, reading["account.discount_share"]),
        "irr_share": irr_of_equity(account, equity),
        **_backwards(operation, budget, reading, equity, Outlook.of(reading, paths), test),
    }
    return RentalAssessment(
        budget, plan, account, figures, tuple(plan_faults(plan, reading, operation)), reading.used
    )


def _backwards(
    operation: Operation,
    budget: pd.DataFrame,
    parameters: Mapping[str, float],
    equity: float,
    outlook: Outlook,
    test: str,
) -> dict[str, float]:
    """Least equity, equilibrium rent and highest land price of one operation."""
    balance = Balance.of(parameters, operation.shares, test=test, outlook=outlook)
    quota = parameters["loan.land_share"]
    land = budget.loc[budget["group"] == "land", "gross_eur"].sum() * quota
    other = budget["gross_eur"].sum() - land
    yearly_rent = 12 * rent_eur_m2(operation, parameters) * operation.useful_area_m2
    rent, dwellings, loan, rest, given = (
        np.array([float(value)]) for value in (yearly_rent, operation.dwellings, land, other, equity)
    )
    vat = rental_vat_share(parameters, operation.shares, operation.renewal)
    unit = cost_per_unit(operation.form, parameters, vat)
    price = unit.loc["land_price_eur"]
    free = sum(
        unit.loc[name, ["cost_eur", "land_eur"]] * getattr(operation, name)
        for name in QUANTITIES
        if name != "land_price_eur"
    )
    free_loan = np.array([free["land_eur"] * quota])
    highest = highest_land_eur(
        balance,
        rent,
        dwellings,
        free_loan,
        free["cost_eur"] - free_loan,
        given,
        cost_per_euro=price["cost_eur"],
        land_loan_per_euro=price["land_eur"] * quota,
    )
    needed = equilibrium_rent_eur(balance, dwellings, loan, rest, given)
    return {
        "least_equity_eur": float(least_equity_eur(balance, rent, dwellings, loan, rest)[0]),
        "equilibrium_rent_eur_m2": float(needed[0]) / 12 / operation.useful_area_m2,
        "highest_land_eur": float(highest[0]),
    }
