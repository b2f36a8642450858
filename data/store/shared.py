"""The shared store: PostGIS through psycopg 3, a pool of connections, binary COPY in and out; for a team."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import psycopg
import pyarrow as pa
from psycopg import errors as pg
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolTimeout

from data.store import locks, locks_shared, migrations, pgcopy
from data.store.catalogue import READ_COLUMNS, Catalogue, Table, catalogue_of
from data.store.core import TableStore, Work, double_refusal, orphan_refusal
from data.store.errors import StoreBusy, StoreError, StoreRefused, StoreUnavailable
from data.store.interface import Changes
from data.store.marks import Marks
from data.store.shapes import LAMBERT_93_BOUNDS
from data.store.tallies import Tallies

SRID = 2154
POOL_SIZE = 10
WAIT_S = 10

# Plans of tile queries are short: compiling them costs more than it saves.
OPTIONS = f"-c timezone=UTC -c jit=off -c lock_timeout={WAIT_S}s -c idle_in_transaction_session_timeout=15min"
CONNECTION = {
    "autocommit": True,
    "prepare_threshold": None,
    "connect_timeout": 5,
    "client_encoding": "UTF8",
    "application_name": "ilot",
    "options": OPTIONS,
}

# One migration at a time among all processes: any number, always this one.
ONE_MIGRATION = "SELECT pg_advisory_xact_lock(93048)"
HAS_POSTGIS = "SELECT count(*) FROM pg_extension WHERE extname = 'postgis'"
CREATE_POSTGIS = "CREATE EXTENSION postgis"
SERVER_ENCODING = "SHOW server_encoding"

# Readers go on; a second writer of the table waits for the first.
LOCK = "LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"
COPY_OUT = "COPY ({query}) TO STDOUT (FORMAT binary)"
COPY_IN = "COPY {table} ({columns}) FROM STDIN (FORMAT binary)"
STAGE = "CREATE TEMPORARY TABLE ilot_incoming (LIKE {table}) ON COMMIT DROP"
UNSTAGE = "DROP TABLE ilot_incoming"
ANALYZE = "ANALYZE {table}"
DROP_INDEX = "DROP INDEX IF EXISTS {table}_geometry"
CREATE_INDEX = "CREATE INDEX {table}_geometry ON {table} USING gist (geometry)"

GEOMETRY = """geometry({kind}, 2154) CHECK (
    ST_IsValid(geometry) AND NOT ST_IsEmpty(geometry) AND geometry @ ST_MakeEnvelope({bounds}, 2154))"""
REFERENCES = "REFERENCES {table} DEFERRABLE INITIALLY DEFERRED"
SLOTS = {
    "geometry": lambda kind: GEOMETRY.format(kind=kind, bounds=", ".join(map(str, LAMBERT_93_BOUNDS))),
    "references": lambda table: REFERENCES.format(table=table),
}

DIALECT = "postgis"  # to be changed with what a migration becomes here

# From so many rows on, a first load makes its spatial index after the rows, and the planner's figures are renewed.
_BULK_ROWS, _ANALYZED_ROWS = 5_000, 1_000


class SharedStore(Tallies, Marks, TableStore):
    """A store in a PostgreSQL database with PostGIS; each of its processes and threads may write."""

    incoming_shape = "ST_AsBinary(i.geometry)"
    stored_shape = "i.geometry"
    bytewise = ' COLLATE "C"'

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        place = _place(url)
        try:
            with psycopg.connect(url, **CONNECTION) as connection, _translated(None):
                _migrate(connection)
                columns = connection.execute(READ_COLUMNS).fetchall()
        except psycopg.OperationalError:
            raise StoreUnavailable(
                "the PostGIS server does not answer, or refuses this user or database",
                place,
                "check that it runs, and the address in ILOT_STORE or --store",
            ) from None
        self.catalogue = catalogue_of(columns)
        self._pool = ConnectionPool(
            url,
            kwargs=CONNECTION,
            min_size=1,
            max_size=POOL_SIZE,
            timeout=WAIT_S,
            name="ilot",
            open=True,
        )

    def close(self) -> None:
        self._pool.close()

    def importing(self) -> AbstractContextManager[None]:
        return locks_shared.on_server(self.url, CONNECTION, locks.myself())

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection]:
        """Give the connection of this thread's transaction, or one of the pool."""
        if self._work is not None:
            with _translated(self.catalogue):
                yield self._work.connection
            return
        connection = self._lent()
        try:
            with _translated(self.catalogue):
                yield connection
        finally:
            self._pool.putconn(connection)

    def _lent(self) -> psycopg.Connection:
        """
        Take a connection that answers out of the pool.

        The pool can check by itself, but waits 1, 2, 4, 8 s after each one that is broken: after a restart of the
        server all are, and its patience would end before they do.
        """
        with _translated(self.catalogue):
            for _ in range(POOL_SIZE):
                connection = self._pool.getconn()
                with suppress(psycopg.OperationalError):
                    ConnectionPool.check_connection(connection)
                    return connection
                self._pool.putconn(connection)
            return self._pool.getconn()

    # The hooks of TableStore.

    def _bind(self, name: str) -> str:
        return f"%({name})s"

    def _window(self, corners: list[str]) -> str:
        return f"ST_MakeEnvelope({', '.join(corners)}, {SRID})"

    @contextmanager
    def _begin(self) -> Iterator[Work]:
        connection = self._lent()
        try:
            work = Work(connection)
            self._execute(work, "BEGIN")
            yield work
        finally:
            self._pool.putconn(connection)

    def _commit(self, work: Work) -> None:
        self._execute(work, "COMMIT")

    def _rollback(self, work: Work) -> None:
        try:
            work.connection.execute("ROLLBACK")
        except psycopg.Error:
            work.connection.close()  # the server is gone, and the transaction with it; the pool makes another one

    def _query(self, text: str, values: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
        text = COPY_OUT.format(query=text)
        with self._connection() as connection, connection.cursor().copy(text, values or None) as copy:
            return pgcopy.decode(copy, schema)

    def _execute(self, work: Work, text: str, values: Mapping[str, Any] | None = None) -> int:
        with _translated(self.catalogue):
            return work.connection.execute(text, values or None).rowcount

    def _prepare_write(self, work: Work, table: Table, rows: int) -> None:
        self._execute(work, LOCK.format(table=table.quoted))

    def _finish_write(self, work: Work, table: Table, changes: Changes) -> None:
        if changes.added + changes.changed + changes.removed >= _ANALYZED_ROWS:
            self._execute(work, ANALYZE.format(table=table.quoted))

    def _load(self, work: Work, table: Table, rows: pa.Table) -> None:
        late_index = table.shape and rows.num_rows >= _BULK_ROWS and self._is_empty(table)
        if late_index:
            self._execute(work, DROP_INDEX.format(table=table.name))
        self._copy(work, table, table.quoted, rows)
        if late_index:
            self._execute(work, CREATE_INDEX.format(table=table.name))

    def _copy(self, work: Work, table: Table, target: str, rows: pa.Table) -> None:
        columns = ", ".join(column.quoted for column in table.columns)
        text = COPY_IN.format(table=target, columns=columns)
        with _translated(self.catalogue), work.connection.cursor().copy(text) as copy:
            for part in pgcopy.encode(rows, srid=SRID):
                copy.write(part)

    @contextmanager
    def _stage(self, work: Work, table: Table, rows: pa.Table) -> Iterator[str]:
        self._execute(work, STAGE.format(table=table.quoted))
        self._copy(work, table, "ilot_incoming", rows)
        self._execute(work, ANALYZE.format(table="ilot_incoming"))
        yield "ilot_incoming"
        self._execute(work, UNSTAGE)

    def _require_references(self, work: Work) -> None:
        self._execute(work, "SET CONSTRAINTS ALL IMMEDIATE")


def _place(url: str) -> str:
    """Return host, port and database of an address, without user or password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise StoreUnavailable(
            "this is no PostgreSQL address", remedy="write postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
        ) from None
    return f"{parts.get('host', 'local')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def _require_postgis(connection: psycopg.Connection) -> None:
    if connection.execute(SERVER_ENCODING).fetchone() != ("UTF8",):
        raise StoreUnavailable("the database is not in UTF-8", remedy="create one with ENCODING 'UTF8'")
    if connection.execute(HAS_POSTGIS).fetchone() == (0,):
        try:
            connection.execute(CREATE_POSTGIS)
        except psycopg.Error as error:
            raise StoreUnavailable(
                "the database has no PostGIS",
                remedy="install it on the server, and have its administrator run CREATE EXTENSION postgis",
            ) from error


def _migrate(connection: psycopg.Connection) -> None:
    with connection.transaction():
        connection.execute(ONE_MIGRATION)
        _require_postgis(connection)
        connection.execute(migrations.CREATE_RECORD)
        for step in migrations.pending(dict(connection.execute(migrations.READ_RECORD).fetchall()), DIALECT):
            for statement in step.statements(SLOTS, postgis=True):
                connection.execute(statement)
            row = [step.number, step.name, step.sha256(DIALECT), dt.datetime.now(dt.UTC).replace(tzinfo=None)]
            connection.execute(migrations.ADD_RECORD.format(values="%s, %s, %s, %s"), row)


@contextmanager
def _translated(catalogue: Catalogue | None) -> Iterator[None]:
    """Tell PostgreSQL's errors in the store's words."""
    try:
        yield
    except pg.ForeignKeyViolation as error:
        raise _orphans(error, catalogue) from error
    except pg.UniqueViolation as error:
        raise double_refusal(error.diag.table_name or "", _values_of(error)) from error
    except (pg.IntegrityError, pg.DataError) as error:
        where = ".".join(part for part in (error.diag.table_name, error.diag.constraint_name) if part)
        raise StoreRefused(
            "a rule of the table is broken ({answer})",
            where,
            "correct the rows, or leave empty what is unknown",
            answer=error.diag.message_primary or "?",
        ) from error
    except PoolTimeout as error:
        raise StoreBusy(
            "no connection to the PostGIS server within {seconds} s",
            remedy="all are in use, or it is down: wait a moment, and try again",
            seconds=WAIT_S,
        ) from error
    except (pg.LockNotAvailable, pg.DeadlockDetected, pg.SerializationFailure, pg.QueryCanceled) as error:
        raise StoreBusy("somebody else is writing there", remedy="wait a moment, and try again") from error
    except pg.OperationalError as error:
        raise StoreUnavailable(
            "the PostGIS server has gone", remedy="check that it runs, and try again"
        ) from error
    except psycopg.Error as error:
        raise StoreError(
            "the store answered: {answer}",
            remedy="try again; if it comes back, give these words to whoever keeps the store",
            answer=error.diag.message_primary or type(error).__name__,
        ) from error


def _orphans(error: pg.ForeignKeyViolation, catalogue: Catalogue | None) -> StoreRefused:
    """Name the column by its rule's name, {table}_{column}_fkey."""
    table, rule = error.diag.table_name or "", error.diag.constraint_name or ""
    column = rule.removeprefix(f"{table}_").removesuffix("_fkey")
    parent = catalogue.table(table).column(column).references if catalogue else ""
    return orphan_refusal(table, column, parent or "", _values_of(error))


def _values_of(error: psycopg.Error) -> list[str]:
    """Return the key that the server names in its detail, ``Key (sector_id)=(S9) ...`` in whatever language."""
    found = re.search(r"\)=\((.*?)\)", error.diag.message_detail or "")
    return [found[1]] if found else []
