"""Whatever is drawn: every residence once, undo restores exactly, locks are honoured."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from planning.territory import draft as d

SIDE = 5
UNITS = [f"u{i}" for i in range(SIDE * SIDE)]
AREAS = ["p", "q", "r"]
WEIGHTS = {"dwellings": 1.0}


def board() -> d.Ground:
    """Twenty-five residences on a square, three areas in columns."""
    pairs = [(i, i + 1) for i in range(SIDE * SIDE) if (i + 1) % SIDE] + [
        (i, i + SIDE) for i in range(SIDE * (SIDE - 1))
    ]
    edges = pd.DataFrame(
        [(UNITS[a], UNITS[b], 10.0) for a, b in pairs], columns=["unit_a", "unit_b", "border_m"]
    )
    areas = pd.Index(AREAS)
    return d.Ground(
        today=pd.Series(
            [AREAS[min(i % SIDE // 2, 2)] for i in range(len(UNITS))], index=UNITS, dtype="object"
        ),
        counts=pd.DataFrame({"dwellings": [1 + i % 7 for i in range(len(UNITS))]}, index=UNITS),
        areas=areas,
        edges=edges,
        metres=pd.DataFrame(100.0, index=UNITS, columns=AREAS),
        fixed=pd.DataFrame(index=areas),
    )


BOARD = board()
moves = st.lists(
    st.tuples(st.lists(st.sampled_from(UNITS), min_size=1, max_size=6), st.sampled_from(AREAS)), max_size=8
)


def drawn(draft: d.Draft, these) -> list[d.Draft]:
    history = [draft]
    for units, area in these:
        history.append(d.give(history[-1], BOARD, units, area))
    return history


@given(moves)
def test_every_residence_stays_once_and_no_dwelling_is_lost(these):
    plan = drawn(d.begin(BOARD), these)[-1].plan()
    assert list(plan.index) == UNITS
    assert d.by_area(BOARD, plan, WEIGHTS)["dwellings"].sum() == BOARD.counts["dwellings"].sum()


@given(moves)
def test_undo_restores_each_plan_exactly_and_redo_each_again(these):
    history = drawn(d.begin(BOARD), these)
    last = history[-1]
    back = last
    for _ in last.past:
        back = d.undo(back)
    assert back.area_of == history[0].area_of
    for _ in last.past:
        back = d.redo(back)
    assert (back.area_of, back.past) == (last.area_of, last.past)


@given(moves, st.sets(st.sampled_from(UNITS)), st.sets(st.sampled_from(AREAS), max_size=1))
def test_locks_are_honoured_by_every_move(these, units, areas):
    draft = d.lock(d.begin(BOARD), units=units, areas=areas)
    for chosen, area in these:
        try:
            draft = d.give(draft, BOARD, chosen, area)
        except d.DraftError:
            continue
    held = BOARD.today.index.isin(units) | BOARD.today.isin(areas)
    assert draft.plan()[held].equals(BOARD.today[held])
    assert not set(draft.plan()[~held]) & areas


@given(moves)
def test_broken_pieces_are_whole_and_repairs_mend_them(these):
    draft = drawn(d.begin(BOARD), these)[-1]
    for _ in range(len(UNITS)):
        pieces = d.broken(BOARD, draft.plan())
        if not pieces:
            break
        area = d.repair(BOARD, draft, pieces[0])
        draft = d.give(draft, BOARD, pieces[0].units, area, kind="repair")
    assert d.broken(BOARD, draft.plan()) == ()
