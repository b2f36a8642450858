"""The first score: value functions, weights, contributions, and what is unknown."""

import numpy as np
import pandas as pd
import pytest

from planning.score import criteria, linear, score
from tests.lots import parameters


def rows(**columns) -> pd.DataFrame:
    known = {
        "form": "small_collective", "dwellings": 18, "station_m": 650.0, "in_qpv": True,
        "owner_group": "4", "public_land": True, "own_land": False,
    }  # fmt: skip
    frame = pd.DataFrame({name: [value] for name, value in {**known, **columns}.items()})
    return frame.astype({"in_qpv": "boolean", "public_land": "boolean", "own_land": "boolean"})


def scored(left_out=(), **columns) -> pd.Series:
    return score(rows(**columns), criteria(parameters()), left_out=left_out).iloc[0]


@pytest.mark.parametrize(("metres", "value"), [(300, 1), (100, 1), (650, 0.5), (1000, 0), (4000, 0)])
def test_a_value_function_is_straight_between_its_anchors_and_flat_beyond(metres, value):
    assert linear(pd.Series([metres]), poor=1000, good=300)[0] == pytest.approx(value)


def test_contributions_add_up_to_the_score():
    one = scored()
    assert one.drop("score").tolist() == pytest.approx([20, 15, 10, 14])
    assert one["score"] == pytest.approx(59)


def test_a_missing_value_leaves_the_score_unknown_and_the_other_parts_known():
    one = scored(station_m=np.nan)
    assert np.isnan(one["score"])
    assert np.isnan(one["part_station"])
    assert one["part_capacity"] == pytest.approx(20)


def test_a_criterion_without_data_gives_its_weight_to_the_others():
    one = scored(left_out=("land",), public_land=None, own_land=None)
    assert np.isnan(one["part_land"])
    assert one["score"] == pytest.approx((20 + 15 + 10) * 100 / 80)


@pytest.mark.parametrize(
    ("own", "public", "points"), [(True, True, 20), (False, True, 14), (False, False, 0), (None, True, 14)]
)
def test_own_land_comes_before_public_land_and_public_land_before_any_other(own, public, points):
    assert scored(own_land=own, public_land=public)["part_land"] == pytest.approx(points)


def test_an_unknown_owner_is_not_a_private_one():
    assert np.isnan(scored(own_land=None, public_land=None)["part_land"])


def test_the_same_dwellings_fill_a_small_form_more_than_a_large_one():
    assert scored(form="townhouse", dwellings=12)["part_capacity"] > scored(dwellings=12)["part_capacity"]


def test_another_site_does_not_change_a_score():
    two = pd.concat([rows(), rows(dwellings=30, station_m=10.0)], ignore_index=True)
    assert score(two, criteria(parameters())).loc[0, "score"] == scored()["score"]


def test_a_weight_of_the_user_moves_the_score():
    heavy = criteria(parameters(score__weight__station=300))
    assert score(rows(station_m=300.0), heavy)["score"][0] > scored(station_m=300.0)["score"]
