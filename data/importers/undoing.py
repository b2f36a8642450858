"""The last import taken back: the store is as it was before, to the last bit, or nothing is touched and why is said."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pyarrow as pa

from data.importers.cancelling import CANCELLED
from data.importers.findings import FileRefused, Finding
from data.importers.journal import IN_LIST, STEPS
from data.importers.report import Report
from data.store.errors import ImportRunning, StoreRefused
from data.store.frames import to_frame, with_keys
from data.store.images import MARK, keys_of, marks, unpack
from data.store.interface import Changes, Store


def undo(store: Store, import_id: str | None = None, *, kind: str | None = None) -> Report:
    """
    Take back an import: what it added goes, what it changed or removed comes back.

    Parameters
    ----------
    import_id
        A key of the table `imports`; None: the last one not undone (of this `kind`, where given).

    Returns
    -------
    Report
        Of the import's file, with `written` and `changes`; refused, with its reason, where rows of it were touched
        since, where others hold on to them, or where there is nothing to take back.
    """
    report = Report(kind or "", "")
    try:
        with store.importing(), store.transaction():
            line = _line(store, import_id, kind)
            report = replace(report, kind=line["kind"], file=line["file"], sha256=line["sha256"])
            return _undone(store, line, report)
    except ImportRunning as running:
        return report.refusing(FileRefused("import_running", who=running.who, since=_told(running.since)))
    except StoreRefused as refusal:
        return report.refusing(FileRefused("undo_held", where=refusal.where))
    except FileRefused as refusal:
        return report.refusing(refusal)


def _line(store: Store, import_id: str | None, kind: str | None) -> pd.Series:
    """Line of the register to take back."""
    where = {"import_id": import_id} if import_id else {"kind": kind} if kind else None
    lines = store.read("imports", where=where)
    if import_id and len(lines) and lines["undone_at"].notna().all():
        raise FileRefused("undone_already", date=f"{lines['undone_at'].iloc[0]:%Y-%m-%d %H:%M}")
    lines = lines[lines["undone_at"].isna() & lines["outcome"].ne(CANCELLED)].sort_values("finished_at")
    if lines.empty:
        raise FileRefused("nothing_to_undo")
    return lines.iloc[-1].rename(lines.index[-1])


def _undone(store: Store, line: pd.Series, report: Report) -> Report:
    steps = store.read(STEPS, where={"import_id": line.name}).sort_values("part", ascending=False)
    if steps.empty and '"added": 0, "changed": 0' not in str(line["report"]):
        raise FileRefused("undo_not_kept")
    changes: dict[str, Changes] = {}
    for step in steps.itertuples():
        told = _take_back(store, step.table_name, unpack(step.added), unpack(step.earlier), line)
        changes[step.table_name] = changes.get(step.table_name, Changes()) + told
    now = datetime.now(UTC).replace(tzinfo=None)
    store.write("imports", line.to_frame().T.assign(undone_at=now).rename_axis("import_id").infer_objects())
    store.delete(STEPS, {"import_id": line.name})
    told = Finding("undone", "note", params={"file": line["file"], "date": _told(line["finished_at"])})
    total = sum(changes.values(), Changes())
    return replace(report, changes=total, changes_by_table=changes, findings=(told,), written=True)


def _take_back(
    store: Store, table: str, added: pa.Table | None, earlier: pa.Table | None, line: pd.Series
) -> Changes:
    """Take back one write: every row of it must be as the import left it."""
    key = store.key(table)
    parts = [part for part in (added, earlier) if part is not None]
    keys = np.concatenate([keys_of(part, key).to_numpy() for part in parts])
    after = pd.Series(np.concatenate([part[MARK].to_pandas().astype("UInt64") for part in parts]), keys)
    present = _present(store, table, parts, key, keys)
    found = pd.Series(marks(present), keys_of(present, key), dtype="UInt64").reindex(keys)
    touched = (found.fillna(0) != after.fillna(0)) | (found.isna() != after.isna())
    if touched.any():
        _refuse_touched(store, table, set(touched.index[touched]), line)
    removed = 0
    if added is not None:
        removed = store.take_out(
            table, present.filter(pa.array(keys_of(present, key).isin(keys_of(added, key))))
        )
    back = Changes()
    if earlier is not None:
        rows = to_frame(store.catalogue.table(table), earlier.drop_columns([MARK]))
        back = store.write(table, rows, mode="upsert")
    return back + Changes(removed=removed)


def _present(
    store: Store, table: str, parts: Sequence[pa.Table], key: tuple[str, ...], keys: np.ndarray
) -> pa.Table:
    first = pd.unique(np.concatenate([part[key[0]].to_numpy() for part in parts])).tolist()
    if len(first) > IN_LIST:
        keys = pa.concat_tables(part.select(list(key)) for part in parts)
        return store.rows_like(table, with_keys(store.catalogue.table(table), keys))
    rows = store.rows(table, {key[0]: first})
    return rows.filter(pa.array(keys_of(rows, key).isin(keys)))


def _refuse_touched(store: Store, table: str, keys: set[str], line: pd.Series) -> None:
    """Say which later imports touched these rows; where none did, somebody changed them in the application."""
    lines = store.read("imports", columns=["file", "finished_at", "undone_at"])
    later = lines[(lines["finished_at"] > line["finished_at"]) & lines["undone_at"].isna()]
    names = []
    for import_id, file in later["file"].items():
        for step in store.read(STEPS, where={"import_id": import_id, "table_name": table}).itertuples():
            parts = [part for part in (unpack(step.added), unpack(step.earlier)) if part is not None]
            if any(not keys.isdisjoint(keys_of(part, store.key(table))) for part in parts):
                names.append(file)
    if names:
        raise FileRefused("undo_later", count=len(keys), table=table, files=", ".join(dict.fromkeys(names)))
    raise FileRefused("undo_changed", count=len(keys), table=table)


def _told(when: datetime | None) -> str:
    return "?" if when is None else f"{when:%Y-%m-%d %H:%M} UTC"
