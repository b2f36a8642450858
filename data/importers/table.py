"""A table as it stands in a file: headers, cells of text, true line numbers, shapes where it has any."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from data.importers.findings import FileRefused, Finding
from data.schemas import Layout


@dataclass(slots=True)
class Table:
    """
    The rows of one layer or sheet, before anything is judged.

    ``cells`` has one text column a header position that was asked for; empty cells are ''. ``lines`` are physical
    lines of a text file, rows of a sheet, ranks of features. ``shapes`` are in the file's own coordinates.
    """

    layer: str
    headers: list[str]
    cells: pd.DataFrame
    lines: np.ndarray
    shapes: np.ndarray | None = None
    crs: str | None = None
    encoding: str | None = None
    faults: list[Finding] = field(default_factory=list)
    line_of_header: int = 1

    def __len__(self) -> int:
        return len(self.lines)


def text_frame(columns: dict[int, Sequence[str | None]]) -> pd.DataFrame:
    """Frame of text, one column a header position; a missing cell is ''."""
    return pd.DataFrame({place: pd.array(values, dtype="str") for place, values in columns.items()}).fillna(
        ""
    )


def require_columns(layouts: Sequence[Layout], headers: Sequence[str], line: int) -> Layout:
    """
    Find the layout that a header satisfies, the first of those that can.

    Raises
    ------
    FileRefused
        If none does (the columns missing for the nearest one are named), if a column that we read stands twice,
        or if a column would hold personal data.
    """
    fitting = [layout for layout in layouts if not layout.lacking(headers)]
    if not fitting:
        nearest = max(layouts, key=lambda layout: len(layout.match(headers)) - len(layout.lacking(headers)))
        missing = ", ".join(nearest.lacking(headers))
        found = ", ".join(header for header in headers if header)[:400]
        raise FileRefused("missing_column", lines=[line], column=missing, missing=missing, found=found)
    layout = fitting[0]
    plain = [header.replace("\ufeff", "").strip().casefold() for header in headers]
    for position in layout.match(headers).values():
        times = plain.count(plain[position])
        if times > 1:
            name = headers[position].strip()
            raise FileRefused("duplicate_column", lines=[line], column=name, times=times)
    return layout


def numbered(headers: Sequence[str]) -> list[str]:
    """Headers with repeats numbered from `.1`, as the tax office's own files need."""
    seen: dict[str, int] = {}
    names = []
    for header in headers:
        rank = seen.get(header, 0)
        seen[header] = rank + 1
        names.append(f"{header}.{rank}" if rank and header else header)
    return names
