"""Frames in, frames out: checked into Arrow columns of the store's types, and back with stable dtypes."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from data.store.catalogue import GEOMETRY, Column, Table
from data.store.errors import StoreRefused, UnknownName
from data.store.shapes import shapes_of
from geo.crs import WORKING_CRS

ARROW_TYPES = {
    "text": pa.large_string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    GEOMETRY: pa.large_binary(),
}
PANDAS_TYPES = {
    pa.large_string(): pd.StringDtype(na_value=np.nan),
    pa.int64(): pd.Int64Dtype(),
    pa.bool_(): pd.BooleanDtype(),
}
_BLANKS = {
    "text": pa.scalar(""),
    "int": pa.scalar(0),
    "float": pa.scalar(0.0),
    "bool": pa.scalar(False),
    "date": pa.scalar(0, pa.int32()),
    "timestamp": pa.scalar(0, pa.int64()),
}
_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896  # years 1 to 9999, in days from 1970


def schema_of(columns: tuple[Column, ...]) -> pa.Schema:
    """Return the Arrow types of columns."""
    return pa.schema([(column.name, ARROW_TYPES[column.kind]) for column in columns])


def to_arrow(table: Table, frame: pd.DataFrame) -> pa.Table:
    """
    Return a frame as the table's columns, all of them, in its order; shapes as WKB.

    Raises
    ------
    StoreRefused
        If the key is missing or double, a required value is missing, or a value is not of its column's kind.
    UnknownName
        If the frame has a column that the table has not.
    """
    flat = _with_key_columns(table, frame)
    arrays = {c.name: _array(table, c, flat) for c in table.columns if c.kind != GEOMETRY}
    keys = _require_key(table, arrays)
    for column in table.columns:
        if column.required and column.name not in table.key:
            _require_known(table, column, arrays[column.name], keys)
    if table.shape:
        shapes = shapely.to_wkb(shapes_of(table, frame, keys), byte_order=1)
        arrays[GEOMETRY] = pa.array(shapes, ARROW_TYPES[GEOMETRY])
    return pa.table(arrays, schema=schema_of(table.columns))


def with_keys(table: Table, keys: pa.Table) -> pa.Table:
    """Return rows that have these keys, and in place of the rest nothing that means something: to look for them."""
    columns = []
    for column in table.columns:
        kind = ARROW_TYPES[column.kind]
        if column.name in table.key:
            columns.append(keys[column.name].cast(kind))
        elif column.required:
            columns.append(pa.repeat(_BLANKS[column.kind], keys.num_rows).cast(kind))
        else:
            columns.append(pa.nulls(keys.num_rows, kind))
    return pa.table(columns, schema=schema_of(table.columns))


def to_frame(table: Table, rows: pa.Table) -> pd.DataFrame | gpd.GeoDataFrame:
    """Return rows read from the store as a frame ordered by its key, and indexed by it where it is one column."""
    order = pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in table.key])
    rows = rows.take(order)
    plain = rows.drop_columns([GEOMETRY]) if GEOMETRY in rows.column_names else rows
    days = [(i, f.name) for i, f in enumerate(plain.schema) if pa.types.is_date(f.type)]
    for position, name in days:
        plain = plain.set_column(position, name, plain[name].cast(pa.timestamp("s")))
    frame = plain.to_pandas(types_mapper=PANDAS_TYPES.get)
    if GEOMETRY in rows.column_names:
        shapes = shapely.from_wkb(rows[GEOMETRY].to_numpy())
        frame = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, crs=WORKING_CRS))
    return frame.set_index(table.key[0]) if len(table.key) == 1 else frame


def _with_key_columns(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the index's names among its columns, its shapes apart."""
    named = [name for name in frame.index.names if name in table.by_name and name not in frame.columns]
    flat = frame.reset_index()[[*named, *frame.columns]] if named else frame.reset_index(drop=True)
    shapes = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
    flat = pd.DataFrame(flat[[name for name in flat.columns if name not in (shapes, GEOMETRY)]])
    unknown = [str(name) for name in flat.columns if name not in table.by_name]
    if unknown or (shapes is not None and not table.shape):
        raise UnknownName(
            "there is no column {name}",
            table.name,
            "leave it out; the columns are {columns}",
            name=", ".join(unknown) or GEOMETRY,
            columns=", ".join(table.by_name),
        )
    absent = [c.name for c in table.columns if c.required and c.name not in flat.columns]
    if absent:
        raise StoreRefused(
            "required columns are absent: {columns}",
            table.name,
            "give each row its value",
            columns=", ".join(absent),
        )
    if not flat.columns.is_unique:
        raise StoreRefused("a column comes twice", table.name, "keep one of each name")
    return flat


