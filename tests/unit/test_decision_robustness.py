"""How sure ranks are: draws of weights, chances of the first places, unknown values, wins by pair."""

import numpy as np
import pandas as pd
import pytest

from planning.decision import DecisionError, Panel, draw_weights, pairwise_wins, rank_spread, smaa

NAMES = ["U1", "F1", "S1"]


def values(rows: int = 40, seed: int = 3) -> pd.DataFrame:
    table = np.random.default_rng(seed).uniform(0, 1, size=(rows, 3))
    return pd.DataFrame(table, columns=NAMES, index=[f"site {row}" for row in range(rows)])


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize("how", ["around", "noise", "order", "any"])
def test_drawn_weights_make_one(rng, how):
    drawn = draw_weights([0.5, 0.3, 0.2], 200, rng, how=how)
    assert drawn.shape == (200, 3)
    np.testing.assert_allclose(drawn.sum(axis=1), 1)
    assert (drawn >= 0).all()


def test_weights_around_the_user_s_have_them_as_their_mean(rng):
    drawn = draw_weights([0.5, 0.3, 0.2, 0.0], 4000, rng, how="around")
    assert drawn.mean(axis=0).tolist() == pytest.approx([0.5, 0.3, 0.2, 0.0], abs=0.01)


def test_weights_by_order_keep_the_order(rng):
    drawn = draw_weights([0.2, 0.5, 0.3], 300, rng, how="order")
    assert (drawn[:, 1] >= drawn[:, 2]).all()
    assert (drawn[:, 2] >= drawn[:, 0]).all()


def test_noise_of_a_fifth_stays_within_it(rng):
    drawn = draw_weights([0.5, 0.5], 500, rng, how="noise", noise_share=0.2)
    ratio = drawn[:, 0] / drawn[:, 1]
    assert 0.8 / 1.2 <= ratio.min() < 0.75
    assert 1.3 < ratio.max() <= 1.2 / 0.8


def test_an_unknown_way_of_drawing_is_refused(rng):
    with pytest.raises(DecisionError, match="around, noise, order or any"):
        draw_weights([1, 1], 10, rng, how="guess")


def test_chances_are_those_of_counting_draw_by_draw(rng):
    table = values()
    drawn = draw_weights([1, 1, 1], 300, rng, how="any")
    found = smaa(Panel.of(table), drawn, k=5).table
    places = (
        (-(drawn.astype(np.float32) @ table.to_numpy(dtype=np.float32).T)).argsort(axis=1).argsort(axis=1)
    )
    assert found["first"].tolist() == pytest.approx((places == 0).mean(axis=0).tolist())
    assert found["top"].tolist() == pytest.approx((places < 5).mean(axis=0).tolist())


def test_first_places_are_shared_out_whole(rng):
    found = smaa(Panel.of(values()), draw_weights([1, 2, 1], 500, rng), k=10).table
    assert found["first"].sum() == pytest.approx(1)
    assert found["top"].sum() == pytest.approx(10)
    assert (found["top"] >= found["first"]).all()


def test_equal_sites_share_the_first_place_as_they_share_the_rank(rng):
    table = pd.DataFrame({"U1": [0.9, 0.2, 0.9], "F1": [0.8, 0.1, 0.8]}, index=list("abc"))
    found = smaa(Panel.of(table), draw_weights([1, 1], 100, rng), k=1)
    assert found.table["first"].tolist() == [1.0, 0.0, 1.0]
    assert found.central.loc["a"].equals(found.central.loc["c"].rename("a"))


def test_central_weights_tell_what_makes_a_site_first(rng):
    table = pd.DataFrame({"U1": [1.0, 0.0], "F1": [0.0, 1.0]}, index=["metro", "cheap"])
    central = smaa(Panel.of(table), draw_weights([1, 1], 2000, rng, how="any"), k=1).central
    assert central.loc["metro", "U1"] == pytest.approx(0.75, abs=0.02)
    assert central.loc["cheap", "F1"] == pytest.approx(0.75, abs=0.02)


