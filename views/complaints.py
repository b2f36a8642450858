"""Complaints: entered by touch where they are seen, sent once, followed by sector until they are closed."""

import streamlit as st

from views.parts.cards import pieces
from views.parts.complaints import followed, form, places, state
from views.shared import html
from views.shared.i18n import N_, _
from views.shared.text import md_text

MODES = {"new": N_("Enter one"), "open": N_("Open ones")}
SAID = {
    "sent": N_("Sent: complaint {key} is in the list of its sector."),
    "already": N_("Complaint {key} was sent already: nothing was sent twice."),
    "answered": N_("Complaint {key} is answered."),
    "closed": N_("Complaint {key} is closed."),
    "reopened": N_("Reopened as {key}."),
    "refused": N_("Nothing was changed: {key}"),
}

pieces.style()
if places.residences().empty:
    st.info(_("No residence yet: import the stock in a terminal, `python cli.py import stock FILE`."))
    st.stop()

bar = st.container(horizontal=True, vertical_alignment="bottom")
mode = bar.segmented_control(
    _("What to do"),
    list(MODES),
    default="new",
    required=True,
    format_func=lambda key: _(MODES[key]),
    key="complaints-mode",
    persist_state="session",
    label_visibility="collapsed",
)
if state.DONE in st.session_state:
    what, key = st.session_state.pop(state.DONE)
    tell = st.error if what == "refused" else st.success
    tell(md_text(_(SAID[what]).format(key=key)))

if mode == "new":
    draft = state.current()
    left, right = st.columns([3, 2], gap="medium")
    with left:
        form.where(draft)
        form.what(draft)
        form.send(draft)
    with right:
        form.beside(draft)
else:
    with bar.container(width=320):
        chosen = followed.sector()
    with bar.container(width=200):
        st.text_input(_("Your initials, for the record"), max_chars=20, key="complaint-who")
    followed.show(chosen)

html.section(_("A light register"))
st.caption(
    _(
        "For pilots and small landlords: it does not replace the landlord’s own system, which feeds Îlot by "
        "import (file of complaints). What is entered here stays beside it, marked as entered in the field; its "
        "short text is neither mapped nor exported, and is forgotten {months} months after closing."
    ).format(months=state.note_months())
)
st.page_link("files.py", label=_("Import the landlord’s complaints"), icon=":material/database:")
