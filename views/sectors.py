"""Sector: the figures of a sector or an agency, its residences ranked as far as chance allows."""

import streamlit as st

from views.parts.cards import pieces, residence
from views.parts.sectors import panels, state
from views.parts.sheets import downloads
from views.shared import html
from views.shared.i18n import _

pieces.style()
bar = st.container(horizontal=True, vertical_alignment="center")
level = state.level(bar)
area = state.area(bar, level)
if area is None:
    st.info(_("No sector yet: import the sectors and the agencies, then the stock."))
    st.stop()
figure = state.figure(bar)
residences = state.residences(level, area)
if residences.empty:
    st.info(_("No residence here."))
    st.stop()

left, right = st.columns([2, 1], gap="medium")
with left:
    panels.draw(figure, level, area, residences)
    panels.ranks(figure, residences)
    panels.draw_funnel(figure, residences)
with right:
    panels.headline(level, area, residences)
    downloads.area(st.container(horizontal=True), level, area, figure)
    html.section(_("Beside the agency and the stock") if level == "sector" else _("Beside the stock"))
    pieces.families(state.places(level, area), opened=(figure.family,))
    panels.identities(level, area)
    st.caption(residence.dated())
