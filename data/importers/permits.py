"""Building permits (SITADEL): one row a permit, its parcels rebuilt, its place that of the parcel in the store."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from data import ids
from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.sheet import Sheet
from data.schemas.surroundings import PERMITS
from geo.crs import WORKING_CRS

COLUMNS = [
    "permit_id", "kind", "insee_code", "state", "granted_on", "started_on", "completed_on", "applicant", "siren",
    "legal_category", "address", "parcels", "parcel_id", "land_area_m2", "new_building", "purpose", "floors",
    "dwellings", "dwellings_houses", "dwellings_flats", "dwellings_demolished", "dwellings_social",
    "dwellings_social_ownership", "living_area_m2", "premises_area_m2",
]  # fmt: skip
REFERENCES = [(f"section_{rank}", f"plot_{rank}") for rank in "123"]


def check(sheet: Sheet, desk: Desk) -> None:
    """Type and number make the permit: both twice are refused but the first; references to no parcel are counted."""
    names = sheet.frame["kind"].str.cat(sheet.frame["number"], sep="-")
    again = sheet.good & names.duplicated().to_numpy() & names.notna().to_numpy()
    first = dict(zip(names[::-1], sheet.lines[::-1], strict=True))
    details = [{"key": name, "first": int(first[name])} for name in names[again]]
    sheet.refuse(again, "repeated_id", "number", details=details)
    sheet.frame["permit_id"] = names
    rows = zip(sheet.frame["insee"], *(_pair(sheet, *pair) for pair in REFERENCES), strict=True)
    parcels, bad = zip(*(_parcels(insee, pairs) for insee, *pairs in rows), strict=True)
    sheet.frame["parcels"] = pd.array([",".join(held) or None for held in parcels], dtype="str")
    sheet.frame["parcel_id"] = pd.array([held[0] if held else None for held in parcels], dtype="str")
    sheet.warn("bad_parcel_reference", sheet.good & pd.array(bad, dtype="boolean").to_numpy(dtype=bool))


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a permit; an applicant without SIREN is nobody's business and is left out."""
    rows = good_frame(sheets[0])
    rows["insee_code"] = rows["insee"]
    rows["applicant"] = rows["applicant"].where(rows["siren"].notna())
    rows["address"] = (
        rows["street_number"].fillna("").str.cat(rows["street"].fillna(""), sep=" ").str.strip()
    ).replace("", None)
    rows["new_building"] = rows["nature"].map({"1": True, "2": False}).astype("boolean")
    rows["floors"] = rows["levels"] - 1
    points = _places(rows, desk)
    permits = gpd.GeoDataFrame(rows[COLUMNS].astype({"address": "str"}), geometry=points)
    kept = rows[rows["state"].ne("cancelled").fillna(True)]
    totals = {
        "permits": len(permits),
        "dwellings": int(kept["dwellings"].sum()),
        "dwellings_social": int(kept["dwellings_social"].sum()),
        "not_located": int(permits.geometry.isna().sum()),
    }
    return Delivery({"permits": permits}, totals)


def _pair(sheet: Sheet, section: str, plot: str) -> list[tuple[str, str]]:
    texts = sheet.frame[[section, plot]].fillna("")
    return list(texts.itertuples(index=False, name=None))


def _parcels(insee: str | None, pairs: Sequence[tuple[str, str]]) -> tuple[list[str], bool]:
    """Parcels of a permit (no prefix is given: none is supposed), and whether a reference makes none."""
    held, bad = [], False
    for section, plot in pairs:
        if not section and not plot:
            continue
        try:
            held.append(ids.parcel_id_from(insee or "", "000", section, plot))
        except ids.IdError:
            bad = True
    return list(dict.fromkeys(held)), bad


def _places(rows: pd.DataFrame, desk: Desk) -> gpd.GeoSeries:
    """A point within the first parcel that the store has; missing where it has none (renumbered, or not imported)."""
    nowhere = gpd.GeoSeries([None] * len(rows), index=rows.index, crs=WORKING_CRS)
    wanted = sorted({code for text in rows["parcels"].dropna() for code in text.split(",")})
    known = desk.known("parcels", columns=["geometry"], where={"parcel_id": wanted}) if wanted else None
    if known is None:
        return nowhere
    points = known.geometry.representative_point().to_dict()
    found = [
        next((points[code] for code in text.split(",") if code in points), None)
        if isinstance(text, str)
        else None
        for text in rows["parcels"]
    ]
    return gpd.GeoSeries(found, index=rows.index, crs=WORKING_CRS)


IMPORTER = Importer("permits", "Building permits (SITADEL)", (PERMITS,), build, check, public=True)
