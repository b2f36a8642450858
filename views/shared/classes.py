"""Classes of a map: bounds, the class of each value, how many fall in each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True)
class LegendLine:
    """One line of a legend: its swatch, its words, how many it counts."""

    colour: str | None
    label: str
    count: int
    letter: str = ""


def quantile_bounds(values: pd.Series, classes: int = 5, *, digits: int = 2) -> list[float]:
    """
    Return class bounds that hold about as many values each, rounded to ``digits`` significant digits.

    Bounds that fall together are one: there may be fewer classes than asked for, and none without a value.
    The first bound is at most the least value and the last at least the greatest.
    """
    known = values.dropna().astype(float)
    if known.empty:
        return []
    inner = np.quantile(known, np.linspace(0, 1, classes + 1)[1:-1])
    rounded = [_round(bound, digits) for bound in inner]
    low, high = float(known.min()), float(known.max())
    return [low, *sorted({bound for bound in rounded if low < bound < high}), high]


def classify(values: pd.Series, bounds: Sequence[float]) -> pd.Series:
    """
    Return the class of each value, from 0: a class holds its lower bound, the last its upper one too.

    Values outside the bounds fall in the first or the last class; a missing value has no class.
    """
    known = values.astype("Float64")
    if len(bounds) < 2:
        return pd.Series(pd.NA, index=values.index, dtype="Int64")
    placed = np.searchsorted(np.asarray(bounds[1:-1], dtype=float), known.fillna(0), side="right")
    return pd.Series(placed, index=values.index, dtype="Int64").mask(known.isna())


def counts(of: pd.Series, classes: int) -> list[int]:
    """Return how many values fall in each class."""
    found = of.value_counts()
    return [int(found.get(i, 0)) for i in range(classes)]


def _round(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")
