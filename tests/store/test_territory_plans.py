"""Territory plans in the store, on both engines: rivals, drafts kept, publication and its undoing, files."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
from shapely import MultiPolygon, Point, box

from data.store import Store
from planning.territory import draft as d
from planning.territory.draft import DraftError
from views.jobs import territory, territory_files, territory_plans
from views.jobs.territory_plans import PlanConflict

X, Y = 660_000, 6_866_000
WEIGHTS = {"dwellings": 1.0}


@pytest.fixture
def street(store) -> Store:
    """Six residences in a row, two agencies of one sector each, and a residence without a location."""
    agencies = pd.Index(["A1", "A2"], name="agency_id")
    ends = [Point(X + 50, Y + 50), Point(X + 550, Y + 50)]
    sectors = pd.Index(["S1", "S2"], name="sector_id")
    homes = pd.Index([f"R{i}" for i in range(7)], name="residence_id")
    points = [Point(X + 50 + 100 * i, Y + 50) for i in range(6)] + [None]
    rows = {
        "name": [f"Résidence {i}" for i in range(7)],
        "sector_id": ["S1"] * 3 + ["S2"] * 4,
        "agency_id": ["A1"] * 3 + ["A2"] * 4,
        "dwellings": 10,
        "location": ["measured"] * 6 + ["none"],
        "source": "invented",
    }
    town = MultiPolygon([box(X, Y, X + 600, Y + 100)])
    insee = pd.Index(["93048"], name="insee_code")
    store.write(
        "agencies", gpd.GeoDataFrame({"name": ["Ouest", "Est"]}, geometry=ends, crs=2154, index=agencies)
    )
    store.write(
        "sectors",
        gpd.GeoDataFrame(
            {"name": ["S1", "S2"], "agency_id": ["A1", "A2"]}, geometry=[None, None], crs=2154, index=sectors
        ),
    )
    store.write("residences", gpd.GeoDataFrame(rows, geometry=points, crs=2154, index=homes))
    store.write("communes", gpd.GeoDataFrame({"name": ["M"]}, geometry=[town], crs=2154, index=insee))
    return store


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
