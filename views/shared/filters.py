"""Filters: few, combined, counted on their button, shown as chips, undone one by one or at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from views.shared.codes import HEATING, KINDS, OWNER_GROUPS
from views.shared.i18n import N_, _
from views.shared.palette import DPE
from views.shared.text import md_text

SIZES = ["1 – 5", "6 – 10", "11 – 20", "> 20"]
STOCK_SIZES = {
    "small": (0, 30, N_("Up to 30 dwellings")),
    "medium": (31, 100, N_("31 to 100 dwellings")),
    "large": (101, 250, N_("101 to 250 dwellings")),
    "very_large": (251, 10**9, N_("More than 250 dwellings")),
}
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: the column it reads, its label, its values and how each is written."""

    column: str
    label: str
    values: Mapping[str, str]


def of_stock(whole: pd.DataFrame, periods: Mapping[str, str]) -> list[Choice]:
    """Return the filters of the stock."""
    return [
        Choice("agency_id", _("Agency"), _named(whole, "agency_id", "agency_name")),
        Choice("sector_id", _("Sector"), _named(whole, "sector_id", "sector_name")),
        Choice("period", _("Built"), {key: _(label) for key, label in periods.items()}),
        Choice("kind", _("Kind"), {key: _(label) for key, label in KINDS.items()}),
        Choice("size", _("Size"), {key: _(label) for key, (_low, _high, label) in STOCK_SIZES.items()}),
        Choice("heating", _("Heating"), {key: _(label) for key, label in HEATING.items()}),
        Choice("dpe_mode", _("Energy class"), {letter: letter for letter in DPE}),
        Choice("in_qpv", _("Priority district"), {"True": _("Inside"), "False": _("Outside")}),
    ]


def size_of(dwellings: pd.Series) -> pd.Series:
    """Return the class of size of residences; missing where their dwellings are."""
    known = dwellings.astype("Float64")
    found = pd.Series(pd.NA, index=dwellings.index, dtype="string")
    for key, (low, high, _label) in STOCK_SIZES.items():
        found = found.mask(((known >= low) & (known <= high)).fillna(False).astype(bool), key)
    return found


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
    passes = by_choices(bar, sized, choices, key="sites")
    chips(choices, key="sites")
    return passes


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
    return passing(frame, {choice.column: st.session_state[f"{key}-{choice.column}"] for choice in in_use})


def chips(choices: list[Choice], *, key: str, more: Mapping[str, Callable[[], None]] | None = None) -> None:
    """
    Show each filter in use as a button that takes it away, and one that takes all away.

    ``more`` holds other limits in force: what each says, and what takes it away.
    """
    in_use = [choice for choice in choices if st.session_state.get(f"{key}-{choice.column}")]
    others = dict(more or {})
    # its place is kept while it is empty: what follows would otherwise be another element, the map made anew
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"{key}-chips")
    if not in_use and not others:
        return
    for choice in in_use:
        named = [choice.values.get(value, value) for value in st.session_state[f"{key}-{choice.column}"]]
        words = md_text(", ".join(named[:MOST_NAMED]) + (", …" if len(named) > MOST_NAMED else ""))
        row.button(
            f"{md_text(choice.label)} : {words}",
            icon=":material/close:",
            on_click=_forget,
            args=([choice], key),
            key=f"{key}-chip-{choice.column}",
        )
    for rank, (words, remove) in enumerate(others.items()):
        row.button(md_text(words), icon=":material/close:", on_click=remove, key=f"{key}-chip-other-{rank}")
    row.button(
        _("Show all"),
        icon=":material/filter_alt_off:",
        type="tertiary",
        on_click=_forget_all,
        args=(in_use, key, list(others.values())),
        key=f"{key}-chips-reset",
    )


def _forget_all(choices: list[Choice], key: str, others: list[Callable[[], None]]) -> None:
    _forget(choices, key)
    for remove in others:
        remove()


def passing(frame: pd.DataFrame, wanted: Mapping[str, list[str]]) -> pd.Series:
    """Return which rows have, in each column, one of the values wanted; a missing value never passes."""
    passes = pd.Series(True, index=frame.index)
    for column, values in wanted.items():
        passes &= frame[column].map(str, na_action="ignore").isin(values)
    return passes


def _named(frame: pd.DataFrame, key: str, name: str) -> dict[str, str]:
    pairs = frame[[key, name]].drop_duplicates().dropna()
    return dict(sorted(zip(pairs[key], pairs[name], strict=True)))


def _forget(choices: list[Choice], key: str) -> Callable | None:
    for choice in choices:
        st.session_state[f"{key}-{choice.column}"] = []
