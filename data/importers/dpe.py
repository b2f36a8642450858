"""Energy certificates (DPE, ADEME): one row a certificate, those that another replaces marked."""

from collections.abc import Sequence

import pandas as pd

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.places import points_kept
from data.importers.sheet import Sheet
from data.schemas.surroundings import DPE

COLUMNS = [
    "dpe_id", "established_on", "valid_until", "replaces", "replaced", "of_building", "kind", "dpe_class", "ghg_class",
    "ep_kwh_m2", "ef_kwh_m2", "ghg_kg_m2", "cost_eur_year", "year_built", "period", "living_area_m2", "dwellings",
    "heating_energy", "heating", "address", "ban_id", "ban_score", "insee_code", "rnb_id", "geometry",
]  # fmt: skip


def check(sheet: Sheet, desk: Desk) -> None:
    """Locate the certificates: x and y where they are given, else the pair of degrees."""
    if "geopoint" in sheet.positions and not {"x", "y"} & set(sheet.positions):
        pair = sheet.frame["geopoint"].str.split(",", expand=True).reindex(columns=[0, 1])
        sheet.frame["lat"] = pd.to_numeric(pair[0], errors="coerce").astype("float64")
        sheet.frame["lon"] = pd.to_numeric(pair[1], errors="coerce").astype("float64")
    sheet.shapes = points_kept(sheet)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a certificate, dwelling's or building's: what it stands for is its `kind`."""
    rows = good_frame(sheets[0], sheets[0].shapes)
    rows["insee_code"] = rows["insee"]
    rows["replaced"] = rows["dpe_id"].isin(rows["replaces"].dropna()).astype("boolean")
    counts = {str(word): int(count) for word, count in rows["dpe_class"].value_counts().sort_index().items()}
    totals = {
        "certificates": len(rows),
        "replaced": int(rows["replaced"].sum()),
        "not_located": int(rows.geometry.isna().sum()),
        "by_class": counts,
    }
    return Delivery({"dpe": rows[COLUMNS]}, totals)


IMPORTER = Importer("dpe", "Energy certificates (DPE)", (DPE,), build, check, public=True)
