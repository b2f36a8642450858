"""PSLA and BRS: prices, ground rents, efforts, against what was published."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from data.reference import load
from planning.finance import FinanceError, evaluate_ownership
from planning.finance.ownership import (
    discount_share,
    effort_by_income,
    implied_market_eur_m2,
    income_ceiling_eur,
    income_needed_eur,
    land_rent_eur_m2_month,
    monthly_payment_eur,
)
from planning.parameters import Parameters
from tests.operations import PARAMETERS, TWELVE, operation, parameters, table


@pytest.fixture(scope="module")
def cases(shared):
    return json.loads((shared / "cases/sites/finance_cases.json").read_text())


def test_ground_rents_of_the_illustrations(cases):
    for case in cases["ofs_land_rent"]:
        rent = land_rent_eur_m2_month(case["land_eur_per_m2"], case["rate"], case["years"])
        assert round(float(rent), 3) == case["eur_m2_month"]


def test_pantin_pays_about_127_euros_and_implies_a_market_of_6000(cases):
    case = cases["brs_pantin_lakanal"]
    assert 58 * case["collective_land_rent_eur_m2_month"] == pytest.approx(127, abs=1)
    for kind in ("collective", "individual"):
        market = implied_market_eur_m2(case[f"{kind}_price_eur_m2"], case[f"{kind}_discount_vs_market"])
        assert round(float(market)) == case["implied_market_eur_m2"][kind]
        assert float(discount_share(case[f"{kind}_price_eur_m2"], market)) == pytest.approx(
            case[f"{kind}_discount_vs_market"]
        )


def test_our_brs_asks_a_ground_rent_within_the_published_range():
    offer = evaluate_ownership(table(operation(land_price_eur=500_000)), PARAMETERS).iloc[0]
    low, high = PARAMETERS["brs.rent_low_eur_m2"], PARAMETERS["brs.rent_high_eur_m2"]
    assert low <= offer["brs_land_rent_eur_m2"] <= high


def test_land_leaves_the_brs_price_and_enters_the_psla_price():
    offers = evaluate_ownership(table(TWELVE, operation(land_price_eur=700_000)), PARAMETERS)
    assert offers["brs_sale_eur_m2"].nunique() == 1
    assert offers["brs_land_rent_eur_m2"].is_monotonic_increasing
    assert offers["psla_sale_eur_m2"].is_monotonic_increasing


def test_highest_land_of_each_tenure_gives_its_target_back():
    found = evaluate_ownership(table(TWELVE), PARAMETERS, accept_expired=True).iloc[0]
    lands = [operation(land_price_eur=found[f"{tenure}_highest_land_eur"]) for tenure in ("psla", "brs")]
    back = evaluate_ownership(table(*lands), PARAMETERS, accept_expired=True)
    market = 6000 * (1 - PARAMETERS["ownership.discount_share"])
    cap = back.at[0, "psla_ceiling_eur_m2"] * 1.055 * TWELVE.useful_area_m2 / TWELVE.living_area_m2
    assert back.at[0, "psla_sale_eur_m2"] == pytest.approx(min(market, cap))
    assert back.at[1, "brs_land_rent_eur_m2"] == pytest.approx(PARAMETERS["brs.rent_target_eur_m2"])


def test_an_expired_ceiling_is_unknown_until_accepted(cases):
    silent = evaluate_ownership(table(TWELVE), PARAMETERS)
    assert silent[["psla_ceiling_eur_m2", "psla_fee_eur_month"]].isna().all(axis=None)
    accepted = evaluate_ownership(table(TWELVE), PARAMETERS, accept_expired=True)
    assert accepted["psla_ceiling_eur_m2"].tolist() == [
        cases["psla_price_ceiling_2014"]["eur_ht_per_m2_su"]["A bis"]
    ]


def test_a_ceiling_entered_by_the_user_is_used():
    known = parameters(psla__price_ceiling__abis_eur_m2=5500)
    assert evaluate_ownership(table(TWELVE), known)["psla_ceiling_eur_m2"].tolist() == [5500]


def test_ceilings_of_2014_are_those_of_their_day_and_only_theirs(cases):
    zones = {"A bis": "abis", "A": "a", "B1": "b1", "B2": "b2", "C": "c"}
    day = Parameters.from_frame(load(date(2014, 11, 1)))
    for zone, value in cases["psla_price_ceiling_2014"]["eur_ht_per_m2_su"].items():
        name = f"psla.price_ceiling.{zones[zone]}_eur_m2"
        assert day[name] == value
        assert (name in day.expired, name in PARAMETERS.expired) == (False, True)
    for zone, value in cases["psla_monthly_rent_ceiling"]["eur_per_m2_su_month"].items():
        assert PARAMETERS[f"psla.fee_ceiling.{zones[zone]}_eur_m2"] == value


def test_effort_falls_as_income_rises():
    efforts = effort_by_income(pd.Series([1200.0], index=["site"]), [30_000, 40_000, 60_000])
    assert efforts.loc["site"].tolist() == pytest.approx([0.48, 0.36, 0.24])
    assert float(income_needed_eur(1200.0, 0.36)) == pytest.approx(40_000)


def test_a_monthly_payment_repays_its_loan():
    assert float(monthly_payment_eur(200_000, 0.036, 25)) == pytest.approx(1012.00, abs=0.01)


def test_income_ceilings_grow_beyond_six_persons():
    assert income_ceiling_eur(PARAMETERS, "abis", 3) == 73_630
    assert income_ceiling_eur(PARAMETERS, "abis", 8) == 117_694 + 2 * 13_116
    with pytest.raises(FinanceError, match="from 1"):
        income_ceiling_eur(PARAMETERS, "abis", 0)


def test_an_unknown_market_leaves_the_discount_unknown_and_the_price_known():
    offer = evaluate_ownership(table(TWELVE, market_eur_m2=np.nan), PARAMETERS).iloc[0]
    assert np.isnan(offer["brs_discount_share"])
    assert offer["brs_sale_eur_m2"] > 0
