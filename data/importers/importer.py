"""What an importer is: its layouts, the rules it adds, and how its rows become tables of the store."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import pandas as pd

from data.importers.desk import Desk
from data.importers.sheet import Sheet
from data.schemas import Layout
from geo.crs import WORKING_CRS

TOLERATED_SHARE = 0.10


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    Tables for the store, parents first.

    ``replaces`` names, for a table, the beginnings of the keys that this file is the whole truth about: rows with
    such a key and absent from the file are removed. Tables in ``only_missing`` receive new keys and change nothing
    that is there. ``totals`` are the figures a reader checks first.
    """

    tables: Mapping[str, pd.DataFrame]
    totals: Mapping[str, Any] = field(default_factory=dict)
    replaces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_missing: frozenset[str] = frozenset()


class Stream(Protocol):
    """A kind read block by block: some tables leave with each block, the others at the end."""

    tables: Sequence[str]

    def take(self, sheet: Sheet) -> dict[str, pd.DataFrame]:
        """Return the rows of a block that are ready, all of them new to the file."""

    def rest(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Give the rows of the other tables, piece by piece, after the last block."""

    def finish(self) -> Delivery:
        """Return the totals, and what the file replaces, after the last piece."""


Check = Callable[[Sheet, Desk], None]
Build = Callable[[Sequence[Sheet], Desk], Delivery]


@dataclass(frozen=True, slots=True)
class Importer:
    """
    One kind of file.

    ``public`` kinds are reference layers that the landlord did not make and cannot correct: a refused sliver does
    not keep the rest out, as long as no more than a tenth of the rows are refused; the landlord's own files are
    strict, nothing is written while a row is refused. ``several`` kinds read many layers as one delivery.
    ``asks_removals`` kinds ask before a file removes over a tenth of the rows that it replaces; zoning does not,
    since a new version of a plan redraws its zones. A kind with a ``stream`` is read block by block where its file is
    a large text of the layout ``streamed``.
    """

    kind: str
    title: str
    layouts: tuple[Layout, ...]
    build: Build
    check: Check = lambda sheet, desk: None
    public: bool = False
    several: bool = False
    asks_removals: bool = True
    stream: Callable[[], Stream] | None = None
    streamed: Layout | None = None

    @property
    def tolerated_share(self) -> float:
        """Share of refused rows up to which the others are written."""
        return TOLERATED_SHARE if self.public else 0.0


def good_frame(sheet: Sheet, shapes: np.ndarray | None = None) -> pd.DataFrame:
    """Rows that nothing refused, with their line and, where given, their shapes in EPSG:2154."""
    frame = sheet.frame[sheet.good].assign(source_line=sheet.lines[sheet.good])
    if shapes is None:
        return frame.reset_index(drop=True)
    geometry = gpd.GeoSeries(shapes[sheet.good], crs=WORKING_CRS, index=frame.index)
    return gpd.GeoDataFrame(frame, geometry=geometry).reset_index(drop=True)


def sheets_of(sheets: Sequence[Sheet], *layouts: Layout) -> list[Sheet]:
    """Sheets read by one of these layouts."""
    return [sheet for sheet in sheets if sheet.layout in layouts]


def drop_columns(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Frame without some columns, whether it has them or not."""
    return frame.drop(columns=[name for name in names if name in frame.columns])
