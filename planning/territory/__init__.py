"""Territories: make a problem, solve it, read its proof, see the frontier between what managers want."""

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
    least_change,
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
from planning.territory.solve import Effort, Proposal, proposals, solve
from planning.territory.start import first_plan
from planning.territory.warming import warm_up
from planning.territory.wishes import Obstacle, floor, obstacles
from planning.territory.words import Sentence, gap_sentence, worse_sentences

__all__ = [
    "MOST_CANDIDATES", "Balance", "Caps", "Choice", "Effort", "Figures", "Locks", "Obstacle", "Offices",
    "Priorities", "Proposal", "Sentence", "Territory", "TerritoryError", "agencies_over", "by_sector",
    "candidates", "choose_offices", "first_plan", "floor", "frontier", "frontier_table", "gap_sentence",
    "least_change", "measure", "movers", "obstacles", "open_and_draw", "proposals", "solve", "territory",
    "warm_up", "workload", "worse_sentences", "worse_than",
]  # fmt: skip
