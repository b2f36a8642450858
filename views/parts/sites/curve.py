"""A value function as a curve whose points are dragged: its axes, what it shows, what comes back from the browser."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from planning.decision import DecisionError, ValueFunction
from views.parts.sites import words
from views.shared import scripted
from views.shared.i18n import _, language
from views.shared.numbers import LOCALES

KEY = "value-curve"
MOST = 20
TICKS = 120
FROM_ZERO = 0.3  # an axis that begins under this part of its end begins at 0
LARGEST = 1e12
LEFT_OUT = 0.05  # of the sites left out at each end, so that one odd measure does not flatten the curve
Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """
    The axis of measures, in the unit of the criterion.

    Attributes
    ----------
    low, high
        Ends of the axis; a dragged point stays between them.
    fine
        What a dragged point snaps to.
    step
        How far an arrow key moves a point.
    digits
        Decimals of a measure on this axis.
    """

    low: float
    high: float
    fine: float
    step: float
    digits: int


def axis_of(code: str, points: Points, reference: Points, measures: pd.Series | None) -> Axis:
    """
    Return an axis on which the points, those of reference and nearly all sites lie.

    It holds the points of reference whatever the user draws, so that it stays as it is while a point moves.
    """
    if code in words.YES_OR_NO:
        return Axis(0.0, 1.0, 1.0, 1.0, 0)
    digits = words.CRITERIA[code][2] if code in words.CRITERIA else 2
    told = [measure for measure, _value in (*points, *reference)]
    known = pd.Series(dtype=float) if measures is None else measures.dropna().astype(float)
    if len(known):
        told += [*known.quantile([LEFT_OUT, 1 - LEFT_OUT])]
    span = (max(told) - min(told)) or 1.0
    if 0 <= min(told) <= FROM_ZERO * max(told):
        told.append(0.0)
    unit = round_step(span / 10)
    least = 10.0**-digits
    fine = max(round_step(span / 400), least)
    return Axis(
        round(math.floor(min(told) / unit + 1e-9) * unit, 9),
        round(math.ceil(max(told) / unit - 1e-9) * unit, 9),
        fine,
        max(round_step(span / 40), least),
        digits,
    )


def round_step(size: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is not above a size."""
    power = 10.0 ** math.floor(math.log10(size))
    return next(round(n * power, 12) for n in (5, 2, 1) if n * power <= size * (1 + 1e-9))


def show(scope: str, code: str, points: Points, reference: Points, measures: pd.Series | None, take) -> None:
    """
    Show the curve over where the sites lie; ``take`` is given the points that were dragged, checked.

    Parameters
    ----------
    take
        Called as ``take(scope, code, points)``, or with the fault instead of points where they make no curve.
    """
    axis = axis_of(code, points, reference, measures)
    scripted.mount(
        "curve",
        description(code, points, axis, measures) | {"told": st.session_state.get(f"{KEY}-told", 0)},
        key=KEY,
        on_moved=partial(_taken, scope, code, axis, take),
    )


def description(code: str, points: Points, axis: Axis, measures: pd.Series | None) -> dict:
    """Return what the script of the curve needs: numbers, and its words in the language of the page."""
    unit = _(words.CRITERIA[code][1]) if code in words.CRITERIA and words.CRITERIA[code][1] else ""
    name = words.name(code)
    return {
        "code": code,
        "points": [[measure, round(100 * value, 6)] for measure, value in points],
        "low": axis.low,
        "high": axis.high,
        "fine": axis.fine,
        "step": axis.step,
        "digits": axis.digits,
        "most": MOST,
        "sites": _ticks(measures, axis),
        "locale": LOCALES[language()].replace("_", "-"),
        "unit": unit,
        "names": {"0": _("no"), "1": _("yes")} if code in words.YES_OR_NO else None,
        "words": {
            "title": _("Curve of {criterion}").format(criterion=name),
            "measure": f"{name} ({unit})" if unit else name,
            "value": _("Value, 0 to 100"),
            "point": _("Point {n} of {count}"),
            "says": _("{measure} is worth {value} out of 100"),
            "leaving": _("let go here, the point is removed"),
            "add": _("Add a point"),
            "remove": _("Remove this point"),
        },
    }


def _ticks(measures: pd.Series | None, axis: Axis) -> list[float]:
    known = [] if measures is None else measures.dropna().astype(float)
    if not len(known):
        return []
    spread = np.quantile(known, np.linspace(0, 1, min(len(known), TICKS)))
    return [round(float(m), 6) for m in spread if axis.low <= m <= axis.high]


def _taken(scope: str, code: str, axis: Axis, take) -> None:
    """Take what the browser told, if it holds; the curve drops what it waits for either way."""
    said = (st.session_state.get(KEY) or {}).get("moved")
    told = said.get("told") if isinstance(said, Mapping) else None
    if isinstance(told, int) and not isinstance(told, bool):
        st.session_state[f"{KEY}-told"] = told
    try:
        take(scope, code, dragged(said, code, axis))
    except DecisionError as error:
        take(scope, code, error)


def dragged(said: object, code: str, axis: Axis) -> Points:
    """
    Return the points that the browser tells, values from 0 to 1; nothing it says is taken on trust.

    Raises
    ------
    DecisionError
        If it is not of this criterion, not two to twenty pairs of finite numbers, outside the axis, or no curve.
    """
    rows = said.get("points") if isinstance(said, Mapping) and said.get("code") == code else None
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not 2 <= len(rows) <= MOST:
        raise DecisionError(f"expected two to {MOST} points of {code}: drag them on its curve")
    pairs = [_pair(row) for row in rows]
    slack = 1e-6 * (axis.high - axis.low)
    if any(not axis.low - slack <= measure <= axis.high + slack for measure, _value in pairs):
        raise DecisionError(
            f"the measures {pairs} leave the axis {axis.low} to {axis.high}: drag them inside"
        )
    return ValueFunction(tuple((measure, value / 100) for measure, value in pairs)).points


def _pair(row: object) -> tuple[float, float]:
    numbers = row if isinstance(row, Sequence) and not isinstance(row, str) and len(row) == 2 else ()
    if len(numbers) != 2 or not all(
        isinstance(n, int | float) and not isinstance(n, bool) and abs(n) < LARGEST for n in numbers
    ):
        raise DecisionError(f"{row!r} is no point: expected a measure and a value, two finite numbers")
    return float(numbers[0]), float(numbers[1])
