"""The INSEE norm against the slow way: try every pairing of the children."""

from functools import cache

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from geo.insee import rooms_needed

CHILDREN = st.lists(st.tuples(st.sampled_from("fm"), st.integers(0, 18)), max_size=7)


@cache
def fewest_rooms(children: tuple) -> int:
    """Rooms for children by trial: the first alone, or with any other it may share with."""
    if not children:
        return 0
    (sex, age), rest = children[0], children[1:]
    rooms = [1 + fewest_rooms(rest)]
    for place, (other_sex, other_age) in enumerate(rest):
        if sex == other_sex or max(age, other_age) < 7:
            rooms.append(1 + fewest_rooms(rest[:place] + rest[place + 1 :]))
    return min(rooms)


@given(CHILDREN)
def test_children_are_paired_as_well_as_can_be(children):
    people = [("f", 40, False), *[(sex, age, False) for sex, age in children]]
    table = pd.DataFrame(people, columns=["sex", "age", "in_couple"]).assign(household_id="h")
    need = rooms_needed(table, adult_age=19, shared_age=7)["h"]
    assert need == 2 + fewest_rooms(tuple(sorted(children)))
