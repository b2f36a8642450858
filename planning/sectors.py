"""Territories: the door to the optimiser. Make a problem, solve it, read its proof, see the frontier."""

import threading

import numpy as np
import pandas as pd

from planning.territory.frontier import Choice, frontier, frontier_table
from planning.territory.levels import agencies_over
from planning.territory.measure import Figures, by_sector, measure, movers, worse_than
from planning.territory.model import (
    Balance,
    Caps,
    Locks,
    Priorities,
    Territory,
    TerritoryError,
    territory,
    workload,
)
from planning.territory.offices import (
    MOST_CANDIDATES,
    Offices,
    candidates,
    choose_offices,
    open_and_draw,
)
from planning.territory.search import Schedule, walk
from planning.territory.solve import Effort, Proposal, proposals, solve
from planning.territory.start import first_plan
from planning.territory.wishes import Obstacle, floor, obstacles
from planning.territory.words import Sentence, gap_sentence, worse_sentences

__all__ = [
    "MOST_CANDIDATES", "Balance", "Caps", "Choice", "Effort", "Figures", "Locks", "Obstacle", "Offices",
    "Priorities", "Proposal", "Sentence", "Territory", "TerritoryError", "agencies_over", "by_sector",
    "candidates", "choose_offices", "first_plan", "floor", "frontier", "frontier_table", "gap_sentence",
    "least_change", "measure", "movers", "obstacles", "open_and_draw", "proposals", "solve", "territory",
    "warm_up", "workload", "worse_sentences", "worse_than",
]  # fmt: skip

TIE_BREAK_M = 0.001


def least_change(problem: Territory) -> Territory:
    """Return the same problem where only change counts; distance decides between plans equal in change."""
    return problem.wanting(Priorities(change=1, border=0, distance=TIE_BREAK_M))


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
