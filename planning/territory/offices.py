"""Which offices to open among candidates: a capacitated p-median, solved by HiGHS, with its proof."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np
from scipy.sparse import coo_matrix, hstack, vstack
from scipy.spatial import cKDTree

from planning.territory.model import Territory, TerritoryError, by_unit
from planning.territory.relaxation import Program, pass_model, program
from planning.territory.search import Schedule, walk
from planning.territory.solve import Proposal, solve

MOST_CANDIDATES = 20
OPENINGS = 40
LARGEST_WITHOUT_START = 5_000
NEIGHBOURS = 30
SHARING = Schedule(tries=30_000, hot=0.5, cold=0.02, pairs=0.5)


@dataclass(frozen=True, slots=True, eq=False)
class Offices:
    """
    The candidates opened (numbers), each unit's office, the objective, and the bound no choice can beat.

    Borders and contiguity are left aside here: they count when the territory of these offices is drawn.
    """

    opened: np.ndarray
    office_of: np.ndarray
    objective: float
    bound: float

    @property
    def gap_pct(self) -> float:
        """By how much another choice could be better, at most, %."""
        return max(0.0, 100 * (self.objective - self.bound) / self.objective) if self.objective > 0 else 0.0


def choose_offices(
    problem: Territory,
    count: int,
    *,
    kept: Sequence[int] = (),
    whole: bool = False,
    seconds: float = 30.0,
) -> Offices:
    """
    Open ``count`` of the candidates, each an area of the problem, so that the objective is least.

    Parameters
    ----------
    problem
        One sector a candidate. ``low`` and ``high`` bind a sector if its office is open, and nothing else.
    kept
        Candidates that stay open whatever happens.
    whole
        True: no unit is shared between offices (slower, exact). False: a few may be, which changes the choice
        little and is solved in seconds; each then goes to the office that has most of it.
    seconds
        Where the search is stopped; the bound reached by then is stated.

    Raises
    ------
    TerritoryError
        If fewer candidates than asked for exist, or no choice keeps the limits.
    """
    began = time.monotonic()
    n, k = problem.size
    if not len(kept) <= count <= k:
        raise TerritoryError(
            "{count} offices asked for, {candidates} candidates and {kept} kept: correct one of them",
            count=count,
            candidates=k,
            kept=len(kept),
        )
    model = _with_openings(problem, count, kept)
    highs = pass_model(model)
    kinds = np.full(k, highspy.HighsVarType.kInteger)
    highs.changeColsIntegrality(k, np.arange(n * k, n * k + k, dtype=np.int32), kinds)
    if whole:
        units = np.full(n * k, highspy.HighsVarType.kInteger)
        highs.changeColsIntegrality(n * k, np.arange(n * k, dtype=np.int32), units)
    if whole and n * k > LARGEST_WITHOUT_START:
        _start(highs, problem, count, kept)
    highs.setOptionValue("time_limit", max(0.0, seconds - (time.monotonic() - began)))
    highs.setOptionValue("mip_rel_gap", 1e-6)
    highs.run()
    if not highs.getInfo().primal_solution_status:
        raise TerritoryError("no choice of offices keeps every limit: widen the tolerance or open more")
    values = np.array(highs.getSolution().col_value)
    shares = values[: n * k].reshape(n, k)
    opened = np.flatnonzero(values[n * k : n * k + k] > 0.5)
    info = highs.getInfo()
    return Offices(opened, shares.argmax(axis=1), info.objective_function_value, info.mip_dual_bound)


def open_and_draw(
    problem: Territory,
    count: int,
    *,
    kept: Sequence[int] = (),
    seconds: float = 30.0,
    seed: int = 1,
    progress: Callable[[float, str], None] = lambda done, text: None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[Offices, Proposal]:
    """
    Choose the offices, then draw the territory of those opened; half of the time for each.

    Raises
    ------
    TerritoryError
        If there are more than 20 candidates: keep the likeliest.
    """
    if problem.size[1] > MOST_CANDIDATES:
        raise TerritoryError(
            "{count} candidate offices: keep the {most} likeliest",
            count=problem.size[1],
            most=MOST_CANDIDATES,
        )
    progress(0.0, "offices")
    chosen = choose_offices(problem, count, kept=kept, seconds=seconds / 2)
    drawn = solve(
        only_offices(problem, chosen.opened),
        seconds=seconds / 2,
        seed=seed,
        progress=lambda done, text: progress((1 + done) / 2, text),
        stop=stop,
    )
    return chosen, drawn


def only_offices(problem: Territory, opened: np.ndarray) -> Territory:
    """Return the problem with these offices alone; units whose sector closes have no sector today."""
    place = np.full(problem.size[1] + 1, -1)
    place[opened] = np.arange(len(opened))
    allowed = problem.allowed[:, opened].copy()
    lost = ~allowed.any(axis=1)
    allowed[lost] = True
    return replace(
        problem, sectors=problem.sectors[opened], metres=problem.metres[:, opened],
        change_pct=problem.change_pct[:, opened], current=place[problem.current].astype(np.int32),
        target=problem.target[opened], low=problem.low[opened], high=problem.high[opened], allowed=allowed,
    )  # fmt: skip


def candidates(problem: Territory, count: int) -> Territory:
    """
    Return a problem made with one sector a candidate as one where ``count`` of them share the work.

    Each candidate's host unit is freed: it is pinned again once its office is open.
    """
    n, k = problem.size
    scale = k / count
    return replace(
        problem,
        target=problem.target * scale,
        low=problem.low * scale,
        high=problem.high * scale,
        allowed=np.ones((n, k), bool),
    )


def _with_openings(problem: Territory, count: int, kept: Sequence[int]) -> Program:
    """Add one column a candidate: open or not. A unit goes to open offices; limits hold for them."""
    t = replace(problem, weights=problem.weights * [1, 1, 0], caps=np.r_[problem.caps[:2], np.inf])
    n, k = t.size
    plain = program(replace(t, low=np.zeros_like(t.low), high=np.full_like(t.high, np.inf)))
    cells, columns = np.arange(n * k), np.arange(k)
    rows = [hstack([plain.matrix, coo_matrix((plain.matrix.shape[0], k))])]
    low, high = [plain.row_low], [plain.row_high]
    link = coo_matrix(
        (np.r_[np.ones(n * k), -np.ones(n * k)], (np.r_[cells, cells], np.r_[cells, n * k + cells % k]))
    )
    rows.append(link)
    low.append(np.full(n * k, -np.inf))
    high.append(np.zeros(n * k))
    for c in range(t.loads.shape[1]):
        for limit, sense in ((t.high[:, c], -1), (t.low[:, c], 1)):
            bound = np.isfinite(limit)
            of_units = coo_matrix(
                (-sense * np.repeat(t.loads[:, c], k), (cells % k, cells)), shape=(k, n * k)
            )
            of_offices = coo_matrix((sense * np.where(bound, limit, 0.0), (columns, columns)), shape=(k, k))
            rows.append(hstack([of_units, of_offices]).tocsr()[bound])
            low.append(np.full(bound.sum(), -np.inf))
            high.append(np.zeros(bound.sum()))
    rows.append(coo_matrix((np.ones(k), (np.zeros(k, int), n * k + columns)), shape=(1, n * k + k)))
    low.append([count])
    high.append([count])
    upper = np.r_[plain.upper, np.ones(k)]
    matrix = vstack(rows).tocsc()
    if len(kept):
        open_row = coo_matrix(
            (np.ones(len(kept)), (np.zeros(len(kept), int), n * k + np.array(kept))), shape=(1, n * k + k)
        )
        matrix = vstack([matrix, open_row]).tocsc()
        low.append([len(kept)])
        high.append([len(kept)])
    return Program(
        np.r_[plain.cost, np.zeros(k)], upper, matrix, np.concatenate(low), np.concatenate(high), n * k
    )


def _start(highs: highspy.Highs, problem: Territory, count: int, kept: Sequence[int]) -> None:
    """Give HiGHS the best choice met by a local search to start from."""
    n, k = problem.size
    opened, office_of = _local_search(problem, count, kept)
    values = np.zeros((n, k))
    values[np.arange(n), opened[office_of]] = 1
    start = highspy.HighsSolution()
    start.col_value = np.r_[values.ravel(), np.isin(np.arange(k), opened).astype(float)].tolist()
    highs.setSolution(start)


def _local_search(problem: Territory, count: int, kept: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Open offices, share the units, move each office to the middle of its own; again from many openings."""
    rng = np.random.default_rng(0)
    near = _near_neighbours(problem)
    best = (np.inf, np.inf, np.array([]), np.array([]))
    for turn in range(OPENINGS):
        opened = _spread_out(problem.cost(), count, kept, rng if turn else None)
        if turn > OPENINGS // 4:
            opened = _with_one_elsewhere(problem, best[2], kept, rng)
        for _ in range(6):
            found = walk(only_offices(near, opened), _nearest(problem, opened), SHARING, turn)
            value = problem.cost()[np.arange(len(opened[found.sector_of])), opened[found.sector_of]].sum()
            if (found.violation, value) < best[:2]:
                best = (found.violation, value, opened, found.sector_of)
            middle = _middles(problem, opened, found.sector_of, kept)
            if np.array_equal(middle, opened):
                break
            opened = middle
    return best[2], best[3]


