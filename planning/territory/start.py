"""A first plan in under a second: the transport relaxation rounded, made whole, brought within its limits."""

from collections import deque
from dataclasses import replace

import numpy as np

from planning.territory.measure import pieces, sector_loads
from planning.territory.model import UNASSIGNED, Territory
from planning.territory.relaxation import Relaxation

LARGEST_TRANSPORT = 60_000
"""Units times sectors above which the transport relaxation takes more than about a second."""


def first_plan(problem: Territory) -> np.ndarray:
    """
    Return a contiguous plan, within its limits where simple moves suffice; sector numbers by unit.

    Sectors with offices or with units today start from the transport relaxation; others are grown.
    """
    anchored = problem.metres.any() or (problem.allowed.sum(axis=1) == 1).any()
    if not anchored and (problem.current < 0).all():
        return rebalance(problem, grow(problem, np.random.default_rng(0)))
    return rebalance(problem, make_whole(problem, _rounded(problem)))


def as_plan(problem: Territory, sector_of: np.ndarray) -> np.ndarray:
    """Return the nearest contiguous plan that honours the locks, from any assignment (-1 where none)."""
    n, k = problem.size
    known = np.maximum(sector_of, 0)
    sector_of = np.where((sector_of >= 0) & problem.allowed[np.arange(n), known], sector_of, UNASSIGNED)
    only = problem.allowed.sum(axis=1) == 1
    return make_whole(problem, np.where(only, problem.allowed.argmax(axis=1), sector_of))


def _rounded(problem: Territory) -> np.ndarray:
    n, k = problem.size
    if n * k > LARGEST_TRANSPORT:
        return np.where(problem.allowed, problem.cost(), np.inf).argmin(axis=1)
    plain = replace(problem, weights=problem.weights * [1, 1, 0], caps=np.full(3, np.inf))
    shares = Relaxation(plain).solve(plain.allowed).shares
    if shares is None:
        shares = -np.where(problem.allowed, problem.cost(), np.inf)
    return shares.argmax(axis=1)


def grow(problem: Territory, rng: np.random.Generator) -> np.ndarray:
    """Grow every sector from a unit drawn at random, the lightest sector first; locks are kept."""
    n, k = problem.size
    sector_of = np.full(n, UNASSIGNED)
    only = problem.allowed.sum(axis=1) == 1
    sector_of[only] = problem.allowed[only].argmax(axis=1)
    for sector in np.setdiff1d(np.arange(k), sector_of):
        free = np.flatnonzero((sector_of < 0) & problem.allowed[:, sector])
        sector_of[rng.choice(free)] = sector
    load = problem.loads[:, 0] / max(problem.loads[:, 0].sum(), 1e-12)
    carried = np.bincount(sector_of[sector_of >= 0], load[sector_of >= 0], k)
    edge = [set(_around(problem, np.flatnonzero(sector_of == s))) for s in range(k)]
    while (sector_of < 0).any():
        for sector in np.argsort(carried, kind="stable"):
            options = sorted(u for u in edge[sector] if sector_of[u] < 0 and problem.allowed[u, sector])
            edge[sector] = set(options)
            if options:
                unit = options[rng.integers(len(options))]
                sector_of[unit] = sector
                carried[sector] += load[unit]
                edge[sector].update(_around(problem, [unit]))
                break
        else:
            break
    return make_whole(problem, sector_of)


def make_whole(problem: Territory, sector_of: np.ndarray) -> np.ndarray:
    """
    Keep one piece of each sector, that with most locked units, then most work; give the others to neighbours.

    Locked units left apart are tied to their sector by the shortest chain of free units.
    """
    sector_of = np.array(sector_of)
    for _ in range(8):
        kept = _kept_pieces(problem, sector_of)
        locked = problem.allowed.sum(axis=1) == 1
        for unit in np.flatnonzero(locked & ~kept):
            if not kept[unit]:
                kept |= _tie(problem, sector_of, kept, unit)
        sector_of[~kept] = UNASSIGNED
        _spread(problem, sector_of)
        if (sector_of >= 0).all() and pieces(problem, sector_of).max() + 1 == len(np.unique(sector_of)):
            break
    return sector_of


def _kept_pieces(problem: Territory, sector_of: np.ndarray) -> np.ndarray:
    piece = pieces(problem, sector_of)
    locked = problem.allowed.sum(axis=1) == 1
    worth = np.bincount(piece, locked * 1e6 + problem.loads[:, 0] / max(problem.loads[:, 0].sum(), 1e-12))
    kept = np.zeros(len(sector_of), bool)
    for sector in range(problem.size[1]):
        inside = np.flatnonzero(sector_of == sector)
        if len(inside):
            kept |= piece == piece[inside[worth[piece[inside]].argmax()]]
    return kept


