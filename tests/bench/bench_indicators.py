"""
How long the indicators take: a town of 12,000 dwellings and 45,000 requests, and forty times that.

Times are of the processor, all threads together, so that a busy machine gives the figures of an idle one.
"""

import sys
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from data.reference import load  # noqa: E402
from geo.indicators import by_area, delay_indicators, rates_of, residence_indicators  # noqa: E402

YEAR = {"on": "2026-01-01", "since": "2025-01-01"}
SIZES = (("town", 12_000, 45_000, 1.0, 5), ("town x 40", 500_000, 2_000_000, 30.0, 1))


def town(dwellings: int, complaints: int) -> dict[str, pd.DataFrame]:
    """Make up the tables of a stock of some size; the shares are those of the invented town."""
    rng = np.random.default_rng(93048)
    count = max(1, dwellings // 78)
    homes = np.char.add("R", np.char.mod("%06d", rng.integers(0, count, dwellings)))
    rooms = rng.choice([1, 2, 3, 4, 5], dwellings, p=[0.08, 0.19, 0.37, 0.27, 0.09])
    residences = pd.DataFrame(
        {"sector_id": np.char.add("S", np.char.mod("%04d", np.arange(count) // 15)), "dwellings": 78},
        index=pd.Index(np.char.add("R", np.char.mod("%06d", np.arange(count))), name="residence_id"),
    )
    ids = pd.Index(np.char.add("D", np.char.mod("%07d", np.arange(dwellings))), name="dwelling_id")
    stock = pd.DataFrame(
        {
            "residence_id": homes,
            "rooms": rooms,
            "living_area_m2": rooms * 15 + rng.uniform(12, 22, dwellings),
            "let_status": rng.choice(
                ["let", "vacant_offered", "empty_works"], dwellings, p=[0.96, 0.03, 0.01]
            ),
            "vacant_since": day(rng, dwellings, 2025),
            "year_built": rng.integers(1950, 2024, dwellings),
            "dpe_class": rng.choice([*"ABCDEFG", None], dwellings),
            "dpe_date": pd.Timestamp("2023-01-01"),
            "ep_kwh_m2": rng.uniform(40, 500, dwellings),
            "ghg_kg_m2": rng.uniform(3, 110, dwellings),
            "elec_share": rng.uniform(0, 1, dwellings),
            "rent_eur_month": rng.uniform(200, 700, dwellings),
            "adapted": rng.choice(["none", "reachable", "adapted"], dwellings),
            "in_qpv": rng.random(dwellings) < 0.36,
            "floor": rng.integers(0, 9, dwellings),
            "has_lift": rng.random(dwellings) < 0.5,
        },
        index=ids,
    )
    let = ids[stock["let_status"] == "let"]
    households = pd.DataFrame(
        {
            "dwelling_id": let,
            "persons": rng.integers(1, 6, len(let)),
            "holder_age_band": rng.choice(["<30", "30-49", "50-64", "65-74", "75+"], len(let)),
            "rooms_needed": rng.integers(2, 6, len(let)),
            "need_level": rng.choice(["none", "reachable", "wheelchair"], len(let), p=[0.93, 0.055, 0.015]),
            "visiting_children": 0,
        },
        index=pd.Index(np.char.add("H", let.to_numpy(dtype=str)), name="household_id"),
    )
    opened = day(rng, complaints, 2023) + pd.to_timedelta(rng.integers(0, 730, complaints), unit="D")
    at = rng.integers(0, dwellings, complaints)
    requests = pd.DataFrame(
        {
            "residence_id": homes[at],
            "dwelling_id": pd.Series(ids[at]).where(rng.random(complaints) < 0.6),
            "category": rng.choice(["plumbing", "heating", "lift", "tranquillity", "damp"], complaints),
            "opened_at": opened,
            "answered_at": opened + pd.to_timedelta(rng.exponential(24, complaints), unit="h"),
            "closed_at": opened + pd.to_timedelta(rng.exponential(240, complaints), unit="h"),
            "reopened_of": None,
            "status": "closed",
        },
        index=pd.Index(np.char.add("C", np.char.mod("%07d", np.arange(complaints))), name="complaint_id"),
    )
    moves = dwellings // 8
    back = day(rng, moves, 2023) + pd.to_timedelta(rng.integers(0, 730, moves), unit="D")
    turnovers = pd.DataFrame(
        {
            "dwelling_id": ids[rng.integers(0, dwellings, moves)],
            "keys_back_on": back,
            "lease_start_on": back + pd.to_timedelta(rng.integers(20, 300, moves), unit="D"),
            "rent_eur_month": 400.0,
        }
    )
    turnovers["residence_id"] = stock["residence_id"].reindex(turnovers["dwelling_id"]).to_numpy()
    items = ["heating", "water", "cleaning", "taxes"]
    charges = pd.DataFrame({"residence_id": np.repeat(residences.index, len(items)), "year": 2024})
    charges = charges.assign(item=items * count, settled_eur_m2_year=rng.uniform(1, 12, len(charges)))
    return {
        "residences": residences,
        "dwellings": stock,
        "complaints": requests,
        "households": households,
        "turnovers": turnovers,
        "charges": charges,
    }


def day(rng: np.random.Generator, count: int, year: int) -> pd.Series:
    """Draw days of a year."""
    return pd.Series(
        pd.Timestamp(year=year, month=1, day=1) + pd.to_timedelta(rng.integers(0, 365, count), unit="D")
    )


def measure(tables: dict[str, pd.DataFrame], runs: int) -> tuple[float, float, float, int]:
    """Return the best time of the counts and rates, of the areas, of the delays (s), and how many rates."""
    parameters = load().set_index("name")["value"].to_dict()
    residences = tables["residences"]
    best = [np.inf] * 3
    for _ in range(runs):
        start = process_time()
        found = residence_indicators(**tables, parameters=parameters, tense=True, **YEAR)
        counted = process_time()
        by_area(residences, found, "sector_id")
        added = process_time()
        delay_indicators(residences["sector_id"], tables["complaints"], tables["turnovers"], **YEAR)
        best = np.minimum(best, [counted - start, added - counted, process_time() - added])
    return *map(float, best), len(rates_of(found.columns))


def main() -> int:
    """Print the table of times; 1 where a budget is broken."""
    broken = 0
    print(
        f"{'stock':<10} {'dwellings':>10} {'requests':>10} {'rates':>6} {'residences':>11} {'sectors':>8} {'delays':>7}"
    )
    for name, dwellings, complaints, budget_s, runs in SIZES:
        counts, areas, delays, rates = measure(town(dwellings, complaints), runs)
        late = counts + areas > budget_s
        broken += late
        verdict = f"budget {budget_s:g} s{' BROKEN' if late else ''}"
        print(
            f"{name:<10} {dwellings:>10,} {complaints:>10,} {rates:>6} {counts:>10.2f}s {areas:>7.2f}s "
            f"{delays:>6.2f}s  {verdict}"
        )
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
