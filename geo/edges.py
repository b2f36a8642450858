"""The edges of each parcel: street, side or rear, told from the parcels alone."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import require_working_crs

KINDS = ("street", "side", "rear")
EDGE_COLUMNS = ["parcel_id", "edge", "kind", "length_m", "confidence", "across_m", "geometry"]


def type_edges(
    parcels: gpd.GeoDataFrame,
    *,
    tolerance_m: float = 0.30,
    sliver_m: float = 1.0,
    merge_deg: float = 30.0,
    rear_deg: float = 45.0,
    jog_m: float = 3.0,
    sight_m: float = 40.0,
) -> gpd.GeoDataFrame:
    """
    Cut the boundary of each parcel into edges and say which face the street, a neighbour's side, the rear.

    Public land is not in the cadastre: an edge with no other parcel within ``tolerance_m`` faces the street.
    Of the others, one that touches a street edge, or lies across it, is a side; one that lies along the
    longest street edge without touching any is the rear. A parcel without street edge is enclosed: all its
    edges are sides, of low confidence. Boundaries are cut at the neighbours' vertices, then pieces of one
    kind that turn by less than ``merge_deg`` make one edge; pieces under ``sliver_m`` join the longer edge
    beside them. The lengths of a parcel's edges add up to its perimeter.

    Parameters
    ----------
    parcels
        Polygons or multipolygons in EPSG:2154, indexed by ``parcel_id``.
    rear_deg
        Largest angle between a rear edge and the longest street edge.
    jog_m
        A shorter step in the middle of a side stays a side, even where it runs along the street.
    sight_m
        How far the facing parcel is looked for.

    Returns
    -------
    geopandas.GeoDataFrame
        ``parcel_id``, ``edge`` (rank within the parcel), ``kind``, ``length_m``, ``confidence`` (0 to 1),
        ``across_m`` (street edges: distance to the facing parcel, missing if none in sight) and ``geometry``.
        The parcel lies on the left of its edges. Parcels without area have no edge.

    Raises
    ------
    CRSError
        If the parcels are not in EPSG:2154.
    """
    require_working_crs(parcels)
    segments = _segments(parcels.geometry.to_numpy())
    if not len(segments):
        return _edges_frame(parcels, _Chains.none(), np.array([], dtype=object))
    tree = shapely.STRtree(shapely.linestrings(np.stack([segments.start, segments.end], axis=1)))
    pieces = _cut_at_neighbours(segments, tree, tolerance_m)
    free = ~_has_neighbour(pieces, segments, tree, parcels.geometry.to_numpy(), tolerance_m)
    chains = _chain(pieces, free & pieces.outer, sliver_m, np.cos(np.radians(merge_deg)))
    kinds = _kinds(chains, np.cos(np.radians(rear_deg)), jog_m)
    across = _across(chains, kinds == "street", segments, tree, tolerance_m, sight_m)
    return _edges_frame(parcels, chains, kinds, across)


def measure_edges(edges: gpd.GeoDataFrame, parcel_ids: pd.Index) -> pd.DataFrame:
    """Lengths by kind (``street_m``, ``side_m``, ``rear_m``) and the number of ``street_edges``, by parcel."""
    position, kinds = parcel_ids.get_indexer(edges["parcel_id"]), edges["kind"].to_numpy(dtype=object)
    length = edges["length_m"].to_numpy(dtype=float)
    table = {}
    for kind in KINDS:
        mine = (kinds == kind) & (position >= 0)
        table[f"{kind}_m"] = np.bincount(position[mine], length[mine], len(parcel_ids))
        if kind == "street":
            street = np.bincount(position[mine], minlength=len(parcel_ids))
    return pd.DataFrame(table | {"street_edges": street}, index=parcel_ids)


def lines_of(edges: gpd.GeoDataFrame, kind: str, parcel_ids: pd.Index) -> np.ndarray:
    """Edges of one kind of each parcel as one multiline, missing where it has none."""
    chosen = np.flatnonzero((edges["kind"] == kind).to_numpy())
    position = parcel_ids.get_indexer(edges["parcel_id"].to_numpy()[chosen])
    order = np.argsort(position, kind="stable")
    order = order[position[order] >= 0]
    lines = np.full(len(parcel_ids), None, dtype=object)
    if len(order):
        shapely.multilinestrings(edges.geometry.to_numpy()[chosen[order]], indices=position[order], out=lines)
    return lines


@dataclass(frozen=True, slots=True)
class _Segments:
    """Straight pieces of boundary, ring after ring, the parcel on their left."""

    parcel: np.ndarray
    ring: np.ndarray
    outer: np.ndarray
    start: np.ndarray
    end: np.ndarray

    def __len__(self) -> int:
        return len(self.ring)

    @property
    def length(self) -> np.ndarray:
        return np.hypot(*(self.end - self.start).T)

    @property
    def direction(self) -> np.ndarray:
        return (self.end - self.start) / self.length[:, None]


@dataclass(frozen=True, slots=True)
class _Chains:
    """Edges in ring order: their owner, their line and their neighbours along the ring."""

    parcel: np.ndarray
    outer: np.ndarray
    street: np.ndarray
    line: np.ndarray
    length: np.ndarray
    direction: np.ndarray
    middle: np.ndarray
    before: np.ndarray
    after: np.ndarray

    @classmethod
    def none(cls) -> "_Chains":
        empty = np.array([], dtype="int64")
        return cls(empty, empty, empty, np.array([], dtype=object), *[empty] * 5)


def _segments(geometry: np.ndarray) -> _Segments:
    """Cut polygons into segments; exteriors turn anticlockwise, holes clockwise; no segment of no length."""
    polygons, parcel = shapely.get_parts(geometry, return_index=True)
    areal = shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON
    polygons, parcel = shapely.orient_polygons(polygons[areal]), parcel[areal]
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    outer = np.r_[True, polygon[1:] != polygon[:-1]] if len(polygon) else np.array([], dtype=bool)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    joined = np.flatnonzero((ring[1:] == ring[:-1]) & (points[1:] != points[:-1]).any(axis=1))
    ring = ring[joined]
    return _Segments(parcel[polygon[ring]], ring, outer[ring], points[joined], points[joined + 1])


def _cut_at_neighbours(segments: _Segments, tree: shapely.STRtree, tolerance_m: float) -> _Segments:
    """Cut each segment where a vertex of another lies on it, farther than the tolerance from its ends."""
    vertices = np.unique(segments.start, axis=0)
    near, cut = tree.query(shapely.points(vertices), predicate="dwithin", distance=tolerance_m)
    along = ((vertices[near] - segments.start[cut]) * segments.direction[cut]).sum(axis=1)
    inside = (along > tolerance_m) & (along < segments.length[cut] - tolerance_m)
    cut, along = cut[inside], along[inside]
    order = np.lexsort((along, cut))
    cut, along = cut[order], along[order]
    apart = np.r_[True, (np.diff(along) > tolerance_m) | (np.diff(cut) > 0)] if len(cut) else cut.astype(bool)
    cut, along = cut[apart], along[apart]

    owner = np.r_[np.arange(len(segments)), cut]
    start = np.r_[segments.start, segments.start[cut] + segments.direction[cut] * along[:, None]]
    order = np.lexsort((np.r_[np.zeros(len(segments)), along], owner))
    owner, start = owner[order], start[order]
    last = np.r_[owner[1:] != owner[:-1], True]
    end = np.where(last[:, None], segments.end[owner], np.roll(start, -1, axis=0))
    return _Segments(segments.parcel[owner], segments.ring[owner], segments.outer[owner], start, end)


def _has_neighbour(
    pieces: _Segments, segments: _Segments, tree: shapely.STRtree, geometry: np.ndarray, tolerance_m: float
) -> np.ndarray:
    """Whether another parcel borders, or overlaps, the middle of each piece."""
    middles = shapely.points((pieces.start + pieces.end) / 2)
    found = np.zeros(len(pieces), dtype=bool)
    piece, segment = tree.query(middles, predicate="dwithin", distance=tolerance_m)
    found[piece[segments.parcel[segment] != pieces.parcel[piece]]] = True
    alone = np.flatnonzero(~found)
    piece, parcel = shapely.STRtree(geometry).query(middles[alone], predicate="intersects")
    found[alone[piece[parcel != pieces.parcel[alone[piece]]]]] = True
    return found


def _chain(pieces: _Segments, free: np.ndarray, sliver_m: float, straight: float) -> _Chains:
    """Join pieces of one kind that go on in about one direction; slivers join the longer edge beside them."""
    first, last, before = _around(pieces.ring)
    direction, length = pieces.direction, pieces.length
    runs = _cyclic_runs(first, last, (free != free[before]) | (_dot(direction, direction[before]) < straight))
    run_length = np.bincount(runs, length)
    sliver = run_length[runs] < sliver_m
    sliver &= ~np.logical_and.reduceat(sliver, np.flatnonzero(first))[_rank(first)]
    previous, following = _previous_true(~sliver, first, last), _following_true(~sliver, first, last)
    host = np.where(run_length[runs[previous]] >= run_length[runs[following]], previous, following)
    free, joined = free[host], runs[host]
    turned = _dot(direction[previous[before]], direction[following]) < straight
    edges = _cyclic_runs(first, last, (joined != joined[before]) & ((free != free[before]) | turned))
    return _chains(pieces, edges, free, sliver, first, before)


def _around(ring: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First and last piece of each ring, and the piece before each one around its ring."""
    change = ring[1:] != ring[:-1]
    first, last = np.r_[True, change], np.r_[change, True]
    before = np.arange(len(ring)) - 1
    before[first] = np.flatnonzero(last)
    return first, last, before


