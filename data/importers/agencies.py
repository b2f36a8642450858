"""The landlord's agencies."""

from collections.abc import Sequence

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.places import points_required
from data.importers.sheet import Sheet
from data.schemas.landlord import AGENCIES


def check(sheet: Sheet, desk: Desk) -> None:
    """Locate each agency within the territory."""
    sheet.shapes = points_required(sheet, desk)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row an agency."""
    agencies = good_frame(sheets[0], sheets[0].shapes)[["agency_id", "name", "address", "geometry"]]
    return Delivery({"agencies": agencies}, {"agencies": len(agencies)})


IMPORTER = Importer("agencies", "Agencies", (AGENCIES,), build, check)
