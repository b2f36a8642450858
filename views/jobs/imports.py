"""Import files: judged whole, written in one transaction or not at all."""

from collections.abc import Callable, Sequence

from data import importers
from data.store import Store
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
    language: str = "fr",
    progress: Callable[[float, str], None] = lambda done, text: None,
) -> dict:
    """Import files of one kind; return the report of DESIGN.md (`import --json`) in the language asked for."""
    report = importers.run(store, kind, files, dry_run=dry_run, set_aside=set_aside, progress=progress)
    return translate_report(report.to_dict(), language)


def undo(
    store: Store, *, import_id: str | None = None, kind: str | None = None, language: str = "fr"
) -> dict:
    """Take the last import back (of a kind, where given), or the one named; return its report."""
    return translate_report(importers.undo(store, import_id, kind=kind).to_dict(), language)
