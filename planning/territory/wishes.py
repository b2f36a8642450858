"""Why a wish cannot be met: which limit stands in the way, and what it would have to be."""

from dataclasses import dataclass, replace

import numpy as np

from planning.territory.bound import LARGEST_FOR_SIMPLEX, Proof
from planning.territory.measure import measure, sector_loads
from planning.territory.model import AXES, Priorities, Territory
from planning.territory.relaxation import Relaxation
from planning.territory.words import Sentence

OTHERS_KEPT = "With the other limits as they are, "
HEAVY = (
    "{unit} alone carries {share_pct} % of a sector's share of {criterion}:"
    " the tolerance must be {at_least_pct} % or more."
)
LOCKED = (
    "The locks give {sector} {share_pct} % of its share of {criterion}: free some, or allow {at_least_pct} %."
)
TOLERANCE = (
    OTHERS_KEPT + "the tolerance on {criterion} must be {at_least_pct} % or more; it is {asked_pct} %."
)
CAP = {
    "mean_distance_m": OTHERS_KEPT + "tenants are at {at_least} m or more on average; the cap is {asked} m.",
    "moved_pct": OTHERS_KEPT + "at least {at_least} % of tenants change; the cap is {asked} %.",
    "border_km": OTHERS_KEPT + "borders are {at_least} km or more; the cap is {asked} km.",
}
TOGETHER = "No single limit is to blame: at least two of them must give way together."
NEAREST = (
    "No plan within every limit was found, and none is proven impossible:"
    " the nearest one exceeds {limit} by {over}."
)

TEMPLATES = (HEAVY, LOCKED, TOLERANCE, *CAP.values(), TOGETHER, NEAREST)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """
    One limit that stands in the way.

    ``at_least`` is proven: no plan, contiguous or not, does with less while the other limits stay.
    """

    limit: str
    asked: float
    at_least: float
    sentence: Sentence


def floor(problem: Territory, axis: str) -> float:
    """Return the least an axis can be within the limits (a proven bound; inf where no plan exists at all)."""
    row = AXES.index(axis)
    weights = np.eye(3)[row]
    alone = replace(problem, weights=weights, caps=np.where(np.arange(3) == row, np.inf, problem.caps))
    return max(0.0, Proof(alone).bound) if _small(alone) else _rough_floor(alone)


def obstacles(problem: Territory, nearest: np.ndarray | None = None) -> list[Obstacle]:
    """
    Say what stands in the way of a plan within every limit; empty where nothing is known to.

    Parameters
    ----------
    nearest
        The plan that the search came nearest with: where nothing is proven, what it exceeds is told.
    """
    found = [*_heavy(problem), *_locked(problem)]
    if not found and _small(problem) and not _feasible(problem):
        found = [*_caps(problem), *_tolerances(problem)]
        found = found or [Obstacle("together", np.nan, np.nan, Sentence(TOGETHER))]
    if not found and nearest is not None and not measure(problem, nearest).valid:
        found = _exceeded(problem, nearest)
    return found


def _small(problem: Territory) -> bool:
    n, k = problem.size
    bordered = problem.weights[2] > 0 or np.isfinite(problem.caps[2])
    return n * k + (len(problem.edge_a) * k if bordered else 0) <= LARGEST_FOR_SIMPLEX * 2


def _rough_floor(problem: Territory) -> float:
    """For large problems: each unit on its own, limits left aside."""
    return float(np.where(problem.allowed, problem.cost(), np.inf).min(axis=1).sum())


def _feasible(problem: Territory) -> bool:
    priorities = Priorities(change=0, border=0, distance=1)
    return np.isfinite(Relaxation(problem.wanting(priorities)).solve(problem.allowed, lessons=30).bound)


