"""What a territory problem is made of: units, sectors and their offices, balance, locks, caps, priorities."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.said import SaidError

AXES = ("mean_distance_m", "moved_pct", "border_km")
UNASSIGNED = -1
TIE_BREAK_M = 0.001


class TerritoryError(SaidError):
    """The data or the wishes cannot make a territory problem: the message says what, where, what to do."""


@dataclass(frozen=True, slots=True)
class Priorities:
    """
    What the objective counts, in metres per tenant.

    ``change`` is what 1 % of the tenants changing agency is worth, ``border`` what 1 km of border is worth:
    with 2 and 10, the manager accepts 10 m more per tenant to spare 1 km of border. ``distance`` is 1, or a
    small number when only change or borders matter and distance decides between equals.
    """

    change: float
    border: float
    distance: float = 1.0


@dataclass(frozen=True, slots=True)
class Balance:
    """One thing that sectors share equally: a column of the units, and the share it may deviate by."""

    criterion: str
    tolerance: float


@dataclass(frozen=True, slots=True)
class Locks:
    """What may not change: units pinned to a sector, and sectors that neither give nor take."""

    units: Mapping[Hashable, Hashable] = field(default_factory=dict)
    sectors: frozenset = frozenset()


@dataclass(frozen=True, slots=True)
class Caps:
    """Limits on the whole plan; none by default."""

    mean_distance_m: float = np.inf
    moved_pct: float = np.inf
    border_km: float = np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Territory:
    """
    The problem as arrays; units and sectors are numbered in the order of their indexes.

    ``metres[i, j]`` is what unit i adds to the mean distance in sector j (m per tenant), ``change_pct[i, j]``
    what it adds there to the tenants who change (%), ``edge_km[e]`` what edge e adds to the border (km);
    ``tenants_pct[i]`` is its share of all tenants. ``loads`` has one
    column a criterion; ``low`` and ``high`` bound each sector's sum. ``current`` is -1 where a unit has no
    sector today. ``first`` and ``neighbour`` list neighbours unit after unit, with ``border_km`` beside.
    """

    units: pd.Index
    sectors: pd.Index
    criteria: tuple[str, ...]
    metres: np.ndarray
    tenants_pct: np.ndarray
    change_pct: np.ndarray
    current: np.ndarray
    loads: np.ndarray
    target: np.ndarray
    low: np.ndarray
    high: np.ndarray
    edge_a: np.ndarray
    edge_b: np.ndarray
    edge_km: np.ndarray
    first: np.ndarray
    neighbour: np.ndarray
    border_km: np.ndarray
    allowed: np.ndarray
    weights: np.ndarray
    caps: np.ndarray

    @property
    def size(self) -> tuple[int, int]:
        """Number of units, number of sectors."""
        return self.metres.shape

    def cost(self) -> np.ndarray:
        """Return what each unit adds to the objective in each sector, borders apart (m per tenant)."""
        return self.weights[0] * self.metres + self.weights[1] * self.change_pct

    @property
    def anchored(self) -> bool:
        """Whether anything tells one sector from another: an office, today's plan, a lock."""
        return bool(self.metres.any() or self.change_pct.any() or not self.allowed.all())

    def wanting(self, priorities: Priorities | None = None, caps: Caps | None = None) -> "Territory":
        """Return the same problem with other priorities, or other caps."""
        weights = self.weights if priorities is None else _weights(priorities)
        limits = self.caps if caps is None else _caps(caps)
        return replace(self, weights=weights, caps=limits)

    def within(self, tolerance: float) -> "Territory":
        """Return the same problem with one tolerance (a share) for every criterion; locked sectors stay so."""
        open_sectors = np.isfinite(self.high)
        low = np.where(open_sectors, (1 - tolerance) * self.target, self.low)
        high = np.where(open_sectors, (1 + tolerance) * self.target, self.high)
        return replace(self, low=low, high=high)


