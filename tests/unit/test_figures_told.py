"""The figure of a place in words, as the map tells it to whoever cannot see it."""

import pandas as pd
import pytest

from views.parts.stock import overlays, paint
from views.parts.stock.catalogue import FIGURES
from views.shared import i18n


@pytest.fixture(autouse=True)
def eleven_dwellings_in_english(monkeypatch):
    monkeypatch.setattr(overlays, "least", lambda: 11)
    i18n.use("en")
    yield
    i18n.forget()


def rows(values, hidden):
    return pd.DataFrame({"value": values, "hidden": hidden}, index=["a", "b", "c"])


def test_figure_is_told_with_its_unit_or_why_there_is_none():
    shown = rows(pd.array([12.34, None, 5.0], dtype="Float64"), [False, False, True])
    told = paint.told(FIGURES["closing_median"], shown)
    assert told.tolist() == ["12.3 d", "no data", "not shown: fewer than 11 dwellings"]


def test_figure_of_words_is_told_by_its_words():
    shown = rows(["over_occupied", None, "none"], [False, False, False])
    assert paint.told(FIGURES["cases"], shown).tolist() == [
        "1. Over-occupied (area)",
        "no data",
        "No case told",
    ]
