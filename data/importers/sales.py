"""Sales of property (DVF): the lines of a sale made one, its price counted once."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from data.importers.desk import Desk
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.places import points_kept
from data.importers.sheet import Sheet
from data.schemas.market import SALES
from geo.crs import WORKING_CRS

LAND = ["sale_id", "parcel_id", "culture", "culture_detail", "land_area_m2"]
HOMES = {"Appartement": "flat", "Maison": "house"}
OUTBUILDING = "Dépendance"


def check(sheet: Sheet, desk: Desk) -> None:
    """Locate the lines; refuse the sales whose lines disagree on the price."""
    sheet.shapes = points_kept(sheet)
    rows = sheet.frame[sheet.good]
    prices = rows.groupby("sale_id")["price_eur"].nunique()
    torn = sheet.frame["sale_id"].isin(prices.index[prices > 1]).to_numpy()
    sheet.refuse(sheet.good & torn, "several_prices", "price_eur")


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a sale: price once, land once a parcel and kind of land, in the middle of its parcels."""
    rows = good_frame(sheets[0], sheets[0].shapes)
    grouped = rows.groupby("sale_id", sort=True)
    land = rows.drop_duplicates(LAND).groupby("sale_id")["land_area_m2"].sum(min_count=1)
    sales = pd.DataFrame(
        {
            "sold_on": grouped["sold_on"].first(),
            "nature": grouped["nature"].first(),
            "price_eur": grouped["price_eur"].first(),
            "insee_code": grouped["insee"].first(),
            "parcel_id": grouped["parcel_id"].first(),
            "parcels": grouped["parcel_id"].nunique(),
            "land_area_m2": land,
        }
    ).join(homes_of(rows))
    xy = pd.DataFrame({"x": rows.geometry.x, "y": rows.geometry.y}).groupby(rows["sale_id"]).mean()
    xy = xy.reindex(sales.index)
    points = gpd.GeoSeries(gpd.points_from_xy(xy["x"], xy["y"]), index=xy.index, crs=WORKING_CRS)
    points = points.where(np.isfinite(xy["x"]), None)
    sales = gpd.GeoDataFrame(sales, geometry=points).reset_index()
    totals = {"sales": len(sales), "price_eur": round(float(sales["price_eur"].sum()))}
    return Delivery({"sales": sales}, totals | {"without_price": int(sales["price_eur"].isna().sum())})


def homes_of(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Count the homes of each sale, and their area.

    The premises of a parcel stand again beside each kind of its land: those of its first kind are read. Two homes
    alike in one sale are two homes.

    Returns
    -------
    pandas.DataFrame
        By ``sale_id``: ``homes``; ``home_kind`` (flat, house), missing where a sale holds both or neither; and
        ``home_area_m2``, missing where other premises than homes and outbuildings are sold with them, or where
        the area of a home is not told.
    """
    land = rows.groupby(LAND, dropna=False, sort=False).ngroup()
    once = land == land.groupby([rows["sale_id"], rows["parcel_id"]], dropna=False).transform("first")
    premises = rows[once & rows["premises"].notna()]
    sale, kind = premises["sale_id"], premises["premises"].map(HOMES)
    area = premises["premises_area_m2"].where(premises["premises_area_m2"] > 0)
    blurred = (kind.isna() & (premises["premises"] != OUTBUILDING)) | (kind.notna() & area.isna())
    found = pd.DataFrame(
        {
            "homes": kind.groupby(sale).count(),
            "home_kind": kind.groupby(sale).first().where(kind.groupby(sale).nunique() == 1),
            "home_area_m2": area.where(kind.notna()).groupby(sale).sum(min_count=1),
        }
    )
    found["home_area_m2"] = found["home_area_m2"].mask(blurred.groupby(sale).any())
    return found.reindex(rows["sale_id"].unique())


IMPORTER = Importer("sales", "Sales of property (DVF)", (SALES,), build, check, public=True)
