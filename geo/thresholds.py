"""Named thresholds, given by the caller (dated law and published values), gathered in frozen dataclasses."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TypeVar

Rules = TypeVar("Rules")


class ThresholdError(ValueError):
    """A threshold that a definition needs was not given."""


def threshold(parameters: Mapping[str, float], name: str) -> float:
    """
    Read one threshold.

    Raises
    ------
    ThresholdError
        If it is absent or missing: no definition has a threshold of its own to fall back on.
    """
    value = parameters.get(name)
    if value is None or value != value:
        raise ThresholdError(f"threshold {name} is not given: add its row to the dated reference values")
    return float(value)


def gather(kind: type[Rules], parameters: Mapping[str, float], subject: str, **given) -> Rules:
    """Build a dataclass: each field is ``given``, or the threshold ``subject.field``."""
    asked = [field.name for field in fields(kind) if field.name not in given]
    return kind(**{name: threshold(parameters, f"{subject}.{name}") for name in asked}, **given)
