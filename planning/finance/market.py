"""What homes sell for around a site: the median price by m² of the sales (DVF), by kind of home."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geo.crs import require_working_crs

HOME_KIND = {"small_collective": "flat", "intermediate": "flat", "townhouse": "house"}
NATURES = ("Vente", "Vente en l'état futur d'achèvement")
COLUMNS = ["market_eur_m2", "sales"]


def priced(
    sales: gpd.GeoDataFrame | None, kind: str, p: Mapping[str, float], *, until: pd.Timestamp | None = None
) -> gpd.GeoDataFrame | None:
    """
    Return the sales of homes of one kind that tell a price by m² (``eur_m2``), of the ``market.years`` before the last.

    Left out: what is no sale (exchange, auction, expropriation), a sale of other premises too, and a price by m² out of
    ``market.least_eur_m2`` to ``market.most_eur_m2``, which is no price between strangers for a home.
    """
    if sales is None or sales.empty:
        return None
    told = sales[
        sales["nature"].isin(NATURES)
        & (sales["home_kind"] == kind)
        & (sales["home_area_m2"] > 0)
        & sales["price_eur"].notna()
        & ~(sales.geometry.isna() | sales.geometry.is_empty)
    ]
    told = told.assign(eur_m2=told["price_eur"] / told["home_area_m2"])
    told = told[told["eur_m2"].between(p["market.least_eur_m2"], p["market.most_eur_m2"])]
    since = (sales["sold_on"].max() if until is None else until) - pd.DateOffset(years=int(p["market.years"]))
    return told[told["sold_on"] > since]


def market_price(
    sites: gpd.GeoDataFrame,
    sales: gpd.GeoDataFrame | None,
    form: str,
    p: Mapping[str, float],
    *,
    until: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """
    Median price of the homes sold around each site, EUR by m² of living area, as the file of the sales tells it.

    Flats for a small collective and intermediate housing, houses for townhouses; homes of any age, most of them
    second-hand, so that a discount of a new home against it is told too low rather than too high.

    Parameters
    ----------
    sites
        Shapes, EPSG:2154; the ``market.most_sales`` sales nearest to their centre count, within ``market.radius_m``.
    sales
        ``sold_on``, ``nature``, ``price_eur``, ``home_kind``, ``home_area_m2`` and points, EPSG:2154.
    until
        Day of the last sale known anywhere, where only some of the sales are given.

    Returns
    -------
    pandas.DataFrame
        In the order of the sites: ``market_eur_m2``, missing under ``market.least_sales`` sales, and ``sales``.

    Raises
    ------
    CRSError
        If the sites or the sales are not in EPSG:2154.
    """
    require_working_crs(sites)
    out = pd.DataFrame({"market_eur_m2": np.nan, "sales": 0}, index=sites.index)
    told = priced(sales, HOME_KIND[form], p, until=until)
    if told is None or told.empty or sites.empty:
        return out
    require_working_crs(told)
    centres = shapely.get_coordinates(shapely.centroid(sites.geometry.to_numpy()))
    known = np.append(told["eur_m2"].to_numpy(dtype=float), np.nan)
    _away, nearest = cKDTree(shapely.get_coordinates(told.geometry.to_numpy())).query(
        centres, k=range(1, int(p["market.most_sales"]) + 1), distance_upper_bound=p["market.radius_m"]
    )
    eur_m2 = np.sort(known[nearest], axis=1)  # those beyond the radius are missing, and last
    count = (~np.isnan(eur_m2)).sum(axis=1)
    row, middle = np.arange(len(sites)), count - 1
    median = (eur_m2[row, middle // 2] + eur_m2[row, (middle + 1) // 2]) / 2
    out["market_eur_m2"] = np.where(count >= max(p["market.least_sales"], 1), median, np.nan)
    out["sales"] = count
    return out
