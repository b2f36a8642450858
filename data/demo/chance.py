"""Chance that repeats: named random streams, exact quotas, evenly spread draws."""

import zlib
from collections.abc import Sequence

import numpy as np

GOLDEN_2D = 1.32471795724474602596  # root of x³ = x + 1: its powers spread points evenly in a square


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random stream of that name: a change in one part of the town leaves the others alone."""
    return np.random.default_rng(np.random.SeedSequence([seed, zlib.crc32(name.encode())]))


def quotas(total: int, shares: Sequence[float]) -> np.ndarray:
    """Share ``total`` out in whole numbers, by largest remainder; equal remainders go to the first."""
    exact = np.asarray(shares, dtype=float) / np.sum(shares) * total
    counts = np.floor(exact).astype(int)
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[: total - counts.sum()]] += 1
    return counts


def cut_by_rank(score: np.ndarray, shares: Sequence[float]) -> np.ndarray:
    """Give each item a class number, lowest scores first, so that classes have exactly these shares."""
    classes = np.repeat(np.arange(len(shares)), quotas(len(score), shares))
    result = np.empty(len(score), dtype=int)
    result[np.argsort(score, kind="stable")] = classes
    return result


def fill_by_deficit(sizes: np.ndarray, shares: Sequence[float], allowed: np.ndarray) -> np.ndarray:
    """
    Give each item one class so that the classes weigh what they should; the biggest items choose first.

    Parameters
    ----------
    sizes
        Weight of each item (dwellings).
    shares
        Wanted share of the total weight, by class.
    allowed
        Preference of item i for class k, items by classes: 0 forbids, more attracts.
    """
    missing = np.asarray(shares, dtype=float) / np.sum(shares) * np.sum(sizes)
    classes = np.zeros(len(sizes), dtype=int)
    for item in np.argsort(-sizes, kind="stable"):
        wish = np.where(allowed[item] > 0, missing * allowed[item], -np.inf)
        classes[item] = int(np.argmax(wish))
        missing[classes[item]] -= sizes[item]
    return classes


def spread_pairs(count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return two series of numbers in [0, 1[ that fill the unit square far more evenly than chance does."""
    start, rank = rng.random(2), np.arange(1, count + 1)
    return (start[0] + rank / GOLDEN_2D) % 1.0, (start[1] + rank / GOLDEN_2D**2) % 1.0
