"""Stock: the atlas; any figure by residence or area on a map, a second one over it or beside it, and the same rows."""

import streamlit as st

from views.parts.stock import controls, mapping, panel, picks, residence, rows
from views.parts.stock import frames as data
from views.parts.stock.atlas import Among
from views.shared import address, filters, frame, html, layers, palette, search_box, selection
from views.shared.i18n import _
from views.shared.map import parcels, show

whole = data.stock()
if whole.empty:
    st.info(_("No residence yet: import the stock in a terminal, `python cli.py import stock FILE`."))
    st.stop()

bar = st.container(horizontal=True, vertical_alignment="center")
view = controls.show(bar)
choices = filters.of_stock(whole, {key: period[2] for key, period in data.PERIODS.items()})
passing = filters.by_choices(bar, whole, choices, key="stock")
extent = st.session_state.get("extent")
kept = passing & picks.within(whole, extent)
shown = whole if kept.all() else whole[kept]
filters.chips(
    choices, key="stock", more={_("Only what the map showed"): picks.forget_extent} if extent else None
)
among = Among.of(shown, whole)
theme = palette.theme()
picked, area = selection.current("residence"), picks.area_of(view.level)
address.keep(controls.fields())

left, right = st.columns([3, 1] if view.beside else [2, 1], gap="medium")
with left:
    maps = st.columns(2, gap="small") if view.beside else [left]
    with maps[0]:
        if view.beside:
            controls.caption(view.figure, view.level)
        layer, legends = mapping.layer(view, shown, among, area)
        look = selection.look("residence", data.place(picked)) or selection.look(
            view.level, picks.place_of(view.level, area) if area else None, zoom=14
        )
        show(
            layers.description(
                "stock",
                tiles=parcels(theme),
                **layer,
                selected=picked,
                look=look,
                address=True,
                linked=view.beside is not None,
                extent=True,
            ),
            key=residence.MAP,
            bounds=data.bounds(),
            on_change=lambda: picks.on_map(residence.MAP, view.level),
        )
        for title, lines in legends:
            html.legend(title, lines)
        html.legend_note(_(view.figure.definition), frame.source("stock", "rpls"))
    if view.beside:
        with maps[1]:
            other = view.other()
            controls.caption(other.figure, other.level, view.beside_on)
            layer, legends = mapping.layer(other, shown, among, area, view.beside_on)
            show(
                layers.description("beside", tiles=parcels(theme), **layer, selected=picked, linked=True),
                key=picks.BESIDE,
                bounds=data.bounds(),
                on_change=lambda: picks.on_map(picks.BESIDE, other.level),
            )
            for title, lines in legends:
                html.legend(title, lines)
            html.legend_note(_(other.figure.definition))
with right:
    found = search_box.show(data.entries, _("Search a residence or an address"), key="stock_search")
    if found:
        search_box.results(found, residence.pick_found, key="stock_search")
    elif picked in whole.index:
        residence.card(whole.loc[picked])
    else:
        panel.show(view, shown, among, area)

frame.not_located(shown)
rows.table(view, shown, among, area or picked)
residence.warm()
