"""A choice found by annealing: who takes which home changes hands, and what is too long is paid for (compiled)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import numba
import numpy as np

from planning.exchanges.assignment import Prices
from planning.exchanges.graph import WIDTH, Graph, from_pairs

WARM, COLD = 0.4, 0.1
TRIES = 4_000_000
MOST_RUNS, AT_ONCE = 16, 2
STYLES = ((1, 1.5), (np.inf, 1.0), (1, 1.0), (np.inf, 1.5))
NEAR = 0.99


def annealed(
    graph: Graph,
    prices: Prices,
    seconds: float,
    progress: Callable[[float, str], None] = lambda done, text: None,
    *,
    tries: int = TRIES,
) -> np.ndarray:
    """
    Look for a choice as heavy as the prices of an assignment allow, as rows of nodes.

    Each household holds one home, its own while it is not served. A try gives a household a home that it
    would take; who held it takes the home left, or goes home, or takes a third one (Kirkpatrick, Gelatt and
    Vecchi 1983, with ejections of at most two others). Cycles and chains may be too long on the way: each
    household too many costs a weight or more. A choice that meets the bound uses only moves that cost no
    slack, so some runs try those of little slack alone (`STYLES`: slack and cost, in weights); two run at a
    time. Where vacant homes are many, the bound is most often met within seconds; where the first runs stay
    far below it, it is left to `planning.exchanges.relaxation`.
    """
    began, bound = perf_counter(), graph.ceiling(prices.total)
    best, reached, longest, met = np.empty((0, WIDTH), np.int64), 0.0, 0.0, np.zeros(1, np.bool_)
    with ThreadPoolExecutor(AT_ONCE) as desk:
        for turn in range(0, MOST_RUNS, AT_ONCE):
            started = perf_counter()
            far = turn >= len(STYLES) and reached < NEAR * bound
            if far or (turn and started - began + longest > seconds):
                break
            runs = [desk.submit(_run, graph, prices, bound, turn + k, tries, met) for k in range(AT_ONCE)]
            for rows in (rows for run in runs for rows in run.result()):
                if (weight := float(graph.worth(rows).sum())) > reached:
                    best, reached = rows, weight
            progress(min(0.4, 0.1 * (turn + 1)), f"{reached:.0f} of {bound:.0f}")
            if reached >= bound - 1e-6:
                break
            longest = perf_counter() - started
    return best


def _run(
    graph: Graph, prices: Prices, bound: float, run: int, tries: int, met: np.ndarray
) -> list[np.ndarray]:
    """Cool once; the best choice on the way and the last one, as rows of nodes."""
    unit = graph.unit or max(float(graph.weights.max(initial=0)) / 3, 1e-9)
    slack, dear = STYLES[run % len(STYLES)]
    kept = _tight(graph, prices, slack * unit)
    starts, homes = givers(kept)
    ends = _anneal(
        starts, homes, kept.bits, (graph.weights + tie(graph)) / unit, graph.vacant_from, len(graph.names),
        graph.cycle, graph.chain, WARM, COLD, tries, (bound - 1e-6) / unit, run, met, dear,
    )  # fmt: skip
    return [_columns(graph, home) for home in ends]


def _tight(graph: Graph, prices: Prices, slack: float) -> Graph:
    """Keep the moves that cost at most so much more than they weigh."""
    giver = np.repeat(np.arange(len(graph.names)), np.diff(graph.start))
    kept = prices.slack(graph) <= slack + 1e-9
    limits = graph.vacant_from, giver[kept], graph.takers[kept], graph.cycle, graph.chain
    return from_pairs(graph.names, graph.weights, *limits)


def tie(graph: Graph) -> float:
    """What serving one household more breaks ties with: all of them weigh less than the least weight."""
    return (graph.unit or 1e-3) / (4 * max(graph.vacant_from, 1))


def givers(graph: Graph) -> tuple[np.ndarray, np.ndarray]:
    """For each household, the homes that it would take."""
    giver = np.repeat(np.arange(len(graph.names)), np.diff(graph.start))
    order = np.argsort(graph.takers, kind="stable")
    return np.searchsorted(graph.takers[order], np.arange(len(graph.names) + 1)), giver[order]


def _columns(graph: Graph, home: np.ndarray) -> np.ndarray:
    """Rows of nodes of what each household holds; a chain too long is cut, a cycle too long is left out."""
    holder = np.full(len(graph.names), -1)
    holder[home] = np.arange(len(home))
    seen, rows = np.zeros(len(graph.names), bool), []
    for first in [*range(graph.vacant_from, len(graph.names)), *range(graph.vacant_from)]:
        path, node = [], first
        while node >= 0 and not seen[node]:
            seen[node] = True
            path.append(node)
            node = holder[node]
        if first >= graph.vacant_from:
            path = path[: graph.chain + 1]
        if len(path) >= 2 and (first >= graph.vacant_from or len(path) <= graph.cycle):
            rows.append(path + [-1] * (WIDTH - len(path)))
    return np.array(rows, np.int64).reshape(-1, WIDTH)


@numba.njit(cache=True)
def _excess(node, home, holder, households, cycle, chain):  # pragma: no cover (compiled)
    """Name the cycle or chain of a household, and count the households it has too many."""
    if home[node] == node:
        return node, 0
    count, least, giver = 1, node, home[node]
    while giver < households and giver != node:
        count += 1
        least = min(least, giver)
        giver = home[giver]
    if giver == node:
        return least, max(0, count - cycle)
    taker = holder[node]
    while taker >= 0:
        count += 1
        taker = holder[taker]
    return giver, max(0, count - chain)


@numba.njit(cache=True)
def _too_many(touched, count, names, home, holder, households, cycle, chain):  # pragma: no cover (compiled)
    """Households too many in the cycles and chains of some households."""
    total = 0
    for at in range(count):
        names[at], excess = _excess(touched[at], home, holder, households, cycle, chain)
        again = False
        for before in range(at):
            again = again or names[before] == names[at]
        if not again:
            total += excess
    return total


@numba.njit(cache=True)
def _drawn(node, starts, homes):  # pragma: no cover (compiled)
    """Draw a home that a household would take, its own among them."""
    drawn = np.random.randint(starts[node + 1] - starts[node] + 1)
    return node if drawn == starts[node + 1] - starts[node] else homes[starts[node] + drawn]


@numba.njit(cache=True)
def _would(bits, taker, giver):  # pragma: no cover (compiled)
    return taker == giver or ((bits[giver, taker >> 3] >> (taker & 7)) & 1) == 1


@numba.njit(cache=True)
def _try(who, to, starts, homes, bits, home, holder, households):  # pragma: no cover (compiled)
    """Draw a change of at most three homes that leaves each with one holder; 0 if it is none."""
    mover = np.random.randint(households)
    wished, left = _drawn(mover, starts, homes), home[mover]
    if wished == left:
        return 0
    who[0], to[0] = mover, wished
    second = holder[wished]
    if second < 0:
        return 1
    who[1] = second
    if _would(bits, second, left):
        to[1] = left
        return 2
    if holder[second] < 0:
        to[1] = second
        return 2
    third_home = _drawn(second, starts, homes)
    to[1], third = third_home, holder[third_home]
    if third_home in (wished, left) or third == mover:
        return 0
    if third < 0:
        return 2
    who[2] = third
    if _would(bits, third, left):
        to[2] = left
        return 3
    to[2] = third
    return 3 if holder[third] < 0 else 0


@numba.njit(cache=True, nogil=True)
def _anneal(
    starts, homes, bits, weights, households, size, cycle, chain, warm, cold, tries, target, seed, met, dear
):  # pragma: no cover (compiled)
    """Cool from each household in its own home; return the best homes with nothing too long, and the last."""
    np.random.seed(seed)
    home, holder = np.arange(households), np.full(size, -1)
    holder[:households] = home
    who, to, was = np.empty(3, np.int64), np.empty(3, np.int64), np.empty(3, np.int64)
    touched, names = np.empty(9, np.int64), np.empty(9, np.int64)
    value, excess, most, best = 0.0, 0, 0.0, home.copy()
    heat = warm
    for turn in range(tries):
        if turn % 1024 == 0:
            heat = warm * (cold / warm) ** (turn / tries)
            if met[0]:
                break
        count = _try(who, to, starts, homes, bits, home, holder, households)
        if count == 0:
            continue
        change, marks = 0.0, 0
        for at in range(count):
            node = who[at]
            was[at] = home[node]
            change += weights[node] * (int(was[at] == node) - int(to[at] == node))
            touched[marks] = node
            marks += 1
            for other in (was[at], to[at]):
                if other < households:
                    touched[marks] = other
                    marks += 1
        before = _too_many(touched, marks, names, home, holder, households, cycle, chain)
        _give(who, was, to, count, home, holder)
        longer = _too_many(touched, marks, names, home, holder, households, cycle, chain) - before
        gain = change - dear * longer
        if gain < 0 and np.random.random() >= np.exp(gain / heat):
            _give(who, to, was, count, home, holder)
            continue
        value += change
        excess += longer
        if excess == 0 and value > most + 1e-9:
            most = value
            best[:] = home
            if most >= target:
                met[0] = True
                break
    return best, home


@numba.njit(cache=True)
def _give(who, was, to, count, home, holder):  # pragma: no cover (compiled)
    """Move some households from the homes they hold to others."""
    for at in range(count):
        holder[was[at]] = -1
    for at in range(count):
        home[who[at]] = to[at]
        holder[to[at]] = who[at]
