"""What can go wrong with the store: each error says what, where, and what to do."""

import datetime as dt


class StoreError(Exception):
    """
    Something the store cannot do.

    Parameters
    ----------
    what
        What happened, in plain words; never an address with its password.
    where
        The table, the column or the file, when there is one.
    remedy
        What the reader can do about it.
    """

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where, remedy)
        self.what, self.where, self.remedy = what, where, remedy

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.what, self.remedy) if part)


class StoreBusy(StoreError):
    """Somebody else holds what is asked for: wait and try again, or share through PostGIS."""


class ImportRunning(StoreBusy):
    """Somebody is importing: `who`, since when (UTC, None where that is not told)."""

    def __init__(self, who: str, since: dt.datetime | None) -> None:
        told = "" if since is None else f" since {since:%Y-%m-%d %H:%M} UTC"
        super().__init__(f"{who} is importing{told}", remedy="wait for its end, and try again")
        self.who, self.since = who, since


class StoreUnavailable(StoreError):
    """The store cannot be opened, or has gone: wrong address, server down, file of another kind."""


class StoreRefused(StoreError):
    """Rows break a rule of the store; nothing was written."""


class UnknownName(StoreError):
    """A table or a column that the store does not have."""
