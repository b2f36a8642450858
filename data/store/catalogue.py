"""The tables and columns that a store has; whoever names another one is told what there is."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from data.store.errors import StoreError, UnknownName
from data.store.migrations import declared, declared_keys

GEOMETRY = "geometry"
INTERNAL = ("schema_migrations", "table_versions", "import_lock")

READ_COLUMNS = """
SELECT table_name, column_name, lower(data_type) AS data_type, is_nullable = 'NO' AS required
FROM information_schema.columns
WHERE table_schema = current_schema()
ORDER BY table_name, ordinal_position"""

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
            "there is no column {name!r}",
            self.name,
            "its columns are {columns}",
            name=name,
            columns=", ".join(self.by_name),
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
        raise UnknownName(
            "there is no table {name!r}",
            remedy="the tables are {tables}",
            name=name,
            tables=", ".join(self.tables),
        )

    def references_to(self, parent: str) -> list[tuple[Table, Column]]:
        """Return the columns that point at a table."""
        return [(t, c) for t in self.tables.values() for c in t.columns if c.references == parent]


def catalogue_of(columns: Iterable[tuple], *, hidden: Collection[str] = ()) -> Catalogue:
    """Build the catalogue from the rows of READ_COLUMNS, but for an engine's own, and from what migrations declare."""
    shapes, references, keys = declared("geometry"), declared("references"), declared_keys()
    found: dict[str, list[Column]] = {}
    for table, column, data_type, required in columns:
        if table in keys and table not in INTERNAL and data_type in _KINDS and column not in hidden:
            kept = Column(column, _KINDS[data_type], bool(required), references.get((table, column)))
            found.setdefault(table, []).append(kept)
    tables = (
        Table(name, keys[name], tuple(kept), shapes.get((name, GEOMETRY))) for name, kept in found.items()
    )
    return Catalogue({table.name: table for table in tables})
