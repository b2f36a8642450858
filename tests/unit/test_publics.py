"""For whom one builds: mixes, sizes of scheme, lift and criteria of each public."""

import numpy as np
import pandas as pd
import pytest

from planning.capacity.forms import forms
from planning.publics import PUBLICS, UnknownPublic, linear, needs, require_public, site_criteria
from planning.sites import SiteBlock, explain_site
from tests.lots import MIDDLE, parameters, row_of_lots, zone


def fitted(public: str, lots=None, **overrides):
    block = SiteBlock(row_of_lots(34, 20) if lots is None else lots, zone())
    return explain_site(block, MIDDLE, parameters(**overrides), public=public).results.set_index("form")


@pytest.mark.parametrize(("metres", "value"), [(300, 1), (100, 1), (650, 0.5), (1000, 0), (4000, 0)])
def test_a_value_is_straight_between_its_anchors_and_flat_beyond(metres, value):
    assert linear(pd.Series([metres]), poor=1000, good=300)[0] == pytest.approx(value)


@pytest.mark.parametrize("public", PUBLICS)
def test_each_public_has_its_mix_and_sizes_for_each_form(public):
    for form in forms(parameters(), public):
        assert sum(form.shares) == pytest.approx(1)
        assert form.dwellings_min <= form.dwellings_max


def test_students_take_single_rooms_in_a_residence_large_enough_or_none():
    assert fitted("students").loc["townhouse", "reason"] == "not_for_public"
    small = fitted("students", row_of_lots(20, 26), parking_cap__social_rental=0).loc["small_collective"]
    assert (small["fits"], small["reason"]) == (False, "too_few_dwellings")
    large = fitted("students", row_of_lots(60, 45), parking_cap__social_rental=0).loc["small_collective"]
    assert large["t1"] == large["dwellings"] >= 80


def test_the_elderly_have_a_lift_from_the_first_floor():
    assert fitted("elderly").loc["small_collective", "lift"]
    low = fitted("family", parking_cap__social_rental=0, small_collective__floors_max=3).loc[
        "small_collective"
    ]
    assert not low["lift"]


def test_three_beds_of_the_elderly_ask_for_one_place():
    elderly = fitted("elderly").loc["small_collective"]
    assert elderly["parking_places"] == elderly["dwellings"] // 3


def test_a_scheme_stops_at_its_public_s_largest():
    insertion = fitted("insertion", row_of_lots(60, 45), parking_cap__social_rental=0)
    assert insertion.loc["small_collective", "dwellings"] == 25


def test_shared_rooms_take_from_the_ground_floor():
    some, none = (
        fitted("emergency", parking_cap__social_rental=0, public__emergency__common_m2=m2).loc[
            "small_collective"
        ]
        for m2 in (6, 0)
    )
    assert some["dwellings"] < none["dwellings"]


def test_the_place_is_worth_what_its_public_asks_and_unknown_stays_unknown():
    sites = row_of_lots()[[]].assign(station_m=[300.0, 650.0, 1000.0, np.nan])
    values = site_criteria(sites, "elderly", parameters())
    assert values["station_value"].tolist()[:3] == [1, 0.5, 0]
    assert values["station_value"].isna().tolist()[3]
    assert values["slope_value"].isna().all()


def test_a_public_that_nobody_knows_is_named():
    with pytest.raises(UnknownPublic, match="seniors"):
        require_public("seniors")
    assert needs("elderly", parameters())["ground_floor"] == 1
