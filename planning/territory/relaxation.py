"""The linear relaxation by HiGHS: residences may be shared between sectors, and sectors may fall apart."""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import coo_matrix, vstack
from scipy.sparse.csgraph import connected_components

from planning.territory.model import Territory

SAFETY = 1e-7
MOST_LEARNT = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """
    An answer of a relaxation.

    ``bound``: no plan can cost less (inf: no plan exists); ``shares``: units by sectors, rows sum to 1;
    ``warm``: what the engine needs to start the next solve from here.
    """

    bound: float
    shares: np.ndarray | None
    warm: object = None


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """The relaxation as rows and columns: x by unit and sector, then y by edge and sector (its part of the cut)."""

    cost: np.ndarray
    upper: np.ndarray
    matrix: object
    row_low: np.ndarray
    row_high: np.ndarray
    units_columns: int


def program(problem: Territory) -> Program:
    """
    Write the relaxation without contiguity: every valid plan satisfies it, so its optimum bounds them all.

    y[e, j] >= x[a, j] - x[b, j]: summed over sectors, y is 1 where the edge is cut.
    """
    t = problem
    n, k = t.size
    bordered = t.weights[2] > 0 or np.isfinite(t.caps[2])
    edges = len(t.edge_a) if bordered else 0
    columns = n * k + edges * k
    rows, low, high = [_each_unit_once(n, k)], [np.ones(n)], [np.ones(n)]
    for c in range(t.loads.shape[1]):
        free = np.flatnonzero(np.isfinite(t.high[:, c]))
        rows.append(_by_sector(t.loads[:, c], n, k)[free])
        low.append(t.low[free, c])
        high.append(t.high[free, c])
    if edges:
        rows.append(_cuts(t.edge_a, t.edge_b, k))
        low.append(np.zeros(edges * k))
        high.append(np.full(edges * k, np.inf))
    for total, cap in zip(_totals(t, edges), t.caps, strict=True):
        if np.isfinite(cap):
            rows.append(coo_matrix(total[None, :]).tocsr())
            low.append([-np.inf])
            high.append([cap])
    matrix = _stack(rows, columns)
    cost = np.r_[t.cost().ravel(), np.repeat(t.weights[2] * t.edge_km[:edges], k)]
    upper = np.r_[t.allowed.ravel().astype(float), np.full(edges * k, np.inf)]
    return Program(cost, upper, matrix, np.concatenate(low), np.concatenate(high), n * k)


class Relaxation:
    """
    A HiGHS model kept warm: solved again and again with some units fixed, and taught contiguity on the way.

    A unit apart from its sector's office needs one of the units that part them: such rows (a,b-separators, as
    in Validi, Buchanan and Lykhovyd 2022) hold for every contiguous plan and are kept for later solves.
    """

    def __init__(self, problem: Territory, model: Program | None = None):
        self.problem = problem
        self.model = model or program(problem)
        self.highs = pass_model(self.model)
        self.highs.setOptionValue("presolve", "off")
        self.highs.setOptionValue("solver", "simplex")
        self.columns = np.arange(self.model.units_columns, dtype=np.int32)
        self.offices = offices(problem)

    def solve(self, allowed: np.ndarray, warm: object = None, lessons: int = 2) -> Relaxed:
        """
        Solve with each unit in its allowed sectors only, then up to ``lessons`` times more with contiguity rows.

        ``warm`` is the basis of an earlier answer. The run is deterministic: no clock stops it.
        """
        if (allowed.sum(axis=1) == 0).any():
            return Relaxed(np.inf, None)
        upper = allowed.ravel().astype(float)
        self.highs.changeColsBounds(len(self.columns), self.columns, np.zeros(len(upper)), upper)
        if warm is not None:
            self.highs.setBasis(self._widened(warm))
        answer = self._run()
        for _ in range(lessons):
            learnt = self.highs.getNumRow() - self.model.matrix.shape[0]
            if answer.shares is None or learnt > MOST_LEARNT:
                break
            rows = separators(self.problem, answer.shares, self.offices)
            if not rows:
                break
            for cells in rows:
                values = np.r_[1.0, -np.ones(len(cells) - 1)]
                self.highs.addRow(-np.inf, 0.0, len(cells), cells.astype(np.int32), values)
            answer = self._run()
        return answer

    def _run(self) -> Relaxed:
        self.highs.run()
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return Relaxed(np.inf, None)
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"the linear relaxation ended with {status}: report this problem")
        value = self.highs.getInfo().objective_function_value
        values = np.array(self.highs.getSolution().col_value[: len(self.columns)])
        bound = value - SAFETY * max(1.0, abs(value))
        return Relaxed(bound, values.reshape(self.problem.size), self.highs.getBasis())

    def _widened(self, basis: highspy.HighsBasis) -> highspy.HighsBasis:
        """Return the basis with a slack for each row learnt since."""
        missing = self.highs.getNumRow() - len(basis.row_status)
        if missing:
            basis.row_status = list(basis.row_status) + [highspy.HighsBasisStatus.kBasic] * missing
        return basis


