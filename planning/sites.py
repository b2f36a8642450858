"""From parcels to fitted sites: the chain of the site engine, a pure function of frames."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import require_working_crs
from geo.edges import KINDS, type_edges
from geo.lanes import cadastred_lanes
from geo.overrides import edge_keys, overridden
from planning.capacity.envelope import SETBACKS
from planning.capacity.fitting import Layouts
from planning.capacity.forms import FORM_NAMES, PLACE_COLUMNS, REASONS, forms, vetoes
from planning.capacity.layouts.draw import no_pieces, pieces
from planning.capacity.variants import Variant, bound_by, fit_variants
from planning.land.context import parking_norm
from planning.land.ground import Clock, Ground, Progress, SiteBlock, ground_of
from planning.parameters import Parameters
from planning.publics import worth

NEIGHBOURS_M = 60.0
LANE_CONFIDENCE = 0.3
SITE_COLUMNS = [
    "insee_code", "zone_label", "zone_share", "rules", "area_m2",
    "street_m", "side_m", "rear_m", "street_edges", "envelope_m2",
    "station_id", "station_name", "station_m", "in_qpv", "owner_group", "own_land",
    "built_m2", "built_share", "standing_floor_m2", "own_homes",
    "best_form", "dwellings", "reason", "reason_value", "reason_limit", "parameters", "geometry",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class SiteEvaluation:
    """
    What a run found: rows of ``sites``, ``site_results``, ``site_envelopes``, and the seconds of each step.

    No score is among them: `planning.decision` judges what fits.
    """

    sites: gpd.GeoDataFrame
    results: pd.DataFrame
    envelopes: gpd.GeoDataFrame
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class SiteExplanation:
    """
    One site drawn: its edges with their setbacks, its envelope, the buildings of each form that fits.

    ``layout`` has the pieces of the layout of each form that fits (`planning.capacity.layouts.draw.pieces`);
    ``counterfactuals`` what each rule, made milder, would give (`planning.capacity.binding.counterfactuals`);
    ``vetoes`` every check that a form fails, apart from its criteria (`planning.capacity.forms.vetoes`).
    """

    site: pd.Series
    edges: gpd.GeoDataFrame
    envelope: gpd.GeoSeries
    results: pd.DataFrame
    footprints: gpd.GeoDataFrame
    layout: gpd.GeoDataFrame
    counterfactuals: pd.DataFrame
    vetoes: pd.DataFrame


class BlockError(ValueError):
    """The frames of a block cannot be evaluated as they are."""


def silent(done: float, text: str) -> None:
    """Report no progress."""


def evaluate(
    block: SiteBlock,
    parameters: Parameters,
    progress: Progress = silent,
    *,
    public: str = "family",
    only: pd.Index | None = None,
) -> SiteEvaluation:
    """
    Evaluate every parcel of a block as a housing site.

    Every parcel gets, for each form, the dwellings it holds or the reason why it holds none; its best form is the
    one that holds most, in the landlord's order among equals.

    Parameters
    ----------
    public
        For whom: ``family``, or another of ``data/reference/publics.csv``.
    only
        The parcels to evaluate, all by default; the others are their neighbours.

    Raises
    ------
    CRSError
        If a layer is not in EPSG:2154.
    BlockError
        If two parcels share an id, or a layer lacks a column.
    ParameterError
        If ``data/reference`` lacks a parameter.
    """
    return evaluate_each(block, parameters, progress, publics=(public,), only=only)[public]


def evaluate_each(
    block: SiteBlock,
    parameters: Parameters,
    progress: Progress = silent,
    *,
    publics: Sequence[str],
    only: pd.Index | None = None,
) -> dict[str, SiteEvaluation]:
    """
    Evaluate every parcel for several publics: the land is read once, and laid out for each of them.

    Returns
    -------
    dict
        By public what `evaluate` tells of it; all have the same seconds, those of the whole.
    """
    _require_sound(block)
    clock = Clock(progress)
    with clock.step("edges", 0.0, "typing the edges of the parcels"):
        edges = edges_of(block, block.parcels)
    chosen = block.parcels if only is None else block.parcels.loc[only]
    edges = edges if only is None else edges[edges["parcel_id"].isin(only)].reset_index(drop=True)
    local = block if only is None else _around(block, chosen)
    ground = ground_of(local, chosen, edges, parameters, clock)
    studies = {
        public: _study(ground, parameters, clock, public, 0.7 + 0.3 * rank / len(publics), 0.3 / len(publics))
        for rank, public in enumerate(publics)
    }
    progress(1.0, "done")
    envelopes = ground.envelopes[~(ground.envelopes.is_empty | ground.envelopes.isna())]
    envelopes = gpd.GeoDataFrame(geometry=envelopes).rename_axis("site_id")
    return {
        public: SiteEvaluation(
            study.sites[SITE_COLUMNS],
            study.results.drop(columns=PLACE_COLUMNS).reset_index(),
            envelopes,
            clock.seconds,
        )
        for public, study in studies.items()
    }


def explain_site(
    block: SiteBlock, parcel_id: str, parameters: Parameters, *, public: str = "family"
) -> SiteExplanation:
    """
    Draw one site as `evaluate` sees it; the block needs the parcels around it, no more than 60 m away.

    Raises
    ------
    KeyError
        If the block has no such parcel.
    """
    _require_sound(block)
    if parcel_id not in block.parcels.index:
        raise KeyError(f"no parcel {parcel_id!r} in the block: read it with the parcels around it")
    parcel = block.parcels.loc[[parcel_id]]
    edges = edges_of(block, _near(block.parcels, parcel, NEIGHBOURS_M))
    edges = edges[edges["parcel_id"] == parcel_id].reset_index(drop=True)
    clock = Clock(silent)
    study = _study(
        ground_of(_around(block, parcel), parcel, edges, parameters, clock), parameters, clock, public
    )
    local_sites = study.variants[0].sites
    setbacks = study.rules.iloc[0][list(SETBACKS.values())].astype(float)
    setbacks.index = list(SETBACKS)
    return SiteExplanation(
        site=study.sites.iloc[0],
        edges=edges.assign(
            setback_m=edges["setback_m"].fillna(edges["kind"].astype(object).map(setbacks).astype(float)),
            edge_key=edge_keys(edges),
        ),
        envelope=study.envelopes,
        results=study.results.drop(columns=PLACE_COLUMNS),
        footprints=_footprints(study),
        layout=_layout(study, parameters),
        counterfactuals=study.counterfactuals,
        vetoes=pd.concat(
            [vetoes(layouts.form, local_sites) for layouts in study.variants[0].fit.layouts.values()],
            ignore_index=True,
        ),
    )


def edges_of(block: SiteBlock, parcels: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """
    Type the edges of parcels of a block, with what people and the streets tell.

    Where the streets are known, parcels that are lanes count as street for their neighbours; their own edges are
    sides of low confidence. Then come the edges that people set (`geo.overrides.overridden`).
    """
    lanes = cadastred_lanes(parcels, block.streets)
    edges = type_edges(parcels.drop(index=lanes))
    if len(lanes):
        own = type_edges(parcels.loc[lanes])
        own = own.assign(
            kind=pd.Categorical(["side"] * len(own), categories=KINDS), confidence=LANE_CONFIDENCE
        )
        edges = pd.concat([edges, own], ignore_index=True)
    return overridden(edges, block.overrides)


def _footprints(study: "_Study") -> gpd.GeoDataFrame:
    """The buildings of each form that fits the one site of a study, as one shape a form."""
    rows = study.results[study.results["fits"].to_numpy(bool)]
    plans = [_plan(study, form) for form in rows["form"]]
    shapes = [layouts.cover.buildings[plan] for layouts, plan in plans]
    columns = ["form", "dwellings", "floors", "width_m", "depth_m"]
    return gpd.GeoDataFrame(rows[columns], geometry=shapes, crs=study.sites.crs)


def _layout(study: "_Study", parameters: Parameters) -> gpd.GeoDataFrame:
    """The pieces of each form that fits the one site of a study."""
    fitting = study.results.loc[study.results["fits"].to_numpy(bool), "form"]
    drawn = [pieces(*_plan(study, form), study.sites.index[0], parameters) for form in fitting]
    return pd.concat(drawn, ignore_index=True) if drawn else no_pieces()


def _plan(study: "_Study", form: str) -> tuple[Layouts, int]:
    """The layouts of a form that fits the one site of a study, and which of them is kept."""
    kept = (variant.layouts_of(study.sites.index[0], form) for variant in study.variants)
    return next(found for found in kept if found is not None)


def _require_sound(block: SiteBlock) -> None:
    """Refuse a block in another reference system, with two parcels of one id, or a layer without its columns."""
    needed = {
        "zones": ["label"],
        "prescriptions": ["type_code", "subtype_code", "label"],
        "stations": ["name"],
    }
    layers = [
        block.parcels, block.zones, block.prescriptions, block.stations, block.qpv, block.footprints,
        block.residences,
    ]  # fmt: skip
    require_working_crs(*(layer for layer in layers if layer is not None and len(layer)))
    twice = block.parcels.index[block.parcels.index.duplicated()]
    if len(twice):
        raise BlockError(f"parcel {twice[0]!r} comes twice: make its rows one before evaluating")
    for name, columns in needed.items():
        layer = getattr(block, name)
        absent = [column for column in columns if layer is not None and column not in layer.columns]
        if absent:
            raise BlockError(f"{name}: the column {absent[0]!r} is absent: import the layer again")


def _around(block: SiteBlock, parcels: gpd.GeoDataFrame) -> SiteBlock:
    """The block with the zones and prescriptions that may meet some of its parcels, and no others."""
    return replace(
        block, zones=_near(block.zones, parcels, 0.0), prescriptions=_near(block.prescriptions, parcels, 0.0)
    )


def _near(
    layer: gpd.GeoDataFrame | None, parcels: gpd.GeoDataFrame, distance_m: float
) -> gpd.GeoDataFrame | None:
    """Rows of a layer whose bounds come near those of the parcels, in their order."""
    xmin, ymin, xmax, ymax = parcels.total_bounds
    if layer is None or layer.empty or np.isnan(xmin):
        return layer
    west, south, east, north = shapely.bounds(layer.geometry.to_numpy()).T
    east_west = (west <= xmax + distance_m) & (east >= xmin - distance_m)
    return layer[east_west & (south <= ymax + distance_m) & (north >= ymin - distance_m)]


@dataclass(frozen=True, slots=True)
class _Study:
    sites: gpd.GeoDataFrame
    results: pd.DataFrame
    envelopes: gpd.GeoSeries
    rules: pd.DataFrame
    variants: list[Variant]
    counterfactuals: pd.DataFrame


def _study(
    ground: Ground,
    parameters: Parameters,
    clock: Clock,
    public: str,
    done: float = 0.7,
    share: float = 0.3,
) -> _Study:
    """Lay out the forms for a public, and name the rule that binds each; ``share`` of the work, from ``done`` on."""
    parcels, envelopes, redraw = ground.parcels, ground.envelopes, ground.redraw
    with clock.step("forms", done, "fitting the three forms"):
        sites = ground.sites.assign(parking_norm=parking_norm(ground.sites, parameters, public))
        results, variants = fit_variants(
            sites, parcels.geometry, envelopes, ground.edges, forms(parameters, public), parameters, redraw
        )
    with clock.step("binding", done + 0.5 * share, "finding the rule that binds each site"):
        changed, named = bound_by(variants, redraw, parameters)
        keys = pd.MultiIndex.from_arrays([results.index, results["form"]])
        results = pd.concat([results, named.reindex(keys).set_axis(results.index)], axis=1)
    results = results.assign(parameters=parameters.hash)
    sites = sites.join(_summary(results, parameters, public)).assign(parameters=parameters.hash)
    sites = gpd.GeoDataFrame(sites, geometry=parcels.geometry, crs=parcels.crs).rename_axis("site_id")
    return _Study(sites, results.rename_axis("site_id"), envelopes, ground.rules, variants, changed)


def _summary(results: pd.DataFrame, parameters: Parameters, public: str) -> pd.DataFrame:
    """The form that holds most on each site, by its worth; or the reason of the form that came nearest to fitting."""
    fits, held = results["fits"].to_numpy(dtype=bool), worth(results, parameters, public)
    got = results["reason"].map({reason: i for i, reason in enumerate(REASONS)}).to_numpy(dtype=float)
    choice = results["form"].map({form: i for i, form in enumerate(FORM_NAMES)}).to_numpy(dtype=float)
    site, _ = pd.factorize(results.index)
    order = np.lexsort((choice, -got, -held, ~fits, site))
    best = results.iloc[order[np.r_[True, np.diff(site[order]) > 0]]] if len(order) else results
    best = best.assign(best_form=best["form"].where(best["fits"]))
    return best[["best_form", "dwellings", "reason", "reason_value", "reason_limit"]]
