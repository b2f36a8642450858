"""Choose the exchanges, and the two yardsticks in pairs alone."""

from collections.abc import Callable
from time import perf_counter

import numpy as np
import pandas as pd

from planning.exchanges.anneal import annealed
from planning.exchanges.assignment import assignment_prices
from planning.exchanges.choice import choose
from planning.exchanges.graph import WIDTH, Exchanges, Graph, build, named
from planning.exchanges.relaxation import relax

ANNEALING, SPARSE = 0.8, 5_000


def solve(
    households: pd.DataFrame,
    arcs: pd.DataFrame,
    vacant: pd.Index | None = None,
    *,
    longest_cycle: int = 3,
    longest_chain: int = 4,
    seconds: float = 10.0,
    progress: Callable[[float, str], None] = lambda done, text: None,
) -> Exchanges:
    """
    Choose vertex-disjoint cycles and chains of greatest weight.

    Each possible cycle and chain is one column, as in the cycle formulation of kidney exchange. Their linear
    relaxation gives a proven bound without listing them all (`planning.exchanges.relaxation`); the choice is
    rounded from it and improved until it meets the bound (`planning.exchanges.choice`). Where chains start
    from vacant homes, the assignment that lets them be of any length is tried first: it bounds the weight,
    and annealing most often finds chains and cycles short enough that reach it (`planning.exchanges.anneal`).
    The weight is proven;
    between choices of equal weight, those that serve more households, in smaller moves, are sought.

    Parameters
    ----------
    households
        Indexed by ``household_id``, with ``weight``: what serving the household is worth (> 0).
    arcs
        ``household_id`` and ``takes``: the household would take the home of household ``takes``, or the
        vacant home ``takes``.
    vacant
        Identifiers of the vacant homes, where chains start.
    longest_cycle
        2 to 4 households, who all move on one day.
    longest_chain
        Most households moved by one vacant home, 1 to 4.
    seconds
        Time given; when it runs out, the best choice found is returned with its bound.

    Raises
    ------
    ValueError
        If a limit is out of range, an identifier is unknown or repeated, or a weight is not positive.

    References
    ----------
    Yuan 1996, "Residence exchange wanted", European Journal of Operational Research 90: 536-546.
    Roth, Sönmez and Ünver 2007, American Economic Review 97: 828-851 (cycle formulation).
    Abraham, Blum and Sandholm 2007, Electronic Commerce: 295-304 (column generation for kidney exchange).
    Dickerson, Manlove, Plaut, Sandholm and Trimble 2016, Economics and Computation: 25-42 (chains).
    """
    began = perf_counter()
    vacant = pd.Index([]) if vacant is None else vacant
    graph = build(households, arcs, vacant, longest_cycle, longest_chain)
    prices = assignment_prices(graph)
    dense = len(vacant) and len(graph.takers) > SPARSE
    start = annealed(graph, prices, ANNEALING * seconds, progress) if dense else _wide([])
    if dense and graph.worth(start).sum() >= graph.ceiling(prices.total) - 1e-6:
        return _told(graph, start, graph.ceiling(prices.total), len(start))
    left = seconds - (perf_counter() - began)
    relaxation = relax(graph, prices, 0.35 * left, progress)
    rows, bound = choose(graph, relaxation, start, max(seconds - (perf_counter() - began), 0.5), progress)
    progress(1.0, "done")
    return _told(graph, rows, bound, len(relaxation.rows))


def two_way_greedy(households: pd.DataFrame, arcs: pd.DataFrame) -> Exchanges:
    """Match in pairs, the weightiest first: what exchange platforms do today; the yardstick of `solve`."""
    graph = build(households, arcs, pd.Index([]), 2, 1)
    pairs = _pairs(graph)
    worth = graph.weights[pairs].sum(axis=1)
    free, chosen = np.ones(len(graph.names), bool), []
    for rank in np.lexsort((pairs[:, 1], pairs[:, 0], -worth)):
        if free[pairs[rank]].all():
            free[pairs[rank]] = False
            chosen.append(pairs[rank])
    return _told(graph, _wide(chosen), np.inf, len(pairs))


def two_way_best(households: pd.DataFrame, arcs: pd.DataFrame, *, seconds: float = 10.0) -> Exchanges:
    """Match in pairs at best: what a perfect two-way platform could do."""
    return solve(households, arcs, longest_cycle=2, longest_chain=1, seconds=seconds)


def _pairs(graph: Graph) -> np.ndarray:
    """Households that would swap, the smaller first."""
    giver = np.repeat(np.arange(len(graph.names)), np.diff(graph.start))
    taker = graph.takers
    back = (graph.bits[taker, giver >> 3] >> (giver & 7)) & 1
    return np.column_stack([giver, taker])[(back == 1) & (giver < taker)]


def _wide(pairs) -> np.ndarray:
    rows = np.full((len(pairs), WIDTH), -1, np.int64)
    if len(pairs):
        rows[:, :2] = np.array(pairs)
    return rows


def _told(graph: Graph, rows: np.ndarray, bound: float, candidates: int) -> Exchanges:
    moves = sorted((named(graph, row) for row in rows), key=lambda move: (-move.weight, move.members))
    weight = float(sum(move.weight for move in moves))
    return Exchanges(tuple(moves), weight, max(bound, weight), candidates, graph.vacant_from)
