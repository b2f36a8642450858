"""Sites: what each takes for a form and a public, ranked under the visitor's weights, compared, followed."""

import streamlit as st

from views.parts.sites import around, ask, compare, follow, pareto, rulebook, sketch, valuing, weighing
from views.parts.sites import frames as data
from views.parts.sites import panels as site
from views.parts.stock import frames as stock
from views.shared import evaluating, filters, frame, html, layers, palette, search_box, selection
from views.shared.i18n import _
from views.shared.map import parcels, show

if not data.evaluated():
    evaluating.invite()
    st.stop()

bar = st.container(horizontal=True, vertical_alignment="center")
form = site.choose_form(bar)
public = site.choose_public(bar)
weights = weighing.asked(bar, form, public)
valuing.button(bar, form, public)
points = weighing.drawn(f"{form}-{public}")
ranked = data.results(form, public, weights, points)
fitting = ranked[ranked["fits"]]
chosen = fitting[filters.sites(bar, fitting)]
by = site.choose_colour(bar)
theme = palette.theme()
painting = data.coloured(by, ranked, theme, public)
picked = selection.current("parcel")

left, right = st.columns([2, 1], gap="medium")
with right:
    valuing.panel(form, public, ranked, picked)
    nearby = around.choose()
    around.legend(nearby)
    found = search_box.show(data.entries, _("Search an address or a parcel"), key="sites_search")
    sketch.show()
    if found:
        search_box.results(found, site.pick_found, key="sites_search")
    elif picked in ranked.index:
        site.card(ranked.loc[picked], form, public, weights, points)
    else:
        site.summary(chosen, form)
with left:
    shown = chosen.index if len(chosen) < len(fitting) else ranked.index
    show(
        sketch.with_tool(
            layers.description(
                "sites",
                tiles=parcels(
                    theme, colours=painting.colours, classes=data.text_of_classes(painting.classes, shown)
                ),
                shapes=data.shapes(picked if picked in ranked.index else None, form, public, theme),
                selected=picked,
                look=selection.look("parcel", data.place(picked), zoom=18),
                around=around.tiles(nearby, theme),
            )
        ),
        key=site.MAP,
        bounds=stock.bounds(),
        on_change=site.pick_on_map,
    )
    html.legend(painting.title, painting.lines, site.note(), frame.source("parcels", "plu"))

view = site.choose_view()
if view != "rules" and site.stale():
    evaluating.again()
if view == "compare":
    compare.show(ranked, form, public, weights, points)
elif view == "pareto":
    pareto.show(chosen, form, public, points)
elif view == "ask":
    ask.show()
elif view == "followed":
    follow.listed(ranked)
    sketch.files()
elif view == "rules":
    rulebook.show()
else:
    site.ranking(chosen, form, public, weights, points)
