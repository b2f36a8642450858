"""An import killed at any step, in a process of its own: what the kill tests and their bench share."""

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg

from data.store import Store, open_store

HEADER = "residence_id,name,address,postcode,insee,sector_id,dwellings,year_built,floors,lon,lat"
LINE = "R{n:03d},Name {n},{n} rue X,93100,93048,S{sector},{dwellings},1972,6,2.4412,48.8601"
EARLIER = [LINE.format(n=n, sector=n % 3, dwellings=48) for n in range(40)]
LATER = [LINE.format(n=n, sector=n % 5, dwellings=48 + n % 2) for n in range(10, 60)]
TABLES = ("agencies", "sectors", "residences")
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
)
STORING = ("_begin", "_query", "_execute", "_load", "_prepare_write", "_finish_write", "_mark", "_commit")


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


def import_and_die(url: str, file: str, fatal: int | None, passed) -> None:
    """Import a file of stock, and die at a step; without one, tell how many there are."""
    from importlib import import_module

    from data.importers import run

    store, steps = open_store(url), Steps(fatal)
    for place in READING:
        module, name = place.split(":")
        module = import_module(module)
        setattr(module, name, steps.around(getattr(module, name)))
    for name in STORING:
        setattr(store, name, steps.around(getattr(store, name)))
    report = run(store, "stock", file)
    store.close()
    passed.value = steps.passed if report.written else -1


class Engine:
    """A store of an engine that can be copied, so that each kill meets the same rows."""

    def __init__(self, folder: Path, server=None) -> None:
        self.folder, self.server, self.made = folder, server, 0
        self.first = self._empty()

    def copy(self) -> str:
        """Return the address of a new copy of the first store, which must be closed."""
        self.made += 1
        if self.server is None:
            return shutil.copy(self.first, self.folder / f"copy{self.made}.duckdb")
        name, first = f"kill_copy_{self.made}", "kill_first"
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{first}" STRATEGY file_copy')
        return self.server.url(name)

    def drop(self, url: str) -> None:
        """Remove a copy, and whoever a kill left on it."""
        if self.server is None:
            Path(url).unlink()
            return
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "kill_copy_{self.made}" WITH (FORCE)')

    def _empty(self) -> str:
        return (
            str(self.folder / "first.duckdb") if self.server is None else self.server.database("kill_first")
        )


def kills(engine: Engine, count: int) -> Iterator[tuple[int, int, str]]:
    """Kill an import at an even spread of its steps; yield (step, steps, as "before", "after" or "between")."""
    from data.importers import run

    earlier, later = (engine.folder / name for name in ("earlier.csv", "later.csv"))
    earlier.write_text("\n".join([HEADER, *EARLIER]), encoding="utf-8")
    later.write_text("\n".join([HEADER, *LATER]), encoding="utf-8")
    store = open_store(engine.first)
    assert run(store, "stock", earlier).written
    before = content(store)
    store.close()
    url = engine.copy()
    steps = _in_child(url, later, None)
    after = _seen(url)
    engine.drop(url)
    assert steps > 0
    assert before != after
    for rank in range(count):
        fatal = 1 + rank * (steps - 1) // max(count - 1, 1)
        url = engine.copy()
        _in_child(url, later, fatal)
        seen = _seen(url)
        engine.drop(url)
        yield fatal, steps, "before" if seen == before else "after" if seen == after else "between"


def content(store: Store) -> dict:
    """Return the rows that an import of stock writes, and how many imports are told and can be undone."""
    rows = {t: sorted(store.rows(t).to_pylist(), key=lambda row: next(iter(row.values()))) for t in TABLES}
    imports = store.read("imports").index
    steps = store.read("import_steps")["import_id"]
    return rows | {"imports": len(imports), "undoable": sorted(steps.groupby(steps).size().tolist())}


def _seen(url: str) -> dict:
    store = open_store(url)
    try:
        return content(store)
    finally:
        store.close()


def _in_child(url: str, file: Path, fatal: int | None) -> int:
    """Run the import in a child forked off a clean server; it must end as it was told to."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.killing", "data.importers"])
    passed = context.Value("i", 0)
    child = context.Process(target=import_and_die, args=(url, str(file), fatal, passed))
    child.start()
    child.join(120)
    expected = 0 if fatal is None else -signal.SIGKILL
    assert child.exitcode == expected, f"step {fatal}: the child ended with {child.exitcode}"
    child.close()
    return passed.value
