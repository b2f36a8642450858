"""Plans proposed on the store's ground: what is wished for, the solver's answer, its proof, what stands in the way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from planning import territory as sectors
from planning.territory import Balance, Caps, Locks, Priorities, Sentence, Territory, TerritoryError
from planning.territory.atoms import coarsen
from planning.territory.draft import Draft, Ground, totals
from views.jobs.territory import Land, fixed_workload, with_offices, workload

WORK = "work"
FRONTIER = (2.0, 1.0, 0.4)
"""Tolerances of the plans shown side by side, as multiples of the one asked for: 10, 5 and 2 % for 5 %."""
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """
    What a proposal must respect and prefer: tolerance in %, metres per % of tenants moved and per km of border.

    ``weights`` make the work of a residence; ``others`` are more counts to share equally, with their own
    tolerance in %. ``caps`` limit the whole plan. With ``whole_sectors`` an agency takes a sector or leaves it.
    """

    tolerance_pct: float
    change_m: float
    border_m: float
    weights: Mapping[str, float]
    others: Mapping[str, float] = field(default_factory=dict)
    caps: Caps = field(default_factory=Caps)
    whole_sectors: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Proposed:
    """
    A plan proposed by the solver, with its proof.

    ``gap_pct`` and ``better_m`` (by how much a better plan could be better, at most) are missing where no bound
    is known yet; ``least_moved_pct`` is the proven least of tenants who change, where it was asked for;
    ``offices`` names the residence to which an area's office moves.
    """

    area_of: pd.Series
    wishes: Wishes
    max_deviation_pct: float
    mean_distance_m: float
    moved_pct: float
    border_km: float
    gap_pct: float
    better_m: float
    feasible: bool
    valid: bool
    seconds: float
    least_moved_pct: float = np.nan
    obstacles: tuple[Sentence, ...] = ()
    offices: Mapping[str, str] = field(default_factory=dict)


def problem(land: Land, wishes: Wishes, draft: Draft, *, keep: frozenset = frozenset()) -> Territory:
    """
    Return the solver's problem: locked areas and residences stay as the draft has them, ``keep`` as well.

    What no map can show counts in its area: the limits leave room for it.

    Raises
    ------
    TerritoryError
        If the locks contradict each other, or a count to share sums to 0.
    """
    ground, plan = land.ground, draft.plan()
    pinned = {unit: plan[unit] for unit in draft.locked_units | keep if plan[unit] is not None}
    pinned = {unit: area for unit, area in pinned.items() if area not in draft.locked_areas}
    reached = ground.metres.notna().to_numpy().all()
    made = sectors.territory(
        _units(land, wishes, draft),
        None,
        ground.edges,
        sectors=list(ground.areas),
        balance=[Balance(name, share / 100) for name, share in _shares(wishes).items()],
        priorities=Priorities(wishes.change_m, wishes.border_m),
        locks=Locks(pinned, draft.locked_areas),
        caps=wishes.caps,
        distances_m=ground.metres if reached else None,
    )
    return _with_offices(_leaving_room(made, land, wishes), land)


def _shares(wishes: Wishes) -> dict[str, float]:
    """Return each thing to share and its tolerance, %: the work first."""
    return {WORK: wishes.tolerance_pct, **wishes.others}


def _units(land: Land, wishes: Wishes, draft: Draft) -> pd.DataFrame:
    ground = land.ground
    places = land.residences.geometry.loc[ground.units]
    counts = ground.counts.fillna(0)
    base = {
        "x": places.x,
        "y": places.y,
        "tenants": counts["dwellings"],
        "sector": _counted_from(ground, draft),
    }
    others = {name: counts[name] for name in wishes.others}
    return pd.DataFrame({**base, WORK: workload(ground, wishes.weights), **others}, index=ground.units)


def _counted_from(ground: Ground, draft: Draft) -> pd.Series:
    """Return the areas from which change is counted: today's, save where a locked area has been redrawn by hand."""
    plan = draft.plan()
    held = plan.isin(draft.locked_areas) | ground.today.isin(draft.locked_areas)
    return ground.today.where(~held, plan)