def territory(
    units: pd.DataFrame,
    offices: pd.DataFrame | None,
    edges: pd.DataFrame,
    *,
    balance: Sequence[Balance],
    priorities: Priorities,
    sectors: Sequence[Hashable] | None = None,
    locks: Locks | None = None,
    caps: Caps | None = None,
    shares: pd.Series | None = None,
    distances_m: pd.DataFrame | None = None,
) -> Territory:
    """
    Check the frames and make the problem.

    Parameters
    ----------
    units
        By unit: ``x`` and ``y`` (m), ``tenants`` (count), ``sector`` (today's, missing where there is none),
        and one column a criterion.
    offices
        By sector: ``x`` and ``y`` (m). The unit nearest to an office belongs to its sector. ``None``: sectors
        have no office and distance does not count; name them in ``sectors``.
    edges
        Neighbours: ``unit_a``, ``unit_b``, ``border_m`` (0 for a link to an island).
    shares
        Each sector's part of the work; equal by default.
    distances_m
        Units by sectors, where a straight line will not do (walking, by road).

    Raises
    ------
    TerritoryError
        If a figure is missing, an identifier is unknown, the neighbours do not join every unit, or a lock
        contradicts another.
    """
    locks, caps = locks or Locks(), caps or Caps()
    names = pd.Index(offices.index if offices is not None else list(sectors or []))
    criteria = tuple(b.criterion for b in balance)
    _check_units(units, names, criteria)
    n = len(units)
    a, b, km = _edges(units.index, edges)
    tenants = units["tenants"].to_numpy(float)
    share_pct = 100 * tenants / tenants.sum()
    current = names.get_indexer(units["sector"]).astype(np.int32)
    metres = _distances(units, offices, names, distances_m) * (tenants / tenants.sum())[:, None]
    allowed, frozen = _allowed(units, offices, names, current, locks)
    loads = np.ascontiguousarray(units[list(criteria)].to_numpy(float))
    target, low, high = _limits(loads, current, frozen, balance, _shares(shares, names))
    first, neighbour, border_km = by_unit(n, a, b, km)
    problem = Territory(
        units=units.index, sectors=names, criteria=criteria, metres=np.ascontiguousarray(metres),
        tenants_pct=share_pct,
        change_pct=_change(share_pct, current, len(names)), current=current, loads=loads, target=target, low=low,
        high=high, edge_a=a, edge_b=b, edge_km=km, first=first, neighbour=neighbour, border_km=border_km,
        allowed=allowed, weights=_weights(priorities), caps=_caps(caps),
    )  # fmt: skip
    _check_joined(problem)
    return problem


def least_change(problem: Territory) -> Territory:
    """Return the same problem where only change counts; distance decides between plans equal in change."""
    return problem.wanting(Priorities(change=1, border=0, distance=TIE_BREAK_M))


def workload(stock: pd.DataFrame, weights: Mapping[str, float]) -> pd.Series:
    """
    Sum what makes work, each with its weight: dwellings, complaints, relets, priority-district dwellings...

    Missing stays missing: an unknown count is not zero.
    """
    absent = [name for name in weights if name not in stock.columns]
    if absent:
        raise TerritoryError(
            "workload: no column {absent} in {known}: drop its weight",
            absent=", ".join(absent),
            known=list(stock.columns),
        )
    return sum((stock[name] * weight for name, weight in weights.items()), pd.Series(0.0, stock.index))


def _change(share_pct: np.ndarray, current: np.ndarray, k: int) -> np.ndarray:
    """Return what each unit adds to the tenants who change, by sector; nothing where it has no sector today."""
    return share_pct[:, None] * ((current[:, None] != np.arange(k)) & (current[:, None] >= 0))


def _weights(priorities: Priorities) -> np.ndarray:
    values = np.array([priorities.distance, priorities.change, priorities.border], float)
    if not np.isfinite(values).all() or (values < 0).any():
        raise TerritoryError(
            "priorities must be 0 or more, got {priorities}: move the sliders back", priorities=priorities
        )
    return values


def _caps(caps: Caps) -> np.ndarray:
    return np.array([caps.mean_distance_m, caps.moved_pct, caps.border_km], float)


