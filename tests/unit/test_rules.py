"""Zone rules and prescriptions of drawable lots: known, assumed and unknown values, each with its source."""

import json

import numpy as np
import pandas as pd
import pytest
from shapely import LineString, box

from geo.shares import overlaps
from planning.zoning.prescriptions import effect_of, prescription_rules
from planning.zoning.rules import rules_of_zone, zone_rules
from tests.lots import MIDDLE, frame, parameters, prescription, row_of_lots, zone


def rules(zones, lots=None) -> pd.DataFrame:
    lots = row_of_lots() if lots is None else lots
    return zone_rules(lots, zones, overlaps(lots, zones), parameters())


def test_a_height_read_from_the_columns_says_so():
    row = zone("UH88E10", height_m=10.0, rules_source="both").iloc[0]
    height = rules_of_zone(row, parameters())["height"]
    assert (height.value, height.source, height.status) == (10, "both", "published")


def test_a_footprint_letter_takes_the_stated_assumption():
    row = zone("UH88E10", footprint_class="E").iloc[0]
    footprint = rules_of_zone(row, parameters(footprint_share__E=0.45))["footprint"]
    assert (footprint.value, footprint.code, footprint.status) == (0.45, "E", "user")
    assert rules_of_zone(row, parameters())["footprint"].status == "assumed"


@pytest.mark.parametrize("code", ["8", 8, 8.0, " 8 "])
def test_a_setback_code_is_read_whatever_its_type(code):
    assert rules_of_zone({"side_code": code}, parameters())["side"].value == parameters()["side_setback_m.8"]


@pytest.mark.parametrize("code", [None, np.nan, "z", ""])
def test_a_code_that_nobody_listed_stays_unknown(code):
    side = rules_of_zone({"side_code": code}, parameters())["side"]
    assert np.isnan(side.value)
    assert (side.source, side.plain()["value"]) == ("unknown", None)


def test_a_height_that_is_not_regulated_is_free_and_one_on_a_drawing_is_unknown():
    free = rules_of_zone({"label": "UC10Cnr", "height_m": np.nan}, parameters())["height"]
    drawn = rules_of_zone({"label": "UC00Cb1", "height_m": np.nan}, parameters())["height"]
    assert (free.value, free.plain()["free"]) == (np.inf, True)
    assert np.isnan(drawn.value)


@pytest.mark.parametrize(
    ("label", "zone_type", "allowed"),
    [
        ("UH88E10", "U", 1), ("UA16B16", "U", 0), ("UEv91Hnr", "U", 0), ("N", "N", 0), ("Nc", "Nc", 0),
        ("Ah", "Ah", 0), ("1AU", "AUs", 0), ("1AUa", "AUc", 1), ("UA", "U", 1),
    ],
)  # fmt: skip
def test_housing_follows_the_type_then_the_family_of_a_coded_label(label, zone_type, allowed):
    assert rules_of_zone({"label": label, "zone_type": zone_type}, parameters())["housing"].value == allowed


@pytest.mark.parametrize(("label", "zone_type"), [("UP Bd1", "U"), ("2AU", "AU"), ("Zc", "Zc"), (None, None)])
def test_housing_is_unknown_where_the_plan_does_not_say(label, zone_type):
    assert np.isnan(rules_of_zone({"label": label, "zone_type": zone_type}, parameters())["housing"].value)


def test_a_parcel_takes_the_zone_that_holds_most_of_it_and_lists_the_others():
    west = zone("UH88E10", box(-500, -500, 40, 500), footprint_class="E", height_m=10.0)
    both = pd.concat([west, zone("UC00A16", box(40, -500, 500, 500))], ignore_index=True)
    row = rules(both).loc[MIDDLE]
    assert (row["zone_label"], row["zone_share"], row["height_m"]) == ("UC00A16", pytest.approx(2 / 3), 16)
    listed = json.loads(row["rules"] + "}")["zones"]
    assert listed == [{"label": "UC00A16", "share": 0.6667}, {"label": "UH88E10", "share": 0.3333}]


