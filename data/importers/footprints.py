"""Buildings that stand: the cadastre's, whole communes at a time, or those of BD TOPO."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.sheet import Sheet
from data.schemas.footprints import CADASTRE_FOOTPRINTS, TOPO_FOOTPRINTS

COLUMNS = ["footprint_id", "insee_code", "kind", "dwellings", "floors", "height_m", "source", "geometry"]
LIGHT = ("oui", "yes", "true", "1")


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a building; a file of the cadastre replaces the buildings of its communes."""
    parts = [good_frame(sheet, sheet.shapes).assign(source=sheet.layout.name) for sheet in sheets]
    rows = pd.concat(parts, ignore_index=True)
    of_cadastre = rows["source"] == CADASTRE_FOOTPRINTS.name
    rows["insee_code"] = rows.get("insee")
    communes = tuple(sorted(rows.loc[of_cadastre, "insee_code"].dropna().unique()))
    if of_cadastre.any():
        rows = rows.assign(footprint_id=_numbered(rows))
    if "light" in rows:
        rows["kind"] = np.where(rows["light"].astype("str").str.casefold().isin(LIGHT), "light", "solid")
    kept = rows[[name for name in COLUMNS if name in rows.columns]]
    totals = {
        "buildings": len(kept),
        "footprint_m2": round(float(shapely.area(rows.geometry.to_numpy()).sum())),
    }
    return Delivery({"footprints": kept}, totals, {"footprints": tuple(f"{c}-" for c in communes)})


def _numbered(rows: pd.DataFrame) -> pd.Series:
    """Number the buildings of the cadastre by their commune and place, to the decimetre: it gives them none."""
    inside = shapely.get_coordinates(shapely.point_on_surface(rows.geometry.to_numpy()))
    places = [f"{x:.0f}-{y:.0f}" for x, y in np.round(inside * 10)]
    ids = rows["insee_code"].astype("str") + "-" + pd.Series(places, index=rows.index)
    again = ids.groupby(ids).cumcount()
    return ids.where(again == 0, ids + "-" + (again + 1).astype("str"))


IMPORTER = Importer(
    "footprints", "Buildings (cadastre, BD TOPO)", (CADASTRE_FOOTPRINTS, TOPO_FOOTPRINTS), build, public=True
)
