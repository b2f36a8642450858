"""The evaluation of the sites in a process of its own: the same answer, the same faults, none of the waiting."""

import os
import time
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal
from streamlit.testing.v1 import AppTest

from data.store import open_store
from planning.parameters import ParameterError
from planning.sites import evaluate_each
from tests import toy
from tests.patience import PATIENCE_S
from views.jobs import sites
from views.jobs.aside import EvaluationLost, evaluate_aside
from views.shared import cache

MAIN = Path(__file__).resolve().parents[2] / "views" / "main.py"


class Deadly:
    """What ends the process that reads it."""

    def __reduce__(self):
        return os._exit, (1,)


@pytest.fixture(scope="module")
def block(tmp_path_factory):
    store = open_store(toy.stored(tmp_path_factory.mktemp("aside") / "toy.duckdb"))
    yield sites.read_block(store)
    store.close()


def test_another_process_finds_the_same_sites_and_tells_how_far_it_is(block):
    told = []
    there = evaluate_aside(
        block, sites.site_parameters(), lambda share, text: told.append(share), publics=sites.TENURES
    )
    here = evaluate_each(block, sites.site_parameters(), publics=sites.TENURES)
    for public in sites.TENURES:
        assert_frame_equal(there[public].sites, here[public].sites)
        assert_frame_equal(there[public].results, here[public].results)
    assert told == sorted(told)
    assert told[-1] == 1


def test_its_faults_are_raised_here(block):
    with pytest.raises(ParameterError, match="nobody"):
        evaluate_aside(block, sites.site_parameters(), publics=["nobody"])


def test_a_process_ended_from_outside_is_told_as_such(block):
    with pytest.raises(EvaluationLost, match="start it again"):
        evaluate_aside(block, Deadly(), publics=["family"])


def test_the_page_of_the_sites_follows_the_evaluation_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setenv("ILOT_STORE", str(toy.stored(tmp_path / "toy.duckdb")))
    app = AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S).run()
    app.switch_page("sites.py").run()
    app.button[0].click().run()
    assert not app.exception
    end = time.monotonic() + PATIENCE_S
    while "ilot-legend" not in drawn(app) and time.monotonic() < end:
        time.sleep(0.2)
        app.run()
    assert not app.exception
    assert "ilot-legend" in drawn(app)
    cache.close()


def drawn(app) -> str:
    return "\n".join(part.proto.body for part in app.get("html"))
