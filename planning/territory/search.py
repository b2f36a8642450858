"""Contiguity-keeping local search: border residences change hands, one or two at a time, by annealing."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit

from planning.territory.measure import measure, sector_loads
from planning.territory.model import Territory

TINY = 1e-9
PRICE_EVERY = 8192
"""Proposals after which the price of broken limits is looked at again."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """
    How long and how warm one walk is.

    ``tries`` proposals; the temperature falls from ``hot`` to ``cold``, both in multiples of the typical change
    of the objective when one border residence changes hands; ``pairs`` is the share of proposals in which a
    second residence moves in the same breath.
    """

    tries: int
    hot: float = 1.0
    cold: float = 0.02
    pairs: float = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """What a walk brings home: sectors by unit, the objective (inf when limits stay broken), the violation."""

    sector_of: np.ndarray
    objective: float
    violation: float


class _Ground(NamedTuple):
    """
    What a walk reads; few arrays, for each one is handed over at each call and takes time to compile.

    ``cost`` metres (inf where not allowed) and % who change, by unit and sector; ``limits`` low and high, by
    sector and criterion; ``wishes`` the weights and the caps of the three totals.
    """

    cost: np.ndarray
    loads: np.ndarray
    limits: np.ndarray
    wishes: np.ndarray
    first: np.ndarray
    neighbour: np.ndarray
    border_km: np.ndarray


class _State(NamedTuple):
    """
    What a walk writes.

    ``units`` has six rows: the sector of each unit, how many neighbours it has in other sectors, the list of
    the units that touch another sector (the front), where each stands in it, and two that serve the contiguity
    check. ``count`` is the units of each sector, then of the front.
    """

    units: np.ndarray
    count: np.ndarray
    carried: np.ndarray
    totals: np.ndarray


SECTOR, OUTSIDE, FRONT, PLACE, MARK, QUEUE = range(6)
compiled = njit(nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)


def walk(territory: Territory, sector_of: np.ndarray, schedule: Schedule, seed: int) -> Walk:
    """
    Improve a contiguous plan by annealing; the result depends on the arguments alone, never on the clock.

    Every proposal keeps each sector in one piece, honours the locks and leaves no sector empty. Limits
    (tolerance, caps) are priced, and the price follows the walk: up while the plan breaks them, down while it
    does not. The best plan within all limits is kept; where none was met, the least violation is.
    """
    sector_of = np.array(sector_of, np.int64)
    ground, state = _ground(territory), _state(territory, sector_of)
    figures = measure(territory, sector_of)
    typical, portion = _typical(territory, sector_of)
    price = 2.0 * typical / portion
    start = np.uint64((seed * 2_654_435_761 + 88_172_645_463_325_252) % 2**64 | 1)
    kept, objective, violation = _anneal(
        ground, state, figures.objective, figures.violation, price,
        schedule.tries, schedule.hot * typical, schedule.cold * typical, schedule.pairs, start,
    )  # fmt: skip
    return Walk(kept, objective, violation)


def _ground(t: Territory) -> _Ground:
    """Return the arrays in one layout and type, each a copy: a read-only one would be compiled for again."""
    return _Ground(
        cost=np.array([np.where(t.allowed, t.metres, np.inf), t.change_pct], np.float64),
        loads=np.array(t.loads, np.float64, order="C"),
        limits=np.array([t.low, t.high], np.float64),
        wishes=np.array([t.weights, t.caps], np.float64),
        first=np.array(t.first, np.int64),
        neighbour=np.array(t.neighbour, np.int64),
        border_km=np.array(t.border_km, np.float64),
    )


def _state(t: Territory, sector_of: np.ndarray) -> _State:
    n, k = t.size
    a, b = np.r_[t.edge_a, t.edge_b], np.r_[t.edge_b, t.edge_a]
    units = np.zeros((6, n), np.int64)
    units[SECTOR] = sector_of
    units[OUTSIDE] = np.bincount(a[sector_of[a] != sector_of[b]], minlength=n)
    front = np.flatnonzero(units[OUTSIDE])
    units[PLACE] = -1
    units[FRONT, : len(front)], units[PLACE, front] = front, np.arange(len(front))
    every = np.arange(n)
    cut = sector_of[t.edge_a] != sector_of[t.edge_b]
    totals = [t.metres[every, sector_of].sum(), t.change_pct[every, sector_of].sum(), t.edge_km[cut].sum()]
    count = np.r_[np.bincount(sector_of, minlength=k), len(front)].astype(np.int64)
    return _State(units, count, sector_loads(t, sector_of), np.array(totals, np.float64))


def _typical(t: Territory, sector_of: np.ndarray) -> tuple[float, float]:
    """Return what one border unit that changes hands changes: the objective, and a load as a share of its limit."""
    a, b = np.r_[t.edge_a, t.edge_b], np.r_[t.edge_b, t.edge_a]
    km = np.r_[t.edge_km, t.edge_km]
    cut = sector_of[a] != sector_of[b]
    if not cut.any():
        return 1e-9, 1.0
    cost = t.cost()
    unit, there = a[cut], sector_of[b[cut]]
    change = cost[unit, there] - cost[unit, sector_of[unit]] + t.weights[2] * km[cut]
    portion = t.loads[unit, 0] / np.maximum(t.target[there, 0], 1e-12)
    return max(float(np.sqrt(np.mean(change**2))), 1e-9), max(float(np.mean(np.minimum(portion, 1.0))), 1e-6)


@compiled
def _next(state):
    """One step of xorshift64*: the same numbers on every machine and in every thread."""
    state ^= state >> np.uint64(12)
    state ^= state << np.uint64(25)
    state ^= state >> np.uint64(27)
    return state


@compiled
def _share(state):
    """Return a number from 0 to 1 (excluded) out of the state."""
    return np.float64((state * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@compiled
def _draw(state, below):
    """Return a whole number under ``below`` out of the state."""
    return np.int64(_share(state) * below)


@compiled
def _stays_whole(g, s, unit, stamp):
    """Whether the unit's sector stays in one piece without it: its neighbours there still reach each other."""
    own = s.units[SECTOR, unit]
    wanted = 0
    start = unit
    for q in range(g.first[unit], g.first[unit + 1]):
        v = g.neighbour[q]
        if s.units[SECTOR, v] == own:
            if wanted == 0:
                start = v
            else:
                s.units[MARK, v] = -stamp
            wanted += 1
    if wanted < 2:
        return wanted == 1
    wanted -= 1
    s.units[MARK, unit] = stamp
    s.units[MARK, start] = stamp
    s.units[QUEUE, 0] = start
    head = 0
    tail = 1
    while head < tail:
        u = s.units[QUEUE, head]
        head += 1
        for q in range(g.first[u], g.first[u + 1]):
            v = g.neighbour[q]
            if s.units[SECTOR, v] == own and s.units[MARK, v] != stamp:
                if s.units[MARK, v] == -stamp:
                    wanted -= 1
                    if wanted == 0:
                        return True
                s.units[MARK, v] = stamp
                s.units[QUEUE, tail] = v
                tail += 1
    return False


