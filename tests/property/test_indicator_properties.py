"""What must hold for every stock: sums add up by whatever path, shares stay shares, unknown adds nothing."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from data.reference import load
from geo.energy import CLASSES, EnergyRules, energy_classes
from geo.indicators import by_area, count_columns, rates_of, residence_indicators
from geo.small_numbers import poisson_interval, shrunken_rate

PARAMETERS = load().set_index("name")["value"].to_dict()
AGENCY_OF = {"s1": "a1", "s2": "a1", "s3": "a2", "s4": "a2"}
SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=12, deadline=None)


def stock_of(seed):
    """Make up residences in sectors in agencies, their dwellings, requests, relets and charges, with gaps."""
    rng = np.random.default_rng(seed)
    count, homes, requests, relets = (int(rng.integers(1, most)) for most in (7, 25, 25, 10))
    ids = [f"r{place}" for place in range(count)]
    residences = pd.DataFrame({"sector_id": rng.choice(sorted(AGENCY_OF), count), "dwellings": 3}, index=ids)
    residences["agency_id"] = residences["sector_id"].map(AGENCY_OF)
    dwellings = pd.DataFrame(
        {
            "residence_id": rng.choice(ids, homes),
            "let_status": rng.choice(["let", "let", "vacant_offered", "empty_works", "other", None], homes),
            "dpe_class": rng.choice([*CLASSES, None], homes),
            "dpe_date": pd.Timestamp("2023-01-01"),
            "elec_share": gaps(rng, 0, 1, homes),
            "ep_kwh_m2": gaps(rng, 10, 700, homes),
            "ghg_kg_m2": gaps(rng, 1, 150, homes),
            "living_area_m2": gaps(rng, 15, 120, homes),
            "rent_eur_month": gaps(rng, 100, 900, homes),
            "year_built": gaps(rng, 1900, 2026, homes).round(),
            "vacant_since": days(rng, homes),
        },
        index=pd.RangeIndex(homes, name="dwelling_id"),
    )
    complaints = pd.DataFrame(
        {
            "residence_id": rng.choice(ids, requests),
            "category": rng.choice(["lift", "tranquillity"], requests),
            "opened_at": days(rng, requests, known=1.0),
            "answered_at": days(rng, requests),
            "closed_at": days(rng, requests),
        }
    ).rename_axis("complaint_id")
    turnovers = pd.DataFrame(
        {
            "dwelling_id": rng.integers(0, homes, relets),
            "keys_back_on": days(rng, relets, known=1.0),
            "lease_start_on": days(rng, relets),
            "rent_eur_month": gaps(rng, 100, 900, relets),
        }
    ).rename_axis("turnover_id")
    charges = pd.DataFrame(
        {"residence_id": np.repeat(ids, 2), "item": ["water", "cleaning"] * count, "year": 2024}
    )
    charges["settled_eur_m2_year"] = gaps(rng, 0.5, 30, len(charges))
    return residences.rename_axis("residence_id"), dwellings, complaints, turnovers, charges


def gaps(rng, low, high, count):
    """Draw numbers, a quarter of them missing."""
    return pd.Series(rng.uniform(low, high, count)).where(rng.random(count) < 0.75).astype("Float64").array


def days(rng, count, known=0.6):
    """Draw days about the year 2025, some missing."""
    drawn = pd.Timestamp("2024-06-01") + pd.to_timedelta(rng.integers(0, 610, count), unit="D")
    return drawn.where(rng.random(count) < known)


def figures(seed):
    residences, dwellings, complaints, turnovers, charges = stock_of(seed)
    return residences, residence_indicators(
        residences,
        dwellings,
        complaints,
        turnovers=turnovers,
        charges=charges,
        parameters=PARAMETERS,
        on="2026-01-01",
    )


@FEW
@given(SEEDS)
def test_by_sector_then_agency_is_by_agency(seed):
    residences, found = figures(seed)
    sectors = by_area(residences, found, "sector_id")
    agency_of = pd.DataFrame({"agency_id": sectors.index.map(AGENCY_OF)}, index=sectors.index)
    direct = by_area(residences, found, "agency_id")
    pd.testing.assert_frame_equal(by_area(agency_of, sectors, "agency_id"), direct, check_names=False)


@FEW
@given(SEEDS)
def test_counts_and_n_of_areas_add_up_to_the_stock(seed):
    residences, found = figures(seed)
    sectors, whole = by_area(residences, found, "sector_id"), by_area(residences, found).loc["all"]
    names = count_columns(sectors) + [f"{rate.stem}_n" for rate in rates_of(found.columns)]
    sums = sectors[names].sum(min_count=1)
    known = whole[names].notna()
    assert sums.notna().equals(known)
    pd.testing.assert_series_equal(
        sums[known].astype(float), whole[names][known].astype(float), check_names=False, check_dtype=False
    )


@FEW
@given(SEEDS)
def test_shares_and_coverages_lie_between_0_and_1(seed):
    _, found = figures(seed)
    shares = [rate.name for rate in rates_of(found.columns) if rate.unit == "share"]
    shares += [name for name in found.columns if name.endswith("_coverage")]
    values = found[shares].stack().dropna()
    assert values.between(0, 1).all()


@FEW
@given(SEEDS)
def test_dwelling_of_unknown_label_and_status_lowers_coverage_alone(seed):
    residences, dwellings, *_rest = stock_of(seed)
    unknown = (
        dwellings.iloc[[0]]
        .assign(let_status=None, dpe_class=None)
        .set_axis(["new"])
        .rename_axis("dwelling_id")
    )
    home = unknown["residence_id"].iloc[0]
    before = residence_indicators(residences, dwellings, on="2026-01-01").loc[home]
    after = residence_indicators(residences, pd.concat([dwellings, unknown]), on="2026-01-01").loc[home]
    rates = ["vacancy_rate", "leaky_share"]
    assert after[rates].isna().equals(before[rates].isna())
    assert (after[rates].dropna() == before[rates].dropna()).all()
    assert (
        after[["vacancy_coverage", "leaky_coverage"]] <= before[["vacancy_coverage", "leaky_coverage"]]
    ).all()


@FEW
@given(SEEDS)
def test_no_label_gets_worse_by_the_factor_of_2026(seed):
    classes = energy_classes(stock_of(seed)[1], EnergyRules.of(PARAMETERS))
    assert (classes["label_after"] <= classes["label"]).all()


COUNTS = st.lists(st.tuples(st.integers(0, 500), st.floats(0.5, 400)), min_size=1, max_size=12)


@given(COUNTS)
def test_rate_lies_in_its_interval_and_its_shrunken_rate_between_it_and_the_mean(rows):
    events, exposure = (pd.Series(column) for column in zip(*rows, strict=True))
    rate, mean = events / exposure, events.sum() / exposure.sum()
    bounds = poisson_interval(events, exposure)
    assert ((bounds["low"] <= rate + 1e-9) & (rate <= bounds["high"] + 1e-9)).all()
    shrunken = shrunken_rate(events, exposure).astype(float)
    low, high = rate.clip(upper=mean), rate.clip(lower=mean)
    assert ((low - 1e-9 <= shrunken) & (shrunken <= high + 1e-9)).all()
