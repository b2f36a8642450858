"""Charges of a few residences: items, totals that may be unknown, peers, and who stands out by what."""

import pandas as pd
import pytest

from data.reference import load
from geo.charges import (
    ChargeRules,
    charge_counts,
    charges_by_item,
    compare,
    living_area_m2,
    median_by,
    outliers,
    period_of,
    settled_year,
)

RULES = ChargeRules.of(load().set_index("name")["value"].to_dict())
INDEX = pd.Index(["a", "b", "none"], name="residence_id")


@pytest.fixture
def charges():
    rows = [
        ("a", 2024, "heating", 12.0, 13.0),
        ("a", 2024, "water", 6.0, 6.0),
        ("a", 2024, "cleaning", 5.0, 4.0),
        ("b", 2024, "water", 6.0, 5.0),
        ("b", 2024, "cleaning", None, 5.0),
        ("a", 2025, "water", None, 7.0),
    ]
    return pd.DataFrame(
        rows, columns=["residence_id", "year", "item", "settled_eur_m2_year", "provision_eur_m2_year"]
    )


def test_last_settled_year_is_not_the_year_of_provisions_only(charges):
    assert settled_year(charges) == 2024
    assert settled_year(charges.iloc[:0]) is None


def test_totals_with_and_without_energy_and_water(charges):
    row = charges_by_item(charges, INDEX, year=2024).loc["a"]
    assert row[["heating", "total", "without_energy", "provision"]].tolist() == [12, 23, 5, 23]


def test_item_not_settled_yet_leaves_the_total_unknown(charges):
    table = charges_by_item(charges, INDEX, year=2024)
    assert table.loc["b", ["total", "without_energy"]].isna().all()
    assert table.loc["b", "provision"] == 10
    assert table.loc["none"].isna().all()


def test_euros_are_added_up_with_their_area(charges):
    table = charges_by_item(charges, INDEX, year=2024)
    area = pd.Series([100.0, 50.0, 10.0], index=INDEX, dtype="Float64")
    counts = charge_counts(table, area, pd.Series([2, 1, 1], index=INDEX, dtype="Int64"))
    assert counts.loc["a", ["charges_eur", "charges_m2", "charged", "provision_gap_eur"]].tolist() == [
        2300,
        100,
        2,
        0,
    ]
    assert counts.loc["b", ["charges_eur", "charges_m2"]].isna().all()
    assert counts["charged"].tolist() == [2, 0, 0]


def test_area_of_a_residence_is_filled_by_its_own_mean():
    dwellings = pd.DataFrame(
        {"residence_id": ["a", "a", "a", "b"], "living_area_m2": [50.0, 70.0, None, None]}
    )
    assert living_area_m2(dwellings, INDEX).tolist() == [180, pd.NA, pd.NA]


def test_periods_of_construction():
    years = pd.Series([1900, 1949, 1974, 1990, 2006, None], dtype="Int64")
    names = ["before 1949", "1949-1974", "1949-1974", "1975-1990", "2006 and after", pd.NA]
    assert period_of(years, RULES).tolist() == names


def stock(heating, values, item="heating"):
    """Make residences alike but for their heating mode, with one charge each."""
    index = pd.Index([f"r{place:02d}" for place in range(len(values))], name="residence_id")
    residences = pd.DataFrame(
        {"heating": heating, "has_lift": True, "has_caretaker": True, "year_built": 1970}, index=index
    )
    rows = pd.DataFrame(
        {
            "residence_id": index,
            "year": 2024,
            "item": item,
            "settled_eur_m2_year": values,
            "provision_eur_m2_year": 1.0,
        }
    )
    return residences, rows


def test_abnormal_heating_stands_out_among_its_peers_and_names_its_item():
    residences, heating = stock("collective_gas", [11.0, 12, 12.5, 13, 11.5, 12, 26])
    _, water = stock("collective_gas", [6.0, 6.1, 5.9, 6, 6, 6.05, 6], item="water")
    table = charges_by_item(pd.concat([heating, water]), residences.index, year=2024)
    comparison = compare(table, residences, RULES)
    row = comparison.loc[("r06", "heating")]
    assert row[["peers", "median", "excess"]].tolist() == [7, 12, 14]
    assert row["z"] == pytest.approx(0.6745 * 14 / 0.5)
    found = outliers(comparison)
    assert found["item"].to_dict() == {"r06": "heating"}
    assert found.loc["r06", "total_excess"] == pytest.approx(13.9)


def test_individual_heating_is_compared_with_its_like_only():
    residences, rows = stock(["electric"] * 6 + ["collective_gas"] * 6, [0.2] * 6 + [12.0] * 6)
    table = charges_by_item(rows, residences.index, year=2024)
    comparison = compare(table, residences, RULES)
    assert comparison["excess"].eq(0).all()
    assert not comparison["outlier"].any()


def test_too_few_peers_take_a_wider_group_and_then_none():
    residences, rows = stock(["gas"] * 6 + ["other"] * 2, [10.0] * 8)
    residences.loc["r05", "year_built"] = 2010
    comparison = compare(charges_by_item(rows, residences.index, year=2024), residences, RULES)
    heating = comparison.xs("heating", level="item")
    assert heating.loc["r00", "peer_level"] == "heating, lift, caretaker, period"
    assert heating.loc["r05", "peer_level"] == "heating, lift"
    assert heating.loc["r07", ["peer_level", "median", "outlier"]].isna().all()


def test_residence_of_unknown_lift_is_compared_by_its_heating():
    residences, rows = stock("gas", [10.0] * 6)
    residences["has_lift"] = residences["has_lift"].astype("boolean")
    residences.loc["r00", "has_lift"] = pd.NA
    comparison = compare(charges_by_item(rows, residences.index, year=2024), residences, RULES)
    assert comparison.loc[("r00", "heating"), "peer_level"] == "heating"


def test_median_of_an_area_weighs_dwellings_and_says_its_coverage():
    values = pd.Series([10.0, 20.0, 30.0, None], dtype="Float64")
    area = pd.Series(["n", "n", "n", "s"])
    found = median_by(values, area, pd.Series([10, 10, 80, 5]))
    assert found.loc["n"].tolist() == [30, 3, 1]
    assert found.loc["s"].tolist() == [pd.NA, 0, 0]