def _rank(first: np.ndarray) -> np.ndarray:
    """Rank of the ring that holds each piece."""
    return np.cumsum(first) - 1


def _cyclic_runs(first: np.ndarray, last: np.ndarray, breaks: np.ndarray) -> np.ndarray:
    """Number the runs of pieces between breaks, around each ring: its start is a break like any other."""
    runs = np.cumsum(breaks | first) - 1
    wraps = first & ~breaks
    target = np.arange(runs[-1] + 1)
    target[runs[wraps]] = runs[last][_rank(first)[wraps]]
    return np.unique(target[runs], return_inverse=True)[1]


def _previous_true(mask: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Position of the nearest true piece at or before each one around its ring (every ring has one)."""
    rank = _rank(first)
    position = np.maximum.accumulate(np.where(mask, np.arange(len(mask)), -1))
    wrap = position[last][rank]
    return np.where(position >= np.flatnonzero(first)[rank], position, wrap)


def _following_true(mask: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Position of the nearest true piece at or after each one around its ring."""
    return len(mask) - 1 - _previous_true(mask[::-1], last[::-1], first[::-1])[::-1]


def _chains(
    pieces: _Segments,
    edges: np.ndarray,
    free: np.ndarray,
    sliver: np.ndarray,
    first: np.ndarray,
    before: np.ndarray,
) -> _Chains:
    """Build each edge: its line in walking order, its chord and the edges around it."""
    count = edges.max() + 1
    starts = edges != edges[before]
    lonely = np.bincount(edges, starts, count) == 0
    starts |= first & lonely[edges]
    head = np.zeros(count, dtype="int64")
    head[edges[starts]] = np.flatnonzero(starts)
    position = np.arange(len(edges))
    size = np.bincount(_rank(first))[_rank(first)]
    step = np.where(position >= head[edges], position, position + size)
    order = np.lexsort((step, edges))
    ends = np.r_[edges[order][1:] != edges[order][:-1], True]
    tail = order[ends]

    keys = np.r_[edges[order], np.arange(count)]
    points = np.r_[pieces.start[order], pieces.end[tail]]
    sequence = np.argsort(keys, kind="stable")
    line = shapely.linestrings(points[sequence], indices=keys[sequence])

    longest = order[np.lexsort((pieces.length[order], edges[order]))]
    longest = longest[np.r_[edges[longest][1:] != edges[longest][:-1], True]]
    chord = pieces.end[tail] - pieces.start[head]
    span = np.hypot(*chord.T)
    length = shapely.length(line)
    bent = span < 0.5 * length
    direction = np.where(
        bent[:, None], pieces.direction[longest], chord / np.where(span > 0, span, 1.0)[:, None]
    )
    previous = edges[before[head]]
    after = np.empty(count, dtype="int64")
    after[previous] = np.arange(count)
    middle = (pieces.start[longest] + pieces.end[longest]) / 2
    return _Chains(
        pieces.parcel[head], pieces.outer[head], free[head], line, length, direction, middle, previous, after
    )


def _kinds(chains: _Chains, aligned: float, jog_m: float) -> np.ndarray:
    """Street, side or rear, from what each edge touches and how it lies to the longest street edge."""
    street = chains.street
    kinds = np.where(street, "street", "side").astype(object)
    main = np.full((chains.parcel.max() + 1, 2), np.nan)
    by_length = np.flatnonzero(street)[np.argsort(chains.length[street], kind="stable")]
    main[chains.parcel[by_length]] = chains.direction[by_length]
    along = np.abs(_dot(chains.direction, main[chains.parcel])) >= aligned
    apart = ~street & ~street[chains.before] & ~street[chains.after]
    straight_on = _dot(chains.direction[chains.before], chains.direction[chains.after]) > 0.5
    jog = (chains.length < jog_m) & straight_on
    kinds[apart & along & ~jog & chains.outer] = "rear"
    return kinds


def _across(
    chains: _Chains,
    street: np.ndarray,
    segments: _Segments,
    tree: shapely.STRtree,
    tolerance_m: float,
    sight_m: float,
) -> np.ndarray:
    """Distance from the middle of each street edge to the first parcel straight across."""
    across = np.full(len(street), np.nan)
    edge = np.flatnonzero(street)
    outward = chains.direction[edge][:, ::-1] * [1, -1]
    origin = chains.middle[edge]
    rays = np.stack([origin + outward * tolerance_m, origin + outward * sight_m], axis=1)
    ray, segment = tree.query(shapely.linestrings(rays), predicate="intersects")
    start, along = segments.start[segment] - origin[ray], segments.end[segment] - segments.start[segment]
    slope = _cross(outward[ray], along)
    ok = np.abs(slope) > 1e-9
    distance = _cross(start[ok], along[ok]) / slope[ok]
    nearest = np.full(len(edge), np.inf)
    np.minimum.at(nearest, ray[ok], distance)
    across[edge] = np.where(np.isfinite(nearest), nearest, np.nan)
    return across


def _edges_frame(
    parcels: gpd.GeoDataFrame, chains: _Chains, kinds: np.ndarray, across: np.ndarray | None = None
) -> gpd.GeoDataFrame:
    """Lay the edges out as a frame, ranked within their parcel."""
    order = np.argsort(chains.parcel, kind="stable")
    parcel = chains.parcel[order]
    frame = pd.DataFrame(
        {
            "parcel_id": parcels.index.to_numpy()[parcel],
            "edge": pd.Series(parcel).groupby(parcel).cumcount().to_numpy(),
            "kind": pd.Categorical(kinds[order], categories=KINDS),
            "length_m": chains.length[order].astype(float),
            "confidence": _confidence(chains, kinds, across)[order],
            "across_m": across[order] if across is not None else np.array([], dtype=float),
        }
    )
    return gpd.GeoDataFrame(frame, geometry=chains.line[order], crs=parcels.crs)[EDGE_COLUMNS]


def _confidence(chains: _Chains, kinds: np.ndarray, across: np.ndarray | None) -> np.ndarray:
    """
    How sure each kind is, 0 to 1.

    A street edge is doubtful where the facing parcel is under 3 m away (a path, or a gap between two sheets)
    and where none is in sight (the end of the data as well as a wide street). Inner rings and enclosed
    parcels are doubtful throughout.
    """
    if across is None:
        return np.array([], dtype=float)
    street = kinds == "street"
    served = np.zeros(chains.parcel.max() + 1, dtype=bool)
    served[chains.parcel[street]] = True
    touches = chains.street[chains.before] | chains.street[chains.after]
    sure = np.where(street, 0.9, np.where(touches, 0.95, 0.8))
    sure = np.where(street & np.isnan(across), 0.5, sure)
    sure = np.where(street & (across < 3), 0.4, sure)
    return np.where(served[chains.parcel] & chains.outer, sure, 0.3)


def _dot(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (a * b).sum(axis=-1)


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
