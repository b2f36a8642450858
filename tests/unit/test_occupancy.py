"""The truth tables of occupancy: one household, one dwelling, one rule at a time."""

import pandas as pd
import pytest

from data.reference import load
from geo.insee import occupation_level, rooms_needed
from geo.occupancy import OccupancyRules, occupancy_counts, occupancy_status, survey_counts
from geo.thresholds import ThresholdError

PARAMETERS = load().set_index("name")["value"].to_dict()
RULES = OccupancyRules.of(PARAMETERS)


def judged(*, tense=True, **changes):
    """Judge one household: one person of 40 in a T2 of 46 m² on the 4th floor without a lift, no need."""
    household = {
        "household_id": "h",
        "dwelling_id": "d",
        "persons": 1,
        "holder_age_band": "30-49",
        "rooms_needed": 2,
        "need_level": "none",
        "visiting_children": 0,
    }
    dwelling = {
        "dwelling_id": "d",
        "residence_id": "r",
        "rooms": 2,
        "living_area_m2": 46.0,
        "adapted": "none",
        "in_qpv": False,
        "floor": 4,
        "has_lift": False,
        "let_status": "let",
    }
    ours = household | {name: value for name, value in changes.items() if name not in dwelling}
    theirs = {name: changes.get(name, value) for name, value in dwelling.items()}
    status = occupancy_status(pd.DataFrame([ours]), pd.DataFrame([theirs]), RULES, tense=tense)
    return status.loc["h"]


@pytest.mark.parametrize(
    ("rooms", "persons", "under", "strongly"),
    [
        (2, 1, False, False),
        (3, 1, True, False),
        (4, 2, True, False),
        (4, 3, False, False),
        (4, 1, True, True),
    ],
)
def test_under_occupied_is_two_rooms_above_persons(rooms, persons, under, strongly):
    row = judged(rooms=rooms, persons=persons)
    assert (row["under_occupied"], row["strongly_under_occupied"]) == (under, strongly)


def test_visiting_children_count_as_persons_of_l621_2():
    assert judged(rooms=3)["under_occupied"]
    assert not judged(rooms=3, visiting_children=1)["under_occupied"]


def test_room_needed_for_a_profession_is_not_counted():
    assert not judged(rooms=3, profession_rooms=1)["under_occupied"]


@pytest.mark.parametrize(
    ("persons", "area_m2", "over"),
    [(1, 9.0, False), (1, 8.9, True), (2, 15.9, True), (4, 34.0, False), (8, 69.9, True), (11, 70.0, False)],
)
def test_over_occupied_is_an_area_below_the_table_of_the_code(persons, area_m2, over):
    assert judged(persons=persons, living_area_m2=area_m2)["over_occupied_area"] == over


def test_the_two_norms_of_crowding_are_apart():
    row = judged(persons=5, rooms=3, rooms_needed=4, living_area_m2=62.0)
    assert row["overcrowded_insee"]
    assert not row["over_occupied_area"]


@pytest.mark.parametrize(
    ("changes", "enforceable"),
    [
        ({}, True),
        ({"holder_over_65": True}, False),
        ({"holder_over_65": False, "holder_age_band": "65-74"}, True),
        ({"need_level": "reachable"}, False),
        ({"in_qpv": True}, False),
        ({"tense": False}, False),
        ({"rooms": 2}, False),
    ],
)
def test_under_occupation_is_enforceable_unless_one_exemption_holds(changes, enforceable):
    assert judged(**{"rooms": 3} | changes)["enforceable"] == enforceable


def test_unknown_exemption_leaves_enforceability_unknown_but_under_occupation_known():
    row = judged(rooms=3, tense=None)
    assert row["under_occupied"]
    assert pd.isna(row["enforceable"])
    assert pd.isna(judged(rooms=3, in_qpv=None)["enforceable"])
    assert not judged(rooms=3, in_qpv=None, need_level="wheelchair")["enforceable"]


