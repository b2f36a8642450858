"""Which rule holds a site back: each one relaxed in turn, the dwellings counted again."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from planning.capacity.envelope import SETBACKS
from planning.capacity.fitting import WORKERS, Fit, Layouts
from planning.capacity.layouts.count import count, floors_allowed
from planning.capacity.layouts.place import Land, place
from planning.capacity.layouts.plan import counted
from planning.capacity.screen import away, seen_within
from planning.parameters import Parameters

PLAN_COLUMNS = ["site", "along_x", "along_y", "street", "depth_m", "lane"]
LIMITS = ["area_m2", "height_m", "footprint_limit_m2", "soil_limit_m2", "parking_norm", "aligned"]
COURT_M2 = 1000.0
COLUMNS = ["site_id", "form", "rule", "step", "unit", "gain"]
WHERE_IT_STANDS = ("height", "parking")
Envelopes = Callable[[pd.DataFrame], gpd.GeoSeries]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One rule made milder: by how much on each site, what the sites then are, whether envelopes change."""

    rule: str
    unit: str
    step: pd.Series
    sites: pd.DataFrame
    redraws: bool = False


def counterfactuals(fit: Fit, sites: pd.DataFrame, redraw: Envelopes, parameters: Parameters) -> pd.DataFrame:
    """
    Count the dwellings that each site would hold were one rule milder, the layout kept as it stands.

    Height is raised to the next storey, shares move by ``relax.footprint_share`` and
    ``relax.open_soil_share``, setbacks shrink by ``relax.setback_m``, the band grows by ``relax.band_m``, the
    places asked for fall by ``relax.parking_norm``. Direction, depth and lane of the layout stay, so that the
    gain is what is sure; a better one might be found.

    Parameters
    ----------
    redraw
        Gives the envelopes of the sites for other rules, in the order of their index.

    Returns
    -------
    pandas.DataFrame
        One row a site, form that fits and rule: ``site_id``, ``form``, ``rule``, ``step`` and ``unit`` (what
        was given), ``gain`` (dwellings).
    """
    sites = sites[[*LIMITS, *SETBACKS.values(), "band_depth_m", "open_soil_share"]]
    fitting = fit.results.index[fit.results["fits"].to_numpy(bool)].unique()
    position = sites.index.get_indexer(fitting)
    drawn: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    asked, far = [], None
    for layouts in fit.layouts.values():
        plans = layouts.plans[layouts.plans["dwellings"] >= layouts.form.dwellings_min]
        plans = plans[plans["site"].isin(position)]
        if plans.empty:
            continue
        chosen = _relaxations(layouts, sites, parameters)
        for relaxed in chosen:
            if relaxed.redraws and relaxed.rule not in drawn:
                far = (
                    away(layouts.land.parcels[position], parameters["facade.view_m"]) if far is None else far
                )
                drawn[relaxed.rule] = _drawn_again(
                    layouts.land, position, redraw(relaxed.sites.loc[fitting]).to_numpy(), far
                )
        asked.append((layouts, plans, chosen))
    with ThreadPoolExecutor(WORKERS) as pool:
        gains = list(pool.map(lambda one: _gains(fit, *one, drawn, parameters), asked))
    found = [_listed(sites.index, *one, table) for one, table in zip(asked, gains, strict=True)]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=COLUMNS)


def _listed(
    site_ids: pd.Index, layouts: Layouts, plans: pd.DataFrame, chosen: list[Relaxation], gains: np.ndarray
) -> pd.DataFrame:
    """The gains of the plans of one form: a row a rule and plan."""
    site = plans["site"].to_numpy()
    each = np.repeat(np.arange(len(chosen)), len(site))
    return pd.DataFrame(
        {
            "site_id": site_ids[np.tile(site, len(chosen))],
            "form": layouts.form.name,
            "rule": np.array([relaxed.rule for relaxed in chosen])[each],
            "step": np.concatenate([relaxed.step.to_numpy(dtype=float)[site] for relaxed in chosen]),
            "unit": np.array([relaxed.unit for relaxed in chosen])[each],
            "gain": gains.ravel(),
        }
    )


