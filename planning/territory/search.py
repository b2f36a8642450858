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
    """What a walk reads."""

    metres: np.ndarray
    change_pct: np.ndarray
    border_km: np.ndarray
    first: np.ndarray
    neighbour: np.ndarray
    loads: np.ndarray
    low: np.ndarray
    high: np.ndarray
    caps: np.ndarray
    weights: np.ndarray
    allowed: np.ndarray


class _State(NamedTuple):
    """
    What a walk writes.

    ``front`` lists the units that touch another sector (``size[0]`` of them), ``place`` where each stands in it,
    ``outside`` how many neighbours each has in other sectors; ``mark`` and ``queue`` serve the contiguity check.
    """

    sector_of: np.ndarray
    count: np.ndarray
    carried: np.ndarray
    totals: np.ndarray
    outside: np.ndarray
    front: np.ndarray
    place: np.ndarray
    size: np.ndarray
    mark: np.ndarray
    queue: np.ndarray


def walk(territory: Territory, sector_of: np.ndarray, schedule: Schedule, seed: int) -> Walk:
    """
    Improve a contiguous plan by annealing; the result depends on the arguments alone, never on the clock.

    Every proposal keeps each sector in one piece, honours the locks and leaves no sector empty. Limits
    (tolerance, caps) are priced, and the price follows the walk: up while the plan breaks them, down while it
    does not. The best plan within all limits is kept; where none was met, the least violation is.
    """
    ground, state = _ground(territory), _state(territory, sector_of)
    figures = measure(territory, state.sector_of)
    typical, portion = _typical(territory, state.sector_of)
    price = 2.0 * typical / portion
    start = np.uint64((seed * 2_654_435_761 + 88_172_645_463_325_252) % 2**64 | 1)
    kept, objective, violation = _anneal(
        ground, state, figures.objective, figures.violation, price,
        schedule.tries, schedule.hot * typical, schedule.cold * typical, schedule.pairs, start,
    )  # fmt: skip
    return Walk(kept, objective, violation)


def _ground(t: Territory) -> _Ground:
    """Return the arrays in one layout and type, so that the compiled search is compiled once."""
    real = {name: np.ascontiguousarray(getattr(t, name), np.float64) for name in _Ground._fields}
    whole = {name: np.ascontiguousarray(getattr(t, name), np.int64) for name in ("first", "neighbour")}
    return _Ground(**{**real, **whole, "allowed": np.ascontiguousarray(t.allowed, np.bool_)})


def _state(t: Territory, sector_of: np.ndarray) -> _State:
    n, k = t.size
    sector_of = np.array(sector_of, np.int64)
    a, b = np.r_[t.edge_a, t.edge_b], np.r_[t.edge_b, t.edge_a]
    outside = np.bincount(a[sector_of[a] != sector_of[b]], minlength=n).astype(np.int64)
    on_border = np.flatnonzero(outside)
    front, place = np.zeros(n, np.int64), np.full(n, -1, np.int64)
    front[: len(on_border)], place[on_border] = on_border, np.arange(len(on_border))
    every = np.arange(n)
    cut = sector_of[t.edge_a] != sector_of[t.edge_b]
    totals = [t.metres[every, sector_of].sum(), t.change_pct[every, sector_of].sum(), t.edge_km[cut].sum()]
    count = np.bincount(sector_of, minlength=k).astype(np.int64)
    return _State(
        sector_of, count, sector_loads(t, sector_of), np.array(totals, np.float64), outside, front, place,
        np.array([len(on_border)], np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64),
    )  # fmt: skip


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


@njit(cache=True, nogil=True)
def _next(state):
    """One step of xorshift64*: the same numbers on every machine and in every thread."""
    state ^= state >> np.uint64(12)
    state ^= state << np.uint64(25)
    state ^= state >> np.uint64(27)
    return state


