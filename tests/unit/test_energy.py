"""DPE classes on a few dwellings: bounds of the table, the factor of 2026, the calendar of letting."""

import pandas as pd
import pytest

from data.reference import load
from geo.energy import (
    EnergyRules,
    calendar_rates,
    energy_classes,
    energy_counts,
    lettable_until,
    not_lettable,
    reading_counts,
)

RULES = EnergyRules.of(load().set_index("name")["value"].to_dict())


def dwelling(**changes):
    """Describe a labelled gas dwelling of class D, let at 400 EUR."""
    return {
        "residence_id": "r",
        "let_status": "let",
        "rent_eur_month": 400.0,
        "dpe_class": "D",
        "dpe_date": "2023-05-01",
        "ep_kwh_m2": 200.0,
        "ghg_kg_m2": 40.0,
        "elec_share": 0.1,
        "living_area_m2": 60.0,
    } | changes


def classed(**changes):
    return energy_classes(pd.DataFrame([dwelling(**changes)]), RULES).loc[0]


@pytest.mark.parametrize(
    ("ep", "letter"),
    [(69.9, "A"), (70, "B"), (110, "C"), (249, "D"), (250, "E"), (330, "F"), (419.9, "F"), (420, "G")],
)
def test_energy_scale_holds_its_lower_bound(ep, letter):
    assert classed(ep_kwh_m2=ep, ghg_kg_m2=1.0)["computed_class"] == letter


@pytest.mark.parametrize(
    ("ghg", "letter"), [(5.9, "A"), (6, "B"), (11, "C"), (30, "D"), (50, "E"), (70, "F"), (100, "G")]
)
def test_class_is_the_worse_of_the_two_scales(ghg, letter):
    row = classed(ep_kwh_m2=10.0, ghg_kg_m2=ghg)
    assert (row["energy_class"], row["climate_class"], row["computed_class"]) == ("A", letter, letter)


def test_small_dwelling_has_a_table_of_its_own_and_is_not_recomputed():
    row = classed(living_area_m2=39.9, dpe_class="F", ep_kwh_m2=400.0)
    assert pd.isna(row["computed_class"])
    assert (row["label"], row["label_after"], row["simulated"]) == ("F", "F", False)


def test_dwelling_without_a_label_is_a_class_of_its_own():
    row = classed(dpe_class=None, ep_kwh_m2=None, ghg_kg_m2=None)
    assert (row["label"], row["label_after"]) == ("none", "none")
    assert pd.isna(row["computed_class"])


def test_label_that_its_values_do_not_give_is_flagged_and_kept():
    row = classed(dpe_class="C")
    assert (row["label"], row["computed_class"], row["disagrees"]) == ("C", "D", True)
    assert (row["label_after"], row["simulated"]) == ("C", False)


def test_electric_dwelling_gains_by_the_factor_of_2026():
    row = classed(dpe_class="F", ep_kwh_m2=345.0, ghg_kg_m2=11.0, elec_share=1.0)
    assert row["ep_after_kwh_m2"] == pytest.approx(285)
    assert row["label_after"] == "E"


def test_gas_dwelling_does_not_move():
    row = classed(dpe_class="F", ep_kwh_m2=345.0, ghg_kg_m2=75.0, elec_share=0.5)
    assert (row["label_after"], row["simulated"]) == ("F", True)


def test_label_made_under_the_new_factor_is_not_improved_again():
    row = classed(dpe_class="F", ep_kwh_m2=345.0, ghg_kg_m2=11.0, elec_share=1.0, dpe_date="2026-01-01")
    assert (row["ep_after_kwh_m2"], row["label_after"]) == (345, "F")


@pytest.mark.parametrize("unknown", ["dpe_date", "elec_share", "ep_kwh_m2"])
def test_what_cannot_be_simulated_keeps_its_label(unknown):
    known = {"dpe_class": "F", "ep_kwh_m2": 345.0, "ghg_kg_m2": 11.0, "elec_share": 1.0}
    row = classed(**known | {unknown: None})
    assert (row["label_after"], row["simulated"]) == ("F", False)


def test_calendar_of_letting():
    days = lettable_until(pd.Series(["D", "E", "F", "G", "none"]), RULES)
    assert days.dt.year.tolist()[1:4] == [2034, 2028, 2025]
    assert days[[0, 4]].isna().all()
    assert not_lettable(RULES) == {2025: ["G"], 2028: ["F", "G"], 2034: ["E", "F", "G"]}


def test_rents_at_stake_are_those_of_dwellings_let_and_labelled():
    dwellings = pd.DataFrame(
        [
            dwelling(),
            dwelling(dpe_class="G", ep_kwh_m2=500.0, rent_eur_month=300.0),
            dwelling(dpe_class="E", ep_kwh_m2=300.0, let_status="vacant_offered"),
            dwelling(dpe_class="G", ep_kwh_m2=500.0, let_status="vacant_offered"),
            dwelling(dpe_class="F", ep_kwh_m2=400.0, rent_eur_month=None),
            dwelling(dpe_class=None),
        ]
    )
    row = energy_counts(dwellings, pd.Index(["r"], name="residence_id"), RULES, on="2026-01-01").loc["r"]
    assert row[["not_lettable_2025", "not_lettable_2028", "not_lettable_2034", "fg"]].tolist() == [2, 3, 4, 3]
    assert row[["rent_at_stake_2025_eur", "rent_at_stake_2034_eur", "rent_labelled_eur"]].tolist() == [
        300,
        300,
        700,
    ]
    assert row[["rent_labelled", "let_rents", "blocked_on_day"]].tolist() == [2, 4, 1]


def test_mean_of_the_labels_is_weighted_by_area():
    dwellings = pd.DataFrame([dwelling(living_area_m2=50.0, ep_kwh_m2=100.0), dwelling(living_area_m2=None)])
    row = energy_counts(dwellings, pd.Index(["r"], name="residence_id"), RULES, on="2026-01-01").loc["r"]
    assert row[["ep_kwh_year", "ep_m2", "ep_dwellings"]].tolist() == [5000, 50, 1]


def test_rates_of_the_calendar_follow_its_years():
    names = [rate.name for rate in calendar_rates(["not_lettable_2028", "not_lettable_2028_after", "fg"])]
    assert names == ["not_lettable_2028_share", "rent_at_stake_2028_share"]


def test_readings_are_those_of_the_last_whole_year_and_other_years_are_unknown():
    readings = pd.DataFrame(
        {
            "residence_id": ["a", "a", "b", "c", "a"],
            "year": [2023, 2024, 2023, 2024, 2025],
            "kwh_m2_year": [90.0, 100.0, 80.0, None, 500.0],
        }
    )
    keys = pd.Index(["a", "b", "c", "d"], name="residence_id")
    area = pd.Series([1000.0, 500.0, 200.0, None], keys, dtype="Float64")
    counts = reading_counts(readings, area, pd.Series([16, 8, 3, 1], keys), on="2025-06-30")
    assert counts["read_kwh_year"].tolist() == [100_000, 0, 0, 0]
    assert counts["read_dwellings"].tolist() == [16, 0, 0, 0]
