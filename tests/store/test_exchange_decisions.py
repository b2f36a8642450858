"""What the adviser decides is kept, taken back, and noted."""

import pytest

from planning.exchanges import Move
from views.jobs import exchanges as job

SWAP = Move("cycle", ("H1", "H2"), 5.0)


def test_accepted_move_comes_back_as_it_was(store):
    job.accept(store, SWAP, "ann")
    assert job.decisions(store).accepted == (SWAP,)
    assert store.read("audit")["action"].tolist() == ["exchange_accepted"]


def test_refusal_names_the_home_and_withdrawal_none(store):
    job.refuse(store, "H1", "H2")
    job.refuse(store, "H3", None)
    assert job.decisions(store).refused["takes"].isna().tolist() == [False, True]


def test_decision_taken_back_once_stands_no_more(store):
    key = job.accept(store, SWAP)
    job.undo(store, key)
    assert job.decisions(store).accepted == ()
    with pytest.raises(job.ExchangeError, match="already"):
        job.undo(store, key)
