"""What each criterion is worth at each measure: a curve whose points are dragged, its table, the way back."""

import pandas as pd
import streamlit as st

from planning.decision import DecisionError, ValueFunction
from views.parts.sites import curve, judging, words
from views.parts.sites.frames import words_of_score
from views.parts.sites.weighing import drawn
from views.shared.i18n import _
from views.shared.numbers import number
from views.shared.text import md_text

FAULT, OPEN = "value-fault", "value-open"


def button(bar, form: str, public: str) -> None:
    """Offer in the bar to open the value functions beside the map, or to put them away; say how many were moved."""
    moved = len(drawn(f"{form}-{public}"))
    title = _("Value functions") + (f" · {moved}" if moved else "")
    bar.button(
        title, icon=":material/show_chart:", key="value-functions", on_click=_open_or_close,
        type="primary" if st.session_state.get(OPEN) else "secondary",
    )  # fmt: skip


def panel(form: str, public: str, ranked: pd.DataFrame, picked: str | None) -> None:
    """
    Show the value functions once opened: a curve to drag, its points in a table, the way back to the reference.

    They stand beside the map, which follows; ``ranked`` says at once what they do to the site picked, or to the best.
    """
    if not st.session_state.get(OPEN):
        return
    scope = f"{form}-{public}"
    with st.container(border=True, gap="small", key="value-panel"):
        judged = judging.judged(form, public, drawn(scope))
        st.caption(md_text(_effect(ranked, picked)))
        functions = {each.name: each.value for each in judged.criteria}
        code = st.selectbox(
            _("Criterion"),
            list(functions),
            format_func=lambda c: words.name(c, public),
            key="value-criterion",
        )
        points = functions[code].points
        curve.show(scope, code, points, reference(form, public, code), judged.measures.get(code), take)
        if fault := st.session_state.pop(FAULT, None):
            st.error(md_text(fault))
        st.caption(
            _(
                "Drag a point, or choose it and use the arrows. Touch the line to add one; drag one out, or press "
                "Delete, to remove it. Straight between the points, flat beyond; orange ticks: the sites."
            )
        )
        row = st.container(horizontal=True)
        row.button(
            _("Back to the reference points"), key="value-reset", disabled=code not in drawn(scope),
            on_click=_restore, args=(scope, code),
        )  # fmt: skip
        row.button(
            _("Close"), icon=":material/close:", key="value-close", type="tertiary", on_click=_open_or_close
        )
        _table(scope, code, points)


def _open_or_close() -> None:
    st.session_state[OPEN] = not st.session_state.get(OPEN)


def _effect(ranked: pd.DataFrame, picked: str | None) -> str:
    """Say the score and the rank of the site picked where the form fits it, else of the best."""
    shown = ranked[ranked["fits"]]
    if shown.empty:
        return _("No site takes this form.")
    site = shown.loc[picked] if picked in shown.index else shown.iloc[0]
    return _("{site}: {score}, rank {rank}").format(
        site=site["title"], score=words_of_score(site["score"]), rank=number(site["rank"])
    )


def reference(form: str, public: str, code: str) -> curve.Points:
    """Return the points that a criterion has before anyone moves them."""
    return next(each.value.points for each in judging.judged(form, public).criteria if each.name == code)


def take(scope: str, code: str, points: curve.Points | DecisionError) -> None:
    """Keep the points of a criterion for this session; a fault is said at the next run, and changes nothing."""
    if isinstance(points, DecisionError):
        st.session_state[FAULT] = _(
            "These points make no curve: give two or more, each at another measure, with values from 0 to 100."
        )
        return
    st.session_state[f"points-{scope}"] = drawn(scope) | {code: points}


def _table(scope: str, code: str, points: curve.Points) -> None:
    """Let exact figures be typed, for those who have them."""
    drawer = st.expander(_("The points as a table"), key=f"value-table-{scope}", on_change="rerun")
    if not drawer.open:
        return
    unit = _(words.CRITERIA[code][1]) if code in words.CRITERIA and words.CRITERIA[code][1] else ""
    table = pd.DataFrame(points, columns=["measure", "value"])
    table["value"] *= 100
    changed = drawer.data_editor(
        table, num_rows="dynamic", hide_index=True, key=f"value-{scope}-{code}-{hash(points)}",
        column_config={
            "measure": st.column_config.NumberColumn(_("Measure") + (f", {unit}" if unit else "")),
            "value": st.column_config.NumberColumn(_("Value, 0 to 100"), min_value=0, max_value=100),
        },
    )  # fmt: skip
    drawer.button(
        _("Use these points"), type="primary", key="value-use", on_click=typed, args=(scope, code, changed)
    )


def typed(scope: str, code: str, table: pd.DataFrame) -> None:
    """Take the points of the table, in the order of their measures."""
    rows = table.dropna().astype(float).sort_values("measure")
    try:
        if len(rows) > curve.MOST:
            raise DecisionError(f"expected {curve.MOST} points at most, got {len(rows)}: take some away")
        points = ValueFunction(tuple(zip(rows["measure"], rows["value"] / 100, strict=True))).points
    except ValueError as error:
        points = error if isinstance(error, DecisionError) else DecisionError(str(error))
    take(scope, code, points)


def _restore(scope: str, code: str) -> None:
    st.session_state[f"points-{scope}"] = {k: v for k, v in drawn(scope).items() if k != code}
