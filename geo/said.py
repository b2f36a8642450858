"""An error told in the reader's language: its sentence is translated before its blanks are filled."""

from collections.abc import Callable
from typing import Any


class SaidError(ValueError):
    """
    Something that cannot be done.

    Parameters
    ----------
    what
        What is wrong and what to do, in plain words with named blanks.
    **blanks
        What fills the blanks: names and numbers, never translated.
    """

    def __init__(self, what: str, **blanks: Any) -> None:
        super().__init__(what)
        self.what, self.blanks = what, blanks

    def __str__(self) -> str:
        return self.said(str)

    def said(self, translate: Callable[[str], str]) -> str:
        """Return the sentence, translated and filled."""
        return translate(self.what).format(**self.blanks)
