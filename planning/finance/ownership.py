"""Social ownership: PSLA and BRS prices, ground rent, household effort, discount against the market."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from planning.finance.inputs import FinanceError, expired
from planning.finance.loans import first_annuity

PSLA_FIGURES = (
    "psla_price_eur_m2",
    "psla_ceiling_eur_m2",
    "psla_sale_eur_m2",
    "psla_discount_share",
    "psla_fee_eur_month",
    "psla_month_eur",
    "psla_income_eur",
    "psla_highest_land_eur",
)
BRS_FIGURES = (
    "brs_price_eur_m2",
    "brs_sale_eur_m2",
    "brs_land_rent_eur_m2",
    "brs_discount_share",
    "brs_month_eur",
    "brs_income_eur",
    "brs_highest_land_eur",
)


def discount_share(price_eur_m2: ArrayLike, market_eur_m2: ArrayLike) -> np.ndarray:
    """Discount of a price against the market's, both including VAT per m² of living area."""
    return 1 - np.asarray(price_eur_m2, dtype=float) / np.asarray(market_eur_m2, dtype=float)


def implied_market_eur_m2(price_eur_m2: ArrayLike, discount: ArrayLike) -> np.ndarray:
    """Market price that a price and its announced discount imply."""
    return np.asarray(price_eur_m2, dtype=float) / (1 - np.asarray(discount, dtype=float))


def land_rent_eur_m2_month(
    land_eur_m2: ArrayLike, rate_share: float, years: int, management_eur_m2: float = 0.0
) -> np.ndarray:
    """
    Ground rent (redevance) a month per m² that repays the land of a land trust (OFS).

    ``land_eur_m2`` is the land left to repay after grants, per m² of living area.
    """
    return first_annuity(land_eur_m2, rate_share, years) / 12 + management_eur_m2


def monthly_payment_eur(capital_eur: ArrayLike, rate_share: float, years: float) -> np.ndarray:
    """Constant monthly payment of a household's loan, at a twelfth of the yearly rate."""
    return first_annuity(capital_eur, rate_share / 12, int(round(years * 12)))


def income_needed_eur(monthly_eur: ArrayLike, effort_share: float) -> np.ndarray:
    """Yearly income for which a monthly housing cost is just the effort accepted."""
    return np.asarray(monthly_eur, dtype=float) * 12 / effort_share


def effort_by_income(monthly_eur: pd.Series, incomes_eur: ArrayLike) -> pd.DataFrame:
    """Effort (share of income) of each housing cost, one column a yearly income."""
    incomes = np.asarray(incomes_eur, dtype=float)
    return pd.DataFrame(
        np.outer(monthly_eur.to_numpy(dtype=float) * 12, 1 / incomes),
        index=monthly_eur.index,
        columns=incomes,
    )


def income_ceiling_eur(parameters: Mapping[str, float], abc_zone: str, category: int) -> float:
    """
    Ceiling of income of PSLA and BRS for a category of household (1 to 6, and each person beyond).

    Raises
    ------
    FinanceError
        If the category is under 1.
    """
    if category < 1:
        raise FinanceError("expected a household category from 1, got {category}", category=category)
    ceiling = parameters[f"ownership.income_ceiling.{abc_zone}_{min(category, 6)}"]
    if category > 6:
        ceiling += (category - 6) * parameters[f"ownership.income_ceiling.{abc_zone}_more"]
    return ceiling


def ceiling(parameters: Mapping[str, float], name: str, *, accept_expired: bool) -> float:
    """Value of a legal ceiling; unknown where it is out of date and nobody accepted to use it all the same."""
    value = parameters[name]
    return float("nan") if name in expired(parameters) and not accept_expired else value


