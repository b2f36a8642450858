"""The form in which names and addresses are searched: capital letters without accents nor punctuation."""

import re

import pandas as pd

from geo.words import unaccented


def search_key(text: str) -> str:
    """
    Fold a text for searching.

    >>> search_key("12 bis, rue Molière")
    '12 BIS RUE MOLIERE'
    """
    return " ".join(re.sub(r"[^A-Z0-9]+", " ", unaccented(text).upper()).split())


def search_keys(texts: pd.Series) -> pd.Series:
    """Fold each text of a column; missing stays missing."""
    return texts.map({text: search_key(text) for text in texts.dropna().unique()}).astype("str")
