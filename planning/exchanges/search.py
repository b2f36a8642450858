"""The cycles and chains that prices call for, found by a bounded walk (compiled)."""

import numba
import numpy as np

from planning.exchanges.graph import WIDTH, Graph

STEPS = 20_000


def columns_above(
    graph: Graph, price: np.ndarray, above: float, *, keep: int = 2, steps: int = STEPS
) -> tuple[np.ndarray, bool]:
    """
    Return columns whose weight exceeds the price of their nodes by more than ``above``.

    Parameters
    ----------
    keep
        At most so many from each first node, the best.
    steps
        Walk at most so many steps from each first node; 0 without limit.

    Returns
    -------
    tuple
        Rows of nodes, and whether the walk was complete: if so, and no row is found, there is none.
    """
    gain = graph.weights - price
    most = max(graph.cycle, graph.chain)
    ahead, follower = _completions(graph.start, graph.takers, gain, most)
    rows, gains, complete = _search(
        graph.start, graph.takers, graph.bits, gain, ahead, graph.vacant_from, graph.cycle, graph.chain,
        above, keep, steps,
    )  # fmt: skip
    found = rows[gains > -np.inf]
    if graph.vacant_from < len(graph.names):
        through, worth = _through(
            graph.start, graph.takers, gain, ahead, follower, graph.vacant_from, graph.chain, above
        )
        found = np.vstack([found, through[worth > -np.inf]])
    return found, complete


@numba.njit(cache=True)
def _completions(start, takers, gain, steps):  # pragma: no cover (compiled)
    """Most that up to k more takers can add after a node, and who comes first among them."""
    size = start.size - 1
    ahead = np.zeros((steps + 1, size))
    follower = np.full((steps + 1, size), -1, np.int64)
    for k in range(1, steps + 1):
        for node in range(size):
            for at in range(start[node], start[node + 1]):
                taker = takers[at]
                value = gain[taker] + ahead[k - 1, taker]
                if value > ahead[k, node]:
                    ahead[k, node] = value
                    follower[k, node] = taker
    return ahead, follower


@numba.njit(cache=True)
def _search(
    start, takers, bits, gain, ahead, vacant_from, cycle, chain, above, keep, steps
):  # pragma: no cover (compiled)
    """Walk simple paths from each node while what may follow can still pass; a cycle opens at its smallest."""
    size = start.size - 1
    found = np.full((size * keep, WIDTH), -1, np.int64)
    gains = np.full(size * keep, -np.inf)
    path = np.empty(WIDTH + 1, np.int64)
    place = np.empty(WIDTH + 1, np.int64)
    total = np.zeros(WIDTH + 1)
    complete = True
    for first in range(size):
        is_chain = first >= vacant_from
        longest = chain + 1 if is_chain else cycle
        base, count, limit, walked = first * keep, 0, above, 0
        path[0], place[0], total[0], depth = first, start[first], gain[first], 0
        while depth >= 0:
            if place[depth] == start[path[depth] + 1] or depth + 1 >= longest:
                depth -= 1
                continue
            node = takers[place[depth]]
            place[depth] += 1
            if not is_chain and node <= first:
                continue
            value = total[depth] + gain[node]
            if value + ahead[longest - depth - 2, node] <= limit:
                continue
            seen = False
            for k in range(1, depth + 1):
                if path[k] == node:
                    seen = True
            if seen:
                continue
            walked += 1
            if steps and walked > steps:
                complete = False
                break
            depth += 1
            path[depth], place[depth], total[depth] = node, start[node], value
            closes = is_chain or ((bits[node, first >> 3] >> (first & 7)) & 1) == 1
            if not closes or value <= limit:
                continue
            slot = base + count
            if count == keep:
                slot = base
                for k in range(base, base + keep):
                    if gains[k] < gains[slot]:
                        slot = k
            else:
                count += 1
            for k in range(WIDTH):
                found[slot, k] = path[k] if k <= depth else -1
            gains[slot] = value
            if count == keep:
                least = gains[base]
                for k in range(base, base + keep):
                    least = min(least, gains[k])
                limit = max(limit, least)
    return found, gains, complete


@numba.njit(cache=True)
def _through(start, takers, gain, ahead, follower, vacant_from, chain, above):  # pragma: no cover (compiled)
    """Best chain through each household, where it passes no household twice."""
    size = start.size - 1
    reached = np.full((chain + 1, size), -np.inf)
    giver = np.full((chain + 1, size), -1, np.int64)
    for node in range(vacant_from, size):
        reached[0, node] = gain[node]
    for k in range(1, chain + 1):
        for node in range(size):
            if reached[k - 1, node] == -np.inf:
                continue
            for at in range(start[node], start[node + 1]):
                taker = takers[at]
                value = reached[k - 1, node] + gain[taker]
                if value > reached[k, taker]:
                    reached[k, taker] = value
                    giver[k, taker] = node
    found = np.full((vacant_from, WIDTH), -1, np.int64)
    gains = np.full(vacant_from, -np.inf)
    path = np.empty(2 * WIDTH, np.int64)
    for household in range(vacant_from):
        for k in range(1, chain + 1):
            value = reached[k, household] + ahead[chain - k, household]
            if value <= above or value <= gains[household]:
                continue
            node = household
            for place in range(k, -1, -1):
                path[place] = node
                if place > 0:
                    node = giver[place, node]
            length, node, left = k + 1, household, chain - k
            while left > 0 and follower[left, node] >= 0:
                node = follower[left, node]
                path[length] = node
                length += 1
                left -= 1
            simple = True
            for a in range(length):
                for b in range(a):
                    if path[a] == path[b]:
                        simple = False
            if simple:
                gains[household] = value
                for place in range(WIDTH):
                    found[household, place] = path[place] if place < length else -1
    return found, gains