def household_month_eur(
    price_eur: np.ndarray,
    living_area_m2: np.ndarray,
    parameters: Mapping[str, float],
    *,
    savings_eur: np.ndarray | float = 0.0,
    land_rent_eur_m2: np.ndarray | float = 0.0,
) -> np.ndarray:
    """
    Monthly cost of the buyer of one dwelling: loan, ground rent and charges.

    The buyer brings the usual deposit, or the savings made as a tenant if they are more, and borrows the
    rest with the notary's fees.
    """
    p = parameters
    own = np.maximum(price_eur * p["ownership.deposit_share"], savings_eur)
    borrowed = np.maximum(0, price_eur * (1 + p["ownership.notary_share"]) - own)
    loan = monthly_payment_eur(borrowed, p["ownership.loan_rate_share"], p["ownership.loan_years"])
    return loan + living_area_m2 * (land_rent_eur_m2 + p["ownership.charges_eur_m2"])


def psla_offer(
    quantities: Mapping[str, np.ndarray],
    net_eur: np.ndarray,
    net_per_land_eur: float,
    parameters: Mapping[str, float],
    abc_zone: str,
    *,
    accept_expired: bool = False,
) -> dict[str, np.ndarray]:
    """
    Location-accession on an envelope: the price that pays for the operation, and what it asks of a household.

    Parameters
    ----------
    quantities
        ``dwellings``, ``living_area_m2``, ``useful_area_m2``, ``land_price_eur`` and ``market_eur_m2`` (including
        VAT, per m² of living area, missing where unknown).
    net_eur
        Cost without VAT (it is recovered) and without the land price.
    net_per_land_eur
        What one euro of land price adds to it.

    Returns
    -------
    dict
        ``psla_price_eur_m2`` (excluding VAT, useful area, to compare with the ceiling),
        ``psla_ceiling_eur_m2`` (missing where out of date), ``psla_sale_eur_m2`` (including VAT, living area),
        ``psla_discount_share``, ``psla_fee_eur_month`` (mean dwelling, before the option),
        ``psla_month_eur`` (after it), ``psla_income_eur``, ``psla_highest_land_eur``.
    """
    q, p = quantities, parameters
    kept = 1 - p["ownership.sale_share"] - p["ownership.margin_share"]
    sales = (net_eur + q["land_price_eur"] * net_per_land_eur) / kept
    vat = 1 + p["vat.psla_share"]
    price = sales / q["useful_area_m2"]
    cap = ceiling(p, f"psla.price_ceiling.{abc_zone}_eur_m2", accept_expired=accept_expired)
    sale = sales * vat / q["living_area_m2"]
    savings = p["psla.savings_eur_m2"] * q["useful_area_m2"] / q["dwellings"]
    fee = ceiling(p, f"psla.fee_ceiling.{abc_zone}_eur_m2", accept_expired=accept_expired)
    years = p["psla.option_years"]
    bought = sales * vat / q["dwellings"] * (1 - p["psla.price_fall_share"]) ** years
    month = household_month_eur(
        bought, q["living_area_m2"] / q["dwellings"], p, savings_eur=savings * 12 * years
    )
    market_price = q["market_eur_m2"] * (1 - p["ownership.discount_share"]) * q["living_area_m2"] / vat
    target = np.fmin(market_price, cap * q["useful_area_m2"])
    return {
        "psla_price_eur_m2": price,
        "psla_ceiling_eur_m2": np.full_like(price, cap),
        "psla_sale_eur_m2": sale,
        "psla_discount_share": discount_share(sale, q["market_eur_m2"]),
        "psla_fee_eur_month": fee * q["useful_area_m2"] / q["dwellings"] + savings,
        "psla_month_eur": month,
        "psla_income_eur": income_needed_eur(month, p["ownership.effort_share"]),
        "psla_highest_land_eur": (target * kept - net_eur) / net_per_land_eur,
    }