def _leaving_room(made: Territory, land: Land, wishes: Wishes) -> Territory:
    """Shift the limits by what has no location: it is in its area already."""
    low, high, goal = made.low.copy(), made.high.copy(), made.target.copy()
    for c, (name, percent) in enumerate(_shares(wishes).items()):
        parts = wishes.weights if name == WORK else {name: 1.0}
        base = fixed_workload(land.ground, parts).to_numpy()
        open_areas = np.isfinite(made.high[:, c])
        if base.sum() and open_areas.any():
            target = made.target[:, c] + base[open_areas].sum() / open_areas.sum()
            low[:, c] = np.where(open_areas, np.maximum((1 - percent / 100) * target - base, 0), low[:, c])
            high[:, c] = np.where(open_areas, (1 + percent / 100) * target - base, high[:, c])
            goal[:, c] = np.where(open_areas, np.maximum(target - base, 0), 0.0)
    return replace(made, low=low, high=high, target=goal)


def _with_offices(made: Territory, land: Land) -> Territory:
    """Keep each agency's own office inside it: the free residence nearest to it may not leave."""
    if land.level != "agency" or not land.ground.metres.notna().to_numpy().all():
        return made
    allowed = made.allowed.copy()
    for area in np.flatnonzero(np.isfinite(made.high[:, 0])):
        metres = land.ground.metres.iloc[:, area]
        away = np.where(allowed[:, area] & (allowed.sum(axis=1) > 1), metres, np.inf)
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
    """
    Return the best plan found in about so many seconds, with the bound that no plan can beat.

    Raises
    ------
    TerritoryError
        If the locks contradict each other, or the wishes make no problem.
    """
    made = problem(land, wishes, draft, keep=keep)
    start = land.ground.numbers(draft.plan())
    group = _sectors_whole(made, land) if wishes.whole_sectors else None
    searched = made if group is None else _joined(made, group)
    first = start if group is None else start[np.unique(group, return_index=True)[1]]
    found = raw = None
    for raw, done, text in sectors.proposals(searched, seconds=seconds, starts=[first], stop=stop):
        found = _proposed(raw, land, wishes, group)
        best_so_far(found)
        progress(done, text)
    if not found.valid:
        told = tuple(o.sentence for o in sectors.obstacles(searched, raw.sector_of))
        found = replace(found, obstacles=told)
    return found


def _sectors_whole(made: Territory, land: Land) -> np.ndarray:
    """Number the sector of each unit as it is today; a unit without one stands alone."""
    sector = land.residences["sector_id"].reindex(made.units).astype("object")
    names = sector.where(sector.notna(), pd.Series(made.units, made.units))
    return pd.factorize(names)[0]


def _joined(made: Territory, group: np.ndarray) -> Territory:
    """Return the problem whose units are the groups; each may go where all of its residences may."""
    allowed = np.ones((group.max() + 1, made.size[1]), bool)
    for unit, number in enumerate(group):
        allowed[number] &= made.allowed[unit]
    if not allowed.any(axis=1).all():
        raise TerritoryError(
            "a whole sector would have to be in two agencies: free a lock, or let sectors be shared"
        )
    return replace(coarsen(made, group), allowed=allowed)


def frontier(
    land: Land,
    wishes: Wishes,
    draft: Draft,
    *,
    seconds: float = 25.0,
    progress: Progress = lambda done, text: None,
    stop: Callable[[], bool] = lambda: False,
) -> list[Proposed]:
    """
    Return up to six plans: wide, asked and narrow tolerance, each with change free and capped halfway to its least.

    Those that another one beats or equals on every axis are left out.
    """

    def within(share: float) -> Territory:
        return problem(land, replace(wishes, tolerance_pct=100 * share), draft)

    choices = sectors.frontier(
        within(wishes.tolerance_pct / 100),
        tolerances=[part * wishes.tolerance_pct / 100 for part in FRONTIER],
        within=within,
        seconds=seconds,
        progress=progress,
        stop=stop,
    )
    return [
        replace(
            _proposed(choice.proposal, land, _asked(wishes, choice)), least_moved_pct=float(choice.least_pct)
        )
        for choice in choices
    ]


