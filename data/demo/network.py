"""The invented street network: avenues, then streets that cut what lies between them, down to rows of plots."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
import shapely
from shapely import LineString, Polygon

from data.demo import frame
from data.demo.chance import stream
from data.demo.shapes import axis_of, cut, interpolate, left_of, lines, polygons, turned
from data.demo.uses import Anchor

MARGIN_M = 150.0  # the network is drawn beyond the outline, then cut by it
SECTION_M2, IRIS_M2 = 95_000.0, 230_000.0
ANCHOR_SLACK = 1.45
# an old nursery strip: long and thin, a lane on its west side; the planted VAT distance is measured on it
STRIP_XY = ((660168, 6862015), (660158, 6862475), (660184, 6862476), (660196, 6862018))


@dataclass(frozen=True, slots=True)
class Fabric:
    """How a quarter is cut: wanted blocks (width, length), streets and plots in metres, share of flag lots."""

    width_m: float
    length_m: float
    street_m: float
    plot_m: float
    flag_share: float


FABRICS = {
    "centre": Fabric(67, 122, 11.5, 16.0, 0.20),
    "faubourg": Fabric(69, 138, 10.5, 14.2, 0.22),
    "pavilion": Fabric(69, 182, 9.5, 13.7, 0.10),
    "orchard": Fabric(76, 210, 9.0, 14.3, 0.12),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """
    A piece of the town between axes.

    Attributes
    ----------
    use
        ``plots`` or the use of the anchor that claimed it; empty while it is being cut.
    residence
        Number of the estate that stands on it; -1 for none.
    iris, section
        Numbers of the wider pieces it was cut from.
    back
        Side of ``along`` where other plots lie: 1 left, -1 right, 0 none or both.
    """

    polygon: Polygon
    use: str = ""
    residence: int = -1
    iris: int = -1
    section: int = -1
    fabric: str = ""
    along: tuple[float, float] = (1.0, 0.0)
    back: int = 0


@dataclass(slots=True)
class Network:
    """The town before it is bent: street axes with width and kind, limits inside blocks, last cells."""

    streets: list[tuple[LineString, float, str]] = field(default_factory=list)
    limits: list[LineString] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)


def avenues() -> list[tuple[LineString, float]]:
    """Return axis and width of each avenue: they radiate from the two squares of the centre."""
    table = pd.read_csv(frame.HERE / "avenues.csv")
    parsed = [np.array([p.split() for p in row.split(";")], dtype=float) for row in table["points"]]
    axes = [LineString(interpolate(points)) for points in parsed]
    return list(zip(axes, table["width_m"].astype(float), strict=True))


def grow(seed: int, anchors: list[Anchor]) -> Network:
    """Cut the town by streets until every piece is a row of plots, or the place of one large use."""
    rng, network = stream(seed, "network"), Network()
    domain = frame.outline().buffer(MARGIN_M)
    for axis, width in avenues():
        network.streets.append((axis, width, "avenue"))
    lane = LineString(STRIP_XY[:2])
    network.streets.append((lane, 9.0, "street"))
    network.limits.append(LineString(STRIP_XY[1:]))
    mesh = shapely.union_all([domain.boundary, lane, *network.limits, *[axis for axis, _ in avenues()]])
    first = sorted(polygons(shapely.polygonize([mesh])), key=lambda p: p.centroid.coords[0])
    todo = [Cell(polygon) for polygon in reversed(first)]
    counters = {"iris": 0, "section": 0}
    town = frame.outline().buffer(5)
    shapely.prepare(town)
    anchors = [*anchors, Anchor(*np.mean(STRIP_XY, axis=0), Polygon(STRIP_XY).area, "strip")]
    spots = shapely.points([[a.x, a.y] for a in anchors])
    while todo:
        cell = tagged(todo.pop(), counters)
        if town.intersects(cell.polygon):
            inside = np.flatnonzero(shapely.contains_properly(cell.polygon, spots))
            held = sorted((anchors[i] for i in inside), key=lambda a: -a.area_m2)
            todo.extend(reversed(settle(cell, held, network, rng)))
    network.cells = [number_whole(cell, counters) for cell in network.cells]
    return network


def number_whole(cell: Cell, counters: dict[str, int]) -> Cell:
    """Make a cell that was never cut small enough (a great park) an IRIS and a section of its own."""
    for name in counters:
        if getattr(cell, name) < 0:
            counters[name] += 1
            cell = replace(cell, **{name: counters[name]})
    return cell


def tagged(cell: Cell, counters: dict[str, int]) -> Cell:
    """Number the cell as an IRIS, then as a cadastral section, once it is small enough to be one."""
    for name, limit in (("iris", IRIS_M2), ("section", SECTION_M2)):
        if getattr(cell, name) < 0 and cell.polygon.area < 1.35 * limit:
            counters[name] += 1
            cell = replace(cell, **{name: counters[name]})
    return cell


def settle(cell: Cell, held: list[Anchor], network: Network, rng: np.random.Generator) -> list[Cell]:
    """Give a cell to the large use that fits it, part two estates that meet in it, or cut it further."""
    area = cell.polygon.area
    _, _, length, width = axis_of(cell.polygon)
    if held and area <= ANCHOR_SLACK * held[0].area_m2:
        estates = [a for a in held if a.residence >= 0]
        if len(estates) > 1 or (estates and estates[0] is not held[0]):
            return between(cell, held, network)
        if held[0].use == "strip" or length < 2.7 * width or area < 0.7 * held[0].area_m2:
            network.cells.append(replace(cell, use=held[0].use, residence=held[0].residence))
            return []
    return divide(cell, held, network, rng)


def between(cell: Cell, held: list[Anchor], network: Network) -> list[Cell]:
    """Part two estates by a street half way."""
    first, second = (np.array([a.x, a.y]) for a in held[:2])
    step = (second - first) / max(np.hypot(*(second - first)), 1e-9)
    left, right, axes = cut(cell.polygon, (first + second) / 2, left_of(step))
    network.streets.extend((axis, 9.0, "street") for axis in axes)
    return [replace(cell, polygon=piece) for piece in [*left, *right]]


def divide(cell: Cell, held: list[Anchor], network: Network, rng: np.random.Generator) -> list[Cell]:
    """Cut a cell in two by a street; a block that is small enough is cut in rows, which end the work."""
    centre, along, length, width = axis_of(cell.polygon)
    kind = frame.character_at(*centre)
    fabric, area = FABRICS[kind], cell.polygon.area
    wide, long = width / fabric.width_m, length / fabric.length_m
    if area > 45_000 or (held and length > 2 * width) or (long > 1.5 and long > 1.2 * wide):
        line, at = left_of(along), centre + along * offset(length, fabric.length_m, rng)
    elif wide > 1.5:
        line, at = along, centre + left_of(along) * offset(width, fabric.width_m, rng)
    elif long > 1.5:
        line, at = left_of(along), centre + along * offset(length, fabric.length_m, rng)
    elif held:
        return trim(cell, held[0], network)
    else:
        network.cells.extend(rows(replace(cell, use="plots", fabric=kind), network, rng))
        return []
    left, right, axes = cut(cell.polygon, at, turned(line, rng.normal(0, 6.0 if area > 120_000 else 2.5)))
    street_m, rank = street_of(area, fabric, rng)
    network.streets.extend((axis, street_m, rank) for axis in axes)
    return [replace(cell, polygon=piece) for piece in [*left, *right]]


def trim(block: Cell, anchor: Anchor, network: Network) -> list[Cell]:
    """Cut from a block, without a street, the end that a use needs."""
    centre, along, length, _ = axis_of(block.polygon)
    needed = min(anchor.area_m2 / block.polygon.area, 1.0) * length
    if length - needed < 25:
        network.cells.append(replace(block, use=anchor.use, residence=anchor.residence))
        return []
    sign = 1 if (np.array([anchor.x, anchor.y]) - centre) @ along > 0 else -1
    left, right, axes = cut(block.polygon, centre + along * sign * (length / 2 - needed), left_of(along))
    network.limits.extend(axes)
    end, rest = (right, left) if sign > 0 else (left, right)
    network.cells.extend(replace(block, polygon=p, use=anchor.use, residence=anchor.residence) for p in end)
    return [replace(block, polygon=p) for p in rest]


def offset(size: float, wanted: float, rng: np.random.Generator) -> float:
    """Return where to cut, from the middle, so that both sides hold a whole number of wanted widths."""
    parts = max(2, round(size / wanted))
    share = (parts // 2 if rng.random() < 0.5 else parts - parts // 2) / parts
    return (share - 0.5) * size + rng.normal(0, 0.045) * size / parts


def street_of(area_m2: float, fabric: Fabric, rng: np.random.Generator) -> tuple[float, str]:
    """Return width and kind of the street that cuts a cell: the earlier the cut, the wider the street."""
    if area_m2 > 160_000:
        return 14.0 + rng.uniform(-1, 2), "street"
    if area_m2 > 40_000:
        return fabric.street_m + rng.uniform(0.5, 2.5), "street"
    return (5.0, "path") if rng.random() < 0.07 else (fabric.street_m + rng.uniform(-1.5, 1), "street")


def rows(block: Cell, network: Network, rng: np.random.Generator) -> list[Cell]:
    """Cut a block in rows of plots back to back, with a dead end where it is deep and rows at its ends."""
    _, along, length, width = axis_of(block.polygon)
    fabric = FABRICS[block.fabric]
    block = replace(block, along=tuple(along))
    if width < 36 or block.polygon.area < 1800:
        return [block]
    if width > 1.25 * fabric.width_m and length > 85 and rng.random() < 0.75:
        return dead_end(block, network, rng)
    pieces, ends = [block], []
    for sign in (1, -1):
        if length > 90 and width > 44 and rng.random() < 0.45:
            pieces, end = end_row(pieces, sign, rng.uniform(22, 28), network)
            ends += end
    return [row for piece in pieces for row in back_to_back(piece, network, rng)] + ends


def end_row(pieces: list[Cell], sign: int, depth_m: float, network: Network) -> tuple[list[Cell], list[Cell]]:
    """Take from a block the row that faces the street at its end."""
    block = pieces[0]
    centre, along, length, _ = axis_of(block.polygon)
    across = left_of(along)
    left, right, axes = cut(block.polygon, centre + along * sign * (length / 2 - depth_m), across)
    # the left of `across` is where `along` comes from
    outer, inner = (right, left) if sign > 0 else (left, right)
    if len(outer) != 1 or len(inner) != 1 or outer[0].area < 500:
        return pieces, []
    network.limits.extend(axes)
    end = replace(block, polygon=outer[0], along=tuple(across), back=1 if sign > 0 else -1)
    return [replace(block, polygon=inner[0])], [end]


def back_to_back(block: Cell, network: Network, rng: np.random.Generator) -> list[Cell]:
    """Cut a block along its spine, in two rows that share their rear limit."""
    centre, _, length, width = axis_of(block.polygon)
    along = np.array(block.along)
    if width < 36 or length < 30:
        return [block]
    at = centre + left_of(along) * width * rng.normal(0, 0.05)
    left, right, axes = cut(block.polygon, at, turned(along, rng.normal(0, 0.8)))
    network.limits.extend(axes)
    return [replace(block, polygon=p, back=-1) for p in left] + [
        replace(block, polygon=p, back=1) for p in right
    ]


def dead_end(block: Cell, network: Network, rng: np.random.Generator) -> list[Cell]:
    """Open a dead end along the spine of a deep block, with rows on both of its sides."""
    centre, along, length, width = axis_of(block.polygon)
    sign = 1 if rng.random() < 0.5 else -1
    reach = rng.uniform(0.45, 0.72) * length
    heart = centre - along * sign * (length / 2 - reach)
    left, right, axes = cut(block.polygon, centre, along)
    result = []
    for piece, side in [(p, 1) for p in left] + [(p, -1) for p in right]:
        near_left, near_right, limit = cut(piece, heart, left_of(along))
        near, far = (near_left, near_right) if sign > 0 else (near_right, near_left)
        network.limits.extend(limit)
        result += [replace(block, polygon=p, back=-side) for p in far]
        for part in near:
            result += back_to_back(replace(block, polygon=part), network, rng)
    network.limits.extend(axes)
    stub = LineString([centre - along * sign * (length / 2 + 15), heart - along * sign * 4])
    inside = stub.intersection(block.polygon.buffer(1))
    network.streets.extend((axis, 7.0 + rng.uniform(0, 1.5), "dead_end") for axis in lines(inside)[:1])
    return result
