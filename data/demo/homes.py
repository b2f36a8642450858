"""Invented households: who lives in each let dwelling, what rooms they need, who would move."""

import numpy as np
import pandas as pd

from data.demo.chance import cut_by_rank, stream
from data.demo.parameters import family, parameter

AGE_BANDS = ("<30", "30-49", "50-64", "65-74", "75+")
ADULT_AGE, YOUNG_AGE = 19, 7


def households(dwellings: pd.DataFrame, lease_year: pd.Series, seed: int) -> pd.DataFrame:
    """
    Return one household for each let dwelling, by ``household_id``; all invented.

    Rooms needed follow the INSEE norm: one living room, one for the couple or the head, one for each other
    adult, one for two children of the same sex or both under 7. The correction for studios is left to readers.
    """
    rng = stream(seed, "households")
    homes = dwellings[dwellings["let_status"] == "let"]
    persons = sizes(homes, rng)
    couple = couples(persons, rng)
    children = persons - 1 - couple.astype(int)
    ages, sexes = children_of(children, rng)
    need = rooms_needed(persons, couple, ages, sexes)
    under_19 = (np.nan_to_num(ages, nan=99) < ADULT_AGE).sum(axis=1)
    table = pd.DataFrame(
        {
            "dwelling_id": homes.index,
            "persons": persons,
            "children": under_19,
            "couple": couple,
            "holder_age_band": holder_ages(
                homes["rooms"].to_numpy(), persons, couple, children, lease_year[homes.index].to_numpy(), rng
            ),
            "rooms_needed": need,
            "lease_start_year": lease_year[homes.index].to_numpy(),
            "visiting_children": visitors(children, rng),
        },
        index=pd.Index([f"H{rank:05d}" for rank in 1 + rng.permutation(len(homes))], name="household_id"),
    )
    table["need_level"] = needs(table, homes, rng)
    table["transfer_wish"] = wishes(table, homes, rng)
    return table.sort_index()


