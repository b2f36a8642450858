"""Outlines of sites that somebody wants studied: judged like any other; the store keeps evaluated parcels only."""

from collections.abc import Sequence

import shapely

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.sheet import Sheet
from data.schemas.landlord import SITES


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """The outlines as a frame for whoever reads the file; no table of the store receives them yet."""
    sites = good_frame(sheets[0], sheets[0].shapes)[["site_id", "name", "geometry"]]
    sheets[0].note("not_stored")
    area_m2 = shapely.area(sites.geometry.to_numpy())
    return Delivery({"outlines": sites}, {"sites": len(sites), "area_m2": round(float(area_m2.sum()))})


IMPORTER = Importer("sites", "Outlines of sites", (SITES,), build)
