"""From forms that fit to operations: what is known, what is assumed and said so."""

import numpy as np
import pandas as pd
import pytest

from planning.finance import FinanceError, evaluate_ownership, evaluate_rental, operations_of
from tests.operations import PARAMETERS

RESULTS = pd.DataFrame(
    {
        "site_id": ["near", "near", "far", "far"],
        "form": ["small_collective", "townhouse", "small_collective", "townhouse"],
        "fits": [True, True, True, False],
        "dwellings": [13, 4, 10, None],
        "floors": [4, 2, 3, None],
        "floor_area_m2": [1000.0, 380.0, 800.0, None],
    }
)
SITES = pd.DataFrame(
    {"area_m2": [900.0, 700.0], "station_m": [499.0, 501.0], "in_qpv": [True, None]}, index=["near", "far"]
)
ZONES = {"rent_zone": "1bis", "abc_zone": "abis"}


def operations(known: pd.DataFrame | None = None) -> pd.DataFrame:
    return operations_of(RESULTS, SITES, PARAMETERS, known=known, **ZONES)


def test_forms_that_do_not_fit_make_no_operation():
    expected = [("near", "small_collective"), ("near", "townhouse"), ("far", "small_collective")]
    assert operations().index.tolist() == expected


def test_half_the_places_are_asked_within_500_m_of_a_station():
    found = operations()
    assert (found["parking_surface"] + found["parking_underground"]).tolist() == [6, 2, 10]
    assert found.loc[("near", "townhouse"), "parking_underground"] == 0


def test_a_lift_comes_with_the_fourth_storey():
    assert operations()["lift"].tolist() == [True, False, False]


def test_an_unknown_district_bears_the_dearer_vat():
    assert operations()["renewal"].tolist() == [True, True, False]


def test_what_is_known_replaces_the_assumption_and_the_rest_is_named():
    known = pd.DataFrame({"land_price_eur": [300_000.0], "market_eur_m2": [6500.0]}, index=["far"])
    found = operations(known)
    assert found.loc[("far", "small_collective"), ["land_price_eur", "market_eur_m2"]].tolist() == [
        300_000,
        6500,
    ]
    assert found.loc[("far", "small_collective"), "assumed"] == "demolition_m2,pollution_m2"
    assert found.loc[("near", "townhouse"), "assumed"] == "land_price_eur,demolition_m2,pollution_m2"


def test_both_tenures_of_each_come_side_by_side():
    found = operations(pd.DataFrame({"market_eur_m2": [6500.0]}, index=["near"]))
    sheet = evaluate_rental(found, PARAMETERS).join(evaluate_ownership(found, PARAMETERS))
    assert len(sheet) == 3
    assert sheet[["least_equity_eur", "brs_sale_eur_m2"]].notna().all(axis=None)
    assert np.isnan(sheet.loc[("far", "small_collective"), "brs_discount_share"])


def test_results_without_their_floor_area_are_refused():
    with pytest.raises(FinanceError, match="floor_area_m2"):
        operations_of(RESULTS.drop(columns="floor_area_m2"), SITES, PARAMETERS, **ZONES)


def test_areas_lift_and_places_are_those_of_the_layout_where_it_tells_them():
    laid = {"living_area_m2": 900.0, "useful_area_m2": 930.0, "lift": False, "parking_surface": 3}
    told = RESULTS.assign(**laid, parking_inside=2, parking_underground=1).astype(
        dict.fromkeys(laid, "object")
    )
    told.loc[1, list(laid)] = None
    found = operations_of(told, SITES, PARAMETERS, **ZONES)
    one, other = found.loc[("near", "small_collective")], found.loc[("near", "townhouse")]
    assert (one["living_area_m2"], one["annexes_m2"], one["lift"], one["parking_surface"]) == (
        900,
        60,
        False,
        3,
    )
    assert (one["parking_half_buried"], one["parking_underground"]) == (2, 1)
    assert other["living_area_m2"] == pytest.approx(380 * PARAMETERS["townhouse.living_share"])