def _asked(wishes: Wishes, choice: sectors.Choice) -> Wishes:
    caps = replace(wishes.caps, moved_pct=choice.cap_pct)
    return replace(wishes, tolerance_pct=100 * choice.tolerance, caps=caps)


def open_offices(
    land: Land,
    wishes: Wishes,
    draft: Draft,
    places: Sequence[str],
    *,
    kept: Sequence[str] = (),
    seconds: float = 20.0,
    progress: Progress = lambda done, text: None,
    stop: Callable[[], bool] = lambda: False,
) -> Proposed:
    """
    Choose which offices to open, then draw the plan of those opened.

    Candidates are today's offices and the ``places`` (units); as many are opened as there are areas, the offices
    of ``kept`` and of locked areas among them. A new office takes the name of the closed area whose tenants it
    serves most.

    Raises
    ------
    TerritoryError
        If there are more than 20 candidates, or no choice keeps the limits.
    """
    areas = [area for area in land.ground.areas if land.offices[area] is not None]
    stays = [areas.index(area) for area in {*kept, *draft.locked_areas} if area in areas]
    names = [*areas, *(f"+{unit}" for unit in places)]
    points = [land.offices[area] for area in areas] + [land.residences.geometry[unit] for unit in places]
    offices = pd.DataFrame({"x": [p.x for p in points], "y": [p.y for p in points]}, index=names)
    units = _units(land, wishes, draft)
    made = sectors.territory(
        units.assign(sector=units["sector"].where(units["sector"].isin(areas))),
        offices,
        land.ground.edges,
        balance=[Balance(name, share / 100) for name, share in _shares(wishes).items()],
        priorities=Priorities(0, 0),
    )
    if len(names) > sectors.MOST_CANDIDATES:
        raise TerritoryError(
            "{count} candidate offices: keep the {most} likeliest",
            count=len(names),
            most=sectors.MOST_CANDIDATES,
        )
    progress(0.0, "offices")
    pool = sectors.candidates(made, len(areas))
    chosen = sectors.choose_offices(pool, len(areas), kept=stays, seconds=seconds / 2)
    seats = _named(land, names, len(areas), chosen)
    found = propose(
        with_offices(land, seats),
        wishes,
        draft,
        seconds=seconds / 2,
        progress=lambda done, text: progress((1 + done) / 2, text),
        stop=stop,
    )
    return replace(found, offices={**draft.offices, **seats})


def _named(land: Land, names: list[str], known: int, chosen: sectors.Offices) -> dict[str, str]:
    """Give each new office the name of the closed area whose tenants it serves most."""
    new = [int(c) for c in chosen.opened if c >= known]
    closed = [c for c in range(known) if c not in chosen.opened]
    if not new:
        return {}
    tenants = land.ground.counts["dwellings"].fillna(0).to_numpy(float)
    today = land.ground.today.to_numpy()
    shared = [
        [tenants[(chosen.office_of == office) & (today == names[area])].sum() for area in closed]
        for office in new
    ]
    rows, columns = linear_sum_assignment(-np.array(shared))
    return {names[closed[c]]: names[new[r]][1:] for r, c in zip(rows, columns, strict=True)}


def _proposed(raw: sectors.Proposal, land: Land, wishes: Wishes, group: np.ndarray | None = None) -> Proposed:
    number = raw.sector_of if group is None else raw.sector_of[group]
    areas = pd.Series(land.ground.areas[number], index=land.ground.units, dtype="object")
    figures = totals(land.ground, areas, wishes.weights)
    bounded = bool(np.isfinite(raw.bound))
    return Proposed(
        area_of=areas,
        wishes=wishes,
        max_deviation_pct=figures.max_deviation_pct,
        mean_distance_m=figures.mean_distance_m,
        moved_pct=figures.moved_pct,
        border_km=figures.border_km,
        gap_pct=float(raw.gap_pct) if bounded else np.nan,
        better_m=max(0.0, raw.figures.objective - raw.bound) if bounded else np.nan,
        feasible=raw.bound != np.inf,
        valid=bool(raw.figures.valid),
        seconds=raw.seconds,
    )
