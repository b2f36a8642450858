"""A plan being drawn: areas by unit, moves undone and redone, locks, pieces broken off and their repair."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.said import SaidError


class DraftError(SaidError):
    """A move that cannot be made: the message says which and what to do."""


@dataclass(frozen=True, eq=False)
class Ground:
    """
    What does not change while a plan is drawn.

    Parameters
    ----------
    today
        Area by unit, as things stand; missing where a unit has none: that is never an area.
    counts
        By unit, what is added up: ``dwellings``, ``complaints``, ``relets``...; missing stays missing.
    areas
        The areas (agencies, or sectors) in the order of the screens.
    edges
        Neighbours: ``unit_a``, ``unit_b``, ``border_m``.
    metres
        Units by areas, distance to the area's office (m); missing where there is no office.
    fixed
        Counts by area of what no map can show: it stays where it is, and counts.
    """

    today: pd.Series
    counts: pd.DataFrame
    areas: pd.Index
    edges: pd.DataFrame
    metres: pd.DataFrame
    fixed: pd.DataFrame

    @property
    def units(self) -> pd.Index:
        """The units, in order."""
        return self.today.index

    @cached_property
    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """The two units of each edge, as numbers."""
        return self.units.get_indexer(self.edges["unit_a"]), self.units.get_indexer(self.edges["unit_b"])

    @cached_property
    def border_m(self) -> np.ndarray:
        """The length of each edge, m."""
        return self.edges["border_m"].to_numpy(float)

    def numbers(self, area_of: pd.Series) -> np.ndarray:
        """Return the area of each unit as a number; -1 where there is none."""
        return self.areas.get_indexer(area_of.reindex(self.units))


@dataclass(frozen=True, slots=True)
class Step:
    """
    One change: what kind (give, repair, proposal, file), and each unit's area before and after.

    ``proof`` is what was proved of the plan that this step leads to, ``offices`` the units to which offices move
    in it (None: as before); undoing or redoing brings back the right ones.
    """

    kind: str
    changes: Mapping[Hashable, tuple]
    proof: Mapping | None = None
    offices: Mapping | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan being drawn, its past and its future, and what may not change. Every method returns a new one."""

    area_of: Mapping[Hashable, Hashable]
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()
    locked_units: frozenset = frozenset()
    locked_areas: frozenset = frozenset()
    opened_offices: Mapping = field(default_factory=dict)

    @property
    def offices(self) -> Mapping:
        """The units to which the offices of some areas move in the plan as it stands."""
        chosen = [step.offices for step in self.past if step.offices is not None]
        return chosen[-1] if chosen else self.opened_offices

    def plan(self) -> pd.Series:
        """Return the area by unit."""
        return pd.Series(self.area_of, dtype="object")

    @property
    def proof(self) -> Mapping | None:
        """What was proved of the plan as it stands; None where its last step was drawn by hand, or there is none."""
        return self.past[-1].proof if self.past else None

    def drawn(self) -> frozenset:
        """Return the units that were moved by hand and stand where they were put."""
        by_hand = [step for step in self.past if step.kind in ("give", "repair")]
        return frozenset(unit for step in by_hand for unit in step.changes)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an area that does not touch the rest of it."""

    area: Hashable
    units: tuple
    dwellings: float


@dataclass(frozen=True, slots=True)
class Totals:
    """A plan in the manager's units; the distance is missing where areas have no office. `moved` is in dwellings."""

    max_deviation_pct: float
    mean_distance_m: float
    border_km: float
    moved: float
    moved_pct: float
    pieces: tuple[Piece, ...] = field(repr=False)


def begin(ground: Ground, area_of: pd.Series | None = None) -> Draft:
    """Return a draft of a plan; today's by default."""
    plan = ground.today if area_of is None else area_of.reindex(ground.units)
    return Draft(_plain(plan))


def give(draft: Draft, ground: Ground, units: Iterable, area: Hashable, *, kind: str = "give") -> Draft:
    """
    Give units to an area.

    Raises
    ------
    DraftError
        If a unit or the area is unknown, or locked.
    """
    if area not in ground.areas:
        raise DraftError(
            "area {area!r} is unknown: choose one of {known}",
            area=area,
            known=", ".join(map(str, ground.areas)),
        )
    return _change(draft, ground, dict.fromkeys(units, area), Step(kind, {}))


def adopt(
    draft: Draft,
    ground: Ground,
    area_of: pd.Series,
    *,
    kind: str = "proposal",
    proof: Mapping | None = None,
    offices: Mapping | None = None,
) -> Draft:
    """Take a whole plan as one step, so that it is undone as one, with what is proved of it; locks are kept to."""
    wanted = _plain(area_of.reindex(ground.units))
    return _change(draft, ground, wanted, Step(kind, {}, proof, offices))


