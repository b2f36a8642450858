"""What the plan's prescriptions do to each parcel: land they forbid, land they favour, things to know."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import WORKING_CRS
from geo.polygons import united
from geo.shares import land_within, overlaps
from planning.parameters import Parameters
from planning.zoning.rules import code_text, listed

PRESCRIPTION_COLUMNS = ["forbidden_share", "bonus", "prescriptions"]


def effect_of(type_code: str | None, subtype_code: str | None, parameters: Parameters) -> str:
    """
    Tell what a prescription does to a housing site: ``forbids``, ``protects``, ``bonus`` or ``noted``.

    The subtype's own row in ``data/reference/prescriptions.csv`` is read before the type's.
    """
    code = (code_text(type_code) or "").zfill(2)
    detail = f"{code}-{(code_text(subtype_code) or '').zfill(2)}"
    for effect in ("forbids", "protects", "bonus"):
        rows = f"prescription.{effect}"
        if parameters.get(f"{rows}.{detail}", parameters.get(f"{rows}.{code}", 0.0)) == 1:
            return effect
    return "noted"


def prescription_rules(
    parcels: gpd.GeoDataFrame, prescriptions: gpd.GeoDataFrame | None, parameters: Parameters
) -> tuple[pd.DataFrame, gpd.GeoSeries]:
    """
    Lay the prescriptions over the parcels.

    Parameters
    ----------
    prescriptions
        Rows of ``plu_prescriptions`` (surfaces, lines and points) in EPSG:2154, or None.

    Returns
    -------
    rules : pandas.DataFrame
        By ``parcel_id``: ``forbidden_share`` of the land, ``bonus`` (true where social housing is asked for)
        and ``prescriptions``: JSON text, a list of code, label, share (null for lines and points), effect.
    forbidden : geopandas.GeoSeries
        The forbidden land of the parcels that have some, by ``parcel_id``, and what protected trees and
        walls take; these are no part of ``forbidden_share``, since one builds beside them.
    """
    if prescriptions is None or prescriptions.empty:
        return _nothing(parcels), _land([], parcels.index[:0])
    codes = [map(code_text, prescriptions[name]) for name in ("type_code", "subtype_code")]
    codes = list(zip(*codes, strict=True))
    effect = {pair: effect_of(*pair, parameters) for pair in set(codes)}
    effects = np.array([effect[pair] for pair in codes], dtype=object)
    pairs = _laid_over(parcels, prescriptions, parameters["prescription_part_min_share"])
    if pairs.empty:
        return _nothing(parcels), _land([], parcels.index[:0])
    pairs["effect"] = effects[pairs["area"]]
    surface = pairs["share"].notna()
    forbidden = land_within(parcels, prescriptions, pairs[surface & (pairs["effect"] == "forbids")])
    protected = land_within(parcels, _grown(prescriptions, parameters), pairs[pairs["effect"] == "protects"])
    rules = _nothing(parcels)
    area = parcels.geometry.area
    rules.loc[forbidden.index, "forbidden_share"] = (forbidden.area / area[forbidden.index]).clip(upper=1.0)
    favoured = parcels.index[pairs.loc[pairs["effect"] == "bonus", "parcel"].unique()]
    rules.loc[favoured, "bonus"] = True
    written = _written(pairs, prescriptions)
    rules.loc[parcels.index[written.index], "prescriptions"] = written.to_numpy()
    return rules, united(pd.concat([forbidden, protected]))


def _laid_over(parcels: gpd.GeoDataFrame, prescriptions: gpd.GeoDataFrame, least: float) -> pd.DataFrame:
    """Pairs of parcel and prescription: surfaces with their share, lines and points without."""
    surface = np.isin(shapely.get_dimensions(prescriptions.geometry.to_numpy()), [2])
    surfaces = np.flatnonzero(surface)
    pairs = overlaps(parcels, prescriptions.iloc[surfaces])
    pairs["area"] = surfaces[pairs["area"]]
    others = np.flatnonzero(~surface)
    crossing = shapely.STRtree(parcels.geometry.to_numpy()).query(
        prescriptions.geometry.to_numpy()[others], predicate="intersects"
    )
    lines = pd.DataFrame({"parcel": crossing[1], "area": others[crossing[0]], "share": np.nan})
    return pd.concat([pairs[pairs["share"] >= least], lines], ignore_index=True)


def _grown(prescriptions: gpd.GeoDataFrame, parameters: Parameters) -> gpd.GeoDataFrame:
    """Protected trees and walls with the ground kept around them; surfaces as they are."""
    shapes = prescriptions.geometry.to_numpy()
    around = [parameters["prescription.around_point_m"], parameters["prescription.around_line_m"], 0.0]
    dimension = np.clip(shapely.get_dimensions(shapes), 0, 2)
    grown = np.where(dimension < 2, shapely.buffer(shapes, np.array(around)[dimension], quad_segs=4), shapes)
    return prescriptions.set_geometry(gpd.GeoSeries(grown, index=prescriptions.index, crs=prescriptions.crs))


def _written(pairs: pd.DataFrame, prescriptions: gpd.GeoDataFrame) -> pd.Series:
    """Write the prescriptions of each parcel as JSON objects without brackets, forbidding ones first."""
    named = prescriptions[["type_code", "subtype_code", "label"]].astype(object)
    named = named.where(named.notna(), None)
    heads = [
        json.dumps({"code": f"{kind}-{detail}", "label": label})[:-1]
        for kind, detail, label in named.itertuples(index=False)
    ]
    order = pairs["effect"].map({"forbids": 0, "protects": 1, "bonus": 2, "noted": 3})
    ranked = pairs.assign(order=order).sort_values(["parcel", "order", "area"], kind="stable")
    share = ranked["share"].round(4).astype(str).where(ranked["share"].notna(), "null")
    text = pd.Series(np.array(heads, dtype=object)[ranked["area"]], index=ranked.index)
    effect = ranked["effect"].astype(object)
    text = text + ', "share": ' + share.astype(object) + ', "effect": "' + effect + '"}'
    return listed(text, ranked["parcel"])


def _nothing(parcels: gpd.GeoDataFrame) -> pd.DataFrame:
    return pd.DataFrame({"forbidden_share": 0.0, "bonus": False, "prescriptions": ""}, index=parcels.index)


def _land(shapes: list, index: pd.Index) -> gpd.GeoSeries:
    return gpd.GeoSeries(shapes, index=index, crs=WORKING_CRS)
