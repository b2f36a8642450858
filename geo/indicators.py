"""The stock in figures: counts by residence, rates with n and coverage, added up by area."""

import numpy as np
import pandas as pd

from geo.periods import Day, period, years
from geo.rates import Rate, add_up, count_by, keyed, require_columns, with_rates

DPE_CLASSES = ("A", "B", "C", "D", "E", "F", "G")
LEAKY_CLASSES = ("E", "F", "G")
RPLS_DENOMINATOR = ("let", "vacant_offered")

RATES = (
    Rate(
        name="vacancy_rate",
        stem="vacancy",
        part="vacant",
        of="in_market",
        known="status_known",
        out_of="dwellings",
        formula="vacant and offered / (let + vacant and offered); works, associations, others are outside",
        source="SDES, RPLS, definition of the vacancy rate",
    ),
    Rate(
        name="leaky_share",
        stem="leaky",
        part="leaky",
        of="labelled",
        known="labelled",
        out_of="dwellings",
        formula="dwellings of DPE class E, F or G / dwellings with a label",
        source="CCH art. L173-1-1; RPLS DPEENERGIE",
    ),
    Rate(
        name="complaints_per_100",
        stem="complaints",
        part="complaints_exposed",
        of="dwelling_years",
        known="status_known",
        out_of="dwellings",
        per=100,
        formula="100 × requests opened in the period / years × dwellings let",
        unit="per 100 dwelling-years",
        source="landlord's register of requests",
    ),
)


def residence_indicators(
    residences: pd.DataFrame,
    dwellings: pd.DataFrame,
    complaints: pd.DataFrame | None = None,
    *,
    on: Day,
    since: Day | None = None,
) -> pd.DataFrame:
    """
    Count, and rate, each residence.

    Parameters
    ----------
    residences
        By ``residence_id``; ``dwellings`` is used where a residence has no dwelling row.
    dwellings
        By ``dwelling_id``, with ``residence_id``, ``let_status``, ``dpe_class``.
    complaints
        With ``residence_id`` and ``opened_at``. None leaves their columns out.
    on
        Date of the figures: the stock is as it stands then, the period ends the instant it begins.
    since
        First day of the period of complaints; one year before ``on`` by default.

    Returns
    -------
    pandas.DataFrame
        By ``residence_id``, in the order of ``residences``. Counts: ``dwellings``, ``described`` (with a
        row), ``let``, ``vacant`` (and offered), ``in_market`` (both), ``status_known``, ``labelled``,
        ``leaky``, ``dpe_A`` .. ``dpe_G``, ``dpe_none``, ``complaints``, ``complaints_exposed`` (where the
        exposure is known), ``dwelling_years``. Then ``dpe_mode`` and each of ``RATES`` with ``_n`` and
        ``_coverage``. A residence with no dwelling row has missing counts, not 0.
    """
    residences = keyed(residences, "residence_id", "residences")
    require_columns(dwellings, ["residence_id", "let_status", "dpe_class"], "dwellings")
    on, since = period(on, since)
    counts = stock_counts(residences, dwellings)
    if complaints is not None:
        counts["complaints"] = complaints_opened(complaints, residences.index, since, on)
        counts["dwelling_years"] = counts["let"].astype("Float64") * years(since, on)
        counts["complaints_exposed"] = counts["complaints"].where(counts["dwelling_years"].notna())
    return derive(counts)


def by_area(residences: pd.DataFrame, indicators: pd.DataFrame, area: str | None = None) -> pd.DataFrame:
    """
    Add up the counts of residences by area, then divide: never an average of averages.

    Parameters
    ----------
    residences
        By ``residence_id``, with the column ``area``. Sectors will do as well, for agencies.
    indicators
        What ``residence_indicators`` returned (or ``by_area``, for wider areas).
    area
        ``sector_id``, ``agency_id`` or another column; None gives one row, ``all``.

    Returns
    -------
    pandas.DataFrame
        By area, ``residences`` (how many) first; those of no area in a last row of missing index. What is
        not a sum (``dpe_mode``, the rates) is made again from the sums.
    """
    if area is not None:
        require_columns(residences, [area], "residences")
    counts = indicators[[name for name in indicators.columns if is_count(name)]]
    if "residences" not in counts.columns:
        counts = counts.assign(residences=pd.array([1] * len(counts), dtype="Int64"))
    owner = None if area is None else residences[area]
    summed = add_up(counts, owner)
    summed["residences"] = summed["residences"].fillna(0)
    first = ["residences", *[name for name in summed.columns if name != "residences"]]
    return derive(summed[first])


def stock_counts(residences: pd.DataFrame, dwellings: pd.DataFrame) -> pd.DataFrame:
    """Count dwellings of each residence by letting status and by DPE class (RPLS categories)."""
    status, label = dwellings["let_status"], dwellings["dpe_class"]
    labelled = label.isin(DPE_CLASSES)
    flags = {
        "described": pd.Series(True, index=dwellings.index),
        "let": status == "let",
        "vacant": status == "vacant_offered",
        "in_market": status.isin(RPLS_DENOMINATOR),
        "status_known": status.notna(),
        "labelled": labelled,
        "leaky": label.isin(LEAKY_CLASSES),
        **{f"dpe_{letter}": label == letter for letter in DPE_CLASSES},
        "dpe_none": ~labelled,
    }
    counts = count_by(dwellings, "residence_id", flags, residences.index)
    declared = residences["dwellings"].astype("Int64") if "dwellings" in residences.columns else pd.NA
    counts.insert(0, "dwellings", counts["described"].fillna(declared))
    known = ["described", "status_known", "labelled"]
    counts[known] = counts[known].fillna(0)
    return counts


def complaints_opened(
    complaints: pd.DataFrame, index: pd.Index, since: pd.Timestamp, on: pd.Timestamp
) -> pd.Series:
    """Count requests opened from ``since`` to the eve of ``on``, reopenings included; none is 0."""
    require_columns(complaints, ["residence_id", "opened_at"], "complaints")
    inside = complaints["opened_at"].between(since, on, inclusive="left")
    return complaints.loc[inside, "residence_id"].value_counts().reindex(index).fillna(0).astype("Int64")


def dpe_mode(counts: pd.DataFrame) -> pd.Series:
    """Most frequent DPE class among the labelled; the worse of equals; missing where none is labelled."""
    worst_first = [f"dpe_{letter}" for letter in reversed(DPE_CLASSES)]
    numbers = counts[worst_first].astype("Float64").fillna(0).to_numpy(dtype=float)
    letters = np.array(list(reversed(DPE_CLASSES)), dtype=object)[numbers.argmax(axis=1)]
    return pd.Series(letters, index=counts.index, dtype="string").where(numbers.sum(axis=1) > 0)


def derive(counts: pd.DataFrame) -> pd.DataFrame:
    """Add what follows from counts: the commonest DPE class and every rate whose counts are there."""
    return with_rates(counts.assign(dpe_mode=dpe_mode(counts)), RATES)


def is_count(name: str) -> bool:
    """Say whether a column of ``residence_indicators`` may be added up."""
    made = {rate.name for rate in RATES} | {"dpe_mode"}
    return name not in made and not name.endswith(("_n", "_coverage"))
