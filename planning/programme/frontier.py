"""What one objective costs in another: the frontier between two."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, vstack

from planning.programme.highs import highs
from planning.programme.model import OBJECTIVES, ProgrammeError, Targets, chosen_frame, schedule, values
from planning.programme.solve import Infeasible, bounded, fixed

MEANS = ("quality", "robustness")
STEPS = 3


def frontier(
    options: pd.DataFrame,
    targets: Targets,
    second: str = "quality",
    *,
    first: str = "dwellings",
    points: int = 6,
    pinned: Mapping[str, int | None] | None = None,
    removed=(),
    seconds: float = 20.0,
) -> pd.DataFrame:
    """
    Give the most of one objective for rising levels of another (epsilon-constraint: Haimes et al. 1971).

    The highest mean that the targets allow is sought first (Dinkelbach 1967), so that every level can be.

    ``quality`` and ``robustness`` are means over the dwellings started, ``need`` and ``equity`` sums over the
    programme (equity: what is spent, fewer is better).

    Returns
    -------
    pandas.DataFrame
        One row a programme: ``dwellings``, ``quality``, ``need``, ``equity_eur``, ``robustness`` (means),
        ``operations``, ``gap_pct``; each better than its neighbours in ``first`` or in ``second``.
    """
    if {first, second} - set(OBJECTIVES) or first == second:
        raise ProgrammeError("choose two objectives among {names}", names=", ".join(OBJECTIVES))
    model = schedule(options, targets, {first: 1.0})
    low, high = fixed(model, dict(pinned or {}), removed)
    each = values(model.options).iloc[model.option]
    goal, other = each[first].to_numpy() / 1.0, each[second].to_numpy()
    size = each["dwellings"].to_numpy()
    if first == "equity":
        goal = goal / 1e6
    if second == "equity":
        other = other / 1e6

    def solved(worth, level=None):
        matrix, lower, upper = bounded(model)
        if level is not None:
            row = other - level * size if second in MEANS else other
            matrix = vstack([matrix, csr_matrix(row[None, :])]).tocsc()
            lower, upper = np.append(lower, 0 if second in MEANS else level), np.append(upper, np.inf)
        solver = highs(worth, low, high, matrix, lower, upper, seconds=seconds / (points + STEPS), gap=0.005)
        solver.run()
        if solver.getInfo().primal_solution_status != 2:
            return None, 0.0
        return np.asarray(solver.getSolution().col_value) > 0.5, 100 * solver.getInfo().mip_gap

    def level_of(cells) -> float:
        total = other[cells].sum()
        return total / max(size[cells].sum(), 1) if second in MEANS else total

    most, gap = solved(goal)
    if most is None:
        raise Infeasible("no programme meets all targets: relax some")
    best, _ = solved(other)
    for _ in range(STEPS if second in MEANS else 0):
        again, _ = solved(other - level_of(best) * size)
        if again is None or level_of(again) <= level_of(best) + 1e-6:
            break
        best = again
    found = [(most, gap), (best, np.nan)]
    for level in np.linspace(level_of(most), level_of(best), points)[1:]:
        cells, gap = solved(goal, level)
        if cells is not None:
            found.append((cells, gap))
    table = pd.DataFrame([_told(model, cells) | {"gap_pct": gap} for cells, gap in found])
    better = table.assign(equity=-table["equity_eur"])[[first, second]].to_numpy(dtype=float)
    kept = np.argsort(-better[:, 0], kind="stable")
    return table.iloc[kept[~_beaten(better[kept])]].reset_index(drop=True)


def _beaten(reached: np.ndarray) -> np.ndarray:
    """Say which programmes another beats in both objectives, or equals and stands before."""
    found = np.zeros(len(reached), bool)
    for row, own in enumerate(reached):
        least = (reached >= own - 1e-9).all(axis=1)
        more = (reached > own + 1e-9).any(axis=1)
        found[row] = (least & (more | (np.arange(len(reached)) < row))).any()
    return found


def _told(model, cells) -> dict:
    chosen = chosen_frame(model, np.flatnonzero(cells))
    size = chosen["dwellings"].astype(float)
    total = max(size.sum(), 1)
    return {
        "operations": len(chosen),
        "dwellings": int(size.sum()),
        "quality": (size * chosen["quality"].astype(float).fillna(0)).sum() / total,
        "need": chosen["need"].astype(float).sum(),
        "equity_eur": chosen["equity_eur"].astype(float).sum(),
        "robustness": (size * chosen["robustness"].astype(float).fillna(0)).sum() / total,
    }
