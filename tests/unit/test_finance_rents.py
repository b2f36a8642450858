"""Rents by the structure coefficient, and parking by law: the published cases."""

import json
import math

import pytest

from planning.finance import parking_cap
from planning.finance.rents import convention_rent_eur_m2, structure_coefficient
from tests.operations import PARAMETERS


@pytest.fixture(scope="module")
def cases(shared):
    return json.loads((shared / "cases/sites/finance_cases.json").read_text())


def test_structure_coefficient_of_the_circular(cases):
    case = cases["rent_structure_coefficient"]
    units, shab, annexes = (case["inputs"][k] for k in ("units", "shab_per_unit_m2", "annexes_per_unit_m2"))
    useful = units * (shab + annexes / 2)
    assert useful == case["expected"]["su_total_m2"]
    coefficient = structure_coefficient(units, useful, PARAMETERS)
    assert round(float(coefficient), 4) == case["expected"]["coefficient_structure"]
    assert (
        round(float(coefficient) * case["inputs"]["lm_zone2_eur_m2"], 2)
        == case["expected"]["base_rent_eur_m2"]
    )


def test_rent_with_its_markup_is_the_product_not_the_misprint():
    rent = convention_rent_eur_m2(5.24, 20, 1200, 240, PARAMETERS, markup_share=0.05)
    assert round(float(rent), 2) == 5.52


def test_large_annexes_meet_the_cap_and_a_lift_raises_it():
    without = convention_rent_eur_m2(5.24, 20, 1200, 1200, PARAMETERS, markup_share=0.15)
    with_lift = convention_rent_eur_m2(5.24, 20, 1200, 1200, PARAMETERS, markup_share=0.15, lift=True)
    base = 1200 * 5.24 * 0.77 * (1 + 20 * 20 / 1200)
    assert without * 1800 == pytest.approx(1.18 * base)
    assert with_lift * 1800 == pytest.approx(1.25 * base)


def test_parking_of_the_conseil_d_etat_is_rounded_down(cases):
    case = cases["parking_round"]
    sale, social = case["inputs"]["market_sale_units"], case["inputs"]["social_rental_units"]
    assert parking_cap(social, sale, PARAMETERS, near_station=True) == case["published_places"]


def test_three_beds_count_as_one_dwelling():
    assert parking_cap(0, 0, PARAMETERS, near_station=True, beds=40) == 6
    assert parking_cap(0, 0, PARAMETERS, near_station=False, beds=40) == 13


def test_housing_for_sale_far_from_a_station_has_no_legal_cap():
    assert parking_cap(5, 10, PARAMETERS, near_station=False) == math.inf
    assert parking_cap(5, 0, PARAMETERS, near_station=False) == 5
