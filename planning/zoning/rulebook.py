"""A town's rule book as a table: each rule of a zone with its value, article, page, date and confidence."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.said import SaidError

COLUMNS = [
    "zone_label", "rule", "band", "edge", "value", "height_share", "unit", "article", "page", "valid_from",
    "confidence", "source",
]  # fmt: skip
CONFIDENCES = ("read", "interpreted", "assumed", "unknown")
STATUS = {"read": "published", "interpreted": "user", "assumed": "assumed", "unknown": "unknown"}
KEY = ["zone_label", "rule", "band", "edge"]
BANDS, EDGES = ("all", "1", "2"), ("any", "street", "side", "rear")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rule: its name in the CNIG standard (SRU level 2, v2026-02), its unit, what it may be."""

    cnig: str
    unit: str
    least: float = 0.0
    most: float = np.inf
    by_edge: bool = False


KINDS = {
    "housing": Kind("Autorisation", "yes 1 no 0", most=1),
    "height": Kind("Hauteur", "m", most=200),
    "prospect": Kind("Gabarit", "m", least=-50, most=50),
    "setback": Kind("Retrait", "m", most=100, by_edge=True),
    "alignment": Kind("Alignement", "yes 1 no 0", most=1),
    "band": Kind("BandeConstructibilite", "m", most=500),
    "footprint": Kind("CES", "share", most=1),
    "open_soil": Kind("CoefficientBiotope", "share", most=1),
    "parking": Kind("Stationnement", "places / dwelling", most=10),
    "social_mix": Kind("logementSocial", "share", most=1),
}


class RuleBookError(SaidError):
    """A rule book cannot be used as it is."""


KNOWN = {"rule": KINDS, "band": BANDS, "edge": EDGES, "confidence": CONFIDENCES}
FAULTS = {
    "not_a_number": "not a number: write 0.5, not 0,5",
    **dict.fromkeys(KNOWN, "not one of {known}"),
    "no_zone": "empty: name the zone as the plan does",
    "no_edge": "a setback needs its edge: street, side or rear",
    "out_of_bounds": "out of bounds for its unit: correct it or leave it empty",
    "share_out_of_bounds": "a share of the height is between 0 and 2: correct it or leave it empty",
    "twice": "the same rule stands in a line above: keep one",
}


def faults(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Find every line of a rule book that cannot be used.

    Returns
    -------
    pandas.DataFrame
        ``line`` (1 is the header of a file), ``column``, ``value`` as given and ``fault``, a key of `FAULTS`.

    Raises
    ------
    RuleBookError
        If a column is absent.
    """
    book = _tidy(rows)
    found = []

    def find(faulty: pd.Series, column: str, fault: str) -> None:
        for at in np.flatnonzero(faulty.to_numpy(bool)):
            found.append((int(at) + 2, column, rows[column].iloc[at], fault))

    for column in ("value", "height_share"):
        find(rows[column].notna() & book[column].isna(), column, "not_a_number")
    for column, known in KNOWN.items():
        find(~book[column].isin(list(known)), column, column)
    find(book["zone_label"].fillna("").astype(str).str.strip() == "", "zone_label", "no_zone")
    kind = book["rule"].where(book["rule"].isin(list(KINDS)))
    by_edge = kind.map({name: one.by_edge for name, one in KINDS.items()}).eq(True)
    find(by_edge & (book["edge"] == "any"), "edge", "no_edge")
    least, most = (
        kind.map({name: getattr(one, end) for name, one in KINDS.items()}).astype(float)
        for end in ("least", "most")
    )
    find((book["value"] < least) | (book["value"] > most), "value", "out_of_bounds")
    find(~book["height_share"].fillna(0).between(0, 2), "height_share", "share_out_of_bounds")
    find(book.duplicated(KEY), "rule", "twice")
    return pd.DataFrame(found, columns=["line", "column", "value", "fault"]).sort_values(
        "line", kind="stable"
    )


def checked(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Return the rules in order, or say which line is wrong, why, and what to do.

    A rule without value is unknown, and stays so: its confidence is then ``unknown``.

    Raises
    ------
    RuleBookError
        If a column is absent, a rule, band, edge or confidence is not one of those known, a value is out of
        bounds, a setback has no edge, or two lines tell one rule: the first of `faults` is told.
    """
    for fault in faults(rows).itertuples():
        raise RuleBookError(
            "rule book, line {line}: `{column}`",
            remedy=FAULTS[fault.fault],
            line=fault.line,
            column=fault.column,
            known=", ".join(KNOWN.get(fault.fault, ())),
        )
    book = _tidy(rows)
    book["unit"] = book["rule"].map({name: kind.unit for name, kind in KINDS.items()})
    book["confidence"] = book["confidence"].mask(
        book["value"].isna() & book["height_share"].isna(), "unknown"
    )
    return book.sort_values(KEY, ignore_index=True)


def _tidy(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns of a rule book, its numbers read; what is no number is missing."""
    absent = [column for column in COLUMNS if column not in rows]
    if absent:
        raise RuleBookError(
            "the column {absent!r} is absent: the columns are {known}",
            absent=absent[0],
            known=", ".join(COLUMNS),
        )
    book = rows[COLUMNS].copy()
    book[["band", "edge"]] = book[["band", "edge"]].fillna({"band": "all", "edge": "any"}).astype(str)
    for column in ("value", "height_share"):
        book[column] = pd.to_numeric(book[column], errors="coerce").astype(float)
    return book


def rules_of_label(book: pd.DataFrame | None, label: str | None) -> dict[str, Mapping]:
    """
    The rows of one zone by the name the engine gives each rule; empty without a book.

    ``front``, ``side`` and ``rear`` are the setbacks of the first band; their ``_share`` what they take of the
    height; ``height_2`` the height beyond the first band.
    """
    if book is None or book.empty or label is None:
        return {}
    names = {"street": "front", "side": "side", "rear": "rear"}
    found: dict[str, Mapping] = {}
    for row in book[book["zone_label"] == label].to_dict("records"):
        rule = row["rule"]
        if rule == "setback" and row["band"] != "2":
            found[names[row["edge"]]] = row
            share = row["height_share"]
            if pd.notna(share) and share > 0:
                found[f"{names[row['edge']]}_share"] = row | {"value": share, "unit": "share of the height"}
        elif rule == "height" and row["band"] == "2":
            found["height_2"] = row
        elif row["band"] != "2":
            found[rule] = row
    return found


def to_csv(book: pd.DataFrame) -> str:
    """The rule book as CSV, with the CNIG name of each rule beside ours."""
    return with_cnig(book).to_csv(index=False)


def with_cnig(book: pd.DataFrame) -> pd.DataFrame:
    """The columns of a rule book, and ``cnig``: the name of each rule in the CNIG standard."""
    return book[COLUMNS].assign(cnig=book["rule"].map({name: kind.cnig for name, kind in KINDS.items()}))


def blank(labels: list[str]) -> pd.DataFrame:
    """An empty rule book for these zones: every rule there, every value unknown, for a planner to fill in."""
    rows = [
        {
            "zone_label": label,
            "rule": rule,
            "band": band,
            "edge": edge,
            "unit": kind.unit,
            "confidence": "unknown",
        }
        for label in labels
        for rule, kind in KINDS.items()
        for band in (("1", "2") if rule == "height" else ("all",))
        for edge in (EDGES[1:] if kind.by_edge else ("any",))
    ]
    return pd.DataFrame(rows, columns=COLUMNS)
