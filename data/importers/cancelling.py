"""An import that is stopped: whoever is told of its progress may raise, and the store is as before."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pandas as pd

from data.importers.report import Report
from data.store.interface import Store

CANCELLED = "cancelled"


class ImportCancelled(Exception):
    """Raised by a progress callback to stop the import: `run` rolls back and returns a report that says so."""


class Watched:
    """A progress callback, and what it raised."""

    def __init__(self, progress: Callable[[float, str], None]) -> None:
        self.progress = progress
        self.raised: BaseException | None = None

    def __call__(self, done: float, text: str) -> None:
        try:
            self.progress(done, text)
        except BaseException as raised:
            self.raised = raised
            raise

    def finish(self) -> None:
        """Tell that all is over: written or not, there is nothing left to cancel."""
        with suppress(ImportCancelled):
            self.progress(1.0, "done")


def register_cancelled(store: Store, report: Report, begun: datetime) -> None:
    """Put in the register that an import was begun and cancelled; it has nothing to undo."""
    line = {
        "import_id": uuid.uuid4().hex,
        "kind": report.kind,
        "file": report.file,
        "sha256": report.sha256,
        "started_at": begun,
        "finished_at": datetime.now(UTC).replace(tzinfo=None),
        "outcome": CANCELLED,
        "report": report.to_json(),
    }
    store.write("imports", pd.DataFrame([line]), mode="append")
