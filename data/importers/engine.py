"""The one import engine: sniff, read as text, map, normalise, judge every row, report; it writes nothing."""

import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from data.importers import refused_rows
from data.importers.desk import Desk, Lookup, Options, nothing_known
from data.importers.findings import FileRefused, Finding, Guess
from data.importers.importer import Delivery, Importer
from data.importers.inert import active_rows, matching, personal_header
from data.importers.report import Report
from data.importers.shapes import declared_crs, settle_crs, settle_shapes
from data.importers.sheet import Sheet, read_sheet, refuse_duplicates
from data.importers.sniff import Sniffed, encoding_of, fingerprint, sniff
from data.importers.table import Table, require_columns
from data.importers.textfile import read_text
from data.importers.vector import read_vector
from data.importers.workbook import read_workbook
from data.schemas import Layout
from data.schemas.cells import Text
from data.schemas.layout import fold
from geo.crs import DRAWING_CRS

_MISREAD = re.compile("Ã[\u0080-\u00bf\u2030-\u203a©¨ª«´¢®¯§]")
VECTORS = ("geojson", "gpkg", "shapefile", "folder")


@dataclass(frozen=True, slots=True)
class ImportResult:
    """A file read and judged: tables ready for the store, and the report."""

    kind: str
    report: Report
    delivery: Delivery = field(default_factory=lambda: Delivery({}))

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Frames by table of the store, good rows only."""
        return dict(self.delivery.tables)


def judge(
    importer: Importer, paths: Sequence[Path], *, lookup: Lookup | None = None, options: Options | None = None
) -> ImportResult:
    """
    Read one delivery (a file; or, for kinds of several layers, the files of one folder) and judge every row.

    Never raises for what a file holds: a file that cannot be read is a report with outcome `reject-file`.
    """
    started = time.perf_counter()
    desk = Desk(options or Options(), lookup or nothing_known)
    names = ", ".join(path.name for path in paths)
    report = Report(
        importer.kind, names, source=desk.options.source, reference_date=desk.options.reference_date
    )
    delivery = Delivery({})
    with tempfile.TemporaryDirectory(prefix="ilot-import-") as folder:
        try:
            report, delivery = _judged(importer, list(paths), desk, Path(folder), report)
        except FileRefused as refusal:
            told = report if refusal.rule == "too_big" else _fingerprinted(report, paths)
            report = told.refusing(refusal)
    return ImportResult(importer.kind, replace(report, seconds=time.perf_counter() - started), delivery)


def _judged(
    importer: Importer, paths: list[Path], desk: Desk, workspace: Path, report: Report
) -> tuple[Report, Delivery]:
    if desk.options.crs and declared_crs(desk.options.crs) != desk.options.crs:
        raise FileRefused("unknown_projection", value=desk.options.crs)
    sniffed, files = sniffed_of(importer, paths, workspace, desk)
    report = replace(
        _fingerprinted(report, files or paths), format=sniffed.format, compression=sniffed.compression
    )
    tables, told = _tables(importer, sniffed, files, desk, workspace)
    report = replace(report, **told, layers=[table.layer for table, _ in tables if table.layer])
    if not any(len(table) for table, _ in tables):
        raise FileRefused("no_rows")
    sheets = []
    for table, layout in tables:
        _refuse_personal_columns(importer, table)
        sheet = read_sheet(table, layout)
        _place_shapes(sheet, table, sniffed.format, desk)
        refuse_duplicates(sheet, keep_first=importer.public)
        importer.check(sheet, desk)
        look_for_active_text(sheet)
        sheets.append(sheet)
    delivery = importer.build(sheets, desk)
    if not importer.public:
        _look_for_flat_figures(sheets)
    return _told(report, importer, sheets, delivery, sniffed.format), delivery


def sniffed_of(
    importer: Importer, paths: list[Path], workspace: Path, desk: Desk
) -> tuple[Sniffed, list[Path]]:
    """What the delivery is, and the map layers to open where there are several files."""
    if len(paths) == 1 and not paths[0].is_dir():
        sniffed = sniff(paths[0], workspace, desk.options.limits)
        if sniffed.format != "folder":
            return sniffed, [sniffed.path]
        paths = [sniffed.path]
        compression = sniffed.compression
    else:
        compression = None
    found = [part for path in paths for part in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    layers = [part for part in found if part.suffix.lower() in (".shp", ".gpkg")]
    if not layers:
        raise FileRefused(
            "empty_archive" if paths[0].is_dir() else "several_files",
            entries=", ".join(p.name for p in paths),
        )
    for layer in layers:
        sniff(layer, workspace, desk.options.limits)
    return Sniffed(paths[0], "folder" if len(layers) > 1 else "shapefile", compression), layers


def _tables(
    importer: Importer, sniffed: Sniffed, files: list[Path], desk: Desk, workspace: Path
) -> tuple[list[tuple[Table, Layout]], dict]:
    """Tables of the file with their layouts, and what to tell of how they were read."""
    limits, layouts = desk.options.limits, importer.layouts
    if sniffed.format in VECTORS:
        kind_of_file = "geojson" if sniffed.format == "geojson" else "ogr"
        tables, skipped = read_vector(
            files,
            kind_of_file,
            layouts,
            limits,
            workspace,
            layer=desk.options.layer,
            several=importer.several,
        )
        _note_left_out(tables[0][0], "ignored_layers", "layers", skipped)
        return tables, {"encoding": tables[0][0].encoding}
    if sniffed.format == "xlsx":
        table, skipped = read_workbook(sniffed.path, layouts, limits, desk.options.layer)
        _note_left_out(table, "ignored_sheets", "sheets", skipped)
        return [(table, require_columns(layouts, table.headers, table.line_of_header))], {}
    encoding, guessed = encoding_of(sniffed.path, desk.options.encoding)
    table, separator = read_text(sniffed.path, encoding, layouts, limits)
    layout = require_columns(layouts, table.headers, table.line_of_header)
    table.encoding = encoding if guessed else None
    return [(table, layout)], {"encoding": encoding, "separator": separator}


def _note_left_out(table: Table, rule: str, name: str, skipped: list[str]) -> None:
    if skipped:
        table.faults.append(Finding(rule, "note", params={name: ", ".join(skipped)}))


def _refuse_personal_columns(importer: Importer, table: Table) -> None:
    """The landlord's files bring no names, phones, e-mails nor birth dates; public files have none."""
    for header in () if importer.public else table.headers:
        what = personal_header(fold(header))
        if what:
            raise FileRefused("personal_column", lines=[table.line_of_header], column=header, what=what)


