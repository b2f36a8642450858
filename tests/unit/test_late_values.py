"""What is out of date and used all the same, in words: a name, a value with its unit, the day until which it held."""

import pandas as pd
import pytest

from data import reference
from views.parts.site import late
from views.shared import cache

LATE = "psla.fee_ceiling.abis_eur_m2"


@pytest.fixture
def rows(monkeypatch):
    """Two reference values on the first of March 2026: one held until the end of 2025, one begins in 2027."""
    frame = pd.DataFrame(
        {
            "unit": ["EUR / m2 useful area / month", "share a year"],
            "valid_from": pd.to_datetime(["2025-01-01", "2027-01-01"]),
            "valid_to": pd.to_datetime(["2025-12-31", None]),
        },
        index=[LATE, "index.livret_a_share"],
    )
    monkeypatch.setattr(cache, "reference_rows", lambda: frame)
    monkeypatch.setattr(cache, "reference_date", lambda: pd.Timestamp("2026-03-01"))


def used(**expired: bool) -> pd.DataFrame:
    return pd.DataFrame(
        {"value": [15.3, 0.017], "expired": [True, expired.get("rate", True)]},
        index=[LATE, "index.livret_a_share"],
    )


def test_a_late_value_is_said_by_its_name_its_unit_and_its_day(rows):
    told = [text.replace("\u00a0", " ") for text in late.told(used())]
    assert told == [
        "plafond de la redevance PSLA, zone A bis, 15,3 €/m² de surface utile par mois (valable jusqu’au 31/12/2025)",
        "taux du Livret A, 1,7 % par an (valable à partir du 01/01/2027)",
    ]


def test_what_is_in_force_is_not_told(rows):
    assert len(late.told(used(rate=False))) == 1


def test_every_value_that_ends_has_a_name_and_a_unit_in_words():
    table = reference.load()
    ends = table[table["valid_to"].notna()]
    assert not [name for name in ends["name"] if late.named(name) == name]
    assert {unit for unit in ends["unit"] if not unit.startswith("share")} <= set(late.UNITS)


def test_a_value_that_nobody_worded_keeps_its_name_and_its_unit():
    assert late.named("cost.of_nothing") == "cost.of_nothing"
    assert late.valued(2.5, "EUR").replace("\u00a0", " ") == "2,5 EUR"