def direct_offer(
    quantities: Mapping[str, np.ndarray],
    net_eur: np.ndarray,
    net_per_land_eur: float,
    parameters: Mapping[str, float],
    abc_zone: str,
    *,
    reduced_vat: np.ndarray,
    accept_expired: bool = False,
) -> dict[str, np.ndarray]:
    """
    Direct social sale: an ordinary sale of a main home, under the PSLA ceiling, at the reduced VAT where it holds.

    Parameters
    ----------
    quantities
        As for `psla_offer`.
    reduced_vat
        Whether the site lies where the VAT of priority districts holds (CGI 278 sexies III 2,
        `planning.finance.vat.reduced_vat_zone`).

    Returns
    -------
    dict
        ``direct_price_eur_m2`` (excluding VAT, useful area), ``direct_ceiling_eur_m2`` (missing where out of date),
        ``direct_vat_share``, ``direct_sale_eur_m2`` (including VAT, living area), ``direct_discount_share``,
        ``direct_month_eur``, ``direct_income_eur``.
    """
    q, p = quantities, parameters
    kept = 1 - p["ownership.sale_share"] - p["ownership.margin_share"]
    sales = (net_eur + q["land_price_eur"] * net_per_land_eur) / kept
    vat = np.where(reduced_vat, p["vat.direct_reduced_share"], p["vat.standard_share"])
    sale = sales * (1 + vat) / q["living_area_m2"]
    cap = ceiling(p, f"psla.price_ceiling.{abc_zone}_eur_m2", accept_expired=accept_expired)
    price = sales / q["useful_area_m2"]
    month = household_month_eur(sales * (1 + vat) / q["dwellings"], q["living_area_m2"] / q["dwellings"], p)
    return {
        "direct_price_eur_m2": price,
        "direct_ceiling_eur_m2": np.full_like(price, cap),
        "direct_vat_share": vat,
        "direct_sale_eur_m2": sale,
        "direct_discount_share": discount_share(sale, q["market_eur_m2"]),
        "direct_month_eur": month,
        "direct_income_eur": income_needed_eur(month, p["ownership.effort_share"]),
    }


def brs_offer(
    quantities: Mapping[str, np.ndarray], net_eur: np.ndarray, parameters: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """
    Real solidarity lease (BRS): the land stays with the trust, which lets it; the buyer pays for the walls.

    Parameters
    ----------
    quantities
        As for `psla_offer`.
    net_eur
        Cost without VAT and without the land.

    Returns
    -------
    dict
        ``brs_price_eur_m2`` (excluding VAT, useful area), ``brs_sale_eur_m2`` (including VAT, living area),
        ``brs_land_rent_eur_m2`` (a month, living area), ``brs_discount_share``, ``brs_month_eur``,
        ``brs_income_eur``, ``brs_highest_land_eur`` (for the ground rent aimed at).
    """
    q, p = quantities, parameters
    kept = 1 - p["ownership.sale_share"] - p["ownership.margin_share"]
    sales = net_eur / kept
    vat = 1 + p["vat.brs_share"]
    sale = sales * vat / q["living_area_m2"]
    repaid_per_land = (1 + p["cost.notary_share"]) * (1 - p["brs.land_grant_share"])
    land_m2 = q["land_price_eur"] * repaid_per_land / q["living_area_m2"]
    rate, years = p["brs.land_rate_share"], int(p["brs.land_years"])
    land_rent = land_rent_eur_m2_month(land_m2, rate, years, p["brs.management_eur_m2"])
    month = household_month_eur(
        sales * vat / q["dwellings"], q["living_area_m2"] / q["dwellings"], p, land_rent_eur_m2=land_rent
    )
    bearable = (
        (p["brs.rent_target_eur_m2"] - p["brs.management_eur_m2"]) * 12 / first_annuity(1.0, rate, years)
    )
    return {
        "brs_price_eur_m2": sales / q["useful_area_m2"],
        "brs_sale_eur_m2": sale,
        "brs_land_rent_eur_m2": land_rent,
        "brs_discount_share": discount_share(sale, q["market_eur_m2"]),
        "brs_month_eur": month,
        "brs_income_eur": income_needed_eur(month, p["ownership.effort_share"]),
        "brs_highest_land_eur": bearable * q["living_area_m2"] / repaid_per_land,
    }
