"""An import that is killed leaves the store as before or as after: twelve steps here, a hundred in the bench."""

import pytest

from tests.killing import Engine, kills

SPREAD = 12


def outcomes(engine):
    return [(step, state) for step, _, state in kills(engine, SPREAD)]


def require_whole(found):
    states = [state for _, state in found]
    print(f"{len(states)} kills: {states.count('before')} as before, {states.count('after')} as after")
    assert [step for step, state in found if state == "between"] == []
    assert {"before", "after"} == set(states)


def test_a_killed_import_leaves_the_embedded_store_whole(tmp_path):
    require_whole(outcomes(Engine(tmp_path)))


@pytest.mark.postgis
def test_a_killed_import_leaves_the_shared_store_whole(tmp_path, postgis_server):
    require_whole(outcomes(Engine(tmp_path, postgis_server)))
