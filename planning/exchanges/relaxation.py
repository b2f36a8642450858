"""The most that any choice can weigh: column generation from the prices of an assignment."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import highspy
import numpy as np

from planning.exchanges.assignment import Prices
from planning.exchanges.graph import WIDTH, Graph
from planning.exchanges.search import columns_above

TOLERANCE = 1e-6
SMOOTHING = 0.5
TURNS = 400


@dataclass(frozen=True, slots=True)
class Relaxation:
    """``price`` of each node proves ``bound``: no column weighs more than its nodes cost together."""

    bound: float
    price: np.ndarray
    rows: np.ndarray
    share: np.ndarray


def relax(
    graph: Graph,
    prices: Prices,
    seconds: float,
    progress: Callable[[float, str], None] = lambda done, text: None,
) -> Relaxation:
    """
    Bound the weight of every choice of disjoint cycles and chains.

    The linear relaxation of the cycle formulation (Roth, Sönmez and Ünver 2007) is solved by column generation
    on its dual: a row a column found, so that the dual simplex goes on from where it was. Prices are smoothed
    towards the best proven ones (Wentges 1997); the first are those of the assignment of households to homes,
    which lets cycles and chains be of any length. When the time is up, the best proven prices stand.
    """
    began = perf_counter()
    centre = prices.of_nodes()
    bound = float(centre.sum())
    solver = _prices_model(len(centre))
    rows, known = np.empty((0, WIDTH), np.int64), set()
    price, value = np.zeros(len(centre)), 0.0
    for turn in range(TURNS):
        found, centre, bound = _next_columns(graph, centre, price, bound, value)
        new = [row for row in map(tuple, found.tolist()) if row not in known]
        late = perf_counter() - began > seconds
        if not new or (late and turn):
            break
        known.update(new)
        fresh = np.array(new, np.int64).reshape(-1, WIDTH)
        rows = np.vstack([rows, fresh])
        _add(solver, graph, fresh)
        solver.setOptionValue("time_limit", solver.getRunTime() + max(1.0, seconds))
        solver.run()
        price = np.maximum(np.asarray(solver.getSolution().col_value), 0)
        value = float(solver.getInfo().objective_function_value)
        progress(min(0.4, 0.02 * (turn + 1)), "pricing")
    share = np.abs(np.asarray(solver.getSolution().row_dual)) if len(rows) else np.zeros(0)
    return Relaxation(bound, centre, rows, share)


def _next_columns(graph: Graph, centre, price, bound: float, value: float):
    """Columns that smoothed prices call for; prices that call for none are better proven ones."""
    share = SMOOTHING
    while True:
        tried = share * centre + (1 - share) * price
        found, complete = columns_above(graph, tried, TOLERANCE, steps=0 if share == 0 else 3_000)
        if len(found):
            return found, centre, bound
        if complete and tried.sum() < bound:
            centre, bound = tried, float(tried.sum())
        if share == 0 or graph.ceiling(bound) <= value + TOLERANCE:
            return found, centre, bound
        share = share / 2 if share > 0.1 else 0.0


def _prices_model(size: int) -> highspy.Highs:
    """Least sum of prices; each column found will be a row: its nodes cost at least its weight."""
    solver = highspy.Highs()
    solver.silent()
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = size, 0
    model.col_cost_, model.col_lower_ = np.ones(size), np.zeros(size)
    model.col_upper_ = np.full(size, highspy.kHighsInf)
    model.a_matrix_.start_ = np.zeros(size + 1, np.int32)
    solver.passModel(model)
    return solver


def _add(solver: highspy.Highs, graph: Graph, rows: np.ndarray) -> None:
    starts, nodes = compressed(rows)
    free = np.full(len(rows), highspy.kHighsInf)
    solver.addRows(len(rows), graph.worth(rows), free, len(nodes), starts[:-1], nodes, np.ones(len(nodes)))


def compressed(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each column starts, and its nodes one after the other."""
    held = rows >= 0
    starts = np.concatenate([[0], held.sum(axis=1).cumsum()])
    return starts.astype(np.int32), rows[held].astype(np.int32)
