"""Values, weights, scores with unknown criteria, vetoes, explanations: small tables read by eye."""

import numpy as np
import pandas as pd
import pytest

from planning.decision import (
    Criterion,
    DecisionError,
    Panel,
    ValueFunction,
    contributions,
    criteria,
    default_weights,
    pareto,
    reasons,
    spread,
    swing,
    tipping_weights,
    value_table,
    waterfall,
    weighted_product,
    weighted_sum,
    what_would_change,
)
from tests.operations import PARAMETERS

PROFILES = ("elderly", "disabled", "students", "young_workers", "migrant_workers", "insertion", "ownership")
U1, F1 = (ValueFunction.between(1000, 300), ValueFunction.between(1500, 400))
TWO = (Criterion("U1", U1), Criterion("F1", F1))
SITES = pd.DataFrame(
    {"U1": [300.0, 650.0, 1000.0, np.nan], "F1": [1500.0, 400.0, 950.0, 400.0]}, index=["a", "b", "c", "d"]
)
WEIGHTS = pd.Series({"U1": 0.6, "F1": 0.4})


@pytest.fixture
def panel():
    return Panel.of(value_table(SITES, TWO))


def test_a_measure_beyond_the_anchors_is_worth_0_or_1():
    assert U1([2000, 1000, 650, 300, 0]).tolist() == [0, 0, 0.5, 1, 1]


def test_points_may_be_drawn_in_any_shape():
    hump = ValueFunction(((0, 0.0), (10, 1.0), (20, 0.5)))
    assert hump([5, 15, 30]).tolist() == [0.5, 0.75, 0.5]
    assert hump.nearest_measure(0.75, 18) == 15
    assert hump.nearest_measure(0.75, 2) == 7.5
    assert np.isnan(ValueFunction(((0, 0.2), (1, 0.6))).nearest_measure(0.9, 0))


@pytest.mark.parametrize("points", [((1, 0.0),), ((2, 0.0), (1, 1.0)), ((0, 0.0), (1, 1.5))])
def test_points_that_make_no_function_are_refused(points):
    with pytest.raises(DecisionError, match="value function"):
        ValueFunction(points)


def test_an_unknown_measure_has_an_unknown_value_and_so_has_an_absent_column():
    values = value_table(SITES.drop(columns="F1"), TWO)
    assert np.isnan(values.at["d", "U1"])
    assert values["F1"].isna().all()


def anchors(form: str, public: str = "family") -> dict[str, ValueFunction]:
    return {criterion.name: criterion.value for criterion in criteria(PARAMETERS, form, public)}


def test_anchors_of_the_public_go_before_those_of_the_form():
    assert anchors("townhouse")["T2"]([10, 3]).tolist() == [0, 1]
    assert anchors("townhouse", "elderly")["T2"]([5, 1]).tolist() == [0, 1]
    assert anchors("townhouse")["R2"]([2]).tolist() == [1]
    assert anchors("intermediate")["R2"]([2]).tolist() == [pytest.approx(2 / 3)]


def test_points_drawn_by_the_user_replace_the_anchors():
    mine = criteria(PARAMETERS, "townhouse", own={"U1": [(0, 1), (500, 0)]})
    assert next(c for c in mine if c.name == "U1").value([250]).tolist() == [0.5]


def test_default_weights_are_those_of_the_table_by_family():
    weights = default_weights(PARAMETERS, "small_collective")
    assert weights.sum() == pytest.approx(1)
    families = weights.groupby(weights.index.str[0]).sum().round(6).to_dict()
    assert families == {"R": 0.2, "T": 0.15, "U": 0.2, "E": 0.15, "S": 0.2, "F": 0.1}


@pytest.mark.parametrize("public", PROFILES)
def test_every_public_has_weights_that_make_one(public):
    weights = default_weights(PARAMETERS, "townhouse", public)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()


def test_ownership_counts_vat_and_discount_and_rental_counts_equity():
    rental, owned = (default_weights(PARAMETERS, "townhouse", public) for public in ("family", "ownership"))
    assert (rental[["F3", "F4"]] == 0).all()
    assert (rental["F2"] > 0, owned["F2"]) == (True, 0)
    assert (owned[["F3", "F4"]] > 0).all()


def test_shops_dominate_for_the_elderly_and_the_metro_for_students():
    elderly, students = (default_weights(PARAMETERS, "small_collective", p) for p in ("elderly", "students"))
    assert elderly.filter(like="U").idxmax() == "U3"
    assert students.filter(like="U").idxmax() == "U1"


def test_an_unknown_form_has_no_weights():
    with pytest.raises(DecisionError, match="tower"):
        default_weights(PARAMETERS, "tower")


def test_swing_points_become_weights():
    assert swing({"U1": 100, "F1": 60, "S1": 40}).round(2).tolist() == [0.5, 0.3, 0.2]
    with pytest.raises(DecisionError, match="not all 0"):
        swing({"U1": 0})


def test_a_family_without_points_gives_its_weight_away():
    weights = spread({"U": 50, "F": 50}, {"U1": 1, "U2": 3, "F1": 0})
    assert weights.round(3).to_dict() == {"U1": 0.25, "U2": 0.75, "F1": 0.0}


def test_scores_are_sums_of_values_times_weights(panel):
    table = weighted_sum(panel, WEIGHTS)
    assert table.loc[["a", "b", "c"], "score"].round(6).tolist() == [0.6, 0.7, 0.2]
    assert table.loc[["a", "b", "c"], "rank"].tolist() == [3, 2, 4]
    assert (table.loc["a", "low"], table.loc["a", "high"]) == pytest.approx((0.6, 0.6))


