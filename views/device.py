"""A key for each browser, in a cookie no script reads: drafts of the field are found again after a refresh."""

import secrets

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "ilot_device"
DAYS = 30
PAGE = "text/html"
SECOND_PER_DAY = 86_400


class Device:
    """Gives a browser its key with the page, and renews it: it names a device, nobody and nothing else."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        held = HTTPConnection(scope).cookies.get(COOKIE)

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith(PAGE):
                    secure = "; Secure" if scope.get("scheme") == "https" else ""
                    headers.append(
                        "Set-Cookie",
                        f"{COOKIE}={held if valid(held) else secrets.token_urlsafe(18)}; Path=/; "
                        f"Max-Age={DAYS * SECOND_PER_DAY}; HttpOnly; SameSite=Lax{secure}",
                    )
            await send(message)

        await self.app(scope, receive, send_named)


def valid(key: str | None) -> bool:
    """Say whether a key is one we may have given: what comes from outside is not echoed."""
    return bool(key) and len(key) == 24 and key.replace("-", "").replace("_", "").isalnum() and key.isascii()


def key() -> str:
    """Return the key of the browser of this session; one of the session alone where it keeps no cookie."""
    held = st.context.cookies.get(COOKIE)
    if valid(held):
        return held
    return st.session_state.setdefault(COOKIE, secrets.token_urlsafe(18))
