"""What can go wrong with the store: each error says what, where, and what to do."""

import datetime as dt
from collections.abc import Callable
from typing import Any


class StoreError(Exception):
    """
    Something the store cannot do.

    Parameters
    ----------
    what
        What happened, in plain words with named blanks; never an address with its password.
    where
        The table, the column or the file, when there is one.
    remedy
        What the reader can do about it, with the same blanks.
    **blanks
        What fills the blanks: names, numbers, what another program answered; never translated.
    """

    def __init__(self, what: str, where: str = "", remedy: str = "", **blanks: Any) -> None:
        super().__init__(what, where, remedy)
        self.what, self.where, self.remedy, self.blanks = what, where, remedy, blanks

    def __str__(self) -> str:
        return self.said(str)

    def said(self, translate: Callable[[str], str]) -> str:
        """Return where, what and remedy, the two sentences translated before their blanks are filled."""
        told = [self.where, *(translate(text) for text in (self.what, self.remedy) if text)]
        filled = [told[0], *(text.format(**self.blanks) for text in told[1:])]
        return ": ".join(part for part in filled if part)


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
