"""A town's rule book as a table: each rule of a zone with its value, article, page, date and confidence."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

COLUMNS = [
    "zone_label", "rule", "band", "edge", "value", "height_share", "unit", "article", "page", "valid_from",
    "confidence", "source",
]  # fmt: skip
CONFIDENCES = ("read", "interpreted", "assumed", "unknown")
STATUS = {"read": "published", "interpreted": "user", "assumed": "assumed", "unknown": "unknown"}
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


class RuleBookError(ValueError):
    """A rule book cannot be used as it is."""


def checked(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Return the rules in order, or say which line is wrong, why, and what to do.

    A rule without value is unknown, and stays so: its confidence is then ``unknown``.

    Raises
    ------
    RuleBookError
        If a column is absent, a rule, band, edge or confidence is not one of those known, a value is out of
        bounds, a setback has no edge, or two lines tell one rule.
    """
    absent = [column for column in COLUMNS if column not in rows]
    if absent:
        raise RuleBookError(f"the column {absent[0]!r} is absent: the columns are {', '.join(COLUMNS)}")
    book = rows[COLUMNS].copy()
    book[["band", "edge"]] = book[["band", "edge"]].fillna({"band": "all", "edge": "any"}).astype(str)
    for column in ("value", "height_share"):
        number = pd.to_numeric(book[column], errors="coerce")
        _refuse(number.isna() & book[column].notna(), f"`{column}` is not a number (write 0.5, not 0,5)")
        book[column] = number.astype(float)
    for column, known in (("rule", KINDS), ("band", BANDS), ("edge", EDGES), ("confidence", CONFIDENCES)):
        _refuse(~book[column].isin(list(known)), f"`{column}` is not one of {', '.join(known)}")
    _refuse(
        book["zone_label"].isna() | (book["zone_label"].astype(str).str.strip() == ""),
        "`zone_label` is empty",
    )
    by_edge = book["rule"].map({name: kind.by_edge for name, kind in KINDS.items()})
    _refuse(by_edge & (book["edge"] == "any"), "a setback needs its edge: street, side or rear")
    least, most = (
        book["rule"].map({name: getattr(kind, end) for name, kind in KINDS.items()})
        for end in ("least", "most")
    )
    _refuse((book["value"] < least) | (book["value"] > most), "`value` is out of bounds for its unit")
    _refuse(~book["height_share"].fillna(0).between(0, 2), "`height_share` is a share of the height, 0 to 2")
    key = ["zone_label", "rule", "band", "edge"]
    _refuse(book.duplicated(key), "the same rule stands in a line above: keep one")
    book["unit"] = book["rule"].map({name: kind.unit for name, kind in KINDS.items()})
    book["confidence"] = book["confidence"].mask(
        book["value"].isna() & book["height_share"].isna(), "unknown"
    )
    return book.sort_values(key, ignore_index=True)


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
    cnig = book["rule"].map({name: kind.cnig for name, kind in KINDS.items()})
    return book[COLUMNS].assign(cnig=cnig).to_csv(index=False)


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


def _refuse(faulty: pd.Series, rule: str) -> None:
    if faulty.any():
        raise RuleBookError(f"rule book, line {int(faulty.to_numpy().argmax()) + 2}: {rule}")
