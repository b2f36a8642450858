"""Rents of new social dwellings: structure coefficient, markup and their cap."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from planning.finance.inputs import PRODUCTS


def structure_coefficient(
    dwellings: ArrayLike, area_m2: ArrayLike, parameters: Mapping[str, float]
) -> np.ndarray:
    """Coefficient CS = 0.77 (1 + 20 dwellings / area), State rent circular, annex 6."""
    per_dwelling = parameters["rent.structure_dwelling_m2"]
    return parameters["rent.structure_factor"] * (
        1 + np.asarray(dwellings, dtype=float) * per_dwelling / np.asarray(area_m2, dtype=float)
    )


def highest_rent_eur(
    zone_rent_eur_m2: ArrayLike,
    dwellings: np.ndarray,
    living_area_m2: np.ndarray,
    useful_area_m2: np.ndarray,
    parameters: Mapping[str, float],
    *,
    markup_share: float,
    cap_share: ArrayLike,
) -> np.ndarray:
    """
    Highest rent a month of a whole operation.

    Zone rent x structure coefficient x (1 + markup) x useful area, within the cap that keeps large annexes
    from raising it over 1.18 times (1.25 with a lift) that of the dwellings without annexes (annex 8).
    Area x coefficient is 0.77 (area + 20 dwellings).
    """
    shared = dwellings * parameters["rent.structure_dwelling_m2"]
    asked, capped = rent_slopes(zone_rent_eur_m2, parameters, markup_share=markup_share, cap_share=cap_share)
    return np.minimum((useful_area_m2 + shared) * asked, (living_area_m2 + shared) * capped)


def rent_slopes(
    zone_rent_eur_m2: ArrayLike,
    parameters: Mapping[str, float],
    *,
    markup_share: float,
    cap_share: ArrayLike,
) -> tuple[ArrayLike, ArrayLike]:
    """Monthly rent per m² of the area asked for, and of the area of the cap (`highest_rent_eur`)."""
    zone = zone_rent_eur_m2 * parameters["rent.structure_factor"]
    return zone * (1 + markup_share), zone * (1 + cap_share)


def convention_rent_eur_m2(
    zone_rent_eur_m2: ArrayLike,
    dwellings: ArrayLike,
    living_area_m2: ArrayLike,
    annexes_m2: ArrayLike,
    parameters: Mapping[str, float],
    *,
    markup_share: float | None = None,
    lift: bool = False,
) -> np.ndarray:
    """Highest rent a month per m² of useful area (`highest_rent_eur`); the usual markup if none is given."""
    living = np.asarray(living_area_m2, dtype=float)
    useful = living + np.asarray(annexes_m2, dtype=float) / 2
    rent = highest_rent_eur(
        np.asarray(zone_rent_eur_m2, dtype=float),
        np.asarray(dwellings, dtype=float),
        living,
        useful,
        parameters,
        markup_share=parameters["rent.markup_share"] if markup_share is None else markup_share,
        cap_share=parameters["rent.cap_lift_share" if lift else "rent.cap_share"],
    )
    return rent / useful


def zone_rents_eur_m2(parameters: Mapping[str, float], rent_zone: str, abc_zone: str) -> np.ndarray:
    """Zone rents of PLAI and PLUS (by rent zone) and PLS (by ABC zone), EUR a month per m² of useful area."""
    zones = (rent_zone, rent_zone, abc_zone)
    return np.array(
        [parameters[f"rent.{name}.zone_{zone}_eur_m2"] for name, zone in zip(PRODUCTS, zones, strict=True)]
    )
