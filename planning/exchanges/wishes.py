"""Which household would take which home: hard rules, one matrix each, and why a household has none."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.occupancy import (
    DWELLING_LEVELS,
    NEED_LEVELS,
    OccupancyRules,
    least_area_m2,
    occupancy_status,
)
from geo.thresholds import gather

REASONS = ("over_occupied", "disability", "under_occupied", "wish")
HARD_RULES = ("rooms", "area", "access", "rent", "distance", "elsewhere")


@dataclass(frozen=True, slots=True)
class ExchangeRules:
    """
    Choices of the desk; each is the reference value ``exchanges.<its name>``.

    Attributes
    ----------
    weight_over_occupied, weight_disability, weight_under_occupied, weight_wish
        What serving a household is worth, by its gravest reason, points.
    longest_distance_m
        A household takes a home at most so far from its own, m, in a straight line.
    longest_cycle, longest_chain
        Most households in a cycle, and moved by one vacant home.
    """

    weight_over_occupied: float
    weight_disability: float
    weight_under_occupied: float
    weight_wish: float
    longest_distance_m: float
    longest_cycle: float
    longest_chain: float

    @classmethod
    def of(cls, parameters: Mapping[str, float]) -> "ExchangeRules":
        """Read the rules among reference values; raises ThresholdError where one is absent."""
        return gather(cls, parameters, "exchanges")


@dataclass(frozen=True)
class ExchangeCase:
    """
    What `solve` takes, and what the adviser reads.

    Attributes
    ----------
    households
        On file, by ``household_id``: ``weight``, ``reason``, ``dwelling_id``, ``homes`` it would take,
        ``blocked_by`` (the rule that leaves it no home, or ``unknown``; missing where it has some).
    arcs
        ``household_id``, ``takes`` (a household, or a vacant dwelling), ``distance_m``.
    homes
        By household or vacant dwelling: ``dwelling_id``, ``residence_id``, ``rooms``, ``living_area_m2``,
        ``adapted``, ``floor``, ``has_lift``, ``rent_eur_month``, ``dpe_class``.
    vacant
        Vacant homes, by ``dwelling_id``.
    """

    households: pd.DataFrame
    arcs: pd.DataFrame
    homes: pd.DataFrame
    vacant: pd.Index


def exchange_case(
    households: pd.DataFrame,
    dwellings: pd.DataFrame,
    residences: gpd.GeoDataFrame,
    occupancy: OccupancyRules,
    rules: ExchangeRules,
    *,
    tense: bool | None = None,
    with_vacant: bool = True,
) -> ExchangeCase:
    """
    Say who would take which home, by rules that the landlord's own data can judge.

    Hard rules: ``rooms`` (INSEE need met and not under-occupied by L621-2 after the move: a down-sizer thus
    steps down), ``area`` (L822-10), ``access`` (level of the need; an adapted home goes to a need of access),
    ``rent`` (lower, for who under-occupies: L442-3-1), ``distance``, ``elsewhere`` (another
    residence, for who has no need but wishes to move).
    Income, effort rate, good standing and the consent of the reserving body are not kept here: the adviser
    checks them (`planning.exchanges.desk`).

    Parameters
    ----------
    households
        By ``household_id``, with ``transfer_wish``: those on file wish to move.
    dwellings, residences
        The stock; homes whose residence is not located are taken for too far.
    """
    status = occupancy_status(households, dwellings, occupancy, tense=tense)
    on_file = households.loc[status.index]
    on_file = on_file[on_file["transfer_wish"].astype("boolean").fillna(False).to_numpy(dtype=bool)]
    status = status.loc[on_file.index]
    vacant = dwellings.index[dwellings["let_status"] == "vacant_offered"] if with_vacant else pd.Index([])
    homes = _homes(on_file, vacant, dwellings)
    reason = _reason(status)
    passes = _rules(on_file, homes, residences, status, occupancy, rules)
    allowed = np.logical_and.reduce(list(passes.values()))
    taker, giver = np.nonzero(allowed)
    arcs = pd.DataFrame(
        {
            "household_id": on_file.index.to_numpy()[taker],
            "takes": homes.index.to_numpy()[giver],
            "distance_m": _distance_m(homes, residences, len(on_file))[taker, giver],
        }
    )
    weight = reason.map({name: getattr(rules, f"weight_{name}") for name in REASONS}).astype(float)
    table = pd.DataFrame(
        {
            "weight": weight,
            "reason": reason,
            "dwelling_id": on_file["dwelling_id"],
            "enforceable": status["enforceable"],
            "homes": allowed.sum(axis=1),
            "blocked_by": _blocked(passes, on_file, homes),
        }
    )
    return ExchangeCase(table, arcs, homes, pd.Index(vacant))


def _homes(on_file: pd.DataFrame, vacant: pd.Index, dwellings: pd.DataFrame) -> pd.DataFrame:
    columns = ["residence_id", "rooms", "living_area_m2", "adapted", "floor", "has_lift"]
    columns += ["rent_eur_month", "dpe_class"]
    ids = on_file["dwelling_id"].to_numpy().tolist() + vacant.to_list()
    table = dwellings.reindex(columns=columns).loc[ids].assign(dwelling_id=ids)
    return table.set_axis(on_file.index.to_list() + vacant.to_list(), axis=0).rename_axis("home")


def _reason(status: pd.DataFrame) -> pd.Series:
    """The gravest reason that a household has to move, in the order of `REASONS`."""
    over = status["overcrowded_insee"].fillna(False) | status["over_occupied_area"].fillna(False)
    flags = [over, status["accessibility_short"].fillna(False), status["under_occupied"].fillna(False)]
    found = np.select([flag.to_numpy(dtype=bool) for flag in flags], REASONS[:3], REASONS[3])
    return pd.Series(found, index=status.index)


def _rules(on_file, homes, residences, status, occupancy: OccupancyRules, rules: ExchangeRules):
    """One matrix a hard rule: households by homes; what is unknown does not pass."""
    count = len(on_file)
    rooms, area, rent = (
        _numbers(homes[name])[None, :] for name in ("rooms", "living_area_m2", "rent_eur_month")
    )
    level = _numbers(homes["adapted"].map(DWELLING_LEVELS))[None, :]
    need = _numbers(on_file["rooms_needed"])[:, None]
    counted = _numbers(on_file["persons"] + on_file["visiting_children"].fillna(0))[:, None]
    access = _numbers(on_file["need_level"].map(NEED_LEVELS))[:, None]
    under = status["under_occupied"].fillna(False).to_numpy(dtype=bool)[:, None]
    least = _numbers(least_area_m2(on_file["persons"], occupancy))[:, None]
    place = homes["residence_id"].to_numpy()
    needy = (_reason(status) != REASONS[3]).to_numpy()[:, None]
    adapted = level == DWELLING_LEVELS["adapted"]
    with np.errstate(invalid="ignore"):
        return {
            "rooms": (rooms >= need) & (rooms - counted <= occupancy.under_occupied_over_rooms),
            "area": area >= least,
            "access": (level >= access) & ~(adapted & (access == 0)),
            "rent": ~under | (rent < _numbers(homes["rent_eur_month"])[:count, None]),
            "distance": _distance_m(homes, residences, count) <= rules.longest_distance_m,
            "elsewhere": needy | (place[None, :] != place[:count, None]),
        }


def _distance_m(homes: pd.DataFrame, residences: gpd.GeoDataFrame, count: int) -> np.ndarray:
    """Straight distance between residences, m; NaN where one is not located."""
    points = residences.geometry.reindex(homes["residence_id"])
    x, y = points.x.to_numpy(), points.y.to_numpy()
    return np.hypot(x[:count, None] - x[None, :], y[:count, None] - y[None, :])


def _blocked(passes: Mapping[str, np.ndarray], on_file: pd.DataFrame, homes: pd.DataFrame) -> np.ndarray:
    """The first rule after which a household has no home left; missing where some remain."""
    blocked = np.full(len(on_file), None, dtype=object)
    left = np.ones((len(on_file), len(homes)), dtype=bool)
    for name in HARD_RULES:
        left &= passes[name]
        none = ~left.any(axis=1) & pd.isna(blocked)
        blocked[none] = name
    unknown = on_file[["rooms_needed", "persons", "need_level"]].isna().any(axis=1).to_numpy()
    blocked[unknown] = "unknown"
    return blocked


def _numbers(values: pd.Series) -> np.ndarray:
    return values.to_numpy(dtype=float, na_value=np.nan)
