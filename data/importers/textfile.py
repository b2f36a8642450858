"""Delimited text: separator, header and every cell as text, with the physical line of each row."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from data.importers.findings import FileRefused, Finding
from data.importers.sniff import Limits
from data.importers.table import Table, numbered, text_frame
from data.schemas import Layout

SEPARATORS = (",", ";", "\t", "|")
HEADER_SEARCH = 10
BATCH = 50_000

Row = tuple[int, list[str]]


def read_text(path: Path, encoding: str, layouts: Sequence[Layout], limits: Limits) -> tuple[Table, str]:
    """
    Read a delimited text file whole; return its table and its separator.

    Raises
    ------
    FileRefused
        If a quotation mark is left open (its line is named), or a limit is passed.
    """
    separator = separator_of(path, encoding)
    with path.open(encoding=encoding, newline="") as stream:
        rows = _rows(stream, separator)
        line, headers = find_header(path, encoding, separator, layouts)
        for number, _ in rows:
            if number >= line:
                break
        if len(headers) > limits.columns:
            raise FileRefused("too_many_columns", found=len(headers), limit=limits.columns)
        wanted = wanted_positions(headers, layouts)
        parts = list(_batches(rows, len(headers), wanted, limits))
    return _joined(parts, headers, wanted, line), separator


def wanted_positions(headers: Sequence[str], layouts: Sequence[Layout]) -> list[int]:
    """Positions of the columns that any of the layouts reads."""
    return sorted({place for layout in layouts for place in layout.match(headers).values()})


def separator_of(path: Path, encoding: str) -> str:
    """Separator that cuts the first lines into most cells, quoted text aside; the comma where none does."""
    with path.open(encoding=encoding, newline="") as stream:
        lines = [line for line in islice(stream, HEADER_SEARCH) if line.strip()]
    if not lines:
        raise FileRefused("empty_file")
    return max(SEPARATORS, key=lambda mark: (max(_outside_quotes(line, mark) for line in lines), mark == ","))


def _outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[::2])


def find_header(path: Path, encoding: str, separator: str, layouts: Sequence[Layout]) -> Row:
    """First of the opening lines that has all the columns of a layout; else the first line that is not empty."""
    with path.open(encoding=encoding, newline="") as stream:
        opening = list(_forgiving(islice(_rows(stream, separator), HEADER_SEARCH)))
    repeats = any(layout.repeats for layout in layouts)
    opening = [(line, numbered(cells) if repeats else cells) for line, cells in opening]
    if not opening:
        raise FileRefused("empty_file")
    for line, cells in opening:
        if any(not layout.lacking(cells) for layout in layouts):
            return line, cells
    return opening[0]


def _forgiving(rows: Iterator[Row]) -> Iterator[Row]:
    """Rows up to the first fault: a broken quote further down is reported when the rows are read."""
    try:
        yield from rows
    except FileRefused:
        return


def _rows(stream: io.TextIOBase, separator: str) -> Iterator[Row]:
    """Yield (line on which the row starts, cells) for every row that is not empty."""
    reader = csv.reader(stream, delimiter=separator, strict=True)
    start = 1
    try:
        for cells in reader:
            if cells:
                yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        if "field limit" in str(error):
            raise FileRefused("cell_too_big", lines=[start], limit=csv.field_size_limit()) from None
        raise FileRefused("broken_quote", lines=[start]) from None


def _batches(rows: Iterator[Row], width: int, wanted: list[int], limits: Limits) -> Iterator[tuple]:
    """Yield (lines, {position: cells}, ragged faults) by batches, so that memory holds wanted cells only."""
    total = 0
    while batch := list(islice(rows, BATCH)):
        total += len(batch)
        if total > limits.rows:
            raise FileRefused("too_many_rows", limit=limits.rows)
        lines = np.fromiter((line for line, _ in batch), dtype="int64", count=len(batch))
        cells, faults = squared([row for _, row in batch], lines, width)
        columns = list(zip(*cells, strict=True))
        yield lines, text_frame({place: columns[place] for place in wanted}), faults


def squared(rows: list[list[str]], lines: np.ndarray, width: int) -> tuple[list[list[str]], list[Finding]]:
    """Give every row the header's width; rows that had another are faults, unless only empty cells stick out."""
    lengths = np.fromiter((len(row) for row in rows), dtype="int64", count=len(rows))
    odd = np.flatnonzero(lengths != width)
    ragged, padded = [], []
    for place in odd:
        row = rows[place]
        blank = len(row) == 1 and not row[0].strip()
        (padded if len(row) > width and not any(row[width:]) else ragged).append(place)
        rows[place] = [""] * width if blank else (row + [""] * width)[:width]
    faults = []
    if ragged:
        details = [{"found": int(lengths[place]), "expected": width} for place in ragged]
        faults.append(Finding("ragged_row", "refused", None, lines[ragged], (), {}, details))
    if padded:
        faults.append(Finding("extra_separators", "repaired", None, lines[padded]))
    return rows, faults


def _joined(parts: list[tuple], headers: list[str], wanted: list[int], line: int) -> Table:
    if not parts:
        return Table(
            "",
            list(headers),
            text_frame({place: [] for place in wanted}),
            np.empty(0, "int64"),
            line_of_header=line,
        )
    return Table(
        "",
        list(headers),
        pd.concat([frame for _, frame, _ in parts], ignore_index=True),
        np.concatenate([lines for lines, _, _ in parts]),
        faults=[fault for _, _, faults in parts for fault in faults],
        line_of_header=line,
    )
