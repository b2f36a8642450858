"""The same relaxation for large territories, by a first-order method: bounds that hold at every step."""

from dataclasses import dataclass

import numpy as np
from numba import njit

from planning.territory.model import Territory
from planning.territory.relaxation import Relaxed

STEPS_FIRST = 1600
STEPS_NEXT = 300
TRIED_PACES = (0.3, 3.0, 30.0)


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """
    A point of the method: shares x, and what it charges.

    ``cut[e, j]`` for crossing edge e, ``load[j, c]`` for work in sector j, ``total[r]`` for each capped total.
    Any prices give a valid bound.
    """

    shares: np.ndarray
    cut: np.ndarray
    load: np.ndarray
    total: np.ndarray
    pace: float
    """Step of the shares against that of the prices; any value converges, a good one sooner."""


class Ascent:
    """
    Primal-dual hybrid gradient (Chambolle and Pock 2011) on the relaxation, diagonal steps.

    The bound is evaluated from the prices alone, in closed form: each unit takes its cheapest sector. It
    therefore holds whether or not the method has converged.
    """

    def __init__(self, problem: Territory):
        t = problem
        n, k = t.size
        self.problem = t
        self.cost = t.cost()
        self.scale = np.maximum(t.loads.mean(axis=0), 1e-12)
        self.loads = t.loads / self.scale
        self.low, self.high = t.low / self.scale, t.high / self.scale
        self.border = t.weights[2] * t.edge_km
        capped = [(t.metres, t.caps[0]), (t.change_pct, t.caps[1])]
        capped = [(row / row.max(), cap / row.max()) for row, cap in capped if np.isfinite(cap)]
        self.rows = np.array([row for row, _ in capped]).reshape(len(capped), n, k)
        self.row_caps = np.array([cap for _, cap in capped])

    def solve(self, allowed: np.ndarray, warm: Prices | None = None, steps: int | None = None) -> Relaxed:
        """Improve the prices by a fixed number of steps and return the best bound met."""
        if (allowed.sum(axis=1) == 0).any():
            return Relaxed(np.inf, None)
        if warm is not None:
            return self._run(allowed, warm, steps or STEPS_NEXT)
        tried = [self._run(allowed, self._start(allowed, pace), 200) for pace in TRIED_PACES]
        best = max(tried, key=lambda answer: answer.bound)
        return self._run(allowed, best.warm, steps or STEPS_FIRST)

    def _start(self, allowed: np.ndarray, pace: float) -> Prices:
        n, k = self.problem.size
        shares = allowed / allowed.sum(axis=1, keepdims=True)
        spread = np.median(np.ptp(self.cost, axis=1)) / max(k, 1) + (
            self.border.mean() if len(self.border) else 0
        )
        cut = np.zeros((len(self.border), k))
        load = np.zeros((k, self.loads.shape[1]))
        return Prices(shares, cut, load, np.zeros(len(self.row_caps)), pace / max(spread, 1e-9))

    def _run(self, allowed: np.ndarray, warm: Prices, steps: int) -> Relaxed:
        data = self._data(allowed)
        x, f, lam, nu = warm.shares.copy(), warm.cut.copy(), warm.load.copy(), warm.total.copy()
        best = -np.inf
        for block in range(0, steps, 100):
            taken = min(100, steps - block)
            average = [total / taken for total in _steps(*data, x, f, lam, nu, taken, warm.pace)]
            best = max(best, _value(*data, f, lam, nu), _value(*data, *average))
        return Relaxed(best - 1e-9 * max(1.0, abs(best)), x, Prices(x, f, lam, nu, warm.pace))

    def _data(self, allowed: np.ndarray) -> tuple:
        """Return what the compiled steps read; copies, for a read-only array would be compiled for again."""
        edges = (np.array(self.problem.edge_a), np.array(self.problem.edge_b), self.border)
        return self.cost, np.array(allowed), *edges, self.loads, self.low, self.high, self.rows, self.row_caps

    def unfolded(self, coarse: "Ascent", prices: Prices, atom: np.ndarray) -> Prices:
        """
        Return the prices of a problem of atoms as prices of this one, whose units the atoms are made of.

        An atom's crossing price is shared among its edges by their length; inside atoms nothing is charged.
        """
        a, b = atom[self.problem.edge_a], atom[self.problem.edge_b]
        size = coarse.problem.size[0]
        known = coarse.problem.edge_a * size + coarse.problem.edge_b
        place = np.minimum(np.searchsorted(known, np.minimum(a, b) * size + np.maximum(a, b)), len(known) - 1)
        part = np.where(a != b, self.border / np.maximum(coarse.border[place], 1e-12), 0.0)
        cut = prices.cut[place] * (part * np.where(a < b, 1, -1))[:, None]
        load = prices.load / coarse.scale * self.scale
        return Prices(prices.shares[atom], cut, load, prices.total, 10 * prices.pace)


@njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def _steps(
    cost, allowed, edge_a, edge_b, border, loads, low, high, rows, row_caps, x, f, lam, nu, steps, pace
):
    """Take steps in place; return the sums of the prices met on the way."""
    n, k = cost.shape
    m = len(edge_a)
    criteria = loads.shape[1]
    f_sum, lam_sum, nu_sum = np.zeros_like(f), np.zeros_like(lam), np.zeros_like(nu)
    ahead = np.empty_like(x)
    slope = np.empty_like(x)
    weight = np.zeros(n)
    for e in range(m):
        if border[e] > 0:
            weight[edge_a[e]] += 1
            weight[edge_b[e]] += 1
    for i in range(n):
        for c in range(criteria):
            weight[i] += loads[i, c]
        weight[i] = pace / max(weight[i] + len(nu), 1e-6)
    load_pace = np.zeros(criteria)
    for c in range(criteria):
        carried = 0.0
        for i in range(n):
            carried += loads[i, c]
        load_pace[c] = 1.0 / (pace * carried)
    row_pace = np.zeros(len(nu))
    for r in range(len(nu)):
        carried = 0.0
        for i in range(n):
            for j in range(k):
                carried += rows[r, i, j]
        row_pace[r] = 1.0 / (pace * max(carried, 1e-9))
    for _ in range(steps):
        for i in range(n):
            for j in range(k):
                g = cost[i, j]
                for c in range(criteria):
                    g += lam[j, c] * loads[i, c]
                for r in range(len(nu)):
                    g += nu[r] * rows[r, i, j]
                slope[i, j] = g
        for e in range(m):
            if border[e] > 0:
                a, b = edge_a[e], edge_b[e]
                for j in range(k):
                    slope[a, j] += f[e, j]
                    slope[b, j] -= f[e, j]
        for i in range(n):
            for j in range(k):
                ahead[i, j] = x[i, j]
                x[i, j] = x[i, j] - weight[i] * slope[i, j] if allowed[i, j] else -np.inf
            _to_shares(x, i)
            for j in range(k):
                ahead[i, j] = 2 * x[i, j] - ahead[i, j]
        half = 0.5 / pace
        for e in range(m):
            if border[e] > 0:
                a, b, most = edge_a[e], edge_b[e], 0.5 * border[e]
                for j in range(k):
                    f[e, j] = min(most, max(-most, f[e, j] + half * (ahead[a, j] - ahead[b, j])))
                    f_sum[e, j] += f[e, j]
        for j in range(k):
            for c in range(criteria):
                carried = 0.0
                for i in range(n):
                    carried += loads[i, c] * ahead[i, j]
                up = lam[j, c] + load_pace[c] * (carried - high[j, c])
                down = lam[j, c] + load_pace[c] * (carried - low[j, c])
                lam[j, c] = up if up > 0 else (down if down < 0 else 0.0)
                lam_sum[j, c] += lam[j, c]
        for r in range(len(nu)):
            carried = 0.0
            for i in range(n):
                for j in range(k):
                    carried += rows[r, i, j] * ahead[i, j]
            nu[r] = max(0.0, nu[r] + row_pace[r] * (carried - row_caps[r]))
            nu_sum[r] += nu[r]
    return f_sum, lam_sum, nu_sum


@njit(nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
def _to_shares(x, i):
    """Project a row on the shares that are 0 or more and sum to 1 (Michelot 1986): no sort is needed."""
    k = x.shape[1]
    shift = -np.inf
    before = -1
    while True:
        total = -1.0
        kept = 0
        for j in range(k):
            if x[i, j] > shift:
                total += x[i, j]
                kept += 1
        if kept == before:
            break
        before = kept
        shift = total / kept
    for j in range(k):
        x[i, j] = max(x[i, j] - shift, 0.0)


@njit(cache=True, nogil=True, error_model="numpy", no_cfunc_wrapper=True)
def _value(cost, allowed, edge_a, edge_b, border, loads, low, high, rows, row_caps, f, lam, nu):
    """Return the bound that these prices prove."""
    n, k = cost.shape
    charged = cost.copy()
    for e in range(len(edge_a)):
        if border[e] > 0:
            for j in range(k):
                charged[edge_a[e], j] += f[e, j]
                charged[edge_b[e], j] -= f[e, j]
    value = 0.0
    for i in range(n):
        cheapest = np.inf
        for j in range(k):
            if allowed[i, j]:
                g = charged[i, j]
                for c in range(loads.shape[1]):
                    g += lam[j, c] * loads[i, c]
                for r in range(len(nu)):
                    g += nu[r] * rows[r, i, j]
                cheapest = min(cheapest, g)
        value += cheapest
    for j in range(k):
        for c in range(loads.shape[1]):
            if lam[j, c] > 0:
                value -= lam[j, c] * high[j, c]
            elif lam[j, c] < 0:
                value -= lam[j, c] * low[j, c]
    for r in range(len(nu)):
        value -= nu[r] * row_caps[r]
    return value