def test_an_unknown_value_spreads_the_chances(rng):
    table = pd.DataFrame({"U1": [0.5, 0.5, 0.5], "F1": [0.6, np.nan, 0.3]}, index=list("abc"))
    drawn = draw_weights([1, 1], 4000, rng, how="noise")
    found = smaa(Panel.of(table), drawn, k=1, rng=rng).table["first"]
    assert found["a"] == pytest.approx(0.6, abs=0.03)
    assert found["b"] == pytest.approx(0.4, abs=0.03)
    assert found["c"] == 0


def test_bounds_of_an_uncertain_value_are_kept(rng):
    table = pd.DataFrame({"F1": [0.6, 0.5]}, index=list("ab"))
    low, high = table.assign(F1=[0.6, 0.2]), table.assign(F1=[0.6, 0.8])
    found = smaa(Panel.of(table), draw_weights([1], 4000, rng), k=1, rng=rng, low=low, high=high).table[
        "first"
    ]
    assert found["b"] == pytest.approx(1 / 3, abs=0.03)
    with pytest.raises(DecisionError, match="swap"):
        smaa(Panel.of(table), draw_weights([1], 5, rng), rng=rng, low=high, high=low)


def test_uncertain_values_ask_for_their_chance(rng):
    table = pd.DataFrame({"U1": [0.5, np.nan]})
    with pytest.raises(DecisionError, match="rng"):
        smaa(Panel.of(table), draw_weights([1], 5, rng))


def test_a_criterion_known_of_no_site_decides_nothing(rng):
    table = values(10)
    drawn = draw_weights([1, 1, 1, 3], 200, rng)
    found = smaa(Panel.of(table.assign(E1=np.nan)), drawn, k=3).table
    without = smaa(Panel.of(table), drawn[:, :3] / drawn[:, :3].sum(axis=1, keepdims=True), k=3).table
    np.testing.assert_allclose(found, without, atol=0.011)


def test_a_site_under_veto_has_no_chance(rng):
    table = values(6)
    veto = pd.Series({"site 0": "flood_red"})
    found = smaa(Panel.of(table, veto), draw_weights([1, 1, 1], 100, rng), k=5).table
    assert found.loc["site 0"].tolist() == [0, 0]
    assert found["top"].sum() == pytest.approx(5)


def test_all_under_veto_leaves_no_chance_to_any(rng):
    table = values(3)
    found = smaa(
        Panel.of(table, pd.Series(True, index=table.index)), draw_weights([1, 1, 1], 10, rng), k=2
    ).table
    assert (found == 0).all(axis=None)


def test_wins_of_a_pair_make_one(rng):
    table = values(6)
    wins = pairwise_wins(Panel.of(table), draw_weights([1, 1, 1], 300, rng, how="any"), ["site 1", "site 4"])
    assert wins.at["site 1", "site 4"] + wins.at["site 4", "site 1"] == pytest.approx(1)
    with pytest.raises(DecisionError, match="site 9"):
        pairwise_wins(Panel.of(table), draw_weights([1, 1, 1], 3, rng), ["site 9"])


def test_the_spread_of_ranks_holds_the_ranks_of_the_draws(rng):
    table = values(12)
    drawn = draw_weights([1, 1, 1], 200, rng, how="any")
    places = (-(drawn @ table.to_numpy().T)).argsort(axis=1).argsort(axis=1) + 1
    found = rank_spread(Panel.of(table), drawn, ["site 2"], share=1.0)
    assert found.loc["site 2", ["best", "worst"]].tolist() == [places[:, 2].min(), places[:, 2].max()]
    assert found.at["site 2", "best"] <= found.at["site 2", "median"] <= found.at["site 2", "worst"]


def test_a_dominated_site_is_never_first(rng):
    table = pd.DataFrame({"U1": [0.9, 0.8], "F1": [0.9, 0.8]}, index=["better", "worse"])
    found = smaa(Panel.of(table), draw_weights([1, 1], 200, rng, how="any"), k=1).table["first"]
    assert found.to_dict() == {"better": 1.0, "worse": 0.0}
