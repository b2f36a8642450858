"""The journal of an import: what each of its writes found in place, kept with it so that it can be taken back."""

import uuid
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from data.importers.cancelling import CANCELLED
from data.store.frames import to_arrow, with_keys
from data.store.images import keys_of, marked, marks, pack
from data.store.interface import Changes, Store

KEPT = 5
IN_LIST = 5_000
STEPS = "import_steps"


@dataclass
class Journal:
    """
    Writes to a store and remembers, in the transaction of the import: each write leaves its step beside it.

    A table that was empty when the import began needs no looking for what is in place, as long as the import
    brings no key twice (`fresh`).
    """

    store: Store
    import_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    parts: int = 0
    fresh: dict[str, bool] = field(default_factory=dict)

    def write(self, table: str, frame: pd.DataFrame) -> Changes:
        """Add new keys and rewrite known ones."""
        return self._write(table, to_arrow(self.store.catalogue.table(table), frame))

    def write_block(self, table: str, frame: pd.DataFrame) -> Changes:
        """
        Add and rewrite one of many pieces of a table, whose keys no other piece has.

        A column that the frame lacks stays as it is in place.
        """
        chosen = self.store.catalogue.table(table)
        rows = to_arrow(chosen, frame)
        if table not in self.fresh:
            self.fresh[table] = not self.store.count(table)
        if self.fresh[table]:
            self._remember(table, marked(rows.select(list(chosen.key)), marks(rows)), None)
            return self.store.write_rows(table, rows, mode="append")
        present = self.store.rows_like(table, rows)
        lacking = [name for name in chosen.by_name if name not in frame.columns and name not in chosen.key]
        if present.num_rows and lacking:
            at = keys_of(present, chosen.key).get_indexer(keys_of(rows, chosen.key))
            picked = pa.array(at, mask=at < 0)
            for name in lacking:
                place = rows.schema.get_field_index(name)
                rows = rows.set_column(place, rows.schema.field(place), present[name].take(picked))
        return self._write(table, rows, present)

    def _write(self, table: str, rows: pa.Table, present: pa.Table | None = None) -> Changes:
        chosen = self.store.catalogue.table(table)
        mark = marks(rows)
        keys = keys_of(rows, chosen.key)
        present = self._present(table, rows) if present is None else present
        at = keys.get_indexer(keys_of(present, chosen.key))
        differs = (at >= 0) & (mark[at] != marks(present)) if len(keys) else at >= 0
        new = ~keys.isin(keys_of(present, chosen.key))
        self._remember(
            table,
            marked(rows.filter(pa.array(new)).select(list(chosen.key)), mark[new]),
            marked(present.filter(pa.array(differs)), mark[at[differs]]),
        )
        return self.store.write_rows(table, rows)

    def remove(self, table: str, gone: pd.DataFrame) -> int:
        """Remove the rows that have these keys."""
        if gone.empty:
            return 0
        key = self.store.key(table)
        where = _where(key[0], gone[key[0]])
        if where is None:
            chosen = self.store.catalogue.table(table)
            rows = self.store.rows_like(table, with_keys(chosen, pa.Table.from_pandas(gone[list(key)])))
        else:
            rows = self.store.rows(table, where)
        wanted = gone.astype("str")[list(key)].agg("\x1f".join, axis=1) if len(key) > 1 else gone[key[0]]
        rows = rows.filter(pa.array(keys_of(rows, key).isin(wanted.astype("str"))))
        self._remember(table, None, marked(rows, None))
        return self.store.take_out(table, rows)

    def _present(self, table: str, rows: pa.Table) -> pa.Table:
        first = self.store.key(table)[0]
        if not self.store.count(table):
            return rows.slice(0, 0)
        where = _where(first, rows[first].to_pandas())
        return self.store.rows_like(table, rows) if where is None else self.store.rows(table, where)

    def _remember(self, table: str, added: pa.Table | None, earlier: pa.Table | None) -> None:
        step = {"table_name": table, "added": pack(added), "earlier": pack(earlier)}
        if step["added"] or step["earlier"]:
            line = pd.DataFrame([{"import_id": self.import_id, "part": self.parts, **step}])
            self.store.write(STEPS, line, mode="append")
            self.parts += 1


def forget_old(store: Store, kind: str) -> None:
    """Let go of the journals of all but the last imports of a kind."""
    lines = store.read("imports", columns=["started_at", "outcome"], where={"kind": kind})
    lines = lines[lines["outcome"] != CANCELLED]
    old = lines.sort_values("started_at").index[:-KEPT].tolist()
    if old:
        store.delete(STEPS, {"import_id": old})


def _where(column: str, values: pd.Series) -> dict[str, list] | None:
    """A list of values to look for, where it is short enough to be one; None: it is not."""
    distinct = values.unique().tolist()
    return {column: distinct} if len(distinct) <= IN_LIST else None
