"""Options and targets small enough to try every programme."""

from itertools import product

import numpy as np
import pandas as pd

from planning.programme import Targets
from planning.programme.model import values

YEARS = (2026, 2027)


def options(seed: int, sites: int = 3) -> pd.DataFrame:
    """Draw two options for each site: one to let, one to own."""
    rng = np.random.default_rng(seed)
    count = 2 * sites
    size = rng.integers(4, 30, count)
    return pd.DataFrame(
        {
            "site_id": [f"S{n // 2}" for n in range(count)],
            "form": rng.choice(["small_collective", "townhouse"], count),
            "tenure": ["rental", "ownership"] * sites,
            "public": ["family", "ownership"] * sites,
            "agency_id": rng.choice(["A1", "A2"], count),
            "dwellings": size,
            "cost_eur": size * rng.integers(200, 300, count) * 1e3,
            "equity_eur": size * rng.integers(10, 60, count) * 1e3,
            "quality": rng.uniform(0.2, 0.9, count).round(2),
            "need": rng.integers(0, 20, count).astype(float),
            "robustness": rng.uniform(0, 1, count).round(2),
            "earliest_year": rng.choice([2026, 2026, 2027], count),
        },
        index=pd.Index([f"O{n}" for n in range(count)], name="option_id"),
    )


def targets(seed: int) -> Targets:
    """Draw targets, of which some cannot be met."""
    rng = np.random.default_rng(seed + 1000)
    return Targets(
        YEARS,
        dwellings_least=float(rng.integers(0, 20)),
        ownership_least=float(rng.integers(0, 2)),
        budget_eur=float(rng.integers(6, 20)) * 1e6,
        equity_eur=float(rng.integers(1, 4)) * 1e6,
        staff_operations=float(rng.integers(1, 4)),
        lead_years=2,
        spend_shares=(0.4, 0.6),
        form_least_share={"townhouse": float(rng.choice([0, 0.2]))},
        agency_most_share=float(rng.choice([0.8, 1.0])),
    )


def every_programme(table: pd.DataFrame):
    """Give every choice of at most one option and year a site, as (option, year) pairs."""
    each = []
    for _, rows in table.groupby("site_id"):
        starts = [
            (option, year)
            for option in rows.index
            for year in YEARS
            if year >= rows.at[option, "earliest_year"]
        ]
        each.append([None, *starts])
    for choice in product(*each):
        yield [pair for pair in choice if pair is not None]


def broken(table: pd.DataFrame, wanted: Targets, choice) -> set:
    """Name the targets that a choice breaks."""
    start = pd.Series(dict(choice), dtype=float)
    held = table.loc[start.index]
    size, found = held["dwellings"], set()
    for year in wanted.years:
        now = start == year
        spent = sum(
            s * held.loc[start + k == year, "cost_eur"].sum() for k, s in enumerate(wanted.spend_shares)
        )
        checks = {
            "dwellings": size[now].sum() >= wanted.dwellings_least,
            "ownership": (held.loc[now, "tenure"] == "ownership").sum() >= wanted.ownership_least,
            "budget": spent <= wanted.budget_eur + 1e-6,
            "equity": held.loc[now, "equity_eur"].sum() <= wanted.equity_eur + 1e-6,
            "staff": ((start <= year) & (year < start + wanted.lead_years)).sum() <= wanted.staff_operations,
        }
        found |= {(kind, year) for kind, holds in checks.items() if not holds}
    for form, share in wanted.form_least_share.items():
        if size[held["form"] == form].sum() < share * size.sum() - 1e-6:
            found.add(("form", form))
    for agency in ("A1", "A2"):
        if size[held["agency_id"] == agency].sum() > wanted.agency_most_share * size.sum() + 1e-6:
            found.add(("agency", agency))
    return found


def worth(table: pd.DataFrame, choice, weights: dict[str, float]) -> float:
    """Worth of a choice, as `schedule` defines it."""
    each, total = values(table), pd.Series(0.0, index=table.index)
    for name, weight in weights.items():
        total += weight * each[name] / (each[name].abs().groupby(table["site_id"]).max().sum() or 1.0)
    return sum(total[o] * (1 - 0.01 * YEARS.index(y) * np.sign(total[o])) for o, y in choice)
