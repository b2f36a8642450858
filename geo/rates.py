"""Rates that are ratios of counts: added up as counts, divided last, shown with n and coverage."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True)
class Rate:
    """
    One ratio of two counts.

    Attributes
    ----------
    name
        Column of the rate, units in the name.
    stem
        Start of its companions: ``{stem}_n`` (what it was measured on) and ``{stem}_coverage``.
    part, of
        Columns above and below the line.
    known, out_of
        Columns whose ratio is the coverage: units whose value is known, of all that should be.
    per
        100 for a rate by hundred, 1 for a share.
    formula, unit, source
        What a card or a legend shows when asked.
    """

    name: str
    stem: str
    part: str
    of: str
    known: str
    out_of: str
    per: float = 1.0
    formula: str = ""
    unit: str = "share"
    source: str = ""


def ratio(part: pd.Series, of: pd.Series, per: float = 1.0) -> pd.Series:
    """Divide, ``per`` times; missing where either is missing or nothing stands below the line."""
    above, below = (side.to_numpy(dtype=float, na_value=np.nan) for side in (part, of))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(below > 0, above / below * per, np.nan)
    return pd.Series(found, index=of.index).astype("Float64")


def with_rates(counts: pd.DataFrame, rates: Iterable[Rate]) -> pd.DataFrame:
    """Add to frames of counts each rate whose columns are there, with ``_n`` and ``_coverage`` beside it."""
    columns = {}
    for rate in rates:
        if {rate.part, rate.of, rate.known, rate.out_of} <= set(counts.columns):
            columns[rate.name] = ratio(counts[rate.part], counts[rate.of], rate.per)
            columns[f"{rate.stem}_n"] = counts[rate.of]
            columns[f"{rate.stem}_coverage"] = ratio(counts[rate.known], counts[rate.out_of])
    return counts.assign(**columns)


def add_up(counts: pd.DataFrame, area: pd.Series | None) -> pd.DataFrame:
    """
    Sum counts by area; an unknown count adds nothing, and stays unknown where all are.

    Parameters
    ----------
    counts
        Numbers only.
    area
        Area of each row, same index; rows of no area stand in a last row of missing index.
        None adds up everything in one row, ``all``.
    """
    if area is None:
        return counts.sum(min_count=1).to_frame("all").T.astype(counts.dtypes)
    return counts.groupby(area.reindex(counts.index), dropna=False, sort=True).sum(min_count=1)


def count_by(rows: pd.DataFrame, by: str, flags: dict[str, pd.Series], index: pd.Index) -> pd.DataFrame:
    """
    Count true flags by ``by``, for each of ``index``.

    A flag that is missing counts nothing; ids without any row get a missing count, not 0.
    """
    table = pd.DataFrame({name: flag.astype("boolean").fillna(False) for name, flag in flags.items()})
    summed = table.astype("int64").groupby(rows[by].to_numpy(), dropna=True).sum()
    return summed.reindex(index).astype("Int64")


def require_columns(frame: pd.DataFrame, names: Sequence[str], what: str) -> None:
    """
    Refuse a frame that lacks columns.

    Raises
    ------
    ValueError
        Naming the frame, the missing columns and those that are there.
    """
    missing = [name for name in names if name not in frame.columns]
    if missing:
        there = ", ".join(map(str, frame.columns)) or "none"
        raise ValueError(f"{what}: column(s) {', '.join(missing)} missing; found {there}")


def keyed(frame: pd.DataFrame, key: str, what: str) -> pd.DataFrame:
    """
    Return the frame indexed by ``key``, given as its index or as a column.

    Raises
    ------
    ValueError
        If the key is nowhere, or stands twice.
    """
    found = frame.set_index(key) if key in frame.columns else frame
    if found.index.name not in (key, None):
        raise ValueError(f"{what}: expected an index or a column {key}, got index {found.index.name}")
    if not found.index.is_unique:
        twice = found.index[found.index.duplicated()][0]
        raise ValueError(f"{what}: {key} {twice!r} stands twice: keep one row for each")
    return found.rename_axis(key)
