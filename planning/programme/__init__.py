"""The programme: which operation, in which form, for whom, to let or to own, from which year."""

from planning.programme.frontier import frontier
from planning.programme.model import OBJECTIVES, Programme, ProgrammeError, Targets, schedule
from planning.programme.relaxing import Relaxed, what_to_relax
from planning.programme.risk import band, reserves
from planning.programme.solve import Infeasible, NotFound, against_targets, plan, what_if

__all__ = [
    "OBJECTIVES",
    "Infeasible",
    "NotFound",
    "Programme",
    "ProgrammeError",
    "Relaxed",
    "Targets",
    "against_targets",
    "band",
    "frontier",
    "plan",
    "reserves",
    "schedule",
    "what_if",
    "what_to_relax",
]
