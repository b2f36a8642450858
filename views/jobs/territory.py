"""The ground on which territories are drawn, and plans proposed by the solver: from the store, without a screen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.store import Store
from geo import neighbours
from geo.crs import WORKING_CRS
from geo.periods import period
from planning.territory.draft import Draft, Ground, totals
from views.jobs.indicators import with_agency

LEVELS = {"agency": "agency_id", "sector": "sector_id"}
COUNTS = ("dwellings", "complaints", "relets", "qpv_dwellings", "lodges")
TABLES = ("residences", "sectors", "agencies", "communes", "complaints", "turnovers")
Progress = Callable[[float, str], None]


class TerritoryDataError(ValueError):
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
    absent: pd.DataFrame
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a proposal must respect and prefer: tolerance in %, metres per % of tenants moved and per km of border."""

    tolerance_pct: float
    change_m: float
    border_m: float
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Proposed:
    """A plan proposed by the solver, with its proof: ``gap_pct`` is missing where no bound is known yet."""

    area_of: pd.Series
    wishes: Wishes
    max_deviation_pct: float
    mean_distance_m: float
    moved_pct: float
    border_km: float
    gap_pct: float
    feasible: bool
    valid: bool
    seconds: float


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
            f"{len(areas)} areas and {len(located)} located residences in the store:"
            " import agencies, sectors and the stock first"
        )
    counts = _counts(store, residences)
    near = neighbours.neighbourhood(located[["geometry"]], _town(store, located))
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
        absent=absent,
        unknown=tuple(name for name in COUNTS if counts[name].isna().all()),
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


def problem(land: Land, wishes: Wishes, draft: Draft, *, keep: frozenset = frozenset()):
    """
    Return the solver's problem: locked areas and residences stay as the draft has them, ``keep`` as well.

    What no map can show counts in its area's work: the limits leave room for it.
    """
    from planning.territory.model import Balance, Locks, Priorities, territory

    ground, plan = land.ground, draft.plan()
    work = workload(ground, wishes.weights)
    places = land.residences.geometry.loc[ground.units]
    units = pd.DataFrame(
        {
            "x": places.x, "y": places.y, "tenants": ground.counts["dwellings"].fillna(0),
            "sector": _counted_from(ground, draft), "work": work,
        },
        index=ground.units,
    )  # fmt: skip
    pinned = {unit: plan[unit] for unit in draft.locked_units | keep if plan[unit] is not None}
    pinned = {unit: area for unit, area in pinned.items() if area not in draft.locked_areas}
    reached = ground.metres.notna().to_numpy().all()
    made = territory(
        units,
        None,
        ground.edges,
        sectors=list(ground.areas),
        balance=[Balance("work", wishes.tolerance_pct / 100)],
        priorities=Priorities(wishes.change_m, wishes.border_m),
        locks=Locks(pinned, draft.locked_areas),
        distances_m=ground.metres if reached else None,
    )
    return _with_offices(_leaving_room(made, land, wishes), land)


def _counted_from(ground: Ground, draft: Draft) -> pd.Series:
    """Return the areas from which change is counted: today's, save where a locked area has been redrawn by hand."""
    plan = draft.plan()
    held = plan.isin(draft.locked_areas) | ground.today.isin(draft.locked_areas)
    return ground.today.where(~held, plan)


def _leaving_room(made, land: Land, wishes: Wishes):
    """Shift the limits by the work of what has no location: it is in its area already."""
    fixed = land.ground.fixed.reindex(columns=list(wishes.weights)).fillna(0)
    base = sum((fixed[name] * weight for name, weight in wishes.weights.items()), 0.0)
    base = np.asarray(base, float) if len(wishes.weights) else np.zeros(len(land.ground.areas))
    if not base.sum():
        return made
    open_areas = np.isfinite(made.high[:, 0])
    target = np.where(open_areas, made.target[:, 0] + base[open_areas].sum() / max(open_areas.sum(), 1), 0)
    share = wishes.tolerance_pct / 100
    low, high, goal = made.low.copy(), made.high.copy(), made.target.copy()
    low[:, 0] = np.where(open_areas, np.maximum((1 - share) * target - base, 0), low[:, 0])
    high[:, 0] = np.where(open_areas, (1 + share) * target - base, high[:, 0])
    goal[:, 0] = np.where(open_areas, np.maximum(target - base, 0), goal[:, 0])
    return replace(made, low=low, high=high, target=goal)


def _with_offices(made, land: Land):
    """Keep each agency's own office inside it: the free residence nearest to it may not leave."""
    if land.level != "agency" or not land.ground.metres.notna().to_numpy().all():
        return made
    allowed = made.allowed.copy()
    for area in np.flatnonzero(np.isfinite(made.high[:, 0])):
        away = np.where(
            allowed[:, area] & (allowed.sum(axis=1) > 1), land.ground.metres.iloc[:, area], np.inf
        )
        if np.isfinite(away.min()):
            allowed[int(away.argmin())] = np.arange(allowed.shape[1]) == area
    return replace(made, allowed=allowed)


def propose(
    land: Land,
    wishes: Wishes,
    draft: Draft,
    *,
    keep: frozenset = frozenset(),
    seconds: float = 10.0,
    progress: Progress = lambda done, text: None,
    stop: Callable[[], bool] = lambda: False,
    best_so_far: Callable[[Proposed], None] = lambda plan: None,
) -> Proposed:
    """Return the best plan found in about so many seconds, with the bound that no plan can beat."""
    from planning.territory.solve import proposals

    made = problem(land, wishes, draft, keep=keep)
    start = land.ground.numbers(draft.plan())
    found = None
    for raw, done, text in proposals(made, seconds=seconds, starts=[start], stop=stop):
        found = _proposed(raw, land, wishes)
        best_so_far(found)
        progress(done, text)
    return found


def frontier(
    land: Land,
    wishes: Wishes,
    draft: Draft,
    *,
    seconds: float = 20.0,
    progress: Progress = lambda done, text: None,
    stop: Callable[[], bool] = lambda: False,
) -> list[Proposed]:
    """Return plans at wide, asked and narrow tolerance, and with change made dearer: a choice, not one answer."""
    t, change = wishes.tolerance_pct, wishes.change_m
    asked = [(2 * t, change), (t, change), (t / 2, change), (t, 5 * change + 5), (2 * t, 5 * change + 5)]
    plans = []
    for rank, (tolerance, metres) in enumerate(asked):
        if stop():
            break
        wish = replace(wishes, tolerance_pct=tolerance, change_m=metres)
        plans.append(propose(land, wish, draft, seconds=seconds / len(asked), stop=stop))
        progress((rank + 1) / len(asked), "searching")
    return plans


def _proposed(raw, land: Land, wishes: Wishes) -> Proposed:
    areas = pd.Series(land.ground.areas[raw.sector_of], index=land.ground.units, dtype="object")
    figures = totals(land.ground, areas, wishes.weights)
    return Proposed(
        area_of=areas,
        wishes=wishes,
        max_deviation_pct=figures.max_deviation_pct,
        mean_distance_m=figures.mean_distance_m,
        moved_pct=figures.moved_pct,
        border_km=figures.border_km,
        gap_pct=float(raw.gap_pct) if np.isfinite(raw.bound) else np.nan,
        feasible=raw.bound != np.inf,
        valid=bool(raw.figures.valid),
        seconds=raw.seconds,
    )
