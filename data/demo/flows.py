"""Invented lettings: who left when, how long the dwelling stood empty, what is let at the reference date."""

import numpy as np
import pandas as pd
from scipy.special import ndtri

from data.demo import frame
from data.demo.chance import spread_pairs, stream
from data.demo.parameters import family, parameter

FIRST_YEAR, TABLE_YEARS = 2020, 3
LIGHT_TRADES = {"painting": 0.45, "flooring": 0.2, "plumbing": 0.15, "electricity": 0.12, "joinery": 0.08}
HARD_TRADES = {"several": 0.55, "masonry": 0.15, "plumbing": 0.15, "electricity": 0.15}
UNTOLD_TRADE = 1 / 12


def out_of_market(dwellings: pd.DataFrame, residences: pd.DataFrame, seed: int) -> pd.Series:
    """Return the letting status of the dwellings that are not on the market: works, associations, other."""
    rng = stream(seed, "out of market")
    shares = family("out_of_market")
    counts = np.round(np.array(list(shares.values())) / 100 * len(dwellings)).astype(int)
    status = pd.Series("let", index=dwellings.index, dtype="object")
    old = residences[residences["year_built"].between(1955, 1980) & residences["dwellings"].between(90, 400)]
    site = old.index[int(rng.integers(len(old)))] if len(old) else residences.index[0]
    works = dwellings.index[dwellings["residence_id"] == site][: counts[0]]
    status[works] = "empty_works"
    others = rng.permutation(dwellings.index[(status == "let") & (dwellings["adapted"] != "adapted")])
    status[others[: counts[1]]] = "association"
    status[others[counts[1] : counts[1] + counts[2]]] = "other"
    return status


def relet_days(draw: np.ndarray, heavy: np.ndarray) -> np.ndarray:
    """Return days between keys back and the new lease: lognormal, with a longer law for heavy works."""
    normal = ndtri(np.clip(draw, 1e-6, 1 - 1e-6))
    laws = [
        (parameter(f"relet_days.{name}"), parameter(f"relet_sigma.{name}")) for name in ("ordinary", "heavy")
    ]
    days = [median * np.exp(sigma * normal) for median, sigma in laws]
    return np.maximum(8, np.round(np.where(heavy, days[1], days[0]))).astype(int)


def departures(dwellings: pd.DataFrame, status: pd.Series, seed: int) -> pd.DataFrame:
    """
    Return every departure since 2020: dwelling, keys back, works class, days to the next lease.

    Each year the mobility of each type leaves the stock; dates and durations are spread evenly rather than at
    random, so that the vacancy at the reference date is near what flow times duration gives (DOMAIN 2.4).
    """
    rng = stream(seed, "departures")
    market = dwellings[status == "let"]
    rates = family("mobility")
    free_on = pd.Series(pd.Timestamp("2000-01-01"), index=market.index)
    years = []
    for year in range(FIRST_YEAR, frame.REFERENCE_DATE.year):
        start = pd.Timestamp(f"{year}-01-01")
        able = market[(free_on < start) & (market["year_built"] < year - 1)]
        chosen = [leavers(able, market, kind, rate, rng) for kind, rate in rates.items()]
        picked = rng.permutation(np.concatenate(chosen))
        when, draw = spread_pairs(len(picked), rng)
        heavy = rng.permutation(np.arange(len(picked)) < round(parameter("works_relet_share") * len(picked)))
        back = start + pd.to_timedelta((when * 365).astype(int), unit="D")
        days = relet_days(draw, heavy)
        free_on[picked] = back + pd.to_timedelta(days + 240, unit="D")
        years.append(
            pd.DataFrame({"dwelling_id": picked, "keys_back_on": back, "days": days, "heavy": heavy})
        )
    return pd.concat(years, ignore_index=True)


def leavers(able: pd.DataFrame, market: pd.DataFrame, kind: str, rate: float, rng) -> np.ndarray:
    """Return the dwellings of one type that change tenant in a year."""
    count = round(rate / 100 * (market["room_type"] == kind).sum())
    return rng.permutation(able.index[able["room_type"] == kind])[:count]


