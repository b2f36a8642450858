"""Exchanges of homes: the cycles and chains of moves that serve most households, with the proof."""

from planning.exchanges.desk import faults, key, propose, steps
from planning.exchanges.graph import Exchanges, Move
from planning.exchanges.solve import solve, two_way_best, two_way_greedy
from planning.exchanges.wishes import ExchangeCase, ExchangeRules, exchange_case

__all__ = [
    "ExchangeCase",
    "ExchangeRules",
    "Exchanges",
    "Move",
    "exchange_case",
    "faults",
    "key",
    "propose",
    "solve",
    "steps",
    "two_way_best",
    "two_way_greedy",
]
