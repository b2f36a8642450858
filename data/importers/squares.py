"""Squares of 200 m (INSEE Filosofi): each drawn whole from its code, since its counts are of the whole square."""

import re
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.ids import SQUARE_M
from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.shapes import as_multi, to_working
from data.importers.sheet import Sheet
from data.schemas.squares import DRAWN_SQUARES, GRID_CRS, SQUARES, corner_of
from geo.crs import WORKING_CRS

COLUMNS = ["square_id", "insee_codes", "households", "social", "imputed", "geometry"]


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a square; squares of other files stay, since a file may hold one commune only."""
    rows = good_frame(sheets[0])
    rows["insee_codes"] = rows["insee_codes"].map(communes_of, na_action="ignore")
    squares = gpd.GeoDataFrame(rows, geometry=drawn(rows["square_id"]), crs=WORKING_CRS)[COLUMNS]
    totals = {
        "squares": len(rows),
        "imputed": int(rows["imputed"].fillna(False).sum()),
        "households": round(float(rows["households"].sum())),
        "social": round(float(rows["social"].sum())),
    }
    return Delivery({"squares": squares}, totals)


def drawn(codes: pd.Series) -> np.ndarray:
    """Whole squares of these codes, in EPSG:2154."""
    corners = np.array([corner_of(code) for code in codes], dtype=float).reshape(-1, 2)
    west, south = corners.T
    boxes = shapely.box(west, south, west + SQUARE_M, south + SQUARE_M)
    return as_multi(to_working(boxes, GRID_CRS))


def communes_of(text: str) -> str:
    """Codes of communes written one after another (`9301093064`) as a comma list; another text as it is."""
    digits = text if len(text) % 5 == 0 else f"0{text}"
    codes = re.findall(r".{5}", digits)
    return ",".join(codes) if "".join(codes) == digits and digits.isalnum() else text


IMPORTER = Importer("squares", "Squares of 200 m", (SQUARES, DRAWN_SQUARES), build, public=True)
