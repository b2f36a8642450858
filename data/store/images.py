"""Rows as they stood: read, marked, packed into text and unpacked, so that a write can be taken back exactly."""

import base64

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

MARK = "mark_after"
_PRIME = np.uint64(1_099_511_628_211)
_UNKNOWN = np.uint64(0x9E3779B97F4A7C15)


def marks(rows: pa.Table) -> np.ndarray:
    """Return a 64-bit mark of each row: rows alike to the last bit have the same one, whatever stands beside them."""
    total = np.full(rows.num_rows, 14_695_981_039_346_656_037, dtype="uint64")
    for column in rows.columns:
        unknown = column.is_null().to_numpy(zero_copy_only=False).astype(bool)
        hashed = pd.util.hash_array(_plain(column), categorize=False)
        total = total * _PRIME + np.where(unknown, _UNKNOWN, hashed)
    return total


def keys_of(rows: pa.Table, key: tuple[str, ...]) -> pd.Index:
    """Return the key of each row as one text."""
    parts = [rows[name].cast(pa.large_string()) for name in key]
    mark = pa.scalar("\x1f", pa.large_string())
    joined = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, mark)
    return pd.Index(joined.to_numpy(), dtype=object)


def pack(rows: pa.Table | None) -> str | None:
    """Return rows as text: an Arrow stream, compressed, in base64; None for none."""
    if rows is None or not rows.num_rows:
        return None
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as stream:
        stream.write_table(rows)
    return base64.b64encode(sink.getvalue()).decode("ascii")


def unpack(text: str | None) -> pa.Table | None:
    """Return rows that were packed."""
    if not isinstance(text, str):
        return None
    return pa.ipc.open_stream(pa.py_buffer(base64.b64decode(text))).read_all()


def marked(rows: pa.Table, after: np.ndarray | None) -> pa.Table:
    """Return rows with the mark that they have after the import; None: they are no more."""
    column = pa.nulls(rows.num_rows, pa.uint64()) if after is None else pa.array(after, pa.uint64())
    return rows.append_column(MARK, column)


def _plain(column: pa.ChunkedArray) -> np.ndarray:
    """Return values as NumPy hashes them, something in place of what is unknown."""
    kind = column.type
    if pa.types.is_large_string(kind):
        return column.fill_null("").to_numpy().astype(object)
    if pa.types.is_large_binary(kind):
        return column.fill_null(b"").to_numpy().astype(object)
    if pa.types.is_boolean(kind):
        return column.fill_null(False).to_numpy().astype("int64")
    if pa.types.is_date32(kind):
        return column.cast(pa.int32()).fill_null(0).to_numpy().astype("int64")
    if pa.types.is_timestamp(kind):
        return column.cast(pa.int64()).fill_null(0).to_numpy()
    return column.fill_null(0).to_numpy()
