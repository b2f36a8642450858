"""The ground on which territories are drawn, and what a plan does on it: from the store, without a screen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.store import Store
from geo import neighbours
from geo.crs import WORKING_CRS
from geo.periods import period
from geo.said import SaidError
from planning.territory.draft import Ground, movers
from views.jobs import territory_barriers
from views.jobs.indicators import with_agency

LEVELS = {"agency": "agency_id", "sector": "sector_id"}
COUNTS = ("dwellings", "complaints", "relets", "qpv_dwellings", "lodges", "lifts")
TABLES = ("residences", "sectors", "agencies", "communes", "complaints", "turnovers", "settings")


class TerritoryDataError(SaidError):
    """The store cannot make territories: the message says what to import."""


@dataclass(frozen=True, eq=False)
class Land:
    """
    A level's ground with what the screens need beside it.

    ``cells`` by unit (EPSG:2154); ``unit_of`` each located residence's unit; ``residences`` all of them;
    ``offices`` by area, missing where unknown; ``absent`` the residences without a location.
    """

    level: str
    ground: Ground
    cells: gpd.GeoSeries
    unit_of: pd.Series
    residences: gpd.GeoDataFrame
    offices: gpd.GeoSeries
    names: pd.Series
    sector_names: pd.Series
    absent: pd.DataFrame
    unknown: tuple[str, ...]
    barriers: gpd.GeoDataFrame | None
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effects:
    """
    What a plan does to those who serve the residences, beside today.

    ``lodges`` change area with their residence. A team is a sector's: ``teams_split`` names the sectors whose
    residences go to several areas and are in one today. A lodge is taken to look after the residences of its
    sector that are nearest to it (assumed): ``rounds_split`` names the residences of the lodges whose round
    would be shared between areas.
    """

    residences: int
    dwellings: float
    lodges: int
    teams_split: tuple[str, ...]
    rounds_split: tuple[str, ...]


def land(store: Store, level: str) -> Land:
    """
    Return the ground of a level: ``agency``, or ``sector``.

    Complaints and relets are those of the year before the store's reference date; a table that is empty is
    unknown, never 0.

    Raises
    ------
    TerritoryDataError
        If fewer than two areas, or no located residence, are in the store.
    """
    column = LEVELS[level]
    sectors, agencies = store.read("sectors"), store.read("agencies")
    residences = with_agency(store.read("residences"), sectors)
    areas = agencies if level == "agency" else sectors
    located = residences[residences.geometry.notna()]
    if len(areas) < 2 or located.empty:
        raise TerritoryDataError(
            "{areas} areas and {residences} located residences in the store: "
            "import agencies, sectors and the stock first",
            areas=len(areas),
            residences=len(located),
        )
    counts = _counts(store, residences)
    barriers, passages = territory_barriers.kept(store)
    near = neighbours.neighbourhood(
        located[["geometry"]], _town(store, located), barriers=barriers, passages=passages
    )
    ground = _ground(near, located, counts.loc[located.index], areas.index, column)
    offices = agencies.geometry if level == "agency" else sectors["agency_id"].map(agencies.geometry)
    offices = gpd.GeoSeries(offices, index=areas.index, crs=WORKING_CRS)
    absent = residences[residences.geometry.isna()]
    fixed = counts.loc[absent.index].groupby(absent[column]).sum(min_count=1)
    units = located.geometry.loc[ground.units]
    return Land(
        level=level,
        ground=replace(ground, metres=_metres(units, offices), fixed=fixed.reindex(areas.index)),
        cells=near.cells.loc[ground.units],
        unit_of=near.site_of,
        residences=residences,
        offices=offices,
        names=areas["name"].astype("object"),
        sector_names=sectors["name"].astype("object"),
        absent=absent,
        unknown=tuple(name for name in COUNTS if counts[name].isna().all()),
        barriers=barriers,
        passages=tuple(territory_barriers.named(passages)),
    )


def _counts(store: Store, residences: pd.DataFrame) -> pd.DataFrame:
    """Return what makes work, by residence; a column of missing values where its table is empty."""
    on, since = period(store.settings().get("reference_date") or pd.Timestamp.now(), None)
    dwellings = residences["dwellings"].astype(float)
    columns = {
        "dwellings": dwellings,
        "complaints": _in_year(store, "complaints", "opened_at", residences.index, since, on),
        "relets": _in_year(store, "turnovers", "keys_back_on", residences.index, since, on),
        "qpv_dwellings": dwellings * residences["in_qpv"].astype("Float64").astype(float),
        "lodges": residences["has_caretaker"].astype("Float64").astype(float),
        "lifts": residences["has_lift"].astype("Float64").astype(float),
    }
    return pd.DataFrame(columns, index=residences.index)


def _in_year(store, table, column, index, since, on) -> pd.Series:
    events = store.read(table, columns=["residence_id", column], geometry=False)
    if events.empty:
        return pd.Series(np.nan, index=index)
    last = events[events[column].between(since, on, inclusive="left")]
    return last.groupby("residence_id").size().reindex(index).fillna(0).astype(float)


def _town(store: Store, located: gpd.GeoDataFrame) -> shapely.Geometry:
    """Return the outline of the communes; widened around the residences that lie outside it."""
    communes = store.read("communes").geometry.dropna()
    if communes.empty:
        return neighbours.outline_of(located.geometry)
    town = communes.union_all()
    outside = located.geometry[~shapely.covers(town, located.geometry.to_numpy())]
    return town if outside.empty else town.union(neighbours.outline_of(outside))


def _ground(near, located, counts, areas, column) -> Ground:
    """Return units: places at one spot are one unit, in the area of the largest of them."""
    size = located.assign(unit=near.site_of).sort_values("dwellings", ascending=False, kind="stable")
    today = size.groupby("unit")[column].first().astype("object")
    units = pd.Index(near.cells.index, name="residence_id")
    sums = counts.groupby(near.site_of).sum(min_count=1).reindex(units)
    return Ground(today.reindex(units), sums, pd.Index(areas), near.edges, pd.DataFrame(), pd.DataFrame())


def _metres(units: gpd.GeoSeries, offices: gpd.GeoSeries) -> pd.DataFrame:
    """Return the straight distance from each unit to each area's office, missing without one."""
    x, y = units.x.to_numpy(), units.y.to_numpy()
    found = {
        area: np.full(len(units), np.nan) if place is None else np.hypot(x - place.x, y - place.y)
        for area, place in offices.items()
    }
    return pd.DataFrame(found, index=units.index)


