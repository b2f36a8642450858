"""Time what operations cost, to let and to own, beside urbansim's pro forma in the same run."""

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from planning.finance import evaluate_ownership, evaluate_rental  # noqa: E402
from planning.finance.proforma import market_proforma  # noqa: E402
from tests.bench.bench_decision import RUNS, best, report  # noqa: E402
from tests.market import COSTS, FORMS  # noqa: E402
from tests.operations import PARAMETERS  # noqa: E402

PARCELS, ALTERNATIVES = 20_000, 72


def operations(count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Invented operations of the three forms."""
    dwellings = rng.integers(4, 30, count).astype(float)
    return pd.DataFrame(
        {
            "form": pd.Categorical(rng.choice(["small_collective", "intermediate", "townhouse"], count)),
            "dwellings": dwellings,
            "living_area_m2": dwellings * rng.uniform(50, 75, count),
            "floor_area_m2": dwellings * 75,
            "annexes_m2": dwellings * 6,
            "land_price_eur": dwellings * rng.uniform(20e3, 90e3, count),
            "demolition_m2": rng.uniform(0, 500, count),
            "pollution_m2": rng.uniform(0, 500, count),
            "parking_surface": dwellings / 2,
            "parking_half_buried": 0.0,
            "parking_underground": dwellings / 2,
            "renewal": rng.random(count) < 0.2,
            "lift": rng.random(count) < 0.3,
            "rent_zone": pd.Categorical(np.full(count, "1bis")),
            "abc_zone": pd.Categorical(np.full(count, "abis")),
            "market_eur_m2": rng.uniform(5000, 8000, count),
        }
    )


def parcels(rng: np.random.Generator) -> pd.DataFrame:
    """Invented parcels in the units of urbansim's own tests."""
    return pd.DataFrame(
        {
            "residential": rng.uniform(20, 40, PARCELS),
            "office": 15.0,
            "retail": 12.0,
            "industrial": 12.0,
            "land_cost": rng.uniform(5e4, 2e5, PARCELS),
            "parcel_size": rng.uniform(1000, 5000, PARCELS),
            "max_far": rng.uniform(1, 4, PARCELS),
            "max_height": rng.uniform(30, 90, PARCELS),
        }
    )


def bench_finance(rng: np.random.Generator) -> list[tuple]:
    """The financial step on as many alternatives as urbansim's pro forma."""
    many, few, lots = operations(PARCELS * ALTERNATIVES, rng), operations(9_000, rng), parcels(rng)
    ours = [
        lambda: market_proforma(lots, FORMS["residential"], COSTS),
        lambda: evaluate_rental(many, PARAMETERS, figures=("cost_eur", "least_equity_eur")),
        lambda: evaluate_rental(many, PARAMETERS),
        lambda: (evaluate_rental(few, PARAMETERS), evaluate_ownership(few, PARAMETERS)),
    ]
    try:
        from urbansim.developer.sqftproforma import SqFtProForma
    except ImportError:
        theirs, times = None, best(*ours)
    else:
        peer = SqFtProForma()
        theirs, *times = best(lambda: peer.lookup("residential", lots), *ours)
    return [
        ("market pro forma, 20,000 parcels x 72", times[0], "urbansim", theirs, 1.0),
        ("cost and least equity, 1,440,000 operations", times[1], "urbansim", theirs, 1.0),
        ("all rental figures, 1,440,000 operations", times[2], "urbansim", theirs, None),
        ("both tenures, 9,000 operations", times[3], "target", 1.0, 1.0),
    ]


def main() -> int:
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(20261122)
    return report(f"Costs of operations, best of {RUNS} runs", bench_finance(rng))


if __name__ == "__main__":
    sys.exit(main())