def _tie(problem: Territory, sector_of: np.ndarray, kept: np.ndarray, unit: int) -> np.ndarray:
    """Give the sector the shortest chain of units that joins this one to its kept piece; return the chain."""
    sector = sector_of[unit]
    locked = problem.allowed.sum(axis=1) == 1
    chain = np.zeros(len(sector_of), bool)
    chain[unit] = True
    before = {unit: -1}
    queue = deque([unit])
    while queue:
        u = queue.popleft()
        if kept[u] and sector_of[u] == sector:
            while u >= 0:
                sector_of[u], chain[u] = sector, True
                u = before[u]
            break
        for v in _around(problem, [u]):
            if v not in before and problem.allowed[v, sector] and (not locked[v] or sector_of[v] == sector):
                before[v] = u
                queue.append(v)
    return chain


def _spread(problem: Territory, sector_of: np.ndarray) -> None:
    """Give units without a sector to a neighbouring one, the cheapest first, until none is left."""
    cost = problem.cost()
    while True:
        waiting = np.flatnonzero(sector_of < 0)
        a = np.repeat(waiting, problem.first[waiting + 1] - problem.first[waiting])
        slots = [problem.neighbour[problem.first[u] : problem.first[u + 1]] for u in waiting]
        b = sector_of[np.concatenate(slots)] if len(waiting) else np.zeros(0, int)
        usable = b >= 0
        usable[usable] = problem.allowed[a[usable], b[usable]]
        if not usable.any():
            break
        a, b = a[usable], b[usable]
        order = np.lexsort((b, cost[a, b]))
        chosen, place = np.unique(a[order], return_index=True)
        sector_of[chosen] = b[order][place]


def rebalance(problem: Territory, sector_of: np.ndarray, most: int | None = None) -> np.ndarray:
    """
    Move border units, one at a time, while that brings loads nearer their limits at least cost.

    Plain Python: it serves where the compiled search is not yet loaded.
    """
    sector_of = np.array(sector_of)
    cost = problem.cost()
    load = sector_loads(problem, sector_of)
    count = np.bincount(sector_of, minlength=problem.size[1])
    for _ in range(most or len(sector_of)):
        unit, target, less, more = _candidates(problem, sector_of, load, cost)
        for option in np.lexsort((unit, more / less)) if len(unit) else ():
            i, t = unit[option], target[option]
            source = sector_of[i]
            if count[source] > 1 and stays_whole(problem, sector_of, i):
                sector_of[i] = t
                load[source] -= problem.loads[i]
                load[t] += problem.loads[i]
                count[source] -= 1
                count[t] += 1
                break
        else:
            break
    return sector_of


def _candidates(problem: Territory, sector_of, load, cost):
    """Return the moves that bring loads nearer their limits: unit, new sector, what is gained, what it costs."""
    t = problem
    a, b = np.r_[t.edge_a, t.edge_b], np.r_[t.edge_b, t.edge_a]
    cut = sector_of[a] != sector_of[b]
    moves = np.unique(np.c_[a[cut], sector_of[b[cut]]], axis=0)
    unit, target = moves[:, 0], moves[:, 1]
    source = sector_of[unit]

    def excess(sector, value):
        high = np.where(np.isfinite(t.high[sector]), t.high[sector], 1.0)
        over = np.maximum(value - t.high[sector], 0) + np.maximum(t.low[sector] - value, 0)
        return (over / np.maximum(high, 1e-12)).sum(axis=1)

    less = excess(source, load[source]) - excess(source, load[source] - t.loads[unit])
    less += excess(target, load[target]) - excess(target, load[target] + t.loads[unit])
    useful = (less > 1e-12) & t.allowed[unit, target]
    unit, target, less = unit[useful], target[useful], less[useful]
    return unit, target, less, cost[unit, target] - cost[unit, sector_of[unit]]


def stays_whole(problem: Territory, sector_of: np.ndarray, unit: int) -> bool:
    """Whether the unit's sector stays in one piece without it."""
    own = [v for v in _around(problem, [unit]) if sector_of[v] == sector_of[unit]]
    if len(own) < 2:
        return len(own) == 1
    wanted, seen, queue = set(own[1:]), {unit, own[0]}, deque(own[:1])
    while queue and wanted:
        for v in _around(problem, [queue.popleft()]):
            if v not in seen and sector_of[v] == sector_of[unit]:
                seen.add(v)
                wanted.discard(v)
                queue.append(v)
    return not wanted


def _around(problem: Territory, units) -> list[int]:
    return [int(v) for u in units for v in problem.neighbour[problem.first[u] : problem.first[u + 1]]]
