"""Small geometry of the drawing board: axes, cuts, curves, bends."""

import numpy as np
import shapely
from shapely import LineString, Polygon

OVERSHOOT_M = 0.5  # lines run past each other, so that they still meet once they are bent
LONG_M = 6000.0
# wavelength in m, direction in degrees, amplitude in m: the slow waves that bend every street
WAVES = ((830, 20, 11.0), (610, 75, 9.0), (470, 130, 6.0), (900, 165, 10.0))


def interpolate(points: np.ndarray, step: int = 8) -> np.ndarray:
    """Return a smooth curve through the points (Catmull-Rom)."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    a, b, c, d = padded[:-3], padded[1:-2], padded[2:-1], padded[3:]
    t = np.linspace(0, 1, step, endpoint=False)[:, None, None]
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    return np.vstack([curve.transpose(1, 0, 2).reshape(-1, 2), points[-1]])


def axis_of(polygon: Polygon) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Return centre, unit vector of the long side, length and width of the smallest box round a polygon."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(polygon))[:4]
    first, second = corners[1] - corners[0], corners[2] - corners[1]
    if np.hypot(*first) < np.hypot(*second):
        first, second = second, first
    length = np.hypot(*first)
    along = first / max(length, 1e-9)
    return corners.mean(axis=0), along if (along[0], along[1]) > (0, 0) else -along, length, np.hypot(*second)


def cut(polygon: Polygon, point: np.ndarray, along: np.ndarray) -> tuple[list, list, list[LineString]]:
    """Cut a polygon by the line through ``point``: pieces on its left, on its right, the line inside it."""
    across = left_of(along)
    a, b = point - along * LONG_M, point + along * LONG_M
    sides = [Polygon([a, b, b + side * across * LONG_M, a + side * across * LONG_M]) for side in (1, -1)]
    left, right = ([p for p in polygons(polygon.intersection(side)) if p.area > 1.0] for side in sides)
    return left, right, lines(polygon.intersection(LineString([a, b])))


def left_of(along: np.ndarray) -> np.ndarray:
    """Return the unit vector a quarter turn to the left."""
    return np.array([-along[1], along[0]])


def turned(along: np.ndarray, degrees: float) -> np.ndarray:
    """Return a unit vector turned by some degrees."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([c * along[0] - s * along[1], s * along[0] + c * along[1]])


def polygons(shape) -> list[Polygon]:
    """Return the polygons of any shape."""
    return [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]


def lines(shape) -> list[LineString]:
    """Return the lines of any shape, without those of no length."""
    return [p for p in shapely.get_parts(shape) if p.geom_type == "LineString" and p.length > 0]


def extended(segments: np.ndarray, by_m: float = OVERSHOOT_M) -> np.ndarray:
    """Return straight lines longer by ``by_m`` at both ends."""
    ends = shapely.get_coordinates(segments).reshape(-1, 2, 2)
    step = ends[:, 1] - ends[:, 0]
    step = step / np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)[:, None] * by_m
    return shapely.linestrings(np.stack([ends[:, 0] - step, ends[:, 1] + step], axis=1))


def bend(xy: np.ndarray, seed_phases: np.ndarray) -> np.ndarray:
    """Move points by slow waves, at most a few tens of metres, so that no street is quite straight."""
    moved = xy.astype(float).copy()
    for (wavelength, direction, amplitude), phase in zip(WAVES, seed_phases, strict=True):
        c, s = np.cos(np.radians(direction)), np.sin(np.radians(direction))
        wave = amplitude * np.sin(2 * np.pi * (xy[:, 0] * c + xy[:, 1] * s) / wavelength + phase)
        moved += np.column_stack([-s * wave, c * wave])
    return moved


def unbend(xy: np.ndarray, seed_phases: np.ndarray) -> np.ndarray:
    """Undo ``bend``, to the millimetre."""
    origin = xy.astype(float).copy()
    for _ in range(12):
        origin -= bend(origin, seed_phases) - xy
    return origin


def bent(shapes: np.ndarray, seed_phases: np.ndarray, step_m: float = 15.0) -> np.ndarray:
    """Return the shapes bent, with a vertex every ``step_m`` so that they curve."""
    dense = shapely.segmentize(shapes, step_m)
    return shapely.transform(dense, lambda xy: bend(xy, seed_phases))
