"""The invented squares of 200 m: households and social dwellings, counted from the stock and the other housing."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import frame
from data.demo.chance import quotas
from data.demo.land import Land
from data.demo.owners import LANDLORD, OTHERS
from data.demo.parameters import family, parameter
from data.ids import SQUARE_M
from data.schemas.squares import GRID_CRS
from geo.crs import WORKING_CRS

COLUMNS = ["insee_codes", "households", "social", "imputed", "geometry"]
LEAST_HOUSEHOLDS = 11  # INSEE: the figures of a square with fewer are those of a wider area, shared out
WIDER_M = 1_000
LANDLORDS = {"own": LANDLORD[0], "other": OTHERS["other_landlord"][0]}


def squares(
    land: Land, built: gpd.GeoDataFrame, owners: pd.DataFrame, stock: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """
    Return the squares that somebody lives in, by ``square_id``.

    Parameters
    ----------
    built
        Footprints with ``floors``, by ``invented-`` and their parcel.
    stock
        The landlord's buildings as points, with ``dwellings`` and ``households``.
    """
    others = other_homes(land, built, owners)
    homes = pd.concat([stock[["dwellings", "households", "geometry"]], others], ignore_index=True)
    xy = gpd.GeoSeries(homes["geometry"], crs=WORKING_CRS).to_crs(GRID_CRS).get_coordinates().to_numpy()
    east, north = (xy // SQUARE_M * SQUARE_M).astype(int).T
    told = homes[["households", "dwellings"]].groupby([north, east]).sum().astype(float)
    told = shared_out(told.rename(columns={"dwellings": "social"}))
    south, west = (told.index.get_level_values(level).to_numpy() for level in (0, 1))
    boxes = gpd.GeoSeries(shapely.box(west, south, west + SQUARE_M, south + SQUARE_M), crs=GRID_CRS)
    shapes = shapely.multipolygons(boxes.to_crs(WORKING_CRS).to_numpy()[:, None])
    codes = [f"CRS3035RES{SQUARE_M}mN{n}E{e}" for n, e in zip(south, west, strict=True)]
    rows = told.assign(insee_codes=frame.INSEE_CODE, geometry=shapes)
    rows = rows.set_axis(pd.Index(codes, name="square_id"))
    return gpd.GeoDataFrame(rows[COLUMNS], geometry="geometry", crs=WORKING_CRS)


def shared_out(told: pd.DataFrame) -> pd.DataFrame:
    """
    Return the squares as INSEE tells them: those of few households get the mean of the kilometre that they lie in.

    Parameters
    ----------
    told
        ``households`` and ``social`` by north and east of each square, m.

    Returns
    -------
    pandas.DataFrame
        The same sums, without the squares that nobody lives in, and ``imputed``.
    """
    few = told["households"] < LEAST_HOUSEHOLDS
    north, east = (told.index.get_level_values(level) // WIDER_M for level in (0, 1))
    wider = told.where(few, 0.0).groupby([north, east]).transform("sum")
    share = (told["households"] / wider["households"]).where(wider["households"] > 0)
    social = told["social"].mask(few, share * wider["social"])
    return told.assign(social=social, imputed=few)[told["households"] > 0]


def other_homes(land: Land, built: gpd.GeoDataFrame, owners: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the homes that are not the landlord's, by parcel: the other landlord's, then those of all others."""
    parcels = built.index.str.removeprefix("invented-")
    facts = land.facts.loc[parcels]
    density = family("density")
    weight = facts["use"].map(density).fillna(facts["fabric"].map(density).where(facts["use"] == "plots"))
    floors = built["floors"].to_numpy(dtype=float, na_value=0.0)
    floor_m2 = built.area.to_numpy() * floors * weight.fillna(0.0).to_numpy()
    holder = {
        name: parcels.isin(owners.loc[owners["siren"] == siren, "parcel_id"])
        for name, siren in LANDLORDS.items()
    }
    floor_m2[holder["own"]] = 0.0
    social = holder["other"]
    dwellings = np.where(social, np.round(floor_m2 / parameter("floor_m2_per_dwelling")), 0).astype(int)
    households = np.round(dwellings * parameter("other_let_share")).astype(int)
    households[~social] = quotas(int(parameter("private_households")), floor_m2[~social])
    rows = {"dwellings": dwellings, "households": households}
    return gpd.GeoDataFrame(rows, geometry=shapely.centroid(built.geometry.to_numpy()), crs=WORKING_CRS)
