"""From parcels to fitted sites: the chain of the site engine, a pure function of frames."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.built import built_on, homes_on
from geo.crs import require_working_crs
from geo.edges import KINDS, measure_edges, type_edges
from geo.lanes import cadastred_lanes
from geo.overrides import edge_keys, overridden
from geo.polygons import united
from geo.shares import overlaps
from planning.capacity.envelope import SETBACKS, buildable_envelopes
from planning.capacity.fitting import Layouts
from planning.capacity.forms import FORM_NAMES, PLACE_COLUMNS, REASONS, forms, vetoes
from planning.capacity.layouts.draw import no_pieces, pieces
from planning.capacity.variants import Variant, bound_by, fit_variants, with_heights
from planning.land.context import in_priority_district, owners_of, parking_norm, station_of
from planning.parameters import Parameters
from planning.zoning.prescriptions import prescription_rules
from planning.zoning.rules import closed_land, zone_rules

Progress = Callable[[float, str], None]
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
class SiteBlock:
    """
    The parcels of a commune, or of a tile of it, with what is within reach of them, in EPSG:2154.

    ``parcels`` are indexed by ``parcel_id``; the other frames are rows of the tables of the same name, None
    or empty where nobody has them: their criteria are then unknown. ``own_sirens`` are the landlord's own,
    ``rule_book`` the rows of `planning.zoning.rulebook.checked`, ``overrides`` edges set by people.
    """

    parcels: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    prescriptions: gpd.GeoDataFrame | None = None
    stations: gpd.GeoDataFrame | None = None
    qpv: gpd.GeoDataFrame | None = None
    owners: pd.DataFrame | None = None
    own_sirens: tuple[str, ...] = ()
    footprints: gpd.GeoDataFrame | None = None
    residences: gpd.GeoDataFrame | None = None
    streets: gpd.GeoDataFrame | None = None
    rule_book: pd.DataFrame | None = None
    overrides: pd.DataFrame | None = None


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
    _require_sound(block)
    clock = _Clock(progress)
    with clock.step("edges", 0.0, "typing the edges of the parcels"):
        edges = edges_of(block, block.parcels)
    chosen = block.parcels if only is None else block.parcels.loc[only]
    edges = edges if only is None else edges[edges["parcel_id"].isin(only)].reset_index(drop=True)
    local = block if only is None else _around(block, chosen)
    study = _study(local, chosen, edges, parameters, clock, public)
    sites = study.sites[SITE_COLUMNS]
    results = study.results.drop(columns=PLACE_COLUMNS).reset_index()
    envelopes = study.envelopes[~(study.envelopes.is_empty | study.envelopes.isna())]
    envelopes = gpd.GeoDataFrame(geometry=envelopes).rename_axis("site_id")
    progress(1.0, "done")
    return SiteEvaluation(sites, results, envelopes, clock.seconds)


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
    study = _study(_around(block, parcel), parcel, edges, parameters, _Clock(silent), public)
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


class _Clock:
    """Times the steps and reports them."""

    def __init__(self, progress: Progress) -> None:
        self.seconds: dict[str, float] = {}
        self.progress = progress

    @contextmanager
    def step(self, name: str, done: float, text: str) -> Iterator[None]:
        self.progress(done, text)
        start = perf_counter()
        yield
        self.seconds[name] = perf_counter() - start


def _study(
    block: SiteBlock,
    parcels: gpd.GeoDataFrame,
    edges: gpd.GeoDataFrame,
    parameters: Parameters,
    clock: _Clock,
    public: str,
) -> _Study:
    """Run the chain on parcels whose edges are known."""
    with clock.step("zones", 0.15, "reading the zone of each parcel"):
        shares = overlaps(parcels, block.zones)
        rules = zone_rules(parcels, block.zones, shares, parameters, block.rule_book)
        closed = closed_land(parcels, block.zones, shares, rules, parameters, block.rule_book)
    with clock.step("prescriptions", 0.3, "laying the prescriptions over the parcels"):
        prescribed, forbidden = prescription_rules(parcels, block.prescriptions, parameters)
        rules = rules.join(prescribed)
    with clock.step("envelopes", 0.45, "drawing the buildable envelopes"):
        sites = _land(parcels, edges, rules, closed, parameters)
        sites = sites.join(_standing(block, parcels))
        sites = with_heights(sites, edges)
        lost = united(pd.concat([closed, forbidden]))
        redraw = _redrawn(parcels, edges, lost)
        envelopes = _envelopes(parcels, edges, sites, lost)
        sites["envelope_m2"] = envelopes.area
    with clock.step("context", 0.7, "looking around each site"):
        sites = sites.join(station_of(parcels, block.stations))
        sites["in_qpv"] = in_priority_district(parcels, block.qpv)
        sites = sites.join(owners_of(parcels, block.owners, block.own_sirens, parameters))
    with clock.step("forms", 0.75, "fitting the three forms"):
        sites["parking_norm"] = parking_norm(sites, parameters, public)
        results, variants = fit_variants(
            sites, parcels.geometry, envelopes, edges, forms(parameters, public), parameters, redraw
        )
    with clock.step("binding", 0.85, "finding the rule that binds each site"):
        changed, named = bound_by(variants, redraw, parameters)
        keys = pd.MultiIndex.from_arrays([results.index, results["form"]])
        results = pd.concat([results, named.reindex(keys).set_axis(results.index)], axis=1)
    results = results.assign(parameters=parameters.hash)
    sites = sites.join(_summary(results)).assign(parameters=parameters.hash)
    sites = gpd.GeoDataFrame(sites, geometry=parcels.geometry, crs=parcels.crs).rename_axis("site_id")
    return _Study(sites, results.rename_axis("site_id"), envelopes, rules, variants, changed)


def _land(
    parcels: gpd.GeoDataFrame,
    edges: gpd.GeoDataFrame,
    rules: pd.DataFrame,
    closed: gpd.GeoSeries,
    parameters: Parameters,
) -> pd.DataFrame:
    """What the forms ask about the land: area, edges, rules; the rules written out as one JSON text."""
    area_m2 = parcels.geometry.area
    open_m2 = area_m2.sub(closed.area, fill_value=0.0).reindex(parcels.index)
    insee_code = parcels["insee_code"] if "insee_code" in parcels else parcels.index.str[:5]
    text = rules["rules"] + ', "prescriptions": [' + rules["prescriptions"] + "]}"
    return (
        rules.assign(
            insee_code=insee_code,
            rules=text,
            area_m2=area_m2.fillna(0.0),
            veto_share=parameters["prescription_veto_share"],
            footprint_limit_m2=rules["footprint_share"] * open_m2,
            soil_limit_m2=(1 - rules["open_soil_share"].fillna(0.0)) * open_m2,
        )
        .drop(columns="prescriptions")
        .join(measure_edges(edges, parcels.index))
    )


def _standing(block: SiteBlock, parcels: gpd.GeoDataFrame) -> pd.DataFrame:
    """What stands on the parcels: footprints, floor area to demolish, the landlord's own homes."""
    standing = built_on(parcels, block.footprints)
    if block.residences is None:
        return standing.assign(own_homes=pd.Series(pd.NA, index=parcels.index, dtype="Int64"))
    return standing.join(homes_on(parcels, block.residences))