@pytest.mark.parametrize(
    ("band", "exempt", "doubt"),
    [("50-64", False, False), ("65-74", True, True), ("75+", True, False)],
)
def test_band_holding_sixty_five_counts_as_exempt_and_says_its_doubt(band, exempt, doubt):
    row = judged(holder_age_band=band)
    assert (row["exempt_by_age"], row["age_in_doubt"]) == (exempt, doubt)


def test_exact_flag_settles_the_doubt_of_the_band():
    row = judged(holder_age_band="65-74", holder_over_65=False)
    assert (row["exempt_by_age"], row["age_in_doubt"]) == (False, False)


@pytest.mark.parametrize(
    ("need", "level", "short", "unneeded"),
    [
        ("none", "none", False, False),
        ("reachable", "none", True, False),
        ("reachable", "reachable", False, False),
        ("wheelchair", "reachable", True, False),
        ("wheelchair", "adaptable", True, False),
        ("wheelchair", "adapted", False, False),
        ("none", "adapted", False, True),
        ("reachable", "adapted", False, False),
    ],
)
def test_access_falls_short_or_is_unneeded(need, level, short, unneeded):
    row = judged(need_level=need, adapted=level)
    assert (row["accessibility_short"], row["adapted_unneeded"]) == (short, unneeded)
    assert row["short_but_adaptable"] == (need == "wheelchair" and level == "adaptable")


@pytest.mark.parametrize(
    ("changes", "case"),
    [
        ({}, "none"),
        ({"rooms": 3}, "under_occupied"),
        ({"persons": 2, "living_area_m2": 15.0}, "over_occupied"),
        ({"adapted": "adapted"}, "adapted_left"),
        ({"need_level": "wheelchair"}, "disability_need"),
        ({"resources_above_ceiling": True}, "resources"),
        ({"rooms": 3, "need_level": "wheelchair"}, "under_occupied"),
        ({"adapted": None}, "unknown"),
    ],
)
def test_case_of_the_commission_is_the_first_true_in_the_order_of_the_law(changes, case):
    assert judged(**changes)["case"] == case


def test_household_in_two_cases_says_so():
    assert judged(rooms=3, need_level="wheelchair")["cases"] == 2


@pytest.mark.parametrize(
    ("changes", "warned"),
    [
        ({"holder_age_band": "75+"}, True),
        ({"holder_age_band": "75+", "floor": 2}, False),
        ({"holder_age_band": "75+", "has_lift": True}, False),
        ({"holder_age_band": "65-74", "holder_over_70": True}, True),
        ({"holder_age_band": "50-64"}, False),
    ],
)
def test_the_old_above_the_second_floor_without_a_lift_are_seen_early(changes, warned):
    assert judged(**changes)["elderly_warning"] == warned


def test_band_holding_seventy_leaves_the_warning_unknown():
    assert pd.isna(judged(holder_age_band="65-74")["elderly_warning"])
    assert not judged(holder_age_band="65-74", floor=1)["elderly_warning"]


@pytest.mark.parametrize(
    ("rooms", "needed", "persons", "area_m2", "level"),
    [
        (1, 3, 3, 60.0, "overcrowded_accentuated"),
        (2, 3, 3, 60.0, "overcrowded_moderate"),
        (3, 3, 3, 54.0, "normal"),
        (3, 3, 3, 53.9, "overcrowded_moderate"),
        (4, 3, 3, 60.0, "under_moderate"),
        (5, 3, 3, 60.0, "under_pronounced"),
        (7, 3, 3, 90.0, "under_very_pronounced"),
        (1, 2, 1, 25.0, "normal"),
        (1, 2, 1, 24.9, "overcrowded_moderate"),
        (3, None, 3, 60.0, None),
        (3, 3, 3, None, None),
        (2, 3, 3, None, "overcrowded_moderate"),
    ],
)
def test_insee_scale(rooms, needed, persons, area_m2, level):
    columns = [pd.Series([value]) for value in (rooms, needed, persons)]
    found = occupation_level(
        *columns, pd.Series([area_m2], dtype="Float64"), studio_area_m2=25, area_per_person_m2=18
    )
    assert found.tolist() == [level] if level else found.isna().all()


