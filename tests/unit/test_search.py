"""The search understands what people type: no accents, any order, short words, typing errors."""

import pandas as pd
import pytest

from views.shared.search import index, search, words

STREETS = pd.DataFrame(
    {
        "name": ["Étienne-Dolet", "Résidence des Ormes", "Les Tilleuls", "Clos Français"],
        "address": [
            "12 rue Étienne Dolet",
            "104 boulevard Rouget de l'Isle",
            "3 av. de la République",
            pd.NA,
        ],
    },
    index=["R1", "R2", "R3", "R4"],
)


@pytest.fixture
def entries():
    return index("residences", STREETS, "name", "address")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("etienne dolet", "R1"),
        ("DOLET 12", "R1"),
        ("13 etienne dolet", "R1"),
        ("etiene dolet", "R1"),
        ("bd rouget", "R2"),
        ("rouget de lisle", "R2"),
        ("ormse", "R2"),
        ("3 republique", "R3"),
        ("tilleu", "R3"),
        ("clos francais", "R4"),
    ],
)
def test_what_is_typed_is_understood(entries, typed, found):
    assert search(entries, typed)[0].key == found


@pytest.mark.parametrize("typed", ["", "  ", "zzz", "13", "'; --"])
def test_what_matches_nothing_finds_nothing(entries, typed):
    assert search(entries, typed) == []


def test_the_same_word_comes_before_one_that_resembles_it():
    frame = pd.DataFrame({"name": ["Les Tilleuls", "Le Tilleul"], "address": ["", ""]}, index=["a", "b"])
    assert [entry.key for entry in search(index("t", frame, "name", "address"), "tilleul")] == ["b", "a"]


def test_words_lose_accents_and_abbreviations():
    assert words("12 bis Av. de l'Église") == ("12", "bis", "avenue", "de", "l", "eglise")
