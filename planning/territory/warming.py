"""Compile the search before a manager waits for it."""

import threading

import numpy as np
import pandas as pd

from planning.territory.model import Balance, Priorities, Territory, territory
from planning.territory.search import Schedule, walk


def warm_up() -> threading.Thread:
    """Compile the search in the background (seconds, once a machine), so that the first user does not wait."""
    problem = _two_by_two()
    thread = threading.Thread(
        target=walk, args=(problem, np.array([0, 1]), Schedule(tries=1), 0), daemon=True
    )
    thread.start()
    return thread


def _two_by_two() -> Territory:
    units = pd.DataFrame({"x": [0.0, 1.0], "y": 0.0, "tenants": 1.0, "sector": ["a", "b"], "work": 1.0})
    offices = pd.DataFrame({"x": [0.0, 1.0], "y": 0.0}, index=["a", "b"])
    edges = pd.DataFrame({"unit_a": [0], "unit_b": [1], "border_m": [1.0]})
    return territory(
        units, offices, edges, balance=[Balance("work", 1.0)], priorities=Priorities(change=1, border=1)
    )
