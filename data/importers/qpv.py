"""Priority districts (QPV): outlines of 2015 or 2024; a district may span communes."""

from collections.abc import Sequence

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.sheet import Sheet
from data.schemas.public import QPV


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a priority district, as its outline stands; a district may span communes."""
    districts = good_frame(sheets[0], sheets[0].shapes)[["qpv_id", "name", "renewal", "geometry"]]
    return Delivery({"qpv": districts}, {"qpv": len(districts)})


IMPORTER = Importer("qpv", "Priority districts (QPV)", (QPV,), build, public=True)
