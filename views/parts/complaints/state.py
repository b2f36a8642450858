"""The draft in hand, kept on the server at each word; what was just done."""

import pandas as pd
import streamlit as st

from views.jobs import complaints as job
from views.jobs.complaints import Draft
from views.server import device
from views.shared import cache
from views.shared.i18n import error_words

DRAFT, SAVED, DONE, LAST = "complaint-draft", "complaint-saved", "complaint-done", "complaint-last"
FOUND = "complaint-found"
WIDGETS = {name: f"complaint-{name}" for name in ("category", "place", "priority", "note")}
DAY_H = "Europe/Paris"


def current() -> Draft:
    """Return the draft of the session, else the one this device left, else a new one; the widgets say the same."""
    store = cache.store()
    held = st.session_state.get(DRAFT)
    if held is None:
        found = job.find(store, device.key())
        st.session_state[FOUND] = found is not None
        held = found or job.new_draft()
        hold(held)
    elif job.is_sent(store, held):
        held = job.new_draft(held.residence_id)
        hold(held)
    asked = st.query_params.get("residence")
    if asked:
        del st.query_params["residence"]
        held = held if held.residence_id else job.changed(held, residence_id=asked)
        st.session_state[DRAFT] = held
    for name, key in WIDGETS.items():
        if key not in st.session_state:
            st.session_state[key] = getattr(held, name)
    return held


def hold(draft: Draft) -> None:
    """Take a draft in hand: the widgets are filled from it at the next run."""
    st.session_state[DRAFT] = draft
    for key in WIDGETS.values():
        st.session_state.pop(key, None)


def say(**said: object) -> None:
    """Add to the draft, and keep it on the server at once."""
    draft = job.changed(st.session_state[DRAFT], **said)
    st.session_state[DRAFT] = draft
    if draft.blank:
        job.drop(cache.store(), draft)
        st.session_state.pop(SAVED, None)
    else:
        job.keep(cache.store(), device.key(), draft)
        st.session_state[SAVED] = pd.Timestamp.now(DAY_H)


def heard() -> None:
    """Take what the widgets say."""
    told = {name: st.session_state.get(key) for name, key in WIDGETS.items()}
    say(**told | {"note": told["note"] or ""})


def start_again() -> None:
    """Throw the draft away and begin another."""
    job.drop(cache.store(), st.session_state[DRAFT])
    st.session_state.pop(SAVED, None)
    hold(job.new_draft())


def send() -> None:
    """Send the draft in hand: it is there once, however often this is pressed."""
    draft = st.session_state[DRAFT]
    try:
        sent = job.send(cache.store(), draft, who())
    except job.ComplaintError as error:
        st.session_state[DONE] = ("refused", error_words(error))
        return
    st.session_state[DONE] = ("already" if sent.already else "sent", sent.complaint_id)
    st.session_state[LAST] = draft.residence_id
    st.session_state.pop(SAVED, None)
    hold(job.new_draft())


def advance(complaint_id: str, to: str) -> None:
    """Move a complaint on, and say so."""
    try:
        key = job.advance(cache.store(), complaint_id, to, who(), parameters=cache.parameters())
        st.session_state[DONE] = (to, key)
    except job.ComplaintError as error:
        st.session_state[DONE] = ("refused", error_words(error))


def who() -> str | None:
    """Return the initials the visitor gave, for the record."""
    return (st.session_state.get("complaint-who") or "").strip() or None


def note_months() -> int:
    """Return how many months the short text of a complaint is kept after closing."""
    return int(cache.parameters()["complaints.note_months"])
