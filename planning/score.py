"""A transparent score: value functions with stated anchors, a weighted sum, every contribution kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Criterion:
    """One reason to prefer a site: ``value`` maps rows to 0 (poor) .. 1 (good), NaN where unknown."""

    name: str
    weight: float
    value: Callable[[pd.DataFrame], pd.Series]


def linear(amount: pd.Series, *, poor: float, good: float) -> pd.Series:
    """Value 0 at ``poor``, 1 at ``good``, straight between and flat beyond; missing stays missing."""
    return ((amount.astype(float) - poor) / (good - poor)).clip(0, 1)


def criteria(parameters: Parameters) -> tuple[Criterion, ...]:
    """The criteria of the first score, their anchors and weights taken from ``data/reference/score.csv``."""
    weights = parameters.table("score.weight")
    values = {
        "capacity": lambda rows: _capacity(rows, parameters),
        "station": lambda rows: linear(
            rows["station_m"], poor=parameters["score.station.poor"], good=parameters["score.station.good"]
        ),
        "qpv": lambda rows: _by_answer(
            rows["in_qpv"], parameters["score.qpv.inside"], parameters["score.qpv.outside"]
        ),
        "land": lambda rows: _land(rows, parameters),
    }
    return tuple(Criterion(name, weights[name], value) for name, value in values.items())


def score(rows: pd.DataFrame, chosen: Sequence[Criterion], *, left_out: Sequence[str] = ()) -> pd.DataFrame:
    """
    Score rows from 0 to 100: a column ``part_<name>`` a criterion, and ``score``, their sum.

    A row that lacks a value has no score: its known parts stay, the missing one is shown as unknown. A
    criterion for which the whole territory has no data is named in ``left_out``: its part is missing
    everywhere and its weight goes to the others, in proportion.

    Parameters
    ----------
    rows
        What the criteria read: ``form``, ``dwellings``, ``station_m``, ``in_qpv``, ``own_land``,
        ``owner_group``, ``public_land``.
    """
    kept = [criterion for criterion in chosen if criterion.name not in left_out]
    total = sum(criterion.weight for criterion in kept)
    parts = pd.DataFrame(
        {f"part_{c.name}": c.value(rows).astype(float) * (100 * c.weight / total) for c in kept},
        index=rows.index,
        dtype=float,
    )
    sums = parts.sum(axis=1, skipna=False) if kept else pd.Series(np.nan, index=rows.index)
    return parts.reindex(columns=[f"part_{c.name}" for c in chosen]).assign(score=sums)


def _capacity(rows: pd.DataFrame, parameters: Parameters) -> pd.Series:
    """Dwellings against the least and the full size of their form."""
    names = rows["form"].unique()
    poor = rows["form"].map({form: parameters[f"score.capacity.{form}.poor"] for form in names}).astype(float)
    good = rows["form"].map({form: parameters[f"score.capacity.{form}.good"] for form in names}).astype(float)
    return ((rows["dwellings"].astype(float) - poor) / (good - poor)).clip(0, 1)


def _by_answer(answer: pd.Series, yes: float, no: float) -> pd.Series:
    """One value for true, one for false, none for unknown."""
    return answer.astype("boolean").astype("Float64").astype(float) * (yes - no) + no


def _land(rows: pd.DataFrame, parameters: Parameters) -> pd.Series:
    """Own land before public land before any other; unknown where the owner is."""
    values = np.select(
        [
            rows["own_land"].fillna(False).to_numpy(bool),
            rows["public_land"].fillna(False).to_numpy(bool),
            rows["public_land"].notna().to_numpy(bool),
        ],
        [parameters["score.land.own"], parameters["score.land.public"], parameters["score.land.other"]],
        default=np.nan,
    )
    return pd.Series(values, index=rows.index)
