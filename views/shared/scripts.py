"""The map's scripts and styles as the app serves them: one of each, compressed, named by their content."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

import streamlit

SHARED = Path(__file__).resolve().parent
PACKAGES = SHARED.parent / "assets"
BUNDLES = {
    "map.js": (PACKAGES / "leaflet.js", PACKAGES / "vectorgrid.js", SHARED / "map.js"),
    "map.css": (PACKAGES / "leaflet.css", SHARED / "map.css"),
}
FONTS = Path(streamlit.__file__).parent / "static" / "static" / "media"
TYPES = {".js": "text/javascript", ".css": "text/css"}


class MissingScriptsError(FileNotFoundError):
    """The packages of the map have not been copied yet."""


@cache
def bundle(name: str) -> bytes:
    """
    Return a bundle, compressed by gzip.

    Raises
    ------
    MissingScriptsError
        If the packages were not copied to views/assets.
    """
    absent = [path.name for path in BUNDLES[name] if not path.is_file()]
    if absent:
        raise MissingScriptsError(
            f"{', '.join(absent)} absent from views/assets: run `python -m views.assets`"
        )
    parts = [path.read_text(encoding="utf-8").split("//# sourceMappingURL")[0] for path in BUNDLES[name]]
    if name == "map.css":
        parts.insert(0, font_face())
    return gzip.compress("\n".join(parts).encode(), mtime=0)


def font_face() -> str:
    """Return the rule that gives the map's frame the font of the pages, which the browser already has."""
    font = next(FONTS.glob("SourceSansVF-Upright*.woff2"), None)
    if font is None:
        return ""
    return f'@font-face {{ font-family: "Source Sans"; src: url("/static/media/{font.name}"); font-weight: 200 900; }}'


def address(name: str) -> str:
    """Return the path of a bundle; it changes when its content does, so browsers may keep it for ever."""
    return f"/assets/{hashlib.sha256(bundle(name)).hexdigest()[:12]}/{name}"


def tile_address(table: str, version: str) -> str:
    """Return the template of a layer's tiles, as the map's script fills it."""
    return f"/tiles/{version}/{table}/{{z}}/{{x}}/{{y}}.pbf"
