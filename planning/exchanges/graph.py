"""Who would take whose home, as arrays: the graph that the search for exchanges walks."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

LONGEST_CYCLE, LONGEST_CHAIN = 4, 4
WIDTH = 1 + LONGEST_CHAIN


@dataclass(frozen=True, slots=True)
class Move:
    """One exchange: each household takes the home of the one before; a chain starts from a vacant home."""

    kind: str
    members: tuple[str, ...]
    weight: float

    @property
    def households(self) -> tuple[str, ...]:
        """Those who move, in order."""
        return self.members[1:] if self.kind == "chain" else self.members


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
        return sum(len(move.households) for move in self.moves)

    @property
    def gap_pct(self) -> float:
        """By how much a better choice could weigh more, %, at most."""
        return 100 * (self.bound - self.weight) / self.weight if self.weight else 0.0


@dataclass(frozen=True, slots=True)
class Graph:
    """
    Nodes 0 .. households-1, then vacant homes; from a node, the households that would take its home.

    ``bits[giver]`` holds one bit a household: whether it would take the home of ``giver``. Rows of columns
    (cycles and chains) are ``WIDTH`` nodes wide, filled with -1.
    """

    names: np.ndarray
    weights: np.ndarray
    vacant_from: int
    start: np.ndarray
    takers: np.ndarray
    bits: np.ndarray
    cycle: int
    chain: int

    @property
    def unit(self) -> float:
        """The weights are multiples of this; 0 where they have no common measure."""
        whole = self.weights[: self.vacant_from]
        if not len(whole) or not np.allclose(whole, whole.round()):
            return 0.0
        return float(np.gcd.reduce(whole.round().astype(np.int64)))

    def ceiling(self, bound: float) -> float:
        """Round a bound down to what a choice can weigh."""
        unit = self.unit
        return np.floor(bound / unit + 1e-6) * unit if unit else bound

    def worth(self, rows: np.ndarray) -> np.ndarray:
        """Weight of each column."""
        return np.append(self.weights, 0.0)[rows].sum(axis=1)


def build(households: pd.DataFrame, arcs: pd.DataFrame, vacant: pd.Index, cycle: int, chain: int) -> Graph:
    """Check and number households, vacant homes and arcs; raises ValueError."""
    if not 2 <= cycle <= LONGEST_CYCLE or not 1 <= chain <= LONGEST_CHAIN:
        raise ValueError("expected cycles of 2 to 4 households and chains of 1 to 4")
    if not (households["weight"] > 0).all():
        raise ValueError("expected a weight above 0 for each household: leave out those who need no move")
    names = households.index.append(pd.Index(vacant))
    if names.has_duplicates:
        raise ValueError(f"repeated identifier: {names[names.duplicated()][0]!r}")
    giver, taker = names.get_indexer(arcs["takes"]), names.get_indexer(arcs["household_id"])
    if min(giver.min(initial=0), taker.min(initial=0)) < 0 or taker.max(initial=-1) >= len(households):
        raise ValueError("an arc names a household or a vacant home that is not in the lists")
    weights = np.concatenate([households["weight"].to_numpy(float), np.zeros(len(vacant))])
    own = giver == taker
    return from_pairs(names.to_numpy(), weights, len(households), giver[~own], taker[~own], cycle, chain)


def from_pairs(names, weights, vacant_from, giver, taker, cycle, chain) -> Graph:
    """Lay the arcs out by giver; repeated ones count once."""
    size = len(names)
    pairs = np.unique(giver.astype(np.int64) * max(size, 1) + taker)
    giver, taker = pairs // max(size, 1), pairs % max(size, 1)
    bits = np.zeros((size, (size + 8) // 8), np.uint8)
    np.bitwise_or.at(bits, (giver, taker >> 3), (1 << (taker & 7)).astype(np.uint8))
    start = np.searchsorted(giver, np.arange(size + 1))
    return Graph(names, weights, vacant_from, start, taker, bits, cycle, chain)


def part(graph: Graph, nodes: np.ndarray) -> Graph:
    """Keep some nodes (sorted) and the arcs among them."""
    place = np.full(len(graph.names), -1)
    place[nodes] = np.arange(len(nodes))
    lengths = graph.start[nodes + 1] - graph.start[nodes]
    ends = lengths.cumsum()
    at = np.arange(lengths.sum()) + np.repeat(graph.start[nodes] - (ends - lengths), lengths)
    taker, giver = place[graph.takers[at]], np.repeat(np.arange(len(nodes)), lengths)
    inside = taker >= 0
    return from_pairs(
        nodes,
        graph.weights[nodes],
        int(np.searchsorted(nodes, graph.vacant_from)),
        giver[inside],
        taker[inside],
        graph.cycle,
        graph.chain,
    )


def named(graph: Graph, row: np.ndarray) -> Move:
    """Give a column its names."""
    nodes = row[row >= 0]
    kind = "chain" if nodes[0] >= graph.vacant_from else "cycle"
    return Move(kind, tuple(graph.names[nodes]), float(graph.weights[nodes].sum()))
