"""How sure a rank is: SMAA over weights and unknown values, tipping weights, pairwise wins.

Lahdelma and Salminen 2001 (SMAA-2); the acceptability of the best k ranks in place of each rank.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from planning.decision.ranking import Panel
from planning.decision.values import DecisionError

_BLOCK = 64
_ROUNDING = np.float32(1e-6)  # single precision may part two equal sums by this much


def draw_weights(
    weights: ArrayLike,
    draws: int,
    rng: np.random.Generator,
    *,
    how: str = "around",
    concentration: float = 50.0,
    noise_share: float = 0.2,
) -> np.ndarray:
    """
    Draw sets of weights (draws x criteria), each making 1.

    ``around``: Dirichlet round the user's (the higher the concentration, the closer); ``noise``: each weight
    more or less by a share of itself; ``order``: any that keep the user's order; ``any``: any at all. A
    criterion of weight 0 keeps it but under ``any``.

    Raises
    ------
    DecisionError
        If ``how`` is none of them.
    """
    mean = np.asarray(weights, dtype=float) / np.sum(weights)
    size = mean.size
    used = mean > 0
    drawn = np.zeros((draws, size))
    if how == "around":
        drawn[:, used] = rng.gamma(mean[used] * concentration, size=(draws, used.sum()))
    elif how == "noise":
        drawn = mean * rng.uniform(1 - noise_share, 1 + noise_share, size=(draws, size))
    elif how == "order":
        free = -np.sort(-rng.exponential(size=(draws, used.sum())), axis=1)
        drawn[:, np.flatnonzero(used)[np.argsort(-mean[used], kind="stable")]] = free
    elif how == "any":
        drawn = rng.exponential(size=(draws, size))
    else:
        raise DecisionError(f"no way of drawing weights is called {how!r}: around, noise, order or any")
    return drawn / drawn.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Acceptability:
    """
    Shares of the draws: ``table`` by site has ``first`` (no other is better) and ``top`` (among the best ``k``).

    Equal scores share their place, as in `ranks`: shares of ``first`` may sum to more than 1. ``central`` gives,
    for the sites that are ever first, the mean of the weights that make them so.
    """

    k: int
    draws: int
    table: pd.DataFrame
    central: pd.DataFrame


def smaa(
    panel: Panel,
    drawn: np.ndarray,
    *,
    k: int = 10,
    rng: np.random.Generator | None = None,
    low: pd.DataFrame | None = None,
    high: pd.DataFrame | None = None,
) -> Acceptability:
    """
    Chance of each site to be first and among the best k, over weights and uncertain values.

    Parameters
    ----------
    drawn
        Sets of weights (`draw_weights`).
    rng
        Chance of the uncertain values; needed where there are any.
    low, high
        Bounds of the values, for those that are uncertain: drawn evenly between them. By default known
        values are sure, and unknown ones anywhere from 0 to 1; criteria known for no site at all are left out.

    Raises
    ------
    DecisionError
        If values are uncertain and no ``rng`` is given, or weights do not suit the criteria.
    """
    sites = np.flatnonzero(~panel.veto)
    if drawn.ndim != 2 or drawn.shape[1] != len(panel.names):
        raise DecisionError(f"expected weights for {len(panel.names)} criteria, got {drawn.shape}")
    base, span, heard = _bounds(panel, low, high)
    sites = sites[np.argsort(-np.count_nonzero(span[sites], axis=1), kind="stable")]  # as _Noise wants them
    noise = _Noise.of(span[sites])
    if noise.slots and rng is None:
        raise DecisionError("some values are uncertain: give the rng that will draw them")
    weights = np.where(heard, drawn, 0)
    sums = weights.sum(axis=1, keepdims=True)
    weights = np.divide(weights, sums, out=np.zeros_like(weights), where=sums > 0).astype(np.float32)
    values = np.ascontiguousarray(base[sites].T, dtype=np.float32)
    best_k = min(k, sites.size)
    strong = _strongest(weights, values, best_k)
    first, top = np.zeros(sites.size, dtype=np.int64), np.zeros(sites.size, dtype=np.int64)
    central = np.zeros((sites.size, len(panel.names)))
    for start in range(0, len(drawn) if sites.size else 0, _BLOCK):
        block = slice(start, start + _BLOCK)
        scores = weights[block] @ values
        noise.add(scores, weights[block], rng)
        for mine, winners, best in zip(drawn[block], *_places(scores, best_k, strong), strict=True):
            first[winners] += 1
            central[winners] += mine
            top[best] += 1
    order = np.argsort(sites)
    return _acceptability(panel, sites[order], k, len(drawn), first[order], top[order], central[order])


def _acceptability(panel, sites, k, draws, first, top, central) -> Acceptability:
    shares = np.zeros((len(panel.index), 2))
    shares[sites, 0], shares[sites, 1] = first / draws, top / draws
    ever = np.flatnonzero(first)
    means = central[ever] / first[ever, None]
    return Acceptability(
        k,
        draws,
        pd.DataFrame(shares, index=panel.index, columns=["first", "top"]),
        pd.DataFrame(means, index=panel.index[sites[ever]], columns=panel.names),
    )


def _bounds(
    panel: Panel, low: pd.DataFrame | None, high: pd.DataFrame | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Least value, spread of the uncertain ones, and criteria of which something is known."""
    known = panel.known
    names = list(panel.names)
    least = (
        np.where(known, panel.filled, 0.0)
        if low is None
        else low.loc[panel.index, names].to_numpy(dtype=float)
    )
    most = (
        np.where(known, panel.filled, 1.0)
        if high is None
        else high.loc[panel.index, names].to_numpy(dtype=float)
    )
    least, most = np.where(np.isnan(least), 0.0, least), np.where(np.isnan(most), 1.0, most)
    heard = panel.patterns.any(axis=0)
    spread = np.where(heard, most - least, 0.0)
    if (spread < 0).any():
        raise DecisionError("a low value is above its high one: swap them")
    return least, spread, heard


