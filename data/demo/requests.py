"""Invented requests of tenants over three years: seasons, delays, reopenings, and the planted troubles."""

from functools import cache

import numpy as np
import pandas as pd

from data.demo import frame
from data.demo.chance import quotas, stream
from data.demo.parameters import family, parameter

YEARS = 3
FIRST_DAY = frame.REFERENCE_DATE - pd.DateOffset(years=YEARS)
DAYS = (frame.REFERENCE_DATE - FIRST_DAY).days
CHANNELS = {"caretaker": 0.38, "phone": 0.34, "web": 0.19, "counter": 0.09}
ANSWER_DAYS = 0.75
SLOW_CLOSING, SLOW_ANSWER, BUSY = 1.6, 1.9, 1.22  # the overloaded agency


def complaints(residences: pd.DataFrame, dwellings: pd.DataFrame, truths: dict, seed: int) -> pd.DataFrame:
    """
    Return the requests of three years by ``complaint_id``.

    Parameters
    ----------
    truths
        The planted truths: ``overloaded_agency``, ``lift_cluster``, ``tranquillity_hot_spot``.
    """
    rng = stream(seed, "requests")
    let = dwellings[dwellings["let_status"] == "let"]
    total = round(parameter("requests_per_100") / 100 * len(let) * YEARS)
    again = mean_reopened()
    rows = first_requests(residences, let, round(total / (1 + again)), truths, rng)
    rows = pd.concat([rows, planted(let, truths, rng)], ignore_index=True)
    rows["slow"] = (
        residences["agency_id"].reindex(rows["residence_id"]) == truths["overloaded_agency"]
    ).to_numpy()
    rows = rows.sort_values(["opened_at", "residence_id", "category"], kind="stable").reset_index(drop=True)
    rows = answered(rows, rng)
    rows = with_reopened(rows, rng)
    return finished(rows)


@cache
def categories() -> pd.DataFrame:
    """Return what goes with each category: share in the common parts, priority."""
    return pd.read_csv(frame.HERE / "categories.csv", index_col="category")


def mean_reopened() -> float:
    """Return the share of requests that come back, over all categories."""
    damp = family("category")["damp"] / 100
    return damp * parameter("reopened_share_damp") + (1 - damp) * parameter("reopened_share")


def first_requests(residences, let, total: int, truths: dict, rng: np.random.Generator) -> pd.DataFrame:
    """Draw where and when requests are made: by residence, category, day."""
    home = residences.loc[let["residence_id"]]
    weight = np.where(
        (home["size"] == "large") & (home["year_built"] < 1975), parameter("requests_old_large"), 1.0
    )
    weight = weight * np.where(
        home["year_built"] >= frame.REFERENCE_DATE.year - 3, parameter("requests_new"), 1.0
    )
    weight = weight * np.where(home["agency_id"] == truths["overloaded_agency"], BUSY, 1.0)
    weight = (
        weight
        * np.exp(rng.normal(0, 0.18, len(residences)))[residences.index.get_indexer(let["residence_id"])]
    )
    shares = family("category")
    rows = []
    for category, count in zip(shares, quotas(total, list(shares.values())), strict=True):
        able = weight * (home["has_lift"].to_numpy() if category == "lift" else 1.0)
        if category == "heating":
            able = able * np.where(home["heating"].isin(["collective_gas", "district"]), 1.15, 0.5)
        if category == "damp":
            able = able * np.where(home["year_built"] < 1975, 1.8, 0.85)
        chosen = rng.choice(len(let), count, p=able / able.sum())
        rows.append(
            pd.DataFrame(
                {
                    "dwelling_id": let.index[chosen],
                    "category": category,
                    "opened_at": moments(category, count, rng),
                }
            )
        )
    return located(pd.concat(rows, ignore_index=True), let, rng)


