"""An import killed at any step, in a process of its own: what the kill tests and their bench share."""

import multiprocessing
import os
import shutil
import signal
import sys
import time
import types
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from data.store import Store, open_store
from tests.patience import PATIENCE_S, with_stores

HEADER = "residence_id,name,address,postcode,insee,sector_id,dwellings,year_built,floors,lon,lat"
LINE = "R{n:03d},Name {n},{n} rue X,93100,93048,S{sector},{dwellings},1972,6,2.4412,48.8601"
EARLIER = [LINE.format(n=n, sector=n % 3, dwellings=48) for n in range(40)]
LATER = [LINE.format(n=n, sector=n % 5, dwellings=48 + n % 2) for n in range(10, 60)]
HOME = "06029;06150;{n};RUE;{street};{n};01;A;3;{area};1021570.7;6280593.1"
REGISTER = "DEPCOM;CODEPOSTAL;NUMVOIE;TYPVOIE;NOMVOIE;NUMAPPT;ETAGE;BAT;NBPIECE;SURFHAB;X;Y"
BLOCKS = {"stream_mb": 0, "block_mb": 6e-4, "accept_removals": True}


@dataclass(frozen=True, slots=True)
class Lot:
    """Two files of a kind, the second changing what the first wrote, and the tables that they write."""

    kind: str
    earlier: str
    later: str
    tables: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)


STOCK = Lot(
    "stock", "\n".join([HEADER, *EARLIER]), "\n".join([HEADER, *LATER]), ("agencies", "sectors", "residences")
)
BY_BLOCKS = Lot(
    "rpls",
    "\n".join([REGISTER, *(HOME.format(n=n, street="DES LILAS", area=59) for n in range(40))]),
    "\n".join([REGISTER, *(HOME.format(n=n, street="DES LILAS", area=59 + n % 2) for n in range(10, 60))]),
    ("residences", "buildings", "dwellings"),
    BLOCKS,
)
# Where an import may be struck: each call of these counts as a step, and so does its return.
READING = (
    "data.importers.engine:sniff",
    "data.importers.engine:fingerprint",
    "data.importers.engine:_tables",
    "data.importers.engine:read_sheet",
    "data.importers.engine:refuse_duplicates",
    "data.importers.engine:_told",
    "data.importers.writing:_write",
    "data.importers.writing:_register",
    "data.importers.stream:read_sheet",
    "data.importers.writing_stream:told_changes",
)
STORING = ("_begin", "_query", "_execute", "_load", "_prepare_write", "_finish_write", "_mark", "_commit")

INSIDE = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
SEE_OUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"


class Steps:
    """Counts steps, and kills its own process at one of them: no clean-up, no goodbye."""

    def __init__(self, fatal: int | None) -> None:
        self.fatal, self.passed = fatal, 0

    def pass_one(self) -> None:
        self.passed += 1
        if self.passed == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable) -> Callable:
        def stepped(*arguments, **named):
            self.pass_one()
            result = function(*arguments, **named)
            self.pass_one()
            return result

        return stepped


def import_and_die(url: str, lot: Lot, file: str, fatal: int | None, passed) -> None:
    """Import a file of a lot, and die at a step; without one, tell how many there are."""
    from importlib import import_module

    from data.importers import Options, run

    with_stores()
    store, steps = open_store(url), Steps(fatal)
    for place in READING:
        module, name = place.split(":")
        module = import_module(module)
        setattr(module, name, steps.around(getattr(module, name)))
    for name in STORING:
        setattr(store, name, steps.around(getattr(store, name)))
    report = run(store, lot.kind, file, options=Options(**lot.options))
    store.close()
    passed.value = steps.passed if report.written else -1


class Engine:
    """A store of an engine that can be copied, so that each kill meets the same rows."""

    def __init__(self, folder: Path, server=None, name: str = "kill") -> None:
        self.folder, self.server, self.name, self.made = folder, server, f"{name}_{uuid.uuid4().hex[:6]}", 0
        self.first = self._empty()

    def copy(self) -> str:
        """Return the address of a new copy of the first store, which must be closed."""
        self.made += 1
        if self.server is None:
            return shutil.copy(self.first, self.folder / f"copy{self.made}.duckdb")
        name, first = f"{self.name}_copy_{self.made}", f"{self.name}_first"
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            left_alone(connection, first)
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{first}" STRATEGY file_copy')
        return self.server.url(name)

    def drop(self, url: str) -> None:
        """Remove a copy, and whoever a kill left on it."""
        if self.server is None:
            Path(url).unlink()
            return
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            copy = f"{self.name}_copy_{self.made}"
            connection.execute(SEE_OUT, [copy])
            left_alone(connection, copy)
            connection.execute(f'DROP DATABASE "{copy}"')

    def _empty(self) -> str:
        return (
            str(self.folder / "first.duckdb")
            if self.server is None
            else self.server.database(f"{self.name}_first")
        )


def left_alone(connection: psycopg.Connection, database: str) -> None:
    """Wait until nobody is in a database: the server needs a moment to see out who closed or was killed."""
    end = time.monotonic() + PATIENCE_S
    while connection.execute(INSIDE, [database]).fetchone() != (0,) and time.monotonic() < end:
        time.sleep(0.02)


def kills(engine: Engine, count: int, lot: Lot = STOCK) -> Iterator[tuple[int, int, str]]:
    """Kill an import at an even spread of its steps; yield (step, steps, as "before", "after" or "between")."""
    from data.importers import Options, run

    earlier, later = (engine.folder / name for name in ("earlier.csv", "later.csv"))
    earlier.write_text(lot.earlier, encoding="utf-8")
    later.write_text(lot.later, encoding="utf-8")
    store = open_store(engine.first)
    assert run(store, lot.kind, earlier, options=Options(**lot.options)).written
    before = content(store, lot)
    store.close()
    url = engine.copy()
    steps = _in_child(url, lot, later, None)
    after = _seen(url, lot)
    engine.drop(url)
    assert steps > 0
    assert before != after
    for rank in range(count):
        fatal = 1 + rank * (steps - 1) // max(count - 1, 1)
        url = engine.copy()
        _in_child(url, lot, later, fatal)
        seen = _seen(url, lot)
        engine.drop(url)
        yield fatal, steps, "before" if seen == before else "after" if seen == after else "between"


def content(store: Store, lot: Lot) -> dict:
    """Return the rows that an import of a lot writes, and how many imports are told and can be undone."""
    rows = {
        t: sorted(store.rows(t).to_pylist(), key=lambda row: next(iter(row.values()))) for t in lot.tables
    }
    imports = store.read("imports").index
    steps = store.read("import_steps")["import_id"]
    return rows | {"imports": len(imports), "undoable": sorted(steps.groupby(steps).size().tolist())}


def _seen(url: str, lot: Lot) -> dict:
    store = open_store(url)
    try:
        return content(store, lot)
    finally:
        store.close()


@contextmanager
def no_main():
    """Start a child that repeats no main program: a page tested in this process would be taken for one."""
    kept = sys.modules["__main__"]
    sys.modules["__main__"] = types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = kept


def _in_child(url: str, lot: Lot, file: Path, fatal: int | None) -> int:
    """Run the import in a child forked off a clean server; it must end as it was told to."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.killing", "data.importers"])
    passed = context.Value("i", 0)
    child = context.Process(target=import_and_die, args=(url, lot, str(file), fatal, passed))
    with no_main():
        child.start()
    child.join(PATIENCE_S)
    expected = 0 if fatal is None else -signal.SIGKILL
    assert child.exitcode == expected, f"step {fatal}: the child ended with {child.exitcode}"
    child.close()
    return passed.value
