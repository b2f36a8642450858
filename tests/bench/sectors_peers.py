"""The peers of the territory optimiser, on the same input: spopt (regions, p-median) and GerryChain."""

import random
import warnings
from collections.abc import Callable
from time import perf_counter

import geopandas as gpd
import numpy as np
from scipy.optimize import linear_sum_assignment

from planning.territory import Territory, measure


def run_peers(problem: Territory, places: gpd.GeoDataFrame, *, steps: int = 1000) -> list[dict]:
    """Return one row a peer: its figures under our measures, or why it failed."""
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, peer in {**_spopt(problem, places), **_gerrychain(problem, steps)}.items():
            rows.append({"method": name, **_judged(problem, peer)})
    return rows


def _judged(problem: Territory, peer: Callable[[], np.ndarray]) -> dict:
    began = perf_counter()
    try:
        regions = peer()
    except Exception as error:  # noqa: BLE001 (a peer that fails is a line of the table)
        return {"seconds": perf_counter() - began, "note": f"{type(error).__name__}: {error}"[:60]}
    seconds = perf_counter() - began
    figures = measure(problem, _named(problem, np.asarray(regions)))
    return {
        "seconds": seconds,
        "max_deviation_pct": figures.max_deviation_pct,
        "mean_distance_m": figures.mean_distance_m,
        "border_km": figures.border_km,
        "moved_pct": figures.moved_pct,
        "contiguous": figures.contiguous,
        "objective": figures.objective,
    }


def _named(problem: Territory, regions: np.ndarray) -> np.ndarray:
    """Give each region the office that makes ways shortest in all: peers do not name their regions."""
    numbers, region = np.unique(regions, return_inverse=True)
    ways = np.zeros((len(numbers), problem.size[1]))
    np.add.at(ways, region, problem.metres)
    return linear_sum_assignment(ways)[1][region]


def _spopt(problem: Territory, places: gpd.GeoDataFrame) -> dict[str, Callable]:
    from libpysal.weights import W
    from spopt.locate import PMedian
    from spopt.region import AZP, RegionKMeansHeuristic, Skater, WardSpatial

    n, k = problem.size
    first, neighbour = problem.first, problem.neighbour
    near = W(
        {i: [int(v) for v in neighbour[first[i] : first[i + 1]]] for i in range(n)}, silence_warnings=True
    )
    frame = places.reset_index(drop=True)
    data = frame[["x", "y"]].to_numpy(float)

    def solved(model):
        model.solve()
        return model.labels_

    def p_median():
        import pulp

        metres = problem.metres * n / problem.tenants_pct[:, None]
        model = PMedian.from_cost_matrix(
            metres, weights=problem.tenants_pct, p_facilities=k,
            facility_capacities=np.full(k, 1.02 * problem.tenants_pct.sum() / k),
        )  # fmt: skip
        model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=60))
        return np.array([units[0] for units in model.cli2fac])

    return {
        "spopt WardSpatial": lambda: solved(WardSpatial(frame, near, ["x", "y"], n_clusters=k)),
        "spopt SKATER": lambda: solved(Skater(frame, near, ["x", "y"], n_clusters=k, floor=n // (2 * k))),
        "spopt AZP": lambda: solved(AZP(frame, near, ["x", "y"], n_clusters=k, random_state=1)),
        "spopt RegionKMeans": lambda: solved(RegionKMeansHeuristic(data, k, near, seed=1)),
        "spopt PMedian, capacity +2 %": p_median,
    }


def _gerrychain(problem: Territory, steps: int) -> dict[str, Callable]:
    import networkx
    from gerrychain import Graph, Partition
    from gerrychain.constraints import contiguous, within_percent_of_ideal_population
    from gerrychain.optimization import SingleMetricOptimizer
    from gerrychain.proposals import ReCom
    from gerrychain.updaters import Tally

    n, k = problem.size

    def best(tolerance: float) -> np.ndarray:
        drawn = networkx.Graph()
        drawn.add_nodes_from((i, {"work": float(problem.loads[i, 0])}) for i in range(n))
        drawn.add_edges_from(zip(problem.edge_a.tolist(), problem.edge_b.tolist(), strict=True))
        graph = Graph.from_networkx(drawn)
        start = Partition.from_random_assignment(
            graph, k, tolerance, "work", updaters={"work": Tally("work", alias="work")}, rng=random.Random(1)
        )
        proposal = ReCom.district_pairs_mst(
            pop_col="work",
            pop_target=problem.loads[:, 0].sum() / k,
            epsilon=tolerance,
            allow_pair_reselection=True,
        )

        def plan(partition) -> np.ndarray:
            return np.array([partition.assignment[i] for i in range(n)])

        def objective(partition) -> float:
            return measure(problem, _named(problem, plan(partition))).objective

        search = SingleMetricOptimizer(
            proposal,
            [contiguous, within_percent_of_ideal_population(start, tolerance, pop_key="work")],
            start,
            objective,
            maximize=False,
            rng=random.Random(1),
        )
        for _ in search.short_bursts(10, steps // 10):
            pass
        return plan(search.best_part)

    return {
        f"GerryChain ReCom {steps} steps, short bursts, 5 %": lambda: best(0.05),
        f"GerryChain ReCom {steps} steps, short bursts, 2 %": lambda: best(0.02),
    }
