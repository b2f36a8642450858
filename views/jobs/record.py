"""The record of who did what, to which only lines are added."""

import uuid

import pandas as pd

from data.store import Store


def note(store: Store, who: str | None, action: str, on: str, rows: int, detail: str | None) -> None:
    """Add a line to the record of who did what."""
    line = {"done_at": now(), "who": who, "action": action, "object": on, "rows": rows, "detail": detail}
    store.write("audit", one_row("audit_id", uuid.uuid4().hex, line), mode="append")


def one_row(key: str, value: str, columns: dict) -> pd.DataFrame:
    """Return one row of a table, by its key."""
    return pd.DataFrame([columns], index=pd.Index([value], name=key))


def now() -> pd.Timestamp:
    """Return the hour in UTC, without a zone, as tables hold it."""
    return pd.Timestamp.now("UTC").tz_localize(None).floor("us")


def moment() -> pd.Timestamp:
    """Return `now`, to the second: for what people read."""
    return now().floor("s")
