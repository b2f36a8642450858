"""What counts, and how much: weights by sliders, SWING or pairs (AHP)."""

import json

import numpy as np
import pandas as pd
import streamlit as st

from planning.decision import DecisionError, compare_pairs, swing
from planning.decision.values import FAMILIES
from planning.decision.weights import Comparison
from views.jobs import candidates as kept
from views.parts.sites import judging, words
from views.shared import cache
from views.shared.i18n import N_, _
from views.shared.numbers import number, percent
from views.shared.text import md_text

WAYS = {"sliders": N_("Sliders"), "swing": N_("SWING"), "pairs": N_("Pairs (AHP)")}
SCALE = (9, 7, 5, 3, 1, -3, -5, -7, -9)
SCALE_WORDS = {
    1: N_("as much"),
    3: N_("a little more"),
    5: N_("more"),
    7: N_("much more"),
    9: N_("far more"),
}


def asked(bar, form: str, public: str) -> pd.Series:
    """Show the weights in a popover of the bar; return the weights of the criteria, which make 1."""
    reference = judging.family_weights(form, public)
    scope = f"{form}-{public}"
    changed = _families(scope, reference) != {f: round(w) for f, w in reference.items()}
    title = _("Weights") + (" · " + _("yours") if changed or _inside(scope) else "")
    with bar.popover(title, icon=":material/balance:", key="weights"):
        st.caption(_("What counts, and how much. The score stays out of 100."))
        way = st.segmented_control(
            _("How"), list(WAYS), default="sliders", required=True, format_func=lambda w: _(WAYS[w]),
            key="weights-way", label_visibility="collapsed",
        )  # fmt: skip
        if way == "swing":
            _swing(scope)
        elif way == "pairs":
            _pairs(scope)
        families = _sliders(scope, reference)
        _points_inside(scope, form, public)
        row = st.container(horizontal=True)
        row.button(
            _("Back to the reference weights"), on_click=_forget, args=(scope, reference), key="weights-reset"
        )
        _kept(scope, form, public, families)
    try:
        points = judging.criterion_points(form, public) | _inside(scope)
        return judging.weights_of(families, points)
    except DecisionError:
        return judging.standard(form, public)


def _families(scope: str, reference: dict[str, float]) -> dict[str, float]:
    return {f: float(st.session_state.get(f"weight-{scope}-{f}", round(w))) for f, w in reference.items()}


def _inside(scope: str) -> dict[str, float]:
    return st.session_state.get(f"inside-{scope}", {})


def _sliders(scope: str, reference: dict[str, float]) -> dict[str, float]:
    """One slider a family, with the share that it comes to."""
    chosen = _families(scope, reference)
    total = sum(chosen.values()) or 1
    found = {}
    for family, weight in reference.items():
        key = f"weight-{scope}-{family}"
        st.session_state.setdefault(key, int(round(weight)))
        title = f"{_(words.FAMILIES[family])} · {percent(chosen[family] / total, 0)}"
        found[family] = float(st.slider(title, 0, 100, step=1, key=key, persist_state="session"))
    return found


def _swing(scope: str) -> None:
    """Ask for points: what going from worst to best on each family is worth."""
    st.caption(
        _(
            "Imagine a site that is worst on everything. Which family would you raise to its best first? Give it 100, "
            "then to each other what its own swing is worth beside it."
        )
    )
    columns = st.columns(2)
    given = {
        family: columns[i % 2].number_input(
            _(words.FAMILIES[family]), 0, 100, 100 if i == 0 else 50, 5, key=f"swing-{scope}-{family}"
        )
        for i, family in enumerate(FAMILIES)
    }
    st.button(
        _("Use these weights"), key="swing-use", type="primary", disabled=not any(given.values()),
        on_click=_take, args=(scope, {f: 100 * w for f, w in swing(given).items()} if any(given.values()) else {}),
    )  # fmt: skip


def _pairs(scope: str) -> None:
    """Ask for comparisons two by two; show the consistency ratio, and warn above 0.10."""
    st.caption(_("How much more does the first count than the second? Negative: the second counts more."))
    size = len(FAMILIES)
    matrix = np.ones((size, size))
    with st.container(height=260):
        for i in range(size):
            for j in range(i + 1, size):
                first, second = _(words.FAMILIES[FAMILIES[i]]), _(words.FAMILIES[FAMILIES[j]])
                said = st.select_slider(
                    f"{first} ↔ {second}", SCALE, 1, key=f"pair-{scope}-{i}-{j}",
                    format_func=lambda v, a=first, b=second: _compared(v, a, b),
                )  # fmt: skip
                ratio = float(said) if said > 0 else 1 / -float(said)
                matrix[i, j], matrix[j, i] = ratio, 1 / ratio
    found = compare_pairs(matrix, cache.parameters())
    consistency(found)
    weights = {family: 100 * float(w) for family, w in zip(FAMILIES, found.weights, strict=True)}
    st.button(_("Use these weights"), key="pairs-use", type="primary", on_click=_take, args=(scope, weights))


