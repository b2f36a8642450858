"""Rules that depend on how high one builds: the lower buildings and the second band tried beside the plain case."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from planning.capacity.binding import binding, counterfactuals
from planning.capacity.envelope import SETBACKS
from planning.capacity.fitting import Fit, Layouts, fit_forms
from planning.capacity.forms import Form
from planning.parameters import Parameters

SIGHT_M = 40.0
Redraw = Callable[[pd.DataFrame], gpd.GeoSeries]


@dataclass(frozen=True, slots=True)
class Variant:
    """The forms fitted on some sites under one reading of their rules; ``chosen`` (site, form) are the best there."""

    sites: pd.DataFrame
    fit: Fit
    chosen: pd.MultiIndex

    def layouts_of(self, site_id: str, form: str) -> tuple[Layouts, int] | None:
        """The layouts of a form and the position of this site's plan, if this variant was chosen for it."""
        if (site_id, form) not in self.chosen:
            return None
        layouts = self.fit.layouts[form]
        plan = np.flatnonzero(layouts.plans["site"] == self.sites.index.get_loc(site_id))
        return layouts, int(plan[0])


def with_heights(sites: pd.DataFrame, edges: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Bound the height by the prospect to the other side of the street, and widen the setbacks that follow it.

    A prospect of k asks for H <= L + k, where L reaches from the building, at its setback, to the parcel
    across the longest street edge; where none is in sight, L counts as 40 m. A setback that is a share of the
    height is the larger of that share and its least; ``front_least_m`` and the others keep the least.
    """
    street = edges[edges["kind"] == "street"].sort_values("length_m", ascending=False, kind="stable")
    across = street.drop_duplicates("parcel_id").set_index("parcel_id")["across_m"].reindex(sites.index)
    limit = across.fillna(SIGHT_M) + sites["front_setback_m"] + sites["prospect_m"]
    least = {column.replace("setback", "least"): sites[column] for column in SETBACKS.values()}
    return _set_back(sites.assign(height_m=np.fmin(sites["height_m"], limit), **least))


def lower_cases(sites: pd.DataFrame, storey_m: float, storeys: Sequence[int]) -> list[pd.DataFrame]:
    """The other readings to try: the second band at its height, and each lower height that setbacks follow."""
    cases = []
    second = sites[(sites["second_height_m"] > 0) & np.isfinite(sites["band_depth_m"])]
    if len(second):
        height = np.fmin(second["height_m"], second["second_height_m"])
        cases.append(_set_back(second.assign(height_m=height, band_depth_m=np.inf)))
    follows = (sites[[f"{name}_height_share" for name in ("front", "side", "rear")]] > 0).any(axis=1)
    for floors in storeys:
        lower = sites[follows & (sites["height_m"] > floors * storey_m + 1e-9)]
        if len(lower):
            cases.append(_set_back(lower.assign(height_m=floors * storey_m)))
    return cases


def fit_variants(
    sites: pd.DataFrame,
    parcels: gpd.GeoSeries,
    envelopes: gpd.GeoSeries,
    edges: gpd.GeoDataFrame,
    forms: Sequence[Form],
    parameters: Parameters,
    redraw: Redraw,
) -> tuple[pd.DataFrame, list[Variant]]:
    """
    Fit the forms under each reading of the rules, and keep for each site and form the one with most dwellings.

    Returns
    -------
    results : pandas.DataFrame
        `planning.capacity.fitting.fit_forms` results of the readings kept.
    variants : list
        The readings, the plain one first.
    """
    cases = [(sites, envelopes)]
    lowest = range(min(form.floors_min for form in forms), max(form.floors_max for form in forms))
    for case in lower_cases(sites, min(form.storey_m for form in forms), lowest):
        drawn = redraw(case)
        cases.append((case.assign(envelope_m2=drawn.area), drawn))
    fits = []
    for rows, drawn in cases:
        mine = edges[edges["parcel_id"].isin(rows.index)] if len(rows) < len(sites) else edges
        fits.append(fit_forms(rows, parcels.loc[rows.index], drawn, mine, forms, parameters))
    tables = [fit.results.set_index("form", append=True) for fit in fits]
    ranked = pd.concat([table.assign(reading=rank) for rank, table in enumerate(tables)])
    order = ranked.assign(missed=~ranked["fits"].astype(bool), held=-ranked["dwellings"].astype(float))
    order = order.sort_values(["missed", "held", "reading"], kind="stable")
    best = order[~order.index.duplicated()].reindex(tables[0].index)
    variants = [
        Variant(rows, fit, best.index[(best["reading"] == rank).to_numpy()])
        for rank, ((rows, _), fit) in enumerate(zip(cases, fits, strict=True))
    ]
    return best.drop(columns=["reading", "missed", "held"]).reset_index("form"), variants


def bound_by(
    variants: Sequence[Variant], redraw: Redraw, parameters: Parameters
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each rule made milder would give, and the rule that binds, for the readings kept."""
    changed, named = [], []
    for variant in variants:
        table = counterfactuals(variant.fit, variant.sites, redraw, parameters)
        keys = pd.MultiIndex.from_arrays([table["site_id"], table["form"]])
        table = table[keys.isin(variant.chosen)]
        changed.append(table)
        if len(table):
            named.append(binding(table, variant.fit, variant.sites))
    none = pd.DataFrame(columns=["binding", "binding_step", "binding_unit", "binding_gain"])
    return pd.concat(changed, ignore_index=True), pd.concat(named) if named else none


def _set_back(sites: pd.DataFrame) -> pd.DataFrame:
    """The setbacks at the height of the sites: their least, or their share of it."""
    height = sites["height_m"].to_numpy(dtype=float)
    height = np.where(np.isfinite(height), height, 0.0)
    wide = {}
    for name, column in zip(("front", "side", "rear"), SETBACKS.values(), strict=True):
        share = np.nan_to_num(sites[f"{name}_height_share"].to_numpy(dtype=float))
        wide[column] = np.maximum(sites[f"{name}_least_m"].to_numpy(dtype=float), share * height)
    return sites.assign(**wide)
