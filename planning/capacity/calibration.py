"""How far the engine's estimate stands from permits that were granted: the error, permit by permit."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.parameters import Parameters
from planning.sites import SiteBlock, evaluate

EAST, NORTH = 657_000.0, 6_862_000.0
REACH_M, APART_M = 40.0, 5000.0
ASPECTS, STATIONS_AWAY = (0.5, 1.0, 2.0), (0.5, 4.0)
PUBLICS = {False: "family", True: "migrant_workers"}
NUMBERS = {
    "land_m2": "SUPERFICIE_TERRAIN",
    "dwellings": "NB_LGT_TOT_CREES",
    "floor_m2": "SURF_HAB_CREEE",
    "demolished": "NB_LGT_DEMOLIS",
    "t1": "NB_LGT_1P",
    "t2": "NB_LGT_2P",
    "t3": "NB_LGT_3P",
    "t4": "NB_LGT_4P",
    "t5": "NB_LGT_5P",
    "t6": "NB_LGT_6P_PLUS",
}


def permits(rows: pd.DataFrame) -> pd.DataFrame:
    """
    Read the permits of a SITADEL file of housing.

    Parameters
    ----------
    rows
        The file as text, its 94 columns under their codes.

    Returns
    -------
    pandas.DataFrame
        One row a permit: ``permit``, ``applicant``, ``granted_on``, ``land_m2`` (missing where the file says
        0), ``dwellings``, ``floor_m2``, ``demolished``, ``social_residence``, ``t1`` to ``t5`` (of 5 rooms and
        more) and ``unusable``: why the estimate cannot be compared, empty where it can.
    """
    number = {name: pd.to_numeric(rows[name], errors="coerce") for name in NUMBERS.values()}
    table = pd.DataFrame({name: number[column] for name, column in NUMBERS.items()})
    table["t5"] = table["t5"] + table.pop("t6")
    table = table.assign(
        permit=rows["NUM_DAU"],
        applicant=rows["DENOM_DEM"],
        granted_on=rows["DATE_REELLE_AUTORISATION"],
        social_residence=rows["RES_SOCIALE"].astype(str).str.lower() == "true",
        land_m2=table["land_m2"].where(table["land_m2"] > 0),
        floor_m2=table["floor_m2"].where(table["floor_m2"] > 0),
    )
    why = np.select(
        [table["land_m2"].isna(), ~(table["dwellings"] > 0), table["floor_m2"].isna()],
        ["land area unknown", "no dwelling built", "floor area unknown"],
        "",
    )
    return table.assign(unusable=why)


def compare(
    table: pd.DataFrame, zones: gpd.GeoDataFrame, labels: Sequence[str], parameters: Parameters
) -> pd.DataFrame:
    """
    Estimate each usable permit and state the error.

    Two things are measured apart. ``of_floor``: how many dwellings of the permit's own types the granted floor
    area holds by our sizes and ratios; it tests sizes and areas, and needs no plot. ``of_land``: what the engine
    lays out on a plot of the permit's area, as a rectangle between neighbours, for each zone label given, each of
    three proportions, near a station and far from any, free of the forms' largest numbers of dwellings (not of
    their storeys); the range says what shape, zone and station, which the file does not tell, are worth.

    Parameters
    ----------
    table
        `permits`; the rows that have a reason in ``unusable`` keep no estimate.
    zones
        Rows of ``plu_zones`` that have the labels.

    Returns
    -------
    pandas.DataFrame
        By permit: ``dwellings``, ``of_floor``, ``of_floor_error`` (share of the granted), ``least``, ``median``
        and ``most`` of the land, ``median_error``, ``inside`` (whether the granted lies in the range), ``unusable``.
    """
    usable = table[table["unusable"] == ""]
    laid = {}
    for public, rows in usable.groupby(usable["social_residence"].map(PUBLICS)):
        laid |= _of_land(rows["land_m2"], zones, labels, public, parameters)
    rows = zip(table.index, table.to_dict("records"), strict=True)
    return pd.DataFrame([_compared(row, laid.get(rank, ()), parameters) for rank, row in rows])


def _compared(row: dict, laid: Sequence[int], parameters: Parameters) -> dict:
    """One permit beside its estimates."""
    found = {
        name: row[name] for name in ("permit", "applicant", "land_m2", "dwellings", "floor_m2", "unusable")
    }
    if row["unusable"]:
        return found
    held = _of_floor(row, PUBLICS[row["social_residence"]], parameters)
    granted = row["dwellings"]
    median = float(np.median(laid))
    return found | {
        "of_floor": held,
        "of_floor_error": held / granted - 1,
        "least": min(laid),
        "median": median,
        "most": max(laid),
        "median_error": median / granted - 1,
        "inside": min(laid) <= granted <= max(laid),
    }


def _of_floor(row: dict, public: str, parameters: Parameters) -> int:
    """Dwellings of the permit's types that its floor area holds by our living areas and ratio."""
    sizes = parameters.table("dwelling_m2") | parameters.table(f"public.{public}.dwelling_m2")
    counts = {kind: row[kind.lower()] for kind in sizes}
    mean_m2 = sum(counts[kind] * sizes[kind] for kind in sizes) / sum(counts.values())
    return int(row["floor_m2"] * parameters["small_collective.living_share"] / mean_m2)


