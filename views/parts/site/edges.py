"""The edges of a site on a map of their own, by kind: what somebody knows of one replaces what the cadastre tells."""

from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import streamlit as st

from geo.crs import WORKING_CRS, working_point
from planning.zoning.rulebook import RuleBookError
from views.jobs import land
from views.parts.site.state import Shown
from views.shared import cache, html, layers, palette, selection
from views.shared.codes import EDGES, FORMS
from views.shared.i18n import N_, _, error_words
from views.shared.map import clicked, parcels
from views.shared.map import show as show_map
from views.shared.numbers import metres, number, percent
from views.shared.text import md_text

HEIGHT_PX = 380
REACH_M = 15.0
FACING = (
    N_("faces east"), N_("faces north-east"), N_("faces north"), N_("faces north-west"),
    N_("faces west"), N_("faces south-west"), N_("faces south"), N_("faces south-east"),
)  # fmt: skip


def show(s: Shown) -> None:
    """Show the edges of a site, and let the visitor set the kind or the setback of one; say what it changes."""
    drawer = st.expander(
        _("Edges: correct what the cadastre cannot tell"), icon=":material/polyline:", key="site-edges",
        on_change="rerun",
    )  # fmt: skip
    if not drawer.open:
        return
    edges = lettered(s.found.edges)
    mine = land.edges_set(cache.store(), s.site_id)
    with drawer:
        _said()
        left, right = st.columns([1.25, 1], gap="medium")
        with right:
            picked = st.selectbox(
                _("Edge: touch it on the map, or choose it here"), list(edges.index),
                format_func=lambda key: sentence(edges.loc[key]), key=f"edge-{s.site_id}",
            )  # fmt: skip
            _form(s.site_id, edges.loc[picked], set_before=len(mine) > 0)
        with left:
            key = f"edges-map-{s.site_id}"
            show_map(
                layers.description(
                    "edges",
                    tiles=parcels(palette.theme()),
                    shapes=drawing(s.found.site["geometry"], edges, picked),
                ),
                key=key,
                bounds=layers.corners(gpd.GeoDataFrame(geometry=edges.geometry.buffer(6), crs=WORKING_CRS)),
                on_change=partial(_pick, key, s.site_id, edges.geometry),
                height_px=HEIGHT_PX,
            )
            html.key_to_drawing([(palette.EDGES[kind], "", _(word)) for kind, word in EDGES.items()])
        _table(edges, mine)


