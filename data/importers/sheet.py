"""A sheet: the rows of a table once each cell is read, with who is refused, who is repaired and why."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from data.ids import look_alike
from data.importers.findings import Finding, Guess
from data.importers.inert import is_active
from data.importers.table import Table
from data.schemas import Field, Layout
from data.schemas.cells import CellError, Id

CONVENTIONS = {"decimal_comma", "compact_date"}
SAMPLE = 5


class Sheet:
    """
    Typed columns of one layer, in the order of the file, whatever their fate.

    ``frame`` has a column for every field of the layout (missing where the file lacks it), ``refused`` and
    ``repaired`` a flag a row. ``shapes`` are in EPSG:2154, None where refused; ``drawn`` are as the file has them,
    in ``crs``. Rules look at the frame and call `refuse`, `repair` or `warn`; a rule that looks at several rows must
    look at `good` ones only. ``xy`` are points in EPSG:2154 (n, 2) for layouts that need no shapes. ``unread`` has the
    rows that a lenient column cannot read, ``readable`` the lenient columns of which some row can be.
    """

    def __init__(self, table: Table, layout: Layout):
        self.layout = layout
        self.layer = table.layer
        self.lines = table.lines
        self.headers = table.headers
        self.positions = layout.match(table.headers)
        self.cells = table.cells
        self.frame = pd.DataFrame(index=pd.RangeIndex(len(table)))
        self.shapes: np.ndarray | None = None
        self.xy: np.ndarray | None = None
        self.drawn: np.ndarray | None = None
        self.crs: str | None = None
        self.refused = np.zeros(len(table), dtype=bool)
        self.repaired = np.zeros(len(table), dtype=bool)
        self.findings: list[Finding] = []
        self.guesses: list[Guess] = []
        self.conventions: dict[str, set[str]] = {}
        self.unread: dict[str, np.ndarray] = {}
        self.readable: set[str] = set()
        for fault in table.faults:
            self._take(fault)

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def good(self) -> np.ndarray:
        """Rows that no rule has refused so far."""
        return ~self.refused

    def header(self, name: str) -> str:
        """Header under which the file gives a field; the field's own name where it does not."""
        position = self.positions.get(name)
        return name if position is None else self.headers[position].replace("\ufeff", "").strip()

    def typed(self, name: str) -> pd.Series:
        """Texts of a field as typed; '' where the file lacks the column."""
        position = self.positions.get(name)
        if position is None:
            return pd.Series("", index=self.frame.index, dtype="str")
        cells = self.cells[position]
        return cells.astype("str") if isinstance(cells.dtype, pd.CategoricalDtype) else cells

    def texts(self, name: str, rows: np.ndarray) -> list[str]:
        """Texts of a field as typed, of some rows."""
        position = self.positions.get(name)
        return (
            [""] * len(rows) if position is None else self.cells[position].iloc[rows].astype("str").tolist()
        )

    def coded(self, name: str) -> tuple[np.ndarray, np.ndarray]:
        """The texts of a field as typed, once each, and for each row the rank of its own."""
        cells = self.cells[self.positions[name]]
        if isinstance(cells.dtype, pd.CategoricalDtype):
            return cells.cat.codes.to_numpy(), cells.cat.categories.to_numpy(dtype=object)
        return pd.factorize(cells.to_numpy(dtype=object))

    def typed_like(self, name: str, test: Callable[[str], bool]) -> np.ndarray:
        """Flag the rows whose text as typed passes a test, each distinct text tried once."""
        if name not in self.positions:
            return np.zeros(len(self), dtype=bool)
        codes, distinct = self.coded(name)
        passed = np.fromiter((test(text) for text in distinct), dtype=bool, count=len(distinct))
        return passed[codes] if len(distinct) else np.zeros(len(self), dtype=bool)

    def refuse(
        self, mask: Any, rule: str, name: str | None = None, *, details: Sequence[Mapping] = (), **params: Any
    ) -> None:
        """Refuse the rows of a mask; `details` gives each its own words, in the order of the rows."""
        self._record(mask, rule, "refused", name, details, params)

    def repair(
        self, mask: Any, rule: str, name: str | None = None, *, details: Sequence[Mapping] = (), **params: Any
    ) -> None:
        """Say that the rows of a mask were changed to be read."""
        self._record(mask, rule, "repaired", name, details, params)

    def warn(self, rule: str, mask: Any = None, name: str | None = None, **params: Any) -> None:
        """Say something of the file, or of some rows, that does not keep them out."""
        rows = np.flatnonzero(_flags(mask, len(self))) if mask is not None else np.empty(0, dtype="int64")
        if mask is None or len(rows):
            params = {"count": len(rows), **params}
            self.findings.append(
                Finding(rule, "warning", name, self.lines[rows], (), params, (), self.layer or None)
            )

    def note(self, rule: str, **params: Any) -> None:
        """Say something that needs no action."""
        self.findings.append(Finding(rule, "note", params=params, layer=self.layer or None))

    def sample(self, rows: np.ndarray, names: Sequence[str]) -> tuple[dict[str, str], ...]:
        """Five rows as typed, to judge a guess by."""
        picked = rows[:SAMPLE]
        columns = {name: self.texts(name, picked) for name in names}
        return tuple(
            {"line": str(self.lines[row]), **{self.header(n): columns[n][rank] for n in names}}
            for rank, row in enumerate(picked)
        )

    def _record(self, mask, rule, severity, name, details, params) -> None:
        rows = np.flatnonzero(_flags(mask, len(self)))
        if not len(rows):
            return
        (self.refused if severity == "refused" else self.repaired)[rows] = True
        values: Sequence[str | None] = ()
        if name is not None and name in self.positions and not self.layout.field(name).private:
            values = self.texts(name, rows)
        column = None if name is None else self.header(name)
        self.findings.append(
            Finding(rule, severity, column, self.lines[rows], values, params, details, self.layer or None)
        )

    def _take(self, fault: Finding) -> None:
        self.findings.append(fault)
        hit = np.isin(self.lines, fault.lines)
        if fault.severity == "refused":
            self.refused |= hit
        elif fault.severity == "repaired":
            self.repaired |= hit


