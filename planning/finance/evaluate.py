"""Both tenures of many operations at once: the site x form table that rankings and programmes read."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from planning.finance.budget import cost_per_unit
from planning.finance.inputs import (
    COLUMNS,
    KEYS,
    PRODUCTS,
    QUANTITIES,
    checked_shares,
    require_columns,
)
from planning.finance.operating import RENT_ROWS, yearly_rows
from planning.finance.outlook import Outlook
from planning.finance.ownership import BRS_FIGURES, PSLA_FIGURES, brs_offer, psla_offer
from planning.finance.rents import structure_coefficient, zone_rents_eur_m2
from planning.finance.solve import (
    Balance,
    equilibrium_rent_eur,
    highest_land_eur,
    least_equity_eur,
    possible_worst,
)
from planning.finance.vat import rental_vat_share

BLOCK = 8192
_PARALLEL_BLOCKS = 8
DRIVERS = ("dwellings", "rent_eur_m2", "rent", "cost_eur", "loan", "free_cost", "free_loan")
ANSWERS = ("least_equity_eur", "equilibrium_rent_eur_m2", "highest_land_eur", "equity_eur", "npv_eur")
OWNERSHIP = (*PSLA_FIGURES, *BRS_FIGURES)
RENTAL = (
    "cost_eur",
    "rent_eur_m2",
    "least_equity_eur",
    "equilibrium_rent_eur_m2",
    "highest_land_eur",
    "equity_eur",
    "npv_eur",
)


def evaluate_rental(
    operations: pd.DataFrame, parameters: Mapping[str, float], *, test: str = "cumulative"
) -> pd.DataFrame:
    """
    Cost, equity, rent and land price of each operation to let, at the default shares and equity.

    Closed forms, before rounding: `assess_rental` says the same of one operation, to the cent and in full.

    Parameters
    ----------
    operations
        One row an alternative (site x form), with the columns of `Operation` but for the shares.

    Returns
    -------
    pandas.DataFrame
        Indexed like the operations, `RENTAL`: ``equity_eur`` is the default equity, ``npv_eur`` its value;
        ``highest_land_eur`` is negative where free land would still lack equity. Missing where a quantity
        is missing; without a land price, ``highest_land_eur`` is known all the same, and its equity is
        then the default share of the cost on free land.

    Raises
    ------
    FinanceError
        If a column is absent.
    """
    require_columns(operations, COLUMNS)
    shares = checked_shares(tuple(parameters[f"rental.{product}_share"] for product in PRODUCTS))
    balance = Balance.of(parameters, shares, test=test)
    value = _value_forms(parameters, shares)
    columns = _numbers(operations)
    out = {name: np.empty(len(operations)) for name in RENTAL}
    for keys, rows in _groups(operations):
        group = _Group.of(parameters, shares, keys)
        driven, ranges = _in_blocks(
            partial(_drivers, group=group, parameters=parameters), DRIVERS, columns, rows
        )
        years = _worst_years(balance, group, ranges)
        compute = partial(_answers, group=group, balance=balance, value=value, years=years)
        answers, _ = _in_blocks(compute, ANSWERS, driven, None)
        for name in RENTAL:
            out[name][rows] = (driven if name in driven else answers)[name]
    return pd.DataFrame(out, index=operations.index, copy=False)


def evaluate_ownership(
    operations: pd.DataFrame, parameters: Mapping[str, float], *, accept_expired: bool = False
) -> pd.DataFrame:
    """
    PSLA and BRS of each operation on the same envelope, as `psla_offer` and `brs_offer` tell them.

    Parameters
    ----------
    operations
        As for `evaluate_rental`, with ``market_eur_m2`` (including VAT, living area; missing where unknown).
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
    for keys, rows in _groups(operations):
        compute = partial(
            _offers,
            unit=cost_per_unit(keys["form"], parameters, 0.0)["net_eur"].to_dict(),
            parameters=parameters,
            zone=keys["abc_zone"],
            accept_expired=accept_expired,
        )
        offers, _ = _in_blocks(compute, OWNERSHIP, columns, rows)
        for name in OWNERSHIP:
            out[name][rows] = offers[name]
    return pd.DataFrame(out, index=operations.index, copy=False)


