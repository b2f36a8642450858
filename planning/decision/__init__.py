"""How sites are ranked, how sure their ranks are, and why."""

from planning.decision.explain import contributions, pareto, reasons, waterfall, what_would_change
from planning.decision.ranking import Panel, promethee2, topsis, weighted_product, weighted_sum
from planning.decision.robustness import (
    Acceptability,
    draw_weights,
    pairwise_wins,
    rank_spread,
    smaa,
    tipping_weights,
)
from planning.decision.values import Criterion, DecisionError, ValueFunction, criteria, value_table
from planning.decision.weights import compare_pairs, default_weights, order_weights, spread, swing

__all__ = [
    "Acceptability",
    "Criterion",
    "DecisionError",
    "Panel",
    "ValueFunction",
    "compare_pairs",
    "contributions",
    "criteria",
    "default_weights",
    "draw_weights",
    "order_weights",
    "pairwise_wins",
    "pareto",
    "promethee2",
    "rank_spread",
    "reasons",
    "smaa",
    "spread",
    "swing",
    "tipping_weights",
    "topsis",
    "value_table",
    "waterfall",
    "weighted_product",
    "weighted_sum",
    "what_would_change",
]
