"""Service charges of the residences by year, in total and by item."""

from collections.abc import Sequence

import numpy as np

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.references import number, refuse_unknown_residences
from data.importers.sheet import Sheet
from data.schemas.landlord import CHARGES

TOTAL = "total"
ITEMS = {
    "charges_eur_m2_year": TOTAL,
    "heating_eur_m2_year": "heating",
    "water_eur_m2_year": "water",
    "lift_eur_m2_year": "lift",
    "cleaning_eur_m2_year": "cleaning",
}
ROUNDING_EUR = 0.05


def check(sheet: Sheet, desk: Desk) -> None:
    """Residences are known; the items of a residence do not exceed its total."""
    refuse_unknown_residences(sheet, desk)
    total = number(sheet, "charges_eur_m2_year")
    parts = np.nansum([number(sheet, name) for name, item in ITEMS.items() if item != TOTAL], axis=0)
    over = sheet.good & (parts > total + ROUNDING_EUR)
    details = [
        {"parts": f"{a:.2f}", "total": f"{b:.2f}"} for a, b in zip(parts[over], total[over], strict=True)
    ]
    sheet.refuse(over, "part_over_total", "charges_eur_m2_year", details=details)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a residence, year and item; an item that the file leaves empty has no row. Provisions go to the total."""
    rows = good_frame(sheets[0])
    long = rows.melt(["residence_id", "year"], list(ITEMS), "item", "settled_eur_m2_year")
    long = long.dropna(subset="settled_eur_m2_year").assign(item=lambda f: f["item"].map(ITEMS).astype("str"))
    provisions = rows[["residence_id", "year", "provision_eur_m2_year"]].assign(item=TOTAL)
    charges = long.merge(provisions, "left", ["residence_id", "year", "item"])
    return Delivery(
        {"charges": charges}, {"residences": rows["residence_id"].nunique(), "rows": len(charges)}
    )


IMPORTER = Importer("charges", "Service charges", (CHARGES,), build, check)
