"""Milestones of each relet, in their order: keys back, works, allocation, lease."""

from collections.abc import Sequence

import numpy as np

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.references import refuse_unknown_dwellings, refuse_unknown_residences
from data.importers.sheet import Sheet
from data.schemas.people import TURNOVERS

COLUMNS = [part.name for part in TURNOVERS.fields]
# Each milestone, and the one it cannot come before.
ORDER = (
    ("keys_back_on", "notice_on"),
    ("works_accepted_on", "works_ordered_on"),
    ("lease_start_on", "keys_back_on"),
    ("lease_start_on", "allocated_on"),
)


def check(sheet: Sheet, desk: Desk) -> None:
    """Residences and dwellings are known; no milestone comes before the one that it follows."""
    refuse_unknown_residences(sheet, desk)
    refuse_unknown_dwellings(sheet, desk)
    for later, earlier in ORDER:
        after, before = sheet.frame[later], sheet.frame[earlier]
        wrong = sheet.good & (after < before).to_numpy()
        details = [
            {"milestone": sheet.header(earlier), "since": str(before[row].date())}
            for row in np.flatnonzero(wrong)
        ]
        sheet.refuse(wrong, "milestones_out_of_order", later, details=details)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a relet; one without a lease is a dwelling still vacant."""
    given = [name for name in COLUMNS if name in sheets[0].positions]
    rows = good_frame(sheets[0])[given]
    vacant = len(rows) if "lease_start_on" not in rows else int(rows["lease_start_on"].isna().sum())
    return Delivery({"turnovers": rows}, {"turnovers": len(rows), "still_vacant": vacant})


IMPORTER = Importer("turnovers", "Milestones of the relets", (TURNOVERS,), build, check)
