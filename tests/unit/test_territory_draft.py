"""A plan being drawn: six residences in a row, two agencies at its ends."""

import pandas as pd
import pytest

from planning.territory import draft as d

WEIGHTS = {"dwellings": 1.0}


@pytest.fixture
def row() -> d.Ground:
    """Residences a to f, 100 m apart, ten dwellings each but f, which has thirty; a-c are North's, d-f South's."""
    names = list("abcdef")
    edges = pd.DataFrame({"unit_a": names[:-1], "unit_b": names[1:], "border_m": 50.0})
    areas = pd.Index(["north", "south"])
    metres = pd.DataFrame({"north": range(0, 600, 100), "south": range(500, -1, -100)}, index=names)
    return d.Ground(
        today=pd.Series(["north"] * 3 + ["south"] * 3, index=names, dtype="object"),
        counts=pd.DataFrame({"dwellings": [10, 10, 10, 10, 10, 30]}, index=names),
        areas=areas,
        edges=edges,
        metres=metres,
        fixed=pd.DataFrame(index=areas),
    )


def test_giving_a_residence_changes_both_totals(row):
    sides = d.both_sides(d.begin(row), row, ["d"], "north", WEIGHTS)
    assert sides["before", "dwellings"].to_dict() == {"north": 30, "south": 50}
    assert sides["after", "dwellings"].to_dict() == {"north": 40, "south": 40}
    assert sides["after", "deviation_pct"].tolist() == [0, 0]


def test_today_has_its_distance_its_border_and_nobody_moved(row):
    today = d.totals(row, row.today, WEIGHTS)
    assert (today.mean_distance_m, today.border_km, today.moved, today.pieces) == (75.0, 0.05, 0, ())


def test_a_broken_piece_is_named_and_its_neighbour_takes_it(row):
    draft = d.give(d.begin(row), row, ["f"], "north")
    (piece,) = d.broken(row, draft.plan())
    assert (piece.area, piece.units, piece.dwellings) == ("north", ("f",), 30)
    assert d.repair(row, draft, piece) == "south"
    mended = d.give(draft, row, piece.units, "south", kind="repair")
    assert d.broken(row, mended.plan()) == ()


def test_undo_and_redo_give_back_the_plan_and_its_figures(row):
    first = d.give(d.begin(row), row, ["d"], "north")
    second = d.give(first, row, ["e"], "north")
    back = d.undo(second)
    assert back.plan().equals(first.plan())
    assert d.totals(row, back.plan(), WEIGHTS) == d.totals(row, first.plan(), WEIGHTS)
    assert d.redo(back).plan().equals(second.plan())


def test_a_locked_residence_or_area_stays(row):
    locked = d.lock(d.begin(row), units=["d"])
    with pytest.raises(d.DraftError, match="'d' is locked"):
        d.give(locked, row, ["c", "d"], "north")
    closed = d.lock(d.begin(row), areas=["north"])
    with pytest.raises(d.DraftError, match="'north' is locked"):
        d.give(closed, row, ["d"], "north")


def test_a_new_move_forgets_what_was_undone(row):
    draft = d.undo(d.give(d.begin(row), row, ["d"], "north"))
    assert d.redo(d.give(draft, row, ["c"], "south")).plan()["d"] == "south"


def test_a_residence_of_no_area_counts_in_none(row):
    plan = row.today.where(row.today.index != "c")
    table = d.by_area(row, plan, WEIGHTS)
    assert table["dwellings"].to_dict() == {"north": 20, "south": 50}
    assert d.broken(row, plan) == ()


def test_movers_are_listed_with_both_areas_largest_first(row):
    after = d.give(d.begin(row), row, ["c", "f"], "north").plan()
    after["c"] = "south"
    assert d.movers(row, row.today, after)[["before", "after"]].to_numpy().tolist() == [
        ["south", "north"],
        ["north", "south"],
    ]


def test_the_side_of_a_border_is_what_touches_it(row):
    assert d.along(row, row.today, "north", "south") == ["c"]
    assert d.around(row, row.today, ["d"]).to_dict() == {"north": 50.0, "south": 50.0}