@dataclass(frozen=True)
class _Noise:
    """
    Uncertain values to be drawn, of sites in the order of how many they have, the most first.

    ``slots`` are the spreads and the criteria of each site's first uncertain value, of each one's second, and so
    on: each slot is about as many first sites as it is long, so that it is added without looking any site up.
    """

    slots: tuple[tuple[np.ndarray, np.ndarray], ...]

    @classmethod
    def of(cls, span: np.ndarray) -> "_Noise":
        count = np.count_nonzero(span, axis=1)
        uncertain = np.argsort(span == 0, axis=1, kind="stable")
        held = [uncertain[: np.count_nonzero(count > slot), slot] for slot in range(count.max(initial=0))]
        return cls(tuple((span[np.arange(len(one)), one].astype(np.float32), one) for one in held))

    def add(self, scores: np.ndarray, weights: np.ndarray, rng: np.random.Generator | None) -> None:
        """Add to each score its site's unknown part, drawn anew for each set of weights."""
        for score, weight in zip(scores, weights, strict=True):
            for spread, criterion in self.slots:
                drawn = rng.random(spread.size, dtype=np.float32)
                drawn *= spread
                drawn *= weight[criterion]
                score[: spread.size] += drawn


def _strongest(weights: np.ndarray, values: np.ndarray, k: int) -> np.ndarray:
    """A few sites strong under the mean weights: the k-th best among them is a floor for the k-th of all."""
    few = min(4 * k, values.shape[1])
    mean = weights.mean(axis=0) @ values
    return np.argpartition(-mean, few - 1)[:few] if few else np.empty(0, dtype=int)


