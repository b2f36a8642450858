"""A choice that goes with the visitor from page to page, and that the address holds for a colleague."""

from collections.abc import Collection

import streamlit as st


def remember(key: str, known: Collection[str]) -> None:
    """Give a choice what a new address says, else what it was; written at each run, or a page would not carry it."""
    asked, now, kept = (
        st.query_params.get(key),
        st.session_state.get(key),
        st.session_state.get(f"{key}-kept"),
    )
    told = (asked, now, kept) if asked != kept else (now, kept)
    st.session_state[key] = next((value for value in told if value in known), next(iter(known)))


def keep(key: str, chosen: str, *, unsaid: str | None = None) -> str:
    """Keep a choice for the next page, and in the address, which does not repeat ``unsaid``."""
    st.session_state[f"{key}-kept"] = chosen
    if chosen != unsaid:
        st.query_params[key] = chosen
    elif key in st.query_params:
        del st.query_params[key]
    return chosen
