"""The store: one interface, DuckDB embedded by default, PostGIS where a team shares it."""

import os
from pathlib import Path

from data.store.embedded import MEMORY, EmbeddedStore
from data.store.errors import (
    ImportRunning,
    StoreBusy,
    StoreError,
    StoreRefused,
    StoreUnavailable,
    UnknownName,
)
from data.store.interface import Changes, Store
from data.store.tiles import LAYERS, table_of

__all__ = [
    "PUBLIC_LAYERS",
    "Changes",
    "ImportRunning",
    "Store",
    "StoreBusy",
    "StoreError",
    "StoreRefused",
    "StoreUnavailable",
    "UnknownName",
    "open_store",
    "table_of",
]

PUBLIC_LAYERS = tuple(LAYERS)
DEFAULT_FILE = Path(__file__).resolve().parents[2] / ".ilot" / "ilot.duckdb"


def open_store(url: str | Path | None = None) -> Store:
    """
    Open a store, and bring its tables to this version.

    Parameters
    ----------
    url
        ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE`` for PostGIS; a path or ``duckdb:///PATH`` for a DuckDB file,
        made with its folder where there is none; None: the environment's ``ILOT_STORE``, else the project's own file.

    Raises
    ------
    StoreBusy
        If another process has the DuckDB file open.
    StoreUnavailable
        If the address is wrong, the server does not answer, or the store was made by another version.
    """
    address = str(url or os.environ.get("ILOT_STORE") or DEFAULT_FILE)
    scheme, separator, rest = address.partition("://")
    if scheme in ("postgresql", "postgres") and separator:
        # Its driver weighs 12 MB, which an embedded store can do without.
        from data.store.shared import SharedStore

        return SharedStore(address)
    if separator and scheme != "duckdb":
        raise StoreUnavailable(
            "no store speaks {scheme}://",
            remedy="use a path, duckdb:///PATH or postgresql://...",
            scheme=scheme,
        )
    path = rest if separator else address
    if path.strip("/") == MEMORY:
        return EmbeddedStore(MEMORY)
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable(
            "its folder cannot be made", path, "give a path that can be written"
        ) from error
    return EmbeddedStore(Path(path))
