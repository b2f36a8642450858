"""The first start: an empty store is filled with the invented town, once, while the visitor watches a bar."""

import threading

import streamlit as st

from data import demo
from data.store import Store
from views.shared import cache
from views.shared.i18n import _

_building = threading.Lock()


def needed(store: Store) -> bool:
    """Whether the store holds neither a stock nor land."""
    return not store.count("residences") and not store.count("parcels")


def build() -> None:
    """Build the invented town and evaluate its sites; a second visitor waits for the first one's."""
    st.title(_("Welcome"))
    st.markdown(_("The store is empty: an invented town is being drawn, so that there is something to see."))
    bar = st.progress(0.0, text=_("Waiting for the town that somebody else is having drawn"))
    from views.jobs import sites

    with _building:
        if needed(cache.store()):
            demo.build(cache.store(), progress=lambda done, text: bar.progress(0.75 * done, text=_(text)))
            sites.run(
                cache.store(), progress=lambda done, text: bar.progress(0.75 + 0.25 * done, text=_(text))
            )
    st.rerun()
