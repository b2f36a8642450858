"""Numbers and dates as the reader's language writes them; what is missing is said, never 0."""

from functools import lru_cache

import pandas as pd
from babel.dates import format_date
from babel.numbers import format_decimal

from views.shared.i18n import _, language

LOCALES = {"fr": "fr_FR", "en": "en_GB"}
NO_BREAK = "\u00a0"
MINUS = "−"


def number(value: object, digits: int = 0) -> str:
    """Write a number with at most ``digits`` decimals; "unknown" where missing."""
    if pd.isna(value):
        return _("unknown")
    return _written(round(float(value), digits) + 0.0, digits, _locale())


def signed(value: object, digits: int = 0) -> str:
    """Write a change or a deviation with its sign, a true minus; nothing before 0."""
    if pd.isna(value):
        return _("unknown")
    return ("+" if round(float(value), digits) > 0 else "") + number(value, digits)


def percent(share: object, digits: int = 1) -> str:
    """Write a share (0 to 1) as a percentage."""
    if pd.isna(share):
        return _("unknown")
    return number(float(share) * 100, digits) + (NO_BREAK + "%" if language() == "fr" else "%")


def quantity(value: object, unit: str, digits: int = 0) -> str:
    """Write a number and its unit (m, m², km, €), kept on one line."""
    return _("unknown") if pd.isna(value) else f"{number(value, digits)}{NO_BREAK}{unit}"


def square_metres(value: object) -> str:
    """Write an area in m²."""
    return quantity(value, "m²")


def metres(value: object, digits: int = 0) -> str:
    """Write a length in metres."""
    return quantity(value, "m", digits)


def day(value: object) -> str:
    """Write a date: 04/03/2026."""
    if pd.isna(value) or value == "":
        return _("unknown")
    return format_date(pd.Timestamp(value).date(), format="dd/MM/yyyy", locale=_locale())


def month(value: object) -> str:
    """Write a month: mars 2025."""
    return format_date(pd.Timestamp(value).date(), format="LLLL yyyy", locale=_locale())


def interval(low: float, high: float, digits: int = 0, scale: float = 1) -> str:
    """Write the bounds of a class: "10 – 25"."""
    return f"{number(low * scale, digits)}{NO_BREAK}–{NO_BREAK}{number(high * scale, digits)}"


@lru_cache(maxsize=20_000)
def _written(value: float, digits: int, locale: str) -> str:
    return format_decimal(value, format=_pattern(digits), locale=locale).replace("-", MINUS)


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "#" * digits if digits else "")


def _locale() -> str:
    return LOCALES[language()]
