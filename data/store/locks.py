"""One import at a time in a store: who holds it, since when; a holder that dies holds nothing."""

import datetime as dt
import getpass
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from data.store.errors import ImportRunning

_running: dict[str, tuple[str, dt.datetime]] = {}
_guard = threading.Lock()


def myself() -> str:
    """Name whoever runs this process: `anna@bureau-12, process 4711`."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a container without a name for its user
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}, process {os.getpid()}"


@contextmanager
def in_process(store: str, who: str) -> Iterator[None]:
    """Hold the imports of an embedded store, which one process has open."""
    with _guard:
        if store in _running:
            raise ImportRunning(*_running[store])
        _running[store] = (who, now())
    try:
        yield
    finally:
        with _guard:
            del _running[store]


def now() -> dt.datetime:
    """Return this second, in UTC."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
