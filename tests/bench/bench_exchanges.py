"""Exchanges of 1,400 households: served, proven gap and time, against pairs: greedy, and at best by networkx."""

import sys
from pathlib import Path
from time import perf_counter

import networkx as nx
import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from data import demo  # noqa: E402
from data.reference import load  # noqa: E402
from geo.occupancy import OccupancyRules  # noqa: E402
from planning.exchanges import ExchangeRules, exchange_case, solve, two_way_best, two_way_greedy  # noqa: E402

COUNT, SECONDS = 1400, 10.0


def drawn(degree: float, popularity: float, seed: int = 1):
    """Draw wishes: each home is wanted as 1 / rank ** popularity."""
    rng = np.random.default_rng(seed)
    chance = 1 / np.arange(1, COUNT + 1) ** popularity
    arcs = int(COUNT * degree)
    taker, giver = rng.integers(0, COUNT, arcs), rng.choice(COUNT, arcs, p=chance / chance.sum())
    table = pd.DataFrame({"household_id": taker, "takes": giver})[taker != giver].drop_duplicates()
    return pd.DataFrame({"weight": rng.choice([1.0, 2.0, 3.0], COUNT)}), table, pd.Index([])


def of_town(distance_m: float, with_vacant: bool):
    """The file of the invented town, each household taking homes within a distance."""
    p = load().set_index("name")["value"].to_dict() | {"exchanges.longest_distance_m": distance_m}
    frames = demo.make(93048).frames
    case = exchange_case(
        frames["households"], frames["dwellings"], frames["residences"], OccupancyRules.of(p), ExchangeRules.of(p),
        tense=True, with_vacant=with_vacant,
    )  # fmt: skip
    return case.households[["weight"]], case.arcs, case.vacant


CASES = {
    "town, 500 m": lambda: of_town(500, False),
    "town, 1000 m": lambda: of_town(1000, False),
    "town, 500 m, vacant homes": lambda: of_town(500, True),
    "town, 1000 m, vacant homes": lambda: of_town(1000, True),
    **{f"drawn, degree {d}": (lambda d=d: drawn(d, 0)) for d in (4, 10, 20, 40, 60)},
    **{f"drawn, degree {d}, popular homes": (lambda d=d: drawn(d, 0.8)) for d in (8, 20, 60)},
}


def matched(households: pd.DataFrame, among: pd.DataFrame) -> int:
    """Households served by the heaviest matching in pairs, as networkx finds it."""
    both = set(zip(among["household_id"], among["takes"], strict=True))
    graph = nx.Graph()
    weight = households["weight"]
    graph.add_weighted_edges_from((a, b, weight[a] + weight[b]) for a, b in both if (b, a) in both)
    return 2 * len(nx.max_weight_matching(graph))


def main() -> None:
    """Print one line a case."""
    solve(*drawn(2, 0))
    print(
        "case | wishes | served | weight | gap % | s | greedy pairs | best pairs | networkx | "
        "served / greedy | served / networkx"
    )
    for name, make in CASES.items():
        households, arcs, vacant = make()
        began = perf_counter()
        found = solve(households, arcs, vacant, seconds=SECONDS)
        took = perf_counter() - began
        among = arcs[arcs["takes"].isin(households.index)]
        greedy, best = two_way_greedy(households, among), two_way_best(households, among)
        pairs = matched(households, among)
        ratio, over = (found.served / n if n else float("nan") for n in (greedy.served, pairs))
        print(
            f"{name} | {len(arcs)} | {found.served} | {found.weight:.0f} | {found.gap_pct:.2f} | {took:.1f} | "
            f"{greedy.served} | {best.served} | {pairs} | {ratio:.2f} | {over:.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
