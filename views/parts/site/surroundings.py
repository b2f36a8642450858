"""What the maps, the registers and the amenities tell of a site, criterion by criterion: whose map, of which day."""

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.crs import WORKING_CRS
from planning.decision.surroundings import HAZARDS
from views.parts.site.state import Shown
from views.parts.sites import around, words
from views.parts.sites import frames as sites
from views.shared import cache, frame, html, layers, palette
from views.shared.html import Fact
from views.shared.i18n import _
from views.shared.map import parcels
from views.shared.map import show as show_map

REACH_M = 250.0  # what the map shows beyond the site
MAPS = {"T2": ("slope",), "T4": HAZARDS, "E1": ("noise",), "E3": ("heat_network",), "E5": ("heat_island",)}
FILES = {"R5": "squares", **dict.fromkeys(("U2", "U3", "U4", "U5"), "amenities")}
ORDER = ("U2", "U3", "U4", "U5", "E1", "E5", "E3", "T2", "T4", "R5")


def told(s: Shown) -> list[Fact]:
    """Return what surrounds the site, in the units of the criteria; a site that the form does not fit has none."""
    if s.site_id not in s.judged.measures.index:
        return []
    measured = s.judged.measures.loc[s.site_id].reindex(ORDER)
    maps = cache.read("environment", geometry=False)
    return [
        Fact(words.name(code), words.measure(code, value), "" if pd.isna(value) else source(code, maps))
        for code, value in measured.items()
    ]


def source(code: str, maps: pd.DataFrame) -> str:
    """Say whose maps a criterion is measured on and the day of the latest, else which file brought its layer."""
    if code in FILES:
        return frame.source(FILES[code])
    return around.maps_source(maps, *MAPS[code]) or frame.source("environment", "risks", "brownfields")


def mapped(s: Shown) -> None:
    """Offer a map of what surrounds the site, one layer at a time; it is drawn once a layer is chosen."""
    html.section(_("On a map"))
    left, right = st.columns([1, 1.6], gap="medium")
    with left:
        chosen = around.choose()
        around.legend(chosen)
    if not around.tiles(chosen, palette.theme()):
        return
    theme, land = palette.theme(), s.found.site["geometry"]
    reach = gpd.GeoDataFrame(geometry=[land.buffer(REACH_M)], crs=WORKING_CRS)
    with right:
        show_map(
            layers.description(
                "around",
                tiles=parcels(theme),
                shapes=sites.drawing(s.site_id, s.form, s.public, theme),
                around=around.tiles(chosen, theme),
            ),
            key=f"around-map-{s.site_id}",
            bounds=layers.corners(reach),
            on_change=_no_pick,
        )


def _no_pick() -> None:
    """A click on this map picks nothing: the page is of one site."""
