"""The buttons that give sheets and files; each is made when it is pressed."""

import pandas as pd


def residence(line, row: pd.Series) -> None:
    """Offer the A4 sheet of a residence."""


def area(line, level: str, key: str, figure) -> None:
    """Offer the A3 sheet of a sector, its table and its layer."""
