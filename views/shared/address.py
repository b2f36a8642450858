"""The address bar: what the visitor sees, read at the first run of a session, written at each; no personal data."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

LONGEST = 400
BETWEEN = "~"


@dataclass(frozen=True, slots=True)
class Field:
    """
    One thing that the address holds.

    Attributes
    ----------
    key
        Where the session keeps it (the key of a widget).
    default
        Its value when the address says nothing; the address does not repeat it.
    allowed
        The values that may be; others, typed by hand, are ignored. None takes any that ``read`` can read.
    several
        It holds a list.
    """

    key: str
    default: object = ""
    allowed: Collection[str] | None = None
    several: bool = False
    read: Callable[[str], object] = str


def restore(page: str, fields: Mapping[str, Field]) -> None:
    """Bring the session to what the address says, once; a field that the session holds already stays."""
    if st.session_state.get(f"{page}-restored"):
        return
    st.session_state[f"{page}-restored"] = True
    for name, field in fields.items():
        if field.key in st.session_state:
            continue
        value = _read(field, str(st.query_params.get(name, ""))[:LONGEST])
        if value is not None:
            st.session_state[field.key] = value


def keep(fields: Mapping[str, Field]) -> None:
    """Write what the session holds in the address, where it is not there yet."""
    for name, field in fields.items():
        value = st.session_state.get(field.key, field.default)
        text = _written(field, value)
        if text is None:
            if name in st.query_params:
                del st.query_params[name]
        elif st.query_params.get(name) != text:
            st.query_params[name] = text


def _read(field: Field, text: str) -> object | None:
    if not text:
        return None
    try:
        parts = [field.read(part) for part in (text.split(BETWEEN) if field.several else [text])]
    except ValueError:
        return None
    kept = [part for part in parts if field.allowed is None or part in field.allowed]
    if field.several:
        return kept or None
    return kept[0] if kept else None


def _written(field: Field, value: object) -> str | None:
    if value is None or value == field.default or value == [] or value == "":
        return None
    several = isinstance(value, Sequence) and not isinstance(value, str)
    return (BETWEEN.join(map(str, value)) if several else str(value))[:LONGEST]
