"""What is told of a site's rank: who shares it, and what the draws make of it, never one against the other."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from planning.decision import Panel, smaa, weighted_sum
from views.parts.site import standing
from views.shared import i18n

VALUES = pd.DataFrame({"U1": [0.9, 0.9, 0.1], "F1": [0.8, 0.8, 0.2]}, index=["near", "like", "far"])
WEIGHTS = pd.Series({"U1": 0.5, "F1": 0.5})


@pytest.fixture(autouse=True)
def named(monkeypatch):
    i18n.use("fr")
    monkeypatch.setattr(standing.frames, "title", lambda form, public, site_id: f"parcelle {site_id}")


def shown(site_id: str, monkeypatch, low: pd.DataFrame = VALUES, high: pd.DataFrame = VALUES):
    """A site of three, the first two of them alike; the values may be less, or more, than they are taken for."""
    panel, draws = Panel.of(VALUES), np.full((50, 2), 0.5)
    found = smaa(panel, draws, k=10, rng=np.random.default_rng(1), low=low, high=high)
    monkeypatch.setattr(standing, "_robust", lambda s: found)
    table = weighted_sum(panel, WEIGHTS)
    judged = SimpleNamespace(panel=panel, ranked=lambda weights: table)
    return SimpleNamespace(
        site_id=site_id, row=table.loc[site_id], judged=judged, weights=WEIGHTS, form="", public=""
    )


def test_two_equal_sites_are_told_to_share_the_first_place(monkeypatch):
    one = shown("near", monkeypatch)
    assert standing.rank(one).startswith("1 ex æquo sur 3")
    assert standing.changes(one) == [
        "Il partage la première place sous ces poids, avec la même note que parcelle like."
    ]
    assert "Il arrive premier dans 100\u00a0% de 50 tirages" in standing.central(one)


def test_a_first_place_that_the_draws_never_give_says_who_comes_before(monkeypatch):
    told = standing.central(shown("like", monkeypatch, low=VALUES.assign(U1=[0.9, 0.5, 0.1])))
    assert told.startswith("Son rang vaut pour les chiffres tels qu’ils sont.")
    assert "parcelle near passe devant, premier dans 100\u00a0%" in told


def test_a_site_that_is_never_first_says_who_is(monkeypatch):
    one = shown("far", monkeypatch)
    assert standing.rank(one).startswith("3 sur 3")
    assert "le plus souvent, c’est parcelle near (100\u00a0%)" in standing.central(one)