def workload(ground: Ground, weights: Mapping[str, float]) -> pd.Series:
    """Return the weighted work of each unit; a count that is unknown for a unit weighs nothing there."""
    return sum((ground.counts[name].fillna(0) * weight for name, weight in weights.items()), 0.0)


def fixed_workload(ground: Ground, weights: Mapping[str, float]) -> pd.Series:
    """Return the weighted work, by area, of what no map can show."""
    known = ground.fixed.reindex(index=ground.areas, columns=list(weights)).fillna(0).astype(float)
    return (known * pd.Series(weights, dtype=float)).sum(axis=1)


def with_offices(land: Land, seats: Mapping[str, str]) -> Land:
    """Return the land with the offices of some areas moved to the place of a unit: distances follow."""
    known = {area: unit for area, unit in seats.items() if unit in land.ground.units and area in land.offices}
    if not known:
        return land
    offices = land.offices.copy()
    for area, unit in known.items():
        offices[area] = land.residences.geometry[unit]
    units = land.residences.geometry.loc[land.ground.units]
    return replace(land, offices=offices, ground=replace(land.ground, metres=_metres(units, offices)))


def effects(land: Land, plan: pd.Series) -> Effects:
    """Return what changes from today for residences, lodges and teams, were the plan published."""
    ground = land.ground
    apart = movers(ground, ground.today, plan)
    teams = land.residences["sector_id"].reindex(ground.units)
    rounds = _rounds(land, teams)
    names = land.sector_names.reindex(_split(ground, plan, teams)).dropna()
    lodges = land.residences["name"].reindex(_split(ground, plan, rounds)).dropna()
    return Effects(
        residences=len(apart),
        dwellings=float(apart["dwellings"].sum()),
        lodges=int(ground.counts["lodges"].reindex(apart.index).fillna(0).sum()),
        teams_split=tuple(names),
        rounds_split=tuple(lodges),
    )


def _split(ground: Ground, plan: pd.Series, group: pd.Series) -> list[str]:
    """Return the groups that a plan shares between areas and that are in one today."""
    table = pd.DataFrame({"today": ground.today, "plan": plan, "group": group}).dropna(subset="group")
    areas = table.groupby("group").nunique()
    return list(areas.index[(areas["plan"] > 1) & (areas["today"] <= 1)])


def _rounds(land: Land, teams: pd.Series) -> pd.Series:
    """Return the lodge that looks after each unit: the nearest of its sector; missing where it has none."""
    units = land.residences.geometry.loc[land.ground.units]
    has = (land.ground.counts["lodges"].fillna(0) > 0).to_numpy()
    found = pd.Series(None, index=land.ground.units, dtype="object")
    xy = np.c_[units.x, units.y]
    for team in teams.dropna().unique():
        inside = (teams == team).to_numpy()
        lodges = np.flatnonzero(inside & has)
        if len(lodges):
            away = np.hypot(*(xy[inside][:, None, :] - xy[lodges][None, :, :]).transpose(2, 0, 1))
            found[inside] = land.ground.units[lodges[away.argmin(axis=1)]]
    return found
