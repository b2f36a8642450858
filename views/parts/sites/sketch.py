"""A site that is no parcel: drawn on the map corner after corner, or taken from a file of outlines."""

import json
import tempfile
from pathlib import Path

import geopandas as gpd
import shapely
import streamlit as st

from geo.crs import DRAWING_CRS, WORKING_CRS
from geo.polygons import on_grid
from views.jobs import candidates as job
from views.jobs import imports
from views.shared import cache, html, layers, selection
from views.shared.i18n import _, error_words, language, ngettext
from views.shared.text import md_text, safe_text

RING = "drawn-ring"


def with_tool(description: str) -> str:
    """Give a drawing of the map the tool that draws an outline, with its words."""
    words = {
        "draw": safe_text(_("Draw a site that is no parcel")),
        "close": safe_text(_("Touch each corner; touch the first one again to close.")),
        "keys": safe_text(
            _(
                "Arrows move the cross, Enter sets a corner, Enter again closes; Backspace takes one back, Escape ends."
            )
        ),
    }
    return f'{description[:-1]},"sketch":{json.dumps(words)}}}'


def heard(state, key: str) -> bool:
    """Take the ring that the map just sent; return whether there was one."""
    last = (state.get(key) or {}).get("last_clicked") or {}
    ring = last.get("ring")
    if not ring or last.get("click") == state.get(f"{RING}-click"):
        return False
    state[f"{RING}-click"] = last.get("click")
    state[RING] = [[float(lat), float(lng)] for lat, lng in ring][:500]
    return True


def outline(ring: list[list[float]]) -> shapely.Polygon:
    """Return the polygon of a ring of (latitude, longitude), EPSG:2154, to 1 cm; empty under three corners."""
    shape = shapely.Polygon([(lng, lat) for lat, lng in ring] if len(ring) > 2 else None)
    moved = gpd.GeoSeries([shape], crs=DRAWING_CRS).to_crs(WORKING_CRS).iloc[0]
    return on_grid(moved, mode="pointwise")


def show() -> None:
    """Offer to keep the outline just drawn; say what is wrong with it."""
    said = st.session_state.pop("sketch-said", None)
    if said:
        st.warning(md_text(said))
    ring = st.session_state.get(RING)
    if not ring:
        return
    with st.container(border=True):
        st.markdown(_("**A site drawn on the map**"))
        name = st.text_input(_("Its name"), key="sketch-name")
        row = st.container(horizontal=True)
        row.button(
            _("Study it"),
            type="primary",
            key="sketch-keep",
            disabled=not name.strip(),
            on_click=_keep,
            args=(ring,),
        )
        row.button(_("Forget it"), key="sketch-forget", on_click=lambda: st.session_state.pop(RING, None))


def _keep(ring: list[list[float]]) -> None:
    who = selection.visitor()
    try:
        key = job.keep_drawing(cache.store(), outline(ring), st.session_state["sketch-name"], who)
    except job.CandidateError as error:
        st.session_state["sketch-said"] = error_words(error)
        return
    st.session_state.pop(RING, None)
    selection.select("parcel", key, look=True)


def files() -> None:
    """Take outlines from a file (kind `sites`): GeoJSON, GeoPackage; say what was refused."""
    html.upload_words()
    taken = st.file_uploader(
        _("Outlines of sites (GeoJSON)"),
        type=["geojson", "json"],
        key="sites-file",
        accept_multiple_files=False,
    )
    if not taken or st.session_state.get("sites-file-read") == taken.file_id:
        return
    st.session_state["sites-file-read"] = taken.file_id
    kept, faults = _import(taken.name, taken.getvalue())
    if kept:
        st.success(ngettext("{n} site kept.", "{n} sites kept.", kept).format(n=kept))
    for fault in faults[:5]:
        st.warning(md_text(fault))


def _import(name: str, content: bytes) -> tuple[int, list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "outlines.geojson"
        path.write_bytes(content)
        report = imports.run(
            cache.store(), "sites", [str(path)], set_aside=True, accept_guesses=True, language=language()
        )
    faults = [f"{name}: {fault['reason']} {fault['remedy']}" for fault in report["faults"]]
    return (report["accepted"] if report["written"] else 0), faults


def shapes(theme: str) -> str:
    """Return the outlines kept, to be drawn over the parcels: the text of each shape, joined by commas."""
    kept = cache.read("drawn_sites")
    style = {"color": "#aa4499", "weight": 3, "dashArray": "8 4", "fillColor": "#aa4499", "fillOpacity": 0.15}
    texts = [layers.shape(shape, style) for shape in kept.geometry]
    ring = st.session_state.get(RING)
    if ring:
        try:
            texts.append(layers.shape(outline(ring), style | {"fillOpacity": 0.3}))
        except (ValueError, shapely.errors.GEOSException):
            st.session_state.pop(RING, None)
    return ",".join(texts)
