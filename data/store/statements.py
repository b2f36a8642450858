"""The SQL that both engines run: constants with slots, filled from the catalogue only, values always bound."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from data.store.catalogue import GEOMETRY, Column, Table
from data.store.errors import StoreError

SELECT = "SELECT {columns} FROM {table} AS t WHERE {condition}"
SELECT_LARGEST = """
SELECT {columns} FROM {table} AS t WHERE {condition}
ORDER BY ST_Area(t.geometry) DESC NULLS LAST, {key} LIMIT {limit}"""
COUNT = "SELECT count(*) AS n FROM {table} AS t WHERE {condition}"
HAS_ROWS = "SELECT count(*) AS n FROM (SELECT 1 FROM {table} LIMIT 1) AS one"
DELETE = "DELETE FROM {table} AS t WHERE {condition}"

# `incoming` holds the rows to write; what differs is removed, then all that is not there is added.
DELETE_CHANGED = "DELETE FROM {table} AS t USING {incoming} AS i WHERE {same_key} AND ({differs})"
INSERT_MISSING = """
INSERT INTO {table} ({columns}) SELECT {values} FROM {incoming} AS i
WHERE NOT EXISTS (SELECT 1 FROM {table} AS t WHERE {same_key})"""
SELECT_SAME = """
SELECT {columns} FROM {table} AS t WHERE EXISTS (SELECT 1 FROM {incoming} AS i WHERE {same_key})"""
DELETE_SAME = "DELETE FROM {table} AS t USING {incoming} AS i WHERE {same_key}"
DELETE_ABSENT = """
DELETE FROM {table} AS t WHERE {condition}
AND NOT EXISTS (SELECT 1 FROM {incoming} AS i WHERE {same_key})"""

READ_VERSION = "SELECT version FROM table_versions WHERE name = {name}"
FORGET_VERSION = "DELETE FROM table_versions WHERE name = {name}"
SET_VERSION = "INSERT INTO table_versions (name, version) VALUES ({name}, {version})"

# `&&` compares boxes rounded to 32 bits, some 0.5 m in Lambert 93: enough to draw or to choose first, not to answer.
BOX_MEETS_WINDOW = "t.geometry && {window}"
MEETS_WINDOW = "ST_Intersects(t.geometry, {window})"

_ACCEPTED = {
    "text": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "date": dt.date,
    "timestamp": dt.datetime,
}


@dataclass
class Condition:
    """A condition on the rows `t` of a table, and the values bound to it."""

    bind: Callable[[str], str]
    parts: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)

    def value(self, value: Any) -> str:
        """Bind a value, and return its placeholder."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return self.bind(name)

    def matching(self, table: Table, where: Mapping[str, Any] | None) -> "Condition":
        """Keep the rows whose columns hold the values asked for."""
        for name, wanted in (where or {}).items():
            self.parts.append(self._matches(table, table.column(name), wanted))
        return self

    def _matches(self, table: Table, column: Column, wanted: Any) -> str:
        if column.kind == GEOMETRY:
            raise StoreError(
                "a shape is not a value to look for", f"{table.name}.geometry", "use within or at"
            )
        several = isinstance(wanted, Collection) and not isinstance(wanted, str | bytes | Mapping)
        values = [plain(table, column, value) for value in (wanted if several else [wanted])]
        known = [value for value in values if value is not None]
        tests = [f"t.{column.quoted} IS NULL"] if len(known) < len(values) else []
        if known:
            tests.append(f"t.{column.quoted} IN ({', '.join(self.value(value) for value in known)})")
        return f"({' OR '.join(tests)})" if tests else "FALSE"

    @property
    def text(self) -> str:
        return " AND ".join(self.parts) or "TRUE"


def plain(table: Table, column: Column, value: Any) -> Any:
    """Return a looked-for value as Python's own type, None where unknown; refuse one of another kind."""
    if value is None or pd.isna(value):
        return None
    value = value.item() if isinstance(value, np.generic) else value
    value = value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
    wrong = not isinstance(value, _ACCEPTED[column.kind])
    if wrong or (isinstance(value, bool) and column.kind != "bool"):
        raise StoreError(
            "expected {kind} to look for, got {found}",
            f"{table.name}.{column.name}",
            "convert the value",
            kind=column.kind,
            found=type(value).__name__,
        )
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        value = value.astimezone(dt.UTC).replace(tzinfo=None)
    return value.date() if column.kind == "date" and isinstance(value, dt.datetime) else value


def listed(
    columns: Iterable[Column], alias: str = "t", shape: str = "ST_AsBinary({column}) AS geometry"
) -> str:
    """Return columns for a SELECT, shapes through `shape`."""
    names = ((c, f"{alias}.{c.quoted}") for c in columns)
    return ", ".join(shape.format(column=name) if c.kind == GEOMETRY else name for c, name in names)


def same_key(table: Table) -> str:
    """Return the test that the rows `t` and `i` have one key."""
    return " AND ".join(f't."{name}" = i."{name}"' for name in table.key)


def differs(table: Table, incoming_shape: str) -> str:
    """Return the test that the rows `t` and `i` of one key are not the same, to the last bit of their shapes."""
    tests = [
        f"ST_AsBinary(t.geometry) IS DISTINCT FROM {incoming_shape}"
        if column.kind == GEOMETRY
        else f"t.{column.quoted} IS DISTINCT FROM i.{column.quoted}"
        for column in table.columns
        if column.name not in table.key
    ]
    return " OR ".join(tests) or "FALSE"
