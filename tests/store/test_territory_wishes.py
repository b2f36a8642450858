"""Plans proposed on the store's ground: caps, several balances, whole sectors, offices, effects, barriers."""

import json
from dataclasses import replace

import pytest

from geo.crs import DRAWING_CRS
from planning.territory import Caps, TerritoryError
from planning.territory.draft import begin, broken, give
from tests.street import WEIGHTS, built
from views.jobs import territory, territory_barriers, territory_wishes
from views.jobs.territory_barriers import BarrierError
from views.jobs.territory_wishes import Wishes

WISHES = Wishes(20.0, 2.0, 10.0, WEIGHTS)
BRIEF = 0.2


@pytest.fixture
def land(store):
    return territory.land(built(store), "agency")


def proposed(land, wishes):
    return territory_wishes.propose(land, wishes, begin(land.ground), seconds=BRIEF)


def test_the_best_plan_of_the_street_leaves_room_for_what_no_map_shows(land):
    plan = proposed(land, WISHES)
    assert plan.valid
    assert plan.gap_pct == pytest.approx(0, abs=0.01)
    assert plan.area_of.tolist() == ["A1"] * 3 + ["A2"] * 3


def test_what_was_moved_by_hand_stays_when_the_rest_is_rebalanced_around_it(land):
    draft = give(begin(land.ground), land.ground, ["R3"], "A1")
    around = territory_wishes.propose(
        land, replace(WISHES, tolerance_pct=40.0), draft, keep=draft.drawn(), seconds=BRIEF
    )
    assert around.area_of["R3"] == "A1"
    assert around.valid


def test_a_cap_too_low_is_named_with_what_it_would_have_to_be(land):
    plan = proposed(land, replace(WISHES, tolerance_pct=10.0, caps=Caps(mean_distance_m=50.0)))
    assert not plan.valid
    assert [sentence.values["asked"] for sentence in plan.obstacles if "asked" in sentence.values] == [50.0]


def test_another_count_is_shared_beside_the_work(land):
    counts = land.ground.counts.assign(lodges=[1, 1, 1, 0, 0, 0])
    uneven = replace(land, ground=replace(land.ground, counts=counts.astype(float)))
    plan = proposed(uneven, replace(WISHES, tolerance_pct=45.0, others={"lodges": 45.0}))
    assert plan.valid
    assert counts["lodges"].groupby(plan.area_of).sum().to_dict() == {"A1": 2, "A2": 1}


def test_whole_sectors_are_never_shared(land):
    plan = proposed(land, replace(WISHES, whole_sectors=True))
    sectors = land.residences["sector_id"].reindex(plan.area_of.index)
    assert plan.area_of.groupby(sectors).nunique().max() == 1


def test_two_locks_in_one_whole_sector_are_refused_in_words(land):
    draft = replace(
        begin(land.ground), locked_units=frozenset({"R1"}), area_of={**begin(land.ground).area_of, "R1": "A2"}
    )
    with pytest.raises(TerritoryError, match="whole sector"):
        territory_wishes.propose(land, replace(WISHES, whole_sectors=True), draft, seconds=BRIEF)


def test_several_plans_differ_and_say_the_least_that_must_change(land):
    found = territory_wishes.frontier(land, WISHES, begin(land.ground), seconds=1.0)
    assert found
    assert all(plan.least_moved_pct <= plan.moved_pct + 1e-6 for plan in found)
    assert len({tuple(plan.area_of) for plan in found}) == len(found)


def test_an_office_opens_where_it_shortens_the_way_and_takes_the_name_of_the_closed(land):
    badly_placed = territory.with_offices(land, {"A1": "R4"})
    plan = territory_wishes.open_offices(
        badly_placed, WISHES, begin(land.ground), ["R1"], kept=["A2"], seconds=60
    )
    assert plan.offices == {"A1": "R1"}
    assert plan.mean_distance_m < 120


def test_effects_name_the_teams_and_the_rounds_that_a_plan_splits(land):
    counts = land.ground.counts.assign(lodges=[0.0, 0, 0, 1, 0, 0])
    kept = replace(land, ground=replace(land.ground, counts=counts))
    found = territory.effects(kept, land.ground.today.where(land.ground.today.index != "R4", "A1"))
    assert (found.residences, found.dwellings, found.lodges) == (1, 10, 0)
    assert found.teams_split == ("S2",)
    assert found.rounds_split == ("Résidence 3",)


def barrier(land, *, passage: bool) -> bytes:
    """Return a line between the third and the fourth residence, and a bridge over it."""
    place = land.residences.geometry[["R2", "R3"]].to_crs(DRAWING_CRS)
    x, y = (place.x.mean(), place.y.mean())
    shapes = [({"type": "LineString", "coordinates": [[x, y - 0.01], [x, y + 0.01]]}, {})]
    shapes += [({"type": "Point", "coordinates": [x, y]}, {"name": "Pont"})] if passage else []
    features = [{"type": "Feature", "geometry": g, "properties": p} for g, p in shapes]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.mark.parametrize(("passage", "links"), [(False, 1), (True, 0)])
def test_no_area_crosses_a_barrier_save_at_a_named_passage(store, land, passage, links):
    territory_barriers.keep(store, barrier(land, passage=passage), "Anne")
    held = territory.land(store, "agency")
    across = held.ground.today.where(held.ground.today.index != "R3", "A1")
    link = held.ground.edges["border_m"] == 0
    assert link.sum() == links
    assert broken(held.ground, across) == ()
    territory_barriers.forget(store, "Anne")
    assert territory.land(store, "agency").barriers is None


@pytest.mark.parametrize("content", [b"no", b"{}", b'{"type":"FeatureCollection","features":[]}'])
def test_a_file_without_barriers_is_refused_in_words(content):
    with pytest.raises(BarrierError, match="GeoJSON|no line"):
        territory_barriers.read_geojson(content)
