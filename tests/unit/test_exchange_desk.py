"""The adviser's desk: who would take which home and why not, what must be checked, refusals gone round."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from data.reference import load
from geo.occupancy import OccupancyRules
from planning.exchanges import ExchangeRules, exchange_case, faults, propose, steps

PARAMETERS = load().set_index("name")["value"].to_dict()
RESIDENCES = gpd.GeoDataFrame(
    index=pd.Index(["R1", "R2", "R3"], name="residence_id"),
    geometry=[Point(0, 0), Point(300, 0), Point(9000, 0)],
    crs="EPSG:2154",
)


def dwelling(residence, rooms, area, rent, adapted="none", status="let"):
    return {
        "residence_id": residence, "rooms": rooms, "living_area_m2": area, "rent_eur_month": rent,
        "adapted": adapted, "in_qpv": False, "floor": 1, "has_lift": False, "let_status": status, "dpe_class": "D",
    }  # fmt: skip


def household(home, persons, need, access="none", wish=True):
    return {
        "dwelling_id": home, "persons": persons, "rooms_needed": need, "need_level": access,
        "holder_age_band": "30-49", "visiting_children": 0, "transfer_wish": wish,
    }  # fmt: skip


def case(homes, people, **options):
    dwellings = pd.DataFrame.from_dict(homes, orient="index").rename_axis("dwelling_id")
    households = pd.DataFrame.from_dict(people, orient="index").rename_axis("household_id")
    whole = {"rooms": "Int64", "has_lift": "boolean"}
    counts = dict.fromkeys(["persons", "rooms_needed", "visiting_children"], "Int64")
    return exchange_case(
        households.astype(counts | {"transfer_wish": "boolean"}),
        dwellings.astype(whole),
        RESIDENCES,
        OccupancyRules.of(PARAMETERS),
        ExchangeRules.of(PARAMETERS),
        tense=True,
        **options,
    )


# a single person in four rooms, a family of four in two: each has what the other needs
SWAP = (
    {"D1": dwelling("R1", 4, 80, 500), "D2": dwelling("R2", 2, 45, 300)},
    {"H1": household("D1", 1, 2), "H2": household("D2", 4, 4)},
)


def test_large_home_of_one_and_small_home_of_four_swap():
    found = propose(case(*SWAP))
    assert found.moves[0].members == ("H1", "H2")
    assert faults(case(*SWAP), found) == []


def test_who_under_occupies_takes_no_dearer_home():
    homes = SWAP[0] | {"D2": dwelling("R2", 2, 45, 600)}
    assert case(homes, SWAP[1]).households.loc["H1", "blocked_by"] == "rent"


def test_need_of_access_takes_only_a_home_of_its_level():
    people = SWAP[1] | {"H1": household("D1", 1, 2, access="wheelchair")}
    assert case(SWAP[0], people).households.loc["H1", "blocked_by"] == "access"


def test_home_too_far_is_not_offered():
    homes = SWAP[0] | {"D2": dwelling("R3", 2, 45, 300)}
    assert case(homes, SWAP[1]).households["blocked_by"].tolist() == ["distance", "distance"]


def test_unknown_need_is_unknown_and_gives_no_move():
    people = SWAP[1] | {"H1": household("D1", 1, pd.NA)}
    found = case(SWAP[0], people)
    assert found.households.loc["H1", "blocked_by"] == "unknown"
    assert not propose(found).moves


def test_refusal_is_gone_round_by_a_vacant_home():
    homes = SWAP[0] | {"V1": dwelling("R2", 4, 75, 450, status="vacant_offered")}
    here = case(homes, SWAP[1])
    refused = pd.DataFrame({"household_id": ["H1"], "takes": ["H2"]})
    assert propose(here, refused).moves[0].members == ("V1", "H2")


def test_settled_households_are_asked_nothing_more():
    here = case(*SWAP)
    first = propose(here).moves
    assert propose(here, accepted=first).served == 0


def test_each_step_tells_the_homes_the_rent_and_the_checks():
    here = case(*SWAP)
    told = steps(here, propose(here).moves[0]).set_index("household_id")
    assert told.loc["H1", ["leaves", "takes", "rooms_after"]].tolist() == ["D1", "D2", 2]
    assert told.loc["H1", "rent_change_eur_month"] == pytest.approx(-200)
    assert "income_ceiling" not in told.loc["H1", "checks"]
    assert "income_ceiling" in told.loc["H2", "checks"]
