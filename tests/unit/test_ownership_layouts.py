"""Social ownership on its own layouts: mix, schemes, places, form preferred, who could buy, cost; beside the rental."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.store import open_store
from planning.finance import evaluate_ownership
from planning.land.context import parking_norm
from planning.needs import could_buy
from planning.publics import FAMILY, OWNERSHIP, best_forms, mix_of
from planning.sites import SiteBlock, evaluate, evaluate_each, explain_site
from tests import toy
from tests.lots import MIDDLE, parameters, row_of_lots, zone
from tests.operations import TWELVE, table
from views.jobs import layouts, programme, scores, site_sheet, sites

P = parameters()


def fitted(lots, **overrides) -> pd.DataFrame:
    block = SiteBlock(lots, zone())
    found = explain_site(block, MIDDLE, parameters(**overrides), public=OWNERSHIP)
    return found.results.set_index("form")


def test_buyers_get_no_single_room_in_flats_and_four_rooms_or_more_in_houses():
    found = fitted(row_of_lots(34, 40))
    assert found["fits"].all()
    assert found["t1"].eq(0).all()
    house = found.loc["townhouse"]
    assert house["t4"] + house["t5"] == house["dwellings"]


def test_houses_deep_enough_for_a_garage_hold_the_five_rooms_asked_for():
    """Of 9 m, two storeys less a garage leave 79 m2, a T4; of 10.5 m they leave 95 m2, and half are T5."""
    shallow = fitted(row_of_lots(30.5, 22), townhouse__depth_max_m=9).loc["townhouse"]
    house = fitted(row_of_lots(30.5, 22)).loc["townhouse"]
    assert (shallow["t4"], shallow["t5"]) == (5, 0)
    assert (house["depth_m"], house["floors"]) == (10.5, 2)
    assert {house["t4"], house["t5"]} == {2, 3}
    assert house["parking_places"] == house["dwellings"] == 5


def test_houses_whose_cars_stand_in_front_stay_shallow():
    """5 m of front garden hold a car each: no garage, and 9 m of depth are enough."""
    house = fitted(row_of_lots(30.5, 22), front_setback_m__0=5.1).loc["townhouse"]
    assert house["parking_surface"] == 5
    assert house["depth_m"] == 9
    assert {house["t4"], house["t5"]} == {2, 3}


@settings(deadline=None, max_examples=12)
@given(width=st.floats(8, 120), depth=st.floats(15, 90))
def test_no_house_is_given_up_for_the_mix(width, depth):
    shallow = fitted(row_of_lots(width, depth), townhouse__depth_max_m=9).loc["townhouse"]
    house = fitted(row_of_lots(width, depth)).loc["townhouse"]
    assert house["fits"] == shallow["fits"]
    assert not house["fits"] or house["dwellings"] >= shallow["dwellings"]


def test_each_form_has_its_own_mix_of_buyers_and_it_makes_one():
    mixes = {form: mix_of(P, form, OWNERSHIP) for form in scores.FORMS}
    assert all(sum(mix.values()) == pytest.approx(1) for mix in mixes.values())
    assert mixes["townhouse"] != mixes["intermediate"] != mix_of(P, "intermediate", FAMILY)


@pytest.mark.parametrize(
    ("station_m", "asked", "own", "let"),
    [(100, 2, 1, 0.5), (900, 2, 2, 1), (100, np.nan, 1, 0.5), (900, np.nan, 1, 1), (900, 0.8, 0.8, 0.8)],
)
def test_the_cap_of_dwellings_to_let_does_not_hold_for_those_to_own(station_m, asked, own, let):
    site = pd.DataFrame({"station_m": [station_m], "parking_rule": [asked]})
    assert parking_norm(site, P, OWNERSHIP).tolist() == [own]
    assert parking_norm(site, P, FAMILY).tolist() == [let]


def test_a_town_that_counts_ownership_as_let_gives_it_the_same_cap():
    site = pd.DataFrame({"station_m": [900.0], "parking_rule": [2.0]})
    same = parameters(public__ownership__rental_parking_cap=1)
    assert parking_norm(site, same, OWNERSHIP).tolist() == parking_norm(site, P, FAMILY).tolist()


def test_two_houses_are_an_operation_to_own_and_nine_flats_are_not():
    found = fitted(row_of_lots(14, 40), small_collective__width_min_m=10, small_collective__site_min_m2=300)
    assert found.loc["townhouse", ["fits", "dwellings"]].tolist() == [True, 2]
    flats = found.loc["small_collective"]
    assert (flats["reason"], flats["reason_limit"]) == ("too_few_dwellings", 10)
    assert flats["reason_value"] < 10


@settings(deadline=None, max_examples=12)
@given(width=st.floats(8, 120), depth=st.floats(15, 90))
def test_no_scheme_to_own_is_smaller_or_larger_than_its_form_allows(width, depth):
    found = fitted(row_of_lots(width, depth))
    held = found.loc[found["fits"], "dwellings"].astype(int)
    least = {"small_collective": 10, "intermediate": 10, "townhouse": 2}
    assert all(least[form] <= count <= 48 for form, count in held.items())


def test_a_flat_of_a_collective_is_worth_half_a_house_where_a_site_takes_both():
    rows = pd.DataFrame(
        [("a", "small_collective", 20), ("a", "intermediate", 12), ("a", "townhouse", 4), ("b", "townhouse", 2)],
        columns=["site_id", "form", "dwellings"],
    ).assign(fits=True)  # fmt: skip
    assert best_forms(rows, P, OWNERSHIP).to_dict() == {"a": "intermediate", "b": "townhouse"}
    assert best_forms(rows, P, FAMILY)["a"] == "small_collective"


def test_the_land_is_read_once_and_each_public_finds_what_it_finds_alone():
    block = SiteBlock(row_of_lots(34, 40), zone())
    both = evaluate_each(block, P, publics=(FAMILY, OWNERSHIP))
    for public, found in both.items():
        pd.testing.assert_frame_equal(found.results, evaluate(block, P, public=public).results)
    assert not both[FAMILY].results["t4"].equals(both[OWNERSHIP].results["t4"])


def test_households_of_two_to_five_held_by_someone_under_65_could_buy():
    rows = [("30-49", 2), ("30-49", 1), ("<30", 5), ("50-64", 6), ("65-74", 2), (None, 3)]
    found = pd.DataFrame(rows, columns=["age", "persons"])
    assert could_buy(found, P).tolist() == [True, False, True, False, False, False]


def test_the_cost_to_own_is_what_the_net_sales_of_the_psla_pay_for():
    offer = evaluate_ownership(table(TWELVE), P).iloc[0]
    useful = TWELVE.living_area_m2 + TWELVE.annexes_m2 / 2
    kept = 1 - P["ownership.sale_share"] - P["ownership.margin_share"]
    assert offer["owned_cost_eur"] == pytest.approx(offer["psla_price_eur_m2"] * useful * kept)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = open_store(toy.stored(tmp_path_factory.mktemp("owned") / "toy.duckdb", evaluated=True))
    yield store
    store.close()


def test_one_run_lays_both_tenures_out_and_keeps_the_whole_layout(store):
    kept = store.read("site_publics", where={"public": OWNERSHIP})
    fits = kept[kept["fits"].astype(bool)]
    assert len(kept) == store.count("site_results")
    assert fits[["floor_area_m2", "parking_places", "binding", "score"]].notna().all(axis=None)


def test_ownership_is_ranked_and_costed_on_its_own_layout_beside_the_rental_on_its_own(store):
    judged = scores.judge(store, "intermediate", OWNERSHIP)
    own, let = (
        layouts.laid_out(store, public, P, form="intermediate").set_index("site_id")
        for public in sites.TENURES[::-1]
    )
    here = judged.fitting.index
    assert judged.ownership["dwellings"].tolist() == own.loc[here, "dwellings"].tolist()
    assert judged.rental["dwellings"].tolist() == let.loc[here, "dwellings"].tolist()
    assert "F2" not in judged.measures


def test_the_score_kept_for_ownership_is_the_one_it_is_ranked_by(store):
    kept = store.read("site_publics", where={"form": "townhouse", "public": OWNERSHIP}).set_index("site_id")
    judged = scores.judge(store, "townhouse", OWNERSHIP)
    ranked = 100 * judged.ranked(judged.weights)["score"]
    assert kept.loc[ranked.index, "score"].to_numpy() == pytest.approx(ranked.to_numpy())


def test_the_layout_drawn_for_ownership_holds_what_its_ranking_says(store):
    told = layouts.laid_out(store, OWNERSHIP, P).set_index(["site_id", "form"])
    drawn = site_sheet.explain(store, MIDDLE, public=OWNERSHIP).results.set_index("form")
    assert drawn["dwellings"].dropna().to_dict() == told.loc[MIDDLE, "dwellings"].dropna().to_dict()


def test_a_site_studied_has_both_tenures_each_at_its_own_dwellings(store):
    site = store.read("sites").loc[MIDDLE]
    let, own = (
        layouts.laid_out(store, public, P, form="intermediate").set_index("site_id")
        for public in sites.TENURES
    )
    study = site_sheet.study(store, site, let.loc[MIDDLE], scores.all_parameters(), owned=own.loc[MIDDLE])
    assert study.operation.dwellings == let.at[MIDDLE, "dwellings"]
    assert study.sold.dwellings == own.at[MIDDLE, "dwellings"]
    refused = own.loc[MIDDLE].copy()
    refused["fits"] = False
    alone = site_sheet.study(store, site, let.loc[MIDDLE], scores.all_parameters(), owned=refused)
    assert alone.sold is None
    assert alone.owned.isna().all()


def test_the_programme_sells_what_the_layouts_to_own_hold(store):
    options = programme.ground(store, 2026).options
    mine = options[(options["tenure"] == "ownership") & (options["form"] == "intermediate")].set_index(
        "site_id"
    )
    judged = scores.judge(store, "intermediate", OWNERSHIP)
    assert len(mine) > 0
    assert mine["dwellings"].to_dict() == judged.fitting.loc[mine.index, "dwellings"].to_dict()
    assert mine["cost_eur"].to_numpy() == pytest.approx(
        judged.ownership.loc[mine.index, "owned_cost_eur"].to_numpy()
    )


def test_without_layouts_of_its_own_a_public_stands_on_those_of_families(store):
    assert layouts.layout_public(store, OWNERSHIP) == OWNERSHIP
    assert layouts.layout_public(store, "elderly") == FAMILY
