"""An attack by subtraction: no sequence of filters, sectors or drafts reveals a cell below the threshold."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from data import reference
from geo.indicators import by_area
from geo.suppression import PrivacyRules, groups, tellable, told, withhold
from planning.parameters import Parameters

RULES = PrivacyRules.of(Parameters.from_frame(reference.load()))
NONE = st.none()


@st.composite
def attacks(draw):
    """Residences with their households, and areas drawn on them: filters, sectors, drafts around one building."""
    sizes = draw(st.lists(st.one_of(NONE, st.integers(0, 30)), min_size=1, max_size=14))
    index = pd.Index([f"R{i:02d}" for i in range(len(sizes))], name="residence_id")
    households = pd.Series(sizes, index=index, dtype="Int64")
    order = pd.Series(draw(st.permutations(range(len(sizes)))), index=index)
    cut = st.lists(st.integers(0, 3), min_size=len(sizes), max_size=len(sizes))
    drawn = [pd.Series(areas, index=index) for areas in draw(st.lists(cut, min_size=1, max_size=8))]
    around_each = [(index == residence).astype(int) for residence in index]
    alone = [index.to_series()] + [pd.Series(area, index=index) for area in around_each]
    return households, order, [*drawn, *alone, pd.Series(0, index=index)]


def totals(found: pd.Series, areas: list[pd.Series]) -> np.ndarray:
    """Return which residences each published total holds, one row a total: more than an attacker is told."""
    rows = []
    for area in areas:
        safe = tellable(found, area)
        rows += [(safe & (area == place)).to_numpy(float) for place in area.unique()]
    return np.array(rows)


@settings(deadline=None)
@given(attacks())
def test_no_combination_of_totals_isolates_a_small_residence(attack):
    households, order, areas = attack
    matrix = totals(groups(households, order, RULES), areas)
    rank = np.linalg.matrix_rank(matrix)
    small = households[(households > 0) & (households < RULES.least_households)].index
    for residence in small:
        target = (households.index == residence).astype(float)
        assert np.linalg.matrix_rank(np.vstack([matrix, target])) == rank + 1


@settings(deadline=None)
@given(attacks())
def test_every_difference_of_totals_counts_nobody_or_enough(attack):
    households, order, areas = attack
    matrix = totals(groups(households, order, RULES), areas)
    known = households.fillna(0).to_numpy(float)
    for one in matrix:
        for other in matrix:
            if (one >= other).all():
                left = (one - other) @ known
                assert left == 0 or left >= RULES.least_households


@settings(deadline=None)
@given(attacks())
def test_every_group_has_enough_households_and_no_residence_dominates_it(attack):
    households, order, _areas = attack
    found = groups(households, order, RULES)
    for _number, members in households.groupby(found):
        assert members.sum() >= RULES.least_households
        assert len(members) == 1 or members.max() <= RULES.dominance_share * members.sum()


@settings(deadline=None, max_examples=30)
@given(attacks(), st.data())
def test_the_table_of_areas_tells_only_totals_of_enough_households(attack, data):
    households, order, areas = attack
    parts = [data.draw(st.integers(0, int(n))) if pd.notna(n) else None for n in households]
    counts = pd.DataFrame(
        {"occupied": households, "under_occupied": pd.array(parts, dtype="Int64"),
         "under_occupied_known": households}, index=households.index
    )  # fmt: skip
    dpe = {f"dpe_{letter}": pd.array([0] * len(counts), dtype="Int64") for letter in "ABCDEFG"}
    counts = counts.assign(**dpe)
    for area in areas:
        safe = withhold(counts, area, order, RULES)
        placed = pd.DataFrame({"area": area})
        table = told(by_area(placed, safe, "area"), RULES)
        n = table["under_occupied_n"].fillna(0)
        assert ((n == 0) | (n >= RULES.least_households)).all()
        assert not (table["under_occupied_hidden"] & (n > 0)).any()