def read_sheet(table: Table, layout: Layout) -> Sheet:
    """Read every cell of a table by its layout; refuse what cannot be read, say what was repaired."""
    sheet = Sheet(table, layout)
    for field in layout.fields:
        if field.name in sheet.positions:
            _read_column(sheet, field)
        else:
            sheet.frame[field.name] = _column([None] * len(sheet), field.cell.dtype)
    for code, names in sheet.conventions.items():
        if code == "decimal_comma":
            _guess_decimal_comma(sheet, sorted(names))
    return sheet


def refuse_duplicates(sheet: Sheet, *, keep_first: bool) -> None:
    """
    Refuse rows that share a key; keys that a reader would confuse (case, spaces) count as shared.

    All rows of a key are refused, so that none wins silently; with `keep_first` (public layers) the first stays.
    """
    key = sheet.layout.key
    if not key or not len(sheet):
        return
    filled = sheet.good & sheet.frame[list(key)].notna().all(axis=1).to_numpy()
    if not filled.any():
        return
    keys = sheet.frame.loc[filled, list(key)].astype("str")
    exact = keys.iloc[:, 0] if len(key) == 1 else keys.agg(" · ".join, axis=1)
    folded = exact.map({text: look_alike(text) for text in exact.unique()})
    groups = folded[folded.duplicated(keep=False)]
    if groups.empty:
        return
    lines = pd.Series(sheet.lines, index=sheet.frame.index)
    told = {
        code: (", ".join(str(line) for line in lines[rows].head(10)), exact[rows].nunique() > 1)
        for code, rows in groups.groupby(groups).groups.items()
    }
    hit = groups[groups.duplicated()] if keep_first else groups
    for alike, rule in ((False, "duplicate_id"), (True, "look_alike_id")):
        rows = hit[[told[code][1] is alike for code in hit]]
        mask = sheet.frame.index.isin(rows.index)
        details = [{"key": exact[row], "lines": told[code][0]} for row, code in rows.items()]
        sheet.refuse(mask, rule, key[0], details=details)


