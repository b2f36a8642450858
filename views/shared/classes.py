"""Classes of a map: bounds by four methods, the class of each value, how many fall in each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from views.shared.i18n import N_

LEAST_CLASSES, MOST_CLASSES = 3, 7
SAMPLED_FROM = 3_000
METHODS = {
    "quantiles": N_("Quantiles"),
    "fisher": N_("Fisher-Jenks"),
    "equal": N_("Equal intervals"),
    "manual": N_("Bounds of my own"),
}


@dataclass(frozen=True, slots=True)
class LegendLine:
    """One line of a legend: its swatch, its words, how many it counts."""

    colour: str | None
    label: str
    count: int
    letter: str = ""


def bounds_of(
    values: pd.Series,
    method: str = "quantiles",
    classes: int = 5,
    *,
    manual: Sequence[float] = (),
    digits: int = 2,
) -> list[float]:
    """
    Return class bounds, the least value first, the greatest last.

    Parameters
    ----------
    method
        ``quantiles``, ``fisher`` (Fisher-Jenks: least variance within classes), ``equal`` (intervals), all of
        mapclassify but the first where ties fill a class; ``manual``: the inner bounds given.
    classes
        3 to 7; fewer come out where values are too few or too alike.
    manual
        Inner bounds in any order; those outside the values are left out.
    """
    known = values.dropna().astype(float)
    if method == "quantiles" or known.nunique() < 2:
        return quantile_bounds(values, classes, digits=digits)
    low, high = float(known.min()), float(known.max())
    if method == "manual":
        rounded = {float(bound) for bound in manual}
    elif method == "equal":
        rounded = {float(f"{bound:.{digits + 1}g}") for bound in _equal(known, classes)}
    else:
        rounded = {_between(known, bound, digits) for bound in _fisher(known, min(classes, known.nunique()))}
    return [low, *sorted(bound for bound in rounded if low < bound < high), high]


def _equal(known: pd.Series, classes: int) -> list[float]:
    import mapclassify  # some seconds the first time: only who asks for it waits

    return mapclassify.EqualInterval(known, k=classes).bins[:-1].tolist()


def _fisher(known: pd.Series, classes: int) -> list[float]:
    """Return the greatest value of each class but the last."""
    import mapclassify

    if len(known) > SAMPLED_FROM:
        drawn = known.sort_values().iloc[np.linspace(0, len(known) - 1, SAMPLED_FROM).astype(int)]
        return mapclassify.FisherJenks(drawn, k=classes).bins[:-1].tolist()
    return mapclassify.FisherJenks(known, k=classes).bins[:-1].tolist()


def _between(known: pd.Series, greatest: float, digits: int) -> float:
    """Return a round bound between the greatest value of a class and the least of the next."""
    above = known[known > greatest]
    least = float(above.min()) if len(above) else greatest
    middle = (greatest + least) / 2
    for kept in range(digits, 16):
        bound = float(f"{middle:.{kept}g}")
        if greatest < bound <= least:
            return bound
    return least


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


def lines(
    values: pd.Series,
    shown: pd.Series,
    bounds: Sequence[float],
    ramp: Sequence[str],
    write: Callable[[object], str],
) -> list[LegendLine]:
    """Return the legend of classes: bounds as all ``values`` give them, counts of those ``shown``."""
    everywhere, of = classify(values, bounds), classify(shown, bounds)
    found = []
    for rank, many in enumerate(counts(of, max(len(bounds) - 1, 0))):
        low, high = extent(values, everywhere, bounds, rank)
        words = write(low) if low == high else f"{write(low)} – {write(high)}"
        found.append(LegendLine(ramp[rank], words, many))
    return found


def read_bounds(typed: str) -> list[float]:
    """
    Read inner bounds as people type them: ``5; 10; 20`` or ``2,5 5 10``.

    A comma between digits is a decimal one; what is no number is left out.
    """
    found = []
    for part in typed.replace(";", " ").split():
        try:
            found.append(float(part.replace(",", ".").strip(".%€")))
        except ValueError:
            continue
    return sorted({value for value in found if np.isfinite(value)})[: MOST_CLASSES - 1]
