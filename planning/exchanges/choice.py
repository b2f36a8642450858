"""A choice as heavy as the bound: rounding, then small neighbourhoods chosen anew by HiGHS, then all in play."""

from collections.abc import Callable
from time import perf_counter

import highspy
import numpy as np

from planning.exchanges.anneal import givers, tie
from planning.exchanges.graph import WIDTH, Graph, part
from planning.exchanges.relaxation import Relaxation, compressed
from planning.exchanges.search import columns_above

ALL_IN_PLAY = 60_000
EACH = 400
NEIGHBOURHOOD = (90, 260)
ROUND_SECONDS = 1.5


def choose(
    graph: Graph,
    relaxation: Relaxation,
    start: np.ndarray,
    seconds: float,
    progress: Callable[[float, str], None] = lambda done, text: None,
) -> tuple[np.ndarray, float]:
    """
    Return the best choice found, as rows of nodes, and the proven bound.

    It begins with the relaxation rounded, or with ``start`` if that weighs more; then neighbourhoods
    (households not served and moves near them) are chosen anew, each by an integer program of its own, until
    the bound is met. If it is not, the integer program over all columns that the bound leaves in play ends
    the search, where there are few enough of them.
    Between choices of equal weight, more households served come first, then smaller moves.
    """
    began = perf_counter()
    bound = graph.ceiling(relaxation.bound)
    if not len(relaxation.rows):
        return start, bound if relaxation.bound else 0.0
    first = max(_rounded(graph, relaxation), start, key=lambda rows: _value(graph, rows))
    few = _in_play(graph, relaxation, bound, most=4_000)
    if few is not None:
        chosen, proven = _integer(graph, np.vstack([first, few]), seconds, start=len(first))
        return chosen, _least(graph, bound, proven)
    chosen = _improved(graph, relaxation, first, bound, seconds * 0.6, progress)
    weight = graph.worth(chosen).sum()
    if weight >= bound - 1e-6:
        return chosen, bound
    left = seconds - (perf_counter() - began)
    rows = _in_play(graph, relaxation, weight, most=ALL_IN_PLAY)
    if rows is not None:
        better, proven = _integer(graph, np.vstack([chosen, rows]), left, start=len(chosen))
        bound = _least(graph, bound, proven)
        chosen = better if graph.worth(better).sum() > weight else chosen
    else:
        chosen = _improved(graph, relaxation, chosen, bound, left, progress)
    return chosen, bound


def _least(graph: Graph, bound: float, proven: float) -> float:
    return min(bound, graph.ceiling(proven))


def _in_play(graph: Graph, relaxation: Relaxation, weight: float, *, most: int) -> np.ndarray | None:
    """All columns that may stand in a choice heavier than ``weight`` or as heavy; None if too many."""
    slack = max(relaxation.bound - weight, 0) + 1e-6
    rows, complete = columns_above(graph, relaxation.price, -slack, keep=EACH, steps=STEPS_IN_PLAY)
    if not complete or len(rows) > most + graph.vacant_from:
        return None
    if np.bincount(rows[:, 0], minlength=1).max(initial=0) >= EACH:
        return None
    rows = np.unique(rows, axis=0)
    return rows if len(rows) <= most else None


STEPS_IN_PLAY = 50_000


def _rounded(graph: Graph, relaxation: Relaxation) -> np.ndarray:
    """Take columns by their share in the relaxation, the heaviest first among equals."""
    order = np.lexsort((-graph.worth(relaxation.rows), -relaxation.share.round(6)))
    free, chosen = np.ones(len(graph.names), bool), []
    for row in relaxation.rows[order]:
        nodes = row[row >= 0]
        if free[nodes].all():
            free[nodes] = False
            chosen.append(row)
    return np.array(chosen, np.int64).reshape(-1, WIDTH)