def _near_neighbours(problem: Territory) -> Territory:
    """Return the problem with every unit next to the units that see the candidates as it does."""
    tree = cKDTree(problem.cost())
    near = tree.query(problem.cost(), min(NEIGHBOURS, problem.size[0]))[1]
    pairs = np.c_[np.repeat(np.arange(len(near)), near.shape[1]), near.ravel()]
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    a, b, none = pairs[:, 0], pairs[:, 1], np.zeros(len(pairs))
    first, neighbour, border_km = by_unit(len(near), a, b, none)
    return replace(
        problem, edge_a=a, edge_b=b, edge_km=none, first=first, neighbour=neighbour, border_km=border_km
    )


def _nearest(problem: Territory, opened: np.ndarray) -> np.ndarray:
    """Give each unit its cheapest open office, and each office a unit."""
    cost = problem.cost()[:, opened]
    office_of = cost.argmin(axis=1)
    for j in np.setdiff1d(np.arange(len(opened)), office_of):
        office_of[cost[:, j].argmin()] = j
    return office_of


def _middles(
    problem: Territory, opened: np.ndarray, office_of: np.ndarray, kept: Sequence[int]
) -> np.ndarray:
    """Return, for each office, the candidate that is cheapest for its units; kept ones stay."""
    middles = opened.copy()
    for j in range(len(opened)):
        if opened[j] not in kept:
            total = problem.cost()[office_of == j].sum(axis=0)
            total[np.delete(middles, j)] = np.inf
            middles[j] = int(total.argmin())
    return middles


def _with_one_elsewhere(problem: Territory, opened: np.ndarray, kept: Sequence[int], rng) -> np.ndarray:
    moving = rng.choice(np.flatnonzero(~np.isin(opened, list(kept))))
    closed = np.setdiff1d(np.arange(problem.size[1]), opened)
    if not len(closed):
        return opened
    return np.where(np.arange(len(opened)) == moving, rng.choice(closed), opened)


def _spread_out(cost: np.ndarray, count: int, kept: Sequence[int], rng=None) -> np.ndarray:
    """Open the kept candidates, then one at a time that which spares most (nearly most, by chance)."""
    opened = list(kept)
    nearest = cost[:, opened].min(axis=1) if opened else np.full(len(cost), cost.max())
    while len(opened) < count:
        gain = np.maximum(nearest[:, None] - cost, 0).sum(axis=0)
        gain *= rng.uniform(0.7, 1.0, len(gain)) if rng else 1.0
        gain[opened] = -1
        opened.append(int(gain.argmax()))
        nearest = np.minimum(nearest, cost[:, opened[-1]])
    return np.array(opened)
