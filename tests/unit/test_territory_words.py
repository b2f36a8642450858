"""The solver's sentences on screen: every one of them is known to the page, and none is made up there."""

from planning.territory import wishes
from views.parts.territories.words import SENTENCES


def test_every_sentence_of_the_solver_can_be_translated():
    assert set(SENTENCES) == set(wishes.TEMPLATES)
