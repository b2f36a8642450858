"""What must hold of every ranking: no reversal, no reward for losing, exact explanations."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from planning.decision import (
    Panel,
    ValueFunction,
    contributions,
    draw_weights,
    pareto,
    promethee2,
    smaa,
    spread,
    waterfall,
    weighted_sum,
)

unit = st.floats(0, 1).map(lambda value: round(value, 6))
some = st.one_of(unit, st.just(float("nan")))


@st.composite
def panels(draw, elements=unit):
    rows, columns = draw(st.integers(2, 15)), draw(st.integers(1, 6))
    table = draw(arrays(float, (rows, columns), elements=elements))
    weights = draw(arrays(float, columns, elements=st.floats(0.05, 1)))
    return pd.DataFrame(table, columns=[f"U{rank}" for rank in range(1, columns + 1)]), weights


@given(panels(), st.data())
@settings(deadline=None)
def test_another_site_changes_no_score(case, data):
    table, weights = case
    newcomer = data.draw(arrays(float, (1, table.shape[1]), elements=unit))
    more = pd.concat([table, pd.DataFrame(newcomer, columns=table.columns)], ignore_index=True)
    before, after = (weighted_sum(Panel.of(frame), weights)["score"] for frame in (table, more))
    np.testing.assert_allclose(after.iloc[: len(table)], before, atol=1e-12)


@given(panels(), st.data())
@settings(deadline=None)
def test_a_better_value_never_loses_a_rank(case, data):
    table, weights = case
    row, column = (data.draw(st.integers(0, size - 1)) for size in table.shape)
    better = table.copy()
    better.iloc[row, column] = min(1.0, table.iloc[row, column] + 0.25)
    before, after = (weighted_sum(Panel.of(frame), weights)["rank"].iloc[row] for frame in (table, better))
    assert after <= before


@given(panels(some))
@example(
    (pd.DataFrame(np.zeros((2, 6)), columns=list("ABCDEF")), np.full(6, 0.05))
)  # sixths add up to 1 or more
@settings(deadline=None)
def test_the_score_lies_within_its_interval_whatever_is_unknown(case):
    table, weights = case
    found = weighted_sum(Panel.of(table), weights)
    known = found.dropna(subset="score")
    assert ((known["low"] <= known["score"]) & (known["score"] <= known["high"])).all()
    assert found["reliability"].between(0, 1 + 1e-12).all()
    for fill in (0.0, 1.0):
        end = weighted_sum(Panel.of(table.fillna(fill)), weights)["score"]
        np.testing.assert_allclose(end, found["low" if fill == 0 else "high"], atol=1e-9)


@given(panels(some))
@settings(deadline=None)
def test_contributions_and_waterfall_add_up(case):
    table, weights = case
    panel, named = Panel.of(table), pd.Series(weights, index=table.columns)
    score = weighted_sum(panel, named)["score"]
    np.testing.assert_allclose(contributions(panel, named).sum(axis=1, skipna=False), score, atol=1e-9)
    site = score.first_valid_index()
    if site is not None:
        fall = waterfall(panel, named, site)
        assert fall.start + fall.steps["points"].sum() == pytest.approx(score[site], abs=1e-9)


@given(panels())
@settings(deadline=None)
def test_the_best_of_all_is_in_the_pareto_set(case):
    table, weights = case
    front = pareto(table, dict.fromkeys(table.columns, 1))
    score = weighted_sum(Panel.of(table), weights)["score"]
    assert front[score >= score.max() - 1e-12].any()
    beaten = [
        any(((other >= row).all() and (other > row).any()) for other in table.to_numpy())
        for row in table.to_numpy()
    ]
    assert front.tolist() == [not lost for lost in beaten]


@given(panels(some), st.integers(1, 12), st.integers(0, 1000))
@settings(max_examples=40, deadline=None)
def test_chances_of_the_best_places_are_shared_out(case, k, seed):
    table, weights = case
    rng = np.random.default_rng(seed)
    found = smaa(Panel.of(table), draw_weights(weights, 50, rng), k=k, rng=rng).table
    assert found["first"].sum() >= 1 - 1e-9
    assert (found["first"] <= found["top"] + 1e-12).all()
    assert found["top"].sum() >= min(k, len(table)) - 1e-9
    assert found["top"].between(0, 1 + 1e-12).all()


@given(panels())
@settings(deadline=None)
def test_flows_of_promethee_sum_to_nothing(case):
    table, weights = case
    flows = promethee2(table, weights, np.ones(table.shape[1]))
    assert flows.sum() == pytest.approx(0, abs=1e-9)
    assert (np.abs(flows) <= 1 + 1e-9).all()


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4), st.booleans(), st.floats(0, 1))
def test_the_measure_of_a_value_has_that_value(worst, gap, falling, value):
    best = worst - gap if falling else worst + gap
    function = ValueFunction.between(worst, best)
    measure = function.nearest_measure(value, worst)
    assert function(measure) == pytest.approx(value, abs=1e-6)


@given(st.dictionaries(st.sampled_from(["R1", "R2", "T1", "U1", "U2", "F1"]), st.floats(0.1, 9), min_size=1))
def test_weights_by_family_make_one(points):
    weights = spread(dict.fromkeys("RTUESF", 10.0), points)
    assert weights.sum() == pytest.approx(1)
    families = weights.groupby(weights.index.str[0]).sum()
    assert families.max() == pytest.approx(families.min())
