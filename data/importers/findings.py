"""What was found while reading a file: refusals, repairs and warnings, with their lines; and the refusal of a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Severity = Literal["refused", "repaired", "warning", "note"]


class FileRefused(Exception):
    """The whole file is refused: a rule's code, where, and what its sentence needs."""

    def __init__(
        self,
        rule: str,
        *,
        lines: Sequence[int] = (),
        column: str | None = None,
        value: str | None = None,
        **params: Any,
    ):
        super().__init__(rule)
        self.rule = rule
        self.lines = tuple(lines)
        self.column = column
        self.value = value
        self.params = params


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One rule met on some lines of one column; `values` as typed and `details` go line by line.

    ``count`` says on how many lines where only the first of them are kept, as in a file read block by block.
    """

    rule: str
    severity: Severity
    column: str | None = None
    lines: np.ndarray = field(default_factory=lambda: np.empty(0, dtype="int64"))
    values: Sequence[str | None] = ()
    params: Mapping[str, Any] = field(default_factory=dict)
    details: Sequence[Mapping[str, Any]] = ()
    layer: str | None = None
    count: int = 0

    def __len__(self) -> int:
        return max(self.count, len(self.lines), 1)

    def rows(self):
        """Yield (line, value as typed, params) of each line; one row without line for a finding on the file."""
        if len(self.lines) == 0:
            yield None, self.values[0] if len(self.values) else None, self.params
        for rank, line in enumerate(self.lines):
            value = self.values[rank] if rank < len(self.values) else None
            detail = self.details[rank] if rank < len(self.details) else {}
            yield int(line), value, {**self.params, **detail}


@dataclass(frozen=True, slots=True)
class Guess:
    """Something that the file does not say and that was taken for granted, with up to five rows to judge by."""

    what: str
    value: str
    sample: tuple[Mapping[str, str], ...] = ()
