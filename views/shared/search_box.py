"""The search box of a map: what is typed, and what it may mean, one button each."""

from collections.abc import Callable

import streamlit as st

from views.shared.i18n import _
from views.shared.search import Entry, search
from views.shared.text import md_text

LEAST_LETTERS = 2


def show(entries: Callable[[], list[Entry]], label: str, *, key: str) -> list[Entry]:
    """Show the box; return which of the entries suit the words typed, best first, and none before two letters."""
    typed = st.text_input(
        label,
        key=key,
        type="search",
        placeholder=label,
        live="300ms",
        label_visibility="collapsed",
        icon=":material/search:",
    )
    if not typed or len(typed.strip()) < LEAST_LETTERS:
        return []
    found = search(entries(), typed)
    if not found:
        st.info(_("Nothing is called that. Try fewer words, or only the name of the street."))
    return found


def results(found: list[Entry], pick: Callable[[Entry, str], None], *, key: str) -> None:
    """Show what was found, one wide button each; ``pick`` is called with the entry and the key of the box."""
    for rank, entry in enumerate(found):
        line = f"  \n:small[{md_text(entry.line)}]" if entry.line else ""
        st.button(
            f"{md_text(entry.title)}{line}",
            key=f"found-{key}-{rank}",
            on_click=pick,
            args=(entry, key),
            width="stretch",
            icon=":material/apartment:" if entry.table == "residences" else ":material/location_on:",
        )


def clear(key: str) -> None:
    """Empty the box; for callbacks, before the page runs."""
    st.session_state[key] = ""
