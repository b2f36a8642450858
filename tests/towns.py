"""Towns small enough to draw, and the shared one, as territory problems."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from planning.territory import Balance, Priorities, Territory, measure, territory


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


def public_cut(case: dict) -> Territory:
    """Make the problem of a public graph: population within limits, fewest cut edges, no office."""
    size, k = case["n"], case["k"]
    units = pd.DataFrame(
        {"x": 0.0, "y": 0.0, "tenants": 1.0, "sector": None, "people": np.array(case["pop"], float)}
    )
    edges = pd.DataFrame(case["edges"], columns=["unit_a", "unit_b"]).assign(border_m=1000.0)
    problem = territory(
        units, None, edges, sectors=range(k), balance=[Balance("people", 0.005)],
        priorities=Priorities(change=0, border=1, distance=0),
    )  # fmt: skip
    assert problem.size == (size, k)
    return replace(problem, low=np.full((k, 1), float(case["L"])), high=np.full((k, 1), float(case["U"])))


def public_p_median(file: Path, number: int) -> tuple[int, Territory, int]:
    """Read a problem of the OR-Library (truncated distances): best known value, problem, number of offices."""
    values = iter(file.read_text().split())
    for _ in range(int(next(values))):
        found, best = int(next(values)), int(next(values))
        n, count, most = (int(next(values)) for _ in range(3))
        rows = np.array([[int(next(values)) for _ in range(4)] for _ in range(n)])
        if found == number:
            break
    gap = rows[:, None, 1:3] - rows[None, :, 1:3]
    metres = np.floor(np.hypot(gap[..., 0], gap[..., 1]))
    units = pd.DataFrame(
        {"x": rows[:, 1], "y": rows[:, 2], "tenants": 1.0, "sector": None, "demand": rows[:, 3]}
    )
    edges = pd.DataFrame({"unit_a": np.arange(n - 1), "unit_b": np.arange(1, n), "border_m": 0.0})
    problem = territory(
        units, None, edges, sectors=range(n), balance=[Balance("demand", 0.0)], priorities=Priorities(0, 0),
        distances_m=pd.DataFrame(metres * n),
    )  # fmt: skip
    limits = {"low": np.zeros((n, 1)), "high": np.full((n, 1), float(most))}
    return best, replace(problem, metres=metres, **limits), count
