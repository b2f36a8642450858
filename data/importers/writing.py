"""From a judged file to the store: one transaction, one line in the register of imports, or nothing at all."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from data.importers import invented
from data.importers.cancelling import CANCELLED, ImportCancelled, Watched, register_cancelled
from data.importers.desk import Desk, Lookup, Options
from data.importers.engine import ImportResult, judge
from data.importers.findings import FileRefused, Finding
from data.importers.importer import Importer
from data.importers.journal import Journal, forget_old
from data.importers.kinds import KINDS
from data.importers.labelling import KINDS as LABELLING
from data.importers.labelling import relabel
from data.importers.report import SHOWN, Report
from data.importers.stream import Judging, judging_of
from data.importers.writing_stream import Blocks, named, told_changes
from data.store.errors import ImportRunning, StoreRefused
from data.store.interface import Changes, Store
from geo.access import link_addresses
from geo.crs import WORKING_CRS

Progress = Callable[[float, str], None]
Written = tuple[Report, dict[str, Changes], list[Finding]]
REMOVED_SHARE = 0.10
IN_LIST = 5_000


class _NotWritten(Exception):
    """Leaves the transaction of a dry run, or of a file that is kept out, so that nothing stays."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def run(
    store: Store,
    kind: str,
    files: Path | str | Sequence[Path | str],
    *,
    dry_run: bool = False,
    set_aside: bool = False,
    options: Options | None = None,
    progress: Progress = lambda done, text: None,
) -> Report:
    """
    Import one delivery into the store: judge it whole, then write it in one transaction, or write nothing.

    Parameters
    ----------
    files
        A file; a folder or several files for kinds of several layers. Several files of another kind are imported
        one after the other, each in its own transaction.
    dry_run
        Write, count what changed, and take it back: the report is that of the real run, `written` is False.
    set_aside
        Write the good rows although others are refused; those come back as ``report.refused_rows``.

    Returns
    -------
    Report
        With `written` and `changes`; a file that is refused changes nothing and leaves no line in the register.
    """
    importer, options = KINDS[kind], options or Options()
    paths = [Path(files)] if isinstance(files, str | Path) else [Path(part) for part in files]
    if importer.several or len(paths) == 1:
        return _run_one(store, importer, paths, dry_run, set_aside, options, progress)
    reports = [_run_one(store, importer, [path], dry_run, set_aside, options, progress) for path in paths]
    return _together(reports)


def lookup_in(store: Store) -> Lookup:
    """Lookup over the store's tables, for the rules that compare a file with what is there."""

    def known(table: str, *, columns=None, where=None) -> pd.DataFrame:
        geometry = columns is None or "geometry" in columns
        wanted = None if columns is None else [name for name in columns if name != "geometry"]
        return store.read(table, columns=wanted, where=where, geometry=geometry)

    return known


def _run_one(
    store: Store,
    importer: Importer,
    paths: list[Path],
    dry_run: bool,
    set_aside: bool,
    options: Options,
    progress,
) -> Report:
    """One delivery, while nobody else imports; one that is cancelled leaves the store as before, and says so."""
    named = Report(importer.kind, ", ".join(path.name for path in paths))
    begun = datetime.now(UTC).replace(tzinfo=None)
    watched = Watched(progress)
    try:
        with store.importing():
            return _run_alone(store, importer, paths, dry_run, set_aside, options, watched)
    except ImportRunning as running:
        since = "?" if running.since is None else f"{running.since:%Y-%m-%d %H:%M} UTC"
        return named.refusing(FileRefused("import_running", who=running.who, since=since))
    except BaseException as ended:
        if ended is not watched.raised and not isinstance(ended, KeyboardInterrupt):
            raise
        report = named.refusing(FileRefused("cancelled"))
        if not dry_run:
            register_cancelled(store, report, begun)
        if isinstance(ended, ImportCancelled):
            return report
        raise


