"""Communes: their outlines, or the ABC zone of those that the store has."""

from collections.abc import Sequence

import pandas as pd

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.sheet import Sheet
from data.schemas.public import ABC_ZONES, COMMUNES


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """Outlines of communes; or, from the ABC list, the zone of the communes that the store already has."""
    sheet = sheets[0]
    if sheet.layout is COMMUNES:
        communes = good_frame(sheet, sheet.shapes)[["insee_code", "name", "geometry"]]
        return Delivery({"communes": communes}, {"communes": len(communes)})
    zones = good_frame(sheet)[["insee_code", "abc_zone"]]
    known = desk.known("communes")
    kept = (
        known.drop(columns="abc_zone").merge(zones, left_index=True, right_on="insee_code")
        if known is not None
        else None
    )
    left_out = len(zones) - (0 if kept is None else len(kept))
    if left_out:
        sheet.note("not_in_store", count=left_out)
    tables: dict[str, pd.DataFrame] = {} if kept is None else {"communes": kept.reset_index(drop=True)}
    return Delivery(tables, {"communes": 0 if kept is None else len(kept), "zones": len(zones)})


IMPORTER = Importer("communes", "Communes and their ABC zone", (COMMUNES, ABC_ZONES), build, public=True)
