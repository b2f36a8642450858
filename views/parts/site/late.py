"""What is out of date and used all the same: each reference value by its name, with its value, unit and day."""

import re

import pandas as pd

from views.shared import cache
from views.shared.i18n import N_, _, ngettext
from views.shared.numbers import NO_BREAK, day, number, percent

ZONES = {"a": "A", "abis": "A bis", "b1": "B1", "b2": "B2", "c": "C"}
NAMES = (
    (r"index\.livret_a_share", N_("rate of the Livret A")),
    (r"psla\.fee_ceiling\.(?P<zone>\w+)_eur_m2", N_("ceiling of the PSLA fee, zone {zone}")),
    (r"psla\.price_ceiling\.(?P<zone>\w+)_eur_m2", N_("ceiling of the PSLA price, zone {zone}")),
    (
        r"ownership\.income_ceiling\.(?P<zone>[a-z0-9]+)_more",
        N_("income ceiling to buy, zone {zone}, each person beyond six"),
    ),
    (
        r"ownership\.income_ceiling\.(?P<zone>[a-z0-9]+)_(?P<persons>\d)",
        N_("income ceiling to buy, zone {zone}"),
    ),
)
UNITS = {
    "EUR a year": N_("€ a year"),
    "EUR a year / person beyond six": N_("€ a year"),
    "EUR / m2 useful area / month": N_("€/m² of useful area a month"),
    "EUR excl. VAT / m2 useful area": N_("€/m² of useful area, without VAT"),
}


def told(used: pd.DataFrame) -> list[str]:
    """
    Return each value that is out of date as a phrase: its name, its value with its unit, until or from when it held.

    Parameters
    ----------
    used
        Values read, by their name: ``value`` and ``expired``.
    """
    late = used[used["expired"].astype(bool)]
    rows = cache.reference_rows().reindex(late.index)
    return [
        _("{name}: {value} ({when})").format(name=named(name), value=valued(value, unit), when=_when(row))
        for name, value, unit, row in zip(
            late.index, late["value"], rows["unit"], rows.itertuples(), strict=True
        )
    ]


def named(name: str) -> str:
    """Write what a reference value is; one that nobody has worded keeps its name."""
    for pattern, words in NAMES:
        if found := re.fullmatch(pattern, name):
            parts = found.groupdict()
            label = _(words).format(zone=ZONES.get(parts.get("zone", ""), ""))
            return label + (f", {_persons(int(parts['persons']))}" if "persons" in parts else "")
    return name


def valued(value: float, unit: object) -> str:
    """Write a value in its unit: a share as a percentage, money to the cent where it is small."""
    if pd.isna(value) or pd.isna(unit):
        return number(value, 2)
    if str(unit).startswith("share"):
        return percent(value, 2) + (f" {_('a year')}" if str(unit).endswith("a year") else "")
    return f"{number(value, 2)}{NO_BREAK}{_(UNITS[unit]) if unit in UNITS else unit}"


def _persons(count: int) -> str:
    return ngettext("{n} person", "{n} persons", count).format(n=number(count))


def _when(row) -> str:
    if pd.notna(row.valid_to) and row.valid_to < cache.reference_date():
        return _("held until {day}").format(day=day(row.valid_to))
    return _("holds from {day}").format(day=day(row.valid_from))
