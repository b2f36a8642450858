"""Fixed files travel compressed, from memory; everything else, and whoever reads no gzip, is left as it was."""

import asyncio
import gzip

import pytest

from views.server.compressed import Compressed, suits

BODY = b"let it = 'be';" * 500
SCRIPT = "/component/map/static/js/main.521860b0.js"


def asked(path: str, accepts: bytes = b"gzip, br", **more) -> dict:
    return {"type": "http", "method": "GET", "path": path, "headers": [(b"accept-encoding", accepts)]} | more


def answered(
    scope: dict, *, status: int = 200, times: int = 1, read: list | None = None
) -> tuple[dict, bytes]:
    """Return the headers and the body that a browser gets the last time it asks; ``read`` counts the app's answers."""
    sent = []

    async def files(scope, receive, send):
        if read is not None:
            read.append(scope["path"])
        headers = [(b"etag", b"one"), (b"cache-control", b"public")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        for half in (BODY[:1000], BODY[1000:]):
            await send({"type": "http.response.body", "body": half, "more_body": half == BODY[:1000]})

    async def send(message):
        sent.append(message)

    app = Compressed(files)
    for _time in range(times):
        sent.clear()
        asyncio.run(app(scope, None, send))
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return headers, b"".join(part["body"] for part in sent[1:])


def test_a_script_comes_compressed_whole_and_to_be_kept():
    headers, body = answered(asked(SCRIPT))
    assert gzip.decompress(body) == BODY
    assert (headers["content-encoding"], headers["content-length"]) == ("gzip", str(len(body)))
    assert "immutable" in headers["cache-control"]
    assert headers["vary"] == "Accept-Encoding"


def test_a_style_without_its_content_in_its_name_keeps_its_own_rule():
    assert answered(asked("/component/map/bootstrap.min.css"))[0]["cache-control"] == "public"


def test_a_file_asked_for_again_comes_from_memory():
    read = []
    assert answered(asked(SCRIPT), times=3, read=read) == answered(asked(SCRIPT))
    assert read == [SCRIPT]


def test_a_font_is_kept_as_it_is():
    headers, body = answered(asked("/static/media/letters.woff2"), times=2)
    assert body == BODY
    assert "content-encoding" not in headers


@pytest.mark.parametrize("status", [304, 404])
def test_an_answer_without_the_file_passes_as_it_is(status):
    headers, body = answered(asked(SCRIPT), status=status)
    assert "content-encoding" not in headers
    assert body == BODY


@pytest.mark.parametrize(
    "scope",
    [
        asked("/"),
        asked("/tiles/v/parcels/1/2/3.pbf"),
        asked("/_stcore/health"),
        asked(SCRIPT, accepts=b"identity"),
        asked(SCRIPT, headers=[(b"accept-encoding", b"gzip"), (b"range", b"bytes=0-9")]),
        asked(SCRIPT, headers=[(b"accept-encoding", b"gzip"), (b"if-none-match", b'"one"')]),
        asked(SCRIPT, method="POST"),
        {"type": "websocket", "path": SCRIPT},
    ],
)
def test_everything_else_is_left_alone(scope):
    assert not suits(scope)
