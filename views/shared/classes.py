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

    Where the least value (often 0) alone would fill a class, it has one to itself and the others share the
    rest. Bounds that fall together are one: there may be fewer classes than asked for, and none without a
    value. The first bound is the least value, the last the greatest.
    """
    known = values.dropna().astype(float)
    if known.empty:
        return []
    low, high = float(known.min()), float(known.max())
    above = known[known > low]
    if classes > 1 and len(above) and len(known) - len(above) >= len(known) / classes:
        return [low, *quantile_bounds(above, classes - 1, digits=digits)]
    inner = np.quantile(known, np.linspace(0, 1, classes + 1)[1:-1])
    rounded = {float(f"{bound:.{digits}g}") for bound in inner}
    return [low, *sorted(bound for bound in rounded if low < bound < high), high]


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


def extent(values: pd.Series, of: pd.Series, bounds: Sequence[float], rank: int) -> tuple[float, float]:
    """Return the bounds of a class as a legend writes them: one value twice where all of its values are that one."""
    inside = values[of == rank].dropna().astype(float)
    if len(inside) and inside.nunique() == 1:
        return float(inside.iloc[0]), float(inside.iloc[0])
    return bounds[rank], bounds[rank + 1]
