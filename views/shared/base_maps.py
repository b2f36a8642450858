"""The ground of the maps: none by default (a closed network), Plan IGN, OpenStreetMap, or the landlord's own tiles."""

import re
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from data.store import Store, StoreError
from views.shared import cache
from views.shared.i18n import N_


@dataclass(frozen=True, slots=True)
class BaseMap:
    """A ground of raster tiles; the landlord's own, or a public one where the network is open."""

    url: str
    attribution: str


SETTING, OWN = "base_map", "base_map_url"
IGN = (
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2"
    "&STYLE=normal&FORMAT=image/png&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)
KNOWN = {
    "ign": BaseMap(IGN, "© IGN, Plan IGN v2"),
    "osm": BaseMap("https://tile.openstreetmap.org/{z}/{x}/{y}.png", "© OpenStreetMap"),
}
CHOICES = {
    "none": N_("None: nothing leaves the network"),
    "ign": N_("Plan IGN"),
    "osm": N_("OpenStreetMap"),
    "own": N_("Our own tiles"),
}
ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/[^\s\"'<>\\^`]*")
BLANKS = ("{z}", "{x}", "{y}")
KEPT_S = 5.0
_kept: tuple[float, str | None] = (0.0, None)


class BaseMapError(ValueError):
    """The address of tiles cannot be used."""


def current() -> BaseMap | None:
    """Return the ground that the store's settings ask for; None for none, or where the address cannot be used."""
    settings = cache.settings()
    chosen = settings.get(SETTING, "none")
    if chosen != "own":
        return KNOWN.get(chosen)
    try:
        return BaseMap(checked(settings.get(OWN, "")), "")
    except BaseMapError:
        return None


def checked(url: str) -> str:
    """
    Return an address of tiles that may be used.

    Raises
    ------
    BaseMapError
        If it is no http(s) address with the blanks {z}, {x} and {y}.
    """
    url = url.strip()
    parts = urlsplit(url) if ADDRESS.fullmatch(url) else None
    if parts is None or any(blank not in url or blank in parts.netloc for blank in BLANKS):
        raise BaseMapError(
            f"{url or 'nothing'}: expected an address such as https://tiles.example.fr/{{z}}/{{x}}/{{y}}.png"
        )
    return url


def choose(store: Store, name: str, url: str = "") -> None:
    """Keep a choice in the store, for everyone; raises BaseMapError where own tiles have no usable address."""
    if name not in CHOICES:
        raise BaseMapError(f"{name}: expected one of {', '.join(CHOICES)}")
    if name == "own":
        url = checked(url)
    with store.transaction():
        store.set_setting(SETTING, name)
        store.set_setting(OWN, url if name == "own" else None)
    forget()


def host() -> str | None:
    """
    Return the scheme and host that pages may fetch pictures from; None for none.

    Asked for at each answer of the server: read again every few seconds only.
    """
    global _kept
    read_at, known = _kept
    if time.monotonic() - read_at > KEPT_S:
        try:
            known = host_of(current())
        except StoreError:
            known = None
        _kept = (time.monotonic(), known)
    return known


def forget() -> None:
    """Read the setting again at the next answer."""
    global _kept
    _kept = (float("-inf"), None)


def host_of(base: BaseMap | None) -> str | None:
    """Return the scheme and host of a ground, as a policy writes them."""
    if base is None:
        return None
    parts = urlsplit(base.url)
    return f"{parts.scheme}://{parts.netloc}"
