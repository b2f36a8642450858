"""Parcels of legal persons (MAJIC): areas added up by parcel, owner and right; groups 0 to 9."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from data import ids
from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.sheet import Sheet
from data.schemas.public import OWNERS


def check(sheet: Sheet, desk: Desk) -> None:
    """Build the parcel of each row from its columns; keep the MAJIC number where there is no SIREN."""
    names = ["department", "commune", "prefix", "section", "number"]
    parcels = sheet.frame[names].fillna("")
    made = {row: _parcel(*row) for row in parcels.drop_duplicates().itertuples(index=False, name=None)}
    built = pd.Series([made[row] for row in parcels.itertuples(index=False, name=None)], dtype="str")
    sheet.refuse(
        sheet.good & built.isna().to_numpy(),
        "bad_id",
        "number",
        kind="parcel",
        expected="columns that make 14 characters",
    )
    sheet.frame["parcel_id"] = built
    without = sheet.good & sheet.frame["siren"].isna().to_numpy()
    sheet.warn("no_siren", without, "siren")
    sheet.frame["siren"] = sheet.frame["siren"].fillna("MAJIC " + sheet.frame["majic"].fillna("unknown"))


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a parcel, owner and right; the file replaces the owners of the communes that it holds."""
    rows = good_frame(sheets[0])
    rows["rights"] = _code(rows["right"])
    rows["owner_group"] = _code(rows["group"])
    rows["area_m2"] = rows["area_m2"].astype("float64")
    held = rows.groupby(["parcel_id", "siren", "rights"], sort=True)
    owners = held[["name", "owner_group", "legal_form"]].first()
    owners = owners.assign(area_m2=held["area_m2"].sum(min_count=1)).reset_index()
    groups = {
        str(group): int(count) for group, count in rows["owner_group"].value_counts().sort_index().items()
    }
    totals = {
        "rows": len(rows),
        "owners": len(owners),
        "parcels": owners["parcel_id"].nunique(),
        "rows_by_group": groups,
    }
    return Delivery(
        {"owners": owners}, totals, {"owners": tuple(sorted(owners["parcel_id"].str[:5].unique()))}
    )


def _parcel(department: str, commune: str, prefix: str, section: str, number: str) -> str | None:
    try:
        return ids.parcel_id_from(department[:2] + commune.zfill(3), prefix, section, number)
    except ids.IdError:
        return None


def _code(texts: pd.Series) -> pd.Series:
    """Code at the head of `5 - Office HLM`."""
    return texts.str.replace(r"(?s)-.*", "", regex=True).str.strip().replace("", np.nan).astype("str")


IMPORTER = Importer("owners", "Parcels of legal persons", (OWNERS,), build, check, public=True)