def _heavy(problem: Territory) -> list[Obstacle]:
    free = np.isfinite(problem.high)
    found = []
    for c, criterion in enumerate(problem.criteria):
        high = problem.high[free[:, c], c].max()
        target = problem.target[free[:, c], c].max()
        only = problem.allowed[:, ~free[:, c]].any(axis=1)
        for i in np.flatnonzero((problem.loads[:, c] > high * (1 + 1e-9)) & ~only):
            share = 100 * problem.loads[i, c] / target
            values = {"unit": str(problem.units[i]), "share_pct": share, "criterion": criterion}
            sentence = Sentence(HEAVY, {**values, "at_least_pct": share - 100})
            found.append(Obstacle(f"tolerance:{criterion}", 100 * (high / target - 1), share - 100, sentence))
    return found


def _locked(problem: Territory) -> list[Obstacle]:
    only = problem.allowed.sum(axis=1) == 1
    load = sector_loads(replace(problem, loads=problem.loads * only[:, None]), problem.allowed.argmax(axis=1))
    found = []
    for j, c in np.argwhere((load > problem.high * (1 + 1e-9)) & np.isfinite(problem.high)):
        share = 100 * load[j, c] / problem.target[j, c]
        asked = 100 * (problem.high[j, c] / problem.target[j, c] - 1)
        values = {"sector": str(problem.sectors[j]), "share_pct": share, "criterion": problem.criteria[c]}
        sentence = Sentence(LOCKED, {**values, "at_least_pct": share - 100})
        found.append(Obstacle(f"tolerance:{problem.criteria[c]}", asked, share - 100, sentence))
    return found


def _caps(problem: Territory) -> list[Obstacle]:
    found = []
    for row, axis in enumerate(AXES):
        asked = float(problem.caps[row])
        at_least = floor(problem, axis) if np.isfinite(asked) else -np.inf
        if asked < at_least < np.inf:
            sentence = Sentence(CAP[axis], {"at_least": at_least, "asked": asked})
            found.append(Obstacle(axis, asked, at_least, sentence))
    return found


def _tolerances(problem: Territory) -> list[Obstacle]:
    found = []
    for c, criterion in enumerate(problem.criteria):
        asked = _tolerance(problem, c)
        least = _least_tolerance(problem, c, asked)
        if np.isfinite(least):
            values = {"criterion": criterion, "at_least_pct": 100 * least, "asked_pct": 100 * asked}
            found.append(
                Obstacle(f"tolerance:{criterion}", 100 * asked, 100 * least, Sentence(TOLERANCE, values))
            )
    return found


def _tolerance(problem: Territory, c: int) -> float:
    free = np.isfinite(problem.high[:, c])
    return float((problem.high[free, c] / problem.target[free, c] - 1).max())


def _least_tolerance(problem: Territory, c: int, asked: float) -> float:
    """Narrow down the least tolerance of one criterion that leaves a plan possible; inf where none does."""
    low, high = asked, float(problem.size[1])
    if not _feasible(_with_tolerance(problem, c, high)):
        return np.inf
    while high - low > 1e-4:
        middle = (low + high) / 2
        if _feasible(_with_tolerance(problem, c, middle)):
            high = middle
        else:
            low = middle
    return low


def _with_tolerance(problem: Territory, c: int, tolerance: float) -> Territory:
    low, high = problem.low.copy(), problem.high.copy()
    free = np.isfinite(high[:, c])
    low[free, c] = np.maximum(0, 1 - tolerance) * problem.target[free, c]
    high[free, c] = (1 + tolerance) * problem.target[free, c]
    return replace(problem, low=low, high=high)


def _exceeded(problem: Territory, nearest: np.ndarray) -> list[Obstacle]:
    """Tell what the nearest plan exceeds, largest first."""
    figures = measure(problem, nearest)
    found = []
    for axis, cap in zip(AXES, problem.caps, strict=True):
        value = getattr(figures, axis)
        if value > cap:
            found.append(_beyond(axis, float(cap), value))
    for c, criterion in enumerate(problem.criteria):
        asked, value = 100 * _tolerance(problem, c), figures.deviation_pct[criterion]
        if value > asked + 1e-9:
            found.append(_beyond(f"tolerance:{criterion}", asked, value))
    return found


def _beyond(limit: str, asked: float, value: float) -> Obstacle:
    return Obstacle(limit, asked, np.nan, Sentence(NEAREST, {"limit": limit, "over": value - asked}))