def test_two_polygons_of_one_label_count_together():
    halves = [zone("UC00A16", box(30, -9, 42, 99)), zone("UC00A16", box(42, -9, 48, 99))]
    both = pd.concat([*halves, zone("N", box(48, -9, 60, 99), zone_type="N")], ignore_index=True)
    assert rules(both).loc[MIDDLE, ["zone_label", "zone_share"]].tolist() == ["UC00A16", pytest.approx(0.6)]


def test_a_parcel_outside_every_zone_has_no_label_and_no_rule():
    row = rules(zone(shape=box(-500, -500, 35, 500))).loc[MIDDLE]
    assert pd.isna(row["zone_label"])
    assert pd.isna(row["housing"])


def test_the_unknown_rules_of_a_parcel_are_named():
    row = rules(zone("UC00Cb1", height_m=np.nan, footprint_class="?")).loc[MIDDLE]
    assert row["unknown_rules"] == "height, footprint"


@pytest.mark.parametrize(
    ("code", "detail", "effect"),
    [
        ("01", "00", "forbids"), ("1", "", "forbids"), ("02", "01", "forbids"), ("02", "02", "noted"),
        ("05", "01", "forbids"), ("05", "04", "forbids"), ("05", "05", "bonus"), ("05", "07", "noted"),
        ("08", "00", "forbids"), ("17", "00", "bonus"), ("07", "01", "noted"), (None, None, "noted"),
    ],
)  # fmt: skip
def test_each_prescription_code_has_its_effect(code, detail, effect):
    assert effect_of(code, detail, parameters()) == effect


def test_a_reserved_site_is_forbidden_land_with_its_share():
    found, forbidden = prescription_rules(
        row_of_lots(), prescription(box(30, 0, 60, 10), "05", "01"), parameters()
    )
    assert found.loc[MIDDLE, "forbidden_share"] == pytest.approx(0.25)
    assert forbidden.area.tolist() == [pytest.approx(300)]
    assert json.loads(f"[{found.loc[MIDDLE, 'prescriptions']}]")[0]["effect"] == "forbids"


def test_two_overlapping_reserved_sites_are_counted_once():
    two = pd.concat([prescription(box(30, 0, 60, 10), "05", "01")] * 2, ignore_index=True)
    assert prescription_rules(row_of_lots(), two, parameters())[0].loc[MIDDLE, "forbidden_share"] == 0.25


def test_a_reserved_site_for_social_housing_is_a_bonus_and_forbids_nothing():
    found, forbidden = prescription_rules(
        row_of_lots(), prescription(box(30, 0, 60, 40), "05", "05"), parameters()
    )
    assert found.loc[MIDDLE, ["forbidden_share", "bonus"]].tolist() == [0, True]
    assert forbidden.empty


def test_a_line_is_noted_without_share():
    lane = prescription(LineString([(0, 5), (90, 5)]), "07")
    noted = prescription_rules(row_of_lots(), lane, parameters())[0].loc[MIDDLE, "prescriptions"]
    assert json.loads(f"[{noted}]") == [
        {"code": "07-00", "label": "prescription 07-00", "share": None, "effect": "noted"}
    ]


def test_prescriptions_without_code_are_noted():
    both = pd.concat([prescription(box(0, 0, 90, 40), None, None), prescription(box(30, 0, 60, 10), "08")])
    found = prescription_rules(row_of_lots(), both, parameters())[0]
    effects = [one["effect"] for one in json.loads(f"[{found.loc[MIDDLE, 'prescriptions']}]")]
    assert effects == ["forbids", "noted"]


def test_without_prescriptions_nothing_is_forbidden():
    found, forbidden = prescription_rules(row_of_lots(), None, parameters())
    assert found["forbidden_share"].eq(0).all()
    assert forbidden.empty


def test_shares_of_an_invalid_zone_are_those_of_its_valid_shape():
    bow = frame({0: box(30, 0, 60, 40)}, label="UC00A16")
    bow.loc[0, "geometry"] = type(bow.geometry[0])(
        [(657030, 6862000), (657060, 6862040), (657060, 6862000), (657030, 6862040)]
    )
    shares = overlaps(row_of_lots(), bow)
    assert shares["share"].round(3).tolist() == [0.5]
