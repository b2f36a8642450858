"""Numbered, forward-only changes of the tables: SQL text with a few slots that each engine fills its way."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from data.store.errors import StoreUnavailable

FOLDER = Path(__file__).parent

CREATE_RECORD = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number bigint PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp NOT NULL
)"""
READ_RECORD = "SELECT number, sha256 FROM schema_migrations ORDER BY number"
ADD_RECORD = "INSERT INTO schema_migrations (number, name, sha256, applied_at) VALUES ({values})"

_SLOT = re.compile(r"\{(geometry|references):(\w+)\}")
_TABLE = re.compile(r"(?:\{postgis\} )?CREATE TABLE (\w+) \(")
_SLOTTED_COLUMN = re.compile(r"^\s+(\w+)\b.*\{(geometry|references):(\w+)\}")
_COLUMN_KEY = re.compile(r"^\s+(\w+) \w+ PRIMARY KEY\b")
_TABLE_KEY = re.compile(r"^\s+PRIMARY KEY \((.+)\)")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the tables' history."""

    number: int
    name: str
    text: str

    def sha256(self, dialect: str) -> str:
        """Return the fingerprint of this step as an engine takes it."""
        return hashlib.sha256(f"{dialect}\n{self.text}".encode()).hexdigest()

    def statements(self, slots: Mapping[str, Callable[[str], str]], *, postgis: bool) -> list[str]:
        """Return the statements for one engine, its slots filled."""
        text = "\n".join(line for line in self.text.splitlines() if not line.startswith("--"))
        texts = (statement.strip() for statement in text.split(";\n"))
        kept = [
            t.removeprefix("{postgis} ") for t in texts if t and (postgis or not t.startswith("{postgis}"))
        ]
        return [_SLOT.sub(lambda found: slots[found[1]](found[2]), t).removesuffix(";") for t in kept]


def migrations() -> list[Migration]:
    """Return the migrations of this version of the application, in order."""
    files = sorted(FOLDER.glob("[0-9]*.sql"))
    return [Migration(int(f.stem[:4]), f.stem[5:], f.read_text(encoding="utf-8")) for f in files]


def pending(applied: Mapping[int, str], dialect: str) -> list[Migration]:
    """
    Return the migrations that a store still lacks.

    Parameters
    ----------
    applied
        Number to sha256 of the migrations that the store records.
    dialect
        How the engine fills the slots.

    Raises
    ------
    StoreUnavailable
        If the store was made by another version: it holds steps that this one does not know, or knows otherwise.
    """
    known = {step.number: step.sha256(dialect) for step in migrations()}
    for number, sha256 in applied.items():
        if known.get(number) != sha256:
            raise StoreUnavailable(
                "the store was built by another version of Îlot (migration {number})",
                remedy="start the version that made it, or build a new store and import again",
                number=number,
            )
    return [step for step in migrations() if step.number not in applied]


def declared(kind: str) -> dict[tuple[str, str], str]:
    """
    Return what the slots of all migrations declare, by (table, column).

    Parameters
    ----------
    kind
        ``geometry`` (the answer is the kind of shape) or ``references`` (the answer is the table pointed at).
    """
    columns = ((table, _SLOTTED_COLUMN.match(line)) for table, line in _lines())
    return {(table, found[1]): found[3] for table, found in columns if found and found[2] == kind}


def declared_keys() -> dict[str, tuple[str, ...]]:
    """Return the columns of each table's key."""
    keys: dict[str, tuple[str, ...]] = {}
    for table, line in _lines():
        if found := _COLUMN_KEY.match(line) or _TABLE_KEY.match(line):
            keys[table] = tuple(found[1].split(", "))
    return keys


def _lines() -> Iterator[tuple[str, str]]:
    """Give each line of all migrations with the table it stands in."""
    table = ""
    for line in "\n".join(step.text for step in migrations()).splitlines():
        if opening := _TABLE.match(line):
            table = opening[1]
        yield table, line
