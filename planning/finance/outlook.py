"""How rents, costs, taxes and the Livret A go over the years of an account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Outlook:
    """
    Yearly paths, one value a year of the account: the Livret A, and factors on first-year values.

    The factor of the first year is 1.
    """

    livret_a_share: np.ndarray
    rent_factor: np.ndarray
    cost_factor: np.ndarray
    property_tax_factor: np.ndarray

    @property
    def years(self) -> int:
        """Years of the account."""
        return self.livret_a_share.size

    @classmethod
    def of(
        cls, parameters: Mapping[str, float], paths: Mapping[str, Sequence[float]] | None = None
    ) -> "Outlook":
        """
        Constant rates of the parameters, or the user's path where one is given.

        Parameters
        ----------
        paths
            Parameter name (``index.livret_a_share``, ``index.rent_share``, ``index.cost_share``,
            ``index.property_tax_share``) to the rates of years 1, 2, ...; the last one lasts. For an index,
            the rate of year t is the growth from year t to year t + 1.
        """
        years = int(parameters["account.years"])
        rates = {
            name: _path((paths or {}).get(name, [parameters[name]]), years)
            for name in (
                "index.livret_a_share",
                "index.rent_share",
                "index.cost_share",
                "index.property_tax_share",
            )
        }
        livret_a, *growths = rates.values()
        return cls(livret_a, *(_factors(growth) for growth in growths))


def _path(rates: Sequence[float], years: int) -> np.ndarray:
    given = np.asarray(rates, dtype=float)[:years]
    return np.concatenate([given, np.full(years - given.size, given[-1])])


def _factors(growth: np.ndarray) -> np.ndarray:
    return np.concatenate([[1.0], np.cumprod(1 + growth[:-1])])