def offices(problem: Territory) -> np.ndarray:
    """Return a unit that each sector certainly holds, -1 where none is certain."""
    only = problem.allowed.sum(axis=1) == 1
    return np.array(
        [int(np.argmax(held)) if held.any() else -1 for held in (problem.allowed & only[:, None]).T]
    )


def separators(problem: Territory, shares: np.ndarray, office: np.ndarray) -> list[np.ndarray]:
    """
    Find the parts of a sector that nothing joins to its office; one row of cells for some units of each.

    The first cell is the unit's; the others are the units, next to its part, that any way to the office passes.
    """
    t = problem
    n, k = t.size
    rows = []
    for j in np.flatnonzero(office >= 0):
        inside = shares[:, j] > 1e-4
        both = inside[t.edge_a] & inside[t.edge_b]
        graph = coo_matrix((np.ones(both.sum()), (t.edge_a[both], t.edge_b[both])), shape=(n, n))
        part = connected_components(graph, directed=False)[1]
        for apart in np.setdiff1d(part[inside], part[office[j]]):
            units = np.flatnonzero((part == apart) & inside)
            wall = _wall(t, part == apart, office[j])
            for unit in units[np.argsort(-shares[units, j], kind="stable")][:3]:
                rows.append(np.r_[unit, wall] * k + j)
    return rows


def _wall(t: Territory, apart: np.ndarray, office: int) -> np.ndarray:
    """Return the units next to a part that can be reached from the office without passing another of them."""
    ends = np.r_[t.edge_a, t.edge_b], np.r_[t.edge_b, t.edge_a]
    beside = np.zeros(len(apart), bool)
    beside[ends[1][apart[ends[0]]]] = True
    beside &= ~apart
    clear = ~(beside | apart)
    clear[office] = True
    both = clear[t.edge_a] & clear[t.edge_b]
    graph = coo_matrix((np.ones(both.sum()), (t.edge_a[both], t.edge_b[both])), shape=(len(apart),) * 2)
    part = connected_components(graph, directed=False)[1]
    reached = (part == part[office]) & clear
    seen = np.zeros(len(apart), bool)
    seen[ends[1][reached[ends[0]]]] = True
    if beside[office]:
        seen[office] = True
    return np.flatnonzero(beside & seen)


def pass_model(model: Program, integer: bool = False) -> highspy.Highs:
    """Return a silent HiGHS instance that holds the model, its unit columns whole numbers where asked."""
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = model.matrix.shape
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.cost, np.zeros(lp.num_col_), model.upper
    lp.row_lower_, lp.row_upper_ = model.row_low, model.row_high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = model.matrix.indptr
    lp.a_matrix_.index_ = model.matrix.indices
    lp.a_matrix_.value_ = model.matrix.data
    if integer:
        kinds = [highspy.HighsVarType.kInteger] * model.units_columns
        lp.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (lp.num_col_ - model.units_columns)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 0)
    highs.passModel(lp)
    return highs


def _each_unit_once(n: int, k: int):
    columns = np.arange(n * k)
    return coo_matrix((np.ones(n * k), (columns // k, columns)), shape=(n, n * k)).tocsr()


def _by_sector(load: np.ndarray, n: int, k: int):
    columns = np.arange(n * k)
    return coo_matrix((np.repeat(load, k), (columns % k, columns)), shape=(k, n * k)).tocsr()


def _cuts(a: np.ndarray, b: np.ndarray, k: int):
    m = len(a)
    row = np.arange(m * k)
    sector = np.tile(np.arange(k), m)
    into, out = np.repeat(a, k) * k + sector, np.repeat(b, k) * k + sector
    units = int(max(a.max(), b.max())) + 1
    values = np.r_[-np.ones(m * k), np.ones(m * k), np.ones(m * k)]
    cells = np.r_[into, out, units * k + row]
    return coo_matrix((values, (np.r_[row, row, row], cells)), shape=(m * k, units * k + m * k)).tocsr()


def _totals(t: Territory, edges: int) -> list[np.ndarray]:
    """Return the rows that give a plan's mean distance, its tenants who change and its border."""
    n, k = t.size
    rest = np.zeros(edges * k)
    return [
        np.r_[t.metres.ravel(), rest],
        np.r_[t.change_pct.ravel(), rest],
        np.r_[np.zeros(n * k), np.repeat(t.edge_km[:edges], k)],
    ]


def _stack(rows: list, columns: int):
    for row in rows:
        row.resize((row.shape[0], columns))
    return vstack(rows).tocsc()
