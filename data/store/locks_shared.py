"""One import at a time in a shared store, among all its processes: the server holds the lock."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from data.store.errors import ImportRunning, StoreUnavailable
from data.store.locks import now

# The connection keeps the lock: when its process dies, the server lets it go. Any two numbers, always these.
TRY_LOCK = "SELECT pg_try_advisory_lock(93048, 4)"
TELL = """
INSERT INTO import_lock (name, who, since) VALUES ('import', %(who)s, %(since)s)
ON CONFLICT (name) DO UPDATE SET who = excluded.who, since = excluded.since"""
READ = "SELECT who, since FROM import_lock WHERE name = 'import'"
FORGET = "DELETE FROM import_lock WHERE name = 'import'"
UNLOCK = "SELECT pg_advisory_unlock(93048, 4)"
# A machine that vanished is noticed within a minute or so, not within two hours.
SOON = " -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=10 -c tcp_keepalives_count=3"


@contextmanager
def on_server(url: str, settings: dict, who: str) -> Iterator[None]:
    """Hold the imports of a shared store, among all its processes."""
    settings = settings | {"options": settings["options"] + SOON}
    try:
        connection = psycopg.connect(url, **settings)
    except psycopg.OperationalError:
        raise StoreUnavailable(
            "the PostGIS server does not answer", remedy="check that it runs, and try again"
        ) from None
    try:
        if connection.execute(TRY_LOCK).fetchone() != (True,):
            raise ImportRunning(*(connection.execute(READ).fetchone() or ("?", None)))
        connection.execute(TELL, {"who": who, "since": now()})
        try:
            yield
        finally:
            _forget(connection)
    finally:
        connection.close()


def _forget(connection: psycopg.Connection) -> None:
    try:
        connection.execute(FORGET)
        connection.execute(UNLOCK)  # now; closing alone takes the server a moment
    except psycopg.Error:
        return  # the server has gone, and the lock with it
