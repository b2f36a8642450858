"""Who is next to whom: cells around residences, the sides they share, barriers, bridges and islands."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.crs import WORKING_CRS, require_working_crs
from geo.polygons import on_grid, union_on_grid
from geo.said import SaidError

GRID_M = 0.001
MARGIN_M = 200.0


class NeighbourError(SaidError):
    """The places cannot be given neighbours: the message says which and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """
    The neighbour graph of a town.

    ``site_of`` gives each place its site (places at one address share a site); ``cells`` holds a polygon by
    site, without gap or overlap over the town; ``edges`` has ``unit_a``, ``unit_b``, ``border_m``,
    ``distance_m``, ``crossing`` (the passage that keeps an edge across a barrier) and ``link`` (true where an
    edge joins an island and has no border); ``barred`` lists the edges that a barrier removed.
    """

    site_of: pd.Series
    cells: gpd.GeoSeries
    edges: pd.DataFrame
    barred: pd.DataFrame


def neighbourhood(
    places: gpd.GeoDataFrame,
    town: shapely.Geometry | None = None,
    *,
    barriers: gpd.GeoDataFrame | None = None,
    passages: gpd.GeoDataFrame | None = None,
    least_side_m: float = 1.0,
    same_place_m: float = 0.5,
    reach_m: float = 150.0,
) -> Neighbourhood:
    """
    Build the whole graph: merge duplicates, cut cells, share sides, apply barriers, link islands.

    Parameters
    ----------
    places
        Points in EPSG:2154, indexed by residence.
    town
        Outline in EPSG:2154; without it, a rounded outline of the places themselves.
    barriers
        Lines in EPSG:2154 that no sector crosses (railway, motorway, river).
    passages
        Named points in EPSG:2154, indexed by name, where a barrier can be crossed all the same.
    reach_m
        How far from a passage an edge may cross a barrier.

    Raises
    ------
    CRSError
        If a frame is not in EPSG:2154.
    NeighbourError
        If a place has no location or lies outside the town.
    """
    require_working_crs(places, *(frame for frame in (barriers, passages) if frame is not None))
    site_of = merge_duplicates(places, within_m=same_place_m)
    sites = places.geometry.loc[pd.unique(site_of)]
    outline = town if town is not None else outline_of(sites)
    cells = cells_around(sites, outline)
    edges = shared_sides(cells, least_side_m=least_side_m)
    edges = edges.assign(distance_m=_distance_m(edges, sites))
    edges, barred = cut_at_barriers(edges, sites, barriers, passages, reach_m=reach_m)
    return Neighbourhood(site_of, cells, link_islands(edges, sites), barred)


def merge_duplicates(places: gpd.GeoDataFrame, *, within_m: float = 0.5) -> pd.Series:
    """
    Give each place the first place, in index order, at the same spot: several residences share one address.

    Raises
    ------
    NeighbourError
        If a place has no point.
    """
    _require_points(places)
    xy = shapely.get_coordinates(places.geometry.to_numpy())
    pairs = cKDTree(xy).query_pairs(within_m, output_type="ndarray")
    graph = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(xy), len(xy)))
    group = connected_components(graph, directed=False)[1]
    names = pd.Series(places.index, index=places.index)
    return names.groupby(group).transform("first").rename("site")


def outline_of(sites: gpd.GeoSeries) -> shapely.Geometry:
    """Return a rounded outline of the places, a few hundred metres out, for want of the town's own."""
    hull = shapely.MultiPoint(list(sites)).convex_hull
    return hull.buffer(MARGIN_M)


