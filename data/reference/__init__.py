"""Dated legal, cost and design parameters: one CSV file a subject, each row with its source and status."""

from datetime import date
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).parent
COLUMNS = ["name", "value", "unit", "valid_from", "valid_to", "source", "status"]
STATUSES = ("law", "published", "assumed")


class ReferenceFileError(ValueError):
    """A parameter file cannot be used as it is."""


def load(on: date | None = None, *, folder: Path = FOLDER) -> pd.DataFrame:
    """
    Read every parameter in force on a day.

    Parameters
    ----------
    on
        The day asked for; today by default.

    Returns
    -------
    pandas.DataFrame
        One row a name: ``name``, ``value`` (missing where nobody knows it, or where there is no limit),
        ``unit``, ``valid_from``, ``valid_to``, ``source``, ``status`` (law, published or assumed),
        ``subject`` (the file) and ``expired``: true where no row is in force that day and the nearest in
        time stands in for it.

    Raises
    ------
    ReferenceFileError
        If a file lacks a column, or a row a name, unit, source, known status or readable value or date.
    """
    day = pd.Timestamp(on or date.today())
    rows = pd.concat([_read(path) for path in sorted(folder.glob("*.csv"))], ignore_index=True)
    begun, ended = rows["valid_from"] <= day, rows["valid_to"] < day
    distance = (rows["valid_from"] - day).abs()
    ranked = rows.assign(expired=~begun | ended, late=~begun, distance=distance).sort_values(
        ["name", "expired", "late", "distance"], kind="stable"
    )
    chosen = ranked.drop_duplicates("name").drop(columns=["late", "distance"])
    return chosen.reset_index(drop=True)


def _read(path: Path) -> pd.DataFrame:
    """Read one file as text and refuse what would be guessed."""
    text = pd.read_csv(path, dtype=str, keep_default_na=False)
    absent = [column for column in COLUMNS if column not in text.columns]
    if absent:
        raise ReferenceFileError(f"{path.name}: expected the columns {COLUMNS}, {absent} absent: add them")
    for column in ("name", "unit", "valid_from", "source"):
        _refuse(path, text[column].str.strip() == "", f"`{column}` is empty: fill it in")
    _refuse(path, ~text["status"].isin(STATUSES), f"`status` is not one of {', '.join(STATUSES)}")
    _refuse(path, text.duplicated(["name", "valid_from"]), "same name and date as a row above: keep one")
    value = pd.to_numeric(text["value"], errors="coerce")
    _refuse(path, value.isna() & (text["value"] != ""), "`value` is not a number (write 0.5, not 0,5)")
    dates = {}
    for column in ("valid_from", "valid_to"):
        dates[column] = pd.to_datetime(text[column], format="%Y-%m-%d", errors="coerce")
        _refuse(path, dates[column].isna() & (text[column] != ""), f"`{column}` is not like 2026-01-31")
    return text[COLUMNS].assign(value=value, subject=path.stem, **dates)


def _refuse(path: Path, faulty: pd.Series, rule: str) -> None:
    if faulty.any():
        line = int(faulty.to_numpy().argmax()) + 2
        raise ReferenceFileError(f"{path.name}, line {line}: {rule}")
