"""The marks of all tables at once, and how often this process has written: what a page needs to know what changed."""

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

READ_ALL = "SELECT name, version FROM table_versions"


class Marks:
    """What tells a reader cheaply that nothing has changed; it stands before the part shared by both engines."""

    writes: int = 0
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