def _improved(graph: Graph, relaxation: Relaxation, chosen, bound: float, seconds: float, progress):
    """Choose neighbourhood after neighbourhood anew; a worse choice is never taken."""
    began, rng = perf_counter(), np.random.default_rng(1)
    size, weight = NEIGHBOURHOOD[0], graph.worth(chosen).sum()
    first = weight
    reverse = givers(graph)
    while weight < bound - 1e-6 and (spent := perf_counter() - began) < seconds:
        near, kept = _neighbourhood(graph, reverse, chosen, size, rng)
        turn = perf_counter()
        local = part(graph, near)
        found, _ = columns_above(local, relaxation.price[near], -1e9, keep=60, steps=1_500)
        if len(found):
            found = np.where(found >= 0, near[found], -1)
            again = chosen[~kept]
            rows, _ = _integer(graph, np.vstack([again, found]), ROUND_SECONDS, start=len(again))
            if _value(graph, rows) >= _value(graph, again) - 1e-9:
                chosen = np.vstack([chosen[kept], rows])
                weight = graph.worth(chosen).sum()
        quick = perf_counter() - turn < 0.25
        size = int(np.clip(size * (1.15 if quick else 0.8), 40, NEIGHBOURHOOD[1]))
        progress(0.4 + 0.5 * min(1, spent / seconds), f"{weight:.0f} of {bound:.0f}, from {first:.0f}")
    return chosen


def _value(graph: Graph, rows: np.ndarray) -> float:
    """Weight of a choice, with what breaks ties far below the least weight."""
    return float(_worth_with_ties(graph, rows).sum())


def _worth_with_ties(graph: Graph, rows: np.ndarray) -> np.ndarray:
    served = ((rows >= 0) & (rows < graph.vacant_from)).sum(axis=1)
    return graph.worth(rows) + tie(graph) * (served - 0.25 * (served - 1))


def _neighbourhood(graph: Graph, reverse, chosen: np.ndarray, size: int, rng):
    """Nodes around one that is not served, and which chosen columns stay as they are."""
    owner = np.full(len(graph.names), -1)
    held = chosen >= 0
    owner[chosen[held]] = np.repeat(np.arange(len(chosen)), held.sum(axis=1))
    loose = np.flatnonzero(owner < 0)
    taken, inside = np.zeros(len(chosen), bool), np.zeros(len(graph.names), bool)
    seeds = loose[loose < graph.vacant_from]
    queue = [int(rng.choice(seeds if len(seeds) else np.arange(graph.vacant_from)))]
    while queue and inside.sum() < size:
        node = queue.pop(0)
        inside[node] = True
        if owner[node] >= 0 and not taken[owner[node]]:
            taken[owner[node]] = True
            members = chosen[owner[node]]
            inside[members[members >= 0]] = True
        starts, givers = reverse
        near = np.concatenate(
            [givers[starts[node] : starts[node + 1]], graph.takers[graph.start[node] : graph.start[node + 1]]]
        )
        near = near[~inside[near]]
        if len(near):
            queue += rng.choice(near, min(len(near), 6), replace=False).tolist()
    if len(loose):
        inside[rng.choice(loose, min(len(loose), size // 2), replace=False)] = True
    return np.flatnonzero(inside), ~taken


def _integer(graph: Graph, rows: np.ndarray, seconds: float, *, start: int = 0) -> tuple[np.ndarray, float]:
    """Choose among columns: each node in at most one; the first ``start`` of them are a choice already."""
    nodes = np.unique(rows[rows >= 0])
    place = np.full(len(graph.names) + 1, -1)
    place[nodes] = np.arange(len(nodes))
    starts, members = compressed(place[rows])
    solver = highspy.Highs()
    solver.silent()
    model = highspy.HighsLp()
    count = len(rows)
    model.num_col_, model.num_row_ = count, len(nodes)
    model.col_cost_ = _worth_with_ties(graph, rows)
    model.col_lower_, model.col_upper_ = np.zeros(count), np.ones(count)
    model.row_lower_, model.row_upper_ = np.full(len(nodes), -highspy.kHighsInf), np.ones(len(nodes))
    model.a_matrix_.start_, model.a_matrix_.index_ = starts, members
    model.a_matrix_.value_ = np.ones(len(members))
    model.sense_ = highspy.ObjSense.kMaximize
    model.integrality_ = [highspy.HighsVarType.kInteger] * count
    solver.passModel(model)
    if start:
        first = highspy.HighsSolution()
        first.col_value = [1.0] * start + [0.0] * (count - start)
        solver.setSolution(first)
    solver.setOptionValue("time_limit", float(max(seconds, 0.1)))
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("random_seed", 1)
    solver.run()
    taken = np.asarray(solver.getSolution().col_value) > 0.5
    if len(taken) != count:
        return rows[:start], np.inf
    return rows[taken], float(solver.getInfo().mip_dual_bound)
