"""Time how sites are ranked and re-ranked, beside pymcdm in the same run."""

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from planning.decision import Panel, draw_weights, promethee2, smaa, topsis, weighted_sum  # noqa: E402

RUNS = 7
CRITERIA, TOWN, DEPARTMENT = 29, 20_000, 350_000


def best(*jobs: Callable[[], object], runs: int = RUNS) -> list[tuple[float, float]]:
    """Least seconds of each job, by the clock and of processor, run in turn so that all meet the same noise."""
    taken = [[] for _ in jobs]
    for _ in range(runs):
        for job, times in zip(jobs, taken, strict=True):
            start, worked = perf_counter(), process_time()
            job()
            times.append((perf_counter() - start, process_time() - worked))
    return [(min(clock for clock, _ in times), min(cpu for _, cpu in times)) for times in taken]


def bench_ranking(rng: np.random.Generator) -> list[tuple]:
    """Rankings, robustness and re-weighting, in a town and in a department."""
    table, weights = rng.uniform(0, 1, (TOWN, 10)), np.full(10, 0.1)
    rows = [_peer_topsis(table, weights)]
    (seconds,) = best(lambda: promethee2(table, weights, np.ones(10)))
    rows.append(("PROMETHEE II, 20,000 sites x 10", seconds, "target", 1.0, 1.0))
    for sites, limit in ((TOWN, 0.1), (DEPARTMENT, 1.0)):
        panel = _panel(sites, 0.1, rng)
        new = rng.dirichlet(np.ones(CRITERIA))
        (seconds,) = best(lambda panel=panel, new=new: weighted_sum(panel, new))
        rows.append((f"re-weighting, {sites:,} sites x {CRITERIA}", seconds, "target", limit, 1.0))
    for unknown, limit in ((0.0, 0.5), (0.1, None)):
        panel = _panel(TOWN, unknown, rng)
        drawn = draw_weights(np.ones(CRITERIA), 1000, rng)
        (seconds,) = best(lambda panel=panel, drawn=drawn: smaa(panel, drawn, k=50, rng=rng), runs=3)
        label = f"SMAA, 1,000 draws x 20,000 sites, {unknown:.0%} unknown"
        rows.append((label, seconds, "target", limit, 1.0 if limit else None))
    return rows


def _panel(sites: int, unknown: float, rng: np.random.Generator) -> Panel:
    table = rng.uniform(0, 1, (sites, CRITERIA))
    table[rng.random(table.shape) < unknown] = np.nan
    return Panel.of(pd.DataFrame(table))


def _peer_topsis(table: np.ndarray, weights: np.ndarray) -> tuple:
    def ours() -> np.ndarray:
        return topsis(table, weights, np.ones(10), normalisation="minmax")

    try:
        from pymcdm.methods import TOPSIS
    except ImportError:
        return ("TOPSIS, 20,000 sites x 10", best(ours)[0], "pymcdm", None, 5.0)
    peer = TOPSIS()
    mine, theirs = best(ours, lambda: peer(table, weights, np.ones(10)))
    return ("TOPSIS, 20,000 sites x 10", mine, "pymcdm", theirs, 5.0)


def report(title: str, rows: list[tuple]) -> int:
    """Print a table of times beside those of a peer or a target; return 1 where one is missed."""
    print(title)
    print(f"{'what':<52}{'clock s':>9}{'cpu s':>8}  {'beside':<9}{'clock s':>9}{'cpu s':>8}{'times':>7}")
    missed = 0
    for what, (clock, cpu), beside, theirs, least in rows:
        line = f"{what:<52}{clock:>9.3f}{cpu:>8.3f}  {beside:<9}"
        if theirs is None:
            print(line + f"{'not set' if beside == 'target' else 'absent':>9}")
            continue
        peer = isinstance(theirs, tuple)
        times = (theirs[0] if peer else theirs) / clock
        line += (
            f"{theirs[0]:>9.3f}{theirs[1]:>8.3f}{times:>7.1f}"
            if peer
            else f"{theirs:>9.3f}{'':>8}{times:>7.1f}"
        )
        print(line + (f"  wanted {least:g}: {'held' if times >= least else 'MISSED'}" if least else ""))
        missed += bool(least and times < least)
    return int(missed > 0)


def main() -> int:
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(20261122)
    return report(f"Rankings, best of {RUNS} runs", bench_ranking(rng))


if __name__ == "__main__":
    sys.exit(main())
