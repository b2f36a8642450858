"""The part of a store that does not depend on the engine: reading, writing, transactions, marks, tiles."""

import math
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from data.store import statements as sql
from data.store.catalogue import Catalogue, Column, Table
from data.store.errors import StoreError, StoreRefused
from data.store.frames import schema_of, to_arrow, to_frame
from data.store.interface import Bounds, Changes, Mode
from data.store.tiles import LAYERS, TileMaker, table_of

_ROUNDING_M = 1.0


@dataclass
class Work:
    """A transaction under way: the engine's connection, the tables touched, whether a step has failed."""

    connection: Any
    touched: set[str] = field(default_factory=set)
    failed: bool = False


class TableStore:
    """
    What both engines share. An engine gives the hooks below, and opens the catalogue.

    Within a thread, everything done inside :meth:`transaction` goes through the one connection of its work.
    """

    catalogue: Catalogue
    incoming_shape: str  # the incoming row's shape as WKB, for comparison
    stored_shape: str  # the incoming row's shape as the table keeps it
    bytewise: str  # what makes texts sort by their bytes

    def __init__(self) -> None:
        self._local = threading.local()
        self._tiles = TileMaker()

    # What an engine gives.

    def _bind(self, name: str) -> str:
        raise NotImplementedError

    def _window(self, corners: list[str]) -> str:
        raise NotImplementedError

    def _begin(self) -> AbstractContextManager[Work]:
        raise NotImplementedError

    def _commit(self, work: Work) -> None:
        raise NotImplementedError

    def _rollback(self, work: Work) -> None:
        raise NotImplementedError

    def _query(self, text: str, values: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
        raise NotImplementedError

    def _execute(self, work: Work, text: str, values: Mapping[str, Any] | None = None) -> int:
        raise NotImplementedError

    def _prepare_write(self, work: Work, table: Table, rows: int) -> None:
        raise NotImplementedError

    def _finish_write(self, work: Work, table: Table, changes: Changes) -> None:
        raise NotImplementedError

    def _load(self, work: Work, table: Table, rows: pa.Table) -> None:
        raise NotImplementedError

    def _stage(self, work: Work, table: Table, rows: pa.Table) -> AbstractContextManager[str]:
        raise NotImplementedError

    def _require_references(self, work: Work) -> None:
        raise NotImplementedError

    # Reading.

    def tables(self) -> dict[str, list[str]]:
        return {name: list(table.by_name) for name, table in self.catalogue.tables.items()}

    def key(self, table: str) -> tuple[str, ...]:
        return self.catalogue.table(table).key

    def read(
        self,
        table: str,
        *,
        columns: list[str] | None = None,
        where: Mapping[str, Any] | None = None,
        within: Bounds | None = None,
        geometry: bool = True,
    ) -> pd.DataFrame | gpd.GeoDataFrame:
        chosen = self.catalogue.table(table)
        condition = sql.Condition(self._bind).matching(chosen, where)
        if within is not None:
            chosen.require_shapes()
            condition.parts.append(self._boxes_meet(condition, within))
            window = self._window(self._bound_corners(condition, within))
            condition.parts.append(sql.MEETS_WINDOW.format(window=window))
        return to_frame(chosen, self._rows(chosen, chosen.wanted(columns, geometry=geometry), condition))

    def count(self, table: str, where: Mapping[str, Any] | None = None) -> int:
        chosen = self.catalogue.table(table)
        condition = sql.Condition(self._bind).matching(chosen, where)
        return self._number(sql.COUNT.format(table=chosen.quoted, condition=condition.text), condition.values)

    def at(self, table: str, x: float, y: float, *, tolerance_m: float = 0) -> gpd.GeoDataFrame:
        chosen = self.catalogue.table(table)
        chosen.require_shapes()
        condition = sql.Condition(self._bind)
        reach_m = tolerance_m + _ROUNDING_M
        around = (x - reach_m, y - reach_m, x + reach_m, y + reach_m)
        condition.parts.append(self._boxes_meet(condition, around))
        near = to_frame(chosen, self._rows(chosen, chosen.wanted(None, geometry=True), condition))
        return near[near.geometry.dwithin(shapely.Point(x, y), tolerance_m)]

    def _rows(self, table: Table, columns: tuple[Column, ...], condition: sql.Condition) -> pa.Table:
        text = sql.SELECT.format(columns=sql.listed(columns), table=table.quoted, condition=condition.text)
        return self._query(text, condition.values, schema_of(columns))

    def _boxes_meet(self, condition: sql.Condition, bounds: Bounds) -> str:
        """Return the test that a shape's box meets a window, by the engine's fastest way; it may let in a few more."""
        return sql.BOX_MEETS_WINDOW.format(window=self._window(self._bound_corners(condition, bounds)))

    def _bound_corners(self, condition: sql.Condition, bounds: Bounds) -> list[str]:
        xmin, ymin, xmax, ymax = bounds
        if not (math.isfinite(sum(bounds)) and xmin < xmax and ymin < ymax):
            raise StoreError(
                "{bounds} is no window",
                remedy="give (xmin, ymin, xmax, ymax) in m, EPSG:2154",
                bounds=bounds,
            )
        return [condition.value(float(side)) for side in bounds]

    def _number(self, text: str, values: Mapping[str, Any]) -> int:
        return self._query(text, values, pa.schema([("n", pa.int64())]))["n"][0].as_py()

    # Writing.

    def write(
        self,
        table: str,
        frame: pd.DataFrame,
        *,
        mode: Mode = "upsert",
        where: Mapping[str, Any] | None = None,
    ) -> Changes:
        with self.transaction():
            rows = to_arrow(self.catalogue.table(table), frame)
            return self.write_rows(table, rows, mode=mode, where=where)

    def write_rows(
        self,
        table: str,
        rows: pa.Table,
        *,
        mode: Mode = "upsert",
        where: Mapping[str, Any] | None = None,
    ) -> Changes:
        """Write rows that are in the table's Arrow columns already (see `to_arrow`), as :meth:`write`."""
        chosen = self.catalogue.table(table)
        if mode not in ("upsert", "replace", "append"):
            raise StoreError("there is no mode {mode!r}", table, "use upsert, replace or append", mode=mode)
        if where is not None and mode != "replace":
            raise StoreError("`where` goes with mode replace", table, "leave it out")
        with self.transaction():
            work = self._local.work
            self._prepare_write(work, chosen, rows.num_rows)
            if mode == "append" or self._is_empty(chosen):
                self._load(work, chosen, rows)
                changes = Changes(added=rows.num_rows)
            else:
                changes = self._merge(work, chosen, rows, removing=mode == "replace", where=where)
            if changes.any:
                work.touched.add(table)
            self._finish_write(work, chosen, changes)
        return changes

    def _is_empty(self, table: Table) -> bool:
        return self._number(sql.HAS_ROWS.format(table=table.quoted), {}) == 0

    def _merge(
        self, work: Work, table: Table, rows: pa.Table, *, removing: bool, where: Mapping[str, Any] | None
    ) -> Changes:
        """Bring the table to the incoming rows; a row that is the same stays untouched."""
        columns, values = self._written(table)
        with self._stage(work, table, rows) as incoming:
            slots = {
                "table": table.quoted,
                "incoming": incoming,
                "same_key": sql.same_key(table),
                "columns": columns,
            }
            slots |= {"differs": sql.differs(table, self.incoming_shape)}
            slots |= {"values": values}
            changed = self._execute(work, sql.DELETE_CHANGED.format(**slots))
            written = self._execute(work, sql.INSERT_MISSING.format(**slots))
            removed = 0
            if removing:
                condition = sql.Condition(self._bind).matching(table, where)
                text = sql.DELETE_ABSENT.format(condition=condition.text, **slots)
                removed = self._execute(work, text, condition.values)
        return Changes(written - changed, changed, rows.num_rows - written, removed)

    def _written(self, table: Table) -> tuple[str, str]:
        """Return the columns of an insertion, and what fills them from the incoming rows."""
        columns = ", ".join(column.quoted for column in table.columns)
        return columns, sql.listed(table.columns, "i", self.stored_shape)

    def delete(self, table: str, where: Mapping[str, Any] | None) -> int:
        chosen = self.catalogue.table(table)
        condition = sql.Condition(self._bind).matching(chosen, where)
        with self.transaction():
            work = self._local.work
            self._prepare_write(work, chosen, 0)
            text = sql.DELETE.format(table=chosen.quoted, condition=condition.text)
            removed = self._execute(work, text, condition.values)
            if removed:
                work.touched.add(table)
            self._finish_write(work, chosen, Changes(removed=removed))
        return removed

    def rows(self, table: str, where: Mapping[str, Any] | None = None) -> pa.Table:
        """Return rows as the store keeps them: all columns in their order, shapes as WKB."""
        chosen = self.catalogue.table(table)
        condition = sql.Condition(self._bind).matching(chosen, where)
        text = sql.SELECT.format(
            columns=sql.listed(chosen.columns), table=chosen.quoted, condition=condition.text
        )
        return self._query(text, condition.values, schema_of(chosen.columns))

    def rows_like(self, table: str, rows: pa.Table) -> pa.Table:
        """Return the rows in place that have the keys of these (whole rows), as :meth:`rows` gives them."""
        chosen = self.catalogue.table(table)
        columns = sql.listed(chosen.columns)
        with self.transaction(), self._stage(self._local.work, chosen, rows) as incoming:
            slots = {"table": chosen.quoted, "incoming": incoming, "same_key": sql.same_key(chosen)}
            return self._query(
                sql.SELECT_SAME.format(columns=columns, **slots), {}, schema_of(chosen.columns)
            )

    def keys(self, table: str) -> pa.Table:
        """Return the keys of all rows, in no order."""
        chosen = self.catalogue.table(table)
        return self._rows(chosen, chosen.wanted([], geometry=False), sql.Condition(self._bind))

    def take_out(self, table: str, rows: pa.Table) -> int:
        """Remove the rows that have the keys of these (whole rows, as :meth:`rows` gives them)."""
        chosen = self.catalogue.table(table)
        if not rows.num_rows:
            return 0
        with self.transaction():
            work = self._local.work
            self._prepare_write(work, chosen, rows.num_rows)
            with self._stage(work, chosen, rows) as incoming:
                slots = {"table": chosen.quoted, "incoming": incoming, "same_key": sql.same_key(chosen)}
                removed = self._execute(work, sql.DELETE_SAME.format(**slots))
            if removed:
                work.touched.add(table)
            self._finish_write(work, chosen, Changes(removed=removed))
        return removed

    def importing(self) -> AbstractContextManager[None]:
        """Hold the imports of this store; ImportRunning where somebody else does."""
        raise NotImplementedError

    # Transactions and marks.

    @property
    def _work(self) -> Work | None:
        """The transaction of this thread, where one is under way."""
        return getattr(self._local, "work", None)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        if self._work is not None:
            with self._joined(self._work):
                yield
            return
        with self._begin() as work:
            self._local.work = work
            try:
                yield
                self._require_whole(work)
                self._require_references(work)
                self._mark(work)
                self._commit(work)
            except BaseException:
                self._rollback(work)
                raise
            finally:
                self._local.work = None

    @contextmanager
    def _joined(self, work: Work) -> Iterator[None]:
        try:
            yield
        except BaseException:
            work.failed = True
            raise

    def _require_whole(self, work: Work) -> None:
        if work.failed:
            raise StoreError(
                "a step of this transaction failed: nothing was written", remedy="correct it, start again"
            )

    def _mark(self, work: Work) -> None:
        """Give each table that was touched a mark that no content had before."""
        for table in sorted(work.touched):
            name, version = self._bind("name"), self._bind("version")
            self._execute(work, sql.FORGET_VERSION.format(name=name), {"name": table})
            values = {"name": table, "version": uuid.uuid4().hex[:12]}
            self._execute(work, sql.SET_VERSION.format(name=name, version=version), values)

    def version(self, table: str) -> str:
        values = {"name": self.catalogue.table(table).name}
        text = sql.READ_VERSION.format(name=self._bind("name"))
        found = self._query(text, values, pa.schema([("version", pa.large_string())]))
        return found["version"][0].as_py() if found.num_rows else "0"

    # Settings.

    def settings(self) -> dict[str, str]:
        return self.read("settings")["value"].dropna().to_dict()

    def set_setting(self, name: str, value: str | None) -> None:
        if value is None:
            self.delete("settings", {"name": name})
        else:
            self.write("settings", pd.DataFrame({"name": [name], "value": [value]}))

    # Tiles.

    def tile(self, layer: str, z: int, x: int, y: int) -> bytes:
        if layer not in LAYERS:
            raise StoreError(
                "it is no public layer", layer, "the public layers are {layers}", layers=", ".join(LAYERS)
            )
        if self._work is not None:
            return self._tiles.make(self, layer, z, x, y)
        version = self.version(table_of(layer))
        return self._tiles.cached(self, layer, version, z, x, y)

    def rows_of_tile(
        self,
        table: str,
        columns: list[str],
        window: Bounds,
        *,
        most: int | None = None,
        where: Mapping[str, str] | None = None,
    ) -> pa.Table:
        """Return the rows in a window, shapes as WKB; with `most`, that many of the largest shapes."""
        chosen = self.catalogue.table(table)
        condition = sql.Condition(self._bind).matching(chosen, where)
        condition.parts.append(self._boxes_meet(condition, window))
        wanted = chosen.wanted(columns, geometry=True)
        if most is None:
            return self._rows(chosen, wanted, condition)
        text = sql.SELECT_LARGEST.format(
            columns=sql.listed(wanted),
            table=chosen.quoted,
            condition=condition.text,
            key=f't."{chosen.key[0]}"{self.bytewise}',
            limit=condition.value(most),
        )
        return self._query(text, condition.values, schema_of(wanted))

    def keys_in_order(self, table: str) -> pa.Array:
        """Return the keys of a table, sorted by their bytes."""
        chosen = self.catalogue.table(table)
        rows = self._rows(chosen, chosen.wanted([], geometry=False), sql.Condition(self._bind))
        keys = rows[chosen.key[0]].combine_chunks()
        return keys.take(pc.sort_indices(keys))


def orphan_refusal(child: str, column: str, parent: str, values: list[str]) -> StoreRefused:
    """Return the refusal of rows that point at a row that is not there (any more)."""
    return StoreRefused(
        "it points at rows that {parent} does not have ({values})",
        f"{child}.{column}",
        "write {parent} in the same transaction, or correct the rows of {child}",
        parent=parent,
        child=child,
        values=", ".join(values) or "?",
    )


def double_refusal(table: str, keys: list[str]) -> StoreRefused:
    """Return the refusal to add rows whose keys the table has already."""
    return StoreRefused(
        "rows with these keys are there already ({keys})",
        table,
        "use mode upsert to rewrite them",
        keys="; ".join(keys) or "?",
    )