def _change(draft: Draft, ground: Ground, wanted: Mapping, step: Step) -> Draft:
    unknown = [unit for unit in wanted if unit not in draft.area_of]
    if unknown:
        raise DraftError("residence {residence!r} is not in this plan", residence=unknown[0])
    changes = {u: (draft.area_of[u], area) for u, area in wanted.items() if draft.area_of[u] != area}
    for unit, (before, after) in changes.items():
        if unit in draft.locked_units:
            raise DraftError("residence {unit!r} is locked: free it first", unit=unit)
        closed = draft.locked_areas & {before, after}
        if closed:
            raise DraftError("area {area!r} is locked: free it first", area=next(iter(closed)))
    if not changes and step.proof is None and step.offices is None:
        return draft
    step = replace(step, changes=changes)
    return replace(draft, area_of={**draft.area_of, **_side(step, 1)}, past=(*draft.past, step), future=())


def undo(draft: Draft) -> Draft:
    """Return the draft before its last step; the same where there is none."""
    if not draft.past:
        return draft
    *past, step = draft.past
    return replace(
        draft,
        area_of={**draft.area_of, **_side(step, 0)},
        past=tuple(past),
        future=(step, *draft.future),
    )


def redo(draft: Draft) -> Draft:
    """Return the draft with its last undone step made again; the same where there is none."""
    if not draft.future:
        return draft
    step, *future = draft.future
    return replace(
        draft,
        area_of={**draft.area_of, **_side(step, 1)},
        past=(*draft.past, step),
        future=tuple(future),
    )


def lock(draft: Draft, *, units: Iterable = (), areas: Iterable = ()) -> Draft:
    """Lock what is free and free what is locked, among the units and areas named."""
    return replace(
        draft,
        locked_units=draft.locked_units ^ frozenset(units),
        locked_areas=draft.locked_areas ^ frozenset(areas),
    )


def broken(ground: Ground, area_of: pd.Series) -> tuple[Piece, ...]:
    """Return the pieces that stand apart from the largest part of their area, smallest first."""
    number = ground.numbers(area_of)
    a, b = ground.ends
    same = (number[a] == number[b]) & (number[a] >= 0)
    n = len(number)
    graph = coo_matrix((np.ones(same.sum()), (a[same], b[same])), shape=(n, n))
    part = connected_components(graph, directed=False)[1]
    dwellings = ground.counts["dwellings"].fillna(0).to_numpy(float)
    table = pd.DataFrame({"area": number, "part": part, "dwellings": dwellings})[number >= 0]
    sizes = table.groupby(["area", "part"], as_index=False).agg(
        dwellings=("dwellings", "sum"), units=("part", "size")
    )
    sizes = sizes.sort_values(["area", "dwellings", "units", "part"], ascending=[True, False, False, True])
    apart = sizes[sizes.duplicated("area")].sort_values(["dwellings", "area", "part"])
    return tuple(
        Piece(ground.areas[row.area], tuple(ground.units[part == row.part]), float(row.dwellings))
        for row in apart.itertuples()
    )


def repair(ground: Ground, draft: Draft, piece: Piece) -> Hashable | None:
    """Return the free neighbouring area with which a piece shares the longest border; None without one."""
    shared = around(ground, draft.plan(), piece.units)
    free = [area for area in shared.index if area not in draft.locked_areas and area != piece.area]
    if draft.locked_units & set(piece.units) or piece.area in draft.locked_areas:
        return None
    return free[0] if free else None


def around(ground: Ground, area_of: pd.Series, units: Iterable) -> pd.Series:
    """Return the length of border (m) that units share with each area around them, longest first."""
    inside = np.isin(ground.units, list(units))
    number = ground.numbers(area_of)
    a, b = ground.ends
    touching = inside[a] != inside[b]
    other = np.where(inside[a], b, a)[touching]
    shared = pd.Series(ground.border_m[touching]).groupby(number[other]).sum()
    shared = shared[shared.index >= 0].sort_values(ascending=False, kind="stable")
    return shared.set_axis(ground.areas[shared.index])


def along(ground: Ground, area_of: pd.Series, area: Hashable, beside: Hashable) -> list:
    """Return the units of an area that touch another: its side of their border."""
    mine, theirs = ground.areas.get_loc(area), ground.areas.get_loc(beside)
    number = ground.numbers(area_of)
    a, b = ground.ends
    first = (number[a] == mine) & (number[b] == theirs)
    second = (number[b] == mine) & (number[a] == theirs)
    return list(ground.units[np.unique(np.r_[a[first], b[second]])])