@compiled
def _border_change(g, s, unit, target):
    """Return what the border gains (km) when a unit goes to another sector."""
    km = 0.0
    source = s.units[SECTOR, unit]
    for q in range(g.first[unit], g.first[unit + 1]):
        other = s.units[SECTOR, g.neighbour[q]]
        if other == source:
            km += g.border_km[q]
        elif other == target:
            km -= g.border_km[q]
    return km


@compiled
def _excess(value, low, high):
    """How far a load is outside its limits, as a share of the upper one."""
    if value > high:
        return (value - high) / max(high, 1e-12)
    if value < low:
        return (low - value) / max(high, 1e-12)
    return 0.0


@compiled
def _load_change(g, s, unit, target):
    """Return what the excess of loads gains when a unit goes to another sector."""
    change = 0.0
    source = s.units[SECTOR, unit]
    for c in range(g.loads.shape[1]):
        w = g.loads[unit, c]
        a = s.carried[source, c]
        b = s.carried[target, c]
        change += _excess(a - w, g.limits[0, source, c], g.limits[1, source, c]) - _excess(
            a, g.limits[0, source, c], g.limits[1, source, c]
        )
        change += _excess(b + w, g.limits[0, target, c], g.limits[1, target, c]) - _excess(
            b, g.limits[0, target, c], g.limits[1, target, c]
        )
    return change


@compiled
def _cap_excess(totals, caps):
    """How far the three totals are above their caps, each as a share of it."""
    over = 0.0
    for c in range(3):
        if totals[c] > caps[c]:
            over += (totals[c] - caps[c]) / max(caps[c], 1e-3)
    return over


@compiled
def _list(s, unit):
    """Put a unit on the list of the front, or take it off, as its neighbours say."""
    if s.units[OUTSIDE, unit] > 0:
        if s.units[PLACE, unit] < 0:
            s.units[PLACE, unit] = s.count[-1]
            s.units[FRONT, s.count[-1]] = unit
            s.count[-1] += 1
    elif s.units[PLACE, unit] >= 0:
        s.count[-1] -= 1
        last = s.units[FRONT, s.count[-1]]
        s.units[FRONT, s.units[PLACE, unit]] = last
        s.units[PLACE, last] = s.units[PLACE, unit]
        s.units[PLACE, unit] = -1