def consistency(found: Comparison) -> None:
    """Say how consistent comparisons are, and which one to look at again."""
    told = _("Consistency ratio: {ratio}").format(ratio=number(found.ratio, 2))
    if found.consistent:
        st.success(told + " · " + _("consistent (0.10 or less)"))
        return
    row, column = found.revise
    st.warning(
        told
        + " · "
        + _(
            "above 0.10, the comparisons contradict each other. Look again at “{first}” with “{second}”: "
            "the others say {suggested}."
        ).format(
            first=_(words.FAMILIES[FAMILIES[row]]),
            second=_(words.FAMILIES[FAMILIES[column]]),
            suggested=number(found.suggested, 1),
        )  # fmt: skip
    )


def _compared(value: int, first: str, second: str) -> str:
    if abs(value) == 1:
        return _(SCALE_WORDS[1])
    return f"{first if value > 0 else second} : {_(SCALE_WORDS[abs(value)])}"


def _points_inside(scope: str, form: str, public: str) -> None:
    """Let the user change how a family's weight is shared between its criteria."""
    drawer = st.expander(_("Inside each family"), key=f"inside-open-{scope}", on_change="rerun")
    if not drawer.open:
        return
    reference = judging.criterion_points(form, public)
    left_out = judging.judged(form, public).left_out
    table = pd.DataFrame(
        {
            _("Criterion"): [
                words.name(code, public) + (f" ({_('no data yet')})" if code in left_out else "")
                for code in reference
            ],
            _("Points"): [_inside(scope).get(code, points) for code, points in reference.items()],
        },
        index=list(reference),
    )
    changed = drawer.data_editor(
        table, hide_index=True, disabled=[_("Criterion")], key=f"inside-table-{scope}", height=300,
        column_config={_("Points"): st.column_config.NumberColumn(min_value=0, max_value=100, step=1)},
    )  # fmt: skip
    found = changed[_("Points")].astype(float)
    moved = {code: float(v) for code, v in found.items() if pd.notna(v) and v != reference[code]}
    if moved != _inside(scope):
        st.session_state[f"inside-{scope}"] = moved
        st.rerun()


def _kept(scope: str, form: str, public: str, families: dict[str, float]) -> None:
    """Keep these weights under a name, or take up some that were kept."""
    rows = kept.kept_weights(cache.store(), form, public)
    if len(rows):
        names = dict(zip(rows.index, rows["name"], strict=True))
        picked = st.selectbox(
            _("Weights kept"),
            [None, *names],
            format_func=lambda key: md_text(names.get(key, "—")),
            key=f"kept-{scope}",
        )
        if picked:
            st.button(
                _("Use these weights"),
                key="kept-use",
                on_click=_take_kept,
                args=(scope, rows.at[picked, "content"]),
            )
    wanted = st.text_input(_("Keep these weights under a name"), key=f"keep-{scope}")
    st.button(
        _("Keep"), key="weights-keep", disabled=not wanted.strip(),
        on_click=lambda: kept.keep_weights(
            cache.store(), wanted, form, public, {"families": families, "inside": _inside(scope)}, drawn(scope),
            st.session_state.get("who"),
        ),
    )  # fmt: skip


def _take(scope: str, weights: dict[str, float]) -> None:
    for family, weight in weights.items():
        st.session_state[f"weight-{scope}-{family}"] = int(round(weight))


def _take_kept(scope: str, content: str) -> None:
    said = json.loads(content)
    _take(scope, said["weights"]["families"])
    st.session_state[f"inside-{scope}"] = said["weights"]["inside"]
    st.session_state[f"points-{scope}"] = {
        name: tuple(map(tuple, found)) for name, found in said["points"].items()
    }


def _forget(scope: str, reference: dict[str, float]) -> None:
    _take(scope, reference)
    for name in ("inside", "points"):
        st.session_state.pop(f"{name}-{scope}", None)


def drawn(scope: str) -> dict[str, tuple[tuple[float, float], ...]]:
    """Return the points of value functions that the user moved, by criterion."""
    return st.session_state.get(f"points-{scope}", {})
