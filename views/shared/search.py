"""Search residences and addresses as people type: no accents, words in any order, a few typing errors."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

import pandas as pd

from geo.words import unaccented

ABBREVIATIONS = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "boul": "boulevard", "r": "rue",
    "pl": "place", "all": "allee", "imp": "impasse", "ch": "chemin", "rte": "route", "sq": "square",
    "res": "residence", "st": "saint", "ste": "sainte", "fg": "faubourg", "crs": "cours",
}  # fmt: skip
CLOSE = 0.74
LEAST = 0.62


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found: its table and key, what is shown, the words it is known by."""

    table: str
    key: str
    title: str
    line: str
    words: tuple[str, ...]


def words(text: object) -> tuple[str, ...]:
    """Return the words of a text: lower case, no accents, usual abbreviations spelt out."""
    plain = unaccented(str(text)).lower()
    return tuple(ABBREVIATIONS.get(word, word) for word in re.findall(r"[a-z]+|\d+", plain))


def index(table: str, frame: pd.DataFrame, title: str, line: str) -> list[Entry]:
    """Return the entries of a table: ``title`` and ``line`` are columns, the key is the index."""
    columns = (frame[name].astype("object").where(frame[name].notna(), "") for name in (title, line))
    rows = zip(frame.index, *columns, strict=True)
    return [
        Entry(table, str(key), str(name), str(under), words(f"{name} {under}")) for key, name, under in rows
    ]


def search(entries: list[Entry], typed: str, *, limit: int = 6) -> list[Entry]:
    """
    Return the entries that suit what was typed: the nearest, then those of the first table, then the shortest.

    Every word typed must be met: by the same word, by one it begins, or by one close to it in spelling. A
    number is met by the same number only; where no entry has it, the others of the street are found.
    """
    asked = words(typed)
    names = tuple(word for word in asked if not word.isdigit())
    return _found(entries, asked, limit) or (_found(entries, names, limit) if names != asked else [])


def _found(entries: list[Entry], asked: tuple[str, ...], limit: int) -> list[Entry]:
    if not asked:
        return []
    tables = {table: rank for rank, table in enumerate(dict.fromkeys(entry.table for entry in entries))}
    scored = ((_score(asked, entry), rank) for rank, entry in enumerate(entries))
    found = sorted(
        (-round(score, 2), tables[entries[rank].table], len(entries[rank].words), rank)
        for score, rank in scored
        if score >= LEAST
    )
    return [entries[rank] for *_, rank in found[:limit]]


def _score(asked: tuple[str, ...], entry: Entry) -> float:
    """Return the mean nearness of the words asked, 0 where one of them is not met."""
    total = 0.0
    for position, word in enumerate(asked):
        best = max(
            (_nearness(word, known, last=position == len(asked) - 1) for known in entry.words), default=0.0
        )
        if not best:
            return 0.0
        total += best
    return total / len(asked)


@lru_cache(maxsize=200_000)
def _nearness(typed: str, known: str, *, last: bool) -> float:
    """Return 1 for the same word, less for one it begins or nearly is, 0 for another."""
    if typed == known:
        return 1.0
    if typed.isdigit() or known.isdigit():
        return 0.0
    if known.startswith(typed) and (last or len(typed) >= 3):
        return 0.93
    if len(typed) < 4 or abs(len(typed) - len(known)) > 2 + last * 2:
        return 0.0
    matcher = SequenceMatcher(None, typed, known[: len(typed) + 1] if last else known, autojunk=False)
    if matcher.quick_ratio() < CLOSE:
        return 0.0
    ratio = matcher.ratio()
    return 0.85 * ratio if ratio >= CLOSE else 0.0
