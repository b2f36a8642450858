"""What may be told of households: cells below the threshold are merged or withheld, by one rule for every channel."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.occupancy import CASES, NORMS
from geo.thresholds import gather

# a count about persons, and the count of responding households that it was measured on
FIGURES = {
    **{norm: f"{norm}_known" for norm in NORMS},
    "age_in_doubt": "households",
    **{f"case_{case}": "households" for case in (*CASES, "none", "unknown")},
}
SURVEY_FIGURES = ("under_occupied", "over_occupied", "disability_requests")


@dataclass(frozen=True, slots=True)
class PrivacyRules:
    """
    Thresholds of what may be told; each is the reference value ``privacy.<its name>``.

    Attributes
    ----------
    least_households
        Fewest responding households of a figure on occupancy, income or disability (11).
    dominance_share
        Greatest share that one residence may have in a group of several (0.85).
    rounding_share, rounding_count
        Shares and counts are told to the nearest multiple of these (0.05 and 5).
    """

    least_households: float
    dominance_share: float
    rounding_share: float
    rounding_count: float

    @classmethod
    def of(cls, parameters: Mapping[str, float]) -> "PrivacyRules":
        """Read the rules among reference values; raises ThresholdError where one is absent."""
        return gather(cls, parameters, "privacy")


def nearness(residences: pd.DataFrame) -> pd.Series:
    """
    Give residences an order in which neighbours follow each other, whatever the sectors drawn on them.

    Along a Hilbert curve where located, then by identifier. What a user can redraw plays no part: groups
    that followed the sectors could be taken apart by drawing sectors.
    """
    ordered = residences.sort_index()
    if isinstance(ordered, gpd.GeoDataFrame) and ordered.geometry.notna().any():
        points = ordered.geometry.dropna()
        along = pd.Series(points.hilbert_distance(level=16).to_numpy(), index=points.index)
        ordered = ordered.iloc[along.reindex(ordered.index).argsort(kind="stable")]
    return pd.Series(np.arange(len(ordered)), index=ordered.index).reindex(residences.index)


def groups(households: pd.Series, order: pd.Series, rules: PrivacyRules) -> pd.Series:
    """
    Put each residence in the smallest thing that may be told: itself, or a group of small ones.

    A residence of enough households is its own group. The others are gathered along ``order`` until a group
    has enough and none of its members dominates it; what is left at the end joins the last group, or is
    never told. Every total is then a sum of whole groups (``tellable``), so that no difference of totals,
    whatever the filters and the sectors, is smaller than a group.

    Parameters
    ----------
    households
        Responding households by residence; missing where none was asked.

    Returns
    -------
    pandas.Series
        Number of the group by residence; missing where the figure is unknown, empty or never told.
    """
    known = households.astype("Float64").fillna(0)
    enough = known >= rules.least_households
    found = pd.Series(pd.NA, index=households.index, dtype="Int64")
    found[enough] = np.arange(int(enough.sum()))
    small = order[~enough & (known > 0)].sort_values(kind="stable").index
    number, members, total, largest = int(enough.sum()), [], 0.0, 0.0
    for residence, size in zip(small, known[small].tolist(), strict=True):
        members.append(residence)
        total, largest = total + size, max(largest, size)
        if total >= rules.least_households and largest <= rules.dominance_share * total:
            found[members] = number
            number, members, total, largest = number + 1, [], 0.0, 0.0
    if members and number > enough.sum():
        found[members] = number - 1
    return found


def tellable(groups: pd.Series, area: pd.Series | None = None) -> pd.Series:
    """
    Say which residences may be added up in their area: those whose whole group lies in it.

    ``area`` is a Series by residence; None asks for a single area, made of the residences of ``groups`` that
    were given a place in it by the caller. Alone (area = its own identifier) a residence is told if it is its
    own group.
    """
    if area is None:
        return groups.notna()
    place = area.reindex(groups.index)
    codes = pd.Series(pd.factorize(place, use_na_sentinel=False)[0], index=groups.index)
    spread = codes.groupby(groups).transform("nunique")
    return (groups.notna() & (spread == 1)).fillna(False).astype(bool)


def groupings(counts: pd.DataFrame, order: pd.Series, rules: PrivacyRules) -> dict[str, pd.Series]:
    """Give the ``groups`` of each count of responding households: they follow from the stock, not from the areas."""
    asked = {known for figure, known in FIGURES.items() if figure in counts and known in counts}
    found: dict[str, pd.Series] = {}
    for known in sorted(asked):
        same = next((name for name in found if counts[name].equals(counts[known])), None)
        found[known] = found[same] if same else groups(counts[known], order, rules)
    return found


def withhold(
    counts: pd.DataFrame,
    area: pd.Series | None,
    order: pd.Series,
    rules: PrivacyRules,
    *,
    grouped: Mapping[str, pd.Series] | None = None,
) -> pd.DataFrame:
    """
    Blank in each residence's counts what its area's total may not hold.

    Parameters
    ----------
    counts
        All residences of the stock, by ``residence_id``: a part of them would make other groups.
    area
        Area of each residence: its own identifier for figures by residence, a sector, whether a filter lets
        it pass. None for the whole stock.
    grouped
        ``groupings`` of the same counts, where several areas are asked for one after the other.

    Returns
    -------
    pandas.DataFrame
        The same frame, missing where not tellable, with ``<figure>_withheld``: 1 where a known figure was
        blanked, else 0, so that areas can add them up.
    """
    blanked = {}
    grouped = groupings(counts, order, rules) if grouped is None else grouped
    may = {known: tellable(group, area) for known, group in grouped.items() if known in counts}
    for figure, known in FIGURES.items():
        if figure not in counts or known not in counts:
            continue
        if known not in may:
            raise ValueError(f"{known}: not grouped, make the groupings from the same counts")
        told = may[known]
        asked = (counts[known] > 0).fillna(False).astype(bool)
        blanked[figure] = counts[figure].where(told | ~asked)
        if known != "households":
            blanked[known] = counts[known].where(told | ~asked)
        blanked[f"{figure}_withheld"] = (asked & ~told).astype("Int64")
    return counts.assign(**blanked)


def told(table: pd.DataFrame, rules: PrivacyRules) -> pd.DataFrame:
    """
    Round what is told of households, after areas were added up and rates made.

    Shares to ``rounding_share``, counts to ``rounding_count``; ``<figure>_hidden`` is true where something
    is known and nothing may be told, so that "suppressed" is never taken for "no data".
    """
    rounded = {}
    for figure in FIGURES:
        withheld = f"{figure}_withheld"
        if withheld not in table:
            continue
        rounded[figure] = to_multiple(table[figure], rules.rounding_count)
        if f"{figure}_share" in table:
            rounded[f"{figure}_share"] = to_multiple(table[f"{figure}_share"], rules.rounding_share)
        known = table[FIGURES[figure]]
        silent = table[figure].isna() | ((known.isna() | (known == 0)).fillna(True))
        rounded[f"{figure}_hidden"] = ((table[withheld] > 0) & silent).fillna(False).astype(bool)
    dropped = [name for name in table if name.endswith("_withheld")]
    return table.assign(**rounded).drop(columns=dropped)


def to_multiple(values: pd.Series, step: float) -> pd.Series:
    """Round to the nearest multiple of a step, halves up; missing stays missing."""
    numbers = values.astype("Float64")
    return (np.floor(numbers / step + 0.5) * step).round(6).astype(values.dtype)


def survey_told(survey: pd.DataFrame, rules: PrivacyRules) -> pd.DataFrame:
    """
    Blank the counts on persons of a table of surveys by residence, and round the others.

    Parameters
    ----------
    survey
        Table ``occupancy`` of the store: ``occupied`` households asked, and ``SURVEY_FIGURES``.

    Returns
    -------
    pandas.DataFrame
        The same rows with ``hidden``: true where fewer than ``least_households`` were asked.
    """
    asked = survey["occupied"].astype("Float64")
    few = ~(asked >= rules.least_households).fillna(False).astype(bool)
    figures = {
        name: to_multiple(survey[name].astype("Float64"), rules.rounding_count).mask(few).astype("Int64")
        for name in SURVEY_FIGURES
        if name in survey
    }
    return survey.assign(**figures, hidden=few & (asked.fillna(1) > 0))
