"""Sites judged from the store: one measure, many weights; a hash that names the ranking; publics and their schemes."""

import pandas as pd
import pytest

from data.store import open_store
from tests import toy
from views.jobs import layouts, scores, sites


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = open_store(tmp_path_factory.mktemp("judging") / "toy.duckdb")
    toy.fill(store)
    sites.run(store)
    yield store
    store.close()


@pytest.fixture(scope="module")
def judged(store):
    fits = store.read("site_results")
    form = fits.loc[fits["fits"].astype(bool), "form"].iloc[0]
    return scores.judge(store, form)


def test_every_site_that_takes_the_form_is_ranked_with_its_interval(judged):
    ranked = judged.ranked(judged.weights)
    assert len(ranked) == len(judged.fitting) > 0
    assert (ranked["low"] <= ranked["score"]).all()
    assert (ranked["score"] <= ranked["high"]).all()
    assert ranked["reliability"].between(0, 1).all()


def test_the_score_kept_with_a_site_is_the_one_it_is_ranked_by(store, judged):
    kept = store.read("site_results", where={"form": judged.form}).set_index("site_id")["score"]
    ranked = 100 * judged.ranked(judged.weights)["score"]
    assert kept[ranked.index].to_numpy() == pytest.approx(ranked.to_numpy())
    assert kept.drop(ranked.index).isna().all()


def test_a_site_evaluated_alone_keeps_its_score_and_its_dwellings(store, judged):
    site = judged.values.index[0]
    told = ["fits", "dwellings", "score"]
    before = store.read("site_results", where={"site_id": site}).set_index("form")[told]
    again = sites.again(store, site)[told]
    pd.testing.assert_frame_equal(again.loc[before.index], before, check_dtype=False)


def test_criteria_without_data_are_named_and_lower_the_reliability(judged):
    ranked = judged.ranked(judged.weights)
    assert {"E1", "T2"} <= set(judged.left_out)
    assert (ranked["reliability"] < 1).all()


def test_the_hash_of_a_ranking_changes_with_its_weights_and_nothing_else(judged):
    other = judged.weights.copy()
    other.iloc[0] *= 2
    assert judged.run_hash(judged.weights) == judged.run_hash(judged.weights.copy())
    assert judged.run_hash(other / other.sum()) != judged.run_hash(judged.weights)


def test_moved_points_change_the_values_of_their_criterion_alone(store, judged):
    moved = scores.valued(judged, scores.all_parameters(), {"T1": ((0.0, 0.0), (10.0, 1.0))})
    changed = [name for name in judged.values if not moved.values[name].equals(judged.values[name])]
    assert changed == ["T1"]


def test_dear_and_cheap_costs_bound_the_equity_and_the_rest_is_sure(judged):
    assert (judged.low.fillna(0) <= judged.high.fillna(0)).all(axis=None)
    differs = (judged.high - judged.low).abs().max()
    assert set(differs.index[differs > 0]) <= {"F2"}


def test_the_ranking_for_scripts_is_plain_and_best_first(store, judged):
    told = scores.ranking(store, judged.form, k=2)
    assert set(told) == {"form", "public", "sites", "run", "parameters", "left_out", "best"}
    assert [row["rank"] for row in told["best"]][0] == 1
    assert told["run"] == judged.run_hash(judged.weights)


ROWS = pd.DataFrame(
    {"site_id": ["a", "b"], "form": "townhouse", "fits": [True, True], "dwellings": [12, 4], "reason": None}
).assign(reason_value=None, reason_limit=None)


def test_a_form_that_is_not_built_for_a_public_fits_nowhere():
    found = layouts.for_public(
        ROWS, ROWS.iloc[:0], "townhouse", "elderly", {"public.elderly.form.townhouse": 0}
    )
    assert found["reason"].tolist() == ["not_for_public"] * 2
    assert not found["fits"].any()


def test_a_scheme_too_small_for_a_public_says_how_many_it_needs():
    found = layouts.for_public(
        ROWS, ROWS.iloc[:0], "townhouse", "students", {"public.students.scheme_min": 10}
    )
    assert found["fits"].tolist() == [True, False]
    assert found.loc[1, ["reason", "reason_limit"]].tolist() == ["too_few_dwellings", 10]


def test_what_the_engine_found_for_the_public_goes_first():
    told = ROWS.assign(public="elderly", dwellings=[20, 0], fits=[True, False])
    found = layouts.for_public(ROWS, told, "townhouse", "elderly", {})
    assert found["dwellings"].tolist() == [20, 0]
    assert layouts.for_public(ROWS, told, "townhouse", "family", {}) is ROWS
