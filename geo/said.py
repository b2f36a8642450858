"""An error told in the reader's language: its sentences are translated before their blanks are filled."""

from collections.abc import Callable
from typing import Any


class SaidError(Exception):
    """
    Something that cannot be done.

    Parameters
    ----------
    what
        What is wrong, in plain words with named blanks; never an address with its password.
    where
        The table, the column, the file or the line, when there is one; never translated.
    remedy
        What the reader can do about it, with the same blanks; empty where `what` says it.
    **blanks
        What fills the blanks: names, numbers, what another program answered; never translated.
    """

    def __init__(self, what: str, where: str = "", remedy: str = "", **blanks: Any) -> None:
        super().__init__(what, where, remedy)
        self.what, self.where, self.remedy, self.blanks = what, where, remedy, blanks

    def __str__(self) -> str:
        return self.said(str)

    def said(self, translate: Callable[[str], str]) -> str:
        """Return where, what and remedy, the two sentences translated before their blanks are filled."""
        told = (translate(text).format(**self.blanks) for text in (self.what, self.remedy) if text)
        return ": ".join(part for part in (self.where, *told) if part)
