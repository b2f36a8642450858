"""The embedded store: one DuckDB file and its spatial extension, for one process, no server, no download."""

import datetime as dt
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import duckdb
import duckdb_extension_spatial
import pyarrow as pa

from data.store import locks, migrations
from data.store import statements as sql
from data.store.catalogue import READ_COLUMNS, Table, catalogue_of
from data.store.core import TableStore, Work, double_refusal, orphan_refusal
from data.store.errors import StoreBusy, StoreError, StoreRefused, StoreUnavailable
from data.store.interface import Bounds, Changes
from data.store.marks import Marks
from data.store.tallies import Tallies

MEMORY = ":memory:"
EXTENSION = (
    Path(duckdb_extension_spatial.__file__).parent
    / f"extensions/v{duckdb.__version__}/spatial.duckdb_extension"
)

# Beside each shape stand the four sides of its box: 3 ms find those of a window among 350,000. An RTREE would take
# 1 ms, but one changed since the last checkpoint does not survive a kill, one made again while others read hides rows
# from them, and none is used where a second condition stands beside the window.
BOX = ("xmin_m", "ymin_m", "xmax_m", "ymax_m")
SHAPE_AND_BOX = "geometry, " + ", ".join(f"{side} double" for side in BOX)
BOX_OF_SHAPE = "ST_XMin({shape}), ST_YMin({shape}), ST_XMax({shape}), ST_YMax({shape})"
BOXES_MEET = "t.xmax_m >= {0} AND t.ymax_m >= {1} AND t.xmin_m <= {2} AND t.ymin_m <= {3}"

# No table declares its key: DuckDB removes rows from a key's index so slowly (two minutes for 350,000, against 0.1 s
# without) that each import of a new year would pay for it. The write looks for double keys itself, and nobody else
# writes. https://duckdb.org/docs/stable/guides/performance/schema
PRIMARY_KEY = re.compile(r",\s*PRIMARY KEY \([^)]*\)|PRIMARY KEY")
# Of rows that a transaction has added DuckDB does not know how many they are: were these plain conditions, it would
# keep all keys of the table in memory to look for a few. Under CASE it keeps those that are looked for.
KEYS_THERE = """
SELECT name FROM (
    SELECT CASE WHEN EXISTS (SELECT 1 FROM {incoming} AS i WHERE {same_key}) THEN concat_ws(', ', {key}) END AS name
    FROM {table} AS t
) WHERE name IS NOT NULL ORDER BY 1 LIMIT 3"""
ORPHANS = """
SELECT DISTINCT value FROM (
    SELECT CASE WHEN child.{column} NOT IN (SELECT parent.{key} FROM {parent} AS parent)
        THEN CAST(child.{column} AS text) END AS value
    FROM {child} AS child WHERE child.{column} IS NOT NULL
) WHERE value IS NOT NULL ORDER BY 1 LIMIT 3"""
INSERT_ALL = "INSERT INTO {table} ({columns}) SELECT {values} FROM {incoming} AS i"

# Without the first, EPSG:4326 is latitude first, silently. The last two: SQL opens no file, and cannot change that.
SETTINGS = (
    "SET GLOBAL geometry_always_xy = true",
    "SET GLOBAL arrow_large_buffer_size = true",
    "SET GLOBAL TimeZone = 'UTC'",
    "SET GLOBAL enable_external_access = false",
    "SET GLOBAL lock_configuration = true",
)
CONFIG = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
SLOTS = {"geometry": lambda kind: SHAPE_AND_BOX, "references": lambda table: ""}
DIALECT = "duckdb: boxes beside shapes, no declared keys"  # to be changed with what a migration becomes here

WAIT_S = 60.0
_INCOMING = "incoming"
_writers: WeakValueDictionary[str, Any] = WeakValueDictionary()


