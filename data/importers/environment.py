"""Maps of the environment: bands of noise, heat networks, summer heat, hazards; one delivery a kind and source."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.shapes import polygons_of
from data.importers.sheet import Sheet
from data.schemas.environment import ENVIRONMENT, SURFACES, VALUES

COLUMNS = ["feature_id", "kind", "value", "label", "source", "dated_on", "geometry"]


def check(sheet: Sheet, desk: Desk) -> None:
    """Refuse a value that is missing or is none of its kind's, and a line or point where only ground counts."""
    kinds = sheet.frame["kind"]
    for kind, (least, most, unit) in VALUES.items():
        of_kind = sheet.good & (kinds == kind).to_numpy(dtype=bool, na_value=False)
        value = sheet.frame["value"].to_numpy(dtype=float)
        bounds = f"{least:g} – {most:g} {unit}"
        sheet.refuse(of_kind & np.isnan(value), "blank", "value")
        sheet.refuse(of_kind & ((value < least) | (value > most)), "out_of_range", "value", bounds=bounds)
    _require_ground(sheet, kinds.isin(SURFACES).to_numpy(dtype=bool))


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a feature; the file replaces what was there of its kinds and sources."""
    rows = good_frame(sheets[0], sheets[0].shapes)
    if desk.options.source:
        rows["source"] = rows["source"].fillna(desk.options.source)
    maps = rows["kind"] + "-" + rows["source"].fillna("").map(_digest) + "-"
    rows["feature_id"] = _made_ids(rows, maps)
    counts = {str(kind): int(count) for kind, count in rows["kind"].value_counts().sort_index().items()}
    totals = {"features": len(rows), "by_kind": counts}
    return Delivery({"environment": rows[COLUMNS]}, totals, {"environment": tuple(sorted(maps.unique()))})


def _require_ground(sheet: Sheet, ground: np.ndarray) -> None:
    """Keep the polygons of what is judged by its ground; refuse what has none."""
    chosen = sheet.good & ground
    flat = chosen & (shapely.area(sheet.shapes) == 0)
    named = [{"shape": shape.geom_type} for shape in sheet.shapes[flat]]
    sheet.refuse(flat, "no_area", "geometry", details=named)
    chosen &= ~flat
    sheet.shapes[chosen] = polygons_of(sheet.shapes[chosen])


def _made_ids(rows: pd.DataFrame, maps: pd.Series) -> pd.Series:
    """A feature goes by its map, what it says and its outline, so that one that stays keeps its number."""
    outlines = shapely.to_wkb(rows.geometry.to_numpy(), hex=True)
    told = zip(rows["value"], rows["label"], rows["dated_on"], outlines, strict=True)
    made = maps + pd.Series([_digest(str(parts)) for parts in told], index=rows.index, dtype="str")
    return made + "-" + (made.groupby(made).cumcount() + 1).astype("str")


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


# a new map redraws its bands, as a new plan its zones: what it replaces is told, not asked
IMPORTER = Importer(
    "environment",
    "Maps of noise, heat, slope and hazards",
    (ENVIRONMENT,),
    build,
    check,
    public=True,
    asks_removals=False,
)
