"""Cadastral parcels: Etalab GeoJSON (plain or gzip) and the IGN shapefile, whole communes at a time."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from data import ids
from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.sheet import Sheet
from data.schemas.public import IGN_PARCELS, PARCELS

AREA_TOLERANCE_SHARE = 0.10
COLUMNS = ["parcel_id", "insee_code", "section", "number", "area_m2", "created", "updated", "geometry"]


def check(sheet: Sheet, desk: Desk) -> None:
    """Refuse parcels whose columns make no identifier; count those drawn larger or smaller than registered."""
    if sheet.layout is IGN_PARCELS:
        sheet.frame["parcel_id"] = _built_ids(sheet)
    drawn_m2 = shapely.area(sheet.shapes)
    registered_m2 = sheet.frame["area_m2"].to_numpy(dtype=float, na_value=np.nan)
    with np.errstate(invalid="ignore"):
        differs = np.abs(drawn_m2 - registered_m2) > AREA_TOLERANCE_SHARE * registered_m2
    sheet.warn("area_differs", sheet.good & differs)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a parcel; the file replaces the parcels of the communes that it holds."""
    parcels = pd.concat([good_frame(sheet, sheet.shapes) for sheet in sheets], ignore_index=True)
    parcels["insee_code"] = parcels["parcel_id"].str[:5]
    parcels["section"] = parcels["parcel_id"].str[8:10]
    parcels["number"] = parcels["parcel_id"].str[10:].str.lstrip("0").replace("", "0")
    parcels["area_m2"] = parcels["area_m2"].astype("float64").where(parcels["area_m2"] > 0)
    communes = tuple(sorted(parcels["insee_code"].unique()))
    kept = parcels[[name for name in COLUMNS if name in parcels.columns]]
    totals = {
        "parcels": len(parcels),
        "communes": len(communes),
        "registered_m2": float(parcels["area_m2"].sum()),
    }
    return Delivery({"parcels": kept}, totals, replaces={"parcels": communes})


def _built_ids(sheet: Sheet) -> pd.Series:
    """Identifiers from the IGN's columns: CODE_DEP + CODE_COM + COM_ABS + SECTION + NUMERO."""
    built, bad = [], np.zeros(len(sheet), dtype=bool)
    parts = sheet.frame[["code_dep", "code_com", "com_abs", "section", "numero"]].itertuples(index=False)
    for row, (department, commune, absorbed, section, number) in enumerate(parts):
        try:
            insee = department[:2] + commune.zfill(3)
            built.append(ids.parcel_id_from(insee, absorbed, section, number))
        except (ids.IdError, TypeError, AttributeError):
            built.append(None)
            bad[row] = True
    sheet.refuse(
        bad & sheet.good, "bad_id", "numero", kind="parcel", expected="columns that make 14 characters"
    )
    return pd.Series(built, index=sheet.frame.index, dtype="str")


IMPORTER = Importer("parcels", "Cadastral parcels", (PARCELS, IGN_PARCELS), build, check, public=True)
