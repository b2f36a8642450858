"""Programmes are kept as they were made, version by version; of two writers one wins."""

import pytest

from planning.programme import ProgrammeError, Targets, plan
from tests.programmes import YEARS, options
from views.jobs import programme as job

WANTED = Targets(YEARS, ownership_least=1, spend_shares=(0.4, 0.6), form_least_share={"townhouse": 0.1})
WEIGHTS = {"dwellings": 1.0}


@pytest.fixture
def made():
    return plan(options(5, 6), Targets(YEARS, ownership_least=None), pinned={"O0": 2027}, removed=["S1"])


def test_saved_programme_comes_back_as_it_was(store, made):
    key, version = job.save(store, made, WANTED, WEIGHTS, "ann", name="Plan A")
    again, wanted, weights = job.open_programme(store, key, version)
    assert again.chosen["start_year"].to_dict() == made.chosen["start_year"].to_dict()
    assert (wanted, weights) == (WANTED, WEIGHTS)
    assert (again.pinned, again.removed) == ((("O0", 2027),), ("S1",))


def test_of_two_writers_of_the_next_version_one_is_told_of_the_other(store, made):
    key, version = job.save(store, made, WANTED, WEIGHTS, "ann", name="Plan A")
    args = {"programme_id": key, "base_version": version}
    job.save(store, made, WANTED, WEIGHTS, "ben", **args)
    with pytest.raises(job.ProgrammeConflict, match="ben"):
        job.save(store, made, WANTED, WEIGHTS, "ann", **args)


def test_programme_without_a_name_or_a_key_is_refused(store, made):
    with pytest.raises(ProgrammeError, match="name"):
        job.save(store, made, WANTED, WEIGHTS, None)
