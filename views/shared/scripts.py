"""The map's script as the app serves it: one file with its styles, compressed, named by its content."""

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path

import streamlit

SHARED = Path(__file__).resolve().parent
PACKAGES = SHARED.parent / "assets"
FONTS = Path(streamlit.__file__).parent / "static" / "static" / "media"
STYLES = (PACKAGES / "leaflet.css", SHARED / "map.css", SHARED / "territory.css")
OURS = ("dots.js", "packed.js", "labels.js", "map.js", "territory.js", "sketch.js", "around.js", "keys.js")
SCRIPTS = (PACKAGES / "leaflet.js", PACKAGES / "vectorgrid.js", *(SHARED / name for name in OURS))
BUNDLE = "map.js"


class MissingScriptsError(FileNotFoundError):
    """The packages of the map have not been copied yet."""


@cache
def bundle() -> bytes:
    """
    Return the one script of the map, compressed by gzip.

    It brings its styles with it, so that the map has its size before it draws.

    Raises
    ------
    MissingScriptsError
        If the packages were not copied to views/assets.
    """
    absent = [path.name for path in (*STYLES, *SCRIPTS) if not path.is_file()]
    if absent:
        raise MissingScriptsError(
            f"{', '.join(absent)} absent from views/assets: run `python -m views.server.assets`"
        )
    styles = json.dumps("\n".join([font_face(), *(path.read_text(encoding="utf-8") for path in STYLES)]))
    styling = f"document.head.appendChild(document.createElement('style')).textContent = {styles};"
    parts = [path.read_text(encoding="utf-8").split("//# sourceMappingURL")[0] for path in SCRIPTS]
    return gzip.compress("\n".join([styling, *parts]).encode(), mtime=0)


def font_face() -> str:
    """Return the rule that gives the map's frame the font of the pages, which the browser already has."""
    font = next(FONTS.glob("SourceSansVF-Upright*.woff2"), None)
    if font is None:
        return ""
    return f'@font-face {{ font-family: "Source Sans"; src: url("/static/media/{font.name}"); font-weight: 200 900; }}'


@cache
def address() -> str:
    """Return the path of the script; it changes when its content does, so browsers may keep it for ever."""
    return f"/assets/{hashlib.sha256(bundle()).hexdigest()[:12]}/{BUNDLE}"


def tile_address(table: str, version: str) -> str:
    """Return the template of a layer's tiles, as the map's script fills it."""
    return f"/tiles/{version}/{table}/{{z}}/{{x}}/{{y}}.pbf"
