"""Stations of Île-de-France: one row an interchange, its modes and lines gathered, never one a line."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.places import points_kept
from data.importers.sheet import Sheet
from data.schemas.public import STATIONS
from geo.crs import WORKING_CRS

MODES = {"TRAM": "TRAMWAY"}


def check(sheet: Sheet, desk: Desk) -> None:
    """Put the points in Lambert 93; `geo_point_2d` serves where x and y are wrong (one line is in another system)."""
    if "point" in sheet.positions and "lon" not in sheet.positions:
        pair = sheet.frame["point"].str.split(",", expand=True).reindex(columns=[0, 1])
        sheet.frame["lat"] = pd.to_numeric(pair[0], errors="coerce").astype("float64")
        sheet.frame["lon"] = pd.to_numeric(pair[1], errors="coerce").astype("float64")
    sheet.shapes = points_kept(sheet)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """Gather the lines of each interchange; its point is the middle of theirs."""
    rows = good_frame(sheets[0], sheets[0].shapes)
    rows["mode"] = rows["mode"].str.upper().replace(MODES)
    rows["x"], rows["y"] = rows.geometry.x, rows.geometry.y
    stations = rows.groupby("station_id", sort=True).agg(
        name=("name", "first"),
        modes=("mode", _listed),
        lines=("line", _listed),
        x=("x", "mean"),
        y=("y", "mean"),
    )
    geometry = gpd.points_from_xy(stations["x"], stations["y"], crs=WORKING_CRS)
    stations = gpd.GeoDataFrame(stations.drop(columns=["x", "y"]), geometry=geometry).reset_index()
    stations["geometry"] = stations.geometry.where(~stations.geometry.is_empty, None)
    return Delivery({"stations": stations}, {"stations": len(stations), "rows": len(rows)})


def _listed(values) -> str | None:
    return ",".join(sorted(values.dropna().unique())) or None


IMPORTER = Importer("stations", "Stations (Île-de-France Mobilités)", (STATIONS,), build, check, public=True)
