"""Workbooks (.xlsx): one sheet as text, formulas without value and merged cells reported, entities never expanded."""

import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np

from data.importers.findings import FileRefused, Finding
from data.importers.sniff import Limits
from data.importers.table import Table, text_frame
from data.schemas import Layout

_PARTS = ("[Content_Types].xml", "xl/workbook.xml")
_SCAN = 1 << 20


def read_workbook(
    path: Path, layouts: Sequence[Layout], limits: Limits, sheet: str | None = None
) -> tuple[Table, list[str]]:
    """
    Read the sheet that has the columns of a layout (else the first one); return it and the names of the others.

    Raises
    ------
    FileRefused
        If it is no valid workbook, declares XML entities, or passes a limit.
    """
    from openpyxl import load_workbook  # 10 MB, for workbooks only

    _require_plain_xml(path)
    try:
        formulas = load_workbook(path, read_only=True, data_only=False)
        values = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever its parsers meet
        raise FileRefused("bad_workbook", why=type(error).__name__) from None
    try:
        names = list(formulas.sheetnames)
        if sheet is not None and sheet not in names:
            raise FileRefused("unknown_layer", layer=sheet, layers=", ".join(names))
        chosen = sheet or _sheet(values, names, layouts)
        table = _table(chosen, formulas[chosen], values[chosen], _merged(path, names.index(chosen)), limits)
        return table, [name for name in names if name != chosen]
    except FileRefused:
        raise
    except Exception as error:  # a broken sheet shows only when its rows are read
        raise FileRefused("bad_workbook", why=type(error).__name__) from None
    finally:
        formulas.close()
        values.close()


def _require_plain_xml(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        for part in _PARTS:
            if part not in names:
                raise FileRefused("bad_workbook", why=f"no {part}")
        for name in names:
            if name.endswith((".xml", ".rels")):
                with archive.open(name) as stream:
                    if re.search(rb"<!(?:DOCTYPE|ENTITY)", stream.read(_SCAN), re.IGNORECASE):
                        raise FileRefused("bad_workbook", why="it declares XML entities")


def _sheet(book, names: list[str], layouts: Sequence[Layout]) -> str:
    for name in names:
        if not hasattr(book[name], "iter_rows"):
            continue
        header = next(book[name].iter_rows(max_row=1, values_only=True), ())
        cells = ["" if cell is None else str(cell) for cell in header]
        if any(not layout.lacking(cells) for layout in layouts):
            return name
    return names[0]


def _merged(path: Path, rank: int) -> list[str]:
    """Merged ranges of a sheet, which a streaming reader does not tell."""
    with zipfile.ZipFile(path) as archive:
        sheets = sorted(
            (n for n in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", n)), key=_number
        )
        if rank >= len(sheets):
            return []
        with archive.open(sheets[rank]) as stream:
            return [
                element.get("ref", "")
                for _, element in ElementTree.iterparse(stream)
                if element.tag.endswith("}mergeCell")
            ]


def _number(name: str) -> int:
    return int(re.findall(r"\d+", name)[-1])


def _table(name: str, formulas, values, merged: list[str], limits: Limits) -> Table:
    rows, lines, unvalued = [], [], []
    pairs = zip(formulas.iter_rows(), values.iter_rows(), strict=True)
    for rank, (typed, stored) in enumerate(pairs):
        if rank > limits.rows:  # empty ones too: a sheet may say that it goes on for a million rows
            raise FileRefused("too_many_rows", limit=limits.rows)
        cells = [_text(cell.value) for cell in stored]
        for place, cell in enumerate(typed):
            if cell.data_type == "f" and not cells[place]:
                unvalued.append((len(rows), place, str(cell.value)))
                cells[place] = str(cell.value)
        if any(cells):
            rows.append(cells)
            lines.append(typed[0].row if typed else len(lines) + 1)
        elif unvalued and unvalued[-1][0] == len(rows):
            unvalued.pop()
    if not rows:
        raise FileRefused("empty_file")
    width = max(len(row) for row in rows)
    if width > limits.columns:
        raise FileRefused("too_many_columns", found=width, limit=limits.columns)
    rows = [row + [""] * (width - len(row)) for row in rows]
    headers, body = [header.strip() for header in rows[0]], rows[1:]
    while headers and not headers[-1]:
        headers.pop()
    columns = {place: [row[place] for row in body] for place in range(len(headers))}
    numbers = np.array(lines[1:], dtype="int64")
    faults = _formula_faults(unvalued, headers, numbers) + _merged_faults(merged, headers, body, numbers)
    return Table(name, headers, text_frame(columns), numbers, faults=faults, line_of_header=lines[0])


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ").removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).replace("\ufffe", "").strip("\r\n")


def _formula_faults(
    unvalued: list[tuple[int, int, str]], headers: list[str], lines: np.ndarray
) -> list[Finding]:
    return [
        Finding("formula", "refused", headers[place], lines[[row - 1]], [text])
        for row, place, text in unvalued
        if 0 < row <= len(lines) and place < len(headers)
    ]


def _merged_faults(
    merged: list[str], headers: list[str], body: list[list[str]], lines: np.ndarray
) -> list[Finding]:
    """Empty cells swallowed by a merged range, in the columns of the table."""
    from openpyxl.utils import range_boundaries

    found = []
    row_of = {int(line): place for place, line in enumerate(lines)}
    for reference in merged:
        left, top, right, bottom = range_boundaries(reference)
        for line in range(top, min(bottom, int(lines.max()) if len(lines) else 0) + 1):
            for place in range(left - 1, min(right, len(headers))):
                row = row_of.get(line)
                if row is not None and not body[row][place]:
                    found.append(
                        Finding(
                            "merged_cell", "refused", headers[place], lines[[row]], [""], {"range": reference}
                        )
                    )
    return found
