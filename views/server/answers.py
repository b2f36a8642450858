"""What the app adds to its answers on their way out: the rules of the browser, its key, what to fetch early."""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from views.server import device, early, headers
from views.server.compressed import Compressed

Change = Callable[[Scope, MutableHeaders], None]


class Changed:
    """Passes the headers of each answer through functions that add theirs."""

    def __init__(self, app: ASGIApp, changes: tuple[Change, ...]) -> None:
        self.app, self.changes = app, changes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_changed(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for change in self.changes:
                    change(scope, answer)
            await send(message)

        await self.app(scope, receive, send_changed)


MIDDLEWARE = [
    Middleware(Compressed),
    Middleware(Changed, changes=(headers.guard, device.name, early.tell)),
]