def _place_shapes(sheet: Sheet, table: Table, kind_of_file: str, desk: Desk) -> None:
    wanted = sheet.layout.shape
    if table.shapes is None:
        if wanted is not None:
            raise FileRefused("no_geometry_column")
        return
    geojson = kind_of_file == "geojson"
    crs = settle_crs(sheet, table.shapes, table.crs, geojson=geojson, chosen=desk.options.crs)
    table.crs = crs if not geojson or table.crs else None
    settle_shapes(sheet, table.shapes, crs, wanted or "point")
    sheet.conventions.setdefault("crs", set()).add(crs)
    if geojson and crs != DRAWING_CRS:
        sheet.conventions.setdefault("odd_crs", set()).add(crs)


def look_for_active_text(sheet: Sheet) -> None:
    """Flag accepted rows whose texts a page, a template or a spreadsheet could run; they stay as typed."""
    active = np.zeros(len(sheet), dtype=bool)
    for part in sheet.layout.fields:
        if isinstance(part.cell, Text) and not part.private:
            active |= active_rows(sheet.frame[part.name])
    sheet.warn("active_text", active & sheet.good)


def _look_for_flat_figures(sheets: Sequence[Sheet]) -> None:
    """Warn where a file has one row, or one value all along a figure that maps and ranks use."""
    for sheet in sheets:
        measures = [part for part in sheet.layout.fields if part.measure and part.name in sheet.positions]
        good = sheet.frame[sheet.good]
        if measures and len(sheet) == 1:
            sheet.warn("single_row")
        for part in measures if len(good) >= 3 else ():
            values = good[part.name].dropna()
            if len(values) == len(good) and values.nunique() == 1:
                sheet.warn("constant_column", name=part.name, column=sheet.header(part.name))