def _run_alone(
    store: Store,
    importer: Importer,
    paths: list[Path],
    dry_run: bool,
    set_aside: bool,
    options: Options,
    progress: Watched,
) -> Report:
    started = datetime.now(UTC).replace(tzinfo=None)
    progress(0.0, "reading")
    with tempfile.TemporaryDirectory(prefix="ilot-import-") as folder:
        judging = judging_of(importer, paths, Desk(options, lookup_in(store)), Path(folder))
        if judging is not None:
            return _run_blocks(store, importer, judging, dry_run, set_aside, options, progress, started)
    result = judge(importer, paths, lookup=lookup_in(store), options=options)
    progress(0.5, "judged")
    report, blocked = _decided(result.report, store, importer, dry_run, set_aside, options)
    stored = {name: frame for name, frame in result.delivery.tables.items() if name in store.tables()}
    if blocked or not stored:
        return replace(report, seconds=_since(started))

    def write(journal: Journal) -> Written:
        return _write(store, importer, replace(result, report=report), stored, options, progress, journal)

    return _transacted(store, report, write, started, dry_run, progress)


def _run_blocks(
    store: Store,
    importer: Importer,
    judging: Judging,
    dry_run: bool,
    set_aside: bool,
    options: Options,
    progress: Watched,
    started: datetime,
) -> Report:
    """Judge and write block by block; what is found in the end to keep the file out takes all blocks back."""

    def write(journal: Journal) -> Written:
        blocks = Blocks(store, judging, progress, journal)
        report, delivery = blocks.write()
        report, blocked = _decided(report, store, importer, dry_run, set_aside, options)
        if blocked:
            raise _NotWritten(report)
        try:
            notes = blocks.remove_absent(delivery, ask=importer.asks_removals and not options.accept_removals)
        except FileRefused as refusal:
            raise _NotWritten(report.refusing(refusal)) from None
        return report, blocks.changes, notes

    return _transacted(store, judging.report, write, started, dry_run, progress)


def _transacted(
    store: Store,
    report: Report,
    write: Callable[[Journal], Written],
    started: datetime,
    dry_run: bool,
    progress: Watched,
) -> Report:
    """Write within one transaction, its line in the register last of all; or leave the store as it was."""
    notes: list[Finding] = []
    try:
        with store.transaction():
            journal = Journal(store)
            report, changes, notes = write(journal)
            if report.kind in LABELLING:
                changes["dwellings"], told = _labelled(store, journal, changes)
                notes = [*notes, *told]
            report = _finished(store, told_changes(report, changes, notes), started, journal, dry_run)
    except _NotWritten as left:
        report = replace(left.report, seconds=_since(started))
    except FileRefused as refusal:
        report = replace(report.refusing(refusal), seconds=_since(started))
    except StoreRefused as refusal:
        if not any(told.rule == "removed" for told in notes):
            raise
        held = FileRefused("removal_held", where=refusal.where)
        report = replace(report.refusing(held), written=False, seconds=_since(started))
    progress.finish()
    return report


def _labelled(
    store: Store, journal: Journal, changes: Mapping[str, Changes]
) -> tuple[Changes, list[Finding]]:
    changed, notes = relabel(store, journal)
    return changes.get("dwellings", Changes()) + changed, notes


def _decided(
    report: Report, store: Store, importer: Importer, dry_run: bool, set_aside: bool, options: Options
) -> tuple[Report, bool]:
    """The report with what keeps the file out, if anything does, and whether it does."""
    report, blocked = _blocked(_with_previous(report, store), importer, set_aside)
    if report.guesses and not (blocked or dry_run or options.confirmed):
        return _unconfirmed(report), True
    return report, blocked


def _finished(store: Store, report: Report, started: datetime, journal: Journal, dry_run: bool) -> Report:
    """Put the import in the register, last of all within its transaction; a dry run leaves it instead."""
    report = replace(report, seconds=_since(started))
    if dry_run:
        raise _NotWritten(report)
    report = replace(report, written=True)
    _register(store, report, started, journal)
    return report


