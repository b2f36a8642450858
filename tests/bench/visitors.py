"""Visitors without a browser: each speaks Streamlit's own protocol, presses a button, waits for the whole page."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

MOST_BYTES = 2**26


@dataclass
class Visitor:
    """One session: the bytes it was sent, the buttons it saw, the faults the page told it."""

    socket: ClientConnection
    states: dict[str, WidgetState] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    received: int = 0
    faults: list[str] = field(default_factory=list)
    page: str = ""

    async def run(self, query: str = "") -> float:
        """Ask for the page; return the seconds until the last of it came."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.widget_states.widgets.extend(self.states.values())
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        while True:
            raw = await self.socket.recv()
            self.received += len(raw)
            told = ForwardMsg.FromString(raw)
            self._read(told)
            if told.WhichOneof("type") == "script_finished":
                return time.perf_counter() - start

    async def press(self, group: str, rank: int) -> float:
        """Choose one option of a group of buttons by its place; return the seconds until the page is whole."""
        name = next(name for name in self.groups if name.endswith(f"-{group}"))
        options = self.groups[name]
        state = WidgetState(id=name)
        state.string_array_value.data.append(options[rank % len(options)])
        self.states[name] = state
        return await self.run()

    def _read(self, told: ForwardMsg) -> None:
        if told.WhichOneof("type") == "new_session":
            self.page = told.new_session.page_script_hash
        if told.WhichOneof("type") != "delta":
            return
        element = told.delta.new_element
        if element.WhichOneof("type") == "button_group":
            group = element.button_group
            self.groups[group.id] = [option.content for option in group.options]
        if element.WhichOneof("type") == "exception":
            self.faults.append(element.exception.message)


def visit(address: str, visitors: int, presses: int, group: str) -> tuple[list[float], list[str], int]:
    """
    Have visitors open a page at once, then press buttons at the same instant, again and again.

    Returns the seconds of every press, the faults met, and the bytes of a press (the greatest).
    """
    at = address.replace("http", "ws")
    with ThreadPoolExecutor(1) as apart:  # Playwright has a loop of its own running in this thread
        return apart.submit(lambda: asyncio.run(_visit(at, visitors, presses, group))).result()


async def _visit(address: str, visitors: int, presses: int, group: str) -> tuple[list[float], list[str], int]:
    url = f"{address}/_stcore/stream"
    sockets = [connect(url, subprotocols=["streamlit"], max_size=MOST_BYTES) for _ in range(visitors)]
    everyone = [Visitor(await socket) for socket in sockets]
    try:
        await asyncio.gather(*(one.run() for one in everyone))
        seconds, most = [], 0
        for turn in range(1, presses + 1):
            before = [one.received for one in everyone]
            seconds += await asyncio.gather(
                *(one.press(group, turn + rank) for rank, one in enumerate(everyone))
            )
            most = max(most, *(one.received - was for one, was in zip(everyone, before, strict=True)))
        return seconds, [fault for one in everyone for fault in one.faults], most
    finally:
        await asyncio.gather(*(one.socket.close() for one in everyone))
