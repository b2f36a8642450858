"""The first start: an empty store is filled with the invented town, once, while the visitor watches a bar."""

import threading

import streamlit as st

from data import demo
from data.store import Store
from views.shared import cache, evaluating
from views.shared.codes import TABLES
from views.shared.i18n import _

_building = threading.Lock()


def needed(store: Store) -> bool:
    """Whether the store holds neither a stock nor land."""
    return not store.count("residences") and not store.count("parcels")


def build() -> None:
    """Build the invented town, then its sites behind the pages; a second visitor waits for the first one's."""
    middle = st.columns([1, 3, 1])[1]
    middle.title(_("Welcome"), anchor=False)
    middle.markdown(
        _("The store is empty: an invented town is being drawn, so that there is something to see.")
    )
    bar = middle.progress(0.0, text=_("Waiting for the town that somebody else is having drawn"))

    def tell(done: float, text: str) -> None:
        bar.progress(min(done, 1.0), text=_(TABLES.get(text, text)))

    with _building:
        if needed(cache.store()):
            demo.build(cache.store(), progress=tell)
            if not cache.store().count("sites"):
                evaluating.start(cache.store())
    st.rerun()
