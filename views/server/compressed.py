"""Scripts, styles and fonts that never change are compressed once and answered from memory."""

import gzip
import re
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FIXED = re.compile(r"/static/.+\.(js|css|woff2)|/component/[^/]+/.+\.(js|css)")
NAMED_BY_CONTENT = re.compile(r"/component/[^/]+/static/.+\.[0-9a-f]{8}\.(js|css)")
FOR_EVER = "public, max-age=31536000, immutable"
SHRUNK = ".woff2"  # compressed already
LEAST_BYTES, MOST_FILES = 1_000, 512
ASKING = ("range", "if-none-match", "if-modified-since", "origin")


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole answer, as it was sent."""

    headers: list[tuple[bytes, bytes]]
    body: bytes


class Compressed:
    """Answers the fixed files of the app; the first time each is asked for, the app is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.kept: dict[str, Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not suits(scope):
            await self.app(scope, receive, send)
        elif (kept := self.kept.get(scope["path"])) is not None:
            await answer(kept, send)
        else:
            await self.app(scope, receive, Answer(self.kept, scope["path"], send).take)


class Answer:
    """The first answer for a file, held until its last part has come."""

    def __init__(self, kept: dict[str, Kept], path: str, send: Send) -> None:
        self.kept, self.path, self.send = kept, path, send
        self.start: Message | None = None
        self.parts: list[bytes] = []

    async def take(self, message: Message) -> None:
        """Pass a message on, unless it belongs to a whole file that is to be kept."""
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            if message["status"] == 200 and "content-encoding" not in headers:
                self.start = message
                return
        if self.start is None or message["type"] != "http.response.body":
            await self.send(message)
            return
        self.parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            await self._finish(b"".join(self.parts))

    async def _finish(self, body: bytes) -> None:
        headers = MutableHeaders(scope=self.start)
        if NAMED_BY_CONTENT.fullmatch(self.path):
            headers["Cache-Control"] = FOR_EVER
        if len(body) >= LEAST_BYTES and not self.path.endswith(SHRUNK):
            body = gzip.compress(body, compresslevel=6, mtime=0)
            headers["Content-Encoding"] = "gzip"
            headers.add_vary_header("Accept-Encoding")
        headers["Content-Length"] = str(len(body))
        if len(self.kept) >= MOST_FILES:
            self.kept.clear()
        self.kept[self.path] = Kept(headers.raw, body)
        await answer(self.kept[self.path], self.send)


async def answer(kept: Kept, send: Send) -> None:
    """Send a whole answer."""
    await send({"type": "http.response.start", "status": 200, "headers": list(kept.headers)})
    await send({"type": "http.response.body", "body": kept.body, "more_body": False})


def suits(scope: Scope) -> bool:
    """Say whether a request asks for a whole fixed file, whatever it holds, from a browser that reads gzip."""
    if scope["type"] != "http" or scope["method"] != "GET" or not FIXED.fullmatch(scope["path"]):
        return False
    headers = Headers(scope=scope)
    return "gzip" in headers.get("accept-encoding", "") and not any(name in headers for name in ASKING)
