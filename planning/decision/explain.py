"""Why a site ranks where it does: contributions, reasons, what would change its rank, the Pareto set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.decision.ranking import Panel, weighted_sum
from planning.decision.values import Criterion, DecisionError


@dataclass(frozen=True, slots=True)
class Reason:
    """
    One reason as numbers, for views to put in words.

    ``measure`` and ``median`` are in the criterion's unit (the site's, and that of the median site);
    ``points`` is what it adds to the score, or takes from it, against the median site.
    """

    criterion: str
    measure: float
    median: float
    points: float


@dataclass(frozen=True)
class Waterfall:
    """
    From the score of the median site (``start``) to that of a site (``end``).

    ``steps`` by criterion, largest first: ``weight``, ``value`` and ``median`` (0 to 1, taken at the mean of the rest
    where unknown), ``known``, ``points`` (the step), ``score`` (after the step).
    """

    start: float
    end: float
    steps: pd.DataFrame


def contributions(panel: Panel, weights: pd.Series) -> pd.DataFrame:
    """
    Part of each criterion in each score: weight times value; a row sums to the score, exactly.

    An unknown value is taken at the score of the site itself (the mean of what is known of it).
    """
    w = panel.weights(weights)
    score = weighted_sum(panel, weights)["score"].to_numpy()
    parts = np.where(panel.known, panel.filled, score[:, None]) * w
    return pd.DataFrame(parts, index=panel.index, columns=panel.names)


def waterfall(panel: Panel, weights: pd.Series, site: object) -> Waterfall:
    """
    Explain a score by its steps from the median site, which add up exactly.

    The median site has the median of each criterion over the sites without a veto.
    """
    w, row = panel.weights(weights), _row(panel, site)
    known = panel.known
    median, start = _median_site(panel, w)
    score = float(panel.filled[row] @ w / (known[row] @ w))
    value = np.where(known[row], panel.filled[row], score)
    steps = pd.DataFrame(
        {"weight": w, "value": value, "median": median, "known": known[row], "points": w * (value - median)},
        index=pd.Index(panel.names, name="criterion"),
    )
    steps = steps.sort_values("points", key=np.abs, ascending=False, kind="stable")
    return Waterfall(start, score, steps.assign(score=start + steps["points"].cumsum()))


def _median_site(panel: Panel, w: np.ndarray) -> tuple[np.ndarray, float]:
    """Values of the median site, the unknown ones at its mean, and its score."""
    inside = ~panel.veto
    table = np.where(panel.known, panel.filled, np.nan)[inside]
    heard = panel.patterns.any(axis=0) & ~np.isnan(table).all(axis=0)
    median = np.full(len(panel.names), np.nan)
    median[heard] = np.nanmedian(table[:, heard], axis=0)
    score = float(np.nansum(median * w) / w[heard].sum())
    return np.where(heard, median, score), score


def reasons(
    panel: Panel, weights: pd.Series, sites: pd.DataFrame, site: object, *, count: int = 3
) -> tuple[list[Reason], list[Reason]]:
    """
    Strongest reasons for and against a site, compared with the median one; unknown criteria are no reason.

    Parameters
    ----------
    sites
        Measures of the sites, in the criteria's units.
    """
    steps = waterfall(panel, weights, site).steps
    steps = steps[steps["known"] & (steps["points"].abs() > 1e-12)]
    medians = sites.loc[panel.index[~panel.veto]].reindex(columns=steps.index).median()
    found = [
        Reason(name, float(sites.at[site, name]), float(medians[name]), float(points))
        for name, points in steps["points"].items()
    ]
    return [r for r in found if r.points > 0][:count], [r for r in found if r.points < 0][:count]


def what_would_change(
    panel: Panel,
    weights: pd.Series,
    criteria: Sequence[Criterion],
    sites: pd.DataFrame,
    site: object,
    *,
    rank: int,
) -> pd.DataFrame:
    """
    What would bring a site to a rank, one criterion at a time.

    Returns
    -------
    pandas.DataFrame
        By criterion, easiest first (least share of the way from worst to best): ``measure`` (missing where
        unknown), ``needed`` (in the criterion's unit; missing where even the best is not enough),
        ``change``, ``gain`` (of value), ``best_rank`` (with the criterion at its best, the others as they are).

    Raises
    ------
    DecisionError
        If the rank does not exist.
    """
    w, row = panel.weights(weights), _row(panel, site)
    table = weighted_sum(panel, weights)
    others = np.sort(table["score"][table["rank"].notna()].drop(site, errors="ignore").to_numpy())[::-1]
    if not 1 <= rank <= others.size + 1:
        raise DecisionError(f"there are ranks 1 to {others.size + 1}, not {rank}")
    target = others[rank - 1] if rank <= others.size else 0.0
    known = panel.known[row]
    earned, heard = float(panel.filled[row] @ w), float(known @ w)
    by_name = {criterion.name: criterion for criterion in criteria}
    lines = []
    for name, weight, value, sure in zip(panel.names, w, panel.filled[row], known, strict=True):
        total = heard if sure else heard + weight
        rest = earned - weight * value if sure else earned
        best = (rest + weight) / total if total > 0 else np.nan
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = float(np.divide(target * total - rest, weight))
        measure = float(sites.at[site, name]) if sure else np.nan
        reach = by_name[name].value.nearest_measure(max(needed, 0.0), measure if sure else 0.0)
        now = value if sure else earned / heard if heard else np.nan
        possible = weight > 0 and needed <= 1
        lines.append(
            (
                name,
                measure,
                reach if possible else np.nan,
                reach - measure if possible else np.nan,
                needed - now if possible else np.nan,
                1 + int((others > best + 1e-12).sum()),
            )
        )
    columns = ["criterion", "measure", "needed", "change", "gain", "best_rank"]
    return pd.DataFrame(lines, columns=columns).set_index("criterion").sort_values("gain", kind="stable")


def pareto(table: pd.DataFrame, senses: Mapping[str, int]) -> pd.Series:
    """
    Sites that no other one beats on all counts (at least as good everywhere, better somewhere).

    Parameters
    ----------
    senses
        Column to 1 where more is better, -1 where less is; a site with a missing column is not in the set.
    """
    points = table[list(senses)].to_numpy(dtype=float) * np.array(list(senses.values()))
    inside = np.zeros(len(table), dtype=bool)
    complete = np.flatnonzero(~np.isnan(points).any(axis=1))
    order = complete[np.lexsort(-points[complete].T[::-1])]
    front = np.empty((0, points.shape[1]))
    for place in order:
        point = points[place]
        beaten = ((front >= point).all(axis=1) & (front > point).any(axis=1)).any()
        if not beaten:
            inside[place] = True
            front = np.vstack([front, point])
    return pd.Series(inside, index=table.index, name="pareto")


def _row(panel: Panel, site: object) -> int:
    if site not in panel.index:
        raise DecisionError(f"unknown site {site!r}")
    return int(panel.index.get_loc(site))
