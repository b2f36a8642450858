"""The policy sent with every answer: Streamlit's own scripts on pages, nothing from elsewhere anywhere."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.responses import PlainTextResponse

from views.server.answers import Changed
from views.server.headers import guard, policy


def script_rule(path: str) -> str:
    return next(rule for rule in policy(path).split("; ") if rule.startswith("script-src"))


def test_pages_run_no_inline_script_and_compile_no_text():
    assert "unsafe" not in script_rule("/")
    assert "sha256-" in script_rule("/")


def test_only_the_frame_of_the_map_may_compile_its_script():
    assert "'unsafe-eval'" in script_rule("/component/streamlit_folium.st_folium/index.html")


def test_no_address_outside_is_allowed_anywhere():
    for path in ("/", "/sites", "/component/any/index.html"):
        assert "http" not in policy(path)
        assert "*" not in policy(path)


def test_every_answer_carries_the_policy():
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": "/tiles/1/parcels", "method": "GET", "headers": []}
    # In a thread of its own: the browser tests leave a running loop in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, Changed(PlainTextResponse("here"), (guard,))(scope, None, send)).result()
    headers = dict(sent[0]["headers"])
    assert b"frame-ancestors 'self'" in headers[b"content-security-policy"]
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"no-referrer"
