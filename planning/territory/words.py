"""What a result says in plain words: a template and its values, so that every language can say it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from planning.territory.measure import Figures, worse_than
from planning.territory.solve import Proposal


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to translate: ``template`` has names in braces, ``values`` gives them (numbers unrounded)."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.template.format(**{name: _plain(value) for name, value in self.values.items()})


PROVEN_BEST = "This plan is proven best: no valid plan is better."
WITHIN = (
    "No valid plan can be better than this one by more than {gap_pct} %: {better_m} m per tenant at most."
)
WITHIN_PCT = "No valid plan can be better than this one by more than {gap_pct} %."
NO_BOUND = "Nothing is proven yet about this plan."
NOT_VALID = "This plan does not keep every limit: see what stands in the way."
NO_PLAN = "No plan can keep every limit: see what stands in the way."
NO_OFFICE = "Sectors without office can be named in any order: only their borders are compared, and nothing is proven."

WORSE = {
    "max_deviation_pct": "Less balanced than today: {plan} % away from the target at most, against {today} %.",
    "mean_distance_m": "Tenants are further from their office than today: {plan} m on average, against {today} m.",
    "border_km": "Borders are longer than today: {plan} km, against {today} km.",
}
CHANGED = "{moved_pct} % of tenants change."

TEMPLATES = (
    PROVEN_BEST, WITHIN, WITHIN_PCT, NO_BOUND, NOT_VALID, NO_PLAN, NO_OFFICE, CHANGED, *WORSE.values(),
)  # fmt: skip


def gap_sentence(proposal: Proposal) -> Sentence:
    """Say in one sentence how far the plan can be from the best."""
    if proposal.bound == np.inf:
        return Sentence(NO_PLAN)
    if not proposal.figures.valid:
        return Sentence(NOT_VALID)
    if not proposal.problem.anchored:
        return Sentence(NO_OFFICE)
    if proposal.bound == -np.inf:
        return Sentence(NO_BOUND)
    better = max(0.0, proposal.figures.objective - proposal.bound)
    if proposal.gap_pct < 0.005:
        return Sentence(PROVEN_BEST)
    if proposal.problem.weights[0] == 1:
        return Sentence(WITHIN, {"gap_pct": proposal.gap_pct, "better_m": better})
    return Sentence(WITHIN_PCT, {"gap_pct": proposal.gap_pct})


def worse_sentences(plan: Figures, today: Figures) -> list[Sentence]:
    """Say each axis on which the plan is worse than today."""
    return [
        Sentence(WORSE[axis], {"plan": getattr(plan, axis), "today": getattr(today, axis)})
        for axis in worse_than(plan, today)
    ]


def _plain(value: object) -> str:
    if not isinstance(value, float | np.floating):
        return str(value)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2g}" if abs(value) < 1 else f"{value:.1f}"
