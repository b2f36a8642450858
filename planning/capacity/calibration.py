"""How far the engine's estimate stands from permits that were granted: the error, permit by permit."""

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.parameters import Parameters
from planning.sites import SiteBlock, explain_site

SITE, NORTH = "93048000AA0001", 6_862_000.0
EAST, REACH_M = 657_000.0, 40.0
ASPECTS = (0.5, 1.0, 2.0)
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
    rows = [_compared(row, zones, labels, parameters) for row in table.to_dict("records")]
    return pd.DataFrame(rows)


def _compared(row: dict, zones: gpd.GeoDataFrame, labels: Sequence[str], parameters: Parameters) -> dict:
    """One permit beside its estimates."""
    found = {
        name: row[name] for name in ("permit", "applicant", "land_m2", "dwellings", "floor_m2", "unusable")
    }
    if row["unusable"]:
        return found
    public = "migrant_workers" if row["social_residence"] else "family"
    held = _of_floor(row, public, parameters)
    laid = [
        _of_land(row["land_m2"], aspect, zones[zones["label"] == label].iloc[:1], near, parameters, public)
        for label in labels
        for aspect in ASPECTS
        for near in (True, False)
    ]
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
    land_m2: float, aspect: float, zone: gpd.GeoDataFrame, near: bool, parameters: Parameters, public: str
) -> int:
    """Dwellings of the best form on a rectangle of this area, ``aspect`` times as deep as wide."""
    width = np.sqrt(land_m2 / aspect)
    depth = land_m2 / width
    around = shapely.box(-REACH_M, 0, width + REACH_M, depth + REACH_M)
    lot = shapely.box(0, 0, width, depth)
    shapes = [shapely.transform(shape, lambda xy: xy + [EAST, NORTH]) for shape in (lot, around - lot)]
    parcels = gpd.GeoDataFrame(geometry=shapes, index=[SITE, "around"], crs=zone.crs)
    whole = shapely.box(EAST - 200, NORTH - 200, EAST + 500, NORTH + 500)
    away = 0.5 if near else 4.0
    place = [shapely.Point(EAST, NORTH - away * parameters["parking_cap.station_m"])]
    station = gpd.GeoDataFrame({"name": ["invented"]}, geometry=place, index=["s"], crs=zone.crs)
    block = SiteBlock(parcels, zone.set_geometry([whole], crs=zone.crs), stations=station)
    free = {
        name: 999.0
        for name in ("small_collective.dwellings_max", f"public.{public}.scheme_max")
        if name in parameters
    }
    free |= {name: 1.0 for name in (f"public.{public}.scheme_min",) if name in parameters}
    mine = replace(parameters, values_by_name={**parameters.values_by_name, **free})
    fits = explain_site(block, SITE, mine, public=public).results
    return int(pd.to_numeric(fits["dwellings"]).max()) if fits["fits"].any() else 0


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
