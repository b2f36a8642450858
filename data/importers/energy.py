"""Energy of the residences by year: class and consumption, unknown left unknown."""

from collections.abc import Sequence

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.references import refuse_unknown_residences
from data.importers.sheet import Sheet
from data.schemas.landlord import ENERGY


def check(sheet: Sheet, desk: Desk) -> None:
    """Residences are known."""
    refuse_unknown_residences(sheet, desk)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a residence and year."""
    energy = good_frame(sheets[0])[[part.name for part in ENERGY.fields]]
    return Delivery(
        {"energy": energy}, {"rows": len(energy), "without_class": int(energy["dpe_class"].isna().sum())}
    )


IMPORTER = Importer("energy", "Energy", (ENERGY,), build, check)
