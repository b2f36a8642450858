"""Occupancy of the residences at a date: counts only, never a household."""

from collections.abc import Sequence

import numpy as np

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.references import number, refuse_unknown_residences
from data.importers.sheet import Sheet
from data.schemas.landlord import OCCUPANCY

PARTS = ("under_occupied", "over_occupied", "disability_requests")
COLUMNS = [part.name for part in OCCUPANCY.fields]


def check(sheet: Sheet, desk: Desk) -> None:
    """Occupied and vacant dwellings fit in the residence; parts of the occupied do not exceed them."""
    residences = refuse_unknown_residences(sheet, desk)
    occupied, vacant = number(sheet, "occupied"), number(sheet, "vacant")
    if residences is not None:
        dwellings = (
            residences["dwellings"]
            .reindex(sheet.frame["residence_id"])
            .to_numpy(dtype=float, na_value=np.nan)
        )
        over = sheet.good & (occupied + vacant > dwellings)
        codes = sheet.frame["residence_id"]
        details = [
            {
                "occupied": int(occupied[row]),
                "vacant": int(vacant[row]),
                "dwellings": int(dwellings[row]),
                "residence": codes[row],
            }
            for row in np.flatnonzero(over)
        ]
        sheet.refuse(over, "occupied_over_dwellings", "occupied", details=details)
    for name in PARTS:
        over = sheet.good & (number(sheet, name) > occupied)
        details = [{"occupied": int(count), "part": name} for count in occupied[over]]
        sheet.refuse(over, "part_over_occupied", name, details=details)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a residence and date."""
    occupancy = good_frame(sheets[0])[COLUMNS]
    totals = {"residences": occupancy["residence_id"].nunique(), "occupied": int(occupancy["occupied"].sum())}
    return Delivery({"occupancy": occupancy}, totals | {"vacant": int(occupancy["vacant"].sum())})


IMPORTER = Importer("occupancy", "Occupancy", (OCCUPANCY,), build, check)
