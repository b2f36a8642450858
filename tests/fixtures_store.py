"""Stores for tests: a DuckDB file, and PostGIS on a real server that lives as long as the test session."""

import glob
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pyarrow as pa
import pytest

from data.store import Store, embedded, open_store
from tests.patience import PATIENCE_S, with_stores

HOW = "install Debian's packages postgresql and postgresql-15-postgis-3 (or PostgreSQL 15 or later with PostGIS 3)"
ENGINES = ["duckdb", pytest.param("postgis", marks=pytest.mark.postgis)]


class Server:
    """
    A throw-away PostgreSQL cluster in a folder of its own, reached by a socket in it, never by the network.

    For tests it lies in memory and does without what protects from a power cut; `safe` keeps both usual (benches).
    """

    def __init__(self, programs: Path, *, safe: bool = False) -> None:
        self.programs, self.safe = programs, safe
        self.folder = Path(tempfile.mkdtemp(prefix="ilot-pg-", dir=None if safe else _in_memory()))
        self.user = "postgres" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        if self.user:
            shutil.chown(self.folder, self.user)
        self.process: subprocess.Popen | None = None

    def command(self, program: str, *arguments: str) -> list[str]:
        lent = ["runuser", "-u", self.user, "--"] if self.user else []
        return [*lent, str(self.programs / program), *arguments]

    def start(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "max_connections": "60",
        }
        if not self.safe:
            # what works by itself now and then takes locks and closes plans at moments that no test chose
            settings["autovacuum"] = "off"
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        data = str(self.folder / "data")
        make = ("-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        subprocess.run(
            self.command("initdb", *make),
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
        )
        with (self.folder / "log").open("w") as log:
            self.process = subprocess.Popen(
                self.command("postgres", "-D", data, *options), stdout=log, stderr=log, cwd="/"
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                psycopg.connect(self.url("postgres")).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > end or self.process.poll() is not None:
                    raise RuntimeError(
                        f"PostgreSQL does not start: {(self.folder / 'log').read_text()}"
                    ) from None
                time.sleep(0.05)

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.folder), safe='')}"

    def database(self, name: str) -> str:
        """Make an empty database, and return its address."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def stop(self) -> None:
        if self.process is not None:
            subprocess.run(
                self.command("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop"),
                check=False,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
            )
            self.process.wait(timeout=PATIENCE_S)
        shutil.rmtree(self.folder, ignore_errors=True)


def _in_memory() -> str | None:
    """Return a folder that is memory, where there is one with room: thousands of small files come and go."""
    memory = "/dev/shm"
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 1024**3
    return memory if roomy else None


def programs() -> Path | None:
    """Return the folder of the newest server's programs, where PostGIS is beside it."""
    with_postgis = {
        path.split("/")[4] for path in glob.glob("/usr/share/postgresql/*/extension/postgis.control")
    }
    folders = [Path(path) for path in glob.glob("/usr/lib/postgresql/*/bin")]
    usable = [
        folder for folder in folders if folder.parent.name in with_postgis and (folder / "initdb").exists()
    ]
    return max(usable, key=lambda folder: int(folder.parent.name), default=None)


def _absent(reason: str) -> None:
    """Skip, and say how to have the tests; fail where everything is required (as in CI)."""
    if os.environ.get("ILOT_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason}: {HOW}")
    pytest.skip(f"{reason}: {HOW}")


@pytest.fixture(scope="session", autouse=True)
def as_shipped() -> dict[str, str]:
    """
    Have this process wait long for a store, and not look who signed DuckDB's extension; return the settings shipped.

    To look is to read the extension's 80 MB at each opening: 0.2 s of CPU, more than all else that many tests do.
    """
    with_stores()
    shipped = dict(embedded.CONFIG)
    embedded.CONFIG["allow_unsigned_extensions"] = "true"
    return shipped


@pytest.fixture(scope="session")
def postgis_server() -> Iterator[Server]:
    """A running PostgreSQL server that has PostGIS."""
    folder = programs()
    if folder is None:
        _absent("no PostgreSQL server with PostGIS here")
    server = Server(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def postgis_url(postgis_server: Server) -> str:
    """The address of an empty database, for who opens a store of their own (one a test session)."""
    return postgis_server.database("ilot")


@pytest.fixture(scope="session")
def _kept_stores() -> Iterator[dict[str, Store]]:
    kept: dict[str, Store] = {}
    yield kept
    for store in kept.values():
        store.close()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def store(engine: str, opened: Callable[[str], Store]) -> Store:
    """An empty store, of each engine in turn; it is opened once and emptied before each test."""
    return emptied(opened(engine))


@pytest.fixture
def two_stores(opened: Callable[[str], Store]) -> tuple[Store, Store]:
    """An empty store of each engine."""
    return emptied(opened("duckdb")), emptied(opened("postgis"))


@pytest.fixture
def opened(_kept_stores, request: pytest.FixtureRequest, tmp_path_factory) -> Callable[[str], Store]:
    """The function that gives the session's store of an engine."""

    def by_engine(engine: str) -> Store:
        if engine not in _kept_stores:
            if engine == "postgis":
                url = request.getfixturevalue("postgis_server").database("ilot_kept")
            else:
                url = str(tmp_path_factory.mktemp("store") / "kept.duckdb")
            _kept_stores[engine] = open_store(url)
        return _kept_stores[engine]

    return by_engine


@pytest.fixture
def new_url(engine: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that does not exist yet."""
    if engine == "postgis":
        return request.getfixturevalue("postgis_server").database(tmp_path.name)
    return str(tmp_path / "new.duckdb")


def emptied(store: Store) -> Store:
    """Remove all rows of a store, in one transaction."""
    names = store._query("SELECT name FROM table_versions", {}, pa.schema([("name", pa.large_string())]))
    with store.transaction():
        for table in names["name"].to_pylist():
            store.delete(table, None)
    return store
