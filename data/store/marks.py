"""The marks of all tables at once, and how often this process has written: what a page needs to know what changed."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

READ_ALL = "SELECT name, version FROM table_versions"


class Marks:
    """What tells a reader cheaply that nothing has changed; it stands before the part shared by both engines."""

    writes: int = 0
    writes_alone: bool = False  # no other process can write in it
    _query: Callable[[str, Mapping[str, Any], pa.Schema], pa.Table]

    def versions(self) -> dict[str, str]:
        """Return the mark of each table that holds something; see ``version``."""
        found = self._query(
            READ_ALL, {}, pa.schema([("name", pa.large_string()), ("version", pa.large_string())])
        )
        return dict(zip(found["name"].to_pylist(), found["version"].to_pylist(), strict=True))

    def _mark(self, work: Any) -> None:
        super()._mark(work)
        self.writes += 1

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Count the write once more when it is there for everyone: what was read just before is old."""
        with super().transaction():
            yield
        self.writes += 1
