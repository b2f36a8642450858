"""Territory plans in the store, on both engines: rivals, drafts kept, publication and its undoing, files."""

from dataclasses import replace

import pytest

from planning.territory import draft as d
from planning.territory.draft import DraftError
from tests.street import WEIGHTS, built
from views.jobs import territory, territory_files, territory_plans
from views.jobs.territory_plans import PlanConflict


@pytest.fixture
def street(store):
    return built(store)


def moved(land, units=("R3",), area="A1"):
    work = territory_plans.new_work(land, WEIGHTS, 5.0)
    return replace(work, draft=d.give(work.draft, land.ground, units, area))


def test_a_residence_without_location_is_counted_and_listed_not_dropped(street):
    land = territory.land(street, "agency")
    table = d.by_area(land.ground, land.ground.today, WEIGHTS)
    assert table["dwellings"].to_dict() == {"A1": 30, "A2": 40}
    assert list(land.absent.index) == ["R6"]


def test_a_draft_is_found_again_with_its_past_and_its_future(street):
    land = territory.land(street, "agency")
    work = moved(land)
    work = replace(work, draft=d.undo(d.give(work.draft, land.ground, ["R4"], "A1")))
    territory_plans.keep(street, work)
    assert territory_plans.find(street, work.draft_id, land).draft == work.draft


def test_of_two_managers_one_wins_and_the_other_keeps_the_draft(street):
    land = territory.land(street, "agency")
    base = territory_plans.save(street, moved(land), "Anne", name="Plan")
    hers = territory_plans.save(street, base, "Anne")
    his = replace(base, draft=d.give(base.draft, land.ground, ["R4"], "A1"))
    with pytest.raises(PlanConflict, match="version 2 was saved by Anne") as rival:
        territory_plans.save(street, his, "Paul")
    theirs = territory_plans.plan_of(rival.value.theirs, land)
    assert (hers.base_version, street.count("territory_versions")) == (2, 2)
    assert list(d.movers(land.ground, theirs, his.draft.plan()).index) == ["R4"]


def test_a_branch_starts_at_its_first_version_and_names_its_origin(street):
    land = territory.land(street, "agency")
    base = territory_plans.save(street, moved(land), None, name="Plan")
    branch = territory_plans.save(street, base, None, name="Branche")
    row = territory_plans.plans(street, "agency").loc[branch.plan_id]
    assert (row["branched_from"], row["version"]) == (base.plan_id, 1)


@pytest.mark.parametrize(("level", "area"), [("agency", "A1"), ("sector", "S1")])
def test_publishing_then_undoing_is_the_identity(street, level, area):
    before = street.read("residences"), street.read("sectors")
    land = territory.land(street, level)
    key = territory_plans.publish(street, land, moved(land, area=area), name="Plan", who="Anne")
    now = street.read("residences").loc["R3"]
    assert (now["agency_id"], now["sector_id"]) == ("A1", "S1")
    assert street.read("sectors").area.tolist() == pytest.approx([40_000, 20_000])
    territory_plans.unpublish(street, key, "Anne")
    after = street.read("residences"), street.read("sectors")
    assert all(was.equals(became) for was, became in zip(before, after, strict=True))
    assert street.read("audit")["action"].isin(["territory_published", "territory_unpublished"]).all()


def test_a_stock_that_changed_meanwhile_refuses_the_publication(street):
    land = territory.land(street, "agency")
    territory_plans.publish(street, land, moved(land), name="Plan", who=None)
    with pytest.raises(DraftError, match="the stock changed"):
        territory_plans.publish(street, land, moved(land, ["R4"]), name="Autre", who=None)
    assert street.count("territory_publications") == 1


def test_the_csv_read_back_gives_the_same_plan(street):
    land = territory.land(street, "agency")
    plan = moved(land).draft.plan()
    assert territory_files.read_csv(territory_files.csv(land, plan), land).equals(plan)


def test_a_csv_that_names_an_unknown_residence_is_refused_with_its_line(street):
    land = territory.land(street, "agency")
    with pytest.raises(DraftError, match="line 3: residence 'R9'"):
        territory_files.read_csv(b"residence_id,area_id\nR1,A1\nR9,A1\n", land)


def test_old_versions_and_drafts_under_way_are_listed_latest_first(street):
    land = territory.land(street, "agency")
    base = territory_plans.save(street, moved(land), "Anne", name="Plan")
    second = replace(base, draft=d.give(base.draft, land.ground, ["R4"], "A1"))
    territory_plans.save(street, second, None)
    assert territory_plans.versions(street, base.plan_id)["made_by"].to_dict() == {2: None, 1: "Anne"}
    first = territory_plans.open_plan(street, base.plan_id, 1, land)
    assert first.draft.plan()[["R3", "R4"]].tolist() == ["A1", "A2"]
    assert list(territory_plans.drafts(street, "agency").index) == [base.draft_id]


def test_undo_brings_back_the_proof_and_the_office_of_the_plan_before(street):
    land = territory.land(street, "agency")
    work = territory_plans.new_work(land, WEIGHTS, 5.0)
    proved = d.adopt(work.draft, land.ground, land.ground.today, proof={"gap_pct": 0.1}, offices={"A1": "R2"})
    by_hand = replace(work, draft=d.give(proved, land.ground, ["R3"], "A1"))
    territory_plans.keep(street, by_hand)
    found = territory_plans.find(street, work.draft_id, land)
    undone = replace(found, draft=d.undo(found.draft))
    assert (found.proof, undone.proof, undone.draft.offices) == (None, {"gap_pct": 0.1}, {"A1": "R2"})
    assert d.undo(undone.draft).offices == {}


def test_publishing_moves_the_office_and_undoing_puts_it_back(street):
    land = territory.land(street, "agency")
    work = moved(land)
    work = replace(work, draft=d.adopt(work.draft, land.ground, work.draft.plan(), offices={"A1": "R2"}))
    was = street.read("agencies")
    key = territory_plans.publish(street, land, work, name="Plan", who=None)
    assert street.read("agencies").geometry["A1"].equals(land.residences.geometry["R2"])
    territory_plans.unpublish(street, key, None)
    assert street.read("agencies").equals(was)


def test_a_draft_tells_its_level(street):
    land = territory.land(street, "sector")
    work = moved(land, area="S1")
    territory_plans.keep(street, work)
    assert territory_plans.level_of(street, work.draft_id) == "sector"
    assert territory_plans.level_of(street, "unheard") is None
