"""What the demonstration invented gives way to a real file of the same layer: no figure mixes the two."""

from collections.abc import Mapping

import pandas as pd

from data.importers.cancelling import CANCELLED
from data.importers.findings import Finding
from data.importers.journal import Journal
from data.store.interface import Changes, Store

SOURCE = "invented"
OF_KINDS = ("environment", "amenities")  # a file of noise says nothing of slopes: only its kinds give way
OF_SOURCE = (*OF_KINDS, "footprints")
KEYS = {"risks": r"^INV\d", "brownfields": f"_{SOURCE}_", "sales": f"-{SOURCE}-"}
UNMARKED = ("squares",)  # their keys are those of the real grid


def giving_way(store: Store, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the keys of the invented rows in place that real rows of the same layer replace, by table."""
    found = {name: _invented(store, name, frame) for name, frame in tables.items()}
    return {name: gone for name, gone in found.items() if gone is not None and len(gone)}


def take_out(
    journal: Journal, gone: Mapping[str, pd.DataFrame], changes: dict[str, Changes]
) -> list[Finding]:
    """Remove invented rows, so that the import undone brings them back; say how many of which table."""
    notes = []
    for table, keys in gone.items():
        removed = journal.remove(table, keys)
        if removed:
            changes[table] += Changes(removed=removed)
            notes.append(Finding("invented_gone", "note", params={"count": removed, "table": table}))
    return notes


def _invented(store: Store, table: str, frame: pd.DataFrame) -> pd.DataFrame | None:
    """The keys of a table's invented rows that a frame replaces; None where the frame is invented itself."""
    key = store.key(table)[0]
    if frame.empty:
        return None
    if table in OF_SOURCE:
        if frame["source"].eq(SOURCE).all():
            return None
        kinds = {"kind": frame["kind"].unique().tolist()} if table in OF_KINDS else {}
        return _keys(store, table, {"source": SOURCE} | kinds)
    if table in KEYS:
        present = _keys(store, table)
        mine = frame[key].str.contains(KEYS[table]).all()
        return None if mine else present[present[key].str.contains(KEYS[table])]
    if table in UNMARKED and _never_imported(store, table):
        present = _keys(store, table)
        return present[~present[key].isin(frame[key])]
    return None


def _keys(store: Store, table: str, where: Mapping[str, object] | None = None) -> pd.DataFrame:
    rows = store.read(table, columns=[], where=where, geometry=False)
    return rows.reset_index()[list(store.key(table))]


def _never_imported(store: Store, kind: str) -> bool:
    """Whether all that the store has of a kind is the demonstration's: no import of it that was not taken back."""
    if store.settings().get("invented") != "yes":
        return False
    lines = store.read("imports", columns=["undone_at", "outcome"], where={"kind": kind})
    return lines.loc[lines["outcome"] != CANCELLED, "undone_at"].notna().all()
