"""The evaluation of the sites behind the pages: begun once, followed by whoever opens a page that needs it."""

import logging
import threading
from dataclasses import dataclass

import streamlit as st

from data.store import Store
from views.jobs import sites
from views.jobs.aside import evaluate_aside
from views.shared import cache
from views.shared.i18n import _
from views.shared.numbers import number
from views.shared.text import md_text

EVERY_S = 1.0
_log = logging.getLogger(__name__)
_starting = threading.Lock()


@dataclass
class Evaluation:
    """How far it has come; ``failed`` is why it did not end."""

    thread: threading.Thread | None = None
    share: float = 0.0
    failed: Exception | None = None

    def tell(self, share: float, _text: str) -> None:
        self.share = min(share, 1.0)

    def running(self) -> bool:
        return self.thread is not None and self.thread.is_alive()


_last = Evaluation()


def start(store: Store) -> None:
    """Begin to evaluate every site of a store, unless that is under way."""
    global _last
    with _starting:
        if not _last.running():
            _last = begun = Evaluation()
            begun.thread = threading.Thread(target=_run, args=(store, begun), name="sites", daemon=True)
            begun.thread.start()


def _run(store: Store, evaluation: Evaluation) -> None:
    try:
        sites.run(store, progress=evaluation.tell, evaluate=evaluate_aside)
    except Exception as failed:  # told on the page of whoever waits for it
        _log.exception("the sites were not evaluated")
        evaluation.failed = failed


def invite() -> None:
    """Offer to evaluate the sites of a store that has parcels and no result yet, or follow it to its end."""
    parcels = cache.store().count("parcels")
    if not parcels:
        st.info(_("No parcel yet: import them on the page Data."))
        return
    if _last.running():
        _follow(parcels)
        return
    if _last.failed:
        st.error(_("The sites were not evaluated: {why}").format(why=md_text(str(_last.failed))))
    st.info(_("{n} parcels are here and none is evaluated yet.").format(n=number(parcels)))
    if st.button(_("Evaluate the sites"), type="primary", icon=":material/play_arrow:"):
        start(cache.store())
        st.rerun()


def again() -> None:
    """Offer to evaluate once more sites that were, their rules having changed, or follow it to its end."""
    if _last.running():
        _follow(cache.store().count("parcels"))
    elif st.button(_("Evaluate the sites again"), icon=":material/play_arrow:", key="evaluate-again"):
        start(cache.store())
        st.rerun()


@st.fragment(run_every=EVERY_S)
def _follow(parcels: int) -> None:
    """Show the bar, and the page itself once the evaluation has ended."""
    if not _last.running():
        st.rerun()
    text = _("The sites are being evaluated: {n} parcels. The other pages can be used meanwhile.")
    st.progress(_last.share, text=text.format(n=number(parcels)))
