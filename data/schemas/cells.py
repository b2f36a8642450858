"""How one cell of text becomes a value: read, repaired with a reason, or refused with a rule."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from data.ids import IdError, tidy

CELL_LENGTH = 1000

_SPACES = "\u00a0\u202f\u2009 '"
_NUMBER = re.compile(r"^[+-]?\d+(?:\.\d+)?$|^[+-]?\.\d+$", re.ASCII)
_GROUPED = re.compile(rf"^[+-]?\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?:[.,]\d+)?$", re.ASCII)
_WITH_UNIT = re.compile(r"^[+-]?\d[\d .,\u00a0\u202f]*\s*[^\W\d].*$|^[+-]?\d[\d .,]*\s*[%€²]$")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_MISREAD = re.compile("[\u00c2-\u00c5\u00e2][\u0080-\u00bf\u0152-\u2122]")
_NOT_FINITE = {"nan", "inf", "+inf", "-inf", "infinity", "-infinity", "+infinity", "1.#inf", "1.#qnan"}


class Read(NamedTuple):
    """A value, and the code of the repair that was needed to read it (None: as typed)."""

    value: Any
    repair: str | None = None


class CellError(ValueError):
    """A cell cannot be read: `rule` is the code of the rule it breaks, `params` what its sentence needs."""

    def __init__(self, rule: str, **params: Any):
        super().__init__(rule)
        self.rule = rule
        self.params = params


class Cell(Protocol):
    """What a column holds: reads one filled cell, says in words what it accepts, and gives an example."""

    dtype: str
    example: str

    def read(self, text: str) -> Read: ...

    def describe(self) -> str: ...


def parse_number(text: str) -> Read:
    """
    A decimal number: point or comma, thousands apart by a space; no unit, no exponent, never NaN or infinity.

    >>> parse_number("1 200")
    Read(value=1200.0, repair='thousands')
    """
    typed = text.strip()
    if _NUMBER.fullmatch(typed):
        return Read(float(typed))
    if typed.casefold() in _NOT_FINITE:
        raise CellError("not_finite")
    if _GROUPED.fullmatch(typed):
        return Read(float(re.sub(f"[{_SPACES}]", "", typed).replace(",", ".")), "thousands")
    if typed.count(",") == 1 and _NUMBER.fullmatch(typed.replace(",", ".")):
        return Read(float(typed.replace(",", ".")), "decimal_comma")
    if _WITH_UNIT.fullmatch(typed) and not re.fullmatch(r"[+-]?[\d.,]+[eE][+-]?\d+", typed):
        raise CellError("unit_in_number")
    raise CellError("not_a_number")


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number between two bounds."""

    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    hint: str = ""
    example: str = "64.5"
    missing: frozenset[str] = frozenset()
    dtype: str = "float64"

    def read(self, text: str) -> Read:
        if text in self.missing:
            return Read(None)
        value, repair = parse_number(text)
        within(value, self.minimum, self.maximum, self.unit, self.hint)
        return Read(value, repair)

    def describe(self) -> str:
        return f"number{_bounds(self.minimum, self.maximum, self.unit)}"


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number between two bounds; `12.0` is read as 12, `22.5` is refused."""

    minimum: int | None = 0
    maximum: int | None = None
    unit: str = ""
    hint: str = ""
    example: str = "48"
    missing: frozenset[str] = frozenset()
    dtype: str = "Int64"

    def read(self, text: str) -> Read:
        if text in self.missing:
            return Read(None)
        if text.isdecimal() and text.isascii() and len(text) < 16:
            value, repair = int(text), None
        else:
            number, repair = parse_number(text)
            if not number.is_integer():
                raise CellError("not_whole")
            value = int(number)
            repair = repair if repair == "thousands" else "whole_as_decimal"
            repair = None if text.strip().lstrip("+-").isdecimal() else repair
        within(value, self.minimum, self.maximum, self.unit, self.hint)
        return Read(value, repair)

    def describe(self) -> str:
        return f"whole number{_bounds(self.minimum, self.maximum, self.unit)}"


@dataclass(frozen=True, slots=True)
class Year:
    """A year of four digits, up to `ahead` years from today."""

    first: int = 1000
    ahead: int = 3
    example: str = "1972"
    missing: frozenset[str] = frozenset()
    dtype: str = "Int64"

    def read(self, text: str) -> Read:
        if text in self.missing:
            return Read(None)
        value, repair = Whole(None).read(text)
        if value > date.today().year + self.ahead:
            raise CellError("future_year", limit=date.today().year + self.ahead)
        within(value, self.first, None, "", "")
        return Read(value, repair)

    def describe(self) -> str:
        return f"year, from {self.first}"


@dataclass(frozen=True, slots=True)
class Day:
    """A date: ISO (2025-03-04), French (04/03/2025, day first) or compact (20250304); never an Excel number."""

    past: bool = False
    month_only: bool = False
    example: str = "2025-03-04"
    missing: frozenset[str] = frozenset()
    dtype: str = "datetime64[s]"

    def read(self, text: str) -> Read:
        if text.strip() in self.missing:
            return Read(None)
        value, repair = parse_day(text, month_only=self.month_only)
        if self.past and value.date() > date.today():
            raise CellError("future_date")
        return Read(value, repair)

    def describe(self) -> str:
        return "date, year-month-day" + (", not in the future" if self.past else "")


def parse_day(text: str, *, month_only: bool = False) -> Read:
    """
    A day, and a time of day where the text has one.

    >>> parse_day("04/03/2025")
    Read(value=datetime.datetime(2025, 3, 4, 0, 0), repair='french_date')
    """
    typed = text.strip()
    if found := re.fullmatch(
        r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?Z?", typed
    ):
        return Read(_calendar(found[1], found[2], found[3], *(part or "0" for part in found.groups()[3:])))
    if found := re.fullmatch(
        r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))?)?", typed
    ):
        day, month, year, *clock = found.groups()
        return Read(_calendar(year, month, day, *(part or "0" for part in clock)), "french_date")
    if found := re.fullmatch(r"(\d{4})/(\d{2})/(\d{2})(?: \d{2}:\d{2}:\d{2})?", typed):
        return Read(_calendar(*found.groups()), "slashed_date")
    if (found := re.fullmatch(r"(\d{2})/(\d{4})", typed)) and month_only:
        return Read(_calendar(found[2], found[1], "1"))
    if found := re.fullmatch(r"((?:19|20)\d{2})(\d{2})(\d{2})", typed):
        return Read(_calendar(*found.groups()), "compact_date")
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?", typed):
        raise CellError("excel_serial")
    if re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", typed):
        raise CellError("short_year")
    raise CellError("not_a_date")


@dataclass(frozen=True, slots=True)
class Text:
    """Free or short text: kept as typed, spaces trimmed, control marks removed, composed accents (NFC)."""

    length: int = CELL_LENGTH
    example: str = "Les Amandiers"
    dtype: str = "str"

    def read(self, text: str) -> Read:
        read_twice = _read_right(text) if _MISREAD.search(text) else None
        value = unicodedata.normalize("NFC", _CONTROLS.sub("", read_twice or text)).strip()
        if len(value) > self.length:
            raise CellError("too_long", limit=self.length)
        if not value:
            return Read(None)
        if read_twice:
            return Read(value, "mojibake_repaired")
        if re.match(r"'[=+\-@\t\r]", value):
            return Read(value[1:], "export_quote")
        return Read(value, "control_marks" if _CONTROLS.search(text) else None)

    def describe(self) -> str:
        return f"text, {self.length} characters at most"


@dataclass(frozen=True, slots=True)
class Id:
    """An identifier, by its normaliser of `data.ids`; a changed spelling is a repair."""

    normalise: Callable[[str], str]
    example: str = "R001"
    missing: frozenset[str] = frozenset()
    dtype: str = "str"

    def read(self, text: str) -> Read:
        if text in self.missing:
            return Read(None)
        try:
            value = self.normalise(text)
        except IdError as error:
            raise CellError("bad_id", kind=error.kind, expected=error.expected) from None
        return Read(value, None if value == text else "id_spelling")

    def describe(self) -> str:
        return (self.normalise.__doc__ or "identifier").strip().split("\n")[0].rstrip(".")


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words; `synonyms` maps what files say to the word kept."""

    words: tuple[str, ...]
    synonyms: Mapping[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    dtype: str = "str"

    @property
    def example(self) -> str:
        return self.words[0]

    def read(self, text: str) -> Read:
        typed = tidy(text)
        if typed in self.missing:
            return Read(None)
        if typed in self.words:
            return Read(typed)
        folded = typed.casefold()
        for word in self.words:
            if word.casefold() == folded:
                return Read(word, "letter_case")
        for said, word in self.synonyms.items():
            if said.casefold() == folded:
                return Read(word)
        raise CellError("not_in_list", allowed=", ".join(self.words))

    def describe(self) -> str:
        return "one of " + ", ".join(self.words)


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no, in French or English, or 1 and 0."""

    example: str = "yes"
    dtype: str = "boolean"

    def read(self, text: str) -> Read:
        folded = tidy(text).casefold()
        if folded in ("1", "yes", "y", "true", "t", "oui", "o", "vrai", "v"):
            return Read(True)
        if folded in ("0", "no", "n", "false", "f", "non", "faux"):
            return Read(False)
        raise CellError("not_yes_or_no")

    def describe(self) -> str:
        return "yes or no"


def within(value: float, minimum: float | None, maximum: float | None, unit: str, hint: str) -> None:
    """Refuse a number out of its bounds, with the unit that was expected and a hint where there is one."""
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        low = "" if minimum is None else f"{minimum:g}"
        high = "" if maximum is None else f"{maximum:g}"
        bounds = f"{low} – {high}" if low and high else f"≥ {low}" if low else f"≤ {high}"
        negative = minimum == 0 and value < 0
        too_small = hint and minimum is not None and 0 < value < minimum
        rule = "negative" if negative else "unit_suspected" if too_small else "out_of_range"
        raise CellError(rule, bounds=f"{bounds} {unit}".strip(), unit=unit, hint=hint)


def _read_right(text: str) -> str | None:
    """UTF-8 that somebody read as Windows-1252 or Latin-1 (`AllÃ©e`), read right; None where it was not that."""
    for misread in ("cp1252", "latin-1"):
        try:
            return text.encode(misread).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
    return None


def _bounds(minimum: float | None, maximum: float | None, unit: str) -> str:
    if minimum is None and maximum is None:
        return f" ({unit})" if unit else ""
    low = "" if minimum is None else f"from {minimum:g}"
    high = "" if maximum is None else f"to {maximum:g}"
    return ", " + " ".join(part for part in (low, high, unit) if part)


def _calendar(
    year: str, month: str, day: str, hour: str = "0", minute: str = "0", second: str = "0"
) -> datetime:
    try:
        return datetime(*(int(part) for part in (year, month, day, hour, minute, second)))
    except ValueError:
        raise CellError("impossible_date") from None
