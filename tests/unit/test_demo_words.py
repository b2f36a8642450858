"""Names, numbers and labels of the invented town: plausible, all different, nobody's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.demo.land import section_codes
from data.demo.names import residence_names, street_bases, street_names, with_article
from data.demo.owners import LANDLORD, OTHERS, invented_siren
from data.demo.parameters import family, parameter, table
from data.demo.rules import decoded
from data.importers.search import search_key


@pytest.mark.parametrize(
    ("word", "gender", "name"),
    [
        ("Treille", "f", "de la Treille"),
        ("Puits", "m", "du Puits"),
        ("Noyers", "p", "des Noyers"),
        ("Étang", "m", "de l'Étang"),
    ],
)
def test_names_take_their_french_article(word, gender, name):
    assert with_article(word, gender) == name


def test_streets_have_all_different_names():
    kinds = np.repeat(["avenue", "street", "dead_end", "path"], [19, 900, 120, 60])
    names = street_names(kinds, np.random.default_rng(1))
    assert len(set(names)) == len(names) == len(kinds)
    assert names[0].startswith(("Avenue", "Boulevard"))
    assert len(street_bases()) > 1500


def test_residences_have_all_different_names():
    names = residence_names(154, np.random.default_rng(1))
    assert len(set(names)) == 154


@given(st.integers(0, 99_999))
def test_invented_sirens_fail_the_check_of_real_ones(number):
    digits = [int(c) for c in invented_siren(number)]
    doubled = [d * 2 - 9 * (d > 4) if place % 2 else d for place, d in enumerate(digits)]
    assert len(digits) == 9
    assert sum(doubled) % 10 != 0


def test_owners_are_all_different():
    sirens = [LANDLORD[0], *[owner[0] for owner in OTHERS.values()]]
    assert len(set(sirens)) == len(sirens)


def test_sections_are_lettered_like_the_cadastre():
    codes = section_codes(30)
    assert codes[:2] == ["A", "B"]
    assert codes[25:29] == ["Z", "AB", "AC", "AD"]


def test_search_keys_are_plain():
    assert (
        search_key("12 bis Allée de l'Œillet d'Été 93100 Montreuil")
        == "12 BIS ALLEE DE L OEILLET D ETE 93100 MONTREUIL"
    )


@pytest.mark.parametrize(
    ("label", "codes"),
    [
        ("UC48C16", ("4", "8", "C", 16.0)),
        ("UH88E10", ("8", "8", "E", 10.0)),
        ("UEi90Anr", ("9", "0", "A", None)),
    ],
)
def test_zone_labels_say_their_rules(label, codes):
    found = decoded(label)
    assert found[:3] == codes[:3]
    assert found[3] == codes[3] or (codes[3] is None and np.isnan(found[3]))


def test_project_and_natural_zones_say_nothing():
    assert [decoded(label)[:3] for label in ("UP Mo1", "N")] == [(None, None, None)] * 2


def test_every_parameter_has_a_unit_a_source_a_date_and_a_status():
    rows = table()
    assert rows.notna().all(axis=None)
    assert set(rows["status"]) == {"published", "assumed"}
    assert rows.index.is_unique


@pytest.mark.parametrize("prefix", ["period", "type", "dpe", "heating", "category", "holder_age"])
def test_shares_of_a_family_add_up_to_a_hundred(prefix):
    assert sum(family(prefix).values()) == pytest.approx(100, abs=1)


def test_an_unknown_parameter_is_refused_by_name():
    with pytest.raises(KeyError, match="no parameter 'moon'"):
        parameter("moon")
