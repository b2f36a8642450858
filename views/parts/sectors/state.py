"""What the page of a sector shows: the level, the area, the figure; kept in the session and in the address."""

import pandas as pd
import streamlit as st

from views.parts.cards import frames
from views.parts.cards.pieces import Place
from views.parts.stock import frames as stock
from views.parts.stock.catalogue import FIGURES
from views.parts.stock.figures import FAMILIES, Figure
from views.shared import cache
from views.shared.i18n import N_, _

LEVELS = {"sector": N_("Sector"), "agency": N_("Agency")}
COLUMNS = {"sector": "sector_id", "agency": "agency_id"}
DEFAULT = "complaints"


def level(bar) -> str:
    """Ask for the level."""
    if "area-level" not in st.session_state:
        asked = st.query_params.get("level", "sector")
        st.session_state["area-level"] = asked if asked in LEVELS else "sector"
    chosen = bar.segmented_control(
        _("Level"),
        list(LEVELS),
        required=True,
        format_func=lambda key: _(LEVELS[key]),
        key="area-level",
        label_visibility="collapsed",
    )
    st.query_params["level"] = chosen
    return chosen


def area(bar, of: str) -> str | None:
    """Ask for the sector or the agency."""
    names = cache.read("sectors" if of == "sector" else "agencies", geometry=False)["name"]
    if names.empty:
        return None
    key = f"area-{of}"
    if key not in st.session_state:
        asked = st.query_params.get("area")
        st.session_state[key] = asked if asked in names.index else names.index[0]
    with bar.container(width=300):
        chosen = st.selectbox(
            _(LEVELS[of]),
            list(names.index),
            format_func=lambda one: names[one],
            key=key,
            label_visibility="collapsed",
        )
    st.query_params["area"] = chosen
    return chosen


def figure(bar) -> Figure:
    """Ask for the figure by which residences are coloured and ranked."""
    figures = [one.key for family in frames.FAMILIES_SHOWN for one in frames.of_family(family)]
    if "area-figure" not in st.session_state:
        asked = st.query_params.get("figure", DEFAULT)
        st.session_state["area-figure"] = asked if asked in figures else DEFAULT
    with bar.container(width=320):
        chosen = st.selectbox(
            _("Figure"),
            figures,
            format_func=lambda key: f"{_(FAMILIES[FIGURES[key].family])} · {_(FIGURES[key].label)}",
            key="area-figure",
            label_visibility="collapsed",
        )
    st.query_params["figure"] = chosen
    return FIGURES[chosen]


def residences(of: str, key: str) -> pd.DataFrame:
    """Return the residences of an area."""
    whole = stock.stock()
    return whole[whole[COLUMNS[of]] == key]


def places(of: str, key: str) -> list[Place]:
    """Return the places that an area is set beside: itself, its agency, the stock."""
    here = Place(of, key, _("Here"))
    if of == "agency":
        return [here, Place("stock", "all", _("Stock"))]
    agency = cache.read("sectors", geometry=False)["agency_id"].get(key)
    beside = [Place("agency", agency, _("Agency"))] if pd.notna(agency) else []
    return [here, *beside, Place("stock", "all", _("Stock"))]


def name(of: str, key: str) -> str:
    """Return the name of an area."""
    return str(cache.read("sectors" if of == "sector" else "agencies", geometry=False)["name"][key])
