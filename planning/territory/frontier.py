"""A frontier, not one plan: what balance costs in tenants who change, from tight to loose."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planning.territory.measure import measure
from planning.territory.model import Caps, Territory
from planning.territory.solve import Proposal, solve
from planning.territory.wishes import floor

HALFWAY = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """
    One plan of the frontier.

    ``tolerance`` is a share; ``cap_pct`` the most tenants allowed to change (inf: none set); ``least_pct`` the
    proven least at this tolerance, whatever the shape of the sectors.
    """

    tolerance: float
    cap_pct: float
    least_pct: float
    proposal: Proposal


def frontier(
    problem: Territory,
    *,
    tolerances: Sequence[float] = (0.10, 0.05, 0.02),
    within: Callable[[float], Territory] | None = None,
    seconds: float = 30.0,
    seed: int = 1,
    progress: Callable[[float, str], None] = lambda done, text: None,
    stop: Callable[[], bool] = lambda: False,
) -> list[Choice]:
    """
    Return up to two plans a tolerance: with change free, and with change capped halfway to its proven least.

    Plans that another one beats or equals on balance, change, distance and border are left out; ``seconds`` is
    shared equally. ``within`` makes the problem of a tolerance where that of ``problem`` will not do. ``stop``
    is asked between rounds and ends the frontier with the plans made so far.
    """
    tried = len(tolerances) * 2
    choices: list[Choice] = []
    starts: list[np.ndarray] = []
    for turn, tolerance in enumerate(sorted(tolerances, reverse=True)):
        held = within(tolerance) if within else problem.within(tolerance)
        least = floor(held, "moved_pct")
        free_cap = float(problem.caps[1])
        for capped in (False, True):
            cap = free_cap if not capped else _halfway(choices[-1], least) if choices else np.inf
            step = 2 * turn + capped
            wanted = held.wanting(caps=Caps(float(problem.caps[0]), cap, float(problem.caps[2])))
            proposal = solve(
                wanted,
                seconds=seconds / tried,
                seed=seed,
                starts=starts[-2:],
                progress=lambda done, text, step=step: progress((step + done) / tried, text),
                stop=stop,
            )
            starts.append(proposal.sector_of)
            choices.append(Choice(tolerance, cap, least, proposal))
            if stop():
                return _undominated(choices)
    return _undominated(choices)


def frontier_table(choices: Sequence[Choice]) -> pd.DataFrame:
    """Return one row a plan: tolerance, cap, figures, bound and gap, the loosest tolerance first."""
    rows = [
        {
            "tolerance_pct": 100 * choice.tolerance,
            "cap_pct": choice.cap_pct,
            "least_moved_pct": choice.least_pct,
            "max_deviation_pct": choice.proposal.figures.max_deviation_pct,
            "moved_pct": choice.proposal.figures.moved_pct,
            "mean_distance_m": choice.proposal.figures.mean_distance_m,
            "border_km": choice.proposal.figures.border_km,
            "objective": choice.proposal.figures.objective,
            "bound": choice.proposal.bound,
            "gap_pct": choice.proposal.gap_pct,
        }
        for choice in choices
    ]
    return pd.DataFrame(rows)


def _halfway(free: Choice, least_pct: float) -> float:
    return least_pct + HALFWAY * (free.proposal.figures.moved_pct - least_pct)


def _undominated(choices: list[Choice]) -> list[Choice]:
    """Keep the valid plans that no other one beats or equals on every axis."""
    valid = [choice for choice in choices if choice.proposal.figures.valid]
    axes = np.array([_axes(choice) for choice in valid]).reshape(len(valid), 4)
    kept = []
    for i, choice in enumerate(valid):
        as_good = (axes <= axes[i] + 1e-9).all(axis=1)
        better = as_good & (axes < axes[i] - 1e-9).any(axis=1)
        if not better.any() and not as_good[:i].any():
            kept.append(choice)
    return kept


def _axes(choice: Choice) -> list[float]:
    figures = measure(choice.proposal.problem, choice.proposal.sector_of)
    return [figures.max_deviation_pct, figures.moved_pct, figures.mean_distance_m, figures.border_km]