def located(rows: pd.DataFrame, let: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Say where each request is: in the dwelling, or in the common parts of its residence."""
    rows["residence_id"] = let["residence_id"].reindex(rows["dwelling_id"]).to_numpy()
    common = rng.random(len(rows)) < rows["category"].map(categories()["common_share"]).to_numpy()
    rows["place"] = np.where(common, "common", "dwelling")
    rows["dwelling_id"] = rows["dwelling_id"].where(~common, None)
    return rows


def day_weights(category: str) -> np.ndarray:
    """Return the weight of each day of the three years for a category."""
    days = pd.date_range(FIRST_DAY, periods=DAYS)
    seasons = family(f"season.{category}")
    month = np.array([seasons[str(m)] for m in days.month]) if seasons else np.ones(DAYS)
    return month * np.array([1.25, 1.1, 1.0, 1.0, 1.05, 0.35, 0.2])[days.day_of_week]


def moments(category: str, count: int, rng: np.random.Generator, first: int = 0) -> pd.DatetimeIndex:
    """Draw the times of requests from day number ``first`` on, with their season, mostly by day."""
    weights = day_weights(category)[first:]
    day = first + rng.choice(len(weights), count, p=weights / weights.sum())
    minute = np.clip(rng.normal(13 * 60, 190, count), 5, 23 * 60 + 54).astype(int)
    return FIRST_DAY + pd.to_timedelta(day, unit="D") + pd.to_timedelta(minute, unit="min")


def planted(let: pd.DataFrame, truths: dict, rng: np.random.Generator) -> pd.DataFrame:
    """Return the requests of the planted troubles: one lift that fails, one loud residence."""
    rows = []
    for residence, category, count, first in (
        (truths["lift_cluster"], "lift", truths["lift_requests"], DAYS - 150),
        (truths["tranquillity_hot_spot"], "tranquillity", truths["tranquillity_requests"], DAYS - 620),
    ):
        homes = let.index[let["residence_id"] == residence]
        if category == "lift":
            homes = homes[let.loc[homes, "building_id"] == truths["lift_building"]]
        chosen = homes[rng.integers(len(homes), size=count)]
        rows.append(
            pd.DataFrame(
                {
                    "dwelling_id": chosen,
                    "category": category,
                    "opened_at": moments(category, count, rng, first),
                }
            )
        )
    return located(pd.concat(rows, ignore_index=True), let, rng)


def answered(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add the first answer and the closing, lognormal by category, slower in the overloaded agency."""
    count, median = len(rows), rows["category"].map(family("closing_days")).to_numpy()
    slow = rows["slow"].to_numpy()
    closing = (
        median * np.exp(rng.normal(0, parameter("closing_sigma"), count)) * np.where(slow, SLOW_CLOSING, 1.0)
    )
    answer = ANSWER_DAYS * np.exp(rng.normal(0, 0.85, count)) * np.where(slow, SLOW_ANSWER, 1.0)
    answer = np.minimum(answer, 0.9 * closing)
    rows["answered_at"] = rows["opened_at"] + pd.to_timedelta((answer * 1440).astype(int), unit="min")
    rows["closed_at"] = rows["opened_at"] + pd.to_timedelta((closing * 1440).astype(int) + 5, unit="min")
    rows["channel"] = rng.choice(list(CHANNELS), count, p=list(CHANNELS.values()))
    rows["reopened_of"] = pd.Series([None] * count, dtype="object")
    return rows


def with_reopened(rows: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add the requests that come back within 30 days of their closing, naming the one they reopen."""
    rows["number"] = np.arange(len(rows))
    chance = np.where(
        rows["category"] == "damp", parameter("reopened_share_damp"), parameter("reopened_share")
    )
    gap = pd.to_timedelta(rng.uniform(0.5, 30, len(rows)) * 1440 // 1, unit="min")
    back = rows[(rng.random(len(rows)) < chance) & (rows["closed_at"] + gap < frame.REFERENCE_DATE)].copy()
    back["opened_at"] = back["closed_at"] + gap[back.index]
    back["reopens"] = back["number"]
    back = answered(back.reset_index(drop=True), rng)
    return pd.concat(
        [rows.assign(reopens=-1), back.assign(number=len(rows) + np.arange(len(back)))], ignore_index=True
    )


def finished(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the final ids in order of time, hide what comes after the reference date, set the status."""
    rows = rows.sort_values(["opened_at", "number"], kind="stable").reset_index(drop=True)
    rows = rows[rows["opened_at"] < frame.REFERENCE_DATE]
    ids = np.array([f"C{rank:06d}" for rank in range(1, len(rows) + 1)])
    of_number = pd.Series(ids, index=rows["number"])
    rows["reopened_of"] = of_number.reindex(rows["reopens"].where(rows["reopens"] >= 0)).to_numpy()
    rows["reopened_of"] = rows["reopened_of"].astype("object").where(rows["reopens"] >= 0, None)
    for column in ("answered_at", "closed_at"):
        rows[column] = rows[column].where(rows[column] < frame.REFERENCE_DATE)
    rows["status"] = np.select(
        [rows["closed_at"].notna(), rows["answered_at"].notna()], ["closed", "answered"], "open"
    )
    rows["priority"] = rows["category"].map(categories()["priority"])
    order = [
        "residence_id",
        "dwelling_id",
        "place",
        "category",
        "priority",
        "channel",
        "opened_at",
        "answered_at",
        "closed_at",
        "reopened_of",
        "status",
    ]
    return rows[order].set_axis(pd.Index(ids, name="complaint_id"), axis=0)
