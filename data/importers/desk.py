"""What an importer may know beyond its file: the options of the user, and what the store already holds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pandas as pd

from data.importers.sniff import Limits

Lookup = Callable[..., pd.DataFrame | None]


@dataclass(frozen=True, slots=True)
class Options:
    """
    Choices of whoever imports.

    ``crs`` and ``encoding`` settle what a file does not say, ``layer`` which one to read; ``keep_unlocated`` takes
    residences without coordinates, ``replace`` takes a file of residences for all there are: those it does not hold
    are removed; ``accept_removals`` lets a new vintage remove over a tenth of what it replaces;
    ``confirmed`` says that the guesses are agreed to (decimal comma, encoding, projection): without it, they are told
    and nothing is written. From ``stream_mb`` on, a kind that can be is read block by block.
    """

    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    keep_unlocated: bool = False
    replace: bool = False
    accept_removals: bool = False
    confirmed: bool = True
    reference_date: str | None = None
    source: str = ""
    stream_mb: float = 16
    block_mb: float = 32
    limits: Limits = field(default_factory=Limits.terminal)


def nothing_known(table: str, *, columns=None, where=None) -> None:
    """Lookup of an importer without a store: knows no table."""
    return


def lookup_of(frames: Mapping[str, pd.DataFrame]) -> Lookup:
    """Lookup over frames in memory, indexed by their keys, for tests and notebooks."""

    def known(table: str, *, columns=None, where=None) -> pd.DataFrame | None:
        frame = frames.get(table)
        if frame is None:
            return None
        for column, wanted in (where or {}).items():
            values = frame[column] if column in frame else frame.index.to_series().set_axis(frame.index)
            frame = frame[values.isin(wanted if isinstance(wanted, list | tuple | set) else [wanted])]
        return frame if columns is None else frame[[name for name in columns if name in frame.columns]]

    return known


@dataclass(frozen=True, slots=True)
class Desk:
    """Options and lookup, handed to every rule of an importer."""

    options: Options = field(default_factory=Options)
    lookup: Lookup = nothing_known

    def known(self, table: str, **asked) -> pd.DataFrame | None:
        """Rows of a table of the store, indexed by its key; None where there is none."""
        frame = self.lookup(table, **asked)
        return None if frame is None or frame.empty else frame
