"""
PostgreSQL's binary COPY stream, made from Arrow columns and read back into them, whole columns at a time.

Format: https://www.postgresql.org/docs/15/sql-copy.html (Binary Format). A row is a count of fields, then for each
field its length in bytes (-1: null) and its bytes, big-endian; dates count from 2000-01-01.
"""

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
BATCH_ROWS = 50_000
_EPOCH_DAYS = 10_957  # 1970-01-01 to 2000-01-01
_EPOCH_US = _EPOCH_DAYS * 86_400_000_000

_BYTES = pa.large_binary()
_NOTHING = pa.scalar(b"", _BYTES)
_TO_THE_END = 2**31 - 1  # pyarrow 26 fails where binary_slice is given no end


def encode(rows: pa.Table, *, srid: int) -> Iterator[memoryview]:
    """Give the stream of a table, batch by batch; binary columns are WKB, sent with their SRID."""
    yield memoryview(HEADER)
    for start in range(0, rows.num_rows, BATCH_ROWS):
        batch = rows.slice(start, BATCH_ROWS).combine_chunks()
        fields = [part for column in batch.columns for part in _field(column, srid)]
        count = pa.scalar(len(batch.columns).to_bytes(2, "big"), _BYTES)
        joined = pc.binary_join_element_wise(count, *fields, _NOTHING)
        chunk = joined.combine_chunks() if isinstance(joined, pa.ChunkedArray) else joined
        ends = np.frombuffer(chunk.buffers()[1], np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
        yield memoryview(chunk.buffers()[2])[ends[0] : ends[-1]]
    yield memoryview(TRAILER)


def _field(column: pa.ChunkedArray, srid: int) -> list[pa.Array]:
    """Return a column as two: the lengths, and the bytes."""
    array = column.combine_chunks()
    array = array.chunk(0) if isinstance(array, pa.ChunkedArray) else array
    unknown = array.is_null().to_numpy(zero_copy_only=False)
    body = pc.if_else(pa.array(unknown), _NOTHING, _body(array, srid))
    sizes = np.where(unknown, -1, pc.binary_length(body).to_numpy())
    return [_fixed(sizes.astype(">i4")), body]


def _body(array: pa.Array, srid: int) -> pa.Array:
    kind = array.type
    if pa.types.is_large_string(kind):
        return pc.fill_null(array, "").cast(_BYTES)
    if pa.types.is_large_binary(kind):
        return _with_srid(pc.fill_null(array, _NOTHING), srid)
    if pa.types.is_boolean(kind):
        return _fixed(pc.fill_null(array, False).to_numpy(zero_copy_only=False).astype("u1"))
    if pa.types.is_floating(kind):
        return _fixed(pc.fill_null(array, 0.0).to_numpy().astype(">f8"))
    if pa.types.is_date32(kind):
        return _fixed((pc.fill_null(array.cast(pa.int32()), 0).to_numpy() - _EPOCH_DAYS).astype(">i4"))
    whole = pc.fill_null(array.cast(pa.int64()), 0).to_numpy()
    return _fixed((whole - _EPOCH_US if pa.types.is_timestamp(kind) else whole).astype(">i8"))


def _fixed(values: np.ndarray) -> pa.Array:
    """Return fixed-width values as bytes."""
    width = pa.binary(values.dtype.itemsize)
    return pa.Array.from_buffers(width, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))]).cast(
        _BYTES
    )


def _with_srid(wkb: pa.Array, srid: int) -> pa.Array:
    """Turn little-endian 2D WKB into EWKB: the flag in the type, the SRID after it."""
    order_and_type = pc.binary_slice(wkb, 0, 2)  # the type is below 256: its first byte tells it
    flag_and_srid = pa.scalar(b"\0\0\x20" + srid.to_bytes(4, "little"), _BYTES)
    return pc.binary_join_element_wise(
        order_and_type, flag_and_srid, pc.binary_slice(wkb, 5, _TO_THE_END), _NOTHING
    )


def decode(messages: Iterable[bytes | memoryview], schema: pa.Schema) -> pa.Table:
    """Read a stream, one message a row as the server sends it, into columns of a schema."""
    stream = iter(messages)
    waiting = [next(stream)[len(HEADER) :]]
    batches = []
    for message in stream:
        waiting.append(message)
        if len(waiting) == BATCH_ROWS:
            batches.append(_decode_batch(waiting, schema))
            waiting = []
    if waiting and len(waiting[-1]) == len(TRAILER):
        waiting.pop()
    batches.append(_decode_batch(waiting, schema))
    return pa.Table.from_batches(batches, schema)


def _decode_batch(messages: list[bytes | memoryview], schema: pa.Schema) -> pa.RecordBatch:
    lengths = np.fromiter(map(len, messages), np.int64, len(messages))
    data = b"".join(messages)
    raw = np.frombuffer(data, np.uint8)
    position = np.cumsum(lengths) - lengths + 2
    arrays = []
    for field in schema:
        sizes = _big_endian(raw, position, "i4").astype(np.int64)
        begin = position + 4
        position = begin + np.maximum(sizes, 0)
        arrays.append(_column(raw, data, begin, position, sizes < 0, field.type))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _big_endian(raw: np.ndarray, begin: np.ndarray, kind: str) -> np.ndarray:
    width = int(kind[1])
    return raw[begin[:, None] + np.arange(width)].view(f">{kind}").ravel()


def _column(
    raw: np.ndarray, data: bytes, begin: np.ndarray, end: np.ndarray, unknown: np.ndarray, kind: pa.DataType
) -> pa.Array:
    if pa.types.is_large_string(kind) or pa.types.is_large_binary(kind):
        return _slices(data, begin, end, unknown, kind)
    begin = np.where(unknown, 0, begin)
    if pa.types.is_boolean(kind):
        return pa.array(raw[begin] != 0, kind, mask=unknown)
    if pa.types.is_floating(kind):
        return pa.array(_big_endian(raw, begin, "f8").astype(float), kind, mask=unknown)
    if pa.types.is_date32(kind):
        days = np.where(unknown, 0, _big_endian(raw, begin, "i4").astype(np.int32)) + np.int32(_EPOCH_DAYS)
        return pa.array(days, pa.int32(), mask=unknown).cast(kind)
    whole = np.where(unknown, 0, _big_endian(raw, begin, "i8").astype(np.int64))
    if pa.types.is_timestamp(kind):
        return pa.array(whole + _EPOCH_US, pa.int64(), mask=unknown).cast(kind)
    return pa.array(whole, kind, mask=unknown)


def _slices(
    data: bytes, begin: np.ndarray, end: np.ndarray, unknown: np.ndarray, kind: pa.DataType
) -> pa.Array:
    """Cut the fields out of the stream: an array over fields and gaps in turn, of which every second is kept."""
    if not len(begin):
        return pa.array([], kind)
    bounds = np.empty(2 * len(begin), np.int64)
    bounds[0::2], bounds[1::2] = begin, end
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(data)]
    fields = pa.Array.from_buffers(_BYTES, len(bounds) - 1, buffers).take(
        pa.array(np.arange(0, len(bounds) - 1, 2))
    )
    fields = fields if kind == _BYTES else fields.cast(kind)
    return pc.if_else(pa.array(unknown), pa.scalar(None, kind), fields) if unknown.any() else fields