def _blocked(report: Report, importer: Importer, set_aside: bool) -> tuple[Report, bool]:
    """Whether nothing may be written; a public layer with few refused rows is written, and says so."""
    if report.outcome == "reject-file" or not report.good:
        return report, True
    if not report.refused or set_aside:
        return report, False
    if report.refused > importer.tolerated_share * report.rows:
        if importer.public:
            limit = round(100 * importer.tolerated_share)
            told = Finding(
                "many_refused",
                "note",
                params={"refused": report.refused, "rows": report.rows, "limit": limit},
            )
            report = replace(report, findings=(*report.findings, told))
        return report, True
    told = Finding("refused_tolerated", "warning", params={"refused": report.refused, "rows": report.rows})
    return replace(report, findings=(*report.findings, told)), False


def _unconfirmed(report: Report) -> Report:
    """Tell that the guesses keep the file out until somebody agrees."""
    told = Finding("confirm_guesses", "note", params={"count": len(report.guesses)})
    return replace(report, findings=(*report.findings, told))


def _write(
    store: Store,
    importer: Importer,
    result: ImportResult,
    stored: Mapping[str, pd.DataFrame],
    options: Options,
    progress: Progress,
    journal: Journal,
) -> Written:
    """Write the tables, remove what was invented or what the file replaces, link addresses to new parcels."""
    delivery = result.delivery
    changes: dict[str, Changes] = dict.fromkeys(stored, Changes())
    notes = invented.take_out(journal, invented.giving_way(store, stored), changes)
    leaving = {
        table: _leaving(store, table, stored[table], prefixes)
        for table, prefixes in delivery.replaces.items()
        if table in stored
    }
    if importer.asks_removals and not options.accept_removals:
        _require_few_removals(leaving)
    for rank, (table, frame) in enumerate(stored.items()):
        progress(0.5 + 0.4 * rank / len(stored), table)
        frame = (
            _new_only(store, table, frame)
            if table in delivery.only_missing
            else _completed(store, table, frame)
        )
        changes[table] += journal.write(table, frame)
    for table in reversed(list(leaving)):
        gone, _ = leaving[table]
        removed = journal.remove(table, gone)
        changes[table] += Changes(removed=removed)
        if removed:
            told = {"count": removed, "table": table, "keys": named(gone)}
            notes.append(Finding("removed", "note", params=told))
    if "parcels" in stored:
        notes += _relink(store, stored["parcels"], changes, journal)
    return result.report, changes, notes


def _leaving(
    store: Store, table: str, frame: pd.DataFrame, prefixes: tuple[str, ...]
) -> tuple[pd.DataFrame, int]:
    """Keys of the rows that the file replaces and does not hold, and how many rows it replaces in all."""
    key = list(store.key(table))
    present = store.read(table, columns=[], geometry=False).reset_index()[key]
    lengths = sorted({len(prefix) for prefix in prefixes})
    within = [present[key[0]].str.slice(0, length).isin(prefixes) for length in lengths]
    present = present[np.logical_or.reduce(within)] if within else present.iloc[:0]
    kept = pd.MultiIndex.from_frame(frame[key].astype("str"))
    gone = present[~pd.MultiIndex.from_frame(present.astype("str")).isin(kept)]
    return gone, len(present)


def _require_few_removals(leaving: Mapping[str, tuple[pd.DataFrame, int]]) -> None:
    for table, (gone, present) in leaving.items():
        if len(gone) > REMOVED_SHARE * present:
            told = {"removed": len(gone), "present": present, "table": table, "keys": named(gone)}
            raise FileRefused("would_remove", **told)


def _new_only(store: Store, table: str, frame: pd.DataFrame) -> pd.DataFrame:
    key = store.key(table)[0]
    known = store.read(table, columns=[], where={key: frame[key].tolist()}, geometry=False)
    return frame[~frame[key].isin(known.index)]


