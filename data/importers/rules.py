"""Rule books of local plans: each file is the next version of its book, earlier versions stay."""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.sheet import Sheet
from data.schemas.rules import BOUNDS, RULES

COLUMNS = [
    "zone_label", "rule", "band", "edge", "value", "height_share", "unit", "article", "page", "valid_from",
    "confidence", "source",
]  # fmt: skip
UNNAMED = "rule book"


def check(sheet: Sheet, desk: Desk) -> None:
    """Refuse a value out of its rule's bounds, and a setback from no edge."""
    rule, value = sheet.frame["rule"], sheet.frame["value"].astype(float)
    least, most = (rule.map({name: bound[end] for name, bound in BOUNDS.items()}) for end in (1, 2))
    beyond = sheet.good & ((value < least.astype(float)) | (value > most.astype(float))).to_numpy()
    details = [
        {
            "rule": name,
            "least": f"{BOUNDS[name][1]:g}",
            "most": f"{BOUNDS[name][2]:g}",
            "unit": BOUNDS[name][0],
        }
        for name in rule[beyond]
    ]
    sheet.refuse(beyond, "rule_out_of_bounds", "value", details=details)
    nowhere = (rule == "setback").to_numpy() & (sheet.frame["edge"] == "any").to_numpy()
    sheet.refuse(sheet.good & nowhere, "setback_without_edge", "edge")


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """Each book of the file as its next version, unless it says what the last one does."""
    rows = good_frame(sheets[0])
    rows["document"] = rows["document"].fillna(_current(desk))
    rows["unit"] = rows["rule"].map({name: bound[0] for name, bound in BOUNDS.items()})
    empty = rows["value"].isna() & rows["height_share"].isna()
    rows["confidence"] = rows["confidence"].mask(empty, "unknown")
    heads, books = [], []
    for document, book in rows[["document", *COLUMNS]].groupby("document", sort=True):
        head = _head(str(document), book, desk)
        heads.append(head)
        books.append(book.assign(version=head["version"]))
    totals = {"rules": len(rows), "zones": rows["zone_label"].nunique(), "unknown": int(empty.sum())}
    if not heads:
        return Delivery({}, totals)
    return Delivery(
        {"rule_books": pd.DataFrame(heads), "plan_rules": pd.concat(books, ignore_index=True)}, totals
    )


def _head(document: str, book: pd.DataFrame, desk: Desk) -> dict:
    """The line of the register of books: the last one where nothing changed, else the next one."""
    known = desk.known("rule_books", where={"document": document})
    if known is not None:
        last = known.reset_index().sort_values("version").iloc[-1]
        kept = desk.known("plan_rules", where={"document": document, "version": int(last["version"])})
        if kept is not None and _said(kept.reset_index()) == _said(book):
            return last[["document", "version", "made_at", "made_by", "note"]].to_dict()
    version = 1 if known is None else int(last["version"]) + 1
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    return {"document": document, "version": version, "made_at": now, "made_by": None, "note": "imported"}


def _said(book: pd.DataFrame) -> set[tuple]:
    plain = book[COLUMNS].astype(object).where(book[COLUMNS].notna(), None)
    plain["valid_from"] = [None if day is None else str(day)[:10] for day in plain["valid_from"]]
    return set(plain.itertuples(index=False, name=None))


def _current(desk: Desk) -> str:
    """The name of the book in hand, for a file that names none."""
    known = desk.known("rule_books")
    if known is None:
        return UNNAMED
    rows = known.reset_index().sort_values(["made_at", "version"])
    return str(rows["document"].iloc[int(np.argmax(rows["made_at"] == rows["made_at"].max()))])


IMPORTER = Importer("rules", "Rule book of a local plan", (RULES,), build, check)
