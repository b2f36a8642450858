"""Time of a programme of 200 sites, 6 variants and 10 years to a proven gap of 1 %, and of a what-if."""

import sys
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from planning.programme import Targets, plan, what_if  # noqa: E402

YEARS = tuple(range(2026, 2036))
WEIGHTS = {"dwellings": 1.0, "quality": 0.5, "need": 0.3, "equity": 0.2, "robustness": 0.1}
TARGETS = Targets(
    YEARS,
    150,
    1,
    45e6,
    8e6,
    30,
    3,
    (0.35, 0.45, 0.2),
    {"intermediate": 0.2, "townhouse": 0.1},
    {"elderly": 0.1},
    0.45,
)


def invented(seed: int, sites: int = 200, variants: int = 6) -> pd.DataFrame:
    """Draw sites of an invented town, each with its variants of form, tenure and public."""
    rng = np.random.default_rng(seed)
    count = sites * variants
    size = np.repeat(rng.integers(5, 45, sites), variants) + rng.integers(-3, 4, count)
    return pd.DataFrame(
        {
            "site_id": np.repeat([f"S{n:03d}" for n in range(sites)], variants),
            "form": rng.choice(["small_collective", "intermediate", "townhouse"], count, p=[0.6, 0.25, 0.15]),
            "tenure": rng.choice(["rental", "ownership"], count, p=[0.75, 0.25]),
            "public": rng.choice(["family", "elderly", "students"], count, p=[0.7, 0.2, 0.1]),
            "agency_id": np.repeat(rng.choice(["A1", "A2", "A3"], sites), variants),
            "dwellings": size,
            "cost_eur": size * rng.normal(250e3, 30e3, count),
            "equity_eur": size * rng.gamma(4, 10e3, count),
            "quality": rng.uniform(0.2, 0.9, count),
            "need": size * rng.uniform(0, 1.2, count),
            "robustness": rng.uniform(0, 1, count),
            "earliest_year": np.repeat(rng.choice(YEARS[:6], sites), variants),
        },
        index=pd.Index([f"O{n:04d}" for n in range(count)], name="option_id"),
    )


def main() -> None:
    """Print one line a seed."""
    print("seed  cells  operations  dwellings  gap_pct  seconds  what_if_gap_pct  what_if_seconds")
    for seed in range(10):
        table = invented(seed)
        began = perf_counter()
        found = plan(table, TARGETS, WEIGHTS, seconds=30, gap=0.01)
        took = perf_counter() - began
        gone = found.chosen["site_id"].iloc[0]
        began = perf_counter()
        other = what_if(found, table, TARGETS, WEIGHTS, removed=[gone])
        again = perf_counter() - began
        size = int(found.chosen["dwellings"].sum())
        print(
            f"{seed:4d} {len(table) * 10:6d} {len(found.chosen):11d} {size:10d} {found.gap_pct:8.3f} {took:8.2f}"
            f" {other.gap_pct:16.3f} {again:16.2f}"
        )


if __name__ == "__main__":
    main()
