"""Exchanges of homes: the cycles and chains of moves that serve most households, with the proof."""

from planning.exchanges.graph import Exchanges, Move
from planning.exchanges.solve import solve, two_way_best, two_way_greedy

__all__ = ["Exchanges", "Move", "solve", "two_way_best", "two_way_greedy"]