def by_area(ground: Ground, area_of: pd.Series, weights: Mapping[str, float]) -> pd.DataFrame:
    """
    Return the figures of each area: counts, ``workload``, ``deviation_pct``, ``mean_distance_m``, ``border_km``.

    The workload is the weighted sum of the counts; the deviation is from equal shares. ``mean_distance_m`` is
    per dwelling, to the office. ``border_km`` is the border with other areas. ``units`` counts the located ones.
    """
    number = ground.numbers(area_of)
    kept = number >= 0
    counts = ground.counts.set_axis(number)[kept]
    sums = counts.groupby(level=0).sum(min_count=1).reindex(range(len(ground.areas)))
    table = sums.set_axis(ground.areas).fillna(0)
    table = table.add(ground.fixed.reindex(index=table.index, columns=table.columns).fillna(0))
    table.insert(0, "units", np.bincount(number[kept], minlength=len(ground.areas)))
    table["workload"] = sum((table[name] * weight for name, weight in weights.items()), 0.0)
    mean = table["workload"].mean()
    table["deviation_pct"] = 100 * (table["workload"] / mean - 1) if mean > 0 else np.nan
    table["mean_distance_m"] = _distance_m(ground, number)
    table["border_km"] = _border_m(ground, number) / 1000
    return table


def totals(ground: Ground, area_of: pd.Series, weights: Mapping[str, float]) -> Totals:
    """Return the figures of the whole plan, with the pieces that stand apart; dwellings moved are from today."""
    number, today = ground.numbers(area_of), ground.numbers(ground.today)
    dwellings = ground.counts["dwellings"].fillna(0).to_numpy(float)
    every = dwellings.sum() + ground.fixed.get("dwellings", pd.Series(dtype=float)).sum()
    moved = dwellings[(number != today) & (today >= 0)].sum()
    table = by_area(ground, area_of, weights)
    located = np.where(number >= 0, dwellings, 0)
    metres = _metres(ground, number)
    cut = number[ground.ends[0]] != number[ground.ends[1]]
    return Totals(
        max_deviation_pct=float(table["deviation_pct"].abs().max()),
        mean_distance_m=float((metres * located).sum() / located.sum()) if located.sum() else np.nan,
        border_km=float(ground.border_m[cut].sum() / 1000),
        moved=float(moved),
        moved_pct=float(100 * moved / every) if every else 0.0,
        pieces=broken(ground, area_of),
    )


def both_sides(
    draft: Draft, ground: Ground, units: Iterable, area: Hashable, weights: Mapping[str, float]
) -> pd.DataFrame:
    """Return the figures of every area that gives or takes: columns ``before`` and ``after`` by figure."""
    after = give(draft, ground, units, area)
    sides = {
        "before": by_area(ground, draft.plan(), weights),
        "after": by_area(ground, after.plan(), weights),
    }
    touched = [draft.area_of[u] for u in units if draft.area_of[u] != area]
    order = [a for a in ground.areas if a == area or a in touched]
    return pd.concat({name: table.loc[order] for name, table in sides.items()}, axis=1)


def movers(ground: Ground, before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """List the units whose area differs between two plans: ``dwellings``, ``before``, ``after``; largest first."""
    before, after = before.reindex(ground.units), after.reindex(ground.units)
    changed = ground.numbers(before) != ground.numbers(after)
    table = pd.DataFrame(
        {"dwellings": ground.counts["dwellings"], "before": before, "after": after}, index=ground.units
    )
    return table[changed].sort_values("dwellings", ascending=False, kind="stable")


def _side(step: Step, side: int) -> dict:
    return {unit: areas[side] for unit, areas in step.changes.items()}


def _plain(plan: pd.Series) -> dict:
    return {unit: None if pd.isna(area) else area for unit, area in plan.items()}


def _metres(ground: Ground, number: np.ndarray) -> np.ndarray:
    table = ground.metres.to_numpy(float)
    return np.where(number >= 0, table[np.arange(len(number)), np.maximum(number, 0)], 0.0)


def _distance_m(ground: Ground, number: np.ndarray) -> np.ndarray:
    dwellings = ground.counts["dwellings"].fillna(0).to_numpy(float)
    kept, k = number >= 0, len(ground.areas)
    people = np.bincount(number[kept], dwellings[kept], k)
    metres = np.bincount(number[kept], (_metres(ground, number) * dwellings)[kept], k)
    return np.divide(metres, people, out=np.full(k, np.nan), where=people > 0)


def _border_m(ground: Ground, number: np.ndarray) -> np.ndarray:
    a, b = ground.ends
    cut = number[a] != number[b]
    ends, length = np.r_[number[a][cut], number[b][cut]], np.r_[ground.border_m[cut], ground.border_m[cut]]
    return np.bincount(ends[ends >= 0], length[ends >= 0], len(ground.areas))
