"""Two or three sectors cut again, exactly, by HiGHS: contiguity holds by nearer neighbours."""

from dataclasses import replace
from itertools import combinations

import highspy
import numpy as np
from scipy.sparse import coo_matrix, vstack
from scipy.sparse.csgraph import dijkstra

from planning.territory.measure import measure
from planning.territory.model import Territory, by_unit
from planning.territory.relaxation import pass_model, program

LARGEST = 4_000
ABROAD = 1_000.0


def recut(
    problem: Territory, sector_of: np.ndarray, sectors: tuple[int, ...], nodes: int = 200
) -> np.ndarray:
    """
    Return the best way to share the units of these sectors among them, the rest of the plan as it is.

    Contiguity is asked in its sufficient form (Zoltners and Sinha 1983): a unit may be in a sector if a
    neighbour nearer to its office, along the graph, is in it too. Nearness counts steps inside the sector as
    it stands first, so that the present plan is always one of the answers: the result is never worse.
    """
    part, units, sub = _part(problem, sector_of, sectors)
    if part.metres.size > LARGEST:
        return sector_of
    model = _with_contiguity(part, sub)
    highs = pass_model(model, integer=True)
    highs.setOptionValue("mip_max_nodes", nodes)
    highs.setOptionValue("mip_rel_gap", 1e-5)
    _start_from(highs, part, sub, model.units_columns)
    highs.run()
    if not highs.getInfo().primal_solution_status:
        return sector_of
    answer = np.array(highs.getSolution().col_value[: model.units_columns]).reshape(part.size).argmax(axis=1)
    new = np.array(sector_of)
    new[units] = np.array(sectors)[answer]
    before, after = measure(problem, sector_of), measure(problem, new)
    better = (after.violation, after.objective) < (before.violation, before.objective - 1e-9)
    return new if after.contiguous and better else sector_of


def recut_neighbours(
    problem: Territory, sector_of: np.ndarray, nodes: int = 200, together: int = 2
) -> np.ndarray:
    """Recut every two (or three) sectors that touch, until none of them can be improved."""
    settled: set[tuple] = set()
    while True:
        touching = _touching(problem, sector_of)
        groups = [g for g in combinations(range(problem.size[1]), together) if _joined(g, touching)]
        todo = [g for g in groups if g not in settled]
        if not todo:
            return sector_of
        for group in todo:
            new = recut(problem, sector_of, group, nodes)
            settled.add(group)
            if new is not sector_of:
                settled = {s for s in settled if not set(s) & set(group)} | {group}
                sector_of = new


def recut_some(problem: Territory, sector_of: np.ndarray, turn: int, most: int = 6) -> np.ndarray:
    """Recut a few of the pairs that touch, others at each turn."""
    pairs = sorted(_touching(problem, sector_of))
    for step in range(min(most, len(pairs))):
        sector_of = recut(problem, sector_of, pairs[(turn * most + step) % len(pairs)])
    return sector_of


def _touching(problem: Territory, sector_of: np.ndarray) -> set[tuple[int, int]]:
    a, b = sector_of[problem.edge_a], sector_of[problem.edge_b]
    return {(int(min(p, q)), int(max(p, q))) for p, q in zip(a[a != b], b[a != b], strict=True)}


def _joined(group: tuple[int, ...], touching: set) -> bool:
    return sum(pair in touching for pair in combinations(group, 2)) >= len(group) - 1


