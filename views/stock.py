"""Stock: the residences on a map by sector or by figure, a search, a card, and the same rows as a table."""

import streamlit as st

from views.parts.stock import frames as data
from views.parts.stock import residence
from views.parts.stock.overlays import OVERLAYS
from views.shared import filters, frame, html, layers, palette, search_box, selection
from views.shared.i18n import _
from views.shared.map import parcels, show

whole = data.stock()
if whole.empty:
    st.info(_("No residence yet: import the stock in a terminal, `python cli.py import stock FILE`."))
    st.stop()

bar = st.container(horizontal=True, vertical_alignment="center")
overlay = OVERLAYS[
    bar.segmented_control(
        _("Colour by"),
        list(OVERLAYS),
        default="sector",
        required=True,
        format_func=lambda key: _(OVERLAYS[key].label),
        key="overlay",
        persist_state="session",
        label_visibility="collapsed",
    )
]
shown = filters.stock(bar, whole, {key: period[2] for key, period in data.PERIODS.items()})
theme = palette.theme()
painting = overlay.paint(shown, whole, theme)
picked = selection.current("residence")

left, right = st.columns([2, 1], gap="medium")
with left:
    show(
        layers.description(
            "stock",
            tiles=parcels(theme),
            **data.drawing(shown, painting, by_sector=overlay.key == "sector", theme=theme),
            selected=picked,
            look=selection.look("residence", data.place(picked)),
        ),
        key=residence.MAP,
        bounds=data.bounds(),
        on_change=residence.pick_on_map,
    )
    html.legend(_(overlay.label), painting.legend, painting.note, frame.source("stock", "rpls"))
with right:
    found = search_box.show(data.entries, _("Search a residence or an address"), key="stock_search")
    if found:
        search_box.results(found, residence.pick_found, key="stock_search")
    elif picked in whole.index:
        residence.card(whole.loc[picked])
    else:
        residence.summary(shown)

frame.not_located(shown)
residence.table(shown)
