"""A layout: the columns of one kind of file, declared once; read, checked, documented and templated from here."""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from data.schemas.cells import Cell
from geo.words import unaccented

Shape = Literal["surface", "line", "point", "any"]


@dataclass(frozen=True, slots=True)
class Field:
    """
    One column of a file.

    ``present`` asks for the column, ``filled`` for a value on every line (and so for the column);
    ``measure`` marks a figure that maps and rankings use; ``lenient`` reads what it can and leaves the
    rest empty, for columns that we use without depending on them; ``private`` values are never echoed.
    """

    name: str
    cell: Cell
    doc: str
    aliases: tuple[str, ...] = ()
    present: bool = False
    filled: bool = False
    measure: bool = False
    lenient: bool = False
    private: bool = False

    @property
    def needed(self) -> bool:
        return self.present or self.filled


@dataclass(frozen=True, slots=True)
class Place:
    """Columns that hold a point: x and y in one reference system, in order of preference among a layout's."""

    x: str
    y: str
    crs: str


@dataclass(frozen=True, slots=True)
class Layout:
    """
    One kind of file: its columns, its key, its shapes and what stands for "missing" in it.

    ``shape`` is the geometry a vector file must hold (None: a table); ``places`` are the pairs of columns
    that can give a point; ``layer`` is a pattern of layer names that holds this layout for sure;
    ``repair_shapes`` says whether invalid polygons are repaired and reported (public layers) or refused;
    ``repeats`` that a header may stand twice, as in the tax office's own file (the second is read as `NAME.1`).
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    key: tuple[str, ...] = ()
    shape: Shape | None = None
    places: tuple[Place, ...] = ()
    layer: str = ""
    missing: frozenset[str] = frozenset()
    repair_shapes: bool = False
    vertices: int = 10_000
    repeats: bool = False
    source: str = ""
    note: str = ""

    def field(self, name: str) -> Field:
        """Return one column by its name."""
        return next(field for field in self.fields if field.name == name)

    def match(self, headers: Iterable[str]) -> dict[str, int]:
        """
        Find the columns of this layout among headers, by name or alias, accents and case aside.

        Earlier aliases win, so a layout can prefer a richer column; a header serves one field only.
        """
        places: dict[str, int] = {}
        for position, header in enumerate(headers):
            places.setdefault(fold(header), position)
        found: dict[str, int] = {}
        for field in self.fields:
            for alias in (field.name, *field.aliases):
                position = places.get(fold(alias))
                if position is not None and position not in found.values():
                    found[field.name] = position
                    break
        return found

    def lacking(self, headers: Iterable[str]) -> list[str]:
        """Names of the columns this layout cannot do without and that the headers lack."""
        found = self.match(headers)
        return [field.name for field in self.fields if field.needed and field.name not in found]

    def names_layer(self, layer: str) -> bool:
        """Tell whether a layer's name announces this layout."""
        return bool(self.layer) and re.search(self.layer, layer, re.IGNORECASE) is not None


def fold(header: str) -> str:
    """
    Header without accents, case, punctuation nor invisible marks: `Année.de.construction` is `anneedeconstruction`.
    """
    plain = unaccented(header.replace("\ufeff", "").replace("°", "o"))
    return "".join(mark for mark in plain.casefold() if mark.isalnum())


def template(layout: Layout) -> str:
    """CSV to fill in: the header in this layout's order and one example line."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    columns = [field for field in layout.fields if not field.lenient]
    writer.writerow([field.name for field in columns])
    writer.writerow([field.cell.example for field in columns])
    return page.getvalue()


def document(layout: Layout) -> str:
    """Markdown page of a layout: one row a column."""
    lines = [f"### {layout.title}", ""]
    lines += [f"Source: {layout.source}.", ""] if layout.source else []
    lines += [layout.note, ""] if layout.note else []
    lines += [
        "| column | needed | what it holds | accepted | also read under |",
        "| --- | --- | --- | --- | --- |",
    ]
    for field in layout.fields:
        need = "every line" if field.filled else "yes" if field.present else "no"
        also = ", ".join(f"`{alias}`" for alias in field.aliases)
        lines.append(f"| `{field.name}` | {need} | {field.doc} | {field.cell.describe()} | {also} |")
    if layout.key:
        lines += ["", "Key: " + ", ".join(f"`{name}`" for name in layout.key) + "."]
    return "\n".join(lines) + "\n"