def _completed(store: Store, table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Give a frame the columns it lacks from the rows in place: a file says nothing of what it has no column for."""
    key = list(store.key(table))
    absent = [name for name in store.tables()[table] if name not in frame.columns]
    if not absent or not store.count(table):
        return frame
    where = {key[0]: frame[key[0]].unique().tolist()} if len(frame) <= IN_LIST else None
    drawn = "geometry" in absent
    plain = [name for name in absent if name != "geometry"]
    present = store.read(table, columns=plain, where=where, geometry=drawn).reset_index()
    if present.empty or (present[absent].isna().all(axis=None) and not drawn):
        return frame
    completed = pd.DataFrame(frame).merge(pd.DataFrame(present)[key + absent], "left", key)
    if "geometry" not in completed:
        return completed
    shapes = completed["geometry"].where(completed["geometry"].notna(), None)
    return gpd.GeoDataFrame(
        completed.drop(columns="geometry"), geometry=gpd.GeoSeries(shapes, crs=WORKING_CRS)
    )


def _relink(
    store: Store, parcels: gpd.GeoDataFrame, changes: dict[str, Changes], journal: Journal
) -> list[Finding]:
    """Link the addresses of the communes whose parcels have just come."""
    communes = parcels["insee_code"].unique().tolist()
    addresses = store.read("addresses", where={"insee_code": communes})
    if addresses.empty:
        return []
    linked = link_addresses(addresses, parcels.set_index("parcel_id"))
    changed = journal.write("addresses", addresses.assign(**{name: linked[name] for name in linked.columns}))
    changes["addresses"] = changed
    return [Finding("relinked", "note", params={"count": int((linked["parcel_confidence"] != "none").sum())})]


def _with_previous(report: Report, store: Store) -> Report:
    """Say when the same bytes were already imported as this kind."""
    if not report.sha256:
        return report
    before = store.read(
        "imports",
        columns=["started_at", "undone_at", "outcome"],
        where={"sha256": report.sha256, "kind": report.kind},
    )
    before = before[before["undone_at"].isna() & before["outcome"].ne(CANCELLED)]
    if before.empty:
        return report
    told = Finding("same_file", "note", params={"date": f"{before['started_at'].max():%Y-%m-%d %H:%M}"})
    return replace(report, findings=(*report.findings, told))


def _register(store: Store, report: Report, started: datetime, journal: Journal) -> None:
    """One line a write; a file that was there already and changed nothing leaves the store as it was, to the row."""
    if not report.changes.any and "same_file" in report.counts:
        return
    line = pd.DataFrame(
        [
            {
                "import_id": journal.import_id,
                "kind": report.kind,
                "file": report.file,
                "sha256": report.sha256,
                "started_at": started,
                "finished_at": datetime.now(UTC).replace(tzinfo=None),
                "outcome": report.outcome,
                "rows": report.rows,
                "accepted": report.accepted,
                "repaired": report.repaired,
                "refused": report.refused,
                "reference_date": report.reference_date,
                "source": report.source,
                "report": replace(report, sample=()).to_json(limit=SHOWN),
            }
        ]
    )
    store.write("imports", line, mode="append")
    forget_old(store, report.kind)


def _together(reports: list[Report]) -> Report:
    """One report of several files, in their order; the worst outcome speaks for all."""
    order = (
        "accept",
        "accept-normalised",
        "accept-with-warning",
        "accept-inert",
        "reject-rows",
        "reject-file",
    )
    worst = max((report.outcome for report in reports), key=order.index)
    counts = {
        name: sum(getattr(r, name) for r in reports) for name in ("rows", "accepted", "repaired", "refused")
    }
    return replace(
        reports[0],
        file=", ".join(report.file for report in reports),
        outcome=worst,
        findings=tuple(finding for report in reports for finding in report.findings),
        guesses=tuple(guess for report in reports for guess in report.guesses),
        changes=sum((report.changes for report in reports), Changes()),
        written=all(report.written for report in reports),
        seconds=sum(report.seconds for report in reports),
        totals={
            name: sum(r.totals.get(name, 0) for r in reports)
            for name, v in reports[0].totals.items()
            if isinstance(v, int)
        },
        **counts,
    )


def _since(started: datetime) -> float:
    return (datetime.now(UTC).replace(tzinfo=None) - started).total_seconds()
