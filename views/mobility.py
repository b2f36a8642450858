"""Mobility: who may move and why, what new homes set free, and the relets that keep homes empty."""

import streamlit as st

from views.jobs.mobility import MobilityError
from views.parts.mobility import panels
from views.shared import html
from views.shared.i18n import N_, _

# Relets stand here, and not on a page of their own: an empty home is the move that did not happen yet.
try:
    people = panels.tenants()
except MobilityError:
    st.info(_("No household in the store: import `households` first."))
    st.stop()

VIEWS = {"who": N_("Who may move"), "freed": N_("What frees what"), "relets": N_("Relets")}
view = st.segmented_control(
    _("What to see"),
    list(VIEWS),
    default="who",
    required=True,
    format_func=lambda name: _(VIEWS[name]),
    key="mobility-view",
    label_visibility="collapsed",
)
if view == "who":
    panels.who(people)
    html.section(_("Lawful offers today"))
    panels.offers(people)
elif view == "freed":
    panels.freed(people)
else:
    panels.relet_section()
