"""Programme: operations year by year from the ranked sites, against their targets; what-if, risk, versions, papers."""

import streamlit as st

from views.parts.programme import drawing, panels, state
from views.parts.sites import frames as sites
from views.parts.sites import panels as site
from views.parts.stock import frames as stock
from views.shared import cache, frame, html, layers
from views.shared.classes import LegendLine
from views.shared.i18n import _
from views.shared.map import show

if not sites.evaluated():
    site.invite_to_evaluate()
    st.stop()

panels.ask()
held = state.made()
if held is None:
    st.info(
        _("Say what each year must reach, then make the programme: it is chosen among the best ranked sites.")
    )
    st.stop()

years, chosen = held["wanted"].years, held["found"].chosen
panels.reached(held)
tabs = st.tabs(
    [_("Calendar"), _("Map"), _("What if"), _("What falls through"), _("Frontier"), _("Versions and files")]
)
with tabs[0]:
    st.altair_chart(drawing.gantt(chosen, held["wanted"].lead_years))
    st.dataframe(panels.rows(held), hide_index=True)
with tabs[1]:
    shapes = drawing.on_map(chosen, cache.read("sites"), years)
    show(
        layers.description("programme", shapes=shapes),
        key="programme_map", bounds=stock.bounds(), on_change=lambda: None,
    )  # fmt: skip
    counts = chosen["start_year"].value_counts()
    lines = [
        LegendLine(
            drawing.colour_of(year, years), _("starts in {year}").format(year=year), int(counts.get(year, 0))
        )
        for year in years
    ]
    html.legend(_("Start of works"), lines, frame.source("parcels", "plu"))
with tabs[2]:
    panels.touch(held)
with tabs[3]:
    panels.risk(held)
with tabs[4]:
    panels.trade_off(held)
with tabs[5]:
    panels.versions(held)
