"""What a market developer would build on a parcel, and its profit: the square-foot pro forma of UrbanSim.

Any units of area, height and money will do, as long as they are the same throughout. Method: UDST/urbansim,
``developer/sqftproforma.py`` (BSD-3-Clause), written anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.finance.inputs import FinanceError, require_columns

PARKING = ("surface", "deck", "underground")
_SLACK = 0.01
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class MarketForm:
    """A building form: the share of each use in its floor area, which make 1."""

    name: str
    uses: Mapping[str, float]
    max_ratio: float = np.inf


@dataclass(frozen=True, slots=True)
class MarketCosts:
    """
    What buildings cost and bring on the market.

    ``cost_by_height`` gives for each use a cost per unit of floor area up to each of ``heights``; parking places
    are asked for per ``parking_unit`` of floor area; ``efficiency`` is the share of the floor area that is let,
    ``coverage`` that of the parcel that is built, ``profit_factor`` the return asked on costs.
    """

    ratios: Sequence[float]
    heights: Sequence[float]
    cost_by_height: Mapping[str, Sequence[float]]
    parking_rate: Mapping[str, float]
    parking_unit: float
    parking_area: Mapping[str, float]
    parking_cost: Mapping[str, float]
    storey_height: float
    surface_storeys_max: float
    efficiency: float
    coverage: float
    cap_rate: float
    profit_factor: float


def market_forms_table(form: MarketForm, costs: MarketCosts) -> pd.DataFrame:
    """
    Every floor area ratio and parking of a form: what a unit of its floor area costs.

    Returns
    -------
    pandas.DataFrame
        ``parking``, ``ratio``, ``storeys``, ``height``, ``parked_share`` (of the floor area), ``unit_cost``
        (with the return asked); missing where surface parking leaves no room or the form allows no such ratio.
    """
    ratio = np.asarray(costs.ratios, dtype=float)
    places = sum(share * costs.parking_rate[use] for use, share in form.uses.items()) / costs.parking_unit
    tables = []
    for parking in PARKING:
        stalls = places * costs.parking_area[parking]
        built = ratio / (1 + stalls) if parking == "deck" else ratio
        taken = built * stalls
        if parking == "surface":
            room = np.where(1 - taken > 0, 1 - taken, np.nan)
            floors = np.where(built / room > costs.surface_storeys_max, np.nan, built / room)
            parked = np.zeros_like(taken)
        else:
            floors, parked = (built + taken if parking == "deck" else built), taken
        exact = floors / costs.coverage
        cost = (
            built * _unit_cost(exact * costs.storey_height, form, costs) + taken * costs.parking_cost[parking]
        )
        tables.append(
            pd.DataFrame(
                {
                    "parking": parking,
                    "ratio": ratio,
                    "storeys": np.ceil(exact),
                    "height": np.ceil(exact) * costs.storey_height,
                    "parked_share": parked / (built + parked),
                    "unit_cost": np.where(
                        ratio > form.max_ratio, np.nan, cost / (built + parked) * costs.profit_factor
                    ),
                }
            )
        )
    return pd.concat(tables, ignore_index=True)


def _unit_cost(height: np.ndarray, form: MarketForm, costs: MarketCosts) -> np.ndarray:
    """Cost per unit of floor area at a height, by the uses of the form."""
    known = ~np.isnan(height)
    step = np.searchsorted(np.asarray(costs.heights, dtype=float), np.where(known, height, 0))
    by_step = sum(share * np.asarray(costs.cost_by_height[use]) for use, share in form.uses.items())
    return np.where(known, by_step[step], np.nan)


def market_proforma(
    parcels: pd.DataFrame, form: MarketForm, costs: MarketCosts, *, keep: int = 1
) -> pd.DataFrame:
    """
    Most profitable buildings of a form on each parcel, within its zoning.

    Parameters
    ----------
    parcels
        ``land_cost``, ``parcel_size``, ``max_far`` and ``max_height`` (missing is no limit; both missing is no
        building), a yearly rent per unit of floor area for each use of the form; optionally ``max_dwellings``
        per unit of land with ``dwelling_size``.
    keep
        How many alternatives to keep for each parcel.

    Returns
    -------
    pandas.DataFrame
        ``keep`` rows a parcel, best first (index repeated): ``parking``, ``ratio``, ``storeys``, ``floor_area``,
        ``let_area``, ``building_cost``, ``total_cost``, ``revenue``, ``profit``, ``feasible`` (profit over 0);
        missing where zoning allows nothing.

    Raises
    ------
    FinanceError
        If a column is absent or the shares of the form do not make 1.
    """
    require_columns(parcels, ("land_cost", "parcel_size", "max_far", "max_height", *form.uses))
    if abs(sum(form.uses.values()) - 1) > 1e-9:
        raise FinanceError(
            "form {form}: the shares of its uses must make 1, got {uses}",
            form=form.name,
            uses=dict(form.uses),
        )
    table = market_forms_table(form, costs)
    table = table[table["unit_cost"].notna()]
    limit = _ratio_limit(parcels, form, costs)
    rent = sum(parcels[use].to_numpy(dtype=float) * share for use, share in form.uses.items())
    size, land = (parcels[name].to_numpy(dtype=float) for name in ("parcel_size", "land_cost"))
    height = np.nan_to_num(parcels["max_height"].to_numpy(dtype=float), nan=np.inf)
    ratio, cost = table["ratio"].to_numpy(), table["unit_cost"].to_numpy()
    earning = (1 - table["parked_share"].to_numpy()) * costs.efficiency / costs.cap_rate
    best, profit = _best(
        (ratio * earning, ratio * cost, ratio, table["height"].to_numpy()),
        (rent, size, land, limit, height),
        keep,
    )
    parcel = np.repeat(np.arange(len(parcels)), best.shape[1])
    chosen, gain = best.ravel(), profit.ravel()
    possible = np.isfinite(gain)
    floor_area = np.where(possible, ratio[chosen] * size[parcel], np.nan)
    out = pd.DataFrame(
        {
            "parking": pd.Categorical.from_codes(
                np.where(possible, pd.Categorical(table["parking"], categories=PARKING).codes[chosen], -1),
                PARKING,
            ),
            "ratio": np.where(possible, ratio[chosen], np.nan),
            "storeys": np.where(possible, table["storeys"].to_numpy()[chosen], np.nan),
            "floor_area": floor_area,
            "let_area": floor_area * costs.efficiency,
            "building_cost": floor_area * cost[chosen],
            "total_cost": floor_area * cost[chosen] + land[parcel],
            "revenue": floor_area * earning[chosen] * rent[parcel],
            "profit": np.where(possible, gain, np.nan),
        },
        index=parcels.index[parcel],
    )
    return out.assign(feasible=out["profit"] > 0)


def _ratio_limit(parcels: pd.DataFrame, form: MarketForm, costs: MarketCosts) -> np.ndarray:
    """Highest floor area ratio that zoning allows; 0 where it says nothing or the parcel has no area."""
    by_height = parcels["max_height"].to_numpy(dtype=float) / costs.storey_height * costs.coverage
    limit = np.fmin(by_height, parcels["max_far"].to_numpy(dtype=float))
    dwellings = form.uses.get("residential", 0)
    if "max_dwellings" in parcels.columns and dwellings:
        floor = parcels["max_dwellings"].to_numpy(dtype=float) * parcels["dwelling_size"].to_numpy(
            dtype=float
        )
        limit = np.fmin(limit, floor / costs.efficiency / dwellings)
    known = (limit > 0) & (parcels["parcel_size"].to_numpy(dtype=float) > 0)
    return np.where(known, limit, -1.0)


def _best(alternatives, parcels, keep: int) -> tuple[np.ndarray, np.ndarray]:
    """Rank of the best alternatives of each parcel and their profit, by pieces that stay in cache."""
    earned, spent, ratio, height = alternatives
    rent, size, land, limit, highest = parcels
    best = np.empty((size.size, keep), dtype=np.intp)
    profit = np.empty((size.size, keep))
    for start in range(0, size.size, _BLOCK):
        here = slice(start, start + _BLOCK)
        gain = np.multiply.outer(rent[here], earned)
        gain -= spent
        gain *= size[here, None]
        gain -= land[here, None]
        gain[(ratio > limit[here, None] + _SLACK) | (height > highest[here, None] + _SLACK)] = -np.inf
        if keep == 1:
            best[here, 0] = gain.argmax(axis=1)
        else:
            best[here] = np.argsort(-gain, axis=1, kind="stable")[:, :keep]
        profit[here] = np.take_along_axis(gain, best[here], axis=1)
    return best, profit


def residual_land(result: pd.DataFrame) -> pd.Series:
    """Land price at which the market's building makes no profit over its return: what a rival could pay."""
    return (result["revenue"] - result["building_cost"]).rename("residual_land")