def cells_around(sites: gpd.GeoSeries, town: shapely.Geometry) -> gpd.GeoSeries:
    """
    Return the part of the town nearer to each site than to any other (Voronoi), each cell in one piece.

    Where the outline cuts a cell in pieces, those without the site go to the neighbour with which they share
    the longest side.

    Raises
    ------
    NeighbourError
        If a site is outside the town.
    """
    outside = ~shapely.covers(town, sites.to_numpy())
    if outside.any():
        names = ", ".join(map(repr, sites.index[outside][:5]))
        raise NeighbourError(
            "{count} residences lie outside the town's outline ({names}): correct the points or give a larger outline",
            count=int(outside.sum()),
            names=names,
        )
    if len(sites) == 1:
        return gpd.GeoSeries([town], index=sites.index, crs=WORKING_CRS)
    raw = shapely.voronoi_polygons(shapely.MultiPoint(list(sites)), extend_to=town.buffer(MARGIN_M))
    cells = np.array(shapely.get_parts(raw))
    tree = shapely.STRtree(cells)
    point, cell = tree.query(sites.to_numpy(), predicate="intersects")
    owner = pd.Series(cell, index=point).groupby(level=0).first().reindex(range(len(sites)))
    clipped = on_grid(shapely.intersection(cells[owner.to_numpy()], town), GRID_M)
    return _one_piece_each(gpd.GeoSeries(clipped, index=sites.index, crs=WORKING_CRS), sites)


def shared_sides(cells: gpd.GeoSeries, *, least_side_m: float = 1.0) -> pd.DataFrame:
    """
    Return each pair of cells that share more than a corner: ``unit_a``, ``unit_b``, ``border_m``.

    Cells must share their vertices, as Voronoi cells, IRIS and blocks of one source do.
    """
    sides = _sides(cells)
    both = sides.merge(sides.drop(columns="metres"), on=list("pqrs"), suffixes=("", "_other"))
    both = both[both["cell"] < both["cell_other"]]
    length = both.groupby(["cell", "cell_other"])["metres"].sum()
    length = length[length > least_side_m]
    first, second = length.index.get_level_values(0), length.index.get_level_values(1)
    return pd.DataFrame(
        {"unit_a": cells.index[first], "unit_b": cells.index[second], "border_m": length.to_numpy()}
    )