def _places(scores: np.ndarray, k: int, strong: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The sites that no other beats, and those among the k best, draw by draw; ties all count."""
    floor = np.partition(scores[:, strong], -k, axis=1)[:, -k] - _ROUNDING
    winners, best = [], []
    for score, least in zip(scores, floor, strict=True):
        near = np.flatnonzero(score >= least)
        reached = score[near]
        winners.append(near[reached >= reached.max() - _ROUNDING])
        best.append(near[reached >= np.partition(reached, -k)[-k] - _ROUNDING])
    return winners, best


def pairwise_wins(panel: Panel, drawn: np.ndarray, sites: Sequence) -> pd.DataFrame:
    """Share of the draws in which the site of the row is before that of the column, on known values."""
    rows = panel.index.get_indexer(pd.Index(sites))
    if (rows < 0).any():
        raise DecisionError(
            f"unknown sites: {[site for site, row in zip(sites, rows, strict=True) if row < 0]}"
        )
    known = panel.known[rows]
    scores = (drawn @ panel.filled[rows].T) / np.maximum(drawn @ known.T, 1e-12)
    wins = (scores[:, :, None] > scores[:, None, :]).mean(axis=0)
    ties = (scores[:, :, None] == scores[:, None, :]).mean(axis=0)
    return pd.DataFrame(wins + ties / 2, index=list(sites), columns=list(sites))


def rank_spread(panel: Panel, drawn: np.ndarray, sites: Sequence, *, share: float = 0.8) -> pd.DataFrame:
    """Median rank of some sites and the ranks between which a share of the draws falls, on known values."""
    rows = panel.index.get_indexer(pd.Index(sites))
    open_sites = np.flatnonzero(~panel.veto)
    filled, known = panel.filled[open_sites], panel.patterns[:, :]
    found = np.empty((len(drawn), len(rows)))
    for start in range(0, len(drawn), _BLOCK):
        block = drawn[start : start + _BLOCK]
        heard = (block @ known.T)[:, panel.pattern]
        scores = (block @ filled.T) / np.maximum(heard[:, open_sites], 1e-12)
        ordered = np.sort(scores, axis=1)
        ours = (block @ panel.filled[rows].T) / np.maximum(heard[:, rows], 1e-12)
        for line, (all_scores, mine) in enumerate(zip(ordered, ours, strict=True)):
            above = scores.shape[1] - np.searchsorted(all_scores, mine + 1e-12, side="right")
            found[start + line] = above + 1
    edge = (1 - share) / 2
    low, middle, high = np.quantile(found, [edge, 0.5, 1 - edge], axis=0, method="nearest")
    return pd.DataFrame({"best": low, "median": middle, "worst": high}, index=list(sites))


def tipping_weights(values: pd.DataFrame, weights: pd.Series, leader: object, rival: object) -> pd.DataFrame:
    """
    Weight of each criterion at which a rival catches up with a leader, the others keeping their proportions.

    With leads ``d`` on each criterion, the lead at weight x of criterion j is ``x d_j + (1 - x) r_j``, where
    ``r_j`` is the lead on the others: nil at ``r_j / (r_j - d_j)``.

    Returns
    -------
    pandas.DataFrame
        By criterion: ``weight``, ``tipping`` (missing where no weight between 0 and 1 does it), ``change``.

    Raises
    ------
    DecisionError
        If one of the sites has an unknown value on a criterion that counts.
    """
    w = weights.reindex(values.columns) / weights.reindex(values.columns).sum()
    lead = values.loc[leader] - values.loc[rival]
    if lead[w > 0].isna().any():
        raise DecisionError(
            f"unknown on {list(lead.index[(w > 0) & lead.isna()])}: no tipping weight is sure"
        )
    lead = lead.fillna(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        others = ((w * lead).sum() - w * lead) / (1 - w)
        tipping = others / (others - lead)
    possible = (w < 1) & tipping.between(0, 1)
    tipping = tipping.where(possible)
    return pd.DataFrame({"weight": w, "tipping": tipping, "change": tipping - w})
