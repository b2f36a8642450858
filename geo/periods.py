"""Periods of account: a first day, and a day of reckoning whose eve is the last."""

from datetime import date

import pandas as pd

Day = date | str | pd.Timestamp
DAYS_IN_YEAR = 365.25


def period(on: Day, since: Day | None = None) -> tuple[pd.Timestamp, pd.Timestamp]:
    """
    Return ``(on, since)`` as dates; ``since`` is a year earlier by default.

    Raises
    ------
    ValueError
        If the period is empty.
    """
    end = pd.Timestamp(on).normalize()
    start = end - pd.DateOffset(years=1) if since is None else pd.Timestamp(since).normalize()
    if not start < end:
        raise ValueError(f"the period is empty: since {start:%Y-%m-%d} must come before on {end:%Y-%m-%d}")
    return end, start


def years(since: pd.Timestamp, on: pd.Timestamp) -> float:
    """Length of a period in years: whole calendar years count 1, whatever their days."""
    whole = on.year - since.year
    if since + pd.DateOffset(years=whole) > on:
        whole -= 1
    rest = on - (since + pd.DateOffset(years=whole))
    return whole + rest.days / DAYS_IN_YEAR