def binding(table: pd.DataFrame, fit: Fit, sites: pd.DataFrame) -> pd.DataFrame:
    """
    Name the rule that binds each layout: the one whose relaxation gives most dwellings.

    Where none gives any, the form's own size binds (``form``), else the shape of the land (``land``).

    Returns
    -------
    pandas.DataFrame
        By ``site_id`` and ``form``: ``binding``, ``binding_step``, ``binding_unit``, ``binding_gain``.
    """
    names = {"rule": "binding", "step": "binding_step", "unit": "binding_unit", "gain": "binding_gain"}
    site, form = (pd.factorize(table[name], sort=True)[0] for name in ("site_id", "form"))
    order = np.lexsort((-table["gain"].to_numpy(), form, site))
    opens = np.r_[True, (np.diff(site[order]) != 0) | (np.diff(form[order]) != 0)][: len(order)]
    first = table.iloc[order[opens]].set_index(["site_id", "form"]).rename(columns=names)
    idle = first["binding_gain"] <= 0
    full = _full(fit, sites).reindex(first.index, fill_value=False)
    first.loc[idle, ["binding_step", "binding_unit"]] = [np.nan, None]
    first.loc[idle, "binding"] = np.where(full[idle], "form", "land")
    return first.astype({"binding_gain": "Int64"})


def _relaxations(layouts: Layouts, sites: pd.DataFrame, parameters: Mapping[str, float]) -> list[Relaxation]:
    """Each rule made milder; one that does not hold a form back is given back as it is."""
    form = layouts.form
    storeys = floors_allowed(form, sites["height_m"].to_numpy(dtype=float))
    next_m = np.where(storeys < form.floors_max, (storeys + 1) * form.storey_m, sites["height_m"])
    with np.errstate(invalid="ignore"):
        higher = pd.Series(np.nan_to_num(next_m - sites["height_m"].to_numpy(float)), index=sites.index)
    open_m2 = sites["soil_limit_m2"] / (1 - sites["open_soil_share"].fillna(0.0))
    more = parameters["relax.footprint_share"]
    less = np.minimum(parameters["relax.open_soil_share"], sites["open_soil_share"].fillna(0.0))
    fewer = np.minimum(parameters["relax.parking_norm"], sites["parking_norm"].fillna(0.0))
    chosen = [
        Relaxation("height", "m", higher, sites.assign(height_m=sites["height_m"] + higher)),
        Relaxation(
            "footprint",
            "share",
            pd.Series(more, index=sites.index),
            sites.assign(footprint_limit_m2=sites["footprint_limit_m2"] + more * open_m2),
        ),
        Relaxation(
            "open_soil", "share", -less, sites.assign(soil_limit_m2=sites["soil_limit_m2"] + less * open_m2)
        ),
        Relaxation("parking", "places", -fewer, sites.assign(parking_norm=sites["parking_norm"] - fewer)),
    ]
    for kind, column in SETBACKS.items():
        back = np.minimum(parameters["relax.setback_m"], sites[column])
        chosen.append(
            Relaxation(f"{kind}_setback", "m", -back, sites.assign(**{column: sites[column] - back}), True)
        )
    deep = pd.Series(parameters["relax.band_m"], index=sites.index).where(
        np.isfinite(sites["band_depth_m"]), 0.0
    )
    chosen.append(
        Relaxation("band", "m", deep, sites.assign(band_depth_m=sites["band_depth_m"] + deep), True)
    )
    return chosen


