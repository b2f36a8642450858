"""Complaints: dates, subject and status; the free text is looked at, counted and dropped."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.inert import personal_rows
from data.importers.references import refuse_unknown_dwellings, refuse_unknown_residences
from data.importers.sheet import Sheet
from data.schemas.landlord import COMPLAINTS

COLUMNS = [
    "complaint_id", "residence_id", "dwelling_id", "place", "category", "priority", "channel", "opened_at",
    "answered_at", "closed_at", "status",
]  # fmt: skip


def check(sheet: Sheet, desk: Desk) -> None:
    """Residences are known, nothing closes before it opens; free text that looks personal is counted, not echoed."""
    refuse_unknown_residences(sheet, desk)
    refuse_unknown_dwellings(sheet, desk)
    opened, closed = sheet.frame["opened_on"], sheet.frame["closed_on"]
    early = sheet.good & (closed < opened).to_numpy()
    days = [
        {"opened": str(opened[row].date()), "closed": str(closed[row].date())}
        for row in np.flatnonzero(early)
    ]
    sheet.refuse(early, "closed_before_opened", "closed_on", details=days)
    personal = personal_rows(sheet.frame["comment"]) | personal_rows(sheet.frame["category"])
    sheet.warn("personal_text", personal, "comment")
    _tell_of_the_field(sheet, desk)


def _tell_of_the_field(sheet: Sheet, desk: Desk) -> None:
    """Say what becomes of the complaints entered in Îlot: none is removed, none is changed in silence."""
    entered = desk.known(
        "complaints", columns=["residence_id", "category", "opened_at"], where={"source": "field"}
    )
    if entered is None:
        return
    rows = sheet.frame
    rewritten = sheet.good & rows["complaint_id"].isin(entered.index).to_numpy()
    alike = pd.MultiIndex.from_arrays(
        [entered["residence_id"], entered["category"], entered["opened_at"].dt.normalize()]
    )
    same = pd.MultiIndex.from_arrays(
        [rows["residence_id"], rows["category"], rows["opened_on"].dt.normalize()]
    )
    sheet.warn("field_rewritten", rewritten, "complaint_id")
    sheet.warn("field_twice", sheet.good & ~rewritten & same.isin(alike), "complaint_id")
    left = ~entered.index.isin(rows.loc[rewritten, "complaint_id"])
    if left.any():
        sheet.note("field_kept", kept=int(left.sum()))


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a complaint, without its comment."""
    renamed = {"opened_on": "opened_at", "answered_on": "answered_at", "closed_on": "closed_at"}
    complaints = good_frame(sheets[0]).rename(columns=renamed)[COLUMNS]
    counts = {str(word): int(count) for word, count in complaints["status"].value_counts().items()}
    return Delivery({"complaints": complaints}, {"complaints": len(complaints), **counts})


IMPORTER = Importer("complaints", "Complaints", (COMPLAINTS,), build, check)
