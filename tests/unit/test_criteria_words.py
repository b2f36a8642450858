"""The measures of the criteria in words: a share over or under something is said by its side, not by a sign."""

import contextvars

import pandas as pd
import pytest

from planning.decision.explain import Reason
from views.parts.sites import words
from views.shared import i18n


def said(language: str, tell, *arguments) -> str:
    def speak():
        i18n.use(language)
        return tell(*arguments).replace("\u00a0", " ")

    return contextvars.copy_context().run(speak)


@pytest.mark.parametrize(
    ("code", "value", "french", "english"),
    [
        ("S6", -17.2, "17 % de moins que la moyenne", "17% under the mean"),
        ("S6", 17.2, "17 % de plus que la moyenne", "17% over the mean"),
        ("S6", -0.3, "dans la moyenne", "at the mean"),
        ("F4", 12, "12 % sous le marché", "12% under the market"),
        ("F4", -5, "5 % au-dessus du marché", "5% over the market"),
        ("F4", pd.NA, "inconnu", "unknown"),
    ],
)
def test_a_share_is_said_by_the_side_on_which_it_lies(code, value, french, english):
    assert said("fr", words.measure, code, value) == french
    assert said("en", words.measure, code, value) == english


def test_a_reason_sets_both_sides_against_each_other():
    reason = Reason("S6", measure=-17.0, median=4.0, points=3.0)
    told = "Son agence peut prendre plus de travail (17 % de moins que la moyenne, contre 4 % de plus que la moyenne)."
    assert said("fr", words.sentence, reason) == told


@pytest.mark.parametrize("code", words.SIDES)
def test_no_sentence_repeats_the_side(code):
    sides = [side.split("} ")[-1] for side in words.SIDES[code]]
    assert not [side for side in sides for told in (words.FOR[code], words.AGAINST[code]) if side in told]
