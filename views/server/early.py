"""What a page will need and does not name yet: told with it, so that it comes while the first scripts are read."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import Scope

from views.shared import scripts

STATIC = Path(streamlit.__file__).parent / "static"
FIRST = (
    "ComponentInstance",
    "Html",
    "ButtonGroup",
    "TextInput",
)  # of each page: the map, words, choices, a search
IMPORTED = re.compile(r'(?:from|import)"\./([^"]+\.js)"')
NAMED = re.compile(r'href="\./static/js/([^"]+\.js)"|src="\./static/js/([^"]+\.js)"')
FRAME = re.compile(r"/component/[^/]+/index\.html")
PAGE = "text/html"


def tell(scope: Scope, answer: MutableHeaders) -> None:
    """Add to a page the scripts of its first elements, to the frame of the map that of the map."""
    if not answer.get("content-type", "").startswith(PAGE):
        return
    if FRAME.fullmatch(scope["path"]):
        answer.append("Link", f"<{scripts.address()}>; rel=preload; as=script")
    elif not scope["path"].startswith("/component/"):
        answer.append("Link", of_pages())


@cache
def of_pages() -> str:
    """Return the ``Link`` header of pages: Streamlit's scripts that its own page does not name."""
    folder = STATIC / "static" / "js"
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    named = {first or second for first, second in NAMED.findall(page)}
    wanted = [path.name for name in FIRST for path in folder.glob(f"{name}.*.js")]
    return ", ".join(f"</static/js/{name}>; rel=modulepreload" for name in needed(folder, wanted, named))


def needed(folder: Path, wanted: Iterable[str], known: set[str]) -> list[str]:
    """Return the scripts wanted and all that they import, without those known, each once."""
    found: dict[str, None] = {}
    waiting = list(wanted)
    while waiting:
        name = waiting.pop(0)
        if name in known or name in found:
            continue
        found[name] = None
        waiting += IMPORTED.findall((folder / name).read_text(encoding="utf-8"))
    return list(found)
