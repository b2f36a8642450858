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
    """
    Highest rent a month per m² of useful area.

    Zone rent x structure coefficient x (1 + markup), within the cap that keeps large annexes from raising
    the whole rent over 1.18 times (1.25 with a lift) that of the dwellings without annexes (annex 8).
    """
    living, annexes = np.asarray(living_area_m2, dtype=float), np.asarray(annexes_m2, dtype=float)
    useful = living + annexes / 2
    markup = parameters["rent.markup_share"] if markup_share is None else markup_share
    cap = parameters["rent.cap_lift_share" if lift else "rent.cap_share"]
    zone = np.asarray(zone_rent_eur_m2, dtype=float)
    asked = zone * structure_coefficient(dwellings, useful, parameters) * (1 + markup)
    capped = zone * structure_coefficient(dwellings, living, parameters) * (1 + cap) * living / useful
    return np.minimum(asked, capped)


def zone_rents_eur_m2(parameters: Mapping[str, float], rent_zone: str, abc_zone: str) -> np.ndarray:
    """Zone rents of PLAI and PLUS (by rent zone) and PLS (by ABC zone), EUR a month per m² of useful area."""
    zones = (rent_zone, rent_zone, abc_zone)
    return np.array(
        [parameters[f"rent.{name}.zone_{zone}_eur_m2"] for name, zone in zip(PRODUCTS, zones, strict=True)]
    )
