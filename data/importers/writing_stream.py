"""From a large text to the store, block by block, in one transaction: all of it, or nothing."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from data.importers.findings import FileRefused, Finding
from data.importers.importer import Delivery
from data.importers.journal import Journal
from data.importers.report import Report
from data.importers.stream import Judging
from data.store.interface import Changes, Store

REMOVED_SHARE = 0.10
NAMED = 20
# DuckDB puts whole groups of 122,880 rows in its file at once; of a smaller piece it keeps all in memory to the end,
# and of each piece the last, half-filled block of each column: two groups a piece.
GROUP_ROWS = 2 * 122_880
Progress = Callable[[float, str], None]


class Blocks:
    """The writing of one file: what each block changes, and which keys the file holds."""

    def __init__(self, store: Store, judging: Judging, progress: Progress, journal: Journal) -> None:
        self.store, self.judging, self.progress, self.journal = store, judging, progress, journal
        self.changes = {name: Changes() for name in judging.stream.tables}
        self.waiting: dict[str, list[pd.DataFrame]] = {}
        self.held: dict[str, list[np.ndarray]] = {}
        self.present = {name: store.count(name) for name in judging.stream.tables}

    def write(self) -> tuple[Report, Delivery]:
        """Write the blocks as they are judged, then what is gathered from them; within a transaction."""
        for tables, share in self.judging.blocks():
            for table, frame in tables.items():
                self._write(table, frame)
            self.progress(0.9 * share, "writing")
        self.progress(0.9, "writing")
        for table, frame in self.judging.stream.rest():
            self._write(table, frame)
        for table, frames in self.waiting.items():
            self._put(table, frames)
        report, delivery = self.judging.result()
        pa.default_memory_pool().release_unused()
        return report, delivery

    def remove_absent(self, delivery: Delivery, *, ask: bool) -> list[Finding]:
        """Remove the rows that the file replaces and does not hold; FileRefused where they are many and `ask`."""
        leaving = {
            table: self._leaving(table, prefixes)
            for table, prefixes in delivery.replaces.items()
            if self.present.get(table)
        }
        for table, (gone, among) in leaving.items() if ask else ():
            if len(gone) > REMOVED_SHARE * among:
                told = {"removed": len(gone), "present": among, "table": table, "keys": named(gone)}
                raise FileRefused("would_remove", **told)
        notes = []
        for table, (gone, _) in reversed(leaving.items()):
            removed = self.journal.remove(table, gone)
            self.changes[table] += Changes(removed=removed)
            if removed:
                told = {"count": removed, "table": table, "keys": named(gone)}
                notes.append(Finding("removed", "note", params=told))
        return notes

    def _write(self, table: str, frame: pd.DataFrame) -> None:
        """Write whole groups of rows, and let the rest wait for more."""
        if frame.empty:
            return
        waiting = self.waiting.setdefault(table, [])
        waiting.append(frame)
        count = sum(map(len, waiting))
        if count >= GROUP_ROWS:
            rows = pd.concat(waiting, ignore_index=True)
            waiting.clear()
            whole = count - count % GROUP_ROWS
            waiting.append(rows.take(np.arange(whole, count)))  # a slice would keep the whole group alive
            self._put(table, [rows.iloc[:whole]])
            del rows
            pa.default_memory_pool().release_unused()

    def _put(self, table: str, frames: list[pd.DataFrame]) -> None:
        rows = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
        if rows.empty:
            return
        self.changes[table] += self.journal.write_block(table, rows)
        if self.present[table]:
            self.held.setdefault(table, []).append(_marks(rows[self.store.key(table)[0]]))

    def _leaving(self, table: str, prefixes: tuple[str, ...]) -> tuple[pd.DataFrame, int]:
        """Keys in place, of those that the file replaces, that no block had; and how many of them there were."""
        key = self.store.key(table)[0]
        present = self.store.keys(table)[key].to_pandas().astype("str")
        length = len(prefixes[0])
        present = present[present.str.slice(0, length).isin(prefixes)]
        known = np.concatenate(self.held.get(table, [np.empty(0, dtype="uint64")]))
        gone = present[~np.isin(_marks(present), known)]
        return gone.to_frame(key), len(present) - self.changes[table].added


def named(gone: pd.DataFrame) -> str:
    """Name the first rows that go."""
    keys = gone.astype("str").agg(" · ".join, axis=1).tolist()
    return ", ".join(keys[:NAMED]) + (", …" if len(keys) > NAMED else "")


def told_changes(report: Report, changes: dict[str, Changes], notes: list[Finding]) -> Report:
    """The report with what changed."""
    total = sum(changes.values(), Changes())
    if not total.any:
        notes = [*notes, Finding("nothing_changed", "note")]
    return replace(report, changes=total, changes_by_table=changes, findings=(*report.findings, *notes))


def _marks(keys: pd.Series) -> np.ndarray:
    return pd.util.hash_array(keys.to_numpy(dtype=object), categorize=False)
