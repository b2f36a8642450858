"""A territory plan as files: CSV that is read back, GeoJSON, the list of its residences."""

import io

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.crs import WORKING_CRS
from geo.neighbours import sector_shapes
from planning.territory.draft import DraftError
from views.jobs.export import to_bytes
from views.jobs.territory import Land


def csv(land: Land, plan: pd.Series) -> bytes:
    """Return the plan as CSV: residence, its name, dwellings, area and its name; `read_csv` gives it back."""
    return to_bytes(listed(land, plan), ".csv")


def read_csv(content: bytes, land: Land) -> pd.Series:
    """
    Return the area by unit of a plan's CSV; residences that it does not name are as today.

    Raises
    ------
    DraftError
        If a column is missing, or a residence or an area is unknown: the line is named.
    """
    try:
        table = pd.read_csv(io.BytesIO(content), dtype=str, sep=None, engine="python", encoding="utf-8-sig")
    except (ValueError, pd.errors.ParserError) as error:
        raise DraftError("this file is no table of text: {error}", error=error) from None
    absent = [column for column in ("residence_id", "area_id") if column not in table]
    if absent:
        raise DraftError(
            "no column {absent} in this file: export a plan to see the columns", absent=", ".join(absent)
        )
    table = table.assign(
        **{name: table[name].str.removeprefix("'").str.strip() for name in ("residence_id", "area_id")}
    )
    known = table["residence_id"].isin(land.residences.index) & (
        table["area_id"].isin(land.ground.areas) | table["area_id"].isna()
    )
    if not known.all():
        line = int(np.argmax(~known.to_numpy()))
        row = table.iloc[line]
        raise DraftError(
            "line {line}: residence {residence!r} or area {area!r} is unknown: correct it",
            line=line + 2,
            residence=row["residence_id"],
            area=row["area_id"],
        )
    by_residence = table.drop_duplicates("residence_id", keep="last").set_index("residence_id")["area_id"]
    named = by_residence.reindex(land.unit_of.index)
    read = named.groupby(land.unit_of.to_numpy()).first().reindex(land.ground.units)
    return read.where(read.notna(), land.ground.today).astype("object")


def geojson(land: Land, plan: pd.Series) -> bytes:
    """Return the plan's areas as GeoJSON polygons in WGS84, with their names and dwellings."""
    shapes = sector_shapes(land.cells, plan.dropna())
    size = land.ground.counts["dwellings"].groupby(plan).sum()
    frame = gpd.GeoDataFrame(
        {
            "area_id": shapes.index, "name": land.names.reindex(shapes.index).to_numpy(),
            "dwellings": size.reindex(shapes.index).astype("Int64").to_numpy(),
        },
        geometry=shapes.to_numpy(), crs=WORKING_CRS,
    )  # fmt: skip
    return to_bytes(frame, ".geojson")


def listed(land: Land, plan: pd.Series) -> pd.DataFrame:
    """Return every residence with its area in a plan; one without a location has today's."""
    today = land.residences["agency_id" if land.level == "agency" else "sector_id"]
    area = land.unit_of.map(plan).reindex(land.residences.index)
    area = area.where(land.residences.index.isin(land.unit_of.index), today)
    frame = land.residences[["name", "dwellings"]].assign(area_id=area, area=area.map(land.names))
    return pd.DataFrame(frame.rename_axis("residence_id"))
