"""A residence picked on the map or in the search; its card is in `card`."""

import streamlit as st

from views.parts.cards.frames import warm
from views.parts.stock import frames as data
from views.parts.stock.card import card
from views.shared import search_box, selection
from views.shared.map import clicked
from views.shared.search import Entry

__all__ = ["MAP", "REACH_M", "card", "pick_found", "pick_on_map", "warm"]
MAP = "stock_map"
REACH_M = 60


def pick_on_map() -> None:
    """Pick the residence clicked, or the nearest at hand; a click on bare ground puts the card away."""
    click = clicked(st.session_state, MAP)
    if click:
        known = click.residence_id in data.stock().index
        found = click.residence_id if known else data.nearest(click.latitude, click.longitude, REACH_M)
        selection.select("residence", found, look=False)


def pick_found(entry: Entry, box: str) -> None:
    """Pick what the search found: a residence, or the residence nearest to an address."""
    search_box.clear(box)
    residence_id = entry.key if entry.table == "residences" else data.nearest_to_address(entry.key)
    selection.select("residence", residence_id, look=True)