def _told(
    report: Report, importer: Importer, sheets: Sequence[Sheet], delivery: Delivery, kind_of_file: str
) -> Report:
    """The report of a file whose rows were judged."""
    findings = [finding for sheet in sheets for finding in sheet.findings]
    findings += lost_text(sheets)
    guesses = [guess for sheet in sheets for guess in sheet.guesses]
    if report.encoding == "cp1252" and kind_of_file == "csv":
        guesses.append(Guess("encoding", "Windows-1252", accented_sample(sheets[0])))
    refused = sum(int(sheet.refused.sum()) for sheet in sheets)
    repaired = sum(int((sheet.repaired & sheet.good).sum()) for sheet in sheets)
    rows = sum(len(sheet) for sheet in sheets)
    findings += ignored_columns(sheets)
    report = replace(
        report,
        crs=next((crs for sheet in sheets for crs in sorted(sheet.conventions.get("crs", ()))), None),
        columns={name: sheet.header(name) for sheet in sheets for name in sheet.positions},
        rows=rows,
        accepted=rows - refused - repaired,
        repaired=repaired,
        refused=refused,
        findings=tuple(findings),
        guesses=tuple(guesses),
        sample=first_rows(sheets[0]),
        totals=dict(delivery.totals),
        refused_rows=refused_rows.text_of(sheets) if refused else "",
    )
    return replace(
        report, outcome=outcome_of(report, {code for sheet in sheets for code in sheet.conventions})
    )


def outcome_of(report: Report, conventions: set[str]) -> str:
    """
    The one word of DESIGN.md for what happened.

    A row whose identifier carries something that runs is refused for that alone; the file then counts as accepted
    with inert text, the others being as good as any.
    """
    refusals = {finding.rule for finding in report.findings if finding.severity == "refused"}
    warnings = {finding.rule for finding in report.findings if finding.severity == "warning"}
    if refusals and refusals != {"active_id"}:
        return "reject-rows"
    if refusals or "active_text" in warnings:
        return "accept-inert"
    if warnings:
        return "accept-with-warning"
    odd_text = report.encoding not in (None, "utf-8", "UTF-8") or report.separator not in (None, ",")
    odd = bool(conventions - {"crs", "compact_date"})
    if report.repaired or report.guesses or odd_text or odd:
        return "accept-normalised"
    return "accept"


def lost_text(sheets: Sequence[Sheet]) -> list[Finding]:
    """Characters that were lost or misread before the file came to us."""
    found = []
    for sheet in sheets:
        texts = [
            part.name
            for part in sheet.layout.fields
            if part.cell.dtype == "str" and part.name in sheet.positions
        ]
        for rule in ("lost_characters", "mojibake"):
            hit = np.zeros(len(sheet), dtype=bool)
            for name in texts:
                if rule == "lost_characters":
                    hit |= sheet.typed_like(name, lambda text: "\ufffd" in text)
                else:
                    hit |= matching(sheet.frame[name], lambda text: bool(_MISREAD.search(text)))
            if hit.any():
                lines = sheet.lines[hit]
                found.append(
                    Finding(rule, "warning", None, lines, (), {"count": len(lines)}, (), sheet.layer or None)
                )
    return found


def ignored_columns(sheets: Sequence[Sheet]) -> list[Finding]:
    """Columns of the file that nothing reads."""
    found = []
    for sheet in sheets:
        used = set(sheet.positions.values())
        left = [
            header.strip()
            for place, header in enumerate(sheet.headers)
            if place not in used and header.strip()
        ]
        if left:
            params = {"columns": ", ".join(left)[:1000]}
            found.append(Finding("ignored_columns", "note", params=params, layer=sheet.layer or None))
    return found


def first_rows(sheet: Sheet) -> tuple[dict[str, str], ...]:
    """The first rows as typed, but for what is never echoed."""
    names = [part.name for part in sheet.layout.fields if part.name in sheet.positions and not part.private]
    return sheet.sample(np.arange(len(sheet)), names)


def accented_sample(sheet: Sheet) -> tuple[dict[str, str], ...]:
    """Five rows whose accents tell whether the encoding was guessed right."""
    texts = [
        part.name
        for part in sheet.layout.fields
        if isinstance(part.cell, Text) and part.name in sheet.positions
    ]
    accented = np.zeros(len(sheet), dtype=bool)
    for name in texts:
        accented |= sheet.typed_like(name, lambda text: not text.isascii())
    return sheet.sample(np.flatnonzero(accented), texts[:3])


def _fingerprinted(report: Report, paths: Sequence[Path]) -> Report:
    present = [path for path in paths if path.is_file()]
    return replace(report, sha256=fingerprint(present)) if present and not report.sha256 else report