def cut_at_barriers(
    edges: pd.DataFrame,
    sites: gpd.GeoSeries,
    barriers: gpd.GeoDataFrame | None,
    passages: gpd.GeoDataFrame | None = None,
    *,
    reach_m: float = 150.0,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Remove the edges whose straight line crosses a barrier, save within reach of a named passage.

    Returns
    -------
    tuple
        The edges kept, with ``crossing`` naming the passage used (missing elsewhere), and those removed.
    """
    edges = edges.assign(crossing=pd.Series(pd.NA, index=edges.index, dtype="object"))
    if barriers is None or len(barriers) == 0 or len(edges) == 0:
        return edges, edges.iloc[:0]
    lines = _lines(edges, sites)
    walls = shapely.union_all(barriers.geometry.to_numpy())
    shapely.prepare(walls)
    crosses = shapely.intersects(lines, walls)
    if passages is not None and len(passages):
        spots = shapely.intersection(lines[crosses], walls)
        away = shapely.distance(spots[:, None], passages.geometry.to_numpy()[None, :])
        name = passages.index.to_numpy()[away.argmin(axis=1)]
        near = away.min(axis=1) <= reach_m
        rows = edges.index[crosses]
        edges.loc[rows[near], "crossing"] = name[near]
        crosses[np.flatnonzero(crosses)[near]] = False
    return edges[~crosses].reset_index(drop=True), edges[crosses].reset_index(drop=True)


def link_islands(edges: pd.DataFrame, sites: gpd.GeoSeries) -> pd.DataFrame:
    """
    Join separate parts by one edge each, the shortest, with no border and ``link`` true: a visible decision.

    Parts are joined to the largest one, the nearest first, so that the graph is in one piece.
    """
    edges = edges.assign(link=False)
    xy = shapely.get_coordinates(sites.to_numpy())
    part = _parts(edges, sites.index)
    main = part == np.bincount(part).argmax()
    links = []
    while not main.all():
        away, near = cKDTree(xy[main]).query(xy[~main])
        shortest = int(away.argmin())
        island, shore = np.flatnonzero(~main)[shortest], np.flatnonzero(main)[near[shortest]]
        links.append((sites.index[shore], sites.index[island], 0.0, away[shortest]))
        main |= part == part[island]
    if not links:
        return edges
    added = pd.DataFrame(links, columns=["unit_a", "unit_b", "border_m", "distance_m"]).assign(
        crossing=pd.NA, link=True
    )
    return pd.concat([edges, added.astype({"crossing": "object"})[edges.columns]], ignore_index=True)


def sector_shapes(cells: gpd.GeoSeries, sector_of: pd.Series) -> gpd.GeoSeries:
    """Return each sector's polygon: the union of its cells, so that sectors leave no gap and never overlap."""
    joined = cells.groupby(sector_of.reindex(cells.index)).agg(
        lambda group: union_on_grid(group.to_numpy(), GRID_M)
    )
    return gpd.GeoSeries(joined, crs=cells.crs)


def _require_points(places: gpd.GeoDataFrame) -> None:
    if not places.index.is_unique:
        twice = places.index[places.index.duplicated()][0]
        raise NeighbourError("{twice!r} is there twice: keep one line", twice=twice)
    faulty = places.geometry.isna() | (shapely.get_type_id(places.geometry.to_numpy()) != 0)
    faulty |= places.geometry.is_empty
    if faulty.any():
        names = ", ".join(map(repr, places.index[faulty][:5]))
        raise NeighbourError(
            "{count} residences have no point ({names}): locate them first",
            count=int(faulty.sum()),
            names=names,
        )


def _one_piece_each(cells: gpd.GeoSeries, sites: gpd.GeoSeries) -> gpd.GeoSeries:
    """Give the pieces of a cell that do not hold its site to the neighbour they touch most."""
    split = np.flatnonzero(shapely.get_num_geometries(cells.to_numpy()) > 1)
    shapes = cells.to_numpy().copy()
    for i in split:
        parts = shapely.get_parts(shapes[i])
        home = int(shapely.distance(parts, sites.iloc[i]).argmin())
        shapes[i] = parts[home]
        for part in np.delete(parts, home):
            touching = [j for j in range(len(shapes)) if j != i and shapes[j].intersects(part)]
            sides = [shapes[j].intersection(part).length for j in touching]
            taker = touching[int(np.argmax(sides))] if touching and max(sides) > 0 else i
            shapes[taker] = union_on_grid([shapes[taker], part], GRID_M)
    return gpd.GeoSeries(shapes, index=cells.index, crs=cells.crs)


def _sides(cells: gpd.GeoSeries) -> pd.DataFrame:
    """Return every segment of every ring, its ends on a 1 cm grid and in order, with the number of its cell."""
    rings, owner = shapely.get_parts(shapely.boundary(cells.to_numpy()), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    xy = np.round(xy, 2)
    inside = ring[:-1] == ring[1:]
    ends = np.c_[xy[:-1], xy[1:]][inside]
    turned = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[turned] = ends[turned][:, [2, 3, 0, 1]]
    sides = pd.DataFrame(ends, columns=list("pqrs")).assign(cell=owner[ring[:-1][inside]])
    return sides.assign(metres=np.hypot(ends[:, 0] - ends[:, 2], ends[:, 1] - ends[:, 3]))


def _lines(edges: pd.DataFrame, sites: gpd.GeoSeries) -> np.ndarray:
    ends = [shapely.get_coordinates(sites.loc[edges[c]].to_numpy()) for c in ("unit_a", "unit_b")]
    return shapely.linestrings(np.stack(ends, axis=1))


def _distance_m(edges: pd.DataFrame, sites: gpd.GeoSeries) -> np.ndarray:
    return shapely.length(_lines(edges, sites)) if len(edges) else np.zeros(0)


def _parts(edges: pd.DataFrame, units: pd.Index) -> np.ndarray:
    a, b = units.get_indexer(edges["unit_a"]), units.get_indexer(edges["unit_b"])
    graph = coo_matrix((np.ones(len(a)), (a, b)), shape=(len(units), len(units)))
    return connected_components(graph, directed=False)[1]
