"""Rankings: the weighted sum as the reference, TOPSIS and PROMETHEE II as cross-checks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from planning.decision.values import DecisionError


@dataclass(frozen=True)
class Panel:
    """
    Values of many sites, laid out once so that new weights rank them at once.

    ``filled`` has 0 where a value is unknown; ``patterns`` are the distinct sets of known criteria, and ``pattern``
    that of each site; ``veto`` tells sites that are out whatever their score.
    """

    index: pd.Index
    names: tuple[str, ...]
    filled: np.ndarray
    patterns: np.ndarray
    pattern: np.ndarray
    veto: np.ndarray

    @classmethod
    def of(cls, values: pd.DataFrame, veto: pd.Series | None = None) -> "Panel":
        """
        Lay out a table of values (`value_table`); ``veto`` is true, or a reason, for sites that are out.

        Raises
        ------
        DecisionError
            If a value is not between 0 and 1.
        """
        table = values.to_numpy(dtype=float)
        known = ~np.isnan(table)
        if (np.abs(np.where(known, table, 0.5) - 0.5) > 0.5).any():
            raise DecisionError("values must be between 0 and 1: pass measures through their value functions")
        packed = np.packbits(known, axis=1)
        _, first, pattern = np.unique(packed, axis=0, return_index=True, return_inverse=True)
        out = np.zeros(len(values), dtype=bool)
        if veto is not None and veto.dtype == bool:
            out = veto.reindex(values.index, fill_value=False).to_numpy()
        elif veto is not None:
            said = veto.reindex(values.index).astype(object)
            out = (said.notna() & said.map(bool)).to_numpy(dtype=bool)
        filled = np.asfortranarray(np.where(known, table, 0.0))
        return cls(values.index, tuple(values.columns), filled, known[first], pattern.ravel(), out)

    @property
    def known(self) -> np.ndarray:
        """Whether each value is known (sites x criteria)."""
        return self.patterns[self.pattern]

    def weights(self, weights: pd.Series | ArrayLike) -> np.ndarray:
        """
        Weights in the order of the criteria, made to sum to 1.

        Raises
        ------
        DecisionError
            If a weight is missing or negative, or all are 0.
        """
        given = weights.reindex(self.names) if isinstance(weights, pd.Series) else weights
        array = np.asarray(given, dtype=float)
        if array.shape != (len(self.names),) or not (array >= 0).all() or not array.sum() > 0:
            raise DecisionError(f"expected a weight of 0 or more for each of {list(self.names)}, not all 0")
        return array / array.sum()


def weighted_sum(panel: Panel, weights: pd.Series | ArrayLike) -> pd.DataFrame:
    """
    Score each site: the sum of its values times the weights.

    Returns
    -------
    pandas.DataFrame
        Indexed by site: ``score`` (over the known criteria: the unknown ones are taken to be like them),
        ``low`` and ``high`` (the unknown ones at 0 and at 1), ``reliability`` (weight of the known ones), ``rank``
        (1 is best, equal scores share it; missing under a veto or with nothing known).
    """
    w = panel.weights(weights)
    low = panel.filled @ w
    reliability = (panel.patterns @ w)[panel.pattern]
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(reliability > 0, low / reliability, np.nan)
    high = low + np.maximum(1 - reliability, 0)  # weights that sum to 1 may add up to a rounding more
    score = np.clip(score, low, high)
    columns = {
        "score": score,
        "low": low,
        "high": high,
        "reliability": reliability,
        "rank": ranks(np.where(panel.veto, np.nan, score)),
    }
    return pd.DataFrame(columns, index=panel.index, copy=False)


def weighted_product(panel: Panel, weights: pd.Series | ArrayLike) -> pd.Series:
    """Geometric mean of the known values: a very poor value is not bought back by a very good one."""
    w = panel.weights(weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(panel.known, np.log(panel.filled), 0.0)
        mean = np.where(w > 0, logs, 0.0) @ w / (panel.patterns @ w)[panel.pattern]
    return pd.Series(np.exp(mean), index=panel.index, name="score")


def ranks(scores: np.ndarray) -> np.ndarray:
    """Rank of each score, 1 for the highest; equal scores share the better rank; missing for missing."""
    order = np.argsort(-scores, kind="stable")
    ordered = scores[order]
    place = np.arange(1.0, scores.size + 1)
    new = np.ones(scores.size, dtype=bool)
    new[1:] = ordered[1:] != ordered[:-1]
    rank = np.empty(scores.size)
    rank[order] = np.maximum.accumulate(np.where(new, place, 0))
    rank[np.isnan(scores)] = np.nan
    return rank


def topsis(
    measures: ArrayLike, weights: ArrayLike, senses: Sequence[int], *, normalisation: str
) -> np.ndarray:
    """
    TOPSIS: closeness to the best of each criterion, 0 to 1 (Hwang and Yoon 1981).

    The normalisation is never implied: it can change the winner (Opricovic and Tzeng 2004).

    Parameters
    ----------
    measures
        Alternatives x criteria, in the criteria's units; an alternative with a missing one has no closeness.
    senses
        1 where more is better, -1 where less is.
    normalisation
        ``minmax`` (between the least and the largest) or ``vector`` (by the root of the sum of squares).

    Raises
    ------
    DecisionError
        If the normalisation is not known.
    """
    table = np.asarray(measures, dtype=float)
    low, high = np.fmin.reduce(table), np.fmax.reduce(table)
    if normalisation == "minmax":
        size = high - low
    elif normalisation == "vector":
        size = np.sqrt(np.nansum(table * table, axis=0))
    else:
        raise DecisionError(f"no normalisation is called {normalisation!r}: choose minmax or vector")
    scale = np.asarray(weights, dtype=float) / np.where(size == 0, 1, size)
    senses = np.asarray(senses)
    best, worst = np.where(senses > 0, high, low), np.where(senses > 0, low, high)
    square = scale * scale
    to_best, to_worst = (np.sqrt(((table - ideal) ** 2) @ square) for ideal in (best, worst))
    total = to_best + to_worst
    return np.divide(to_worst, total, out=np.where(np.isnan(total), np.nan, 0.5), where=total > 0)


def promethee2(
    measures: ArrayLike,
    weights: ArrayLike,
    senses: Sequence[int],
    *,
    indifference: ArrayLike | None = None,
    preference: ArrayLike | None = None,
) -> np.ndarray:
    """
    PROMETHEE II: net flow of each alternative, -1 to 1 (Brans and Vincke 1985).

    By sorting and running sums, not pair by pair: a whole town in a blink.

    Parameters
    ----------
    measures
        Alternatives x criteria, no missing one.
    indifference, preference
        Thresholds by criterion, in its unit: preference grows from none at the first to whole at the second.
        By default any difference is preferred wholly (the usual criterion).

    Raises
    ------
    DecisionError
        If a measure is missing or an indifference exceeds its preference.
    """
    table = np.asarray(measures, dtype=float) * np.asarray(senses)
    if np.isnan(table).any():
        raise DecisionError("PROMETHEE compares all pairs: leave out the sites with an unknown criterion")
    none = np.zeros(table.shape[1])
    low = none if indifference is None else np.asarray(indifference, dtype=float)
    high = none if preference is None else np.asarray(preference, dtype=float)
    if (low > high).any() or (low < 0).any():
        raise DecisionError("each indifference threshold must be 0 or more, and at most its preference one")
    flows = np.zeros(len(table))
    total = np.sum(weights, dtype=float)
    for column, weight, start, end in zip(table.T, weights, low, high, strict=True):
        flows += weight / total * (_preferred(column, start, end) - _preferred(-column, start, end))
    return flows / max(1, len(table) - 1)


def _preferred(column: np.ndarray, start: float, end: float) -> np.ndarray:
    """Sum over the others of the preference for each one, linear between the thresholds."""
    centred = column - column.mean()
    ordered = np.sort(centred)
    wholly = np.searchsorted(ordered, centred - end, side="right" if end > start else "left")
    if end == start:
        return wholly.astype(float)
    partly = np.searchsorted(ordered, centred - start, side="left")
    sums = np.concatenate([[0.0], np.cumsum(ordered)])
    count = np.maximum(partly - wholly, 0)
    between = count * (centred - start) - (sums[np.maximum(partly, wholly)] - sums[wholly])
    return wholly + between / (end - start)
