"""Criteria and their value functions: from the criterion's own unit to 0 (poor) .. 1 (good)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

FAMILIES = ("R", "T", "U", "E", "S", "F")


class DecisionError(ValueError):
    """A ranking cannot be made as it is asked for."""


@dataclass(frozen=True, slots=True)
class ValueFunction:
    """Straight lines through points (measure, value), flat beyond the first and the last; values in 0 .. 1."""

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        measures, values = np.array(self.points, dtype=float).reshape(-1, 2).T
        if measures.size < 2 or (np.diff(measures) <= 0).any() or ((values < 0) | (values > 1)).any():
            raise DecisionError(
                f"the points {self.points} make no value function: give two or more, measures rising, "
                "values between 0 and 1"
            )

    @classmethod
    def between(cls, worst: float, best: float) -> "ValueFunction":
        """The line from the measure worth 0 to the one worth 1, whichever is larger."""
        return cls(tuple(sorted([(float(worst), 0.0), (float(best), 1.0)])))

    def __call__(self, measures: ArrayLike) -> np.ndarray:
        """Value of each measure; missing stays missing."""
        x, y = np.array(self.points).T
        return np.interp(np.asarray(measures, dtype=float), x, y)

    def nearest_measure(self, value: float, measure: float) -> float:
        """Measure nearest to a given one whose value is the one asked; missing where no measure has it."""
        x, y = np.array(self.points).T
        low, high = np.minimum(y[:-1], y[1:]), np.maximum(y[:-1], y[1:])
        here = (low <= value) & (value <= high)
        if not here.any():
            return float("nan")
        rise = np.where(y[1:] == y[:-1], 1.0, y[1:] - y[:-1])
        across = x[:-1] + (value - y[:-1]) / rise * (x[1:] - x[:-1])
        flat = y[1:] == y[:-1]
        across = np.where(flat, np.clip(measure, x[:-1], x[1:]), across)[here]
        return float(across[np.abs(across - measure).argmin()])


@dataclass(frozen=True, slots=True)
class Criterion:
    """One reason to prefer a site; ``name`` is its code (U1, F2...) and the column of its measures."""

    name: str
    value: ValueFunction

    @property
    def family(self) -> str:
        """First letter of the code: R, T, U, E, S or F."""
        return self.name[0]


def criteria(
    parameters: Mapping[str, float],
    form: str,
    public: str = "family",
    *,
    own: Mapping[str, Sequence[tuple[float, float]]] | None = None,
) -> tuple[Criterion, ...]:
    """
    Criteria of a form and a public, by the anchors ``criterion.CODE.worst`` and ``.best`` of the parameters.

    An anchor that ends with the public, else with the form, goes before the general one.

    Parameters
    ----------
    own
        Points that the user has drawn, by criterion: they replace the anchors.
    """
    drawn = own or {}
    return tuple(
        Criterion(
            name,
            ValueFunction(tuple(map(tuple, drawn[name])))
            if name in drawn
            else ValueFunction.between(
                *(
                    most_particular(parameters, f"criterion.{name}.{end}", form, public)
                    for end in ("worst", "best")
                )
            ),
        )
        for name in criterion_names(parameters)
    )


def criterion_names(parameters: Mapping[str, float]) -> list[str]:
    """Codes of the criteria, by family then number."""
    names = {name.split(".")[1] for name in parameters if name.startswith("criterion.")}
    return sorted(names, key=lambda name: (FAMILIES.index(name[0]), int(name[1:])))


def most_particular(parameters: Mapping[str, float], name: str, form: str, public: str) -> float:
    """Value said of the public, else of the form, else of all."""
    for end in (f"{name}.{public}", f"{name}.{form}"):
        if end in parameters:
            return parameters[end]
    return parameters[name]


def value_table(sites: pd.DataFrame, chosen: Sequence[Criterion]) -> pd.DataFrame:
    """
    Value of each site by each criterion, 0 to 1.

    Missing where the measure is missing, and for all sites where the column is absent: unknown is never poor.
    """
    columns = {
        criterion.name: criterion.value(sites[criterion.name].to_numpy(dtype=float, na_value=np.nan))
        if criterion.name in sites.columns
        else np.full(len(sites), np.nan)
        for criterion in chosen
    }
    return pd.DataFrame(columns, index=sites.index)
