"""The invented cadastre: the drawn lines are bent, noded to the centimetre, and closed into parcels."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from data.demo import frame
from data.demo.chance import stream
from data.demo.network import Network
from data.demo.plots import plot_lines
from data.demo.shapes import WAVES, bent, unbend

GRID_M = 0.01
SMALLEST_M2, THINNEST_M = 45.0, 2.6
CHAMFER_M = 2.0
LIMIT_STREET_M = 7.0  # half of the streets that run along the limit of the commune


@dataclass(frozen=True, slots=True)
class Ground:
    """The town as drawn: parcels and cells (polygons), the planned cell of each, street axes and widths."""

    parcels: np.ndarray
    cells: np.ndarray
    number_of_cell: np.ndarray
    streets: np.ndarray
    widths_m: np.ndarray
    kinds: np.ndarray


def draw(network: Network, seed: int) -> Ground:
    """Bend the network, subtract the streets from the town and close the plots."""
    phases = stream(seed, "bend").uniform(0, 2 * np.pi, len(WAVES))
    axes, widths, kinds = (np.array(column, dtype=object) for column in zip(*network.streets, strict=True))
    widths = widths.astype(float)
    axes = bent(axes.astype(object), phases)
    land = blocks(axes, widths)
    limits = bent(np.array(network.limits, dtype=object), phases)
    plots = bent(plot_lines(network.cells, seed), phases, 60.0)
    faces = close([*land, *limits, *plots])
    faces = faces[covered_by(land, faces)]
    faces = merge_slivers(faces)
    cells = close([frame.outline(), *longer(axes), *longer(limits)])
    cells = cells[shapely.contains_properly(frame.outline(), shapely.point_on_surface(cells))]
    return Ground(
        parcels=faces,
        cells=cells,
        number_of_cell=cell_numbers(cells, network, phases),
        streets=axes,
        widths_m=widths,
        kinds=kinds.astype(str),
    )


def longer(lines: np.ndarray, by_m: float = 0.6) -> np.ndarray:
    """Return curves longer by ``by_m`` at both ends, so that they meet what they should meet."""
    result = []
    for line in lines:
        xy = shapely.get_coordinates(line)
        head, tail = xy[0] - xy[1], xy[-1] - xy[-2]
        head, tail = head / np.hypot(*head), tail / np.hypot(*tail)
        result.append(shapely.LineString([xy[0] + head * by_m, *xy, xy[-1] + tail * by_m]))
    return np.array(result, dtype=object)


def blocks(axes: np.ndarray, widths_m: np.ndarray) -> np.ndarray:
    """Return what is left between the streets, corners cut; nothing of the public domain is cadastred."""
    roads = shapely.buffer(axes, widths_m / 2, cap_style="flat", quad_segs=4)
    edge = frame.outline().boundary.buffer(LIMIT_STREET_M, join_style="mitre")
    land = shapely.get_parts(frame.outline() - shapely.union_all([*roads, edge]))
    inner = shapely.buffer(land, -CHAMFER_M, join_style="mitre")
    cornered = shapely.get_parts(shapely.buffer(inner, CHAMFER_M, join_style="bevel"))
    cornered = shapely.simplify(cornered, 0.05)
    return cornered[shapely.area(cornered) > SMALLEST_M2]


def close(lines: list) -> np.ndarray:
    """Node lines (and the outlines of polygons) on a centimetre grid and return the faces between them."""
    shapes = np.array(lines, dtype=object)
    outlines = np.where(shapely.get_dimensions(shapes) == 2, shapely.boundary(shapes), shapes)
    mesh = shapely.union_all(outlines, grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize([mesh]))
    return faces[np.lexsort(np.round(shapely.get_coordinates(shapely.centroid(faces)), 1).T)]


def covered_by(land: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Say which faces lie on land rather than in a street."""
    spots = shapely.point_on_surface(faces)
    inside = shapely.STRtree(land).query(spots, predicate="within")
    covered = np.zeros(len(faces), dtype=bool)
    covered[inside[0]] = True
    return covered


