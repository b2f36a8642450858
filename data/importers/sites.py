"""Outlines of sites that somebody wants studied: kept beside the drawn ones, judged like parcels."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
import shapely

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.sheet import Sheet
from data.schemas.landlord import SITES

LEAST_M2, MOST_M2 = 50.0, 200_000.0


def check(sheet: Sheet, desk: Desk) -> None:
    """Refuse an outline too small, or too large, to be a site."""
    area_m2 = shapely.area(sheet.shapes)
    odd = sheet.good & ((area_m2 < LEAST_M2) | (area_m2 > MOST_M2))
    details = [{"area": f"{m2:.0f}"} for m2 in area_m2[odd]]
    sheet.refuse(odd, "site_size", details=details, least=f"{LEAST_M2:.0f}", most=f"{MOST_M2:.0f}")


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row an outline; the code of a site names it, so that a new file corrects it."""
    sites = good_frame(sheets[0], sheets[0].shapes)
    keys = "D-" + sites["site_id"].astype("str")
    known = desk.known("drawn_sites", columns=["made_at"])
    made = pd.Series(pd.NaT, index=keys) if known is None else known["made_at"].reindex(keys)
    now = pd.Timestamp(datetime.now(UTC).replace(tzinfo=None, microsecond=0))
    shapes = [shapely.MultiPolygon(shapely.get_parts(shape).tolist()) for shape in sites.geometry]
    outlines = sites[["geometry"]].set_geometry(shapes, crs=sites.crs).assign(
        drawn_id=keys, name=sites["name"].fillna(sites["site_id"]), source="imported",
        made_at=made.fillna(now).to_numpy(), made_by=None,
    )  # fmt: skip
    area_m2 = float(shapely.area(sites.geometry.to_numpy()).sum())
    return Delivery({"drawn_sites": outlines}, {"sites": len(sites), "area_m2": round(area_m2)})


IMPORTER = Importer("sites", "Outlines of sites", (SITES,), build, check)
