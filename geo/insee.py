"""The INSEE norm of occupation: rooms a household needs, and how far its dwelling is from them."""

import numpy as np
import pandas as pd

from geo.rates import require_columns

LEVELS = (
    "overcrowded_accentuated",
    "overcrowded_moderate",
    "normal",
    "under_moderate",
    "under_pronounced",
    "under_very_pronounced",
)


def rooms_needed(members: pd.DataFrame, *, adult_age: float, shared_age: float) -> pd.Series:
    """
    Count the rooms that each household needs.

    One living room; one for each couple; one for each other person who is adult, or was ever married; for
    the single under ``adult_age``, one for two of the same sex or both under ``shared_age``, else one each.
    Source: INSEE, definition of over-occupation ("peuplement des logements").

    Parameters
    ----------
    members
        One row a person: ``household_id``, ``age`` in years, ``sex`` (two values), ``in_couple`` (lives with
        the partner), and, where known, ``single`` (never married; true if the column is absent) and ``head``
        (of a family, of whatever age; false if absent).
    adult_age, shared_age
        19 and 7 years in the norm.

    Returns
    -------
    pandas.Series
        Rooms (Int64) by ``household_id``, missing where the age or sex of a person is.
    """
    require_columns(members, ["household_id", "age", "sex", "in_couple"], "members")
    young = members["age"] < adult_age
    alone = members["single"] if "single" in members.columns else True
    head = members["head"] if "head" in members.columns else False
    child = young & alone & ~members["in_couple"].astype(bool) & ~pd.Series(head, index=members.index)
    small = members["age"] < shared_age
    first_sex = members["sex"] == members["sex"].dropna().min()
    counts = pd.DataFrame(
        {
            "partners": members["in_couple"].astype(bool),
            "adults": ~child & ~members["in_couple"].astype(bool),
            "big_one": child & ~small & first_sex,
            "big_other": child & ~small & ~first_sex,
            "small_one": child & small & first_sex,
            "small_other": child & small & ~first_sex,
        }
    )
    unknown = members["age"].isna() | (child & members["sex"].isna())
    table = counts.astype("int64").groupby(members["household_id"].to_numpy()).sum()
    couples = np.ceil(table["partners"] / 2).astype("int64")
    rooms = (1 + couples + table["adults"] + children_rooms(table)).astype("Int64")
    known = ~unknown.groupby(members["household_id"].to_numpy()).any()
    return rooms.where(known).rename("rooms_needed").rename_axis("household_id")


def children_rooms(table: pd.DataFrame) -> pd.Series:
    """Fewest rooms for children two by two: same sex, or both small; an odd big one takes a small one in."""
    small = table["small_one"] + table["small_other"]
    for sex in ("one", "other"):
        small = small - ((table[f"big_{sex}"] % 2 == 1) & (table[f"small_{sex}"] > 0))
    big = (table["big_one"] + 1) // 2 + (table["big_other"] + 1) // 2
    return big + (small + 1) // 2


def occupation_level(
    rooms: pd.Series,
    needed: pd.Series,
    persons: pd.Series,
    area_m2: pd.Series,
    *,
    studio_area_m2: float,
    area_per_person_m2: float,
) -> pd.Series:
    """
    Place each dwelling on the INSEE scale.

    Short of one room is moderate overcrowding, of two or more accentuated; one, two, three rooms above the
    need are moderate, pronounced, very pronounced under-population. One person in one room of
    ``studio_area_m2`` or more is normal; enough rooms with less than ``area_per_person_m2`` a person is
    moderate overcrowding.

    Returns
    -------
    pandas.Series
        One of ``LEVELS``; missing where rooms, need or persons are unknown, or the area where it decides.
    """
    spare = rooms.astype("Int64") - needed.astype("Int64")
    area, persons = area_m2.astype("Float64"), persons.astype("Int64")
    studio = (persons == 1) & (rooms == 1) & (spare == -1)
    tight = area / persons < area_per_person_m2
    level = spare.clip(-2, 3).map(dict(zip(range(-2, 4), LEVELS, strict=True))).astype("string")
    level = level.mask(((spare >= 0) & tight).fillna(False), "overcrowded_moderate")
    level = level.mask((studio & (area >= studio_area_m2)).fillna(False), "normal")
    area_decides = studio.fillna(False) | (spare >= 0).fillna(False)
    return level.mask(persons.isna() | (area_decides & area.isna()))