def members(*people):
    """Gather persons (sex, age, in_couple) into one household."""
    table = pd.DataFrame(people, columns=["sex", "age", "in_couple"])
    return table.assign(household_id="h")


@pytest.mark.parametrize(
    ("people", "rooms"),
    [
        ([("f", 70, False)], 2),
        ([("f", 40, True), ("m", 40, True)], 2),
        ([("f", 40, True), ("m", 40, True), ("f", 10, False), ("m", 12, False)], 4),
        ([("f", 40, True), ("m", 40, True), ("f", 10, False), ("f", 18, False)], 3),
        ([("f", 40, False), ("f", 5, False), ("m", 6, False)], 3),
        ([("f", 40, False), ("f", 5, False), ("m", 7, False)], 4),
        ([("f", 40, False), ("m", 19, False)], 3),
        ([("f", 40, False), ("m", 9, False), ("m", 3, False), ("f", 4, False)], 4),
    ],
)
def test_rooms_needed_by_the_insee_norm(people, rooms):
    assert rooms_needed(members(*people), adult_age=19, shared_age=7).to_dict() == {"h": rooms}


def test_household_with_a_person_of_unknown_age_has_no_insee_need():
    people = members(("f", 40, False), ("m", None, False))
    assert rooms_needed(people, adult_age=19, shared_age=7).isna().all()


def test_rate_is_on_occupied_dwellings_whose_household_is_known():
    dwellings = pd.DataFrame(
        {
            "residence_id": ["r", "r", "r", "r", "r", "silent"],
            "let_status": ["let", "let", "vacant_offered", None, "let", "let"],
            "rooms": 3,
            "living_area_m2": 60.0,
            "adapted": "none",
            "in_qpv": False,
            "floor": 0,
            "has_lift": False,
        },
        index=pd.Index(["d1", "d2", "d3", "d4", "d5", "d6"], name="dwelling_id"),
    )
    households = pd.DataFrame(
        {
            "household_id": ["h1", "h2", "h3", "h4"],
            "dwelling_id": ["d1", "d2", "d3", "d4"],
            "persons": pd.array([1, None, 1, 2], dtype="Int64"),
            "holder_age_band": "50-64",
            "rooms_needed": pd.array([None] * 4, dtype="Int64"),
            "need_level": "none",
            "visiting_children": None,
        }
    )
    index = pd.Index(["r", "silent", "elsewhere"], name="residence_id")
    counts = occupancy_counts(households, dwellings, index, RULES, tense=True)
    row = counts.loc["r"]
    assert (row["occupied"], row["households"]) == (4, 3)
    assert (row["under_occupied"], row["under_occupied_known"]) == (1, 2)
    assert (row["overcrowded_insee"], row["overcrowded_insee_known"]) == (0, 0)
    assert counts.loc["silent", ["occupied", "households", "under_occupied_known"]].tolist() == [1, 0, 0]
    assert counts.loc["elsewhere"].isna().all()


def test_last_survey_made_by_the_day_counts_where_households_are_unknown():
    survey = pd.DataFrame(
        {
            "residence_id": ["r", "r", "r", "s"],
            "reference_date": pd.to_datetime(["2024-01-01", "2025-01-01", "2026-06-01", "2025-01-01"]),
            "occupied": [40, 41, 42, 10],
            "under_occupied": [8, 9, 10, None],
            "over_occupied": [0, 1, 2, 0],
        }
    )
    counts = survey_counts(survey, pd.Index(["r", "s", "t"], name="residence_id"), on="2026-01-01")
    assert counts.loc["r", ["occupied", "under_occupied", "over_occupied_area"]].tolist() == [41, 9, 1]
    assert counts.loc["s", ["under_occupied_known", "over_occupied_area_known"]].tolist() == [0, 10]
    assert counts.loc["t"].isna().all()


def test_absent_threshold_is_named():
    with pytest.raises(ThresholdError, match="occupancy.min_area_1_m2 is not given"):
        OccupancyRules.of({})
