"""The journal of an import: what each of its writes found in place, kept with it so that it can be taken back."""

from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from data.store.frames import to_arrow
from data.store.images import keys_of, marked, marks, pack
from data.store.interface import Changes, Store

KEPT = 5
IN_LIST = 5_000
STEPS = "import_steps"


@dataclass
class Journal:
    """Writes to a store and remembers; `keep` puts the memory beside the import's line, in its transaction."""

    store: Store
    parts: list[dict[str, str | None]] = field(default_factory=list)

    def write(self, table: str, frame: pd.DataFrame) -> Changes:
        """Add new keys and rewrite known ones."""
        chosen = self.store.catalogue.table(table)
        rows = to_arrow(chosen, frame)
        mark = marks(rows)
        keys = keys_of(rows, chosen.key)
        present = self._present(table, rows)
        at = keys.get_indexer(keys_of(present, chosen.key))
        differs = (at >= 0) & (mark[at] != marks(present)) if len(keys) else at >= 0
        new = ~keys.isin(keys_of(present, chosen.key))
        self._remember(
            table,
            marked(rows.filter(pa.array(new)).select(list(chosen.key)), mark[new]),
            marked(present.filter(pa.array(differs)), mark[at[differs]]),
        )
        return self.store.write(table, frame, mode="upsert")

    def remove(self, table: str, gone: pd.DataFrame) -> int:
        """Remove the rows that have these keys."""
        if gone.empty:
            return 0
        key = self.store.key(table)
        rows = self.store.rows(table, _where(key[0], gone[key[0]]))
        wanted = gone.astype("str")[list(key)].agg("\x1f".join, axis=1) if len(key) > 1 else gone[key[0]]
        rows = rows.filter(pa.array(keys_of(rows, key).isin(wanted.astype("str"))))
        self._remember(table, None, marked(rows, None))
        return self.store.take_out(table, rows)

    def keep(self, import_id: str) -> None:
        """Put the journal in the store."""
        if self.parts:
            steps = [{"import_id": import_id, "part": n, **part} for n, part in enumerate(self.parts)]
            self.store.write(STEPS, pd.DataFrame(steps), mode="append")

    def _present(self, table: str, rows: pa.Table) -> pa.Table:
        first = self.store.key(table)[0]
        if not self.store.count(table):
            return rows.slice(0, 0)
        return self.store.rows(table, _where(first, rows[first].to_pandas()))

    def _remember(self, table: str, added: pa.Table | None, earlier: pa.Table | None) -> None:
        part = {"table_name": table, "added": pack(added), "earlier": pack(earlier)}
        if part["added"] or part["earlier"]:
            self.parts.append(part)


def forget_old(store: Store, kind: str) -> None:
    """Let go of the journals of all but the last imports of a kind."""
    lines = store.read("imports", columns=["started_at"], where={"kind": kind})
    old = lines.sort_values("started_at").index[:-KEPT].tolist()
    if old:
        store.delete(STEPS, {"import_id": old})


def _where(column: str, values: pd.Series) -> dict[str, list] | None:
    """A list of values to look for, where it is short enough to be one; None: all rows."""
    distinct = values.unique().tolist()
    return {column: distinct} if len(distinct) <= IN_LIST else None
