"""Amenities: the national list (BPE) by code of its year, or OpenStreetMap by tag, in one short vocabulary."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.places import points_kept
from data.importers.sheet import Sheet
from data.schemas.surroundings import AMENITIES, OSM_AMENITIES, PARK_LEAST_M2, TAGS

WORDS = Path(__file__).parent.parent / "schemas" / "amenities.csv"
COLUMNS = ["amenity_id", "kind", "code", "name", "insee_code", "capacity", "quality", "source", "geometry"]


def check(sheet: Sheet, desk: Desk) -> None:
    """Give each row its kind; put surfaces at a point within them; count what is no amenity of ours."""
    sheet.shapes = points_kept(sheet)
    if sheet.layout is OSM_AMENITIES:
        area_m2 = shapely.area(sheet.shapes)
        drawn = ~shapely.is_missing(sheet.shapes)
        sheet.shapes[drawn] = shapely.point_on_surface(sheet.shapes[drawn])
        sheet.frame["code"] = _tags(sheet)
    kinds = sheet.frame["code"].map({code: kind_of(code) for code in sheet.frame["code"].dropna().unique()})
    sheet.frame["kind"] = kinds.astype("str")
    if sheet.layout is OSM_AMENITIES:
        small = (area_m2 > 0) & (area_m2 < PARK_LEAST_M2)
        sheet.frame["kind"] = sheet.frame["kind"].mask(small & (kinds == "park").to_numpy(), "garden")
    sheet.warn("no_amenity", sheet.good & sheet.frame["kind"].isna().to_numpy())


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row an amenity; the national list has no numbers, so a row goes by its place, type and rank."""
    sheet = sheets[0]
    rows = good_frame(sheet, sheet.shapes)
    rows = rows[rows["kind"].notna()].reset_index(drop=True)
    osm = sheet.layout is OSM_AMENITIES
    rows["source"] = "osm" if osm else "bpe"
    rows["amenity_id"] = "osm-" + rows["osm_id"] if osm else _made_ids(rows)
    rows["insee_code"] = pd.array([None] * len(rows), dtype="str") if osm else rows["insee"]
    rows = rows.reindex(columns=COLUMNS).drop_duplicates("amenity_id")
    rows["capacity"] = rows["capacity"].astype("Int64")
    rows[["name", "quality"]] = rows[["name", "quality"]].astype("str")
    counts = {str(kind): int(count) for kind, count in rows["kind"].value_counts().sort_index().items()}
    totals = {"amenities": len(rows), "not_located": int(rows.geometry.isna().sum()), "by_kind": counts}
    scope = () if osm else tuple(sorted({f"bpe-{code}-" for code in rows["insee_code"].dropna()}))
    return Delivery({"amenities": rows}, totals, replaces={"amenities": scope} if scope else {})


def kind_of(code: str) -> str | None:
    """
    Kind of an amenity by its code (BPE) or tag (OpenStreetMap); None where we have no word for it.

    >>> kind_of("D307"), kind_of("amenity=school"), kind_of("shop=books"), kind_of("amenity=bench")
    ('pharmacy', 'school', 'shop', None)
    """
    words = _words()
    general = f"{code.partition('=')[0]}=*" if "=" in code else code[:2].upper()
    return words.get(code) or words.get(code.upper()) or words.get(general)


@cache
def _words() -> dict[str, str]:
    rows = pd.read_csv(WORDS, dtype=str)
    return dict(zip(rows["code"], rows["kind"], strict=True))


def _tags(sheet: Sheet) -> pd.Series:
    """The first tag of each element that makes it an amenity; else the first it has."""
    chosen = np.full(len(sheet), None, dtype=object)
    for known in (True, False):
        for tag in TAGS:
            values = sheet.frame[tag].to_numpy(dtype=object, na_value=None)
            for row in np.flatnonzero([v is not None for v in values]):
                code = f"{tag}={values[row].split(';')[0]}"
                if chosen[row] is None and (kind_of(code) is not None or not known):
                    chosen[row] = code
    return pd.Series(pd.array(chosen, dtype="str"), index=sheet.frame.index)


def _made_ids(rows: pd.DataFrame) -> pd.Series:
    xy = shapely.get_coordinates(rows.geometry.where(rows.geometry.notna(), shapely.Point(0, 0))).round(1)
    texts = rows["code"].str.cat(
        [rows["name"].fillna(""), pd.Series(map(str, xy.tolist()), rows.index)], sep="|"
    )
    digests = texts.map(lambda text: hashlib.blake2b(text.encode(), digest_size=6).hexdigest())
    made = "bpe-" + rows["insee"] + "-" + digests
    return made + "-" + (made.groupby(made).cumcount() + 1).astype("str")


IMPORTER = Importer("amenities", "Amenities", (AMENITIES, OSM_AMENITIES), build, check, public=True)