def _array(table: Table, column: Column, frame: pd.DataFrame) -> pa.Array:
    """Return a column in its Arrow type, all unknown where the frame lacks it."""
    if column.name not in frame.columns:
        return pa.nulls(len(frame), ARROW_TYPES[column.kind])
    series = frame[column.name]
    try:
        array = pa.Array.from_pandas(series)
        array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        array = array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
        if pa.types.is_null(array.type) or array.null_count == len(array):
            return pa.nulls(len(frame), ARROW_TYPES[column.kind])
        return _CONVERT[column.kind](array)
    except (pa.ArrowException, TypeError, ValueError, OverflowError) as error:
        raise StoreRefused(
            "expected {kind}, got {found} ({why})",
            f"{table.name}.{column.name}",
            "convert it on the way in; leave empty what is unknown",
            kind=column.kind,
            found=series.dtype,
            why=error,
        ) from error


def _as_text(array: pa.Array) -> pa.Array:
    if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
        raise TypeError("these are no texts")
    array = array.cast(pa.large_string())
    if pc.any(pc.match_substring(array, "\0")).as_py():
        raise ValueError("a text holds the character NUL")
    return array


def _as_int(array: pa.Array) -> pa.Array:
    if pa.types.is_boolean(array.type) or not _is_number(array.type):
        raise TypeError("these are no numbers")
    return _without_nan(array).cast(pa.int64())


def _as_float(array: pa.Array) -> pa.Array:
    if pa.types.is_boolean(array.type) or not _is_number(array.type):
        raise TypeError("these are no numbers")
    array = _without_nan(array.cast(pa.float64(), safe=False))
    if pc.any(pc.is_inf(array)).as_py():
        raise ValueError("a number is infinite")
    return array


def _as_bool(array: pa.Array) -> pa.Array:
    if not pa.types.is_boolean(array.type):
        raise TypeError("these are not true or false")
    return array


def _as_timestamp(array: pa.Array) -> pa.Array:
    """Return instants in UTC, to the microsecond, without zone."""
    if not pa.types.is_timestamp(array.type):
        raise TypeError("these are no dates with a time")
    fine = array.type.unit == "ns"
    array = array.cast(pa.timestamp("us", array.type.tz), safe=not fine).cast(pa.timestamp("us"))
    _require_years(pc.floor_temporal(array, unit="day").cast(pa.date32()))
    return array


def _as_date(array: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(array.type) and array.type.tz is None:
        days = array.cast(pa.date32())
        if not days.cast(array.type).equals(array):
            raise ValueError("a date has a time of the day")
        array = days
    if not pa.types.is_date(array.type):
        raise TypeError("these are no dates")
    _require_years(array)
    return array


def _require_years(days: pa.Array) -> None:
    extent = pc.min_max(days.cast(pa.int32())).as_py()
    if extent["min"] is not None and not _FIRST_DAY <= extent["min"] <= extent["max"] <= _LAST_DAY:
        raise ValueError("a date is outside the years 1 to 9999")


def _is_number(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)


def _without_nan(array: pa.Array) -> pa.Array:
    if not pa.types.is_floating(array.type):
        return array
    return pc.if_else(pc.is_nan(array), pa.scalar(None, array.type), array)


_CONVERT: dict[str, Callable[[pa.Array], pa.Array]] = {
    "text": _as_text,
    "int": _as_int,
    "float": _as_float,
    "bool": _as_bool,
    "date": _as_date,
    "timestamp": _as_timestamp,
}


def _require_key(table: Table, arrays: dict[str, pa.Array]) -> pd.Index:
    """Return the rows' names; refuse a key that is unknown, empty or double."""
    columns = [arrays[name] for name in table.key]
    for name, array in zip(table.key, columns, strict=True):
        empty = pa.types.is_large_string(array.type) and pc.any(pc.equal(array, "")).as_py()
        if array.null_count or empty:
            raise StoreRefused("a row has no key", f"{table.name}.{name}", "name each row, once")
    keys = (
        columns[0].to_pandas()
        if len(columns) == 1
        else pd.MultiIndex.from_arrays([c.to_pandas() for c in columns])
    )
    keys = pd.Index(keys)
    if not keys.is_unique:
        double = keys[keys.duplicated()].unique()
        named = ", ".join(str(key) for key in double[:3])
        raise StoreRefused(
            "{count} keys come more than once ({keys})",
            table.name,
            "keep one row a key",
            count=len(double),
            keys=named,
        )
    return keys


def _require_known(table: Table, column: Column, array: pa.Array, keys: pd.Index) -> None:
    if array.null_count:
        first = keys[int(pc.index(array.is_null(), True).as_py())]
        raise StoreRefused(
            "required, and unknown in {rows} rows (first {first})",
            f"{table.name}.{column.name}",
            "give it a value, or set the rows aside",
            rows=array.null_count,
            first=first,
        )
