"""The tables and columns that a store has; whoever names another one is told what there is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from data.store.errors import StoreError, UnknownName
from data.store.migrations import declared

GEOMETRY = "geometry"
INTERNAL = ("schema_migrations", "table_versions", "import_lock")

READ_COLUMNS = """
SELECT table_name, column_name, lower(data_type) AS data_type, is_nullable = 'NO' AS required
FROM information_schema.columns
WHERE table_schema = current_schema()
ORDER BY table_name, ordinal_position"""

READ_KEYS = """
SELECT usage.table_name, usage.column_name
FROM information_schema.key_column_usage AS usage
JOIN information_schema.table_constraints AS rule
  ON rule.constraint_name = usage.constraint_name AND rule.table_name = usage.table_name
 AND rule.table_schema = usage.table_schema
WHERE rule.constraint_type = 'PRIMARY KEY' AND usage.table_schema = current_schema()
ORDER BY usage.table_name, usage.ordinal_position"""

_KINDS = {
    "text": "text",
    "varchar": "text",
    "bigint": "int",
    "double": "float",
    "double precision": "float",
    "boolean": "bool",
    "date": "date",
    "timestamp": "timestamp",
    "timestamp without time zone": "timestamp",
    "geometry": GEOMETRY,
    "user-defined": GEOMETRY,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its kind is text, int, float, bool, date, timestamp or geometry."""

    name: str
    kind: str
    required: bool
    references: str | None = None

    @property
    def quoted(self) -> str:
        return f'"{self.name}"'


@dataclass(frozen=True)
class Table:
    """A table: its key, its columns in order, the kind of its shapes where it has some."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    shape: str | None = None

    @property
    def quoted(self) -> str:
        return f'"{self.name}"'

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def column(self, name: str) -> Column:
        """Return a column by its name, or say which ones there are."""
        if name in self.by_name:
            return self.by_name[name]
        raise UnknownName(
            f"there is no column {name!r}", self.name, f"its columns are {', '.join(self.by_name)}"
        )

    def wanted(self, names: Iterable[str] | None, *, geometry: bool) -> tuple[Column, ...]:
        """Return the columns to read: the key, those named (all by default), the shapes on demand."""
        chosen = [self.column(name) for name in (self.by_name if names is None else names)]
        keys = [self.by_name[name] for name in self.key]
        others = [column for column in chosen if column.kind != GEOMETRY and column not in keys]
        shapes = [self.by_name[GEOMETRY]] if geometry and self.shape else []
        return tuple(dict.fromkeys([*keys, *others, *shapes]))

    def require_shapes(self) -> None:
        """Refuse a question about places to a table that has none."""
        if not self.shape:
            raise StoreError("it has no geometry", self.name, "ask a table that has shapes")


@dataclass(frozen=True)
class Catalogue:
    """All tables of a store, by name."""

    tables: Mapping[str, Table]

    def table(self, name: str) -> Table:
        """Return a table by its name, or say which ones there are."""
        if name in self.tables:
            return self.tables[name]
        raise UnknownName(f"there is no table {name!r}", remedy=f"the tables are {', '.join(self.tables)}")

    def references_to(self, parent: str) -> list[tuple[Table, Column]]:
        """Return the columns that point at a table."""
        return [(t, c) for t in self.tables.values() for c in t.columns if c.references == parent]


def catalogue_of(columns: Iterable[tuple], keys: Iterable[tuple]) -> Catalogue:
    """Build the catalogue from the rows of READ_COLUMNS and READ_KEYS."""
    shapes, references = declared("geometry"), declared("references")
    names: dict[str, list[Column]] = {}
    for table, column, data_type, required in columns:
        if table not in INTERNAL and data_type in _KINDS:
            kept = Column(column, _KINDS[data_type], bool(required), references.get((table, column)))
            names.setdefault(table, []).append(kept)
    by_table: dict[str, list[str]] = {}
    for table, column in keys:
        by_table.setdefault(table, []).append(column)
    return Catalogue(
        {
            name: Table(name, tuple(by_table.get(name, ())), tuple(columns), shapes.get((name, GEOMETRY)))
            for name, columns in sorted(names.items())
            if name in by_table
        }
    )
