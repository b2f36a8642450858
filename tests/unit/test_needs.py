"""What a site does for the landlord's own stock, on three residences and two sites that can be drawn by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from data.reference import load
from planning.needs import (
    Stock,
    cases,
    freed_each,
    mix_that_frees_most,
    moves_freed,
    needs,
    of_public,
)
from planning.parameters import Parameters

P = Parameters.from_frame(load())
MIX = {"T2": 1.0}


def stock(couples: int = 20) -> Stock:
    """``near`` (100 m away) holds couples in T4, ``small`` two of them, ``far`` (2 km) singles in T1."""
    residences = gpd.GeoDataFrame(
        {"agency_id": ["A", "A", "B"], "dwellings": [20, 2, 20]},
        index=pd.Index(["near", "small", "far"], name="residence_id"),
        geometry=[Point(100, 0), Point(0, 100), Point(2000, 0)],
        crs="EPSG:2154",
    )
    of = ["near"] * couples + ["small"] * 2 + ["far"] * 20
    rooms = [4] * (couples + 2) + [1] * 20
    keys = [f"D{i}" for i in range(len(of))]
    dwellings = pd.DataFrame(
        {"residence_id": of, "rooms": rooms, "room_type": [f"T{r}" for r in rooms], "adapted": "none"},
        index=keys,
    ).assign(let_status="let")
    households = pd.DataFrame(
        {"dwelling_id": keys, "persons": [2] * (couples + 2) + [1] * 20, "visiting_children": 0},
        index=[f"H{i}" for i in range(len(of))],
    ).assign(rooms_needed=[2] * (couples + 2) + [1] * 20, holder_age_band="75+", need_level="none")
    households["transfer_wish"] = True
    work = pd.Series([20.0, 2.0, 20.0], index=residences.index)
    return Stock(residences, dwellings, households, pd.Series(1, index=keys), work)


@pytest.fixture
def sites():
    shapes = [box(-10, -10, 10, 10), box(1990, -10, 2010, 10)]
    return gpd.GeoDataFrame(
        index=pd.Index(["here", "there"], name="site_id"), geometry=shapes, crs="EPSG:2154"
    )


def told(sites, dwellings=12, **changes):
    size = pd.Series(dwellings, index=sites.index)
    return needs(sites, changes.pop("stock", stock()), P, public="family", mix=MIX, dwellings=size, **changes)


def test_a_couple_in_a_t4_is_under_occupied_and_would_suit_a_t2():
    one = stock()
    found = cases(one.households, one.dwellings).loc["H0"]
    assert (found["case"], found["needs"]) == ("under_occupied", "T2")


def test_children_who_visit_count_as_persons():
    one = stock()
    households = one.households.assign(visiting_children=1)
    assert cases(households, one.dwellings)["case"].loc["H0":"H19"].isna().all()


def test_only_mismatches_within_500_m_whose_type_is_built_are_relieved(sites):
    found = told(sites)
    assert found["S2"].tolist() == [20.0, 0.0]
    assert found["relieved"].tolist() == [12.0, 0.0]


def test_a_residence_of_two_households_tells_nothing_of_itself(sites):
    alone = stock(couples=0)
    assert told(sites, stock=alone)["S2"].tolist()[0] in (0.0,) or np.isnan(
        told(sites, stock=alone)["S2"].iloc[0]
    )


def test_moves_follow_the_chain_formula(sites):
    found = told(sites)
    assert found.at["here", "S5"] == pytest.approx(1 + 0.5 / (1 - 0.29))
    assert found.at["there", "S5"] == 1
    assert found.at["here", "moves"] == pytest.approx(12 * (1 + 0.5 / 0.71))


@given(st.floats(0, 0.5), st.floats(0, 0.9))
def test_more_internal_moves_never_free_fewer(share, later):
    assert 1 <= moves_freed(share, later) <= moves_freed(0.5, later)


def test_the_published_share_gives_the_published_chain():
    assert moves_freed(0.29, 0.29) == pytest.approx(1.41, abs=0.005)
    assert moves_freed(0.5, 0.29) == pytest.approx(1.70, abs=0.005)


def test_work_after_delivery_weighs_on_the_agency_of_the_nearest_residence(sites):
    found = told(sites, dwellings=10)
    assert found["agency_id"].tolist() == ["A", "B"]
    assert found.at["here", "S6"] == pytest.approx(100 * (32 / 26 - 1))


def test_a_public_that_no_register_names_is_unknown(sites):
    size = pd.Series(12, index=sites.index)
    found = needs(sites, stock(), P, public="insertion", mix=MIX, dwellings=size)
    assert found[["S1", "S2", "S5"]].isna().all(axis=None)
    assert found["S3"].tolist() == [0, 0]


def test_without_stock_everything_is_unknown_and_nothing_is_zero(sites):
    empty = stock()
    bare = Stock(empty.residences.iloc[:0], empty.dwellings, empty.households, empty.relets, empty.work)
    assert told(sites, stock=bare).isna().all(axis=None)


def test_the_elderly_are_those_of_65_and_more():
    one = stock()
    found = cases(one.households.assign(holder_age_band="50-64"), one.dwellings)
    assert not of_public(found, "elderly").any()


def test_mix_that_frees_most_at_a_site_is_the_type_of_its_cases(sites):
    found = told(sites).loc["here"]
    assert (found["best_mix"], found["S5_best"]) == ("12 T2", found["S5"])


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5), st.integers(1, 40), st.integers(0, 4))
def test_no_mix_of_one_type_frees_more_than_the_best(cases_told, size, kind):
    near = np.array([cases_told], dtype=float)
    best = mix_that_frees_most(near, np.array([float(size)]))
    relieved = np.minimum(near, best).sum()
    assert (best.sum(), (best >= 0).all()) == (size, True)
    assert freed_each(relieved, size, 0.5, 0.29) >= freed_each(min(near[0, kind], size), size, 0.5, 0.29)


def test_site_without_cases_told_has_no_best_mix(sites):
    unknown = told(sites, stock=Stock(*(getattr(stock(), n) if n != "households" else stock().households.iloc[:0]
                                        for n in Stock.__slots__)))  # fmt: skip
    assert unknown["best_mix"].isna().all()
