"""Former industrial sites (BASIAS, CASIAS): one point a site, and what it was found by."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import shapely

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.places import points_kept
from data.importers.sheet import Sheet
from data.schemas.surroundings import DRAWN_RISKS, RISKS

COLUMNS = [
    "risk_id",
    "register",
    "name",
    "activities",
    "state",
    "address",
    "insee_code",
    "located_by",
    "geometry",
]


def check(sheet: Sheet, desk: Desk) -> None:
    """Locate the sites; a group of points is brought to its middle."""
    sheet.shapes = points_kept(sheet)
    groups = shapely.get_type_id(sheet.shapes) == 4
    sheet.shapes[groups] = shapely.centroid(sheet.shapes[groups])


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a site."""
    rows: gpd.GeoDataFrame = good_frame(sheets[0], sheets[0].shapes)
    header = sheets[0].header("risk_id").casefold()
    rows["register"] = "casias" if "casias" in header or "ssp" in header else "basias"
    rows["insee_code"] = rows["insee"]
    rows["state"] = rows["state"].fillna("unknown")
    rows["located_by"] = rows["located_by"].fillna("unknown")
    counts = {str(word): int(count) for word, count in rows["state"].value_counts().items()}
    totals = {"sites": len(rows), "not_located": int(pd.isna(rows.geometry).sum()), **counts}
    return Delivery({"risks": rows[COLUMNS]}, totals)


IMPORTER = Importer("risks", "Former industrial sites", (RISKS, DRAWN_RISKS), build, check, public=True)
