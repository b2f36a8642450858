"""The map: the one module that speaks to Folium. All text that enters is made inert by `safe_text`."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import folium
from branca.element import MacroElement
from folium.template import Template
from streamlit_folium import st_folium

from views.shared import base_maps, cache, palette, scripts
from views.shared.i18n import _
from views.shared.text import safe_text

HEIGHT_PX = 600
FIRST_CLASS = 48  # "0": the character of class 0 in a string of classes
Bounds = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Click:
    """
    Where the map was clicked (WGS84 degrees) and the residence hit, if any.

    With ``extent`` (south-west and north-east corners) nothing was picked: the visitor asks for what the map shows.
    """

    latitude: float
    longitude: float
    residence_id: str | None
    count: int
    extent: Bounds | None = None


@dataclass(frozen=True, slots=True)
class Tiles:
    """
    Vector tiles of a public layer, coloured by class.

    ``classes`` holds one character a feature, "0" for the first colour, at the rank given by the tile's
    property ``n``; empty paints all in the first colour.
    """

    url: str
    layer: str
    colours: Sequence[str]
    line: str
    classes: str = ""
    min_zoom: int = 12
    max_zoom: int = 19

    def description(self) -> dict:
        """Return what the map's script needs."""
        return {
            "url": self.url,
            "layer": self.layer,
            "colours": list(self.colours),
            "line": self.line,
            "classes": self.classes,
            "minZoom": self.min_zoom,
            "maxZoom": self.max_zoom,
        }


class Script(MacroElement):
    """A line of JavaScript run as the map draws. Its text is not compiled as a template a second time."""

    _template = Template("{% macro script(this, kwargs) %}{{ this.line() }}{% endmacro %}")

    def __init__(self, line: Callable[["Script"], str]) -> None:
        super().__init__()
        self._name = "Script"
        self._line = line

    def line(self) -> str:
        """Return the JavaScript; the names of the map's objects are known only now."""
        return self._line(self)

    def render(self, **kwargs: object) -> None:
        """Add nothing to the page: the component takes ``line`` itself."""


def show(
    layers: str,
    *,
    key: str,
    bounds: Bounds,
    on_change: Callable[[], None],
    height_px: int = HEIGHT_PX,
) -> None:
    """
    Show the map. Its base is constant, so that a rerun keeps its place; ``layers`` is what changes.

    Parameters
    ----------
    layers
        JavaScript object of ``description``.
    key
        Widget key; the click of ``clicked`` is kept under it.
    bounds
        South-west and north-east corners shown first, as (latitude, longitude).
    on_change
        Called after a click, before the page runs; panning and zooming call nothing.
    """
    ground = folium.Map(location=None, tiles=None, zoom_control=True, zoom_snap=0.5, max_zoom=20, min_zoom=9)
    ground.default_js = [("ilot", scripts.address())]
    ground.default_css = []
    ground.add_child(Script(lambda me: f"ilot.open({me._parent.get_name()}, {json.dumps(bounds)});"))
    told = {
        "closer": _("Zoom in"),
        "wider": _("Zoom out"),
        "extent": _("Only what the map shows"),
        "play": _("Play the months"),
        "pause": _("Pause"),
        "month": _("Month"),
        "keys": _(
            "Map: arrows move it, + and − zoom, Enter picks what is at the cross; Tab goes to the residences, "
            "arrows from one to the next, Escape back to the map."
        ),
    }
    words = json.dumps({name: safe_text(word) for name, word in told.items()} | {"base": _ground()})
    group = folium.FeatureGroup()
    group.add_child(
        Script(
            lambda me: (
                f"ilot.draw({me._parent.get_name()}, {me._parent._parent.get_name()}, {layers}, {words});"
            )
        )
    )
    st_folium(
        ground,
        key=key,
        height=height_px,
        use_container_width=True,
        returned_objects=["last_clicked"],
        feature_group_to_add=group,
        on_change=on_change,
    )


def parcels(theme: str, *, colours: Sequence[str] = (), classes: str = "") -> dict | None:
    """
    Return the tiles of the parcels, plain or coloured by class; None where the store has no parcel.

    Plain ones would hide a base map: they are left out over one.
    """
    if not has_parcels() or (not colours and base_maps.current()):
        return None
    ground = palette.GROUND[theme]
    url = scripts.tile_address("parcels", cache.store().version("parcels"))
    return Tiles(url, "parcels", colours or [ground["parcel"]], ground["line"], classes).description()


def has_parcels() -> bool:
    """Say whether the store holds a parcel."""
    return _has_parcels(cache.versions("parcels"))


@lru_cache(maxsize=4)
def _has_parcels(versions: tuple[str, ...]) -> bool:
    return cache.store().count("parcels") > 0


def _ground() -> dict | None:
    """Return the raster tiles under the map, as its script draws them; None for none."""
    base = base_maps.current()
    if base is None:
        return None
    # Folium compiles what it is given: the blanks of the address travel as marks
    url = base.url
    for blank in ("z", "x", "y"):
        url = url.replace("{" + blank + "}", f"@{blank}@")
    return {"url": safe_text(url), "attribution": safe_text(base.attribution)}


def clicked(state: Mapping[str, object], key: str) -> Click | None:
    """Return the last click on the map of that key, read in the session's state."""
    last = (state.get(key) or {}).get("last_clicked")
    if not last:
        return None
    return Click(
        float(last["lat"]),
        float(last["lng"]),
        last.get("id"),
        int(last.get("click") or 0),
        last.get("extent"),
    )
