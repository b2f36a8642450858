"""A site in volume: an axonometric drawing of what its layout builds, storey by storey, as marks in metres."""

import math
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from planning.sites import SiteExplanation
from views.parts.site import plan
from views.parts.site.plan import INK, PIECES, Drawing, Mark
from views.shared import palette
from views.shared.i18n import _
from views.shared.numbers import metres

COS, SIN = math.cos(math.pi / 6), math.sin(math.pi / 6)
ROOF, LIT, SHADED, SOIL = "#f7e6c9", "#efcb97", "#d79f5c", "#e3ead2"
GROUND = ("open_soil", "garden", "access", "parking", "tree")
EDGE_M, GAP_M = 2.0, 1.5


@dataclass(frozen=True, slots=True)
class Block:
    """A building to be drawn: its footprint (EPSG:2154), how many storeys it goes up, its height in metres."""

    footprint: shapely.Polygon
    floors: int
    height_m: float


def seen(coords: np.ndarray, z_m: float | np.ndarray = 0.0) -> np.ndarray:
    """
    Return points as seen from the south-west, from above: isometric, one vertical metre drawn as one.

    A length along east, north or the vertical keeps its scale; others do not.
    """
    x, y = coords[:, 0], coords[:, 1]
    return np.column_stack([(x - y) * COS, (x + y) * SIN + z_m])


def blocks(found: SiteExplanation, form: str, storey_m: float) -> list[Block]:
    """Return the buildings of a form, those that hide others last: of its layout, else of the footprint that fits."""
    laid = found.layout
    rows = laid[(laid["form"] == form) & (laid["piece"] == "building") & (laid["floor"] == 0)]
    rows = rows if len(rows) else found.footprints[found.footprints["form"] == form]
    made = [
        Block(shapely.orient_polygons(part), int(row.floors), int(row.floors) * storey_m)
        for row in rows.itertuples()
        for part in plan.polygons(row.geometry)
    ]
    return sorted(made, key=lambda block: -(block.footprint.centroid.x + block.footprint.centroid.y))


def volume(found: SiteExplanation, form: str, storey_m: float, *, heights: bool = True) -> Drawing | None:
    """
    Draw the site and its buildings from the south-west, with north and a scale; None where the form does not fit.

    ``heights`` writes that of the buildings on their roofs; a small drawing tells it beside (`sizes`).
    """
    built = blocks(found, form, storey_m)
    if not built:
        return None
    land = found.site["geometry"]
    marks = _flat(land, fill=SOIL, stroke="#7d8a63", width_mm=0.3)
    marks += _ground(found.layout[found.layout["form"] == form])
    envelope = found.envelope.iloc[0]
    if envelope is not None and not envelope.is_empty:
        marks += _flat(envelope, fill=None, stroke="#8d7440", width_mm=0.25, dash="1.4 1")
    for kind, colour in palette.EDGES.items():
        for line in found.edges[found.edges["kind"] == kind].geometry:
            drawn = tuple(seen(part) for part in plan.strokes(line))
            marks.append(Mark("line", drawn, stroke=colour, width_mm=0.7))
    for block in built:
        marks += _raised(block, storey_m)
    marks += [_height(block) for block in _told(built)] if heights else []
    points = np.vstack([ring for mark in marks for ring in mark.rings])
    (xmin, ymin), (xmax, ymax) = points.min(axis=0) - EDGE_M, points.max(axis=0) + EDGE_M
    covered = [shapely.transform(land, seen), *(shapely.transform(b.footprint, seen) for b in built)]
    compass, ymin = _compass(covered, xmin, ymin, plan.bar_of((xmax - xmin) * 0.7))
    return Drawing((*marks, *compass), (xmin, ymin, xmax, ymax), (), 0.0, north=False)


def sizes(built: list[Block], storey_m: float) -> str:
    """Say how high the drawing takes the buildings to be: storeys, height of each, height of the highest."""
    high = max(built, key=lambda block: block.height_m)
    return _("{floors} floors of {storey}: {height}; drawn from the layout, roof flat.").format(
        floors=high.floors, storey=metres(storey_m, 2), height=metres(high.height_m, 1)
    )


