"""What can go wrong with the store: each error says what, where, and what to do."""

import datetime as dt

from geo.said import SaidError


class StoreError(SaidError):
    """Something the store cannot do."""


class StoreBusy(StoreError):
    """Somebody else holds what is asked for: wait and try again, or share through PostGIS."""


class ImportRunning(StoreBusy):
    """Somebody is importing: `who`, since when (UTC, None where that is not told)."""

    def __init__(self, who: str, since: dt.datetime | None) -> None:
        told = "?" if since is None else f"{since:%Y-%m-%d %H:%M} UTC"
        super().__init__(
            "{who} is importing since {since}", "", "wait for its end, and try again", who=who, since=told
        )
        self.who, self.since = who, since


class StoreUnavailable(StoreError):
    """The store cannot be opened, or has gone: wrong address, server down, file of another kind."""


class StoreRefused(StoreError):
    """Rows break a rule of the store; nothing was written."""


class UnknownName(StoreError):
    """A table or a column that the store does not have."""
