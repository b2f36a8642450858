"""The figures of a plan, in the manager's units, and what it does worse than today."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from planning.territory.model import AXES, Territory


@dataclass(frozen=True, slots=True)
class Figures:
    """
    What a plan is worth.

    ``deviation_pct`` maps each criterion to the largest deviation from the target among free sectors (%);
    ``violation`` is the sum of what exceeds the limits, each as a share of its limit: 0 for a valid plan.
    """

    mean_distance_m: float
    moved_pct: float
    border_km: float
    deviation_pct: dict[str, float]
    contiguous: bool
    cut_edges: int
    objective: float
    violation: float

    @property
    def max_deviation_pct(self) -> float:
        """Largest deviation over all criteria, %."""
        return max(self.deviation_pct.values())

    @property
    def valid(self) -> bool:
        """Whether the plan is contiguous and within every limit."""
        return self.contiguous and self.violation < 1e-7


def measure(problem: Territory, sector_of: np.ndarray) -> Figures:
    """Return the figures of a plan given as sector numbers by unit."""
    t = problem
    cut = sector_of[t.edge_a] != sector_of[t.edge_b]
    every = np.arange(len(sector_of))
    totals = np.array(
        [
            t.metres[every, sector_of].sum(),
            t.change_pct[every, sector_of].sum(),
            t.edge_km[cut].sum(),
        ]
    )
    load = sector_loads(t, sector_of)
    return Figures(
        mean_distance_m=float(totals[0]),
        moved_pct=float(totals[1]),
        border_km=float(totals[2]),
        deviation_pct=dict(zip(t.criteria, _deviation_pct(t, load), strict=True)),
        contiguous=is_contiguous(t, sector_of),
        cut_edges=int(cut.sum()),
        objective=float(t.weights @ totals),
        violation=_violation(t, load, totals),
    )


def sector_loads(problem: Territory, sector_of: np.ndarray) -> np.ndarray:
    """Return the sum of each criterion by sector."""
    load = np.zeros((problem.size[1], problem.loads.shape[1]))
    np.add.at(load, sector_of, problem.loads)
    return load


def pieces(problem: Territory, sector_of: np.ndarray) -> np.ndarray:
    """Number the connected pieces that the sectors are made of; one number by unit."""
    same = sector_of[problem.edge_a] == sector_of[problem.edge_b]
    n = len(sector_of)
    graph = coo_matrix((np.ones(same.sum()), (problem.edge_a[same], problem.edge_b[same])), shape=(n, n))
    return connected_components(graph, directed=False)[1]


def is_contiguous(problem: Territory, sector_of: np.ndarray) -> bool:
    """Whether every unit has a sector and every sector is exactly one piece."""
    if (sector_of < 0).any():
        return False
    return int(pieces(problem, sector_of).max()) + 1 == problem.size[1] == len(np.unique(sector_of))


def by_sector(problem: Territory, sector_of: np.ndarray) -> pd.DataFrame:
    """
    Return one row a sector: units, each criterion's sum, target and deviation, distance, tenants who come.

    ``mean_distance_m`` is per tenant of the sector; ``arriving_pct`` and ``leaving_pct`` are of all tenants.
    """
    t = problem
    k = t.size[1]
    share = np.bincount(sector_of, t.tenants_pct, k)
    metres = np.bincount(sector_of, t.metres[np.arange(len(sector_of)), sector_of], k)
    changed = (t.current >= 0) & (t.current != sector_of)
    table = pd.DataFrame({"units": np.bincount(sector_of, minlength=k)}, index=t.sectors)
    load = sector_loads(t, sector_of)
    for c, name in enumerate(t.criteria):
        with np.errstate(divide="ignore", invalid="ignore"):
            deviation = np.where(t.target[:, c] > 0, 100 * (load[:, c] / t.target[:, c] - 1), np.nan)
        table[name], table[f"{name}_target"], table[f"{name}_deviation_pct"] = (
            load[:, c],
            t.target[:, c],
            deviation,
        )
    table["mean_distance_m"] = 100 * metres / np.where(share > 0, share, np.nan)
    table["arriving_pct"] = np.bincount(sector_of[changed], t.tenants_pct[changed], k)
    table["leaving_pct"] = np.bincount(t.current[changed], t.tenants_pct[changed], k)
    return table


def movers(problem: Territory, sector_of: np.ndarray) -> pd.DataFrame:
    """List the units that change sector: unit, tenants as % of all, from, to; largest first."""
    changed = np.flatnonzero((problem.current >= 0) & (problem.current != sector_of))
    table = pd.DataFrame(
        {
            "tenants_pct": problem.tenants_pct[changed],
            "from_sector": problem.sectors[problem.current[changed]],
            "to_sector": problem.sectors[sector_of[changed]],
        },
        index=problem.units[changed],
    )
    return table.sort_values("tenants_pct", ascending=False, kind="stable")


def worse_than(plan: Figures, today: Figures) -> tuple[str, ...]:
    """Name the axes on which a plan is worse than today; tenants who change are not counted as one."""
    axes = ("max_deviation_pct", *(axis for axis in AXES if axis != "moved_pct"))
    return tuple(axis for axis in axes if getattr(plan, axis) > getattr(today, axis) + 1e-9)


def _deviation_pct(problem: Territory, load: np.ndarray) -> np.ndarray:
    free = problem.target > 0
    away = np.abs(np.divide(load, problem.target, out=np.ones_like(load), where=free) - 1)
    return 100 * away.max(axis=0)


def _violation(problem: Territory, load: np.ndarray, totals: np.ndarray) -> float:
    t = problem
    free = np.isfinite(t.high)
    high = np.where(free, t.high, 1.0)
    over = np.where(free, np.maximum(load - t.high, 0) + np.maximum(t.low - load, 0), 0) / np.maximum(
        high, 1e-12
    )
    caps = np.isfinite(t.caps)
    beyond = np.maximum(totals - t.caps, 0)[caps] / np.maximum(t.caps[caps], 1e-3)
    return float(over.sum() + beyond.sum())
