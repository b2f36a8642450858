"""Towns small enough to draw, and the shared one, as territory problems."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from planning.sectors import Balance, Priorities, Territory, measure, territory


def grid(
    rows: int,
    columns: int,
    offices: dict[str, tuple[float, float]],
    *,
    tolerance: float = 0.25,
    tenants=10.0,
    work=10.0,
    priorities: Priorities | None = None,
    **wishes,
) -> Territory:
    """Make a town of square cells of 100 m, numbered row by row; today each is in its nearest office's sector."""
    cells = list(product(range(rows), range(columns)))
    places = pd.DataFrame(offices, index=["x", "y"]).T
    units = pd.DataFrame(
        {
            "x": [100.0 * c for _, c in cells],
            "y": [100.0 * r for r, _ in cells],
            "tenants": tenants,
            "work": work,
        }
    )
    gap = units[["x", "y"]].to_numpy()[:, None, :] - places.to_numpy()[None, :, :]
    units["sector"] = places.index[np.hypot(gap[..., 0], gap[..., 1]).argmin(axis=1)]
    right = [(i, i + 1) for i, (_, c) in enumerate(cells) if c + 1 < columns]
    down = [(i, i + columns) for i, (r, _) in enumerate(cells) if r + 1 < rows]
    edges = pd.DataFrame([*right, *down], columns=["unit_a", "unit_b"]).assign(border_m=100.0)
    return territory(
        units,
        places,
        edges,
        balance=[Balance("work", tolerance)],
        priorities=priorities or Priorities(change=2, border=10),
        **wishes,
    )


def shared_town(
    folder: Path,
    *,
    size: str = "",
    tolerance: float = 0.05,
    priorities: Priorities | None = None,
    criteria=("workload",),
) -> Territory:
    """Make the problem of the shared cases: 600 residences and 6 agencies, or ``size="_1500"``."""
    stock = pd.read_csv(folder / f"residences{size}.csv").set_index("unit")
    offices = pd.read_csv(folder / f"agencies{size}.csv").set_index("agency")
    edges = pd.read_csv(folder / f"edges{size}.csv").rename(columns={"i": "unit_a", "j": "unit_b"})
    return territory(
        stock.assign(tenants=stock["dwellings"]).rename(columns={"current_sector": "sector"}),
        offices,
        edges,
        balance=[Balance(criterion, tolerance) for criterion in criteria],
        priorities=priorities or Priorities(change=2, border=10),
    )


def every_valid_plan(problem: Territory) -> list[tuple[float, np.ndarray]]:
    """Try every plan of a tiny town; return the valid ones, the best first."""
    n, k = problem.size
    plans = (np.array(plan) for plan in product(range(k), repeat=n))
    allowed = (p for p in plans if problem.allowed[np.arange(n), p].all() and len(set(p)) == k)
    valid = [(figures.objective, plan) for plan in allowed if (figures := measure(problem, plan)).valid]
    return sorted(valid, key=lambda entry: entry[0])
