"""Sites: every parcel coloured by what it offers one form of housing, its card on a click, the ranked list."""

import streamlit as st

from views.parts.sites import frames as data
from views.parts.sites import panels as site
from views.parts.stock import frames as stock
from views.shared import filters, frame, html, layers, palette, search_box, selection
from views.shared.codes import FORMS
from views.shared.i18n import _
from views.shared.map import parcels, show

if not data.evaluated():
    site.invite_to_evaluate()
    st.stop()

bar = st.container(horizontal=True, vertical_alignment="center")
form = bar.segmented_control(
    _("Form of housing"),
    list(FORMS),
    default="small_collective",
    required=True,
    format_func=lambda code: _(FORMS[code]),
    key="form",
    persist_state="session",
    label_visibility="collapsed",
)
ranked = data.results(form, site.weights(bar))
fitting = ranked[ranked["fits"]]
chosen = fitting[filters.sites(bar, fitting)]
classes = data.classed(ranked)
theme = palette.theme()
picked = selection.current("parcel")

left, right = st.columns([2, 1], gap="medium")
with right:
    found = search_box.show(data.entries, _("Search an address or a parcel"), key="sites_search")
    if found:
        search_box.results(found, site.pick_found, key="sites_search")
    elif picked in ranked.index:
        site.card(ranked.loc[picked], form)
    else:
        site.summary(chosen, form)
with left:
    shown = chosen.index if len(chosen) < len(fitting) else ranked.index
    show(
        layers.description(
            "sites",
            tiles=parcels(theme, colours=data.colours(theme), classes=data.text_of_classes(classes, shown)),
            shapes=data.drawing(picked, form, theme) if picked in ranked.index else "[]",
            selected=picked,
            look=selection.look("parcel", data.place(picked), zoom=18),
        ),
        key=site.MAP,
        bounds=stock.bounds(),
        on_change=site.pick_on_map,
    )
    html.legend(
        _("Score out of 100"), data.legend(classes[shown], theme), site.note(), frame.source("parcels", "plu")
    )

site.table(chosen, form)
site.exports(chosen, form)