def _offers(
    here: Mapping[str, np.ndarray],
    *,
    unit: Mapping[str, float],
    parameters: Mapping[str, float],
    zone: str,
    accept_expired: bool,
) -> dict[str, np.ndarray]:
    q = {**here, "useful_area_m2": here["living_area_m2"] + here["annexes_m2"] / 2}
    net, per_land = _weighted(q, unit), unit["land_price_eur"]
    psla = psla_offer(q, net, per_land, parameters, zone, accept_expired=accept_expired)
    return psla | brs_offer(q, net, parameters)


@dataclass(frozen=True, slots=True)
class _Group:
    """What the operations of one form, zone and VAT share."""

    cost: dict[str, float]
    land: dict[str, float]
    zone_rent: float
    cap: float
    equity_share: float

    @classmethod
    def of(cls, parameters: Mapping[str, float], shares: np.ndarray, keys: Mapping) -> "_Group":
        vat = rental_vat_share(parameters, shares, bool(keys["renewal"]))
        unit = cost_per_unit(keys["form"], parameters, vat)
        zones = zone_rents_eur_m2(parameters, keys["rent_zone"], keys["abc_zone"])
        cap = parameters["rent.cap_lift_share" if keys["lift"] else "rent.cap_share"]
        land = unit["land_eur"] * parameters["loan.land_share"]
        return cls(
            unit["cost_eur"].to_dict(),
            land.to_dict(),
            float(shares @ zones),
            cap,
            parameters["rental.equity_share"],
        )


