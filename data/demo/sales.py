"""The invented sales of five years: houses with their land, flats without, as the public file tells them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import frame
from data.demo.chance import stream
from data.demo.land import Land
from data.demo.parameters import family, parameter
from geo.crs import WORKING_CRS

YEARS = 5
HOUSE_FABRICS = ("pavilion", "orchard")
# nature in the file, share of the sales of flats
NATURES = {"Vente": 0.95, "Vente en l'état futur d'achèvement": 0.04, "Adjudication": 0.01}
GLOBAL_SHARE = 0.5  # of the sales before completion, those whose price the file does not give
SPREAD = 0.32  # sigma of the lognormal of prices
AREA_SPREAD = 0.14  # sigma of the lognormal of prices by m²


def sales(land: Land, owned: pd.Index, seed: int) -> gpd.GeoDataFrame:
    """
    Return the sales by ``sale_id``, points within their parcel; the price is missing where the file gives none.

    Parameters
    ----------
    owned
        Parcels of those who do not sell one by one: landlords, public bodies, firms.
    """
    rng, facts = stream(seed, "sales"), land.facts
    private = facts.index[facts["use"].isin(["plots", "collective"]) & ~facts.index.isin(owned)]
    flats = facts.loc[private, "use"].eq("collective") | ~facts.loc[private, "fabric"].isin(HOUSE_FABRICS)
    counts = {kind: int(count) for kind, count in family("sales").items()}
    parcels, kinds = [], []
    for kind, chosen in (("house", private[~flats]), ("flat", private[flats])):
        weight = np.sqrt(land.parcels.area.loc[chosen].to_numpy()) if kind == "flat" else np.ones(len(chosen))
        parcels += list(rng.choice(chosen.to_numpy(), counts[kind], p=weight / weight.sum()))
        kinds += [kind] * counts[kind]
    count, house = len(parcels), np.array(kinds) == "house"
    median = np.where(house, parameter("sale_price.house"), parameter("sale_price.flat"))
    price = np.round(median * np.exp(rng.normal(0, SPREAD, count)), -2)
    eur_m2 = np.where(house, parameter("sale_eur_m2.house"), parameter("sale_eur_m2.flat"))
    area = np.round(price / eur_m2 / np.exp(rng.normal(0, AREA_SPREAD, count)))
    nature = np.where(house, "Vente", rng.choice(list(NATURES), count, p=list(NATURES.values())))
    untold = (nature == "Vente en l'état futur d'achèvement") & (rng.random(count) < GLOBAL_SHARE)
    table = pd.DataFrame(
        {
            "sold_on": frame.REFERENCE_DATE - pd.to_timedelta(rng.integers(1, 365 * YEARS, count), unit="D"),
            "nature": nature,
            "price_eur": np.where(untold, np.nan, price),
            "insee_code": frame.INSEE_CODE,
            "parcel_id": parcels,
            "parcels": 1,
            "land_area_m2": np.where(house, land.parcels["area_m2"].reindex(parcels), np.nan),
            "homes": 1,
            "home_kind": kinds,
            "home_area_m2": np.where(nature == "Vente en l'état futur d'achèvement", np.nan, area),
            "geometry": shapely.point_on_surface(land.parcels.geometry.reindex(parcels).to_numpy()),
        }
    )
    table = table.sort_values(["sold_on", "parcel_id"], kind="stable", ignore_index=True)
    rank = table.groupby(table["sold_on"].dt.year).cumcount() + 1
    ids = [f"{year}-invented-{n}" for year, n in zip(table["sold_on"].dt.year, rank, strict=True)]
    return gpd.GeoDataFrame(
        table.set_axis(pd.Index(ids, name="sale_id")), geometry="geometry", crs=WORKING_CRS
    )
