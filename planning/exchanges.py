"""Exchanges of homes: the cycles and chains of moves that serve most households, proven optimal."""

from collections.abc import Callable
from dataclasses import dataclass, field

import highspy
import numba
import numpy as np
import pandas as pd

LONGEST_CYCLE = 4


@dataclass(frozen=True, slots=True)
class Move:
    """One exchange: each household takes the home of the one before; a chain starts from a vacant home."""

    kind: str
    members: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Exchanges:
    """The chosen moves, what they serve, and the proof: no choice can weigh more than ``bound``."""

    moves: tuple[Move, ...]
    weight: float
    bound: float
    candidates: int
    households: int = field(default=0)

    @property
    def served(self) -> int:
        """Households that move."""
        return sum(len(move.members) - (move.kind == "chain") for move in self.moves)

    @property
    def gap_pct(self) -> float:
        """By how much a better choice could weigh more, %, at most."""
        return 100 * (self.bound - self.weight) / self.weight if self.weight else 0.0


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

    Each possible cycle and chain is one column (the cycle formulation of kidney exchange: Roth, Sönmez and
    Ünver 2007; Abraham, Blum and Sandholm 2007). The linear relaxation is solved by column generation: the
    columns that its prices call for are enumerated exactly, so its value bounds every choice. The integer
    program is then solved over all columns that the bound leaves in play, which keeps the optimum.

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
        Time given to the integer program; when it runs out, the best choice found is returned with its bound.

    Raises
    ------
    ValueError
        If a limit is out of range, an identifier is unknown or repeated, or a weight is not positive.

    References
    ----------
    Yuan 1996, "Residence exchange wanted", European Journal of Operational Research 90: 536-546.
    """
    vacant = pd.Index([]) if vacant is None else vacant
    graph = _graph(households, arcs, vacant, longest_cycle, longest_chain)
    columns = _generate(graph, longest_cycle, longest_chain, progress)
    progress(0.8, "choosing")
    chosen, weight, bound = _choose(graph, columns, longest_cycle, longest_chain, seconds)
    moves = sorted(
        (_named(graph, column) for column in chosen), key=lambda move: (-move.weight, move.members)
    )
    progress(1.0, "done")
    return Exchanges(tuple(moves), weight, max(bound, weight), len(columns), len(households))


def two_way_greedy(households: pd.DataFrame, arcs: pd.DataFrame) -> Exchanges:
    """Match in pairs, the weightiest first: what exchange platforms do today; the yardstick of `solve`."""
    graph = _graph(households, arcs, pd.Index([]), 2, 1)
    pairs = _enumerate(graph, 2, 0, np.zeros(len(graph.weights)), -np.inf)
    pairs.sort(key=lambda nodes: (-sum(graph.weights[list(nodes)]), nodes))
    taken: set[int] = set()
    chosen = []
    for pair in pairs:
        if not taken & set(pair):
            taken |= set(pair)
            chosen.append(pair)
    moves = tuple(_named(graph, pair) for pair in chosen)
    weight = sum(move.weight for move in moves)
    return Exchanges(moves, weight, np.inf, len(pairs), len(households))


@dataclass(frozen=True, slots=True)
class _Graph:
    """Nodes 0 .. households-1, then vacant homes; from a node, the households that would take its home."""

    names: np.ndarray
    weights: np.ndarray
    vacant_from: int
    start: np.ndarray
    takers: np.ndarray


def _graph(households, arcs, vacant, longest_cycle, longest_chain) -> _Graph:
    if not 2 <= longest_cycle <= LONGEST_CYCLE or not 1 <= longest_chain <= 4:
        raise ValueError("expected cycles of 2 to 4 households and chains of 1 to 4")
    if not (households["weight"] > 0).all():
        raise ValueError("expected a weight above 0 for each household: leave out those who need no move")
    names = households.index.append(pd.Index(vacant))
    if names.has_duplicates:
        raise ValueError(f"repeated identifier: {names[names.duplicated()][0]!r}")
    giver, taker = names.get_indexer(arcs["takes"]), names.get_indexer(arcs["household_id"])
    if min(giver.min(initial=0), taker.min(initial=0)) < 0 or taker.max(initial=-1) >= len(households):
        raise ValueError("an arc names a household or a vacant home that is not in the lists")
    pairs = pd.DataFrame({"giver": giver, "taker": taker}).query("giver != taker").drop_duplicates()
    pairs = pairs.sort_values(["giver", "taker"])
    start = np.searchsorted(pairs["giver"].to_numpy(), np.arange(len(names) + 1))
    weights = np.concatenate([households["weight"].to_numpy(float), np.zeros(len(vacant))])
    return _Graph(names.to_numpy(), weights, len(households), start, pairs["taker"].to_numpy(np.int64))


def _named(graph: _Graph, column: tuple[int, ...]) -> Move:
    kind = "chain" if column[0] >= graph.vacant_from else "cycle"
    return Move(kind, tuple(graph.names[list(column)]), float(graph.weights[list(column)].sum()))


def _enumerate(
    graph: _Graph, cycle: int, chain: int, price: np.ndarray, above: float, most: int = 0
) -> list[tuple]:
    """Return the columns whose weight exceeds the price of their nodes by more than ``above``, best first."""
    gain = graph.weights - price
    room = max(most, 1 << 20)
    while True:
        nodes, gains, count = _search(
            graph.start, graph.takers, gain, graph.vacant_from, cycle, chain, above, room
        )
        if count <= room:
            break
        room = count
    nodes, gains = nodes[:count], gains[:count]
    if most and count > most:
        best = np.argpartition(-gains, most)[:most]
        nodes = nodes[best[np.argsort(-gains[best], kind="stable")]]
    return [tuple(int(node) for node in row if node >= 0) for row in nodes]


@numba.njit(cache=True)
def _search(start, takers, gain, vacant_from, cycle, chain, above, room):  # pragma: no cover (compiled)
    """Walk every simple path of bounded length from each node; a cycle is met once, at its smallest node."""
    found = np.full((room, 5), -1, np.int64)
    gains = np.empty(room)
    count = 0
    path = np.empty(6, np.int64)
    place = np.empty(6, np.int64)
    for first in range(start.size - 1):
        is_chain = first >= vacant_from
        longest = chain + 1 if is_chain else cycle
        path[0] = first
        place[0] = start[first]
        total = np.zeros(6)
        total[0] = gain[first]
        depth = 0
        while depth >= 0:
            if place[depth] == start[path[depth] + 1]:
                depth -= 1
                continue
            node = takers[place[depth]]
            place[depth] += 1
            closes = (not is_chain) and node == first and depth >= 1
            if not closes:
                if depth + 1 >= longest or ((not is_chain) and node <= first):
                    continue
                seen = False
                for k in range(depth + 1):
                    if path[k] == node:
                        seen = True
                        break
                if seen:
                    continue
                depth += 1
                path[depth] = node
                place[depth] = start[node]
                total[depth] = total[depth - 1] + gain[node]
            if (closes or is_chain) and total[depth] > above:
                if count < room:
                    for k in range(depth + 1):
                        found[count, k] = path[k]
                    gains[count] = total[depth]
                count += 1
    return found, gains, count


ENOUGH = 200_000
AT_ONCE = 4_000
PRICE_TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True)
class _Columns:
    """Columns in play, with the value of the relaxation and the prices that prove it."""

    nodes: list[tuple[int, ...]]
    bound: float
    price: np.ndarray

    def __len__(self) -> int:
        return len(self.nodes)


def _generate(graph: _Graph, cycle: int, chain: int, progress) -> _Columns:
    """Solve the relaxation over all columns, adding those that its prices call for until none is left."""
    none = np.zeros(len(graph.weights))
    nodes = _enumerate(graph, 2, min(chain, 1), none, 0.0, ENOUGH)
    known = set(nodes)
    for turn in range(200):
        bound, price = _relaxation(graph, nodes)
        missing = [
            c for c in _enumerate(graph, cycle, chain, price, PRICE_TOLERANCE, AT_ONCE) if c not in known
        ]
        if not missing:
            return _Columns(nodes, bound, price)
        known.update(missing)
        nodes += missing
        progress(min(0.7, 0.05 * (turn + 1)), "pricing")
    raise RuntimeError("the relaxation did not settle in 200 turns")


def _choose(
    graph: _Graph, columns: _Columns, cycle: int, chain: int, seconds: float
) -> tuple[list[tuple[int, ...]], float, float]:
    """Return the best choice, its weight and the proven bound."""
    if not columns.nodes:
        return [], 0.0, 0.0
    chosen, weight, _ = _integer(graph, columns.nodes, seconds / 2)
    slack = columns.bound - weight
    if slack > 1e-6:
        in_play = _enumerate(graph, cycle, chain, columns.price, -slack - PRICE_TOLERANCE)
        chosen, weight, bound = _integer(graph, in_play, seconds)
        return chosen, weight, min(bound, columns.bound)
    return chosen, weight, columns.bound


def _model(graph: _Graph, columns: list[tuple[int, ...]], whole: bool) -> highspy.Highs:
    """Each node in at most one chosen column; greatest weight."""
    solver = highspy.Highs()
    solver.silent()
    count = len(columns)
    sizes = np.fromiter((len(c) for c in columns), np.int64, count)
    rows = np.fromiter((node for c in columns for node in c), np.int64, int(sizes.sum()))
    weights = np.add.reduceat(graph.weights[rows], np.concatenate([[0], sizes.cumsum()[:-1]]))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = count, len(graph.weights)
    model.col_cost_, model.col_lower_, model.col_upper_ = weights, np.zeros(count), np.ones(count)
    model.row_lower_, model.row_upper_ = np.full(model.num_row_, -highspy.kHighsInf), np.ones(model.num_row_)
    model.a_matrix_.start_ = np.concatenate([[0], sizes.cumsum()])
    model.a_matrix_.index_, model.a_matrix_.value_ = rows, np.ones(len(rows))
    model.sense_ = highspy.ObjSense.kMaximize
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * count
    solver.passModel(model)
    return solver


def _relaxation(graph: _Graph, columns: list[tuple[int, ...]]) -> tuple[float, np.ndarray]:
    if not columns:
        return 0.0, np.zeros(len(graph.weights))
    solver = _model(graph, columns, whole=False)
    solver.run()
    price = np.abs(np.asarray(solver.getSolution().row_dual))
    return float(solver.getInfo().objective_function_value), price


def _integer(graph: _Graph, columns: list[tuple[int, ...]], seconds: float):
    solver = _model(graph, columns, whole=True)
    solver.setOptionValue("time_limit", float(seconds))
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("random_seed", 1)
    solver.run()
    info = solver.getInfo()
    taken = np.asarray(solver.getSolution().col_value) > 0.5
    chosen = [column for column, used in zip(columns, taken, strict=True) if used]
    return chosen, float(info.objective_function_value), float(info.mip_dual_bound)
