"""Building, stairwell and street read from the free text of the RPLS."""

import re
from dataclasses import dataclass
from functools import lru_cache

REMEMBERED = 50_000  # neighbours in a file share their words; a country's are too many to keep

_UNIT = r"(?:\s*(?:N[O°.]?\s*)?)\s*(?P<unit>[A-Z]?\d{1,4}[A-Z]?|[A-Z])\b"
_BUILDING = re.compile(r"\bBAT(?:IMENTS?|\.)?" + _UNIT + r"|\bVILLA\s+(?P<villa>\d{1,3})\b", re.IGNORECASE)
_KINDS = (
    "RUE|AV|AVE|AVENUE|BD|BVD|BOULEVARD|ALL|ALLEE|ALLÉE|CHE|CHEMIN|IMP|IMPASSE|PL|PLACE|QUAI|ROUTE|RTE|SQ|SQUARE|PASSAGE|"
    "TRAVERSE|VOIE|COURS|SENTE|SENTIER"
)
_STREET = re.compile(rf"^(?:{_KINDS})\b", re.IGNORECASE)
_TYPED = re.compile(
    rf"^\s*\d+(?:\s*[-/]\s*\d+)*\s*(?:BIS|TER|[A-D])?\s*[, ]?\s*(?:{_KINDS})\b", re.IGNORECASE
)
_STAIR = re.compile(r"\b(?:ESC(?:ALIER|\.)?|ENT(?:REE|RÉE|R|\.)?|HALL|CAGE|MONTEE)" + _UNIT, re.IGNORECASE)
_EMPTY_WORD = re.compile(
    r"^\s*(?:BAT(?:IMENT)?|ESC(?:ALIER)?|ENT(?:REE|R)?|HALL|0+|-|\.|SANS|NC)?\s*$", re.IGNORECASE
)
_DATED = re.compile(r"^\d{4}-\d{2}-\d{2}$|^\d{2}/\d{2}/\d{4}$")
_TAIL = re.compile(
    r"\b(?:BAT(?:IMENTS?)?|ESC(?:ALIER)?|ENT(?:REE|R)?|HALL|CAGE)\b\.?.*$|\bBAT\d.*$|\bVILLA\s+\d+\s*$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"^\s*0*(?P<number>\d+(?:\s*[-/]\s*\d+)*)\s*(?P<suffix>BIS|TER|QUATER|[A-D])?\s*[, ]\s*(?P<street>\D.*)$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"^(\d{1,2}):00(?: ?[AP]M)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Parts:
    """Building and stairwell of a dwelling, and whether a column said so, a free text, or nothing."""

    building: str | None
    stair: str | None
    confidence: str


@lru_cache(maxsize=REMEMBERED)
def parts_of(building: str, stair: str, entrance: str, free_texts: tuple[str, ...]) -> Parts:
    """
    Building and stairwell: from their columns first, then from free text such as `BAT 02 ESC 05`.

    >>> parts_of("", "", "", ("BAT 02 ESC 05",))
    Parts(building='02', stair='05', confidence='free_text')
    """
    named = _named(building)
    stairwell = _named(stair) or _named(entrance)
    confidence = "column" if named or stairwell else "none"
    for text in free_texts:
        if named is None and (found := _BUILDING.search(text)):
            named, confidence = (found["unit"] or found["villa"]).upper(), "free_text"
        if stairwell is None and (found := _STAIR.search(text)):
            stairwell = found["unit"].upper()
            confidence = "free_text" if confidence == "none" else confidence
    return Parts(named, stairwell, confidence)


@lru_cache(maxsize=REMEMBERED)
def street_of(number: str, suffix: str, kind: str, street: str) -> tuple[str, str]:
    """
    Number and street, wherever they were typed, without the building that is glued behind.

    >>> street_of("", "", "", "0003  RUE GABRIEL CORDIER")
    ('3', 'RUE GABRIEL CORDIER')
    >>> street_of("8:00 AM", "", "RUE", "RUE DE MIMONT")
    ('8', 'RUE DE MIMONT')
    """
    number = _CLOCK.sub(r"\1", number.strip()).removesuffix(".0").lstrip("0")
    street = " ".join(_TAIL.sub("", street).split()).upper()
    kind = kind.strip().upper()
    if not number and (found := _NUMBERED.match(street)):
        number = re.sub(r"\s", "", found["number"])
        suffix = suffix or (found["suffix"] or "")
        street = found["street"].strip()
    if number and not suffix and (found := re.match(r"^(BIS|TER|QUATER)\s+(.+)$", street)):
        suffix, street = found.groups()
    if kind and not street.startswith((kind, kind[:2] + ".", "AV.", "BVD", "BD ")):
        street = f"{kind} {street}".strip()
    return f"{number} {suffix.strip().upper()}".strip(), street


@lru_cache(maxsize=REMEMBERED)
def place_of(text: str) -> str:
    """Name of the residence in a free text, without its building: '' where it holds a code, a date or a trifle."""
    name = " ".join(_TAIL.sub("", text).replace("\ufffd", "").split()).upper()
    return name if re.search(r"[^\W\d]{3}", name) and not _TYPED.match(name) else ""


@lru_cache(maxsize=REMEMBERED)
def address_in(complement: str) -> tuple[str, str] | None:
    """
    Number and street where the complement holds an address, as some landlords do; None elsewhere.

    >>> address_in("151 avenue Michel Jourdan")
    ('151', 'AVENUE MICHEL JOURDAN')
    """
    return street_of("", "", "", complement) if _TYPED.match(complement) else None


def is_street(name: str) -> bool:
    """Tell whether a name opens with a type of street."""
    return bool(_STREET.match(name))


def is_dated(text: str) -> bool:
    """Tell whether a spreadsheet turned a code into a date (`0125-01-01`)."""
    return bool(_DATED.match(text.strip()))


def _named(text: str) -> str | None:
    """What a column names, without the word `BATIMENT`; None where it names nothing."""
    if _EMPTY_WORD.match(text) or is_dated(text):
        return None
    found = _BUILDING.match(text.strip()) or _STAIR.match(text.strip())
    whole = found is not None and found.end() == len(text.strip())
    unit = found.groupdict()["unit"] if whole else None
    return unit.upper() if unit else " ".join(text.split()).upper()