def _read_column(sheet: Sheet, field: Field) -> None:
    codes, uniques = sheet.coded(field.name)
    values, repairs, faults = [], {}, {}
    missing = sheet.layout.missing
    for code, text in enumerate(uniques):
        if not text or text.isspace() or text.strip() in missing:
            values.append(None)
            if field.filled:
                faults[code] = ("blank", {})
            continue
        try:
            value, repair = field.cell.read(text)
        except CellError as error:
            values.append(None)
            faults[code] = (error.rule, error.params)
        else:
            values.append(value)
            if repair:
                repairs[code] = repair
            elif value is None and field.filled:
                faults[code] = ("blank", {})
    sheet.frame[field.name] = _column(values, field.cell.dtype).take(codes)
    already = sheet.refused.copy()
    if field.lenient:
        _report_unreadable(sheet, field, codes, faults, values)
    else:
        _report_faults(sheet, field, codes, faults, uniques, already)
    if not field.lenient:
        _report_repairs(sheet, field, codes, repairs)


def _report_faults(sheet, field: Field, codes, faults, uniques, already) -> None:
    """One finding a rule and wording; a row cut short by its separators is not also told that it is empty."""
    grouped: dict[tuple, list[int]] = {}
    for code, (rule, params) in faults.items():
        if isinstance(field.cell, Id) and rule == "bad_id" and is_active(uniques[code]):
            rule = "active_id"
        grouped.setdefault((rule, tuple(sorted(params.items()))), []).append(code)
    for (rule, params), members in grouped.items():
        mask = np.isin(codes, members)
        if rule == "blank":
            mask &= ~already
        sheet.refuse(mask, rule, field.name, **dict(params))


def _report_unreadable(sheet, field: Field, codes, faults, values) -> None:
    bad = [code for code, (rule, _) in faults.items() if rule != "blank"]
    if any(value is not None for value in values):
        sheet.readable.add(field.name)
    if bad:
        sheet.unread[field.name] = np.isin(codes, bad)
    if bad and field.name in sheet.readable:
        header = sheet.header(field.name)
        sheet.warn("unreadable_optional", sheet.unread[field.name], field.name, column=header)


def _report_repairs(sheet, field: Field, codes, repairs: dict[int, str]) -> None:
    for rule in sorted(set(repairs.values())):
        members = [code for code, repair in repairs.items() if repair == rule]
        if rule in CONVENTIONS:
            sheet.conventions.setdefault(rule, set()).add(field.name)
        else:
            sheet.repair(np.isin(codes, members), rule, field.name)


def _guess_decimal_comma(sheet: Sheet, names: list[str]) -> None:
    with_comma = np.zeros(len(sheet), dtype=bool)
    for name in names:
        with_comma |= sheet.typed_like(name, lambda text: "," in text)
    rows = np.flatnonzero(with_comma)
    headers = ", ".join(sheet.header(name) for name in names)
    sheet.guesses.append(Guess("decimal_comma", headers, sheet.sample(rows, names)))


def _column(values: Sequence[Any], dtype: str):
    if dtype == "float64":
        return pd.array(np.array([np.nan if v is None else v for v in values], dtype="float64"))
    if dtype.startswith("datetime64"):
        return pd.array(np.array(["NaT" if v is None else v for v in values], dtype=dtype), dtype=dtype)
    return pd.array(list(values), dtype=dtype)


def _flags(mask: Any, count: int) -> np.ndarray:
    flags = (
        np.asarray(pd.Series(mask).fillna(False), dtype=bool) if not isinstance(mask, np.ndarray) else mask
    )
    if len(flags) != count:
        raise ValueError(f"expected a flag for each of {count} rows, got {len(flags)}")
    return flags.astype(bool)
