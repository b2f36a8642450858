"""What the browser is told not to do: a policy sent with every answer, as strict as Streamlit and Folium allow."""

import base64
import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path

import streamlit
from starlette.datastructures import MutableHeaders
from starlette.types import Scope

from views.shared import base_maps

COMPONENTS = "/component/"
INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
COMMON = {
    "default-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' blob:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "frame-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
}
PLAIN = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=(), payment=(), usb=()",
}


def guard(scope: Scope, answer: MutableHeaders) -> None:
    """Add the policy and its companions to an answer."""
    pictures = base_maps.host() if scope["path"].startswith(COMPONENTS) else None
    answer["Content-Security-Policy"] = policy(scope["path"], pictures)
    for name, value in PLAIN.items():
        answer[name] = value


@lru_cache(maxsize=4096)
def policy(path: str, pictures: str | None = None) -> str:
    """
    Return the Content-Security-Policy of an address; ``pictures`` is the one host that maps may fetch tiles from.

    Pages run Streamlit's own scripts and no other: no inline script but its one line, told by its hash, no
    text compiled. The frame of the map writes its script in its page and compiles it, as streamlit-folium
    does; that script is ours, made of inert texts, and may reach nothing outside either.
    """
    script = (
        "'self' 'unsafe-inline' 'unsafe-eval'"
        if path.startswith(COMPONENTS)
        else " ".join(["'self'", *inline_hashes()])
    )
    rules = COMMON | {"script-src": script}
    if pictures:
        rules["img-src"] = f"{COMMON['img-src']} {pictures}"
    return "; ".join(f"{name} {value}" for name, value in rules.items())


@cache
def inline_hashes() -> tuple[str, ...]:
    """Return the hashes of the inline scripts of Streamlit's page: they change with its version."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    digests = (hashlib.sha256(text.encode()).digest() for text in INLINE.findall(page))
    return tuple(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
