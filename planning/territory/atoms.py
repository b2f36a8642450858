"""Atoms: neighbouring residences solved as one, so that a region of 20,000 is searched like a town."""

from dataclasses import replace

import numpy as np
import pandas as pd

from planning.territory.model import Territory, by_unit

PASSES = 40


def atoms(problem: Territory, about: int, largest: float = 0.02) -> np.ndarray:
    """
    Number the atom of each unit: about so many atoms, each in one piece.

    Two units merge if they have the same sector today and the same locks, so that distance, change and balance
    of a plan of atoms are exactly those of its units. No atom carries more than ``largest`` of a sector's
    target in any criterion, unless a single unit does. Long common borders merge first.
    """
    n = problem.size[0]
    atom = np.arange(n)
    most = largest * np.where(problem.target > 0, problem.target, np.inf).min(axis=0)
    kind = _kinds(problem)
    loads, a, b, km = problem.loads, problem.edge_a, problem.edge_b, problem.edge_km
    for _ in range(PASSES):
        if len(kind) <= about:
            break
        mate = _mates(len(kind), a, b, km, loads, kind, most)
        first = np.minimum(mate, np.arange(len(kind)))
        names, new = np.unique(first, return_inverse=True)
        if len(names) == len(kind):
            break
        atom, kind = new[atom], kind[names]
        loads = _summed(loads, new, len(names))
        a, b, km = joined_edges(new[a], new[b], km)
    return atom


def coarsen(problem: Territory, atom: np.ndarray) -> Territory:
    """Return the problem whose units are the atoms; a plan of atoms costs what its plan of units costs."""
    size = int(atom.max()) + 1
    one = np.unique(atom, return_index=True)[1]
    a, b, km = joined_edges(atom[problem.edge_a], atom[problem.edge_b], problem.edge_km)
    first, neighbour, border_km = by_unit(size, a, b, km)
    return replace(
        problem, units=pd.RangeIndex(size), metres=_summed(problem.metres, atom, size),
        tenants_pct=np.bincount(atom, problem.tenants_pct, size),
        change_pct=_summed(problem.change_pct, atom, size), current=problem.current[one],
        loads=_summed(problem.loads, atom, size), allowed=problem.allowed[one], edge_a=a, edge_b=b, edge_km=km,
        first=first, neighbour=neighbour, border_km=border_km,
    )  # fmt: skip


def joined_edges(a: np.ndarray, b: np.ndarray, km: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each pair of different ends once, with the sum of its lengths."""
    apart = a != b
    low, high = np.minimum(a, b)[apart], np.maximum(a, b)[apart]
    pairs, place = np.unique(np.c_[low, high], axis=0, return_inverse=True)
    return pairs[:, 0], pairs[:, 1], np.bincount(place.ravel(), km[apart], len(pairs))


def _kinds(problem: Territory) -> np.ndarray:
    """Number the units that may merge with each other: same sector today, same locks."""
    rows = np.c_[problem.current, np.packbits(problem.allowed, axis=1)]
    return np.unique(rows, axis=0, return_inverse=True)[1].ravel()


def _mates(size, a, b, km, loads, kind, most) -> np.ndarray:
    """Pair atoms that prefer each other: the longest border for the work they would carry together."""
    fits = (kind[a] == kind[b]) & ((loads[a] + loads[b]) <= most).all(axis=1)
    a, b = a[fits], b[fits]
    together = (loads[a] + loads[b]) / np.maximum(most, 1e-12)
    liking = (km[fits] + 1e-6) / np.maximum(together.max(axis=1), 1e-9)
    source, other, worth = np.r_[a, b], np.r_[b, a], np.r_[liking, liking]
    order = np.lexsort((other, -worth, source))
    units, place = np.unique(source[order], return_index=True)
    wish = np.arange(size)
    wish[units] = other[order][place]
    return np.where(wish[wish] == np.arange(size), wish, np.arange(size))


def _summed(values: np.ndarray, group: np.ndarray, size: int) -> np.ndarray:
    out = np.zeros((size, values.shape[1]))
    np.add.at(out, group, values)
    return out
