"""Ranking and weighting methods against textbook results and two other libraries."""

import json
from fractions import Fraction

import numpy as np
import pytest

from planning.decision import DecisionError, compare_pairs, order_weights, promethee2, topsis
from tests.operations import PARAMETERS


@pytest.fixture(scope="module")
def cases(shared):
    return json.loads((shared / "cases/sites/mcdm_cases.json").read_text())


def pairwise(case: dict) -> np.ndarray:
    return np.array([[float(Fraction(cell)) for cell in row] for row in case["pairwise"]])


@pytest.mark.parametrize("normalisation", ["minmax", "vector"])
def test_topsis_of_opricovic_and_tzeng(cases, normalisation):
    case = cases["topsis_opricovic_tzeng_2004"]
    found = topsis(case["matrix"], case["weights"], case["types"], normalisation=normalisation)
    assert np.round(found, 3).tolist() == case[f"expected_{normalisation}_normalisation"]


def test_the_winner_changes_with_the_normalisation(cases):
    case = cases["topsis_opricovic_tzeng_2004"]
    winners = [
        topsis(case["matrix"], case["weights"], case["types"], normalisation=way).argmax()
        for way in ("minmax", "vector")
    ]
    assert winners == [1, 0]


def test_promethee_of_zhao(cases):
    case = cases["promethee2_zhao_2013"]
    flows = promethee2(case["matrix"], case["weights"], case["types"])
    assert flows.tolist() == pytest.approx(case["expected_net_flow"], abs=1e-4)


@pytest.mark.parametrize(("name", "consistent"), [("ahp_wang_chin_2011", False), ("ahp_3x3", True)])
def test_pairwise_comparisons_of_the_books(cases, name, consistent):
    case = cases[name]
    found = compare_pairs(pairwise(case), PARAMETERS)
    assert np.round(found.weights, 4).tolist() == pytest.approx(case["expected_weights"], abs=1.1e-4)
    assert found.lambda_max == pytest.approx(case["lambda_max"], abs=1e-4)
    assert found.index == pytest.approx(case["ci"], abs=1e-4)
    assert found.ratio == pytest.approx(case["cr"], abs=1e-4)
    assert found.consistent is consistent


def test_random_indices_are_saaty_s(cases):
    for size, value in cases["saaty_random_index"].items():
        assert PARAMETERS[f"consistency.random_index.{size}"] == value


def test_the_least_consistent_pair_is_pointed_at():
    matrix = np.array([[1, 2, 1 / 9], [1 / 2, 1, 2], [9, 1 / 2, 1]])
    found = compare_pairs(matrix, PARAMETERS)
    assert not found.consistent
    row, column = found.revise
    assert found.suggested == pytest.approx(found.weights[row] / found.weights[column])


def test_weights_by_order_are_those_of_rancom(cases):
    found = order_weights([1, 1, 4, 7, 6, 5, 3])
    assert np.round(found, 4).tolist() == cases["rancom_2023"]["expected_weights"]


def test_comparisons_that_are_not_inverse_are_named():
    with pytest.raises(DecisionError, match="1 with 2 and 2 with 1"):
        compare_pairs([[1, 3], [1 / 2, 1]], PARAMETERS)


def test_eleven_criteria_are_too_many_to_compare():
    with pytest.raises(DecisionError, match="11 criteria"):
        compare_pairs(np.ones((11, 11)), PARAMETERS)


def test_a_normalisation_must_be_said_and_known():
    with pytest.raises(TypeError):
        topsis([[1, 2]], [1, 1], [1, 1])
    with pytest.raises(DecisionError, match="minmax or vector"):
        topsis([[1, 2]], [1, 1], [1, 1], normalisation="sum")


def test_equal_alternatives_are_equally_close():
    assert topsis([[1, 2], [1, 2]], [0.5, 0.5], [1, -1], normalisation="vector").tolist() == [0.5, 0.5]


def test_an_alternative_with_an_unknown_measure_has_no_closeness():
    found = topsis([[1, 2], [3, np.nan], [5, 1]], [0.5, 0.5], [1, -1], normalisation="minmax")
    assert np.isnan(found).tolist() == [False, True, False]


def test_promethee_refuses_unknown_measures():
    with pytest.raises(DecisionError, match="unknown"):
        promethee2([[1.0, np.nan]], [1, 1], [1, 1])


def quadratic_promethee(table, weights, start, end) -> np.ndarray:
    """Pair by pair, as the books write it."""
    gaps = table[:, None, :] - table[None, :, :]
    preferred = np.clip((gaps - start) / (end - start), 0, 1)
    return ((preferred - preferred.transpose(1, 0, 2)) @ weights).sum(axis=1) / (len(table) - 1)


def test_promethee_by_sorting_is_promethee_pair_by_pair():
    rng = np.random.default_rng(5)
    table, weights = rng.normal(size=(80, 4)).round(1), rng.dirichlet(np.ones(4))
    start, end = np.array([0.1, 0.0, 0.3, 0.2]), np.array([0.5, 0.4, 1.0, 0.9])
    ours = promethee2(table, weights, np.ones(4), indifference=start, preference=end)
    np.testing.assert_allclose(ours, quadratic_promethee(table, weights, start, end), atol=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_pymcdm_agrees():
    methods = pytest.importorskip("pymcdm.methods")
    from pymcdm.normalizations import minmax_normalization, vector_normalization

    rng = np.random.default_rng(11)
    table, weights = rng.uniform(1, 9, size=(60, 5)), rng.dirichlet(np.ones(5))
    senses = np.array([1, -1, 1, 1, -1])
    for way, theirs in (("minmax", minmax_normalization), ("vector", vector_normalization)):
        expected = methods.TOPSIS(theirs)(table, weights, senses)
        np.testing.assert_allclose(topsis(table, weights, senses, normalisation=way), expected, atol=1e-9)
    expected = methods.PROMETHEE_II("usual")(table, weights, senses)
    np.testing.assert_allclose(promethee2(table, weights, senses), expected, atol=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_scikit_criteria_agrees():
    skcriteria = pytest.importorskip("skcriteria")
    from skcriteria.agg.topsis import TOPSIS
    from skcriteria.pipelines import mkpipe
    from skcriteria.preprocessing.invert_objectives import NegateMinimize
    from skcriteria.preprocessing.scalers import VectorScaler

    rng = np.random.default_rng(12)
    table, weights = rng.uniform(1, 9, size=(40, 4)), rng.dirichlet(np.ones(4))
    problem = skcriteria.mkdm(table, [max, min, max, max], weights=weights)
    theirs = mkpipe(NegateMinimize(), VectorScaler("matrix"), TOPSIS()).evaluate(problem)
    ours = topsis(table, weights, [1, -1, 1, 1], normalisation="vector")
    np.testing.assert_allclose(ours, theirs.e_.similarity, atol=1e-9)
