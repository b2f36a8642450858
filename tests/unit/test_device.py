"""The cookie that names a browser: given with a page, kept as long as it is ours, read by no script."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse

from views.server.answers import Changed
from views.server.device import COOKIE, name

OURS = "aZ09-_" * 4


def cookies(answer, *, held: str | None = None, scheme: str = "http") -> list[str]:
    """Ask for a page with what the browser holds; return the cookies it is given."""
    sent = []

    async def send(message):
        sent.append(message)

    headers = [(b"cookie", f"{COOKIE}={held}".encode())] if held else []
    scope = {"type": "http", "path": "/", "method": "GET", "headers": headers, "scheme": scheme}
    # In a thread of its own: the browser tests leave a running loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, Changed(answer, (name,))(scope, None, send)).result()
    return [value.decode() for name, value in sent[0]["headers"] if name == b"set-cookie"]


def test_a_page_names_the_browser_in_a_cookie_that_no_script_reads():
    (cookie,) = cookies(HTMLResponse("page"))
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_two_browsers_have_two_names():
    assert cookies(HTMLResponse("page")) != cookies(HTMLResponse("page"))


def test_a_browser_keeps_its_name():
    assert cookies(HTMLResponse("page"), held=OURS)[0].startswith(f"{COOKIE}={OURS};")


@pytest.mark.parametrize("held", ["short", "a" * 200, "<script>" + "a" * 16])
def test_a_name_that_is_not_ours_is_replaced_and_never_echoed(held):
    (cookie,) = cookies(HTMLResponse("page"), held=held)
    assert held not in cookie


def test_it_is_sent_over_https_only_where_there_is_https():
    assert "Secure" in cookies(HTMLResponse("page"), scheme="https")[0]
    assert "Secure" not in cookies(HTMLResponse("page"))[0]


def test_a_tile_or_a_script_sets_no_cookie():
    assert cookies(PlainTextResponse("tile")) == []
