"""A key for each browser, in a cookie no script reads: drafts of the field are found again after a refresh."""

import secrets

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import Scope

COOKIE = "ilot_device"
DAYS = 30
PAGE = "text/html"
SECOND_PER_DAY = 86_400


def name(scope: Scope, answer: MutableHeaders) -> None:
    """Give a browser its key with a page, and renew it: it names a device, nobody and nothing else."""
    if not answer.get("content-type", "").startswith(PAGE):
        return
    held = HTTPConnection(scope).cookies.get(COOKIE)
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    answer.append(
        "Set-Cookie",
        f"{COOKIE}={held if valid(held) else secrets.token_urlsafe(18)}; Path=/; "
        f"Max-Age={DAYS * SECOND_PER_DAY}; HttpOnly; SameSite=Lax{secure}",
    )


def valid(key: str | None) -> bool:
    """Say whether a key is one we may have given: what comes from outside is not echoed."""
    return bool(key) and len(key) == 24 and key.replace("-", "").replace("_", "").isalnum() and key.isascii()


def key() -> str:
    """Return the key of the browser of this session; one of the session alone where it keeps no cookie."""
    held = st.context.cookies.get(COOKIE)
    if valid(held):
        return held
    return st.session_state.setdefault(COOKIE, secrets.token_urlsafe(18))
