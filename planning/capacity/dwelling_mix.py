"""Whole dwellings of each type on each floor: the mix asked for, followed as closely as whole numbers allow."""

from collections.abc import Mapping

import numpy as np
from numba import njit

TYPES = ("T1", "T2", "T3", "T4", "T5")
LEAST_LAG = 0.0


def fill_floors(
    floor_m2: np.ndarray,
    sizes_m2: np.ndarray,
    shares: np.ndarray,
    most: np.ndarray,
    *,
    building: np.ndarray | None = None,
    most_a_building: float = np.inf,
    one_each: bool = False,
) -> np.ndarray:
    """
    Put whole dwellings on each floor, one floor after the other, and never more than its living area holds.

    The next dwelling is of the type that lags most behind its share of all dwellings so far, among those that
    the floor still holds; none is ever more than one dwelling ahead of its share. Floors
    are never added up and divided: what is left over on one does not help the next. A further floor takes
    nothing from those before it.

    Parameters
    ----------
    floor_m2
        Living area of each floor, m²: one row a scheme, one column a floor, in the order of filling; 0 where
        there is none.
    sizes_m2, shares
        Living area and share of each type, in one order; a type of share 0 is not built.
    most
        Most dwellings of each scheme.
    building
        Number of the building that each column belongs to; all one building by default.
    most_a_building
        Most dwellings of one building.
    one_each
        Whether a column is a house: one dwelling, of the type that lags most among those that it holds.

    Returns
    -------
    numpy.ndarray
        Counts by scheme, floor and type, of whole numbers.
    """
    floors = np.ascontiguousarray(np.nan_to_num(np.asarray(floor_m2, dtype=float)))
    owner = np.zeros(floors.shape[1], dtype=np.int64) if building is None else building.astype(np.int64)
    counts = np.zeros((*floors.shape, len(sizes_m2)), dtype=np.int64)
    _fill(
        floors,
        np.asarray(sizes_m2, dtype=float),
        np.asarray(shares, dtype=float) / np.sum(shares),
        np.asarray(most, dtype=float),
        owner,
        float(most_a_building),
        one_each,
        counts,
    )
    return counts


@njit(cache=True, nogil=True)
def _fill(floors, sizes, shares, most, owner, most_a_building, one_each, counts):
    types = len(sizes)
    for scheme in range(floors.shape[0]):
        built = np.zeros(types)
        held = np.zeros(owner.max() + 1 if len(owner) else 1)
        total = 0
        for floor in range(floors.shape[1]):
            left = floors[scheme, floor]
            here = 0
            while total < most[scheme] and held[owner[floor]] < most_a_building:
                if one_each and here:
                    break
                chosen, lag = -1, -np.inf if one_each else LEAST_LAG - 1e-9
                for kind in range(types):
                    if shares[kind] <= 0 or sizes[kind] > left + 1e-6:
                        continue
                    behind = shares[kind] * (total + 1) - built[kind]
                    if behind > lag + 1e-12:
                        chosen, lag = kind, behind
                if chosen < 0:
                    break
                counts[scheme, floor, chosen] += 1
                built[chosen] += 1
                held[owner[floor]] += 1
                left -= sizes[chosen]
                total += 1
                here += 1


def mean_size_m2(sizes_m2: Mapping[str, float], mix: Mapping[str, float]) -> float:
    """Mean living area of a dwelling of the mix, m²."""
    return sum(share * sizes_m2[kind] for kind, share in mix.items()) / sum(mix.values())
