"""Measures of the criteria, site by site, each in its own unit; what nobody knows is missing, never poor."""

import json
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.crs import require_working_crs
from planning.decision.surroundings import Surroundings, around
from planning.decision.values import most_particular
from planning.needs import NEEDS

FREE_STOREYS = 99.0
CLAIMED = frozenset({"land_price_eur"})


def measures(
    sites: gpd.GeoDataFrame,
    fitting: pd.DataFrame,
    parameters: Mapping[str, float],
    *,
    form: str,
    public: str = "family",
    needs: pd.DataFrame | None = None,
    operations: pd.DataFrame | None = None,
    rental: pd.DataFrame | None = None,
    ownership: pd.DataFrame | None = None,
    reduced_vat: pd.Series | None = None,
    known: Surroundings | None = None,
    surrounded: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """
    Measure the criteria that the data allow, for the sites that take a form.

    Parameters
    ----------
    sites
        Rows of the table ``sites`` (EPSG:2154, by ``site_id``) that take the form.
    fitting
        What the form gives there, by ``site_id``: ``dwellings``, ``floors``, ``footprint_m2``, ``floor_area_m2``.
    needs
        As `planning.needs.needs` tells them.
    operations, rental, ownership
        What each operation is costed from and what comes of it, by ``site_id``; ``operations`` has ``assumed``,
        the names of the columns that rest on an assumption: a price of land that is one is no measure.
    reduced_vat
        Whether a site may sell at the reduced VAT of priority districts.
    known
        The layers of what surrounds the sites; without them, what they tell is unknown.
    surrounded
        What they tell of these sites or more, by ``site_id`` (`planning.decision.surroundings.around`), where it was
        measured already: no form and no public changes it.

    Returns
    -------
    pandas.DataFrame
        By site, one column a criterion that has data (R1 to F5), NaN where a site's is unknown.
    """
    require_working_crs(sites)
    p, place = parameters, sites.reindex(fitting.index)
    read = {"form": form, "public": public}
    found = {
        **_rules(place, fitting, p, read),
        **_land(place, fitting, p, operations),
        "U1": _number(place["station_m"]) * p["score.walk_detour"],
        **_around(place, known or Surroundings(), surrounded, p),
        **_standing(place),
        "F5": delay_years(place, p),
        **({} if needs is None else {name: _number(needs[name].reindex(fitting.index)) for name in NEEDS}),
        **_money(fitting, p, operations, rental, ownership, reduced_vat),
    }
    table = pd.DataFrame(found, index=fitting.index).astype(float)
    return table[[name for name in table if table[name].notna().any()]]


def _around(place, known: Surroundings, surrounded: pd.DataFrame | None, p) -> dict[str, np.ndarray]:
    """What surrounds the sites, as it was measured already or not."""
    if surrounded is None:
        return around(place, known, p)
    return {name: column.to_numpy() for name, column in surrounded.reindex(place.index).items()}


def _rules(place, fitting, p: Mapping[str, float], read: Mapping[str, str]) -> dict[str, np.ndarray]:
    """What the plan allows: room against need, storeys, protections, the parking cap."""
    needed = most_particular(p, "score.needed." + read["form"], read["form"], read["public"])
    texts = [{} if pd.isna(text) else json.loads(text) for text in place["rules"]]
    storey = p[f"{read['form']}.storey_m"]
    protected = {code for code, answer in _table(p, "score.protected").items() if answer}
    prescribed = [rules.get("prescriptions") or [] for rules in texts]
    shares = np.array([_protected(found, protected) for found in prescribed], dtype=float)
    if not any(prescribed):
        shares[:] = np.nan
    station = _number(place["station_m"])
    near = np.where(np.isnan(station), np.nan, station <= p["parking_cap.station_m"])
    return {
        "R1": _number(fitting["dwellings"]) / needed,
        "R2": np.array([_storeys(rules.get("height"), storey) for rules in texts], dtype=float),
        "R3": 100 * np.minimum(shares, 1),
        "R4": near,
    }


def _storeys(rule: Mapping | None, storey_m: float) -> float:
    """Whole storeys under the height allowed; a height that the plan leaves free is many."""
    if rule and rule.get("free"):
        return FREE_STOREYS
    value = rule.get("value") if rule else None
    return np.nan if value is None else np.floor(value / storey_m + 1e-9)


def _protected(found: list[Mapping], codes: set[str]) -> float:
    shares = [each.get("share") for each in found if str(each.get("code") or "")[:2] in codes]
    return float(sum(share for share in shares if share))


def _land(place, fitting, p: Mapping[str, float], operations) -> dict[str, np.ndarray]:
    """Shape, owner, open soil."""
    area = _number(place["area_m2"])
    perimeter = sum(_number(place[name].fillna(0)) for name in ("street_m", "side_m", "rear_m"))
    with np.errstate(divide="ignore", invalid="ignore"):
        compact = np.where(perimeter > 0, 4 * np.pi * area / perimeter**2, np.nan)
    if "open_soil_m2" in fitting:
        soil = _number(fitting["open_soil_m2"])
    else:
        spaces = 0.0 if operations is None else _number(operations["parking_surface"])
        soil = area - _number(fitting["footprint_m2"]) - spaces * p["score.parking_place_m2"]
    return {
        "T1": compact,
        "T5": _owner(place, _table(p, "score.owners"), p),
        "E2": 100 * np.clip(soil / area, 0, 1),
    }


def delay_years(place: gpd.GeoDataFrame, p: Mapping[str, float]) -> np.ndarray:
    """
    Years from the decision to the keys, by who owns the land and by what stands on it: working assumptions.

    An owner that nobody knows counts as one private owner, and land that nobody surveyed as bare: what is known
    only ever adds to it.
    """
    base = p["delay.base"]
    owner = _owner(place, _table(p, "delay.owner"), p)
    years = base + np.where(np.isnan(owner), p["delay.owner.private"], owner)
    if "built_share" in place:
        years = years + p["delay.built"] * (_number(place["built_share"]) > p["delay.built_share"])
    if "own_homes" in place:
        years = years + p["delay.rehousing"] * (_number(place["own_homes"]) > 0)
    return years


def _owner(place, classes: Mapping[str, float], p: Mapping[str, float]) -> np.ndarray:
    """What a table by class of owner gives each site: own land first, then public land, then by MAJIC group."""
    group = place["owner_group"].astype("object")
    public = group.map(_table(p, "public_group")).to_numpy(dtype=float) == 1
    own = place["own_land"].fillna(False).to_numpy(dtype=bool)
    return np.select(
        [own, public], [classes["own"], classes["public"]], default=group.map(classes).to_numpy(dtype=float)
    )


def _standing(place) -> dict[str, np.ndarray]:
    """Floor area that stands on the land, and the share of the land that is built, where somebody surveyed."""
    found = {}
    if "standing_floor_m2" in place:
        found["T3"] = _number(place["standing_floor_m2"])
    if "built_share" in place:
        found["E4"] = 100 * np.minimum(_number(place["built_share"]), 1)
    return found


def _money(fitting, p, operations, rental, ownership, reduced_vat) -> dict[str, np.ndarray]:
    """Price of land (where known), equity a dwelling, reduced VAT, discount of the dearer of BRS and PSLA."""
    found = {}
    if operations is not None:
        useful = _number(operations["living_area_m2"]) + _number(operations["annexes_m2"]) / 2
        assumed = (
            operations["assumed"].str.split(",").map(lambda names: bool(CLAIMED & set(names))).to_numpy()
        )
        found["F1"] = np.where(assumed, np.nan, _number(operations["land_price_eur"]) / useful)
    if rental is not None:
        equity = _number(rental["least_equity_eur"])
        each = equity / _number(fitting["dwellings"]) / 1000
        found["F2"] = np.where(np.isfinite(each), each, np.nan)
    if reduced_vat is not None:
        found["F3"] = _number(reduced_vat.reindex(fitting.index).astype("boolean").astype("Float64"))
    if ownership is not None:
        found["F4"] = 100 * _number(ownership["brs_discount_share"])
    return found


def _table(parameters: Mapping[str, float], prefix: str) -> dict[str, float]:
    start = prefix + "."
    return {name.removeprefix(start): value for name, value in parameters.items() if name.startswith(start)}


def _number(column: pd.Series) -> np.ndarray:
    return column.to_numpy(dtype=float, na_value=np.nan)
