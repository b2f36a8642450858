"""Value functions dragged in the browser: their axis, their words, and nothing from the browser taken on trust."""

import math
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.decision import DecisionError
from views.parts.sites import curve, valuing
from views.shared import i18n, scripted

FAR = ((100.0, 1.0), (1500.0, 0.0))
WALKS = pd.Series([80.0, 240.0, 700.0, 1200.0, None])
AXIS = curve.axis_of("U1", FAR, FAR, WALKS)


def told(*points, code="U1"):
    return {"code": code, "points": [list(point) for point in points], "told": 1}


def test_the_axis_is_in_the_unit_of_the_criterion_with_round_steps():
    assert (AXIS.low, AXIS.high) == (0, 1500)
    assert (AXIS.fine, AXIS.step) == (2, 20)


def test_the_axis_stays_as_it_is_while_a_point_moves_between_those_of_reference():
    moved = ((100.0, 1.0), (900.0, 0.0))
    assert curve.axis_of("U1", moved, FAR, WALKS) == AXIS


def test_one_odd_site_does_not_flatten_the_curve():
    odd = pd.Series([*range(100, 1500, 10), 90_000.0])
    assert curve.axis_of("U1", FAR, FAR, odd).high <= 1600


def test_a_criterion_counted_in_whole_things_moves_by_whole_things():
    axis = curve.axis_of("R2", ((1.0, 0.0), (4.0, 1.0)), ((1.0, 0.0), (4.0, 1.0)), None)
    assert (axis.fine, axis.step) == (1, 1)


def test_yes_or_no_has_two_places_and_two_words():
    axis = curve.axis_of("R4", ((0.0, 0.0), (1.0, 1.0)), ((0.0, 0.0), (1.0, 1.0)), None)
    i18n.use("fr")
    shown = curve.description("R4", ((0.0, 0.0), (1.0, 1.0)), axis, None)
    assert (axis.low, axis.high, axis.fine) == (0, 1, 1)
    assert shown["names"] == {"0": "non", "1": "oui"}


def test_the_curve_speaks_the_language_of_the_page():
    i18n.use("fr")
    shown = curve.description("U1", FAR, AXIS, WALKS)
    assert shown["locale"] == "fr-FR"
    assert shown["words"]["says"].format(measure="350 m", value="60") == "350 m : vaut 60 sur 100"
    assert shown["sites"] == [80.0, 240.0, 700.0, 1200.0]


@given(st.floats(1e-6, 1e9))
def test_a_step_is_one_two_or_five_and_at_most_what_is_asked(size):
    step = curve.round_step(size)
    assert size / 2.5 * (1 - 1e-9) <= step <= size * (1 + 1e-9)
    assert round(step / 10 ** math.floor(math.log10(step * (1 + 1e-9))), 6) in (1, 2, 5)


def test_points_dragged_come_back_as_a_value_function():
    assert curve.dragged(told((100, 100), (500.0, 40), (1500, 0)), "U1", AXIS) == (
        (100.0, 1.0),
        (500.0, 0.4),
        (1500.0, 0.0),
    )


@pytest.mark.parametrize(
    "said",
    [
        None,
        "points",
        told((100, 100), (1500, 0), code="U2"),
        told((100, 100)),
        told(*((i, 50) for i in range(21))),
        {"code": "U1", "points": "ab"},
        {"code": "U1", "points": [[100, 100], 7]},
        {"code": "U1", "points": [[100, 100], [200]]},
        told((100, 100), ("200", 0)),
        told((100, True), (200, 0)),
        told((100, 100), (float("nan"), 0)),
        told((100, float("inf")), (200, 0)),
        told((100, 100), (200, -1)),
        told((100, 101), (200, 0)),
        told((200, 100), (100, 0)),
        told((100, 100), (100, 0)),
        told((100, 100), (1501, 0)),
        told((-1, 100), (200, 0)),
        told((10**400, 100), (200, 0)),
    ],
)
def test_what_makes_no_curve_is_refused(said):
    with pytest.raises(DecisionError):
        curve.dragged(said, "U1", AXIS)


def test_a_fault_changes_no_point_and_is_said(monkeypatch):
    session = {"points-a": {"U2": FAR}}
    monkeypatch.setattr("streamlit.session_state", session)
    valuing.take("a", "U1", DecisionError("no"))
    assert session["points-a"] == {"U2": FAR}
    assert session[valuing.FAULT]


def test_points_typed_are_put_in_order_and_too_many_refused(monkeypatch):
    session = {}
    monkeypatch.setattr("streamlit.session_state", session)
    valuing.typed("a", "U1", pd.DataFrame({"measure": [500.0, 100.0, None], "value": [0.0, 80.0, 1.0]}))
    assert session["points-a"] == {"U1": ((100.0, 0.8), (500.0, 0.0))}
    valuing.typed("a", "U1", pd.DataFrame({"measure": range(21), "value": 50.0}))
    assert len(session["points-a"]["U1"]) == 2


def test_the_script_writes_words_as_text_and_compiles_none():
    script = (scripted.FOLDER / "curve.js").read_text(encoding="utf-8")
    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|blob:", script)
        == []
    )
    assert "textContent" in script
