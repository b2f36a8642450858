"""Programme: operations year by year from the ranked sites, against their targets; what-if, risk, versions, papers."""

import streamlit as st

from views.parts.programme import before, drawing, panels, state
from views.parts.sites import frames as sites
from views.parts.stock import frames as stock
from views.shared import cache, charts, evaluating, frame, html, layers, palette
from views.shared.classes import LegendLine
from views.shared.i18n import N_, _
from views.shared.map import parcels, show

if not sites.evaluated():
    evaluating.invite()
    st.stop()

panels.ask()
state.reopen()
held = state.made()
if held is None:
    before.show()
    st.stop()
panels.known_as(held)

years, chosen = held["wanted"].years, held["found"].chosen
panels.reached(held)
VIEWS = {
    "calendar": N_("Calendar"),
    "map": N_("Map"),
    "what-if": N_("What if"),
    "risk": N_("What falls through"),
    "frontier": N_("Frontier"),
    "files": N_("Versions and files"),
}
view = st.segmented_control(
    _("What to see"),
    list(VIEWS),
    default="calendar",
    required=True,
    format_func=lambda name: _(VIEWS[name]),
    key="programme-view",
    label_visibility="collapsed",
)
if view == "calendar":
    charts.show(drawing.gantt(chosen, panels.names(chosen), held["wanted"].lead_years))
    st.dataframe(panels.rows(held), hide_index=True)
elif view == "map":
    until = panels.until(years)
    begun = chosen[chosen["start_year"] <= until]
    show(
        layers.description(
            "programme",
            tiles=parcels(palette.theme()),
            shapes=drawing.on_map(begun, cache.read("sites"), years),
        ),
        key="programme_map",
        bounds=stock.bounds(),
        on_change=lambda: None,
    )
    counts = begun["start_year"].value_counts()
    lines = [
        LegendLine(
            drawing.colour_of(year, years), _("starts in {year}").format(year=year), int(counts.get(year, 0))
        )
        for year in years
        if year <= until
    ]
    html.legend(_("Start of works"), lines, frame.source("parcels", "plu"))
elif view == "what-if":
    panels.touch(held)
elif view == "risk":
    panels.risk(held)
elif view == "frontier":
    panels.trade_off(held)
else:
    panels.versions(held)
