"""What a store does, whichever engine keeps it."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import geopandas as gpd
import pandas as pd
import pyarrow as pa

Mode = Literal["upsert", "replace", "append"]
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows a write added, changed, left as they were, and removed."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))

    def __iter__(self) -> Iterator[int]:
        return iter((self.added, self.changed, self.unchanged, self.removed))

    @property
    def any(self) -> bool:
        """Whether the table's content is now another one."""
        return bool(self.added or self.changed or self.removed)


class Store(Protocol):
    """
    The tables of Îlot, in EPSG:2154; one object serves many threads.

    Frames come out with stable types on both engines: text ``str``, whole numbers ``Int64``, other numbers
    ``float64``, yes or no ``boolean``, dates ``datetime64[s]``, times ``datetime64[us]`` in UTC without zone;
    what is unknown is missing. Every method raises a :class:`~data.store.errors.StoreError`.
    """

    def read(
        self,
        table: str,
        *,
        columns: list[str] | None = None,
        where: Mapping[str, Any] | None = None,
        within: Bounds | None = None,
        geometry: bool = True,
    ) -> pd.DataFrame | gpd.GeoDataFrame:
        """
        Return rows of a table, ordered by its key.

        Parameters
        ----------
        columns
            Wanted beside the key and the geometry; all by default.
        where
            Column to value, to a list of values (any of them), or to None (unknown).
        within
            Window (xmin, ymin, xmax, ymax) in m, EPSG:2154; rows whose geometry meets it, its border included.
        geometry
            Whether a table that has shapes gives them, as a GeoDataFrame in EPSG:2154.

        Returns
        -------
        pandas.DataFrame or geopandas.GeoDataFrame
            Indexed by the key where it is one column, else numbered from 0.
        """

    def write(
        self,
        table: str,
        frame: pd.DataFrame,
        *,
        mode: Mode = "upsert",
        where: Mapping[str, Any] | None = None,
    ) -> Changes:
        """
        Write rows, all or nothing; a row that is already there as it comes is not rewritten.

        The key stands in the index or in columns; an optional column that the frame lacks is unknown. Shapes are a
        GeoDataFrame in EPSG:2154, 2D and valid; a polygon becomes a multipolygon where the table keeps those.

        Parameters
        ----------
        mode
            ``upsert``: add new keys, rewrite known ones; ``replace``: also remove the rows (those that match
            `where`, or all) that the frame does not hold; ``append``: add only, a known key is an error. Use
            ``append`` in pieces inside one :meth:`transaction` for what does not fit in memory.
        """

    def delete(self, table: str, where: Mapping[str, Any] | None) -> int:
        """Remove the rows that match `where` (None: all of them), and return their number."""

    def transaction(self) -> AbstractContextManager[None]:
        """Make several writes one: all or nothing. Inside another one, it joins it."""

    def rows(self, table: str, where: Mapping[str, Any] | None = None) -> pa.Table:
        """Return rows as the store keeps them: all columns in their order, shapes as WKB."""

    def rows_like(self, table: str, rows: pa.Table) -> pa.Table:
        """Return the rows in place that have the keys of these (whole rows), as :meth:`rows` gives them."""

    def keys(self, table: str) -> pa.Table:
        """Return the keys of all rows, in no order."""

    def write_rows(
        self,
        table: str,
        rows: pa.Table,
        *,
        mode: Mode = "upsert",
        where: Mapping[str, Any] | None = None,
    ) -> Changes:
        """Write rows that are in the table's Arrow columns already, as :meth:`write`."""

    def take_out(self, table: str, rows: pa.Table) -> int:
        """Remove the rows that have the keys of these (whole rows, as :meth:`rows` gives them)."""

    def importing(self) -> AbstractContextManager[None]:
        """Hold the imports of this store: one at a time; ImportRunning tells who has it."""

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        """Return the number of rows that match `where`."""

    def tables(self) -> dict[str, list[str]]:
        """Return the columns of each table, in order."""

    def key(self, table: str) -> tuple[str, ...]:
        """Return the columns that name a row of a table."""

    def at(self, table: str, x: float, y: float, *, tolerance_m: float = 0) -> gpd.GeoDataFrame:
        """Return the rows that lie at a point of EPSG:2154, or within `tolerance_m` of it."""

    def tile(self, layer: str, z: int, x: int, y: int) -> bytes:
        """
        Return a vector tile (MVT) of a public layer; no bytes where nothing is drawn.

        The layer is named as its table, or as what it shows of one (``data.store.table_of``). A feature carries
        ``id`` (its key) and a few public properties; one of ``parcels`` carries ``n``, the rank of its id among all
        parcels, from 0.
        """

    def version(self, table: str) -> str:
        """Return a mark that changes whenever the content of a table does; cheap."""

    def settings(self) -> dict[str, str]:
        """Return the settings by name."""

    def set_setting(self, name: str, value: str | None) -> None:
        """Keep a setting; None forgets it."""

    def close(self) -> None:
        """Let go of the file or of the server."""
