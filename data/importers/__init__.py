"""What enters: one module a source, one engine for all; `KINDS`, `read_file` and `run` are the doors."""

from collections.abc import Sequence
from pathlib import Path

from data.importers.cancelling import ImportCancelled
from data.importers.desk import Lookup, Options, lookup_of
from data.importers.engine import ImportResult, judge
from data.importers.importer import Delivery, Importer
from data.importers.kinds import KINDS
from data.importers.report import Report
from data.importers.sniff import Limits
from data.importers.undoing import undo
from data.importers.writing import run

__all__ = [
    "KINDS", "Delivery", "ImportCancelled", "ImportResult", "Importer", "Limits", "Options", "Report", "lookup_of",
    "read_file", "run", "undo",
]  # fmt: skip


def read_file(
    kind: str,
    path: Path | str | Sequence[Path | str],
    *,
    store_lookup: Lookup | None = None,
    options: Options | None = None,
) -> ImportResult:
    """
    Read and judge one file of a kind; write nothing.

    Parameters
    ----------
    kind
        A key of `KINDS`.
    path
        The file; a folder or several files for kinds of several layers.
    store_lookup
        Rows the file is compared with (see `lookup_of`); none by default.

    Returns
    -------
    ImportResult
        Frames by table in EPSG:2154, good rows only, and the report; a refused file is a report, not an exception.
    """
    paths = [Path(path)] if isinstance(path, str | Path) else [Path(part) for part in path]
    return judge(KINDS[kind], paths, lookup=store_lookup, options=options)