def turnovers(moves: pd.DataFrame, dwellings: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the departures whose new lease began in the last three years or has not begun, by ``turnover_id``."""
    rng, today = stream(seed, "turnovers"), frame.REFERENCE_DATE
    moves = moves.sort_values(["keys_back_on", "dwelling_id"]).reset_index(drop=True)
    lease = moves["keys_back_on"] + pd.to_timedelta(moves["days"], unit="D")
    keep = (lease >= today - pd.DateOffset(years=TABLE_YEARS)).to_numpy()
    moves, lease = moves[keep].reset_index(drop=True), lease[keep].reset_index(drop=True)
    count, days = len(moves), moves["days"].to_numpy()
    share = rng.uniform(0.35, 0.75, count)
    ordered = np.minimum(rng.integers(1, 15, count), days // 4)
    accepted = np.maximum(ordered + 2, (share * days).astype(int))
    allocated = np.maximum((rng.uniform(0.5, 0.93, count) * days).astype(int), 1)
    stages = {
        "notice_on": -np.where(
            rng.random(count) < 0.6, rng.integers(28, 35, count), rng.integers(80, 95, count)
        ),
        "keys_back_on": np.zeros(count, dtype=int),
        "works_ordered_on": ordered,
        "works_accepted_on": accepted,
        "allocated_on": allocated,
        "lease_start_on": days,
    }
    back = moves["keys_back_on"]
    columns = {name: happened(back + pd.to_timedelta(shift, unit="D")) for name, shift in stages.items()}
    home = dwellings.loc[moves["dwelling_id"]]
    table = pd.DataFrame(
        {
            "dwelling_id": moves["dwelling_id"],
            "residence_id": home["residence_id"].to_numpy(),
            **columns,
            "works_class": np.where(moves["heavy"], "heavy", "ordinary"),
            "rent_eur_month": home["rent_eur_month"].to_numpy(),
            "trade": trades(moves["heavy"].to_numpy(), seed),
        }
    )
    return table.set_axis(
        pd.Index([f"T{rank:05d}" for rank in range(1, count + 1)], name="turnover_id"), axis=0
    )


def trades(heavy: np.ndarray, seed: int) -> np.ndarray:
    """Return the main trade of each relet's works; one in twelve is not told."""
    rng = stream(seed, "trades")
    light, hard = (
        rng.choice(list(shares), len(heavy), p=list(shares.values()))
        for shares in (LIGHT_TRADES, HARD_TRADES)
    )
    told = np.where(heavy, hard, light).astype(object)
    told[rng.random(len(heavy)) < UNTOLD_TRADE] = None
    return told


def happened(dates: pd.Series) -> pd.Series:
    """Keep the dates up to the reference date; what comes after is not known yet."""
    return dates.where(dates <= frame.REFERENCE_DATE)


def let_status(status: pd.Series, moves: pd.DataFrame) -> pd.DataFrame:
    """Return ``let_status`` and ``vacant_since`` by dwelling at the reference date."""
    today = frame.REFERENCE_DATE
    lease = moves["keys_back_on"] + pd.to_timedelta(moves["days"], unit="D")
    open_now = moves[(moves["keys_back_on"] <= today) & (lease > today)].set_index("dwelling_id")[
        "keys_back_on"
    ]
    result = pd.DataFrame({"let_status": status, "vacant_since": pd.Series(pd.NaT, index=status.index)})
    result.loc[open_now.index, "let_status"] = "vacant_offered"
    result.loc[open_now.index, "vacant_since"] = open_now
    works = result["let_status"] == "empty_works"
    result.loc[works, "vacant_since"] = pd.Timestamp("2025-03-01") + pd.to_timedelta(
        np.arange(works.sum()) % 120, unit="D"
    )
    return result


def lease_years(dwellings: pd.DataFrame, moves: pd.DataFrame, seed: int) -> pd.Series:
    """Return the year in which each dwelling's lease began: the last move, else a long stay."""
    rng, today = stream(seed, "leases"), frame.REFERENCE_DATE
    lease = (moves["keys_back_on"] + pd.to_timedelta(moves["days"], unit="D")).where(lambda d: d <= today)
    last = lease.groupby(moves["dwelling_id"]).max().dt.year.reindex(dwellings.index)
    stay = 6 + rng.gamma(1.35, (parameter("tenure_mean_years") - 1.4) / 1.35, len(dwellings))
    year = np.floor(today.year - stay).astype(int)
    year = np.clip(year, dwellings["year_built"], today.year - 6)
    year = np.maximum(year, 1965)
    return last.fillna(
        pd.Series(np.maximum(year, np.minimum(dwellings["year_built"], 2025)), index=dwellings.index)
    ).astype(int)
