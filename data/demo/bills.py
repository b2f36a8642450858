"""Invented energy labels, energy by residence and year, and service charges by item and year."""

import numpy as np
import pandas as pd

from data.demo.chance import cut_by_rank, stream
from data.demo.parameters import family, parameter

CLASSES = np.array(list("ABCDEFG"))
# upper limits of the classes: primary energy in kWh/m2/year, greenhouse gas in kgCO2eq/m2/year (2021 scales)
KWH_LIMITS = np.array([0, 70, 110, 180, 250, 330, 420, 560])
CO2_LIMITS = np.array([0, 6, 11, 30, 50, 70, 100, 135])
CO2_PER_KWH = {
    "collective_gas": 0.195,
    "individual_gas": 0.19,
    "district": 0.125,
    "electric": 0.03,
    "other": 0.22,
}
ENERGY_NAME = {
    "collective_gas": "gas",
    "individual_gas": "gas",
    "district": "district_heat",
    "electric": "electricity",
    "other": "oil",
}
YEARS = (2022, 2023, 2024, 2025)
SETTLED_UNTIL = 2024  # the accounts of 2025 are not settled yet at the reference date
TREND = {2022: 0.86, 2023: 0.93, 2024: 0.97, 2025: 1.0}
ABNORMAL_HEATING = 2.3


