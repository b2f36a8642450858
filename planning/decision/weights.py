"""Weights of the criteria: by form and public, by SWING points, by pairwise comparison (AHP), by order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from planning.decision.values import FAMILIES, DecisionError, criterion_names, most_particular


def default_weights(parameters: Mapping[str, float], form: str, public: str = "family") -> pd.Series:
    """
    Weights of the criteria for a form and a public; they make 1.

    Each family has its weight (``weight.FAMILY.PROFILE``, the profile being the public, or the form for
    families), shared between its criteria as their points are (``points.CODE``).

    Raises
    ------
    DecisionError
        If neither the public nor the form has weights.
    """
    profile = next((name for name in (public, form) if f"weight.R.{name}" in parameters), None)
    if profile is None:
        raise DecisionError(
            f"neither {public!r} nor {form!r} has weights: add weight.R.{form} and its families"
        )
    names = criterion_names(parameters)
    points = {name: most_particular(parameters, f"points.{name}", form, public) for name in names}
    families = {family: parameters[f"weight.{family}.{profile}"] for family in FAMILIES}
    return spread(families, points)


def spread(families: Mapping[str, float], points: Mapping[str, float]) -> pd.Series:
    """Share the weight of each family between its criteria, in proportion to their points; the whole makes 1."""
    inside = swing(points)
    family = inside.index.str[0]
    share = inside / inside.groupby(family).transform("sum")
    return swing((share * family.map(dict(families))).fillna(0))


def swing(points: Mapping[str, float] | pd.Series) -> pd.Series:
    """
    SWING: weights in proportion to the points given to going from worst to best on each criterion.

    Raises
    ------
    DecisionError
        If points are missing, negative, or all 0.
    """
    given = pd.Series(points, dtype=float)
    if given.isna().any() or (given < 0).any() or not given.sum() > 0:
        raise DecisionError(f"points must be 0 or more and not all 0, got {given.to_dict()}")
    return (given / given.sum()).rename("weight")


def order_weights(ranks: Sequence[float]) -> np.ndarray:
    """
    Weights from the order of the criteria alone (RANCOM, Wieckowski et al. 2023).

    Each criterion counts one for every criterion that it goes before, and a half for each it ties with,
    itself included. Rank 1 is the weightiest.
    """
    rank = np.asarray(ranks, dtype=float)
    before = (rank[:, None] < rank) + 0.5 * (rank[:, None] == rank)
    return before.sum(axis=1) / before.sum()


@dataclass(frozen=True)
class Comparison:
    """
    Weights by pairwise comparison, with how consistent the comparisons are.

    ``consistent`` is false above the ratio that asks for a revision (0.10); ``revise`` is the pair (row, column)
    that departs most from the weights, and ``suggested`` what the weights would say there.
    """

    weights: np.ndarray
    lambda_max: float
    index: float
    ratio: float
    consistent: bool
    revise: tuple[int, int]
    suggested: float


def compare_pairs(pairwise: ArrayLike, parameters: Mapping[str, float]) -> Comparison:
    """
    AHP: weights as the principal eigenvector of a matrix of comparisons (Saaty).

    Parameters
    ----------
    pairwise
        Square matrix: how many times the row counts more than the column; reciprocal.

    Raises
    ------
    DecisionError
        If the matrix is not square, positive and reciprocal, or too large for the known random indices.
    """
    matrix = np.asarray(pairwise, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not (matrix > 0).all():
        raise DecisionError(f"expected a square matrix of positive numbers, got {matrix.shape}")
    if not np.allclose(matrix * matrix.T, 1, rtol=1e-3):
        row, column = np.argwhere(~np.isclose(matrix * matrix.T, 1, rtol=1e-3))[0]
        raise DecisionError(
            f"comparisons {row + 1} with {column + 1} and {column + 1} with {row + 1} are not inverse: "
            f"{matrix[row, column]:g} and {matrix[column, row]:g}"
        )
    size = len(matrix)
    name = f"consistency.random_index.{size}"
    if name not in parameters:
        raise DecisionError(f"no random index is known for {size} criteria: compare them by family")
    values, vectors = np.linalg.eig(matrix)
    principal = values.real.argmax()
    weights = np.abs(vectors[:, principal].real)
    weights /= weights.sum()
    largest = float(values[principal].real)
    index = max(0.0, (largest - size) / (size - 1)) if size > 1 else 0.0
    random = parameters[name]
    ratio = index / random if random else 0.0
    fitted = weights[:, None] / weights
    row, column = np.unravel_index(np.abs(np.log(matrix / fitted)).argmax(), matrix.shape)
    return Comparison(
        weights,
        largest,
        index,
        ratio,
        ratio <= parameters["consistency.ratio_max"],
        (int(row), int(column)),
        float(fitted[row, column]),
    )