def test_an_unknown_criterion_widens_the_score_and_lowers_the_reliability(panel):
    site = weighted_sum(panel, WEIGHTS).loc["d"]
    assert (site["low"], site["high"], site["reliability"]) == pytest.approx((0.4, 1.0, 0.4))
    assert site["low"] <= site["score"] <= site["high"]


def test_a_site_of_which_nothing_is_known_has_no_score_nor_rank():
    panel = Panel.of(pd.DataFrame({"U1": [0.5, np.nan]}, index=["a", "z"]))
    table = weighted_sum(panel, pd.Series({"U1": 1.0}))
    assert table.loc["z", ["score", "rank"]].isna().all()
    assert (table.at["z", "low"], table.at["z", "high"], table.at["z", "reliability"]) == (0, 1, 0)


def test_a_veto_takes_the_rank_and_leaves_the_score():
    veto = pd.Series({"b": "flood_red"})
    table = weighted_sum(Panel.of(value_table(SITES, TWO), veto), WEIGHTS)
    assert np.isnan(table.at["b", "rank"])
    assert table.at["b", "score"] == pytest.approx(0.7)
    assert table.at["a", "rank"] == 2


@pytest.mark.parametrize("veto", [{"b": True, "a": False}, {"b": "flood_red", "a": "", "c": None}])
def test_a_veto_may_be_yes_or_a_reason_for_some_sites_only(veto):
    table = weighted_sum(Panel.of(value_table(SITES, TWO), pd.Series(veto)), WEIGHTS)
    assert table["rank"].isna().to_dict() == {"a": False, "b": True, "c": False, "d": False}


def test_equal_scores_share_the_better_rank():
    panel = Panel.of(pd.DataFrame({"U1": [0.5, 0.9, 0.5, 0.1]}))
    assert weighted_sum(panel, [1.0])["rank"].tolist() == [2, 1, 2, 4]


def test_a_geometric_mean_is_not_bought_back():
    panel = Panel.of(pd.DataFrame({"U1": [1.0, 0.5], "T4": [0.0, 0.5]}))
    assert weighted_product(panel, [0.9, 0.1]).round(6).tolist() == [0, 0.5]


def test_measures_given_for_values_are_refused():
    with pytest.raises(DecisionError, match="value functions"):
        Panel.of(SITES)


def test_a_weight_that_is_missing_is_refused(panel):
    with pytest.raises(DecisionError, match="F1"):
        weighted_sum(panel, pd.Series({"U1": 1.0}))


def test_contributions_sum_to_the_score(panel):
    parts = contributions(panel, WEIGHTS)
    assert parts.sum(axis=1).tolist() == pytest.approx(weighted_sum(panel, WEIGHTS)["score"].tolist())


@pytest.mark.parametrize("site", list("abcd"))
def test_the_waterfall_goes_from_the_median_site_to_the_site(panel, site):
    fall = waterfall(panel, WEIGHTS, site)
    score = weighted_sum(panel, WEIGHTS).at[site, "score"]
    assert fall.start + fall.steps["points"].sum() == pytest.approx(score)
    assert fall.steps["score"].iloc[-1] == pytest.approx(fall.end) == pytest.approx(score)


def test_reasons_tell_measures_in_their_unit(panel):
    good, bad = reasons(panel, WEIGHTS, SITES, "a")
    assert [(r.criterion, r.measure, r.median) for r in good] == [("U1", 300, 650)]
    assert [(r.criterion, r.measure, r.median) for r in bad] == [("F1", 1500, 675)]


def test_an_unknown_criterion_is_no_reason(panel):
    good, bad = reasons(panel, WEIGHTS, SITES, "d")
    assert "U1" not in {reason.criterion for reason in good + bad}


def test_what_would_change_the_rank_does_change_it(panel):
    ways = what_would_change(panel, WEIGHTS, TWO, SITES, "a", rank=2)
    assert ways.at["F1", "change"] < 0
    moved = SITES.copy()
    moved.at["a", "F1"] = ways.at["F1", "needed"] - 1e-6
    assert weighted_sum(Panel.of(value_table(moved, TWO)), WEIGHTS).at["a", "rank"] == 2
    assert np.isnan(ways.at["U1", "needed"])
    assert ways.at["U1", "best_rank"] == 3


def test_a_rank_that_does_not_exist_is_refused(panel):
    with pytest.raises(DecisionError, match="ranks 1 to 4"):
        what_would_change(panel, WEIGHTS, TWO, SITES, "a", rank=9)


def test_at_its_tipping_weight_the_rival_has_caught_up():
    values = value_table(SITES, TWO).loc[["a", "b"]]
    tipping = tipping_weights(values, WEIGHTS, "b", "a")
    assert tipping.at["U1", "tipping"] == pytest.approx(2 / 3)
    even = pd.Series({"U1": 2 / 3, "F1": 1 / 3})
    assert (values @ even).nunique() == 1 or abs(np.diff(values @ even)[0]) < 1e-12


def test_a_dominated_rival_never_catches_up():
    values = pd.DataFrame({"U1": [0.9, 0.2], "F1": [0.8, 0.1]}, index=["a", "b"])
    assert tipping_weights(values, WEIGHTS, "a", "b")["tipping"].isna().all()


def test_the_pareto_set_keeps_what_nothing_beats():
    table = pd.DataFrame({"need": [10, 30, 30, 5, np.nan], "cost": [5, 20, 25, 5, 1]}, index=list("abcde"))
    assert pareto(table, {"need": 1, "cost": -1}).tolist() == [True, True, False, False, False]