def _of_land(
    land_m2: pd.Series, zones: gpd.GeoDataFrame, labels: Sequence[str], public: str, parameters: Parameters
) -> dict[str, list[int]]:
    """
    Dwellings of the best form on plots of the area of each permit, one for each zone, proportion and station.

    The plots are evaluated in one block, too far from each other to see a neighbour's station.
    """
    cases = pd.DataFrame(
        product(land_m2.index, labels, ASPECTS, STATIONS_AWAY), columns=["permit", "label", "aspect", "away"]
    )
    width = np.sqrt(cases["permit"].map(land_m2) / cases["aspect"]).to_numpy()
    depth = width * cases["aspect"].to_numpy()
    west = EAST + APART_M * np.arange(len(cases))
    lots = shapely.box(west, NORTH, west + width, NORTH + depth)
    around = shapely.box(west - REACH_M, NORTH, west + width + REACH_M, NORTH + depth + REACH_M)
    ids = [f"93048000AA{rank:04d}" for rank in range(len(cases))]
    parcels = gpd.GeoDataFrame(
        geometry=np.r_[lots, shapely.difference(around, lots)],
        index=[*ids, *(f"around {site}" for site in ids)],
        crs=zones.crs,
    )
    first = zones.drop_duplicates("label").set_index("label", drop=False).loc[cases["label"]]
    whole = shapely.box(west - 200, NORTH - 200, west + 500, NORTH + 500)
    place = shapely.points(west, NORTH - cases["away"] * parameters["parking_cap.station_m"])
    stations = gpd.GeoDataFrame({"name": "invented"}, geometry=place, index=ids, crs=zones.crs)
    block = SiteBlock(
        parcels, first.reset_index(drop=True).set_geometry(whole, crs=zones.crs), stations=stations
    )
    found = evaluate(block, _unbounded(parameters, public), public=public, only=pd.Index(ids)).results
    held = pd.to_numeric(found["dwellings"]).groupby(found["site_id"]).max().reindex(ids).fillna(0)
    return held.astype(int).groupby(cases["permit"].to_numpy()).agg(list).to_dict()


def _unbounded(parameters: Parameters, public: str) -> Parameters:
    """The parameters without the forms' largest and least numbers of dwellings."""
    free = {"small_collective.dwellings_max": 999.0, f"public.{public}.scheme_max": 999.0}
    free |= {f"public.{public}.scheme_min": 1.0}
    free = {name: value for name, value in free.items() if name in parameters}
    return replace(parameters, values_by_name={**parameters.values_by_name, **free})


def summary(compared: pd.DataFrame) -> dict[str, float]:
    """The error over the usable permits: mean absolute, by floor and by land, and how many lie in the range."""
    usable = compared[compared["unusable"] == ""]
    return {
        "permits": len(compared),
        "usable": len(usable),
        "of_floor_mean_error": float(usable["of_floor_error"].abs().mean()),
        "of_land_mean_error": float(usable["median_error"].abs().mean()),
        "inside": int(usable["inside"].sum()),
    }
