"""Both tenures of many operations at once: the site x form table that rankings and programmes read."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pandas as pd

from planning.finance.budget import unit_costs
from planning.finance.drivers import READ, Kinds
from planning.finance.inputs import (
    COLUMNS,
    PRODUCTS,
    QUANTITIES,
    FinanceError,
    checked_shares,
    require_columns,
)
from planning.finance.operating import RENT_ROWS, yearly_rows
from planning.finance.outlook import Outlook
from planning.finance.ownership import BRS_FIGURES, PSLA_FIGURES, brs_offer, direct_offer, psla_offer
from planning.finance.solve import (
    Balance,
    equilibrium_rent_eur,
    highest_land_eur,
    least_equity_eur,
    possible_worst,
)

BLOCK = 32_768
OWNERSHIP = ("owned_cost_eur", *PSLA_FIGURES, *BRS_FIGURES)
RENTAL = (
    "cost_eur",
    "rent_eur_m2",
    "least_equity_eur",
    "equilibrium_rent_eur_m2",
    "highest_land_eur",
    "equity_eur",
    "npv_eur",
)
_DRIVERS = ("rent", "cost_eur", "loan")
_FREE = ("free_cost", "free_loan")
_BY_AREA = {"rent_eur_m2", "equilibrium_rent_eur_m2"}
_UNTAKEN = [name for name in QUANTITIES if name != "land_price_eur"]


def evaluate_rental(
    operations: pd.DataFrame,
    parameters: Mapping[str, float],
    *,
    test: str = "cumulative",
    figures: Sequence[str] = RENTAL,
) -> pd.DataFrame:
    """
    Cost, equity, rent and land price of each operation to let, at the default shares and equity.

    Closed forms, before rounding: `assess_rental` says the same of one operation, to the cent and in full.

    Parameters
    ----------
    operations
        One row an alternative (site x form), with the columns of `Operation` but for the shares.
    figures
        Which of `RENTAL` are wanted.

    Returns
    -------
    pandas.DataFrame
        Indexed like the operations: ``equity_eur`` is the default equity, ``npv_eur`` its value;
        ``highest_land_eur`` is negative where free land would still lack equity. Missing where a quantity
        is missing; without a land price, ``highest_land_eur`` is known all the same, and its equity is
        then the default share of the cost on free land.

    Raises
    ------
    FinanceError
        If a column is absent, or a figure is not of `RENTAL`.
    """
    require_columns(operations, COLUMNS)
    unheard = [name for name in figures if name not in RENTAL]
    if unheard:
        raise FinanceError(
            "no figure is called {unheard}: choose among {known}", unheard=unheard, known=RENTAL
        )
    shares = checked_shares(tuple(parameters[f"rental.{product}_share"] for product in PRODUCTS))
    kinds, columns = Kinds.rental(operations, parameters, shares), _numbers(operations)
    drivers = [*_DRIVERS, *(_FREE if "highest_land_eur" in figures else ())]
    drivers += ["useful"] if _BY_AREA & set(figures) else []
    work = partial(_drive, kinds=kinds, drivers=drivers)
    driven, ranges = _in_blocks(work, drivers, columns, len(operations))
    balance = Balance.of(parameters, shares, test=test)
    answers = _Answers(
        balance, kinds, _value_forms(parameters, shares), parameters["rental.equity_share"], ranges
    )
    wanted = [name for name in figures if name not in driven]
    work = partial(_answer, answers=answers, wanted=wanted)
    here = {"dwellings": columns["dwellings"], "code": kinds.code, **driven}
    answered, _ = _in_blocks(work, wanted, here, len(operations)) if wanted else ({}, None)
    table = {name: (driven if name in driven else answered)[name] for name in figures}
    return pd.DataFrame(table, index=operations.index, copy=False)


def evaluate_ownership(
    operations: pd.DataFrame, parameters: Mapping[str, float], *, accept_expired: bool = False
) -> pd.DataFrame:
    """
    PSLA and BRS of each operation on its layout, as `psla_offer` and `brs_offer` tell them.

    ``owned_cost_eur`` is what the operation costs, land and interest with it, without the VAT that the sales recover.

    Parameters
    ----------
    operations
        As for `evaluate_rental`, laid out for buyers (their mix, their parking), with ``market_eur_m2`` (including
        VAT, living area; missing where unknown).
    accept_expired
        Use a legal ceiling that is out of date; otherwise it is unknown.

    Raises
    ------
    FinanceError
        If a column is absent.
    """
    require_columns(operations, (*COLUMNS, "market_eur_m2"))
    columns = _numbers(operations) | {"market_eur_m2": operations["market_eur_m2"].to_numpy(dtype=float)}
    out = {name: np.empty(len(operations)) for name in OWNERSHIP}
    keys = operations[["form", "abc_zone"]].reset_index(drop=True)
    for (form, zone), rows in keys.groupby(["form", "abc_zone"], observed=True, sort=False).indices.items():
        q = {name: values[rows] for name, values in columns.items()}
        q["useful_area_m2"] = q["living_area_m2"] + q["annexes_m2"] / 2
        unit = _net_costs(form, parameters)
        net = sum(q[name] * unit[name] for name in _UNTAKEN)
        land = unit["land_price_eur"]
        psla = psla_offer(q, net, land, parameters, zone, accept_expired=accept_expired)
        cost = {"owned_cost_eur": net + q["land_price_eur"] * land}
        for name, values in (cost | psla | brs_offer(q, net, parameters)).items():
            out[name][rows] = values
    return pd.DataFrame(out, index=operations.index, copy=False)


def evaluate_direct(
    operations: pd.DataFrame,
    parameters: Mapping[str, float],
    reduced_vat: np.ndarray,
    *,
    accept_expired: bool = False,
) -> pd.DataFrame:
    """
    Direct social sale of each operation on the same envelope, as `direct_offer` tells it.

    Parameters
    ----------
    reduced_vat
        Whether each operation's site has the right to the reduced VAT, in their order.

    Raises
    ------
    FinanceError
        If a column is absent.
    """
    require_columns(operations, (*COLUMNS, "market_eur_m2"))
    columns = _numbers(operations) | {"market_eur_m2": operations["market_eur_m2"].to_numpy(dtype=float)}
    keys = operations[["form", "abc_zone"]].reset_index(drop=True)
    found = []
    for (form, zone), rows in keys.groupby(["form", "abc_zone"], observed=True, sort=False).indices.items():
        q = {name: values[rows] for name, values in columns.items()}
        q["useful_area_m2"] = q["living_area_m2"] + q["annexes_m2"] / 2
        unit = _net_costs(form, parameters)
        net, land = sum(q[name] * unit[name] for name in _UNTAKEN), unit["land_price_eur"]
        reduced = np.asarray(reduced_vat, dtype=bool)[rows]
        offer = direct_offer(
            q, net, land, parameters, zone, reduced_vat=reduced, accept_expired=accept_expired
        )
        found.append(pd.DataFrame(offer, index=operations.index[rows]))
    return pd.concat(found).loc[operations.index] if found else pd.DataFrame(index=operations.index)


def _drive(
    here: Mapping[str, np.ndarray], *, kinds: Kinds, drivers: Sequence[str]
) -> tuple[dict[str, np.ndarray], dict[str, tuple[float, float]]]:
    """What the balance depends on (rent, loans with and without the land), and its range per dwelling."""
    found, ranges = kinds.drivers(here["row"], here), {}
    for name in set(drivers) - {"useful"}:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = found[name] / here["dwellings"]
        ranges[name] = (np.fmin.reduce(ratio), np.fmax.reduce(ratio))
    return {name: found[name] for name in drivers}, ranges


class _Answers:
    """The worst years of each answer, for the ranges met, and the value of an operation."""

    def __init__(
        self,
        balance: Balance,
        kinds: Kinds,
        value: np.ndarray,
        equity_share: float,
        ranges: Mapping[str, tuple[float, float]],
    ) -> None:
        self.balance, self.kinds, self.value, self.equity_share = balance, kinds, value, equity_share
        cost, loan, rent = (
            np.array(ranges.get(name, (np.nan, np.nan))) for name in ("cost_eur", "loan", "rent")
        )
        building = cost * (1 - equity_share) - loan[::-1]
        self.equity_years = possible_worst(balance.equity_forms, *zip(loan, rent, strict=True))
        self.rent_years = possible_worst(balance.rent_forms, *zip(loan, building, strict=True))
        if "free_cost" not in ranges:
            return
        free_cost, free_loan = np.array(ranges["free_cost"]), np.array(ranges["free_loan"])
        given = equity_share * np.array([np.fmin(cost[0], free_cost[0]), np.fmax(cost[1], free_cost[1])])
        free_building = free_cost - free_loan[::-1] - given[::-1]
        self.free_years = possible_worst(balance.equity_forms, *zip(free_loan, rent, strict=True))
        self.pairs, self.pair = np.unique(kinds.land_price_eur, axis=0, return_inverse=True)
        self.land_years = [
            possible_worst(balance.land_forms(*pair), *zip(free_loan, free_building, rent, strict=True))
            for pair in self.pairs
        ]

    def highest_land(self, here: Mapping[str, np.ndarray]) -> np.ndarray:
        """Highest land price of each row, for each of the few prices of a euro of land."""
        cost, free_cost, free_loan = here["cost_eur"], here["free_cost"], here["free_loan"]
        given = self.equity_share * np.where(np.isnan(cost), free_cost, cost)
        drivers = (here["rent"], here["dwellings"], free_loan, free_cost - free_loan, given)
        out = np.empty_like(cost)
        for rank, (cost_per_euro, loan_per_euro) in enumerate(self.pairs):
            alone = len(self.pairs) == 1
            rows = slice(None) if alone else np.flatnonzero(self.pair.ravel()[here["code"]] == rank)
            out[rows] = highest_land_eur(
                self.balance,
                *(driver[rows] for driver in drivers),
                cost_per_euro=cost_per_euro,
                land_loan_per_euro=loan_per_euro,
                forms=self.land_years[rank],
                equity_forms=self.free_years,
            )
        return out


def _answer(
    here: Mapping[str, np.ndarray], *, answers: _Answers, wanted: Sequence[str]
) -> tuple[dict[str, np.ndarray], dict]:
    """The figures wanted, by closed forms."""
    dwellings, rent, loan, cost = (here[name] for name in ("dwellings", "rent", "loan", "cost_eur"))
    a, other, equity = answers, cost - loan, cost * answers.equity_share
    found = {"equity_eur": equity}
    if "least_equity_eur" in wanted:
        found["least_equity_eur"] = least_equity_eur(
            a.balance, rent, dwellings, loan, other, forms=a.equity_years
        )
    if "equilibrium_rent_eur_m2" in wanted:
        yearly = equilibrium_rent_eur(a.balance, dwellings, loan, other, equity, forms=a.rent_years)
        found["equilibrium_rent_eur_m2"] = yearly / 12 / here["useful"]
    if "rent_eur_m2" in wanted:
        found["rent_eur_m2"] = rent / 12 / here["useful"]
    if "highest_land_eur" in wanted:
        found["highest_land_eur"] = a.highest_land(here)
    if "npv_eur" in wanted:
        v = a.value
        found["npv_eur"] = v[0] * rent - v[1] * dwellings - v[2] * loan - v[3] * (other - equity) - equity
    return {name: found[name] for name in wanted}, {}


def _value_forms(parameters: Mapping[str, float], shares: np.ndarray) -> np.ndarray:
    """Discounted value over the whole account per euro of rent, dwelling, land loan and building loan."""
    outlook = Outlook.of(parameters)
    rows = yearly_rows(parameters, outlook)
    factor = (1 + parameters["account.discount_share"]) ** -np.arange(1.0, outlook.years + 1)
    full = Balance.of(parameters, shares, test="annual", outlook=outlook, years=outlook.years)
    return np.array(
        [
            sum(rows[name] for name in RENT_ROWS) @ factor,
            full.dwelling_net @ factor,
            full.land_mix @ factor,
            full.building_mix @ factor,
        ]
    )


def _net_costs(form: str, parameters: Mapping[str, float]) -> dict[str, float]:
    """What a unit of each quantity costs without VAT, with interest."""
    return dict(zip(QUANTITIES, unit_costs(form, parameters, 0.0)["net_eur"], strict=True))


def _numbers(operations: pd.DataFrame) -> dict[str, np.ndarray]:
    return {name: operations[name].to_numpy(dtype=float) for name in READ}


def _in_blocks(
    compute: Callable[[dict[str, np.ndarray]], tuple[dict[str, np.ndarray], dict]],
    names: Sequence[str],
    columns: Mapping[str, np.ndarray],
    size: int,
) -> tuple[dict[str, np.ndarray], dict[str, tuple[float, float]]]:
    """Compute columns from columns by pieces that stay in a core's cache; with the ranges they tell."""
    out = {name: np.empty(size) for name in names}

    def one(start: int) -> dict[str, tuple[float, float]]:
        piece = slice(start, min(start + BLOCK, size))
        found, ranges = compute({"row": piece} | {name: values[piece] for name, values in columns.items()})
        for name, values in found.items():
            out[name][piece] = values
        return ranges

    starts = range(0, size, BLOCK)
    if len(starts) == 1:
        told = list(map(one, starts))
    else:
        with ThreadPoolExecutor(os.cpu_count()) as cores:
            told = list(cores.map(one, starts))
    widest = {
        name: (np.fmin.reduce([r[name][0] for r in told]), np.fmax.reduce([r[name][1] for r in told]))
        for name in (told[0] if told else {})
    }
    return out, widest