def _check_units(units: pd.DataFrame, sectors: pd.Index, criteria: Sequence[str]) -> None:
    if len(sectors) == 0:
        raise TerritoryError("no sector: give at least one office or one sector name")
    if len(units) < len(sectors):
        raise TerritoryError(
            "{residences} residences cannot make {sectors} sectors: ask for fewer",
            residences=len(units),
            sectors=len(sectors),
        )
    for index in (units.index, sectors):
        if not index.is_unique:
            twice = index[index.duplicated()][0]
            raise TerritoryError("{twice!r} is there twice: keep one line", twice=twice)
    absent = [c for c in ("x", "y", "tenants", "sector", *criteria) if c not in units.columns]
    if absent:
        raise TerritoryError(
            "residences: no column {absent}: expected x, y, tenants, sector", absent=", ".join(absent)
        )
    for column in ("x", "y", "tenants", *criteria):
        values = pd.to_numeric(units[column], errors="coerce")
        wrong = (
            values.isna() | ~np.isfinite(values.astype(float)) | ((values < 0) & (column not in ("x", "y")))
        )
        if wrong.any():
            raise TerritoryError(
                "residence {residence!r}: `{column}` is missing or not a number of 0 or more ({count} in all): "
                "fill it in, or leave these residences out",
                residence=units.index[wrong.to_numpy()][0],
                column=column,
                count=int(wrong.sum()),
            )
    for column in ("tenants", *criteria):
        if units[column].sum() <= 0:
            raise TerritoryError("`{column}` sums to 0: nothing to share", column=column)


