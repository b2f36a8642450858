"""Rankings with their uncertainty, on stocks small enough to reckon by hand."""

from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from views.jobs.ranking import common_rate, intervals, ranking, uncertainty

RULES = {
    "complaints.first_answer_hours": 48,
    "complaints.reopening_days": 30,
    "complaints.rank_least_dwelling_years": 30,
}


def stock(**columns) -> tuple[pd.DataFrame, SimpleNamespace]:
    size = len(next(iter(columns.values())))
    index = pd.Index([f"R{n}" for n in range(size)], name="residence_id")
    table = pd.DataFrame(columns, index=index).astype("Float64")
    residences = pd.DataFrame({"sector_id": "S1"}, index=index)
    return table, SimpleNamespace(parameters=RULES, residences=residences)


def requests(events, years):
    rates = [100 * e / y for e, y in zip(events, years, strict=True)]
    return stock(complaints_exposed=events, dwelling_years=years, complaints_per_100=rates, dwellings=years)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("complaints_per_100", "events"),
        ("mobility_rate", "events"),
        ("under_occupied_share", "share"),
        ("not_lettable_2028_share", "share"),
        ("relet_median_days", "delay"),
        ("relet_p90_days", None),
        ("charges_eur_m2_year", None),
        ("rent_lost_eur_per_dwelling_year", None),
    ],
)
def test_each_figure_has_the_uncertainty_of_its_kind(column, kind):
    assert uncertainty(column) == kind


def test_ten_requests_in_a_hundred_years_lie_between_five_and_eighteen():
    # Garwood (1936): 10 events, 4.795 to 18.390
    table, _counted = requests([10], [100])
    found = intervals(table, "complaints_per_100").iloc[0]
    assert (found["low"], found["high"]) == (pytest.approx(4.795, abs=1e-3), pytest.approx(18.390, abs=1e-3))


def test_less_than_thirty_dwelling_years_have_no_rank():
    table, counted = requests([30, 40, 29], [30, 100, 29.9])
    found = ranking(table, "complaints_per_100", counted)
    assert found["rank"].dropna().to_dict() == {"R0": 1, "R1": 2}
    assert list(found.index)[-1] == "R2"


def test_a_figure_that_the_stock_does_not_have_has_an_empty_ranking():
    table, counted = requests([30], [30])
    assert ranking(table, "charges_eur_m2_year", counted).empty


def test_a_hidden_figure_is_in_no_ranking():
    table, counted = requests([30, 40], [30, 100])
    table.loc["R0", ["complaints_per_100", "complaints_exposed"]] = pd.NA
    assert list(ranking(table, "complaints_per_100", counted).index) == ["R1"]


def test_a_good_share_may_be_ranked_from_the_lowest():
    table, counted = stock(first_answer_share=[0.9, 0.5], answer_due=[40, 40], dwellings=[40, 40])
    found = ranking(table, "first_answer_share", counted, high_is_first=False)
    assert list(found.index) == ["R1", "R0"]


def test_the_funnel_is_drawn_around_the_rate_of_all_not_the_mean_of_rates():
    table, _counted = requests([10, 0], [100, 900])
    assert common_rate(table, "complaints_per_100") == pytest.approx(1.0)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 400)), min_size=1, max_size=15))
def test_every_rate_lies_in_its_interval_and_ranks_are_of_those_exposed_enough(pairs):
    table, counted = requests([e for e, _y in pairs], [float(y) for _e, y in pairs])
    found = ranking(table, "complaints_per_100", counted)
    assert (found["low"] <= found["value"] + 1e-9).all()
    assert (found["value"] <= found["high"] + 1e-9).all()
    assert (found["rank"].notna() == (found["weight"] >= 30)).all()
