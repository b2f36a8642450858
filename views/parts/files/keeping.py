"""How long private data are kept, what would be forgotten today, and the forgetting: never without its count first."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from data.store import Store, StoreError
from views.jobs import retention
from views.shared.i18n import N_, _, error_words, ngettext
from views.shared.numbers import day, number
from views.shared.text import md_text

COUNTED, FORGOTTEN = "data-keep-counted", "data-keep-forgotten"
WORDS = {
    "households": N_("All households, once their last file is too old"),
    "turnovers": N_("Relets, from the start of the lease"),
    "complaint_dwelling": N_("The dwelling of a complaint, from its closing"),
    "occupancy": N_("Occupancy surveys, from their date"),
    "undo": N_("What undoing an import of private data needs"),
    "complaint_notes": N_("Free texts of complaints, past their own date"),
    "complaint_drafts": N_("Complaints begun and never sent"),
}


def show(store: Store) -> None:
    """Show the months kept; count what is too old when asked; forget it when asked again."""
    st.subheader(_("How long private data are kept"), anchor=False)
    forgotten = st.session_state.pop(FORGOTTEN, None)
    if forgotten is not None:
        words = ngettext("{n} line forgotten.", "{n} lines forgotten.", forgotten)
        st.success(words.format(n=number(forgotten)), icon=":material/task_alt:")
    told = st.session_state.get(COUNTED)
    st.dataframe(table(retention.months_kept(store), told), hide_index=True, key="data-keep", row_height=36)
    row = st.container(horizontal=True)
    if row.button(_("Count what is too old"), icon=":material/rule:", key="data-keep-count"):
        _try(lambda: st.session_state.update({COUNTED: retention.run(store, dry_run=True)}))
        st.rerun()
    _durations(store, row)
    if told:
        _forgetting(store, row, sum(rule["rows"] for rule in told["forgotten"]))


def table(kept: dict[str, int], told: dict | None) -> pd.DataFrame:
    """Return what is kept how long; and, once counted, how many lines are older than which day."""
    counted = {rule["name"]: rule for rule in told["forgotten"]} if told else {}
    rows = []
    for name, words in WORDS.items():
        line = {_("What"): _(words), _("Months kept"): number(kept[name]) if name in kept else "–"}
        if told:
            found = counted.get(name, {})
            before = found.get("before")
            line |= {
                _("Older than"): day(before) if before else "–",
                _("Lines too old"): number(found.get("rows", 0)),
            }
        rows.append(line)
    return pd.DataFrame(rows)


def _durations(store: Store, row: st.delta_generator.DeltaGenerator) -> None:
    with row.popover(_("Change a duration"), icon=":material/schedule:"):
        kept = retention.months_kept(store)
        name = st.selectbox(
            _("What is kept"), list(kept), format_func=lambda rule: _(WORDS[rule]), key="data-keep-rule"
        )
        months = st.number_input(_("Months"), 1, 600, kept[name], key=f"data-keep-months-{name}")
        st.caption(
            _("The change is written in the audit. The data protection officer settles these durations.")
        )
        if st.button(_("Keep this long"), type="primary", disabled=months == kept[name], key="data-keep-set"):
            _try(lambda: retention.keep(store, name, int(months)))
            st.session_state.pop(COUNTED, None)
            st.rerun()


def _forgetting(store: Store, row: st.delta_generator.DeltaGenerator, rows: int) -> None:
    if not rows:
        row.caption(_("Nothing is too old today."))
        return
    with row.popover(_("Forget what is too old"), icon=":material/delete_history:"):
        words = ngettext(
            "{n} line will be forgotten for good: no undo brings it back.",
            "{n} lines will be forgotten for good: no undo brings them back.",
            rows,
        )
        st.markdown(md_text(words.format(n=number(rows))))
        if st.button(_("Forget them"), type="primary", key="data-keep-forget"):
            _try(lambda: st.session_state.update({FORGOTTEN: _forget(store)}))
            st.session_state.pop(COUNTED, None)
            st.rerun()


def _forget(store: Store) -> int:
    return sum(rule["rows"] for rule in retention.run(store)["forgotten"])


def _try(act: Callable[[], object]) -> None:
    """Do something in the store; say what kept it from being done, and stop there."""
    try:
        act()
    except StoreError as error:
        st.error(md_text(error_words(error)), icon=":material/database_off:")
        st.stop()
