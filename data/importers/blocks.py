"""
A delimited text read in blocks of whole lines, in memory that does not grow with the file.

Where a block is plain (no quotation mark but around a cell, no lone carriage return) Arrow cuts it, on all cores;
elsewhere, and for lines that are not of the header's width, Python's own reader does: both give the same cells.
"""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from data.importers.findings import FileRefused, Finding
from data.importers.sniff import Limits
from data.importers.table import Table
from data.importers.textfile import find_header, separator_of, squared, wanted_positions
from data.schemas import Layout

BLOCK_BYTES = 32_000_000
_NEWLINE, _RETURN, _QUOTE = b"\n"[0], b"\r"[0], b'"'[0]
_BOM = codecs.BOM_UTF8
_ODD_SHARE = 0.2


@dataclass
class BlockReader:
    """The blocks of a file, as tables whose columns are coded by their distinct texts."""

    path: Path
    encoding: str
    layouts: Sequence[Layout]
    limits: Limits
    block_bytes: int = BLOCK_BYTES
    separator: str = field(init=False)
    headers: list[str] = field(init=False)
    line_of_header: int = field(init=False)
    done_share: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self.separator = separator_of(self.path, self.encoding)
        self.line_of_header, self.headers = find_header(
            self.path, self.encoding, self.separator, self.layouts
        )
        if len(self.headers) > self.limits.columns:
            raise FileRefused("too_many_columns", found=len(self.headers), limit=self.limits.columns)
        self.wanted = wanted_positions(self.headers, self.layouts)

    def tables(self) -> Iterator[Table]:
        """
        Yield the rows after the header, block by block.

        Raises
        ------
        FileRefused
            Where a quotation mark is left open, a cell is endless, or the file has more rows than the limit.
        """
        total = 0
        size = max(self.path.stat().st_size, 1)
        with self.path.open("rb") as stream:
            source = _Source(stream, self.encoding, self.block_bytes)
            self._skip_header(source)
            while block := source.block():
                start = source.line
                plain = _plain(block, self.separator.encode(), len(self.headers))
                table = self._cut(block, start, plain) if plain else self._read(source, block)
                if plain:
                    source.line += plain.lines
                pa.default_memory_pool().release_unused()
                total += len(table)
                if total > self.limits.rows:
                    raise FileRefused("too_many_rows", limit=self.limits.rows)
                self.done_share = min(stream.tell() / size, 1.0)
                if len(table):
                    yield table

    def _skip_header(self, source: "_Source") -> None:
        rows = _Rows(source, source.block(), self.separator)
        for start, _ in rows:
            if start >= self.line_of_header:
                break
        rows.give_back()

    def _table(self, columns: dict[int, pd.Categorical], lines: np.ndarray, faults: list[Finding]) -> Table:
        cells = pd.DataFrame(columns, index=pd.RangeIndex(len(lines)))
        return Table("", list(self.headers), cells, lines, faults=faults, line_of_header=self.line_of_header)

    def _cut(self, block: bytes, start: int, plain: "_Plain") -> Table:
        """Rows of a plain block: Arrow's, and among them the lines of another width."""
        regular = plain.without_odd(block)
        names = [f"c{place}" for place in range(len(self.headers))]
        coded = pa.dictionary(pa.int32(), pa.string())
        wanted = [names[place] for place in self.wanted]
        rows = (
            pa.csv.read_csv(
                pa.BufferReader(regular),
                read_options=pa.csv.ReadOptions(
                    column_names=names, block_size=max(len(regular) // 4, 1 << 20)
                ),
                parse_options=pa.csv.ParseOptions(
                    delimiter=self.separator,
                    quote_char='"' if plain.quoted else False,
                    newlines_in_values=False,
                ),
                convert_options=pa.csv.ConvertOptions(
                    column_types=dict.fromkeys(wanted, coded),
                    include_columns=wanted,
                    null_values=[],
                    strings_can_be_null=False,
                    check_utf8=False,
                ),
            )
            if regular.strip(b"\r\n")
            else pa.table({name: pa.array([], coded) for name in wanted})
        )
        columns = {place: _categorical(rows[f"c{place}"]) for place in self.wanted}
        lines = start + plain.regular
        odd = [(start + number, cells) for number, cells in plain.odd_rows(block, self.separator)]
        if not odd:
            return self._table(columns, lines, [])
        return self._joined(columns, lines, odd)

    def _joined(self, columns, lines: np.ndarray, odd: list[tuple[int, list[str]]]) -> Table:
        numbers = np.array([number for number, _ in odd], dtype="int64")
        rows, faults = squared([cells for _, cells in odd], numbers, len(self.headers))
        together = np.concatenate([lines, numbers])
        order = np.argsort(together, kind="stable")
        merged = {
            place: _extended(columns[place], [row[place] for row in rows]).take(order)
            for place in self.wanted
        }
        return self._table(merged, together[order], faults)

    def _read(self, source: "_Source", block: bytes) -> Table:
        """Rows that start in a block, by Python's reader; the last may run on behind it."""
        rows = _Rows(source, block, self.separator)
        read = list(rows.of_block())
        rows.give_back()
        lines = np.fromiter((line for line, _ in read), dtype="int64", count=len(read))
        cells, faults = squared([row for _, row in read], lines, len(self.headers))
        columns = list(zip(*cells, strict=True)) if cells else [()] * len(self.headers)
        coded = {place: _extended(pd.Categorical([], categories=pd.Index([], dtype="str")), columns[place])
                 for place in self.wanted}  # fmt: skip
        return self._table(coded, lines, faults)


class _Source:
    """The bytes of a file as UTF-8, by blocks that end with a line; `line` is the number of the next one."""

    def __init__(self, stream, encoding: str, size: int) -> None:
        self.stream, self.size, self.line = stream, size, 1
        self.rest = b""
        self.decoder = None
        if encoding.replace("_", "-").lower() not in ("utf-8", "utf8", "utf-8-sig"):
            self.decoder = codecs.getincrementaldecoder(encoding)()
        elif encoding.endswith("sig") and stream.read(len(_BOM)) != _BOM:
            stream.seek(0)

    def block(self) -> bytes:
        """Whole lines, about `size` bytes of them; the end of the file, whatever it ends with; b"" behind it."""
        cut = self.rest.rfind(b"\n", 0, self.size) + 1
        if cut and len(self.rest) >= self.size // 2:
            block, self.rest = self.rest[:cut], self.rest[cut:]
            return block
        parts, held = [self.rest], len(self.rest)
        while True:
            more = self._more()
            cut = more.rfind(b"\n") + 1 if more else -1
            if not more:
                self.rest = b""
                return b"".join(parts)
            if cut and held + cut >= min(self.size, 1 << 16):
                parts.append(more[:cut])
                self.rest = more[cut:]
                return b"".join(parts)
            parts.append(more)
            held += len(more)

    def _more(self) -> bytes:
        raw = self.stream.read(self.size)
        if self.decoder is None:
            return raw
        text = self.decoder.decode(raw, final=not raw)
        while raw and not text:
            raw = self.stream.read(self.size)
            text = self.decoder.decode(raw, final=not raw)
        return text.encode()


class _Rows:
    """Rows of a block by Python's reader, each with the line it starts on; reads on where a cell runs over."""

    def __init__(self, source: _Source, block: bytes, separator: str) -> None:
        self.source = source
        self.lines = block.splitlines(keepends=True)
        self.whole = len(self.lines)
        self.next = 0
        self.first = source.line
        self.reader = csv.reader(self._texts(), delimiter=separator, strict=True)

    def _texts(self) -> Iterator[str]:
        while True:
            if self.next == len(self.lines):
                more = self.source.block()
                if not more:
                    return
                self.lines += more.splitlines(keepends=True)
            self.next += 1
            yield self.lines[self.next - 1].decode()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        start = self.first
        try:
            for cells in self.reader:
                if cells:
                    yield start, cells
                start = self.first + self.next
        except csv.Error as error:
            if "field limit" in str(error):
                raise FileRefused("cell_too_big", lines=[start], limit=csv.field_size_limit()) from None
            raise FileRefused("broken_quote", lines=[start]) from None

    def of_block(self) -> Iterator[tuple[int, list[str]]]:
        """Rows that start within the block."""
        start = self.first
        if not self.whole:
            return
        for start, cells in self:
            yield start, cells
            if self.next >= self.whole:
                return

    def give_back(self) -> None:
        """Leave what was not read to the next block."""
        left = self.lines[self.next :]
        self.source.rest = b"".join(left) + self.source.rest
        self.source.line = self.first + self.next


@dataclass(frozen=True, slots=True)
class _Plain:
    """Where the lines of a plain block start and end, which are of the header's width, which are of another."""

    starts: np.ndarray
    ends: np.ndarray
    regular: np.ndarray
    odd: np.ndarray
    lines: int
    quoted: bool

    def without_odd(self, block: bytes) -> bytes:
        """The block but for the lines of another width."""
        if not len(self.odd):
            return block
        bounds = np.concatenate(
            [[0], np.column_stack([self.starts, self.ends])[self.odd].ravel(), [len(block)]]
        )
        return b"".join(block[a:b] for a, b in bounds.reshape(-1, 2))

    def odd_rows(self, block: bytes, separator: str) -> Iterator[tuple[int, list[str]]]:
        """The lines of another width: their rank, and their cells."""
        for number in self.odd:
            line = block[self.starts[number] : self.ends[number]].decode()
            yield int(number), next(csv.reader([line], delimiter=separator, strict=True))


def _plain(block: bytes, separator: bytes, width: int) -> _Plain | None:
    """Find the lines of a block; None where only Python's reader can tell them."""
    if block.startswith(_BOM) or len(separator) != 1:
        return None
    marks = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(marks == _NEWLINE)
    returns = np.flatnonzero(marks == _RETURN)
    if len(returns) and (returns[-1] + 1 == len(marks) or (marks[returns + 1] != _NEWLINE).any()):
        return None
    after = ends + 1 if len(ends) and ends[-1] + 1 == len(marks) else np.append(ends + 1, len(marks))
    starts = np.concatenate([[0], after[:-1]])
    lengths = after - starts
    if lengths.max() >= csv.field_size_limit():
        return None
    cuts = np.flatnonzero(marks == separator[0])
    quotes = np.flatnonzero(marks == _QUOTE)
    if len(quotes):
        if not _only_around_cells(marks, quotes, separator[0], ends):
            return None
        cuts = cuts[np.searchsorted(quotes, cuts) % 2 == 0]
    widths = np.diff(np.searchsorted(cuts, np.append(starts, len(marks)))) + 1
    tail = np.where(marks[after - 1] == _NEWLINE, 1, 0)
    tail += np.where((lengths > tail) & (marks[np.maximum(after - 1 - tail, 0)] == _RETURN), 1, 0)
    empty = lengths == tail
    odd = np.flatnonzero((widths != width) & ~empty)
    if len(odd) > _ODD_SHARE * len(starts):
        return None
    regular = np.flatnonzero((widths == width) & ~empty)
    return _Plain(starts, after, regular, odd, len(starts), bool(len(quotes)))


def _only_around_cells(marks: np.ndarray, quotes: np.ndarray, separator: int, ends: np.ndarray) -> bool:
    """Tell whether quotation marks come by pairs that hold one whole cell each, on one line."""
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    before = marks[np.maximum(opening - 1, 0)]
    opens = (opening == 0) | (before == separator) | (before == _NEWLINE)
    behind = marks[np.minimum(closing + 1, len(marks) - 1)]
    closes = (closing + 1 == len(marks)) | (behind == separator) | (behind == _NEWLINE) | (behind == _RETURN)
    one_line = np.searchsorted(ends, opening) == np.searchsorted(ends, closing)
    return bool(opens.all() and closes.all() and one_line.all())


def _categorical(column: pa.ChunkedArray) -> pd.Categorical:
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], column.type)
    categories = pd.Index(whole.dictionary.to_pandas(), dtype="str")
    return pd.Categorical.from_codes(whole.indices.to_numpy(zero_copy_only=False), categories)


def _extended(column: pd.Categorical, texts: Sequence[str]) -> pd.Categorical:
    """A coded column with more texts behind it."""
    codes, distinct = pd.factorize(np.array(texts, dtype=object))
    categories = column.categories
    added = [text for text in distinct if text not in categories]
    together = categories.append(pd.Index(added, dtype="str")) if added else categories
    places = together.get_indexer(pd.Index(distinct, dtype="str")) if len(distinct) else np.empty(0, "int64")
    return pd.Categorical.from_codes(np.concatenate([column.codes, places[codes]]), together)
