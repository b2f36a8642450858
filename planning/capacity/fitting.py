"""Fit each form on each site: the layout with most dwellings, or the reason why there is none."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.edges import lines_of
from planning.capacity.forms import LAYOUT_COLUMNS, PLACE_COLUMNS, RESULT_COLUMNS, Form, refused
from planning.capacity.layouts.ground import Cover, cover
from planning.capacity.layouts.place import Land, Trials, columns, place, side_lanes, side_lines
from planning.capacity.layouts.plan import best, counted, figures, trimmed
from planning.capacity.screen import candidates, directions, on_line, options, shortage, viewed
from planning.parameters import Parameters

CANDIDATES = 3
WORKERS = 2
FIGURES = [*RESULT_COLUMNS[2:8], *LAYOUT_COLUMNS, *PLACE_COLUMNS]
WHOLE_FIGURES = {"dwellings", "floors", *LAYOUT_COLUMNS[:5], "blocks", *LAYOUT_COLUMNS[9:13]}


@dataclass(frozen=True, slots=True)
class Layouts:
    """
    The layouts of one form: plans, their buildings (``plan`` is a position among them) and their ground.

    ``kept`` are the buildings as they were placed, before they were made no larger than their dwellings need.
    """

    form: Form
    land: Land
    plans: pd.DataFrame
    kept: Trials
    blocks: pd.DataFrame
    lanes: np.ndarray
    cover: Cover


@dataclass(frozen=True, slots=True)
class Fit:
    """Results, one row a site and form, indexed by ``site_id``; the directions tried; the layouts of each form."""

    results: pd.DataFrame
    lines: pd.DataFrame
    layouts: dict[str, Layouts]


def fit_forms(
    sites: pd.DataFrame,
    parcels: gpd.GeoSeries,
    envelopes: gpd.GeoSeries,
    edges: gpd.GeoDataFrame,
    forms: Sequence[Form],
    parameters: Parameters,
) -> Fit:
    """
    Fit each form on each site: the largest number of dwellings, or the reason why it does not fit.

    Parameters
    ----------
    sites
        By ``site_id``: ``area_m2``, ``zone_label``, ``housing``, ``unknown_rules``, ``forbidden_share``,
        ``veto_share``, ``hazard_share``, ``hazard_veto_share``, ``own_homes``, ``street_m``, ``height_m``
        (infinite if free), ``footprint_limit_m2``, ``soil_limit_m2`` (what may be covered), ``parking_norm``
        (places a dwelling) and ``envelope_m2``.
    parcels, envelopes
        The land and what may be built on, by ``site_id``, EPSG:2154; missing or empty where there is none.
    edges
        `geo.edges.type_edges`, with ``parcel_id`` equal to ``site_id``.

    Returns
    -------
    Fit
        Its results have the columns of ``site_results`` up to the reason, those of the layout, then
        ``corner_x``, ``corner_y``, ``along_x``, ``along_y``: where the first building stands.
    """
    lines = directions(edges, sites.index)
    streets = lines_of(edges, "street", sites.index)
    beside = side_lines(edges, sites.index)
    large = (sites["area_m2"] >= min(form.site_min_m2 for form in forms)) & (sites["envelope_m2"] > 0)
    inner = viewed(
        parcels.to_numpy(), envelopes.to_numpy(), np.flatnonzero(large), parameters["facade.view_m"]
    )
    with ThreadPoolExecutor(WORKERS) as pool:
        found = list(
            pool.map(
                lambda form: _fit(form, sites, parcels, envelopes, inner, beside, lines, streets, parameters),
                forms,
            )
        )
    results = pd.concat([rows for rows, _ in found]).sort_index(kind="stable")
    return Fit(results, lines, {form.name: layouts for form, (_, layouts) in zip(forms, found, strict=True)})


def _fit(
    form: Form,
    sites: pd.DataFrame,
    parcels: gpd.GeoSeries,
    envelopes: gpd.GeoSeries,
    inner: np.ndarray,
    beside: tuple[np.ndarray, np.ndarray],
    lines: pd.DataFrame,
    streets: np.ndarray,
    parameters: Parameters,
) -> tuple[pd.DataFrame, Layouts]:
    """Refuse what the rules refuse, lay out what they allow; one row a site, in the order of the sites."""
    no = refused(form, sites)
    allowed = np.setdiff1d(np.arange(len(sites)), no.index)
    tried = lines[lines["site"].isin(allowed) & (lines["street"] | (not form.in_row))]
    shapes = envelopes.to_numpy()
    tried = tried[tried["street"].to_numpy(bool) | ~on_line(sites, tried)]
    rows = options(form, sites, shapes, inner, tried, streets)
    chosen = candidates(form, rows, CANDIDATES)
    lanes = side_lanes(beside, chosen["site"].unique(), parcels.to_numpy(), form.access_m)
    land = Land(parcels.to_numpy(), shapes, inner, streets, lanes)
    layouts = _laid_out(form, land, chosen, lines, sites, parameters)
    placed = _judged(form, layouts)
    short = np.setdiff1d(allowed, placed.index)
    told = [no, placed]
    if len(short):
        missed = tried[tried["site"].isin(short)]
        lacking = shortage(form, shapes, rows, missed, short)
        told.append(_held_by_line(form, sites, shapes, inner, missed, lacking))
    return _told(form, sites.index, told, layouts.plans), layouts


def _told(form: Form, site_ids: pd.Index, told: Sequence[pd.DataFrame], plans: pd.DataFrame) -> pd.DataFrame:
    """One row a site: the figures of its plan where no reason was told, by position, against it."""
    reason = np.full(len(site_ids), None, dtype=object)
    why = np.full((len(site_ids), 2), np.nan)
    for frame in told:
        reason[frame.index] = frame["reason"].to_numpy(dtype=object)
        why[frame.index] = columns(frame, ["reason_value", "reason_limit"])
    fits = np.equal(reason, None)
    held = fits[plans["site"]]
    figures = {}
    for name in FIGURES:
        values = np.full(len(site_ids), np.nan)
        values[plans["site"].to_numpy()[held]] = plans[name].to_numpy(dtype=float)[held]
        figures[name] = values
        if name in WHOLE_FIGURES:
            figures[name] = pd.arrays.IntegerArray(np.nan_to_num(values).astype("int64"), np.isnan(values))
        elif name == "lift":
            figures[name] = pd.arrays.BooleanArray(values == 1, np.isnan(values))
    reasons = {"reason": pd.array(reason, dtype="str"), "reason_value": why[:, 0], "reason_limit": why[:, 1]}
    table = {"form": form.name, "fits": fits} | figures | reasons
    order = ["form", "fits", *RESULT_COLUMNS[2:], *LAYOUT_COLUMNS, *PLACE_COLUMNS]
    return pd.DataFrame(table, index=site_ids)[order]


def _held_by_line(
    form: Form,
    sites: pd.DataFrame,
    envelopes: np.ndarray,
    inner: np.ndarray,
    tried: pd.DataFrame,
    lacking: pd.DataFrame,
) -> pd.DataFrame:
    """Name the street line where a building of the form would stand, but not on it."""
    tried = tried[on_line(sites, tried)]
    if tried.empty:
        return lacking
    free = options(form, sites, envelopes, inner, tried)
    held = lacking.index.isin(free.loc[free["room_m"] >= form.width_min_m, "site"])
    lacking.loc[held, "reason"] = "alignment"
    lacking.loc[held, ["reason_value", "reason_limit"]] = np.nan
    return lacking


def _laid_out(
    form: Form,
    land: Land,
    chosen: pd.DataFrame,
    lines: pd.DataFrame,
    sites: pd.DataFrame,
    parameters: Parameters,
) -> Layouts:
    """The best layout of each site, its buildings no larger than their dwellings need, and its ground."""
    trials = place(form, land, chosen, lines[lines["site"].isin(chosen["site"])], sites)
    plans = best(counted(form, land, trials, sites, parameters))
    lanes = trials.lanes[plans.index]
    blocks = trials.blocks[trials.blocks["trial"].isin(plans.index)]
    blocks = blocks.assign(plan=plans.index.get_indexer(blocks["trial"])).sort_values(["plan", "block"])
    plans = plans.reset_index(drop=True)
    blocks = blocks.reset_index(drop=True)
    kept = Trials(plans[["site"]], lanes, blocks.assign(trial=blocks["plan"]))
    blocks = trimmed(form, plans, blocks)
    plans = plans.assign(**figures(form, plans, blocks, parameters))
    ground = cover(form, land, plans, lanes, blocks, parameters)
    plans["open_soil_m2"] = shapely.area(ground.open_soil)
    return Layouts(form, land, plans, kept, blocks, lanes, ground)


def _judged(form: Form, layouts: Layouts) -> pd.DataFrame:
    """By position of the site: the reason where its plan holds too few dwellings."""
    plans = layouts.plans
    few = plans["dwellings"] < form.dwellings_min
    parked = few & (plans["dwellings_free"] >= form.dwellings_min)
    limit_m = plans["limit_m2"] / plans["depth_m"]
    capped = few & ~parked & (limit_m < form.width_max_m) & (plans["room_m"] >= limit_m - 0.05)
    storeys = np.maximum(plans["floors"], form.floors_min)
    needed_m2 = np.ceil(form.dwellings_min / storeys) * form.dwelling_m2 / form.living_share_of_footprint
    soil = plans["soil_limit_m2"] < plans["footprint_limit_m2"]
    reason = np.select(
        [parked, capped & soil, capped, few],
        ["parking", "open_soil", "footprint_limit", "too_few_dwellings"],
        None,
    )
    return pd.DataFrame(
        {
            "reason": reason,
            "reason_value": np.where(capped, plans["limit_m2"], np.where(few, plans["dwellings"], np.nan)),
            "reason_limit": np.where(capped, needed_m2, np.where(few, form.dwellings_min, np.nan)),
        },
        index=plans["site"].to_numpy(),
        dtype=object,
    )
