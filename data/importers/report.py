"""The report of an import: what was read, refused, repaired and written, in words that a landlord can act on."""

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from data.importers.findings import FileRefused, Finding, Guess
from data.importers.messages import GUESSES, RULES, sentence
from data.store.interface import Changes

SHOWN = 200
FAULTS_IN_JSON = 10_000


@dataclass(frozen=True, slots=True)
class Report:
    """
    What happened to one file. Immutable; `rows` is always `accepted` + `repaired` + `refused`.

    `accepted` rows were taken as typed, `repaired` ones after a stated correction; both are good rows. `sample` has the
    first rows as typed, whatever the format, to see that the right columns were read.
    """

    kind: str
    file: str
    sha256: str = ""
    format: str = ""
    encoding: str | None = None
    separator: str | None = None
    compression: str | None = None
    crs: str | None = None
    layers: Sequence[str] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0
    accepted: int = 0
    repaired: int = 0
    refused: int = 0
    findings: Sequence[Finding] = ()
    guesses: Sequence[Guess] = ()
    sample: Sequence[Mapping[str, str]] = ()
    outcome: str = "accept"
    changes: Changes = Changes()
    changes_by_table: Mapping[str, Changes] = field(default_factory=dict)
    totals: Mapping[str, Any] = field(default_factory=dict)
    written: bool = False
    seconds: float = 0.0
    source: str = ""
    reference_date: str | None = None
    refused_rows: str = ""

    @property
    def good(self) -> int:
        """Rows that can be written: taken as they are, or repaired."""
        return self.accepted + self.repaired

    @property
    def faults(self) -> list[dict[str, Any]]:
        """Every refusal, one row a line and column, in the order of the file."""
        return sorted(self.lines_of("refused"), key=lambda row: (row["line"] is None, row["line"] or 0))

    @property
    def repairs(self) -> list[dict[str, Any]]:
        """Every repair, one row a line and column."""
        return list(self.lines_of("repaired"))

    @property
    def warnings(self) -> list[dict[str, Any]]:
        """What is accepted and yet worth a look."""
        return list(self.lines_of("warning", expand=False))

    @property
    def notes(self) -> list[dict[str, Any]]:
        """What the reader should know and need not act on."""
        return list(self.lines_of("note", expand=False))

    @property
    def bad_lines(self) -> list[int]:
        """Lines refused, each once."""
        return sorted({int(line) for f in self.findings if f.severity == "refused" for line in f.lines})

    @property
    def counts(self) -> dict[str, int]:
        """How often each rule was met."""
        total: Counter[str] = Counter()
        for finding in self.findings:
            total[finding.rule] += len(finding)
        return dict(total)

    def lines_of(self, severity: str, *, expand: bool = True) -> Iterator[dict[str, Any]]:
        """Yield the findings of one severity as rows: line, column, value, rule, reason, remedy."""
        for finding in self.findings:
            if finding.severity == severity:
                rows = finding.rows() if expand else [(None, None, finding.params)]
                for line, value, params in rows:
                    yield _row(finding, line, value, params)

    def to_dict(self, *, limit: int = FAULTS_IN_JSON) -> dict[str, Any]:
        """Plain values for scripts and pages; at most `limit` faults and repairs, the counts tell the rest."""
        faults, repairs = self.faults, []
        for row in self.lines_of("repaired"):
            if len(repairs) >= min(limit, SHOWN):
                break
            repairs.append(row)
        changes = _plain(self.changes)
        return {
            "kind": self.kind,
            "file": self.file,
            "outcome": self.outcome,
            "rows": self.rows,
            "accepted": self.accepted,
            "repaired": self.repaired,
            "refused": self.refused,
            "good_rows": self.good,
            "written": self.written,
            "faults": faults[:limit],
            "bad_lines": self.bad_lines[:limit],
            "repairs": repairs,
            "warnings": self.warnings,
            "notes": self.notes,
            "counts": self.counts,
            "guesses": [_guess(guess) for guess in self.guesses],
            "sample": [dict(row) for row in self.sample],
            "format": self.format,
            "encoding": self.encoding,
            "separator": self.separator,
            "compression": self.compression,
            "crs": self.crs,
            "layers": list(self.layers),
            "columns": dict(self.columns),
            "changes": changes,
            "changes_by_table": {table: _plain(c) for table, c in self.changes_by_table.items()},
            "totals": dict(self.totals),
            "source": self.source,
            "reference_date": self.reference_date,
            "sha256": self.sha256,
            "seconds": round(self.seconds, 3),
        }

    def to_json(self, *, limit: int = FAULTS_IN_JSON) -> str:
        """Write the report as one JSON object."""
        return json.dumps(self.to_dict(limit=limit), ensure_ascii=False, allow_nan=False)

    def to_csv(self) -> str:
        """Write every finding as CSV, refusals first; cells that a spreadsheet would run are quoted."""
        page = io.StringIO()
        writer = csv.writer(page, lineterminator="\n")
        writer.writerow(["severity", "line", "column", "value", "rule", "reason", "remedy"])
        for severity in ("refused", "repaired", "warning", "note"):
            for row in self.faults if severity == "refused" else self.lines_of(severity):
                cells = [row[name] for name in ("column", "value", "rule", "reason", "remedy")]
                writer.writerow([severity, row["line"], *(inert_cell(cell) for cell in cells)])
        return page.getvalue()

    def refusing(self, refusal: FileRefused) -> "Report":
        """Return this report for a file refused whole."""
        finding = Finding(
            refusal.rule,
            "refused",
            refusal.column,
            np.asarray(refusal.lines, dtype="int64"),
            [refusal.value] * len(refusal.lines) if refusal.lines else [refusal.value],
            refusal.params,
        )
        rows = max(self.rows, len(refusal.lines) if refusal.rule == "looks_lambert" else 0)
        return replace(
            self,
            findings=(*self.findings, finding),
            outcome="reject-file",
            rows=rows,
            accepted=0,
            repaired=0,
            refused=rows,
            written=False,
        )


def inert_cell(cell: Any) -> Any:
    """Text that a spreadsheet shows and never runs; anything but text is left alone."""
    if isinstance(cell, str) and cell.lstrip(" ")[:1] in (
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "＝",
        "＋",
        "－",
        "＠",
    ):
        return "'" + cell
    return cell


def _row(finding: Finding, line: int | None, value: str | None, params: Mapping[str, Any]) -> dict[str, Any]:
    rule = RULES[finding.rule]
    blanks = {"value": value, "column": finding.column, **params}
    row = {
        "line": line,
        "column": finding.column,
        "value": value,
        "rule": finding.rule,
        "reason": sentence(rule.reason, blanks),
        "remedy": sentence(rule.remedy, blanks),
        "params": {name: _plain(param) for name, param in params.items()},
    }
    if finding.severity != "refused":
        row["lines"] = [int(number) for number in finding.lines[:SHOWN]]
    if finding.layer:
        row["layer"] = finding.layer
    return row


def _guess(guess: Guess) -> dict[str, Any]:
    rule = GUESSES[guess.what]
    return {
        "what": guess.what,
        "value": guess.value,
        "reason": sentence(rule.reason, {"value": guess.value}),
        "remedy": rule.remedy,
        "sample": [dict(row) for row in guess.sample],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Changes):
        return {name: getattr(value, name) for name in ("added", "changed", "unchanged", "removed")}
    return (
        value.item()
        if hasattr(value, "item")
        else value
        if isinstance(value, int | float | bool)
        else str(value)
    )