def _flat(shape: shapely.Geometry, **style) -> list[Mark]:
    return [
        Mark("area", tuple(seen(ring) for ring in plan.rings(part)), **style) for part in plan.polygons(shape)
    ]


def _ground(pieces: gpd.GeoDataFrame) -> list[Mark]:
    """The gardens, accesses, places and trees of a layout, flat on the land."""
    on_soil = pieces[pieces["floor"].fillna(0) == 0]
    return [
        mark
        for kind in GROUND
        for shape in on_soil.geometry[on_soil["piece"] == kind]
        for mark in _flat(shape, fill=PIECES[kind][0], stroke="#8d897f", width_mm=0.12)
    ]


def _raised(block: Block, storey_m: float) -> list[Mark]:
    """Walls that face the viewer, farthest first, a line a storey, then the roof."""
    ring = np.asarray(block.footprint.exterior.coords)[:, :2]
    walls = []
    for a, b in zip(ring[:-1], ring[1:], strict=True):
        normal = np.array([b[1] - a[1], a[0] - b[0]])
        if normal @ np.array([-1.0, -1.0]) <= 1e-9:
            continue
        light = 0.5 + 0.5 * (normal[0] / (np.hypot(*normal) or 1))
        walls.append((float((a + b).sum()), np.array([a, b]), SHADED if light < 0.3 else LIT))
    marks = []
    for _depth, pair, colour in sorted(walls, key=lambda wall: -wall[0]):
        face = np.vstack([seen(pair), seen(pair, block.height_m)[::-1]])
        marks.append(Mark("area", (face,), fill=colour, stroke=INK, width_mm=0.25))
        marks += [
            Mark("line", (seen(pair, level * storey_m),), stroke=INK, width_mm=0.12)
            for level in range(1, block.floors)
        ]
    marks.append(Mark("area", (seen(ring, block.height_m),), fill=ROOF, stroke=INK, width_mm=0.3))
    return marks


def _told(built: list[Block]) -> list[Block]:
    """The nearest block of each height: one label says it for its like."""
    return list({block.floors: block for block in built}.values())


def _height(block: Block) -> Mark:
    point = block.footprint.representative_point()
    at = seen(np.array([[point.x, point.y]]), block.height_m)
    text = f"R+{block.floors - 1} · {metres(block.height_m, 1)}"
    return Mark("text", (at,), fill=INK, text=text, size_mm=2.3)


def _compass(
    covered: list[shapely.Geometry], left: float, foot: float, bar_m: float
) -> tuple[list[Mark], float]:
    """
    North and a scale along the east, on the ground at the lower left; under the land where they would cover it.

    Returns the marks and the foot of the drawing.
    """
    corner = np.array([left + bar_m * COS + GAP_M, foot + GAP_M])
    ends = corner + bar_m * np.array([[-COS, SIN], [COS, SIN]])
    room = shapely.MultiPoint([corner, *ends]).envelope.buffer(GAP_M, join_style="mitre")
    if any(shape.intersects(room) for shape in covered):
        down = np.array([0.0, bar_m * SIN + 2 * GAP_M])
        corner, ends, foot = corner - down, ends - down, foot - down[1]
    (north, east), ahead = ends, np.array([-COS, SIN])
    across = np.array([COS, SIN]) * bar_m * 0.11
    head = np.array([north, north - ahead * bar_m * 0.35 + across, north - ahead * bar_m * 0.35 - across])
    drawn = [
        Mark("line", (np.array([corner, north]), np.array([corner, east])), stroke=INK, width_mm=0.4),
        Mark("area", (head,), fill=INK, stroke=INK, width_mm=0.2),
        Mark("text", (north[None] + [[0, GAP_M]],), fill=INK, text=_("N"), size_mm=2.3),
        Mark("text", (east[None] + [[0, GAP_M]],), fill=INK, text=metres(bar_m), size_mm=2.3),
    ]
    return drawn, foot
