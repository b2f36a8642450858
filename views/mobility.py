"""Mobility: who may move and why, what new homes set free, and the relets that keep homes empty."""

import streamlit as st

from views.jobs.mobility import MobilityError
from views.parts.mobility import panels
from views.shared import html
from views.shared.i18n import _

# Relets stand here, and not on a page of their own: an empty home is the move that did not happen yet.
try:
    people = panels.tenants()
except MobilityError:
    st.info(_("No household in the store: import `households` first."))
    st.stop()

who, freed, relets = st.tabs([_("Who may move"), _("What frees what"), _("Relets")])
with who:
    panels.who(people)
    html.section(_("Lawful offers today"))
    panels.offers(people)
with freed:
    panels.freed(people)
with relets:
    panels.relet_section()