@compiled
def _move(g, s, unit, target):
    """Give a unit to a sector; loads, counts and the front follow."""
    source = s.units[SECTOR, unit]
    s.units[SECTOR, unit] = target
    s.count[source] -= 1
    s.count[target] += 1
    for c in range(g.loads.shape[1]):
        s.carried[source, c] -= g.loads[unit, c]
        s.carried[target, c] += g.loads[unit, c]
    for q in range(g.first[unit], g.first[unit + 1]):
        v = g.neighbour[q]
        if s.units[SECTOR, v] == source:
            s.units[OUTSIDE, v] += 1
            s.units[OUTSIDE, unit] += 1
            _list(s, v)
        elif s.units[SECTOR, v] == target:
            s.units[OUTSIDE, v] -= 1
            s.units[OUTSIDE, unit] -= 1
            _list(s, v)
    _list(s, unit)


@compiled
def _add(g, s, unit, target, new):
    """Add to the totals what a unit that goes to another sector changes."""
    source = s.units[SECTOR, unit]
    new[0] += g.cost[0, unit, target] - g.cost[0, unit, source]
    new[1] += g.cost[1, unit, target] - g.cost[1, unit, source]
    new[2] += _border_change(g, s, unit, target)


@compiled
def _worth(g, s, new):
    """Return what the objective gains from the present totals to the new ones."""
    return (
        g.wishes[0, 0] * (new[0] - s.totals[0])
        + g.wishes[0, 1] * (new[1] - s.totals[1])
        + g.wishes[0, 2] * (new[2] - s.totals[2])
    )


@compiled
def _partner(g, s, sector, unit, chance):
    """Draw a unit of the front that is in a sector, and a neighbouring sector for it; -1 where luck fails."""
    for _ in range(6):
        chance = _next(chance)
        u = s.units[FRONT, _draw(chance, s.count[-1])]
        if s.units[SECTOR, u] == sector and u != unit:
            chance = _next(chance)
            v = g.neighbour[g.first[u] + _draw(chance, g.first[u + 1] - g.first[u])]
            if v != unit:
                return chance, u, s.units[SECTOR, v]
    return chance, np.int64(-1), np.int64(-1)


@compiled
def _note(s, best):
    """Write the plan down; a slice assigned here would take two seconds more to compile."""
    for unit in range(len(best)):
        best[unit] = s.units[SECTOR, unit]


@njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def _anneal(g, s, objective, violation, price, tries, temperature, coldest, pairs, chance):
    best = s.units[SECTOR].copy()
    best_objective = objective if violation < TINY else np.inf
    best_violation = violation
    new = np.zeros(3)
    cheapest = price / 64.0
    dearest = price * 64.0
    cooling = (coldest / temperature) ** (1.0 / max(tries, 1))
    stamp = np.int64(0)
    broken = 0
    for attempt in range(tries):
        temperature *= cooling
        if violation > TINY:
            broken += 1
        if attempt % PRICE_EVERY == PRICE_EVERY - 1:
            if broken > 0.6 * PRICE_EVERY:
                price = min(price * 1.15, dearest)
            elif broken < 0.3 * PRICE_EVERY:
                price = max(price / 1.15, cheapest)
            broken = 0
        if s.count[-1] == 0:
            break
        chance = _next(chance)
        unit = s.units[FRONT, _draw(chance, s.count[-1])]
        source = s.units[SECTOR, unit]
        chance = _next(chance)
        target = s.units[
            SECTOR, g.neighbour[g.first[unit] + _draw(chance, g.first[unit + 1] - g.first[unit])]
        ]
        if target == source or g.cost[0, unit, target] == np.inf or s.count[source] == 1:
            continue
        chance = _next(chance)
        second, onward = np.int64(-1), np.int64(-1)
        if _share(chance) < pairs:
            chance, second, onward = _partner(g, s, target, unit, chance)
            if second < 0 or onward == target or g.cost[0, second, onward] == np.inf or s.count[target] == 1:
                continue
        for c in range(3):
            new[c] = s.totals[c]
        _add(g, s, unit, target, new)
        worse = _load_change(g, s, unit, target)
        stamp += 1
        if second >= 0:
            if not _stays_whole(g, s, unit, stamp):
                continue
            _move(g, s, unit, target)
            _add(g, s, second, onward, new)
            worse += _load_change(g, s, second, onward)
        worse += _cap_excess(new, g.wishes[1]) - _cap_excess(s.totals, g.wishes[1])
        change = _worth(g, s, new)
        cost = change + price * worse
        chance = _next(chance)
        taken = cost <= 0.0 or _share(chance) < np.exp(-cost / temperature)
        if second < 0:
            if not taken or not _stays_whole(g, s, unit, stamp):
                continue
            _move(g, s, unit, target)
        else:
            stamp += 1
            if not taken or not _stays_whole(g, s, second, stamp):
                _move(g, s, unit, source)
                continue
            _move(g, s, second, onward)
        objective += change
        violation += worse
        for c in range(3):
            s.totals[c] = new[c]
        if violation < TINY:
            if objective < best_objective - TINY:
                best_objective = objective
                best_violation = 0.0
                _note(s, best)
        elif best_objective == np.inf and violation < best_violation - TINY:
            best_violation = violation
            _note(s, best)
    return best, best_objective, best_violation