class EmbeddedStore(Tallies, Marks, TableStore):
    """
    A store in a DuckDB file (or in memory, for tests).

    One connection, a cursor for each question; writers of the process wait for each other, readers for nobody.
    """

    incoming_shape = "i.geometry"
    stored_shape = "ST_GeomFromWKB(i.geometry)"
    bytewise = ""
    writes_alone = True  # the file is locked

    def __init__(self, path: Path | str) -> None:
        super().__init__()
        self.path = str(path)
        name = self.path if self.path == MEMORY else str(Path(path).resolve())
        self._writer = threading.RLock() if name == MEMORY else _writers.setdefault(name, threading.RLock())
        self._name = name if name != MEMORY else f"{MEMORY}{id(self)}"
        self._opening = threading.Lock()
        with self._alone():
            self._root = _connect(self.path)
            try:
                self._migrate()
                columns = self._root.execute(READ_COLUMNS).fetchall()
            except BaseException:
                self._root.close()
                raise
        self.catalogue = catalogue_of(columns, hidden=BOX)

    def close(self) -> None:
        self._root.close()

    def importing(self) -> AbstractContextManager[None]:
        return locks.in_process(self._name, locks.myself())

    def _migrate(self) -> None:
        with _translated(), self._root.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(migrations.CREATE_RECORD)
            applied = dict(cursor.execute(migrations.READ_RECORD).fetchall())
            steps = migrations.pending(applied, DIALECT)
            for step in steps:
                for statement in step.statements(SLOTS, postgis=False):
                    cursor.execute(PRIMARY_KEY.sub(_required_instead, statement))
                row = [
                    step.number,
                    step.name,
                    step.sha256(DIALECT),
                    dt.datetime.now(dt.UTC).replace(tzinfo=None),
                ]
                cursor.execute(migrations.ADD_RECORD.format(values="?, ?, ?, ?"), row)
            cursor.execute("COMMIT")
            if (
                steps
            ):  # DuckDB 1.5.5 cannot replay ALTER TABLE from its log after a kill: the file itself holds it
                cursor.execute("CHECKPOINT")

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._writer.acquire(timeout=WAIT_S):
            raise StoreBusy(
                "another write has been running for {seconds:.0f} s",
                remedy="wait for it, and try again",
                seconds=WAIT_S,
            )
        try:
            yield
        finally:
            self._writer.release()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        with _translated(), self._opening:
            return self._root.cursor()

    # The hooks of TableStore.

    def _bind(self, name: str) -> str:
        return f"${name}"

    def _window(self, corners: list[str]) -> str:
        return f"ST_MakeEnvelope({', '.join(corners)})"

    def _boxes_meet(self, condition: sql.Condition, bounds: Bounds) -> str:
        return BOXES_MEET.format(*self._bound_corners(condition, bounds))

    def _written(self, table: Table) -> tuple[str, str]:
        columns, values = super()._written(table)
        if not table.shape:
            return columns, values
        return ", ".join([columns, *BOX]), f"{values}, {BOX_OF_SHAPE.format(shape=self.stored_shape)}"

    @contextmanager
    def _begin(self) -> Iterator[Work]:
        with self._alone(), self._cursor() as cursor:
            work = Work(cursor)
            self._execute(work, "BEGIN")
            yield work

    def _commit(self, work: Work) -> None:
        self._execute(work, "COMMIT")

    def _rollback(self, work: Work) -> None:
        with suppress(duckdb.Error):  # it is over already
            work.connection.execute("ROLLBACK")

    def _query(self, text: str, values: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
        with _translated():
            if self._work is not None:
                return self._work.connection.execute(text, values or None).to_arrow_table().cast(schema)
            with self._cursor() as cursor:
                return cursor.execute(text, values or None).to_arrow_table().cast(schema)

    def _execute(self, work: Work, text: str, values: Mapping[str, Any] | None = None) -> int:
        with _translated():
            row = work.connection.execute(text, values or None).fetchone()
        return row[0] if row else 0

    def _prepare_write(self, work: Work, table: Table, rows: int) -> None:
        pass

    def _finish_write(self, work: Work, table: Table, changes: Changes) -> None:
        pass

    def _load(self, work: Work, table: Table, rows: pa.Table) -> None:
        columns, values = self._written(table)
        with self._stage(work, table, rows) as incoming:
            slots = {"table": table.quoted, "incoming": incoming, "same_key": sql.same_key(table)}
            key = ", ".join(f't."{name}"' for name in table.key)
            with _translated():
                there = work.connection.execute(KEYS_THERE.format(key=key, **slots)).fetchall()
            if there:
                raise double_refusal(table.name, [name for (name,) in there])
            self._execute(work, INSERT_ALL.format(columns=columns, values=values, **slots))

    @contextmanager
    def _stage(self, work: Work, table: Table, rows: pa.Table) -> Iterator[str]:
        held = _Incoming(rows)
        try:
            with _translated():
                work.connection.register(_INCOMING, held)
            yield _INCOMING
            with _translated():
                work.connection.unregister(_INCOMING)
        finally:
            held.rows = None

    def _require_references(self, work: Work) -> None:
        """Check what PostGIS declares: each reference of a touched table, and each to it."""
        for child in self.catalogue.tables.values():
            for column in child.columns:
                if column.references and {child.name, column.references} & work.touched:
                    self._require_parents(work, child, column.name, self.catalogue.table(column.references))

    def _require_parents(self, work: Work, child: Table, column: str, parent: Table) -> None:
        slots = {
            "column": f'"{column}"',
            "child": child.quoted,
            "parent": parent.quoted,
            "key": f'"{parent.key[0]}"',
        }
        with _translated():
            orphans = work.connection.execute(ORPHANS.format(**slots)).fetchall()
        if orphans:
            raise orphan_refusal(child.name, column, parent.name, [value for (value,) in orphans])


class _Incoming:
    """Rows for DuckDB to read: until the transaction ends it keeps hold of this, and no longer of them."""

    def __init__(self, rows: pa.Table) -> None:
        self.rows: pa.Table | None = rows

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.rows.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self.rows.schema.__arrow_c_schema__()


def _required_instead(key: re.Match) -> str:
    """Leave of a key what a column can declare: that it is required."""
    return "" if key[0].startswith(",") else "NOT NULL"


def _connect(path: str) -> duckdb.DuckDBPyConnection:
    """Open the file with the spatial extension that pip brought, and nothing from outside."""
    if not EXTENSION.is_file():
        raise StoreUnavailable(
            "duckdb and duckdb-extension-spatial have different versions",
            f"duckdb {duckdb.__version__}",
            "install the versions of requirements.txt",
        )
    try:
        root = duckdb.connect(path, config=CONFIG)
    except duckdb.Error as error:
        raise _unopened(path, str(error)) from error
    with _translated():
        locked = root.execute("SELECT current_setting('lock_configuration')").fetchone() == (True,)
        if not locked:  # a second store on the file in this process finds it set
            root.load_extension(str(EXTENSION))
            for setting in SETTINGS:
                root.execute(setting)
    return root


def _unopened(path: str, reason: str) -> StoreError:
    if "Could not set lock" in reason:
        holder = re.search(r"\(PID (\d+)\)(?: by user (\w+))?", reason)
        return StoreBusy(
            "another process has it open (the application? process {number}, {user})",
            path,
            "close it, or share one store between processes through PostGIS (ILOT_STORE=postgresql://...)",
            number=holder[1] if holder else "?",
            user=(holder and holder[2]) or "?",
        )
    return StoreUnavailable(
        "DuckDB cannot open it ({answer})",
        path,
        "give the path of a store's file, or of a new one in a folder that exists",
        answer=reason.partition("\n")[0],
    )


@contextmanager
def _translated() -> Iterator[None]:
    """Tell DuckDB's errors in the store's words."""
    try:
        yield
    except duckdb.ConstraintException as error:
        text = str(error).removeprefix("Constraint Error: ").partition("\n")[0]
        raise StoreRefused(
            "a rule of the table is broken ({answer})",
            remedy="correct the rows, or leave empty what is unknown",
            answer=text,
        ) from error
    except duckdb.TransactionException as error:
        raise StoreBusy(
            "somebody wrote at the same time ({answer})",
            remedy="read again, and try again",
            answer=str(error).partition("\n")[0],
        ) from error
    except duckdb.ConnectionException as error:
        raise StoreUnavailable("the store is closed", remedy="open it again") from error
    except duckdb.Error as error:
        raise StoreError(
            "the store answered: {answer}",
            remedy="try again; if it comes back, give these words to whoever keeps the store",
            answer=str(error).partition("\n")[0],
        ) from error
