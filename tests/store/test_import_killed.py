"""An import that is killed leaves the store as before or as after: some steps here, a hundred in the bench."""

import pytest

from tests.killing import BY_BLOCKS, STOCK, Engine, kills

SPREAD = 6
LOTS = pytest.mark.parametrize("lot", [STOCK, BY_BLOCKS], ids=lambda lot: lot.kind)


def outcomes(engine, lot):
    return [(step, state) for step, _, state in kills(engine, SPREAD, lot)]


def require_whole(found):
    states = [state for _, state in found]
    print(f"{len(states)} kills: {states.count('before')} as before, {states.count('after')} as after")
    assert [step for step, state in found if state == "between"] == []
    assert {"before", "after"} == set(states)


@LOTS
def test_a_killed_import_leaves_the_embedded_store_whole(tmp_path, lot):
    require_whole(outcomes(Engine(tmp_path), lot))


@LOTS
@pytest.mark.postgis
def test_a_killed_import_leaves_the_shared_store_whole(tmp_path, postgis_server, lot):
    require_whole(outcomes(Engine(tmp_path, postgis_server), lot))
