"""Loans: annuities by closed form and tables to the cent."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from planning.finance.inputs import FinanceError
from planning.finance.outlook import Outlook


@dataclass(frozen=True, slots=True)
class Loan:
    """Terms of a loan repaid by yearly annuities in arrears; ``progression_share`` is their yearly growth."""

    name: str
    capital_eur: float
    rate_share: float
    years: int
    progression_share: float = 0.0
    deferral_years: int = 0

    def __post_init__(self) -> None:
        if not (self.years >= 1 and 0 <= self.deferral_years < self.years and self.rate_share > -1):
            raise FinanceError(
                "loan {name}: expected 1 year or more, a shorter deferral and a rate over -100 %, got {years} years, "
                "{deferral_years} deferred, {rate_share}: correct its terms",
                name=self.name,
                years=self.years,
                deferral_years=self.deferral_years,
                rate_share=self.rate_share,
            )


def first_annuity(
    capital_eur: ArrayLike, rate_share: float, years: int, progression_share: float = 0.0
) -> np.ndarray | float:
    """
    First of ``years`` annuities that grow by ``progression_share`` a year and repay a capital.

    ``C (r - g) / (1 - ((1 + g) / (1 + r))^n)``, and ``C (1 + r) / n`` where rate and growth are equal.
    """
    if rate_share == progression_share:
        return np.asarray(capital_eur) * (1 + rate_share) / years
    gap = rate_share - progression_share
    repaid = -math.expm1(years * math.log1p(-gap / (1 + rate_share)))
    return np.asarray(capital_eur) * (gap / repaid)


def remaining_capital(loan: Loan, year: int) -> float:
    """Capital still due after the annuity of a year, by closed form."""
    if year <= loan.deferral_years:
        return loan.capital_eur
    left = loan.years - year
    due = float(
        first_annuity(
            loan.capital_eur, loan.rate_share, loan.years - loan.deferral_years, loan.progression_share
        )
    ) * (1 + loan.progression_share) ** (year - loan.deferral_years)
    per_euro = (
        float(first_annuity(1.0, loan.rate_share, left, loan.progression_share)) if left > 0 else np.inf
    )
    return due / per_euro


def amortisation(loan: Loan) -> pd.DataFrame:
    """
    Table of a loan to the cent.

    Annuities are those of the closed form rounded to the cent; the last one repays what remains, so that
    the principal paid is the capital, exactly.

    Returns
    -------
    pandas.DataFrame
        By ``year`` from 1: ``opening_eur``, ``interest_eur``, ``principal_eur``, ``annuity_eur``,
        ``closing_eur``; during the deferral only interest is paid.
    """
    first = float(
        first_annuity(
            loan.capital_eur, loan.rate_share, loan.years - loan.deferral_years, loan.progression_share
        )
    )
    rows, opening = [], round(loan.capital_eur, 2)
    for year in range(1, loan.years + 1):
        interest = round(opening * loan.rate_share, 2)
        rank = year - 1 - loan.deferral_years
        if year == loan.years:
            annuity = opening + interest
        elif rank < 0:
            annuity = interest
        else:
            annuity = first * (1 + loan.progression_share) ** rank
        annuity = round(annuity, 2)
        closing = round(opening + interest - annuity, 2)
        rows.append((year, opening, interest, round(annuity - interest, 2), annuity, closing))
        opening = closing
    columns = ["year", "opening_eur", "interest_eur", "principal_eur", "annuity_eur", "closing_eur"]
    return pd.DataFrame(rows, columns=columns).set_index("year")


def annuities_per_euro(
    rates: ArrayLike, years: int, progression_share: float = 0.0, deferral_years: int = 0
) -> np.ndarray:
    """
    Annuity of each year for one euro lent, where the rate may be revised each year.

    At each revision the annuity is that of the remaining capital over the remaining years, so that at a
    constant rate these are the annuities of `first_annuity` and their growth.

    Parameters
    ----------
    rates
        Rate of each year of the account; years after the loan's last one pay nothing.
    """
    rates = np.asarray(rates, dtype=float)
    annuities, due = np.zeros_like(rates), 1.0
    for year in range(min(years, rates.size)):
        rate = rates[year]
        if year < deferral_years:
            annuities[year] = due * rate
            continue
        annuities[year] = first_annuity(due, rate, years - year, progression_share)
        due = due * (1 + rate) - annuities[year]
    return annuities


def loan_annuities(parameters: Mapping[str, float], outlook: Outlook, product: str, kind: str) -> np.ndarray:
    """Annuities per euro of the land or building loan (``kind``) of a product, over the account's years."""
    return annuities_per_euro(
        outlook.livret_a_share + parameters[f"loan.{product}.margin_share"],
        int(parameters[f"loan.{product}.{kind}_years"]),
        parameters[f"loan.{product}.progression_share"],
        int(parameters[f"loan.{product}.deferral_years"]),
    )


def employer_annuities(parameters: Mapping[str, float], outlook: Outlook) -> np.ndarray:
    """Annuities per euro of the employer loan (PEEC), at its fixed rate."""
    rates = np.full(outlook.years, parameters["loan.employer.rate_share"])
    return annuities_per_euro(rates, int(parameters["loan.employer.years"]))
