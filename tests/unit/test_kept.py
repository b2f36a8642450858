"""What is made once for all visitors: by its arguments, without those that only help, never twice at a time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from views.shared.kept import kept


@pytest.fixture
def made() -> list:
    return []


def test_the_same_arguments_give_the_same_object(made):
    make = kept(4)(lambda key: made.append(key) or [key])
    assert make("a") is make("a")
    assert made == ["a"]


def test_an_argument_that_only_helps_tells_nothing_apart(made):
    make = kept(4)(lambda key, _helper: made.append(key) or [key])
    assert make("a", [1]) is make("a", [2])


def test_what_tells_results_apart_can_be_said(made):
    make = kept(4, lambda words, upper=False: (len(words), upper))(
        lambda words, upper=False: made.append(words) or words
    )
    assert (make("ab"), make("cd"), make("cd", upper=True)) == ("ab", "ab", "cd")


def test_the_oldest_result_goes_first(made):
    make = kept(2)(lambda key: made.append(key) or key)
    for key in "abcb":
        make(key)
    assert made == ["a", "b", "c"]
    assert make("a") == "a"
    assert made == ["a", "b", "c", "a"]


def test_what_fails_is_tried_again(made):
    def fail(key):
        made.append(key)
        raise ValueError(key)

    make = kept(2)(fail)
    for _time in range(2):
        with pytest.raises(ValueError, match="a"):
            make("a")
    assert made == ["a", "a"]


def test_visitors_who_ask_at_once_have_it_made_once(made):
    together = Barrier(8)
    make = kept(2)(lambda key: made.append(key) or key)

    def ask(_rank):
        together.wait()
        return make("a")

    with ThreadPoolExecutor(8) as visitors:
        assert set(visitors.map(ask, range(8))) == {"a"}
    assert made == ["a"]
