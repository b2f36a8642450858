"""What the visitor has picked: kept in the session, and in the address so that it can be sent to a colleague."""

from uuid import uuid4

import streamlit as st


def current(name: str) -> str | None:
    """Return the key picked under a name, from the session, else from the address."""
    if name not in st.session_state:
        select(name, st.query_params.get(name), look=True)
    picked = st.session_state[name]
    if picked:
        st.query_params[name] = picked
    elif name in st.query_params:
        del st.query_params[name]
    return picked


def select(name: str, key: str | None, *, look: bool) -> None:
    """Pick a key; ``look`` asks the map to go there, once."""
    st.session_state[name] = key
    st.session_state[f"{name}-look"] = uuid4().hex if look and key else None


def look(name: str, at: list[float] | None, zoom: int = 16) -> dict | None:
    """Return where the map should go (latitude, longitude), if it was asked to; it goes there once."""
    token = st.session_state.get(f"{name}-look")
    return {"at": at, "zoom": zoom, "token": token} if token and at else None


def visitor() -> str | None:
    """Return the name that the visitor gave, to be written beside what is kept; None where none was given."""
    return (st.session_state.get("who") or "").strip() or None