def segments(polygons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sides of polygons as (x1, y1, x2, y2), smaller end first, and the polygon of each."""
    rings, owner = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    ends = np.hstack([xy[:-1], xy[1:]])[same]
    flip = (ends[:, 0] > ends[:, 2]) | ((ends[:, 0] == ends[:, 2]) & (ends[:, 1] > ends[:, 3]))
    ends[flip] = ends[flip][:, [2, 3, 0, 1]]
    return ends, owner[ring[1:][same]]


def shared_sides(polygons: np.ndarray) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Return which parcels touch along how many metres, and the sides that touch none (street fronts).

    The parcels are noded: a side that two share has the very same ends in both.
    """
    ends, owner = segments(polygons)
    sides = pd.DataFrame(np.round(ends, 2), columns=["x1", "y1", "x2", "y2"]).assign(parcel=owner)
    sides["length_m"] = np.hypot(sides["x2"] - sides["x1"], sides["y2"] - sides["y1"])
    group = sides.groupby(["x1", "y1", "x2", "y2"], sort=False)["parcel"]
    sides["first"], sides["last"], sides["number"] = (group.transform(f) for f in ("min", "max", "size"))
    common = sides[(sides["number"] == 2) & (sides["parcel"] == sides["first"])]
    touching = common.groupby(["first", "last"], as_index=False)["length_m"].sum()
    return touching, sides[sides["number"] == 1].drop(columns=["first", "last", "number"])


def merge_slivers(faces: np.ndarray) -> np.ndarray:
    """Give what is too small or too thin to be a plot to the neighbour it touches most."""
    for _ in range(3):
        area, around = shapely.area(faces), shapely.length(faces)
        poor = (area < SMALLEST_M2) | (2 * area / around < THINNEST_M)
        touching, _ = shared_sides(faces)
        both = pd.concat([touching, touching.rename(columns={"first": "last", "last": "first"})])
        both = both[poor[both["first"]] & ~poor[both["last"]]]
        best = both.sort_values(["first", "length_m", "last"], ascending=[True, False, True]).drop_duplicates(
            "first"
        )
        if best.empty:
            break
        home = np.arange(len(faces))
        home[best["first"].to_numpy()] = best["last"].to_numpy()
        faces = regroup(faces, home)
    area, around = shapely.area(faces), shapely.length(faces)
    return faces[(area >= SMALLEST_M2) & (2 * area / around >= THINNEST_M)]


def regroup(faces: np.ndarray, home: np.ndarray) -> np.ndarray:
    """Unite the faces that have the same home."""
    grown = np.flatnonzero(np.bincount(home, minlength=len(faces)) > 1)
    result = faces.copy()
    for target in grown:
        result[target] = shapely.union_all(faces[home == target], grid_size=GRID_M)
    keep = home == np.arange(len(faces))
    return result[keep & (shapely.get_type_id(result) == 3)]


def cell_numbers(shapes: np.ndarray, network: Network, phases: np.ndarray) -> np.ndarray:
    """Return the number of the planned cell under each drawn shape, once the shape is unbent."""
    spots = shapely.get_coordinates(shapely.point_on_surface(shapes))
    origin = shapely.points(unbend(spots, phases))
    return locate(origin, np.array([cell.polygon for cell in network.cells], dtype=object))


def locate(points: np.ndarray, polygons: np.ndarray) -> np.ndarray:
    """Return the number of the polygon that holds each point, or else of the nearest."""
    tree = shapely.STRtree(polygons)
    home = np.full(len(points), -1)
    found = tree.query(points, predicate="within")
    home[found[0][::-1]] = found[1][::-1]
    lost = np.flatnonzero(home < 0)
    if lost.size:
        nearest = tree.query_nearest(points[lost], all_matches=False)
        home[lost[nearest[0]]] = nearest[1]
    return home
