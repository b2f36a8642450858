"""What may be told of households: eleven of them, no group dominated by one residence, and nothing by subtraction."""

import pandas as pd
import pytest

from data import reference
from data.store import open_store
from geo.suppression import PrivacyRules, groups, nearness, survey_told, tellable, to_multiple, told, withhold
from planning.parameters import Parameters
from tests.toy import fill
from views.jobs.export import export
from views.jobs.indicators import run

RULES = PrivacyRules.of(Parameters.from_frame(reference.load()))


def units(**households) -> tuple[pd.Series, pd.Series]:
    known = pd.Series(households, dtype="Int64")
    return known, pd.Series(range(len(known)), index=known.index)


def test_thresholds_are_dated_rows():
    assert (RULES.least_households, RULES.dominance_share, RULES.rounding_share) == (11, 0.85, 0.05)


def test_a_residence_of_eleven_households_stands_alone_and_small_ones_together():
    found = groups(*units(big=11, a=6, b=4, c=5), RULES)
    assert found["big"] not in found[["a", "b", "c"]].tolist()
    assert found["a"] == found["b"] == found["c"]


def test_small_residences_that_never_reach_eleven_are_never_told():
    assert groups(*units(big=40, a=6, b=4), RULES)[["a", "b"]].isna().all()


def test_a_group_that_one_residence_dominates_takes_another_member():
    assert groups(*units(a=10, b=1, c=3, d=9, e=9), RULES).duplicated(keep=False).tolist() == [True] * 5
    assert groups(*units(a=10, b=1, c=3), RULES)["c"] == 0


def test_what_is_left_joins_the_last_group():
    assert groups(*units(a=6, b=6, c=2), RULES).tolist() == [0, 0, 0]


def test_an_area_holds_whole_groups_only():
    found = groups(*units(a=6, b=6, big=20), RULES)
    split = pd.Series({"a": "nord", "b": "sud", "big": "sud"})
    assert tellable(found, split).to_dict() == {"a": False, "b": False, "big": True}


def test_neighbours_follow_each_other_whatever_their_sector():
    frame = pd.DataFrame({"sector_id": ["s2", "s1"]}, index=["R2", "R1"])
    assert nearness(frame).to_dict() == {"R2": 1, "R1": 0}


def test_figures_are_blanked_marked_and_rounded():
    counts = pd.DataFrame(
        {"under_occupied": [13, 2, 0], "under_occupied_known": [48, 6, 0]},
        index=["big", "small", "empty"],
        dtype="Int64",
    )
    order = pd.Series(range(3), index=counts.index)
    safe = withhold(counts, counts.index.to_series(), order, RULES)
    table = told(safe.assign(under_occupied_share=[13 / 48, None, None]), RULES)
    assert table["under_occupied"].fillna(-1).tolist() == [15, -1, 0]
    assert table["under_occupied_share"].iloc[0] == pytest.approx(0.25)
    assert table["under_occupied_hidden"].tolist() == [False, True, False]
    assert not [name for name in table if name.endswith("_withheld")]


def test_halves_round_up():
    assert to_multiple(pd.Series([0.024, 0.025, None, 1.0]), 0.05).fillna(-1).tolist() == [0, 0.05, -1, 1]


def test_a_survey_of_ten_households_is_not_told():
    survey = pd.DataFrame({"occupied": [10, 11, None], "under_occupied": [3, 3, 3]}, dtype="Int64")
    safe = survey_told(survey, RULES)
    assert safe["under_occupied"].fillna(-1).tolist() == [-1, 5, -1]
    assert safe["hidden"].tolist() == [True, False, True]


@pytest.fixture
def surveyed(tmp_path):
    store = open_store(tmp_path / "toy.duckdb")
    fill(store)
    store.write(
        "occupancy",
        pd.DataFrame(
            {
                "residence_id": ["R1", "R4"],
                "reference_date": pd.Timestamp("2025-01-01").date(),
                "occupied": [19, 3],
                "under_occupied": [7, 1],
                "over_occupied": [0, 0],
            }
        ),
    )
    yield store
    store.close()


def test_indicators_tell_large_residences_and_hide_small_ones(surveyed):
    table = run(surveyed, by="residence")
    assert table["under_occupied_hidden"].to_dict() == {
        "R1": False, "R2": False, "R3": False, "R4": True, "R5": False
    }  # fmt: skip
    assert table.loc["R1", ["under_occupied", "under_occupied_share"]].tolist() == pytest.approx([5, 0.35])
    assert pd.isna(table.loc["R4", "under_occupied_n"])


def test_the_total_does_not_give_the_hidden_one_away(surveyed):
    assert run(surveyed, by="stock")["under_occupied_n"].item() == 19
    assert run(surveyed, by="sector")["under_occupied_hidden"].to_dict() == {"S1": False, "S2": True}


def test_the_exported_survey_hides_the_same(surveyed, tmp_path):
    export(surveyed, "occupancy", tmp_path / "out.csv")
    read = pd.read_csv(tmp_path / "out.csv")
    assert read.set_index("residence_id")["under_occupied"].fillna(-1).to_dict() == {"R1": 5, "R4": -1}
