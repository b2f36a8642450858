"""What stays in memory is set apart in the first runs, and again when the store has changed."""

import gc
import threading
import time

import pytest

from views.shared import settled


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(settled, "_runs", 0)
    monkeypatch.setattr(settled, "_state", None)
    monkeypatch.setattr(settled, "REST_S", 0)
    yield
    gc.unfreeze()


def test_it_is_done_in_the_first_runs_and_rarely_afterwards():
    done = [run for run in range(1, 401) if settled.settle("marks")]
    assert done == [2, 8, 32, 96, 200, 400]


def test_a_change_of_the_store_sets_apart_what_was_made_of_it(monkeypatch):
    settled.settle("before"), settled.settle("before")
    monkeypatch.setattr(settled, "_at_s", float("-inf"))
    assert settled.settle("after")
    assert not settled.settle("after")


def test_it_is_done_beside_the_page_and_not_in_it(monkeypatch):
    threads, done = [], threading.Event()
    monkeypatch.setattr(
        settled, "set_apart", lambda: (threads.append(threading.current_thread()), done.set())
    )
    settled.settle("marks"), settled.settle("marks")
    assert done.wait(120)
    assert threads != [threading.current_thread()]


def test_what_is_set_apart_is_not_gone_through_again():
    gc.unfreeze()
    while not settled.set_apart():  # another thread is at it
        time.sleep(0.01)
    assert gc.get_freeze_count() > 0