def _part(problem: Territory, sector_of: np.ndarray, sectors: tuple[int, ...]):
    """Return the problem of these sectors alone, its units' numbers, and the present plan in its own numbers."""
    t, names = problem, np.array(sectors)
    units = np.flatnonzero(np.isin(sector_of, names))
    number = np.full(t.size[0], -1)
    number[units] = np.arange(len(units))
    inside = (number[t.edge_a] >= 0) & (number[t.edge_b] >= 0)
    a, b, km = number[t.edge_a[inside]], number[t.edge_b[inside]], t.edge_km[inside]
    first, neighbour, border_km = by_unit(len(units), a, b, km)
    place = np.full(t.size[1] + 1, -2)
    place[names] = np.arange(len(names))
    place[-1] = -1
    rest = np.setdiff1d(np.arange(t.size[0]), units)
    cut = ~inside & (sector_of[t.edge_a] != sector_of[t.edge_b])
    outside = np.array(
        [
            t.metres[rest, sector_of[rest]].sum(),
            t.change_pct[rest, sector_of[rest]].sum(),
            t.edge_km[cut].sum(),
        ]
    )
    sub = replace(
        t, units=t.units[units], sectors=t.sectors[names], metres=t.metres[np.ix_(units, names)],
        tenants_pct=t.tenants_pct[units], change_pct=t.change_pct[np.ix_(units, names)],
        current=_current(place[t.current[units]]), loads=t.loads[units],
        target=t.target[names], low=t.low[names], high=t.high[names], edge_a=a, edge_b=b, edge_km=km, first=first,
        neighbour=neighbour, border_km=border_km, allowed=t.allowed[np.ix_(units, names)], caps=t.caps - outside,
    )  # fmt: skip
    return sub, units, place[sector_of[units]]


def _current(place: np.ndarray) -> np.ndarray:
    """Leave out of today's sectors those that are not in the group."""
    return np.where(place == -2, -1, place).astype(np.int32)


def _with_contiguity(part: Territory, plan: np.ndarray):
    model = program(part)
    n, k = part.size
    rows, cells, values = [], [], []
    upper = model.upper.copy()
    count = 0
    for j in range(k):
        root = _root(part, plan, j)
        upper[root * k : (root + 1) * k] = np.arange(k) == j
        away = _nearness(part, plan, j, root)
        for i in np.flatnonzero(part.allowed[:, j]):
            if i == root:
                continue
            around = part.neighbour[part.first[i] : part.first[i + 1]]
            nearer = around[away[around] < away[i]]
            rows += [count] * (len(nearer) + 1)
            cells += [i * k + j, *(nearer * k + j)]
            values += [1.0, *([-1.0] * len(nearer))]
            count += 1
    more = coo_matrix((values, (rows, cells)), shape=(count, model.matrix.shape[1]))
    return replace(
        model,
        matrix=vstack([model.matrix, more]).tocsc(),
        row_low=np.r_[model.row_low, np.full(count, -np.inf)],
        row_high=np.r_[model.row_high, np.zeros(count)],
        upper=upper,
    )


def _root(part: Territory, plan: np.ndarray, sector: int) -> int:
    """Return the unit that stands for the office: one locked in the sector, else its nearest."""
    inside = plan == sector
    locked = inside & (part.allowed.sum(axis=1) == 1)
    among = np.flatnonzero(locked if locked.any() else inside)
    metres = part.metres[among, sector] / np.maximum(part.tenants_pct[among], 1e-12)
    return int(among[metres.argmin()])


def _nearness(part: Territory, plan: np.ndarray, sector: int, root: int) -> np.ndarray:
    """Return steps from the root along the graph; a step out of the present sector counts a thousand."""
    n = part.size[0]
    a, b = np.r_[part.edge_a, part.edge_b], np.r_[part.edge_b, part.edge_a]
    step = np.where(plan[b] == sector, 1.0, ABROAD)
    return dijkstra(coo_matrix((step, (a, b)), shape=(n, n)).tocsr(), indices=root)


def _start_from(highs: highspy.Highs, part: Territory, plan: np.ndarray, columns: int) -> None:
    n, k = part.size
    x = np.zeros((n, k))
    x[np.arange(n), plan] = 1
    y = np.maximum(x[part.edge_a] - x[part.edge_b], 0).ravel() if highs.getNumCol() > columns else []
    start = highspy.HighsSolution()
    start.col_value = np.r_[x.ravel(), y].tolist()
    highs.setSolution(start)
