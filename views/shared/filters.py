"""Filters: few, combined, counted on their button, undone at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from views.shared.codes import KINDS, OWNER_GROUPS
from views.shared.i18n import _
from views.shared.palette import DPE

SIZES = ["1 – 5", "6 – 10", "11 – 20", "> 20"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: the column it reads, its label, its values and how each is written."""

    column: str
    label: str
    values: Mapping[str, str]


def stock(bar, whole: pd.DataFrame, periods: Mapping[str, str]) -> pd.DataFrame:
    """Show the filters of the stock in a bar; return the residences that pass all of them."""
    choices = [
        Choice("agency_id", _("Agency"), _named(whole, "agency_id", "agency_name")),
        Choice("sector_id", _("Sector"), _named(whole, "sector_id", "sector_name")),
        Choice("period", _("Built"), {key: _(label) for key, label in periods.items()}),
        Choice("dpe_mode", _("Energy class"), {letter: letter for letter in DPE}),
        Choice("kind", _("Kind"), {key: _(label) for key, label in KINDS.items()}),
        Choice("in_qpv", _("Priority district"), {"True": _("Inside"), "False": _("Outside")}),
    ]
    return whole[by_choices(bar, whole, choices, key="stock")]


def sites(bar, fitting: pd.DataFrame) -> pd.Series:
    """Show the filters of the sites in a bar; return which of the sites that fit pass them."""
    groups = {code: _(label) for code, label in OWNER_GROUPS.items() if (fitting["land"] == code).any()}
    choices = [
        Choice("land", _("Owner"), groups | {"private": _("Private persons or unknown")}),
        Choice("in_qpv", _("Priority district"), {"True": _("Inside"), "False": _("Outside")}),
        Choice(
            "zone_label", _("Zone"), {zone: zone for zone in sorted(fitting["zone_label"].dropna().unique())}
        ),
        Choice("dwellings_class", _("Dwellings"), dict(zip(SIZES, SIZES, strict=True))),
    ]
    sized = fitting.assign(
        dwellings_class=pd.cut(fitting["dwellings"].astype("float"), [0, 5, 10, 20, 10_000], labels=SIZES)
    )
    return by_choices(bar, sized, choices, key="sites")


def by_choices(bar, frame: pd.DataFrame, choices: list[Choice], *, key: str) -> pd.Series:
    """Show the choices in a popover of the bar; return which rows pass: any value of each filter in use."""
    in_use = [choice for choice in choices if st.session_state.get(f"{key}-{choice.column}")]
    count = f" · {len(in_use)}" if in_use else ""
    with bar.popover(_("Filters") + count, icon=":material/tune:", key=f"{key}-filters"):
        for choice in choices:
            if choice.values:
                st.multiselect(
                    choice.label,
                    list(choice.values),
                    format_func=lambda value, names=choice.values: names.get(value, value),
                    key=f"{key}-{choice.column}",
                    placeholder=_("All"),
                    persist_state="session",
                )
        st.button(
            _("Remove the filters"),
            on_click=_forget,
            args=(choices, key),
            disabled=not in_use,
            key=f"{key}-reset",
        )
    if in_use:
        bar.button(
            _("Show all"), icon=":material/close:", type="tertiary", on_click=_forget, args=(choices, key)
        )
    return passing(frame, {choice.column: st.session_state[f"{key}-{choice.column}"] for choice in in_use})


def passing(frame: pd.DataFrame, wanted: Mapping[str, list[str]]) -> pd.Series:
    """Return which rows have, in each column, one of the values wanted; a missing value never passes."""
    passes = pd.Series(True, index=frame.index)
    for column, values in wanted.items():
        passes &= frame[column].map(str, na_action="ignore").isin(values)
    return passes


def _named(frame: pd.DataFrame, key: str, name: str) -> dict[str, str]:
    pairs = frame[[key, name]].dropna().drop_duplicates().sort_values(key)
    return dict(zip(pairs[key], pairs[name], strict=True))


def _forget(choices: list[Choice], key: str) -> Callable | None:
    for choice in choices:
        st.session_state[f"{key}-{choice.column}"] = []