def _edges(units: pd.Index, edges: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each pair of neighbours once, as numbers, with the length of its border in km."""
    a, b = units.get_indexer(edges["unit_a"]), units.get_indexer(edges["unit_b"])
    if (a < 0).any() or (b < 0).any():
        row = int(np.argmax((a < 0) | (b < 0)))
        raise TerritoryError(
            "neighbours, row {row}: a residence there is not in the list: use the same names", row=row + 1
        )
    if (a == b).any():
        raise TerritoryError(
            "neighbours, row {row}: a residence is its own neighbour", row=int(np.argmax(a == b)) + 1
        )
    km = edges["border_m"].to_numpy(float) / 1000
    if not np.isfinite(km).all() or (km < 0).any():
        raise TerritoryError("neighbours: `border_m` must be 0 or more on every row")
    pairs = pd.DataFrame({"a": np.minimum(a, b), "b": np.maximum(a, b), "km": km})
    once = pairs.groupby(["a", "b"], as_index=False)["km"].max()
    return once["a"].to_numpy(np.int64), once["b"].to_numpy(np.int64), once["km"].to_numpy(float)


def by_unit(
    n: int, a: np.ndarray, b: np.ndarray, km: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """List neighbours unit after unit: where each unit's list starts, the neighbours, the borders in km."""
    source, other, length = np.r_[a, b], np.r_[b, a], np.r_[km, km]
    order = np.lexsort((other, source))
    first = np.r_[0, np.cumsum(np.bincount(source, minlength=n))].astype(np.int64)
    return first, other[order].astype(np.int64), length[order]


def _distances(units, offices, names, distances_m) -> np.ndarray:
    if distances_m is not None:
        table = distances_m.reindex(index=units.index, columns=names).to_numpy(float)
        if not np.isfinite(table).all():
            raise TerritoryError("distances: a residence or an office is missing in the table: complete it")
        return table
    if offices is None:
        return np.zeros((len(units), len(names)))
    places = offices[["x", "y"]].to_numpy(float)
    if not np.isfinite(places).all():
        row = int(np.argmax(~np.isfinite(places).all(axis=1)))
        raise TerritoryError(
            "office of {office!r}: `x` or `y` is missing: locate it first", office=names[row]
        )
    gap = units[["x", "y"]].to_numpy(float)[:, None, :] - places[None, :, :]
    return np.hypot(gap[..., 0], gap[..., 1])


def _allowed(units, offices, names, current, locks) -> tuple[np.ndarray, np.ndarray]:
    """Return where each unit may go, and which sectors are frozen."""
    allowed = np.ones((len(units), len(names)), bool)
    frozen = np.isin(names, list(locks.sectors))
    unknown = set(locks.sectors) - set(names)
    if unknown:
        raise TerritoryError(
            "locked sector {sector!r} is not one of the sectors", sector=sorted(map(str, unknown))[0]
        )
    allowed[:, frozen] = False
    inside = (current >= 0) & frozen[np.maximum(current, 0)]
    allowed[inside] = np.eye(len(names), dtype=bool)[current[inside]]
    for unit, sector in locks.units.items():
        if unit not in units.index or sector not in names:
            raise TerritoryError(
                "lock of {unit!r} in {sector!r}: one of them is unknown", unit=unit, sector=sector
            )
        i, j = units.index.get_loc(unit), names.get_loc(sector)
        if not allowed[i, j]:
            raise TerritoryError(
                "lock of {unit!r} in {sector!r}: a locked sector says otherwise: free one of them",
                unit=unit,
                sector=sector,
            )
        allowed[i] = np.arange(len(names)) == j
    if offices is not None:
        _house_offices(units, offices, allowed, frozen)
    return allowed, frozen


def _house_offices(units, offices, allowed, frozen) -> None:
    """Pin to each sector the nearest unit to its office that is free to be; nearest offices choose first."""
    gap = units[["x", "y"]].to_numpy(float)[:, None, :] - offices[["x", "y"]].to_numpy(float)[None, :, :]
    distance = np.where(allowed, np.hypot(gap[..., 0], gap[..., 1]), np.inf)
    distance[:, frozen] = np.inf
    waiting = set(np.flatnonzero(~frozen))
    while waiting:
        nearest = min((distance[:, j].min(), j) for j in waiting)[1]
        host = int(distance[:, nearest].argmin())
        if not np.isfinite(distance[host, nearest]):
            raise TerritoryError(
                "office of {office!r}: no residence is free to be in its sector",
                office=offices.index[nearest],
            )
        allowed[host] = np.arange(allowed.shape[1]) == nearest
        distance[host] = np.inf
        waiting.remove(nearest)


def _shares(shares: pd.Series | None, names: pd.Index) -> np.ndarray:
    if shares is None:
        return np.ones(len(names))
    parts = shares.reindex(names).to_numpy(float)
    if not np.isfinite(parts).all() or (parts <= 0).any():
        raise TerritoryError("shares: every sector needs a part above 0")
    return parts


def _limits(loads, current, frozen, balance, parts) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return target, low and high by sector and criterion; a frozen sector is left out of the sharing."""
    still = (current >= 0) & frozen[np.maximum(current, 0)]
    parts = np.where(frozen, 0.0, parts)
    if parts.sum() == 0:
        raise TerritoryError("every sector is locked: nothing to share: free two of them")
    target = np.outer(parts / parts.sum(), loads[~still].sum(axis=0))
    tolerance = np.array([b.tolerance for b in balance])
    if (tolerance < 0).any() or not np.isfinite(tolerance).all():
        raise TerritoryError("a tolerance must be 0 or more: 0.05 for 5 %")
    low, high = (1 - tolerance) * target, (1 + tolerance) * target
    low[frozen], high[frozen] = 0.0, np.inf
    return target, low, high


def _check_joined(problem: Territory) -> None:
    n = len(problem.units)
    graph = coo_matrix((np.ones(len(problem.edge_a)), (problem.edge_a, problem.edge_b)), shape=(n, n))
    parts, piece = connected_components(graph, directed=False)
    if parts > 1:
        smallest = np.bincount(piece).argmin()
        name = problem.units[int(np.argmax(piece == smallest))]
        raise TerritoryError(
            "the neighbours leave {parts} separate parts; residence {name!r} is in the smallest: "
            "link it to another (geo.neighbours.link_islands)",
            parts=parts,
            name=name,
        )
