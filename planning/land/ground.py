"""The land of some parcels before anybody lays out a building on it: its rules, its envelopes, what stands around."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

import geopandas as gpd
import pandas as pd

from geo.built import built_on, homes_on
from geo.edges import measure_edges
from geo.polygons import united
from geo.shares import overlaps
from planning.capacity.envelope import buildable_envelopes
from planning.capacity.variants import with_heights
from planning.land.context import in_priority_district, owners_of, station_of
from planning.land.hazards import closed_by_hazards
from planning.parameters import Parameters
from planning.zoning.prescriptions import prescription_rules
from planning.zoning.rules import closed_land, zone_rules

Progress = Callable[[float, str], None]


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
    environment: gpd.GeoDataFrame | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """The parcels of a block with their rules, envelopes and context: what no public changes."""

    parcels: gpd.GeoDataFrame
    edges: gpd.GeoDataFrame
    rules: pd.DataFrame
    sites: pd.DataFrame
    envelopes: gpd.GeoSeries
    redraw: Callable[[pd.DataFrame], gpd.GeoSeries]


class Clock:
    """Times the steps and reports them."""

    def __init__(self, progress: Progress) -> None:
        self.seconds: dict[str, float] = {}
        self.progress = progress

    @contextmanager
    def step(self, name: str, done: float, text: str) -> Iterator[None]:
        self.progress(done, text)
        start = perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + perf_counter() - start


def ground_of(
    block: SiteBlock,
    parcels: gpd.GeoDataFrame,
    edges: gpd.GeoDataFrame,
    parameters: Parameters,
    clock: Clock,
) -> Ground:
    """Read the rules of parcels whose edges are known, draw their envelopes, look around them."""
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
        sites["hazard_share"], struck = closed_by_hazards(parcels, block.environment, parameters)
        lost = united(pd.concat([closed, forbidden, struck]))
        redraw = _redrawn(parcels, edges, lost)
        envelopes = _envelopes(parcels, edges, sites, lost)
        sites["envelope_m2"] = envelopes.area
    with clock.step("context", 0.65, "looking around each site"):
        sites = sites.join(station_of(parcels, block.stations))
        sites["in_qpv"] = in_priority_district(parcels, block.qpv)
        sites = sites.join(owners_of(parcels, block.owners, block.own_sirens, parameters))
    return Ground(parcels, edges, rules, sites, envelopes, redraw)


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
            hazard_veto_share=parameters["hazard_veto_share"],
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
        & ~(sites["hazard_share"] >= sites["hazard_veto_share"])
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