def _gains(
    fit: Fit,
    layouts: Layouts,
    plans: pd.DataFrame,
    chosen: list[Relaxation],
    drawn: Mapping[str, tuple[np.ndarray, np.ndarray]],
    parameters: Parameters,
) -> np.ndarray:
    """
    Dwellings gained by each plan (columns) under each relaxation (rows).

    Rules that move no building are counted where it stands; for the others all is laid out in one go, as so
    many copies of the sites. Nothing is where nothing was given.
    """
    site, before = plans["site"].to_numpy(), plans["dwellings"].to_numpy()
    gains = np.zeros((len(chosen), len(plans)), dtype="int64")
    given = np.array([(np.abs(relaxed.step.to_numpy(dtype=float)) > 1e-9)[site] for relaxed in chosen])
    given &= np.array([_felt(layouts, plans, relaxed.rule) for relaxed in chosen])
    for rank, relaxed in enumerate(chosen):
        if relaxed.rule in WHERE_IT_STANDS and given[rank].any():
            places = layouts.plans[["open_places"]]
            again = count(layouts.form, layouts.kept, places, relaxed.sites, parameters)["dwellings"]
            gains[rank] = np.where(given[rank], again.loc[plans.index] - before, 0)
    moving = [rank for rank, relaxed in enumerate(chosen) if relaxed.rule not in WHERE_IT_STANDS]
    given = given[moving]
    chosen = [chosen[rank] for rank in moving]
    if not given.any():
        return np.maximum(gains, 0)
    many = len(chosen[0].sites)
    copies = pd.concat([relaxed.sites[LIMITS] for relaxed in chosen], ignore_index=True)
    which, plan = np.nonzero(given)
    asked = plans[PLAN_COLUMNS].iloc[plan].assign(site=which * many + site[plan])
    lines = fit.lines[fit.lines["site"].isin(site)]
    lines = pd.concat([lines.assign(site=lines["site"] + k * many) for k in range(len(chosen))])
    land = _copied(layouts.land, chosen, drawn)
    trials = place(layouts.form, land, asked.reset_index(drop=True), lines, copies)
    again = counted(layouts.form, land, trials, copies, parameters).set_index("site")["dwellings"]
    new = again.reindex(asked["site"]).fillna(0).to_numpy()
    gains[np.asarray(moving)[which], plan] = new - before[plan]
    return np.maximum(gains, 0)


def _felt(layouts: Layouts, plans: pd.DataFrame, rule: str) -> np.ndarray:
    """Whether a limit of area was near enough to be felt: within one building of the largest size, and its court."""
    if rule not in ("footprint", "open_soil"):
        return np.ones(len(plans), dtype=bool)
    largest_m2 = layouts.form.width_max_m * layouts.form.depth_max_m + COURT_M2 * (rule == "open_soil")
    return (plans["limit_m2"] - plans["placed_m2"] < largest_m2).to_numpy()


def _drawn_again(
    land: Land, position: np.ndarray, envelopes: np.ndarray, far: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The envelopes of the land, and their part away from the neighbours, where some were drawn again."""
    changed = land.envelopes.copy(), land.inner.copy()
    changed[0][position], changed[1][position] = envelopes, seen_within(envelopes, far)
    return changed


def _copied(land: Land, chosen: list[Relaxation], drawn: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Land:
    """The land once a relaxation, with the envelopes that it changes."""
    plain = land.envelopes, land.inner
    again = [drawn[relaxed.rule] if relaxed.redraws else plain for relaxed in chosen]
    envelopes, inner = ([shapes[kind] for shapes in again] for kind in (0, 1))

    def times(shapes: np.ndarray) -> np.ndarray:
        return np.tile(shapes, len(chosen))

    return Land(
        times(land.parcels),
        np.concatenate(envelopes),
        np.concatenate(inner),
        times(land.streets),
        tuple(map(times, land.lanes)),
    )


def _full(fit: Fit, sites: pd.DataFrame) -> pd.Series:
    """Whether a layout is as large as its form goes: its buildings, storeys or dwellings."""
    answers = []
    for form, layouts in fit.layouts.items():
        size = layouts.form
        held = np.full(len(layouts.plans), np.inf)
        filled = np.array([counts.sum() for counts in layouts.blocks["counts"]])
        np.minimum.at(held, layouts.blocks["plan"].to_numpy(), filled)
        full = (layouts.plans["dwellings"] >= size.scheme_max) | (held >= size.dwellings_max)
        full |= (layouts.plans["blocks"] >= size.blocks_max) & (layouts.plans["floors"] >= size.floors_max)
        index = pd.MultiIndex.from_arrays(
            [sites.index[layouts.plans["site"]], [form] * len(full)], names=["site_id", "form"]
        )
        answers.append(pd.Series(full.to_numpy(bool), index=index))
    return pd.concat(answers)
