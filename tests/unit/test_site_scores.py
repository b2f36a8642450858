"""The words of the criteria, the classes of the map and its string of one character a parcel."""

import pandas as pd
import pytest

from data.reference import load
from planning.capacity.forms import REASONS
from planning.decision.explain import Reason
from planning.decision.values import criterion_names
from planning.parameters import Parameters
from views.parts.sites import frames as sites
from views.parts.sites import words
from views.shared.codes import REASONS as SENTENCES
from views.shared.i18n import use
from views.shared.reasons import sentence

P = Parameters.from_frame(load())
FIGURES = {"measure": 3.0, "median": 5.0}


@pytest.mark.parametrize("code", criterion_names(P))
@pytest.mark.parametrize("points", [2.0, -2.0])
def test_every_criterion_has_a_name_and_a_sentence_each_way(code, points):
    use("fr")
    told = words.sentence(Reason(code, points=points, **FIGURES))
    assert told.endswith(".")
    assert "{" not in told
    assert words.name(code) != code


def test_the_sentences_say_on_which_side_the_site_stands():
    use("en")
    near, far = (words.sentence(Reason("U1", points=sign, **FIGURES)) for sign in (1.0, -1.0))
    assert ("near" in near, "far" in far) == (True, True)


def test_a_yes_or_no_is_written_as_such():
    use("en")
    assert [words.measure("F3", value) for value in (1, 0, None)] == ["yes", "no", "unknown"]


def test_class_says_no_fit_a_fifth_of_the_score_or_no_score():
    frame = pd.DataFrame({"fits": [False, True, True, True], "score": [None, 0.0, 100.0, None]})
    last = sites.FIRST_SCORE + len(sites.BOUNDS) - 2
    assert sites.classed(frame).tolist() == [sites.NO_FIT, sites.FIRST_SCORE, last, sites.UNSCORED]


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_is_a_sentence_with_its_figures(reason):
    use("fr")
    told = sentence(reason, 0.5, 12.0)
    assert reason in SENTENCES
    assert told.endswith(".")
    assert "{" not in told


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_a_few_words_for_the_legend(reason):
    assert reason in sites.SHORT_REASONS
