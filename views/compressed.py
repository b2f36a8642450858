"""Scripts and styles that never change are compressed once and kept so; Streamlit sends its own as they are."""

import gzip
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FIXED = re.compile(r"/static/.+\.(js|css)|/component/[^/]+/.+\.(js|css)")
NAMED_BY_CONTENT = re.compile(r"/component/[^/]+/static/.+\.[0-9a-f]{8}\.(js|css)")
FOR_EVER = "public, max-age=31536000, immutable"
LEAST_BYTES, MOST_FILES = 1_000, 512


class Compressed:
    """Compresses the fixed files of the app, and keeps them compressed in memory."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.kept: dict[tuple[str, str], bytes] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not suits(scope):
            await self.app(scope, receive, send)
            return
        await self.app(scope, receive, Answer(self, scope["path"], send).take)

    def compress(self, path: str, stamp: str, body: bytes) -> bytes:
        """Return the body compressed, from memory where this version of the file has been sent before."""
        key = (path, stamp)
        if key not in self.kept:
            if len(self.kept) >= MOST_FILES:
                self.kept.clear()
            self.kept[key] = gzip.compress(body, compresslevel=6, mtime=0)
        return self.kept[key]


class Answer:
    """One answer, held until its last part has come."""

    def __init__(self, files: Compressed, path: str, send: Send) -> None:
        self.files, self.path, self.send = files, path, send
        self.start: Message | None = None
        self.parts: list[bytes] = []

    async def take(self, message: Message) -> None:
        """Pass a message on, unless it belongs to a whole file that is to be compressed."""
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
        if len(body) >= LEAST_BYTES:
            stamp = f"{headers.get('etag')} {headers.get('last-modified')} {len(body)}"
            body = self.files.compress(self.path, stamp, body)
            headers["Content-Encoding"] = "gzip"
            headers["Content-Length"] = str(len(body))
            headers.add_vary_header("Accept-Encoding")
        await self.send(self.start)
        await self.send({"type": "http.response.body", "body": body, "more_body": False})


def suits(scope: Scope) -> bool:
    """Say whether a request asks for a whole fixed file, from a browser that reads gzip."""
    if scope["type"] != "http" or scope["method"] != "GET" or not FIXED.fullmatch(scope["path"]):
        return False
    headers = Headers(scope=scope)
    return "gzip" in headers.get("accept-encoding", "") and "range" not in headers


COMPRESSION = Middleware(Compressed)