def lettered(edges: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the edges by their key, named A, B… anticlockwise, with the word of where each faces."""
    named = edges.set_index("edge_key")
    named = named[~named.index.duplicated()]
    letters = [chr(65 + i) if i < 26 else f"A{i - 25}" for i in range(len(named))]
    return named.assign(letter=letters, facing=[FACING[facing(line)] for line in named.geometry])


def facing(line: shapely.LineString) -> int:
    """Return the eighth of the compass, from east anticlockwise, that an edge faces: its land lies on its left."""
    (x0, y0), (x1, y1) = line.coords[0][:2], line.coords[-1][:2]
    return int(np.round(np.arctan2(x0 - x1, y1 - y0) / (np.pi / 4))) % 8


def sentence(edge: pd.Series) -> str:
    """Write an edge in a line: its letter, its kind, its length, where it faces."""
    return " · ".join(
        [edge["letter"], _(EDGES[str(edge["kind"])]), metres(edge["length_m"], 1), _(edge["facing"])]
    )


def nearest(edges: gpd.GeoSeries, latitude: float, longitude: float) -> str | None:
    """Return the key of the edge nearest to a point of the map; None farther than 15 m from all."""
    point = working_point(latitude, longitude)
    away = edges.distance(point)
    return str(away.idxmin()) if len(away) and away.min() <= REACH_M else None


def drawing(site: shapely.Geometry, edges: gpd.GeoDataFrame, picked: str) -> str:
    """Return the shapes of the map: the land, its edges by kind, the one picked within a halo."""
    ink = palette.GROUND[palette.theme()]["ink"]
    shapes = [layers.shape(site, {"stroke": False, "fillColor": ink, "fillOpacity": 0.08})]
    halo = {"color": ink, "weight": 14, "opacity": 0.55}
    shapes.append(layers.shape(edges.geometry[picked], halo))
    for kind, colour in palette.EDGES.items():
        for line in edges[edges["kind"] == kind].geometry:
            shapes.append(layers.shape(line, {"color": colour, "weight": 6, "opacity": 1}))
    return "[" + ",".join(shapes) + "]"


def effect(changed: pd.DataFrame) -> str:
    """Write what a change did to the dwellings of each form."""
    parts = []
    for form, row in changed.iterrows():
        before, after = (_held(row[name]) for name in ("before", "after"))
        parts.append(f"{_(FORMS[form])} : {before}" + (f" → {after}" if before != after else ""))
    return _("Dwellings, before and after:") + " " + " · ".join(parts)


def _held(count: object) -> str:
    return _("does not fit") if pd.isna(count) else number(count)


def _form(site_id: str, edge: pd.Series, *, set_before: bool) -> None:
    scope = f"{site_id}-{edge.name}"
    st.segmented_control(
        _("What it is"), list(EDGES), default=str(edge["kind"]), required=True,
        format_func=lambda kind: _(EDGES[kind]), key=f"edge-kind-{scope}",
    )  # fmt: skip
    st.number_input(
        _("Setback from it, m (empty: that of the zone, {zone})").format(zone=metres(edge["setback_m"], 1)),
        0.0, 99.0, None, 0.5, key=f"edge-setback-{scope}",
    )  # fmt: skip
    st.text_input(_("How it is known (a visit, a plan)"), key=f"edge-note-{scope}", max_chars=300)
    row = st.container(horizontal=True)
    row.button(
        _("Set this edge"), type="primary", key="edge-set", icon=":material/edit:", on_click=_set,
        args=(site_id, str(edge.name), scope),
    )  # fmt: skip
    row.button(
        _("Back to the cadastre"),
        key="edges-clear",
        disabled=not set_before,
        on_click=_clear,
        args=(site_id,),
    )


def _set(site_id: str, key: str, scope: str) -> None:
    state = st.session_state
    try:
        changed = land.set_edge(
            cache.store(), site_id, key, kind=state.get(f"edge-kind-{scope}"),
            setback_m=state.get(f"edge-setback-{scope}"), note=state.get(f"edge-note-{scope}") or None,
            made_by=selection.visitor(),
        )  # fmt: skip
    except RuleBookError as error:
        state["edges-said"] = (False, error_words(error))
        return
    state["edges-said"] = (True, effect(changed))


def _clear(site_id: str) -> None:
    st.session_state["edges-said"] = (
        True,
        effect(land.clear_edges(cache.store(), site_id, made_by=selection.visitor())),
    )


def _said() -> None:
    told = st.session_state.pop("edges-said", None)
    if told:
        (st.success if told[0] else st.error)(md_text(told[1]))


def _pick(key: str, site_id: str, edges: gpd.GeoSeries) -> None:
    click = clicked(st.session_state, key)
    found = nearest(edges, click.latitude, click.longitude) if click else None
    if found:
        st.session_state[f"edge-{site_id}"] = found


def _table(edges: gpd.GeoDataFrame, mine: pd.DataFrame) -> None:
    """Show every edge as a row: whoever cannot use the map reads the same."""
    who = {
        row.edge_key: " · ".join(str(t) for t in (row.made_by, row.note) if pd.notna(t)) or _("somebody")
        for row in mine.itertuples()
    }
    rows = [
        (
            edge["letter"],
            [
                _(EDGES[str(edge["kind"])]), _(edge["facing"]), metres(edge["length_m"], 1),
                metres(edge["setback_m"], 1), percent(edge["confidence"], 0), who.get(key, "—"),
            ],
        )
        for key, edge in edges.iterrows()
    ]  # fmt: skip
    heads = [_("Edge"), _("Kind"), _("Faces"), _("Length"), _("Setback"), _("How sure"), _("Set by")]
    html.grid(heads, rows)