def labels(dwellings: pd.DataFrame, residences: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the energy label of each dwelling: both values, the worse of the two classes; 12 % have none."""
    rng = stream(seed, "labels")
    codes = residences.index.get_indexer(dwellings["residence_id"])
    year = residences["year_built"].to_numpy()
    renovated = (year < 1991) & (rng.random(len(year)) < 0.35)
    taste = np.interp(
        year, [1930, 1965, 1975, 1990, 2006, 2013, 2024], [1.1, 1.2, 0.7, 0.2, -1.2, -2.2, -3.2]
    )
    taste = (
        taste
        - 1.3 * renovated
        + rng.normal(0, 0.45, len(year))
        + 0.5 * (residences["heating"] == "electric").to_numpy()
    )
    ends = (dwellings["floor"] == 0) * 0.25 + (
        dwellings["floor"] >= residences["floors"].to_numpy()[codes] - 1
    ) * 0.45
    score = taste[codes] + ends.to_numpy() + rng.normal(0, 0.5, len(dwellings))
    bare = rng.random(len(year))[codes] * 0.6 + rng.random(len(dwellings)) * 0.4
    unlabelled = cut_by_rank(bare, [parameter("unlabelled_share"), 1 - parameter("unlabelled_share")]) == 0
    rank = np.zeros(len(dwellings), dtype=int)
    rank[~unlabelled] = cut_by_rank(score[~unlabelled], list(family("dpe").values()))
    kwh, co2 = both_values(rank, dwellings["heating"].to_numpy(), rng)
    days = rng.integers(0, 1600, len(year))[codes] + rng.integers(0, 12, len(dwellings))
    table = pd.DataFrame(
        {
            "dpe_class": CLASSES[rank],
            "dpe_date": pd.Timestamp("2021-07-05") + pd.to_timedelta(days, unit="D"),
            "dpe_energy": dwellings["heating"].map(ENERGY_NAME),
            "ep_kwh_m2": kwh,
            "ghg_kg_m2": co2,
            "elec_share": np.round(
                np.where(
                    dwellings["heating"] == "electric",
                    rng.uniform(0.9, 1.0, len(rank)),
                    rng.uniform(0.06, 0.2, len(rank)),
                ),
                3,
            ),
        },
        index=dwellings.index,
    )
    return table.mask(pd.Series(unlabelled, index=table.index), axis=0)


def both_values(
    rank: np.ndarray, heating: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return primary energy and greenhouse gas of dwellings so that the worse of the two gives their class."""
    draw = rng.uniform(0.04, 0.96, len(rank))
    kwh = KWH_LIMITS[rank] + draw * (KWH_LIMITS[rank + 1] - KWH_LIMITS[rank])
    ratio = pd.Series(heating).map(CO2_PER_KWH).to_numpy() * np.exp(rng.normal(0, 0.08, len(rank)))
    co2 = np.minimum(kwh * ratio, CO2_LIMITS[rank + 1] - 0.3)
    carbon = (rng.random(len(rank)) < 0.22) & (ratio > 0.1) & (rank > 0)
    co2 = np.where(carbon, CO2_LIMITS[rank] + draw * (CO2_LIMITS[rank + 1] - CO2_LIMITS[rank]) * 0.95, co2)
    kwh = np.where(carbon, np.minimum(co2 / ratio, KWH_LIMITS[rank + 1] - 1), kwh)
    return np.round(kwh, 1), np.round(np.maximum(co2, 0.5), 1)


def energy(dwellings: pd.DataFrame, residences: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return consumption by residence and year: the mean of the labelled dwellings, and the year's weather."""
    rng = stream(seed, "energy")
    known = dwellings[dwellings["dpe_class"].notna()]
    weight = known["living_area_m2"]
    means = {
        c: (known[c].astype(float) * weight).groupby(known["residence_id"]).sum()
        / weight.groupby(known["residence_id"]).sum()
        for c in ("ep_kwh_m2", "ghg_kg_m2")
    }
    mode = known.groupby("residence_id")["dpe_class"].agg(
        lambda s: s.value_counts().sort_index(ascending=False).idxmax()
    )
    weather = {2022: 1.03, 2023: 0.97, 2024: 0.98, 2025: 1.01}
    rows = []
    for year in YEARS:
        noise = np.exp(rng.normal(0, 0.04, len(residences)))
        kwh = means["ep_kwh_m2"].reindex(residences.index) * weather[year] * noise
        co2 = means["ghg_kg_m2"].reindex(residences.index) * weather[year] * noise
        rows.append(
            pd.DataFrame(
                {
                    "year": year,
                    "dpe_class": mode.reindex(residences.index),
                    "kwh_m2_year": kwh.round(1),
                    "kg_co2_m2_year": co2.round(1),
                }
            )
        )
    table = pd.concat(rows).rename_axis("residence_id").reset_index()
    return table.sort_values(["residence_id", "year"]).reset_index(drop=True)


def charges(residences: pd.DataFrame, abnormal: str, seed: int) -> pd.DataFrame:
    """
    Return the charges by residence, year and item, in EUR/m2/year; the last year has provisions only.

    ``abnormal`` is the residence whose heating costs more than twice what its peers pay, from 2023 on.
    """
    rng = stream(seed, "charges")
    items = {name: level(name, value, residences, rng) for name, value in family("charge").items()}
    mean = residences["heating"].map(family("heating_charge")).to_numpy()
    spread = residences["heating"].map(family("heating_charge_spread")).to_numpy()
    items["heating"] = np.maximum(
        0.1, mean + 0.6 * spread * np.clip(rng.normal(0, 1, len(residences)), -2.2, 2.2)
    )
    frames = []
    for name, base in items.items():
        for year in YEARS:
            settled = base * TREND[year] * np.exp(rng.normal(0, 0.03, len(residences)))
            if name == "heating" and year >= 2023:
                settled = np.where(
                    residences.index == abnormal, mean * TREND[year] * ABNORMAL_HEATING, settled
                )
            provision = np.round(settled * rng.uniform(0.9, 1.12, len(residences)), 1)
            settled = np.round(settled, 2) if year <= SETTLED_UNTIL else np.nan
            frames.append(
                pd.DataFrame(
                    {
                        "residence_id": residences.index,
                        "year": year,
                        "item": name,
                        "settled_eur_m2_year": settled,
                        "provision_eur_m2_year": provision,
                    }
                )
            )
    table = pd.concat(frames, ignore_index=True)
    bare = (table["item"] == "lift") & ~residences["has_lift"].reindex(table["residence_id"]).to_numpy()
    return table[~bare].sort_values(["residence_id", "year", "item"]).reset_index(drop=True)


def level(item: str, value: float, residences: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Return the cost of an item by residence: houses have few common parts, caretakers cost more."""
    houses = (residences["kind"] == "houses").to_numpy()
    factor = np.where(houses & (item in ("cleaning", "electricity", "outdoor", "other")), 0.35, 1.0)
    if item == "cleaning":
        factor = factor * np.where(residences["has_caretaker"], 1.08, 0.85)
    return value * factor * np.exp(rng.normal(0, 0.13, len(residences)))
