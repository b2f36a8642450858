"""The second level: agencies group sectors, as sectors group residences."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from planning.territory.atoms import coarsen
from planning.territory.model import Balance, Priorities, Territory, TerritoryError


def agencies_over(
    problem: Territory,
    sector_of: np.ndarray,
    units: pd.DataFrame,
    agencies: pd.DataFrame,
    *,
    balance: Sequence[Balance],
    priorities: Priorities,
) -> Territory:
    """
    Return the problem of grouping a plan's sectors into agencies; solve it like any other.

    Its units are the sectors, its sectors the agencies. Distances and changes are those of the residences,
    summed, so that the figures of its plans are the tenants' own.

    Parameters
    ----------
    units
        By residence, as for the problem: ``x``, ``y``, and ``agency``, today's (missing where there is none).
    agencies
        Offices by agency: ``x`` and ``y`` (m).
    balance
        Criteria, all among those of the problem.

    Raises
    ------
    TerritoryError
        If there are more agencies than sectors, or a criterion is not in the problem.
    """
    k = len(agencies)
    if k > problem.size[1]:
        raise TerritoryError(
            "{agencies} agencies cannot share {sectors} sectors: ask for fewer",
            agencies=k,
            sectors=problem.size[1],
        )
    wanted = [b.criterion for b in balance]
    if not set(wanted) <= set(problem.criteria):
        raise TerritoryError(
            "agencies balance {wanted}, sectors only {known}: add them there",
            wanted=wanted,
            known=list(problem.criteria),
        )
    columns = [problem.criteria.index(name) for name in wanted]
    places = agencies[["x", "y"]].to_numpy(float)
    gap = units.loc[problem.units, ["x", "y"]].to_numpy(float)[:, None, :] - places[None, :, :]
    current = agencies.index.get_indexer(units.loc[problem.units, "agency"])
    changes = (current[:, None] != np.arange(k)) & (current[:, None] >= 0)
    loads = problem.loads[:, columns]
    target = np.repeat(loads.sum(axis=0)[None, :] / k, k, axis=0)
    tolerance = np.array([b.tolerance for b in balance])
    of_units = replace(
        problem, sectors=agencies.index, criteria=tuple(wanted), loads=loads, target=target,
        metres=np.hypot(gap[..., 0], gap[..., 1]) * problem.tenants_pct[:, None] / 100,
        change_pct=problem.tenants_pct[:, None] * changes, current=current.astype(np.int32),
        low=(1 - tolerance) * target, high=(1 + tolerance) * target,
        allowed=np.ones((problem.size[0], k), bool), caps=np.full(3, np.inf),
        weights=np.array([priorities.distance, priorities.change, priorities.border], float),
    )  # fmt: skip
    grouped = coarsen(of_units, sector_of)
    return replace(
        grouped,
        units=problem.sectors,
        current=_mostly(current, sector_of, problem.tenants_pct, k),
        allowed=_with_offices(problem, sector_of, gap, k),
    )


def _mostly(current: np.ndarray, sector_of: np.ndarray, tenants: np.ndarray, k: int) -> np.ndarray:
    """Return the agency that holds most tenants of each sector today, -1 where none does."""
    count = np.zeros((int(sector_of.max()) + 1, k))
    known = current >= 0
    np.add.at(count, (sector_of[known], current[known]), tenants[known])
    return np.where(count.max(axis=1) > 0, count.argmax(axis=1), -1).astype(np.int32)


def _with_offices(problem: Territory, sector_of: np.ndarray, gap: np.ndarray, k: int) -> np.ndarray:
    """Pin to each agency the sector of the residence nearest to its office; nearest offices choose first."""
    distance = np.hypot(gap[..., 0], gap[..., 1])
    allowed = np.ones((problem.size[1], k), bool)
    taken: set[int] = set()
    for agency in np.argsort(distance.min(axis=0), kind="stable"):
        order = np.argsort(distance[:, agency], kind="stable")
        host = next(int(s) for s in sector_of[order] if int(s) not in taken)
        allowed[host] = np.arange(k) == agency
        taken.add(host)
    return allowed