def sizes(homes: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Return persons by dwelling: the law of its type, exactly, in an order of chance."""
    persons = np.zeros(len(homes), dtype=int)
    kinds = homes["room_type"].to_numpy()
    for kind in np.unique(kinds):
        here = np.flatnonzero(kinds == kind)
        law = list(family(f"persons.{kind}").values())
        persons[here] = 1 + cut_by_rank(rng.random(len(here)), law)
    return persons


def couples(persons: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Say which households are couples; the others of two or more are lone parents."""
    chance = np.where(persons == 2, parameter("couple_of_two"), parameter("couple_of_more"))
    return (persons >= 2) & (rng.random(len(persons)) < chance)


def children_of(children: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return ages (0 to 24, missing beyond the last child) and sexes of children, households by rank."""
    most = max(int(children.max()), 1)
    ages = np.floor(rng.triangular(0, parameter("child_age_mode"), 25, (len(children), most)))
    sexes = rng.integers(0, 2, (len(children), most))
    return np.where(np.arange(most) < children[:, None], ages, np.nan), sexes


def rooms_needed(persons: np.ndarray, couple: np.ndarray, ages: np.ndarray, sexes: np.ndarray) -> np.ndarray:
    """Return the rooms that the INSEE norm asks for for."""
    adults = (ages >= ADULT_AGE).sum(axis=1)
    minor = ages < ADULT_AGE
    young = ages < YOUNG_AGE
    count = [(minor & (sexes == s)).sum(axis=1) for s in (0, 1)]
    mixed = (young & (sexes == 0)).any(axis=1) & (young & (sexes == 1)).any(axis=1)
    both_odd = (count[0] % 2 == 1) & (count[1] % 2 == 1)
    rooms = (count[0] + 1) // 2 + (count[1] + 1) // 2 - (both_odd & mixed)
    return 2 + adults + rooms


def holder_ages(rooms, persons, couple, children, lease_year, rng: np.random.Generator) -> np.ndarray:
    """Return the age band of the holder: exact shares; the 65+ are half of the under-occupants."""
    under = rooms >= persons + 2
    base = (
        rng.normal(0, 1, len(rooms))
        + (2026 - lease_year) * 0.045
        - 0.45 * (children > 0)
        - 0.25 * np.minimum(children, 4)
    )
    base = np.where(lease_year > 2020, base - 0.5, base)
    low, high = -2.0, 6.0
    shares = list(family("holder_age").values())
    for _ in range(40):
        weight = (low + high) / 2
        band = cut_by_rank(base + weight * under, shares)
        share = (band[under] >= 3).mean()
        low, high = (weight, high) if share < parameter("older_share_of_under_occupied") else (low, weight)
    return np.array(AGE_BANDS)[band]


def visitors(children: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return children under visiting rights, of households with none at home."""
    some = (rng.random(len(children)) < parameter("visiting_share")) & (children == 0)
    return np.where(some, rng.integers(1, 3, len(children)), 0)


def needs(table: pd.DataFrame, homes: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Return need levels; a third of the adapted dwellings are held by households without such a need."""
    old = table["holder_age_band"].isin(["65-74", "75+"]).to_numpy()
    adapted = (homes["adapted"] == "adapted").to_numpy()
    wrongly = rng.random(len(table)) < parameter("adapted_wrongly_occupied")
    level = np.full(len(table), "none", dtype=object)
    score = (
        rng.random(len(table))
        + np.where(adapted & ~wrongly, -5, 0)
        + np.where(adapted & wrongly, 9, 0)
        - 0.25 * old
    )
    order = np.argsort(score, kind="stable")
    wheelchair = round(parameter("need_wheelchair") * len(table))
    reachable = round(parameter("need_reachable") * len(table))
    level[order[:wheelchair]] = "wheelchair"
    level[order[wheelchair : wheelchair + reachable]] = "reachable"
    return level


def wishes(table: pd.DataFrame, homes: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Say which households have asked for another dwelling: more often when it does not suit them."""
    rooms = homes["rooms"].to_numpy()
    short = rooms < table["rooms_needed"].to_numpy()
    spare = rooms >= table["persons"].to_numpy() + 2
    score = (
        rng.random(len(table))
        - 0.28 * short
        - 0.10 * spare
        - 0.25 * (table["need_level"] != "none").to_numpy()
    )
    return cut_by_rank(score, [parameter("transfer_share"), 1 - parameter("transfer_share")]) == 0


def occupancy(
    residences: pd.DataFrame, dwellings: pd.DataFrame, table: pd.DataFrame, on: pd.Timestamp
) -> pd.DataFrame:
    """
    Return the counts by residence at a date.

    ``under_occupied`` follows CCH L621-2 (visiting children count), ``over_occupied`` CCH L822-10 (area), not
    the INSEE norm.
    """
    homes = dwellings.loc[table["dwelling_id"]]
    persons, home = table["persons"].to_numpy(), homes["residence_id"].to_numpy()
    least = np.array([0, 9, 16, 25, 34, 43, 52, 61, 70])[np.minimum(persons, 8)]
    flags = {
        "occupied": np.ones(len(table), dtype=int),
        "under_occupied": homes["rooms"].to_numpy() >= persons + table["visiting_children"].to_numpy() + 2,
        "over_occupied": homes["living_area_m2"].to_numpy() < least,
        "disability_requests": ((table["need_level"] != "none") & table["transfer_wish"]).to_numpy(),
    }
    counts = pd.DataFrame(flags, dtype=int).groupby(home).sum().reindex(residences.index, fill_value=0)
    vacant = dwellings["let_status"].eq("vacant_offered").groupby(dwellings["residence_id"]).sum()
    counts["vacant"] = vacant.reindex(residences.index, fill_value=0).astype(int)
    counts = counts.rename_axis("residence_id").reset_index().assign(reference_date=on)
    return counts[
        [
            "residence_id",
            "reference_date",
            "occupied",
            "vacant",
            "under_occupied",
            "over_occupied",
            "disability_requests",
        ]
    ]