def _envelopes(
    parcels: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, sites: pd.DataFrame, lost: gpd.GeoSeries
) -> gpd.GeoSeries:
    """Draw the envelope of the parcels where something may be built; the others have none."""
    possible = (
        (sites["area_m2"] > 0)
        & sites["housing"].fillna(True).astype(bool)
        & (sites["street_m"] > 0)
        & (sites["forbidden_share"] < sites["veto_share"])
    )
    drawn = buildable_envelopes(parcels[possible.to_numpy()], edges, sites, lost)
    return drawn.reindex(parcels.index)


def _redrawn(
    parcels: gpd.GeoDataFrame, edges: gpd.GeoDataFrame, lost: gpd.GeoSeries
) -> Callable[[pd.DataFrame], gpd.GeoSeries]:
    """Draw the envelopes of some sites again for other rules."""

    def redraw(sites: pd.DataFrame) -> gpd.GeoSeries:
        if sites.index.equals(parcels.index):
            return buildable_envelopes(parcels, edges, sites, lost)
        mine = edges[edges["parcel_id"].isin(sites.index)]
        return buildable_envelopes(parcels.loc[sites.index], mine, sites, lost)

    return redraw


def _summary(results: pd.DataFrame) -> pd.DataFrame:
    """The form that holds most on each site, or the reason of the form that came nearest to fitting."""
    fits, held = results["fits"].to_numpy(dtype=bool), results["dwellings"].to_numpy(float, na_value=np.nan)
    got = results["reason"].map({reason: i for i, reason in enumerate(REASONS)}).to_numpy(dtype=float)
    choice = results["form"].map({form: i for i, form in enumerate(FORM_NAMES)}).to_numpy(dtype=float)
    site, _ = pd.factorize(results.index)
    order = np.lexsort((choice, -got, -held, ~fits, site))
    best = results.iloc[order[np.r_[True, np.diff(site[order]) > 0]]] if len(order) else results
    best = best.assign(best_form=best["form"].where(best["fits"]))
    return best[["best_form", "dwellings", "reason", "reason_value", "reason_limit"]]
