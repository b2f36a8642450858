"""A first programme of a large choice: the few cells that the relaxation favours, chosen among first."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csc_matrix

from planning.programme.highs import SCALE, highs, warm_cells

LARGE = 2_000
SIZES = (400, 800)
SHARE = 1 / 6


@dataclass(frozen=True, slots=True)
class Core:
    """The best cells found (none where nothing was), what they are worth, and the bound of the relaxation."""

    cells: np.ndarray
    worth: float
    bound: float


def core(worth, low, high, matrix: csc_matrix, lower, upper, *, seconds: float, gap: float) -> Core:
    """
    Solve the relaxation, then choose among the cells of least reduced cost alone.

    The relaxation of a programme is close to its best choice and leaves few cells undecided (Balas and Zemel
    1980, "core problem"; Angelelli, Mansini and Speranza 2010, "kernel search"): a programme of the core is
    most often proven within 1 % by the relaxation itself, before the whole choice is asked.
    """
    problem = (low, high, matrix, lower, upper)
    relaxed = highs(worth, *problem, seconds=seconds, gap=gap, whole=np.zeros(len(worth)))
    relaxed.run()
    found = Core(np.zeros(0, bool), -np.inf, np.inf)
    share, cost = (
        np.asarray(part) for part in (relaxed.getSolution().col_value, relaxed.getSolution().col_dual)
    )
    if relaxed.getInfo().primal_solution_status != 2 or len(share) != len(worth):
        return found
    bound = relaxed.getInfo().objective_function_value / SCALE
    found = Core(found.cells, found.worth, bound)
    order = np.argsort(np.where((share > 1e-9) | (low > 0), -1.0, np.abs(cost)), kind="stable")
    for size in SIZES:
        kept = np.sort(order[:size])
        limits = (low[kept], high[kept], matrix[:, kept].tocsc(), lower, upper)
        solver = highs(worth[kept], *limits, seconds=SHARE * seconds, gap=0.8 * gap)
        if len(found.cells):
            warm_cells(solver, found.cells[kept])
        solver.run()
        if solver.getInfo().primal_solution_status != 2:
            continue
        cells = np.zeros(len(worth), bool)
        cells[kept] = np.asarray(solver.getSolution().col_value) > 0.5
        if (value := float(worth @ cells)) > found.worth:
            found = Core(cells, value, bound)
        if bound - found.worth <= gap * abs(found.worth):
            break
    return found