@njit(cache=True, nogil=True)
def _share(state):
    """Return a number from 0 to 1 (excluded) out of the state."""
    return np.float64((state * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True)
def _draw(state, below):
    """Return a whole number under ``below`` out of the state."""
    return np.int64(_share(state) * below)


@njit(cache=True, nogil=True)
def _stays_whole(g, s, unit, stamp):
    """Whether the unit's sector stays in one piece without it: its neighbours there still reach each other."""
    own = s.sector_of[unit]
    wanted = 0
    start = unit
    for q in range(g.first[unit], g.first[unit + 1]):
        v = g.neighbour[q]
        if s.sector_of[v] == own:
            if wanted == 0:
                start = v
            else:
                s.mark[v] = -stamp
            wanted += 1
    if wanted < 2:
        return wanted == 1
    wanted -= 1
    s.mark[unit] = stamp
    s.mark[start] = stamp
    s.queue[0] = start
    head = 0
    tail = 1
    while head < tail:
        u = s.queue[head]
        head += 1
        for q in range(g.first[u], g.first[u + 1]):
            v = g.neighbour[q]
            if s.sector_of[v] == own and s.mark[v] != stamp:
                if s.mark[v] == -stamp:
                    wanted -= 1
                    if wanted == 0:
                        return True
                s.mark[v] = stamp
                s.queue[tail] = v
                tail += 1
    return False


@njit(cache=True, nogil=True)
def _border_change(g, s, unit, target):
    """Return what the border gains (km) when a unit goes to another sector."""
    km = 0.0
    source = s.sector_of[unit]
    for q in range(g.first[unit], g.first[unit + 1]):
        other = s.sector_of[g.neighbour[q]]
        if other == source:
            km += g.border_km[q]
        elif other == target:
            km -= g.border_km[q]
    return km


@njit(cache=True, nogil=True)
def _excess(value, low, high):
    """How far a load is outside its limits, as a share of the upper one."""
    if value > high:
        return (value - high) / max(high, 1e-12)
    if value < low:
        return (low - value) / max(high, 1e-12)
    return 0.0


@njit(cache=True, nogil=True)
def _load_change(g, s, unit, target):
    """Return what the excess of loads gains when a unit goes to another sector."""
    change = 0.0
    source = s.sector_of[unit]
    for c in range(g.loads.shape[1]):
        w = g.loads[unit, c]
        a = s.carried[source, c]
        b = s.carried[target, c]
        change += _excess(a - w, g.low[source, c], g.high[source, c]) - _excess(
            a, g.low[source, c], g.high[source, c]
        )
        change += _excess(b + w, g.low[target, c], g.high[target, c]) - _excess(
            b, g.low[target, c], g.high[target, c]
        )
    return change


@njit(cache=True, nogil=True)
def _cap_excess(totals, caps):
    """How far the three totals are above their caps, each as a share of it."""
    over = 0.0
    for c in range(3):
        if totals[c] > caps[c]:
            over += (totals[c] - caps[c]) / max(caps[c], 1e-3)
    return over


@njit(cache=True, nogil=True)
def _list(s, unit):
    """Put a unit on the list of the front, or take it off, as its neighbours say."""
    if s.outside[unit] > 0:
        if s.place[unit] < 0:
            s.place[unit] = s.size[0]
            s.front[s.size[0]] = unit
            s.size[0] += 1
    elif s.place[unit] >= 0:
        s.size[0] -= 1
        last = s.front[s.size[0]]
        s.front[s.place[unit]] = last
        s.place[last] = s.place[unit]
        s.place[unit] = -1


@njit(cache=True, nogil=True)
def _move(g, s, unit, target):
    """Give a unit to a sector; loads, counts and the front follow."""
    source = s.sector_of[unit]
    s.sector_of[unit] = target
    s.count[source] -= 1
    s.count[target] += 1
    for c in range(g.loads.shape[1]):
        s.carried[source, c] -= g.loads[unit, c]
        s.carried[target, c] += g.loads[unit, c]
    for q in range(g.first[unit], g.first[unit + 1]):
        v = g.neighbour[q]
        if s.sector_of[v] == source:
            s.outside[v] += 1
            s.outside[unit] += 1
            _list(s, v)
        elif s.sector_of[v] == target:
            s.outside[v] -= 1
            s.outside[unit] -= 1
            _list(s, v)
    _list(s, unit)


@njit(cache=True, nogil=True)
def _add(g, s, unit, target, new):
    """Add to the totals what a unit that goes to another sector changes."""
    source = s.sector_of[unit]
    new[0] += g.metres[unit, target] - g.metres[unit, source]
    new[1] += g.change_pct[unit, target] - g.change_pct[unit, source]
    new[2] += _border_change(g, s, unit, target)


@njit(cache=True, nogil=True)
def _worth(g, s, new):
    """Return what the objective gains from the present totals to the new ones."""
    return (
        g.weights[0] * (new[0] - s.totals[0])
        + g.weights[1] * (new[1] - s.totals[1])
        + g.weights[2] * (new[2] - s.totals[2])
    )


@njit(cache=True, nogil=True)
def _partner(g, s, sector, unit, chance):
    """Draw a unit of the front that is in a sector, and a neighbouring sector for it; -1 where luck fails."""
    for _ in range(6):
        chance = _next(chance)
        u = s.front[_draw(chance, s.size[0])]
        if s.sector_of[u] == sector and u != unit:
            chance = _next(chance)
            v = g.neighbour[g.first[u] + _draw(chance, g.first[u + 1] - g.first[u])]
            if v != unit:
                return chance, u, s.sector_of[v]
    return chance, np.int64(-1), np.int64(-1)


@njit(cache=True, nogil=True)
def _anneal(g, s, objective, violation, price, tries, temperature, coldest, pairs, chance):
    best = s.sector_of.copy()
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
        if s.size[0] == 0:
            break
        chance = _next(chance)
        unit = s.front[_draw(chance, s.size[0])]
        source = s.sector_of[unit]
        chance = _next(chance)
        target = s.sector_of[g.neighbour[g.first[unit] + _draw(chance, g.first[unit + 1] - g.first[unit])]]
        if target == source or not g.allowed[unit, target] or s.count[source] == 1:
            continue
        chance = _next(chance)
        second, onward = np.int64(-1), np.int64(-1)
        if _share(chance) < pairs:
            chance, second, onward = _partner(g, s, target, unit, chance)
            if second < 0 or onward == target or not g.allowed[second, onward] or s.count[target] == 1:
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
        worse += _cap_excess(new, g.caps) - _cap_excess(s.totals, g.caps)
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
                best[:] = s.sector_of
        elif best_objective == np.inf and violation < best_violation - TINY:
            best_violation = violation
            best[:] = s.sector_of
    return best, best_objective, best_violation
