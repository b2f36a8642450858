"""The score under the visitor's own weights, the classes of the map and its string of one character a parcel."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planning.forms import REASONS
from views.parts.sites import frames as sites
from views.shared.codes import REASONS as SENTENCES
from views.shared.i18n import use
from views.shared.reasons import sentence

STANDARD = {"capacity": 40.0, "station": 30.0, "qpv": 10.0, "land": 20.0}


@pytest.fixture
def rows():
    return pd.DataFrame(
        {
            "part_capacity": [40.0, 20.0, 0.0],
            "part_station": [30.0, 15.0, None],
            "part_qpv": [10.0, 0.0, 0.0],
            "part_land": [20.0, 20.0, 0.0],
            "fits": [True, True, True],
        },
        index=["a", "b", "c"],
    )


def test_reference_weights_change_nothing(rows):
    scores = sites.reweighed(rows, STANDARD, STANDARD)["score"]
    assert scores.round(6).tolist()[:2] == [100, 55]
    assert pd.isna(scores["c"])


def test_a_part_alone_gives_its_own_value(rows):
    alone = {"capacity": 5.0, "station": 0.0, "qpv": 0.0, "land": 0.0}
    assert sites.reweighed(rows, alone, STANDARD)["score"].round(6).tolist() == [100, 50, 0]


def test_part_without_data_weighs_nothing(rows):
    rows = rows.assign(part_land=None, part_capacity=rows["part_capacity"] * 100 / 80)
    scored = sites.reweighed(rows, STANDARD, STANDARD)
    assert scored["most_land"].tolist() == [0, 0, 0]
    assert scored["most_capacity"].iloc[0] == 50


@given(st.lists(st.floats(0, 100), min_size=4, max_size=4).filter(lambda weights: sum(weights) > 1))
def test_parts_add_up_to_a_score_within_100(weights):
    rows = pd.DataFrame({f"part_{part}": [most, most / 2] for part, most in STANDARD.items()})
    scored = sites.reweighed(rows, dict(zip(STANDARD, weights, strict=True)), STANDARD)
    assert scored["score"].round(6).tolist() == [100, 50]


def test_class_says_no_fit_a_fifth_of_the_score_or_no_score():
    frame = pd.DataFrame({"fits": [False, True, True, True], "score": [None, 0.0, 100.0, None]})
    last = sites.FIRST_SCORE + len(sites.BOUNDS) - 2
    assert sites.classed(frame).tolist() == [sites.NO_FIT, sites.FIRST_SCORE, last, sites.UNSCORED]


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_a_sentence_with_its_figures(reason):
    use("fr")
    told = sentence(reason, 0.5, 12.0)
    assert reason in SENTENCES
    assert told.endswith(".")
    assert "{" not in told
