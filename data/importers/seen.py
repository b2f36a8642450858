"""What a file has already shown of itself, as marks of 64 bits: memory for millions of identifiers."""

from dataclasses import dataclass, field

import numpy as np


@dataclass
class Seen:
    """
    How often each mark came so far, and on which line first.

    Two identifiers with one mark would be taken for one: among five million, once in a million files. Runs are joined
    up to ``longest`` marks: to join two takes several times their memory.
    """

    runs: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = field(default_factory=list)
    longest: int = 1_000_000

    def __len__(self) -> int:
        return sum(len(marks) for marks, _, _ in self.runs)

    def look(self, marks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return how often each mark came before, and its first line (0 where it did not)."""
        times, lines = np.zeros(len(marks), dtype="int64"), np.zeros(len(marks), dtype="int64")
        for known, count, first in self.runs:
            at = np.minimum(np.searchsorted(known, marks), len(known) - 1)
            hit = known[at] == marks
            times += np.where(hit, count[at], 0)
            lines = np.where(hit & (lines == 0), first[at], lines)
        return times, lines

    def add(self, marks: np.ndarray, lines: np.ndarray) -> None:
        """Take note of marks, in the order of the file."""
        if len(marks):
            self.runs.append(_run(marks, np.ones(len(marks), dtype="int32"), lines.astype("int32")))
        while len(self.runs) > 1 and self._may_join(*map(len, (self.runs[-2][0], self.runs[-1][0]))):
            late, early = self.runs.pop(), self.runs.pop()
            self.runs.append(_run(*(np.concatenate(pair) for pair in zip(early, late, strict=True))))

    def _may_join(self, early: int, late: int) -> bool:
        return late * 2 > early and late + early <= self.longest


def _run(
    marks: np.ndarray, count: np.ndarray, lines: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    order = np.argsort(marks, kind="stable")
    marks, count, lines = marks[order], count[order], lines[order]
    first = np.flatnonzero(np.append(True, marks[1:] != marks[:-1]))
    return marks[first], np.add.reduceat(count, first, dtype="int32"), lines[first]
