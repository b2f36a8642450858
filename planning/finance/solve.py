"""Solved backwards: least equity, equilibrium rent, highest land price, for many operations at once.

The balance of each year is linear in the first-year rent, the dwellings, the land loan, the rest of the cost
and the equity, so that each answer is the worst year of a closed form. For many operations, the years that
cannot be the worst of any are left out beforehand (`possible_worst`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planning.finance.inputs import PRODUCTS, FinanceError
from planning.finance.loans import employer_annuities, loan_annuities
from planning.finance.operating import DWELLING_ROWS, RENT_ROWS, cumulated, yearly_rows
from planning.finance.outlook import Outlook
from planning.finance.plan import equity_level, grants_per_dwelling, loans_by_product

TESTS = ("annual", "cumulative")


@dataclass(frozen=True)
class Balance:
    """
    Balance of each tested year per unit of what drives it, for one split between PLAI, PLUS and PLS.

    ``rent`` per euro of first-year rent, ``dwelling`` per dwelling (charges and employer loan, positive),
    ``land`` and ``building`` per euro of loan of each product (3 x years, positive).
    """

    shares: np.ndarray
    grants: np.ndarray
    rent: np.ndarray
    dwelling: np.ndarray
    land: np.ndarray
    building: np.ndarray

    @classmethod
    def of(
        cls,
        parameters: Mapping[str, float],
        shares: np.ndarray,
        *,
        test: str = "cumulative",
        outlook: Outlook | None = None,
        years: int | None = None,
    ) -> "Balance":
        """
        Read the parameters once, for the tested years or as many as are asked for.

        ``test`` is ``annual`` (no deficit in any year) or ``cumulative`` (balance never under 0).

        Raises
        ------
        FinanceError
            If the test is neither annual nor cumulative.
        """
        if test not in TESTS:
            raise FinanceError(
                "no balance test is called {test!r}: choose one of {known}", test=test, known=TESTS
            )
        outlook = outlook or Outlook.of(parameters)
        rows = yearly_rows(parameters, outlook)
        employer = [parameters[f"loan.employer.{product}_eur_dwelling"] for product in PRODUCTS]
        charges = -sum(rows[name] for name in DWELLING_ROWS)
        flows = [
            sum(rows[name] for name in RENT_ROWS),
            charges + np.dot(shares, employer) * employer_annuities(parameters, outlook),
            np.array([loan_annuities(parameters, outlook, product, "land") for product in PRODUCTS]),
            np.array([loan_annuities(parameters, outlook, product, "building") for product in PRODUCTS]),
        ]
        if test == "cumulative":
            flows = [cumulated(flow, parameters["account.treasury_share"]) for flow in flows]
        tested = int(parameters["account.test_years"]) if years is None else years
        return cls(shares, grants_per_dwelling(parameters), *(flow[..., :tested] for flow in flows))

    @cached_property
    def land_mix(self) -> np.ndarray:
        """Per euro of land loan, split as the dwellings are."""
        return self.shares @ self.land

    @cached_property
    def building_mix(self) -> np.ndarray:
        """Per euro of building loan, split as the dwellings are."""
        return self.shares @ self.building

    @cached_property
    def dwelling_net(self) -> np.ndarray:
        """Per dwelling, once its subsidies have spared building loans."""
        return self.dwelling - (self.shares * self.grants) @ self.building

    @cached_property
    def equity_forms(self) -> np.ndarray:
        """By year: what a dwelling, a euro of land loan and of rent add to the equity needed over the other cost."""
        return np.array([self.dwelling_net, self.land_mix, -self.rent]) / self.building_mix

    @cached_property
    def rent_forms(self) -> np.ndarray:
        """By year: what a dwelling, a euro of land loan and of building loan add to the equilibrium rent."""
        return np.array([self.dwelling_net, self.land_mix, self.building_mix]) / self.rent

    def land_forms(self, cost_eur: float, land_loan_eur: float) -> np.ndarray:
        """By year: what a dwelling, land loan, building loan and rent take from the land price, for what it adds."""
        per_euro = (cost_eur - land_loan_eur) * self.building_mix + land_loan_eur * self.land_mix
        return np.array([self.dwelling_net, self.land_mix, self.building_mix, -self.rent]) / per_euro

    def years(
        self,
        rent_eur: np.ndarray,
        dwellings: np.ndarray,
        land_loan_eur: np.ndarray,
        other_eur: np.ndarray,
        equity_eur: np.ndarray,
    ) -> np.ndarray:
        """Balance of each tested year (n x years), whatever the equity: the exact and slower way."""
        caps = np.maximum(0, other_eur + land_loan_eur - dwellings * self.grants[:, None])
        level = equity_level(equity_eur, caps, self.shares)
        building, land = loans_by_product(
            other_eur, land_loan_eur, dwellings, self.grants, self.shares, level
        )
        return (
            np.outer(rent_eur, self.rent)
            - np.outer(dwellings, self.dwelling)
            - land.T @ self.land
            - building.T @ self.building
        )


def possible_worst(
    forms: np.ndarray, low: Sequence[float], high: Sequence[float], cells: int = 4
) -> np.ndarray:
    """
    Keep the years that can be the worst of some operations: the answer stays exact.

    The range of the drivers is cut in cells, and a year is left out of a cell when another one is worse
    at all its corners (years are linear in the drivers).

    Parameters
    ----------
    low, high
        Range of each driver but the first, per unit of the first one; all years are kept if it is unknown.
    """
    if not np.isfinite([low, high]).all():
        return forms
    edges = np.linspace(low, high, cells + 1).T
    first = np.array(np.meshgrid(*edges[:, :-1])).reshape(len(edges), 1, 1, -1)
    last = np.array(np.meshgrid(*edges[:, 1:])).reshape(len(edges), 1, 1, -1)
    gap = (forms[:, :, None] - forms[:, None, :])[..., None]
    most = gap[0] + np.maximum(gap[1:] * first, gap[1:] * last).sum(axis=0)
    beaten = (most < 0).any(axis=1)
    return np.ascontiguousarray(forms[:, ~beaten.all(axis=-1)])


def worst(forms: np.ndarray, *drivers: np.ndarray) -> np.ndarray:
    """Largest over the years of the sum of drivers times their form."""
    return (forms.T @ np.stack(drivers)).max(axis=0)


def equity_limit(balance: Balance, dwellings: np.ndarray, other_eur: np.ndarray) -> np.ndarray:
    """Equity up to which every product still has a building loan: the closed forms hold up to there."""
    return other_eur - dwellings * balance.grants[balance.shares > 0].max()


def least_equity_eur(
    balance: Balance,
    rent_eur: np.ndarray,
    dwellings: np.ndarray,
    land_loan_eur: np.ndarray,
    other_eur: np.ndarray,
    *,
    forms: np.ndarray | None = None,
) -> np.ndarray:
    """
    Least equity with which the balance holds; infinite where no equity is enough, 0 where none is needed.

    Parameters
    ----------
    rent_eur
        First-year rent.
    land_loan_eur, other_eur
        Land loan, and the cost beyond it; their sum is the cost.
    forms
        ``balance.equity_forms``, or those of its years that `possible_worst` keeps.
    """
    forms = balance.equity_forms if forms is None else forms
    raw = other_eur + worst(forms, dwellings, land_loan_eur, rent_eur)
    equity = np.maximum(0, raw)
    over = equity > equity_limit(balance, dwellings, other_eur)
    if over.any():
        beyond = np.flatnonzero(over)
        equity[beyond] = _least_by_halving(
            balance, rent_eur[beyond], dwellings[beyond], land_loan_eur[beyond], other_eur[beyond]
        )
    return equity


def _least_by_halving(balance: Balance, rent, dwellings, land_loan, other) -> np.ndarray:
    """Least equity where some building loan is already spared: the interval is halved to a thousandth of a euro."""
    caps = np.maximum(0, other + land_loan - dwellings * balance.grants[:, None])
    low, high = np.zeros_like(other), balance.shares @ caps
    possible = balance.years(rent, dwellings, land_loan, other, high).min(axis=1) >= -1e-6
    for _ in range(48):
        middle = (low + high) / 2
        holds = balance.years(rent, dwellings, land_loan, other, middle).min(axis=1) >= 0
        low, high = np.where(holds, low, middle), np.where(holds, middle, high)
    high[balance.years(rent, dwellings, land_loan, other, np.zeros_like(other)).min(axis=1) >= 0] = 0
    return np.where(possible, high, np.inf)


def equilibrium_rent_eur(
    balance: Balance,
    dwellings: np.ndarray,
    land_loan_eur: np.ndarray,
    other_eur: np.ndarray,
    equity_eur: np.ndarray,
    *,
    forms: np.ndarray | None = None,
) -> np.ndarray:
    """Least first-year rent, EUR, with which the balance holds for a given equity."""
    forms = balance.rent_forms if forms is None else forms
    rent = worst(forms, dwellings, land_loan_eur, other_eur - equity_eur)
    over = equity_eur > equity_limit(balance, dwellings, other_eur)
    if over.any():
        beyond = np.flatnonzero(over)
        here = (dwellings[beyond], land_loan_eur[beyond], other_eur[beyond], equity_eur[beyond])
        without_rent = balance.years(np.zeros(beyond.size), *here)
        rent[beyond] = (-without_rent / balance.rent).max(axis=1)
    return np.maximum(0, rent)


def highest_land_eur(
    balance: Balance,
    rent_eur: np.ndarray,
    dwellings: np.ndarray,
    land_loan_eur: np.ndarray,
    other_eur: np.ndarray,
    equity_eur: np.ndarray,
    *,
    cost_per_euro: float,
    land_loan_per_euro: float,
    forms: np.ndarray | None = None,
    equity_forms: np.ndarray | None = None,
) -> np.ndarray:
    """
    Highest land price, EUR, with which the balance holds for a given equity.

    Where the balance does not hold even on free land, the answer is negative: the equity that is lacking
    then. ``land_loan_eur`` and ``other_eur`` are those of free land; ``cost_per_euro`` and ``land_loan_per_euro``
    are what one euro of price adds to the cost and to the land loan.
    """
    forms = balance.land_forms(cost_per_euro, land_loan_per_euro) if forms is None else forms
    price = -worst(forms, dwellings, land_loan_eur, other_eur - equity_eur, rent_eur)
    free = least_equity_eur(balance, rent_eur, dwellings, land_loan_eur, other_eur, forms=equity_forms)
    other_per_euro = cost_per_euro - land_loan_per_euro
    limit = equity_limit(balance, dwellings, other_eur + np.maximum(price, 0) * other_per_euro)
    spared = (free <= equity_eur) & (equity_eur > limit)
    if spared.any():
        unsure = np.flatnonzero(spared)
        here = [values[unsure] for values in (rent_eur, dwellings, land_loan_eur, other_eur, equity_eur)]
        price[unsure] = _land_by_halving(balance, *here, other_per_euro, land_loan_per_euro)
    return np.where(free > equity_eur, equity_eur - free, price)


def _land_by_halving(
    balance: Balance, rent, dwellings, land_loan, other, equity, other_per_euro, loan_per_euro
) -> np.ndarray:
    """Highest land price where some building loan is spared at that price."""
    low, high = np.zeros_like(other), np.ones_like(other) * 1e9
    for _ in range(60):
        middle = (low + high) / 2
        needed = least_equity_eur(
            balance, rent, dwellings, land_loan + middle * loan_per_euro, other + middle * other_per_euro
        )
        holds = needed <= equity
        low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    return low