def _drivers(
    here: Mapping[str, np.ndarray], *, group: _Group, parameters: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """What the balance depends on: rent, dwellings, loans with and without the land, equity."""
    dwellings, living = here["dwellings"], here["living_area_m2"]
    useful = living + here["annexes_m2"] / 2
    price = here["land_price_eur"]
    free_cost, free_loan = _weighted(here, group.cost), _weighted(here, group.land)
    cost = free_cost + price * group.cost["land_price_eur"]
    loan = free_loan + price * group.land["land_price_eur"]
    asked = structure_coefficient(dwellings, useful, parameters) * (1 + parameters["rent.markup_share"])
    capped = structure_coefficient(dwellings, living, parameters) * (1 + group.cap) * living / useful
    rent_m2 = group.zone_rent * np.minimum(asked, capped)
    return {
        "dwellings": dwellings,
        "rent_eur_m2": rent_m2,
        "rent": 12 * rent_m2 * useful,
        "cost_eur": cost,
        "loan": loan,
        "free_cost": free_cost,
        "free_loan": free_loan,
    }


def _ranges(driven: Mapping[str, np.ndarray]) -> dict[str, tuple[float, float]]:
    """Range of what the balance depends on, per dwelling; NaN where no operation is known."""
    with np.errstate(divide="ignore", invalid="ignore"):
        each = {name: driven[name] / driven["dwellings"] for name in DRIVERS[2:]}
    return {name: (np.fmin.reduce(values), np.fmax.reduce(values)) for name, values in each.items()}


def _worst_years(
    balance: Balance, group: _Group, ranges: Mapping[str, tuple[float, float]]
) -> dict[str, np.ndarray]:
    """The forms of each answer, for the years that can matter within the ranges."""
    loan, free_loan, rent = (ranges[name] for name in ("loan", "free_loan", "rent"))
    cost, free_cost = (np.array(ranges[name]) for name in ("cost_eur", "free_cost"))
    building = cost * (1 - group.equity_share) - np.array(loan)[::-1]
    given = group.equity_share * np.array([np.fmin(cost[0], free_cost[0]), np.fmax(cost[1], free_cost[1])])
    free_building = free_cost - np.array(free_loan)[::-1] - given[::-1]
    land = balance.land_forms(group.cost["land_price_eur"], group.land["land_price_eur"])
    return {
        "equity": possible_worst(balance.equity_forms, *zip(loan, rent, strict=True)),
        "free": possible_worst(balance.equity_forms, *zip(free_loan, rent, strict=True)),
        "rent": possible_worst(balance.rent_forms, *zip(loan, building, strict=True)),
        "land": possible_worst(land, *zip(free_loan, free_building, rent, strict=True)),
    }


def _known(cost: np.ndarray, free_cost: np.ndarray) -> np.ndarray:
    """The cost, or that on free land where the land price is unknown."""
    return np.where(np.isnan(cost), free_cost, cost)


def _answers(
    here: Mapping[str, np.ndarray],
    *,
    group: _Group,
    balance: Balance,
    value: np.ndarray,
    years: Mapping[str, np.ndarray],
) -> dict[str, np.ndarray]:
    dwellings, rent, loan, cost = here["dwellings"], here["rent"], here["loan"], here["cost_eur"]
    other, equity = cost - loan, cost * group.equity_share
    yearly = equilibrium_rent_eur(balance, dwellings, loan, other, equity, forms=years["rent"])
    highest = highest_land_eur(
        balance,
        rent,
        dwellings,
        here["free_loan"],
        here["free_cost"] - here["free_loan"],
        group.equity_share * _known(cost, here["free_cost"]),
        cost_per_euro=group.cost["land_price_eur"],
        land_loan_per_euro=group.land["land_price_eur"],
        forms=years["land"],
        equity_forms=years["free"],
    )
    return {
        "least_equity_eur": least_equity_eur(balance, rent, dwellings, loan, other, forms=years["equity"]),
        "equilibrium_rent_eur_m2": yearly * here["rent_eur_m2"] / rent,
        "highest_land_eur": highest,
        "equity_eur": equity,
        "npv_eur": value[0] * rent
        - value[1] * dwellings
        - value[2] * loan
        - value[3] * (other - equity)
        - equity,
    }


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


def _numbers(operations: pd.DataFrame) -> dict[str, np.ndarray]:
    return {name: operations[name].to_numpy(dtype=float) for name in (*QUANTITIES, "annexes_m2")}


def _weighted(here: Mapping[str, np.ndarray], per_unit: Mapping[str, float]) -> np.ndarray:
    """Sum of the quantities but the land price, each at its price; unknown where one is."""
    return sum(here[name] * price for name, price in per_unit.items() if name != "land_price_eur")


def _groups(operations: pd.DataFrame) -> Iterator[tuple[dict, np.ndarray | slice]]:
    """Rows that share form, VAT, lift and zones: a slice where all do."""
    code, values = np.zeros(len(operations), dtype=np.int64), []
    for key in KEYS:
        codes, uniques = _codes(operations[key])
        code = code * len(uniques) + codes
        values.append(uniques)
    sizes = [len(uniques) for uniques in values]
    present = np.flatnonzero(np.bincount(code, minlength=int(np.prod(sizes)))) if len(code) else []
    for group in present:
        ranks = np.unravel_index(group, sizes)
        keys = {key: uniques[rank] for key, uniques, rank in zip(KEYS, values, ranks, strict=True)}
        yield keys, slice(0, len(code)) if len(present) == 1 else np.flatnonzero(code == group)


def _codes(column: pd.Series) -> tuple[np.ndarray, list]:
    """Number the values of a column from 0."""
    if column.dtype == bool:
        return column.to_numpy().view(np.int8), [False, True]
    if isinstance(column.dtype, pd.CategoricalDtype) and not column.isna().any():
        return column.cat.codes.to_numpy(), list(column.cat.categories)
    codes, uniques = pd.factorize(column, use_na_sentinel=False)
    return codes, list(uniques)


def _in_blocks(
    compute: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]],
    names: Sequence[str],
    columns: Mapping[str, np.ndarray],
    rows: np.ndarray | slice | None,
) -> tuple[dict[str, np.ndarray], dict[str, tuple[float, float]]]:
    """Compute columns from columns by pieces that stay in a core's cache; with the ranges of the drivers."""
    if rows is None:
        rows = slice(0, len(next(iter(columns.values()))))
    size = rows.stop - rows.start if isinstance(rows, slice) else rows.size
    out = {name: np.empty(size) for name in names}

    def one(start: int) -> dict[str, tuple[float, float]]:
        stop = min(start + BLOCK, size)
        piece = slice(rows.start + start, rows.start + stop) if isinstance(rows, slice) else rows[start:stop]
        computed = compute({name: values[piece] for name, values in columns.items()})
        for name, values in computed.items():
            out[name][start:stop] = values
        return _ranges(computed) if names is DRIVERS else {}

    starts = range(0, size, BLOCK)
    if len(starts) < _PARALLEL_BLOCKS:
        ranges = list(map(one, starts))
    else:
        with ThreadPoolExecutor(os.cpu_count()) as cores:
            ranges = list(cores.map(one, starts))
    widest = {
        name: (np.fmin.reduce([r[name][0] for r in ranges]), np.fmax.reduce([r[name][1] for r in ranges]))
        for name in ranges[0]
    }
    return out, widest
