"""A large text judged block by block: one report as for the whole file, memory that does not grow with it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from data.importers import engine
from data.importers.blocks import BlockReader
from data.importers.desk import Desk
from data.importers.findings import FileRefused, Finding, Guess
from data.importers.importer import Delivery, Importer
from data.importers.refused_rows import csv_of
from data.importers.report import FAULTS_IN_JSON, Report
from data.importers.sheet import SAMPLE, Sheet, read_sheet
from data.importers.sniff import MB, Sniffed, encoding_of, fingerprint
from data.importers.table import Table, require_columns

KEPT = FAULTS_IN_JSON


@dataclass
class Findings:
    """The findings of all blocks, those of one rule and column in one."""

    kept: dict[tuple, Finding] = field(default_factory=dict)

    def add(self, found: Finding) -> None:
        """Take a finding of a block."""
        said = sorted((name, str(value)) for name, value in found.params.items() if name != "count")
        key = (found.rule, found.severity, found.column, tuple(said), found.layer)
        self.kept[key] = _joined(self.kept.get(key), found)


def _joined(before: Finding | None, found: Finding) -> Finding:
    """Two findings of one rule and column: the first lines of both, and how many they are in all."""
    room = KEPT - (0 if before is None else len(before.lines))
    found = replace(
        found,
        lines=found.lines[:room],
        values=list(found.values[:room]),
        details=list(found.details[:room]),
        count=max(found.count, len(found.lines)),
    )
    if before is None:
        return found
    count = before.count + found.count
    return replace(
        before,
        lines=np.concatenate([before.lines, found.lines]),
        values=[*before.values, *found.values],
        details=[*before.details, *found.details],
        params={**found.params, "count": count} if "count" in found.params else found.params,
        count=count,
    )


class Judging:
    """
    One file on its way through: `blocks` gives the rows for the store, then `result` the rest and the report.

    Raises FileRefused, while the blocks are read, where the whole file is refused.
    """

    def __init__(self, importer: Importer, sniffed: Sniffed, desk: Desk, report: Report) -> None:
        self.importer, self.desk = importer, desk
        encoding, guessed = encoding_of(sniffed.path, desk.options.encoding)
        self.reader = BlockReader(
            sniffed.path,
            encoding,
            importer.layouts,
            desk.options.limits,
            max(int(desk.options.block_mb * MB), 1),
        )
        self.layout = require_columns(importer.layouts, self.reader.headers, self.reader.line_of_header)
        self.guessed = encoding if guessed else None
        self.report = replace(
            report,
            format=sniffed.format,
            compression=sniffed.compression,
            encoding=encoding,
            separator=self.reader.separator,
        )
        self.stream = importer.stream()
        self.findings = Findings()
        self.guesses: dict[str, Guess] = {}
        self.conventions: dict[str, set[str]] = {}
        self.unread: dict[str, Finding] = {}
        self.readable: set[str] = set()
        self.counts = dict.fromkeys(("rows", "refused", "repaired"), 0)
        self.first: Sheet | None = None
        self.refused_rows: list[str] = []
        self.sample: tuple[Mapping[str, str], ...] = ()

    def blocks(self) -> Iterator[tuple[Mapping[str, pd.DataFrame], float]]:
        """Yield the tables of each block, and the share of the file that is read."""
        for table in self.reader.tables():
            table.encoding = self.guessed
            yield self._block(table), self.reader.done_share
        if self.first is None:
            raise FileRefused("no_rows")

    def _block(self, table: Table) -> Mapping[str, pd.DataFrame]:
        sheet = read_sheet(table, self.layout)
        self.importer.check(sheet, self.desk)
        engine.look_for_active_text(sheet)
        tables = self.stream.take(sheet)
        self._remember(sheet)
        return tables

    def _remember(self, sheet: Sheet) -> None:
        """Keep of a block what the report tells, and let go of its rows."""
        for found in [*sheet.findings, *engine.lost_text([sheet])]:
            if found.rule != "unreadable_optional":
                self.findings.add(found)
        self._remember_unread(sheet)
        for guess in sheet.guesses:
            self._remember_guess(guess)
        if self.guessed and len(self._sample_of("encoding")) < SAMPLE:
            self._remember_guess(Guess("encoding", "Windows-1252", engine.accented_sample(sheet)))
        for code, names in sheet.conventions.items():
            self.conventions.setdefault(code, set()).update(names)
        refused = int(sheet.refused.sum())
        room = KEPT - sum(text.count("\n") for text in self.refused_rows)
        if refused and room > 0:
            self.refused_rows.append(csv_of(sheet, header=not self.refused_rows, most=room))
        self.counts["rows"] += len(sheet)
        self.counts["refused"] += refused
        self.counts["repaired"] += int((sheet.repaired & sheet.good).sum())
        if len(self.sample) < SAMPLE:
            self.sample = (*self.sample, *engine.first_rows(sheet))[:SAMPLE]
        if self.first is None:
            self.first = Sheet(_without_rows(sheet), sheet.layout)

    def _remember_unread(self, sheet: Sheet) -> None:
        """Cells that a lenient column cannot read are told only where some other cell of the file can be."""
        self.readable |= sheet.readable
        for name, rows in sheet.unread.items():
            lines, header = sheet.lines[rows], sheet.header(name)
            params = {"count": len(lines), "column": header}
            found = Finding("unreadable_optional", "warning", name, lines, (), params)
            self.unread[name] = _joined(self.unread.get(name), found)

    def _sample_of(self, what: str) -> tuple[Mapping[str, str], ...]:
        return self.guesses[what].sample if what in self.guesses else ()

    def _remember_guess(self, guess: Guess) -> None:
        before = self.guesses.get(guess.what)
        if before is None:
            self.guesses[guess.what] = guess
            return
        values = ", ".join(dict.fromkeys([*before.value.split(", "), *guess.value.split(", ")]))
        self.guesses[guess.what] = Guess(guess.what, values, (*before.sample, *guess.sample)[:SAMPLE])

    def result(self) -> tuple[Report, Delivery]:
        """Return the report, and what the file brings beside its blocks."""
        delivery = self.stream.finish()
        for name in sorted(self.readable & set(self.unread)):
            self.findings.add(self.unread[name])
        findings = [*self.findings.kept.values(), *engine.ignored_columns([self.first])]
        rows, refused, repaired = (self.counts[name] for name in ("rows", "refused", "repaired"))
        if refused > KEPT:
            findings.append(Finding("refused_kept", "note", params={"kept": KEPT, "refused": refused}))
        report = replace(
            self.report,
            columns={name: self.first.header(name) for name in self.first.positions},
            rows=rows,
            accepted=rows - refused - repaired,
            repaired=repaired,
            refused=refused,
            findings=tuple(findings),
            guesses=tuple(self.guesses.values()),
            sample=self.sample,
            totals=dict(delivery.totals),
            refused_rows="".join(self.refused_rows),
        )
        return replace(report, outcome=engine.outcome_of(report, set(self.conventions))), delivery


def judging_of(importer: Importer, paths: Sequence[Path], desk: Desk, workspace: Path) -> Judging | None:
    """
    The judging of a large text by blocks; None where the kind, the file or its layout is not for that.

    A file that is refused here is none of our business: the engine reads it again, and says why.
    """
    if importer.stream is None or len(paths) != 1 or not paths[0].is_file() or desk.options.crs:
        return None
    try:
        sniffed, files = engine.sniffed_of(importer, list(paths), workspace, desk)
        if sniffed.format != "csv" or files[0].stat().st_size < desk.options.stream_mb * MB:
            return None
        report = Report(
            importer.kind,
            paths[0].name,
            source=desk.options.source,
            reference_date=desk.options.reference_date,
            sha256=fingerprint(files),
        )
        judging = Judging(importer, sniffed, desk, report)
    except FileRefused:
        return None
    return judging if judging.layout is importer.streamed else None


def _without_rows(sheet: Sheet) -> Table:
    return Table("", sheet.headers, sheet.cells.iloc[:0], sheet.lines[:0])
