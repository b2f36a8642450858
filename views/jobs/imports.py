"""Import files: judged whole, written in one transaction or not at all."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from data import importers
from data.schemas import template
from data.store import Store
from views.jobs.export import write
from views.shared.i18n import translate_report


def kinds() -> list[str]:
    """Return the kinds of file that can enter."""
    return sorted(importers.KINDS)


def run(
    store: Store,
    kind: str,
    files: Sequence[str],
    *,
    dry_run: bool = False,
    set_aside: bool = False,
    accept_guesses: bool = False,
    language: str = "fr",
    progress: Callable[[float, str], None] = lambda done, text: None,
    **chosen: Any,
) -> dict:
    """
    Import files of one kind; what is guessed is told, and written once `accept_guesses` agrees.

    `chosen` are other choices of `importers.Options`: `crs`, `replace`, `accept_removals`, `keep_unlocated` and so on.
    Return the report of DESIGN.md (`import --json`) in the language asked for.
    """
    options = importers.Options(confirmed=accept_guesses, **chosen)
    report = importers.run(
        store, kind, files, dry_run=dry_run, set_aside=set_aside, options=options, progress=progress
    )
    return translate_report(report.to_dict(), language)


def undo(
    store: Store, *, import_id: str | None = None, kind: str | None = None, language: str = "fr"
) -> dict:
    """Take the last import back (of a kind, where given), or the one named; return its report."""
    return translate_report(importers.undo(store, import_id, kind=kind).to_dict(), language)


def template_table(kind: str) -> pd.DataFrame:
    """Return the empty table of a kind, as text: its columns, and one line as an example."""
    header, *lines = csv.reader(io.StringIO(template(importers.KINDS[kind].layouts[0])))
    return pd.DataFrame(lines, columns=header, dtype="str")


def write_template(kind: str, file: str) -> dict:
    """Write an empty table of a kind, with one line as an example, by the ending of the file."""
    table = template_table(kind)
    write(table, file)
    layout = importers.KINDS[kind].layouts[0]
    return {"kind": kind, "file": file, "columns": list(table.columns), "map_layer": layout.shape is not None}
