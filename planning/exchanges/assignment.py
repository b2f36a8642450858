"""The assignment of households to homes that lets cycles and chains be of any length: its prices prove a bound."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from planning.exchanges.graph import Graph


@dataclass(frozen=True, slots=True)
class Prices:
    """``household`` and ``home`` cost together at least what the household taking the home weighs."""

    household: np.ndarray
    home: np.ndarray

    @property
    def total(self) -> float:
        """No choice weighs more."""
        return float(self.household.sum() + self.home.sum())

    def of_nodes(self) -> np.ndarray:
        """Price of each node: no cycle and no chain of any length weighs more than its nodes cost together."""
        price = self.home.copy()
        price[: len(self.household)] += self.household
        return np.maximum(price, 0)

    def slack(self, graph: Graph) -> np.ndarray:
        """By how much each arc costs more than it weighs."""
        giver = np.repeat(np.arange(len(graph.names)), np.diff(graph.start))
        return self.household[graph.takers] + self.home[giver] - graph.weights[graph.takers]


def assignment_prices(graph: Graph) -> Prices:
    """
    Price households and homes from the best assignment of each household to a home it would take, or its own.

    A shortest-path iteration gives the dual values of the optimum that
    `scipy.optimize.linear_sum_assignment` finds.
    """
    households, size = graph.vacant_from, len(graph.names)
    if not households:
        return Prices(np.zeros(0), np.zeros(size))
    giver = np.repeat(np.arange(size), np.diff(graph.start))
    value = np.full((households, size), -1e6)
    value[graph.takers, giver] = graph.weights[graph.takers]
    value[np.arange(households), np.arange(households)] = 0
    home = linear_sum_assignment(value, maximize=True)[1]
    got = value[np.arange(households), home]
    taker = np.concatenate([graph.takers, np.arange(households)])
    taken = np.concatenate([giver, np.arange(households)])
    worth = np.concatenate([graph.weights[graph.takers], np.zeros(households)])
    of_home = np.zeros(size)
    for _ in range(size + 1):
        raised = of_home.copy()
        np.maximum.at(raised, taken, worth - got[taker] + of_home[home[taker]])
        if np.allclose(raised, of_home, rtol=0, atol=1e-9):
            break
        of_home = raised
    return Prices(got - of_home[home], of_home)
