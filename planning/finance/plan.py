"""Who pays for an operation: subsidies, land and building loans, equity, closing to the cent."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from planning.finance.inputs import PRODUCTS, FinanceError, Operation

GRANTORS = ("state", "region", "local", "employer")
_SHARES_TOLERANCE = 0.0011


def allocate(total_eur: float, shares: Mapping[str, float], remainder: str) -> pd.Series:
    """
    Share out an amount to the cent; the sources' rounding and what the shares lack go to one of them.

    Raises
    ------
    FinanceError
        If the shares do not make 1 within a tenth of a point, or do not name the source of the remainder.
    """
    if remainder not in shares or abs(sum(shares.values()) - 1) > _SHARES_TOLERANCE:
        raise FinanceError(
            "the shares make {total:.4f}: they must make 1 within 0.1 point and hold {remainder!r}",
            total=sum(shares.values()),
            remainder=remainder,
        )
    amounts = pd.Series(
        {name: round(total_eur * share, 2) for name, share in shares.items()}, name="amount_eur"
    )
    amounts[remainder] = round(amounts[remainder] + total_eur - amounts.sum(), 2)
    return amounts


def grants_per_dwelling(parameters: Mapping[str, float]) -> np.ndarray:
    """Subsidies and employer loan per dwelling, EUR, for PLAI, PLUS and PLS: what no other source must bring."""
    return np.array(
        [
            sum(parameters[f"subsidy.{name}.{product}_eur_dwelling"] for name in GRANTORS)
            + parameters[f"loan.employer.{product}_eur_dwelling"]
            for product in PRODUCTS
        ]
    )


def equity_level(equity_eur: np.ndarray, caps_eur: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """
    Level up to which equity fills each product's need, per unit of its share.

    Equity is shared between PLAI, PLUS and PLS as their dwellings are, and no product takes more than it
    needs (``caps_eur``): the level L such that the sum of ``share x min(L, cap)`` is the equity. Infinite where
    the equity exceeds all needs.

    Parameters
    ----------
    equity_eur
        n amounts.
    caps_eur
        3 x n needs per unit of share, 0 or more.
    shares
        3 shares.
    """
    order = np.argsort(caps_eur, axis=0)
    caps, weights = np.take_along_axis(caps_eur, order, axis=0), shares[order]
    filled = np.vstack([np.zeros_like(equity_eur), np.cumsum(weights * caps, axis=0)])
    left = np.vstack([weights[::-1].cumsum(axis=0)[::-1], np.zeros_like(equity_eur)])
    level = np.full_like(equity_eur, np.inf, dtype=float)
    for rank in (2, 1, 0):
        reachable = filled[rank] + left[rank] * caps[rank] >= equity_eur - 1e-9
        with np.errstate(divide="ignore", invalid="ignore"):
            here = (equity_eur - filled[rank]) / left[rank]
        level = np.where(reachable & (left[rank] > 1e-12), here, level)
    return level


def loans_by_product(
    other_eur: np.ndarray,
    land_loan_eur: np.ndarray,
    dwellings: np.ndarray,
    grants: np.ndarray,
    shares: np.ndarray,
    level_eur: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """
    Building and land loans of each product (3 x n), once equity has filled its level.

    ``other_eur`` is the cost beyond the land loan; subsidies and equity first spare the building loan, then
    the land loan.
    """
    building_need = other_eur - dwellings * grants[:, None]
    weights = shares[:, None]
    building = weights * np.maximum(0, building_need - level_eur)
    land = weights * np.clip(building_need + land_loan_eur - level_eur, 0, land_loan_eur)
    return building, land


def financing_plan(
    operation: Operation, budget: pd.DataFrame, parameters: Mapping[str, float], equity_eur: float
) -> pd.DataFrame:
    """
    Financing plan of a rental operation; its sum is the sum of the budget, to the cent.

    Parameters
    ----------
    budget
        As `operation_budget` returns it.
    equity_eur
        Equity of the landlord, EUR; what rounding leaves (a few cents) is added to it.

    Returns
    -------
    pandas.DataFrame
        ``source`` (state, region, local, employer, employer_loan, land_loan, building_loan, equity),
        ``product`` (plai, plus, pls; none for the equity), ``amount_eur``, ``share`` of the cost.

    Raises
    ------
    FinanceError
        If the budget is unknown, or subsidies and equity exceed the cost.
    """
    cost = round(float(budget["gross_eur"].sum(skipna=False)), 2)
    if np.isnan(cost):
        unknown = list(budget.index[budget["gross_eur"].isna()])
        raise FinanceError(
            "the cost is unknown on the lines {unknown}: give the quantities behind them", unknown=unknown
        )
    land = budget.loc[budget["group"] == "land", "gross_eur"].sum() * parameters["loan.land_share"]
    grants, shares = grants_per_dwelling(parameters), operation.shares
    dwellings = np.array([float(operation.dwellings)])
    needs = np.maximum(0, cost - dwellings * grants[:, None])
    level = equity_level(np.array([float(equity_eur)]), needs, shares)
    if np.isinf(level[0]) or (shares * (cost - dwellings * grants) < 0).any():
        raise FinanceError(
            "subsidies and equity exceed the cost of {cost:.2f} EUR: lower the equity of {equity_eur:.2f}",
            cost=cost,
            equity_eur=equity_eur,
        )
    building, land_loans = loans_by_product(
        np.array([cost - land]), np.array([land]), dwellings, grants, shares, level
    )
    rows = []
    for rank, product in enumerate(PRODUCTS):
        here = shares[rank] * operation.dwellings
        rows += [
            (name, product, here * parameters[f"subsidy.{name}.{product}_eur_dwelling"]) for name in GRANTORS
        ]
        rows.append(("employer_loan", product, here * parameters[f"loan.employer.{product}_eur_dwelling"]))
        rows.append(("land_loan", product, land_loans[rank, 0]))
        rows.append(("building_loan", product, building[rank, 0]))
    plan = pd.DataFrame(rows, columns=["source", "product", "amount_eur"])
    plan["amount_eur"] = plan["amount_eur"].round(2)
    plan.loc[len(plan)] = ("equity", "none", round(cost - plan["amount_eur"].sum(), 2))
    return plan.assign(share=plan["amount_eur"] / cost)


def plan_faults(plan: pd.DataFrame, parameters: Mapping[str, float], operation: Operation) -> list[str]:
    """Codes of what a plan breaks: ``pls_loans_under_half`` where PLS loans are under half of their cost."""
    pls = plan["source"].isin(["land_loan", "building_loan"]) & (plan["product"] == "pls")
    cost = plan["amount_eur"].sum() * operation.pls_share
    least = parameters["loan.pls_least_share"] * cost
    return ["pls_loans_under_half"] if plan.loc[pls, "amount_eur"].sum() < least - 0.01 else []
