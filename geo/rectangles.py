"""The widest rectangle of a given depth and direction inside a polygon, whatever its shape."""

from dataclasses import dataclass

import numpy as np
import shapely
from numba import njit

STEP_M = 0.25
MOST_STEPS = 240
TOGETHER, LEAST_CORE_M = 12, 0.5
ALIKE_M = 1e-9


@dataclass(frozen=True, slots=True)
class Rectangles:
    """
    Rectangles by their corner nearest the start of the direction, and their width (0 where none fits).

    The width runs along ``direction``, the depth to its left.
    """

    corner: np.ndarray
    direction: np.ndarray
    width_m: np.ndarray
    depth_m: np.ndarray
    advance_m: np.ndarray

    def polygons(self) -> np.ndarray:
        """Return the rectangles as polygons, anticlockwise from the corner."""
        across = self.direction * self.width_m[:, None]
        inward = self.direction[:, ::-1] * [-1, 1] * self.depth_m[:, None]
        corners = [self.corner, self.corner + across, self.corner + across + inward, self.corner + inward]
        return shapely.polygons(np.stack(corners, axis=1))


def widest_rectangles(
    polygons: np.ndarray,
    which: np.ndarray,
    direction: np.ndarray,
    depth_m: np.ndarray,
    enough_m: np.ndarray,
) -> Rectangles:
    """
    Find the widest rectangle of each depth and direction inside its polygon.

    A strip as deep as the rectangle is moved across the polygon, every 25 cm and wherever it meets a vertex.
    At each place, all that the boundary crosses is taken off the strip; the longest stretch left inside is
    the width. So holes, notches and several parts are seen, and no rectangle leaves its polygon.

    Parameters
    ----------
    polygons
        Polygons or multipolygons, in metres.
    which
        Position of the polygon of each question.
    direction
        Unit vectors along the width, one a question; the depth lies to their left.
    enough_m
        Width past which a wider rectangle is no better: the first place in the direction of the depth that
        gives it is taken.

    Returns
    -------
    Rectangles
        One a question. ``advance_m`` is how far the rectangle stands from the polygon's foremost point.
    """
    asked, which = np.unique(which, return_inverse=True)
    polygons = polygons[asked]
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    polygon = owner[part[ring]] if len(ring) else np.array([], dtype="int64")
    joined = np.flatnonzero(ring[1:] == ring[:-1])
    first = np.searchsorted(polygon[joined], np.arange(len(polygons) + 1))
    origin = np.zeros((len(polygons), 2))
    filled = first[:-1] < first[1:]
    origin[filled] = points[joined[first[:-1][filled]]]
    shift = origin[polygon[joined]]
    start, end = points[joined] - shift, points[joined + 1] - shift
    width, x, y, front = _sweep(
        start, end, first, which.astype("int64"), direction, depth_m.astype(float), enough_m.astype(float)
    )
    inward = direction[:, ::-1] * [-1, 1]
    corner = origin[which] + direction * x[:, None] + inward * y[:, None]
    return Rectangles(corner, direction, width, depth_m, y - front)


@njit(cache=True, nogil=True)
def _sweep(start, end, first, which, direction, depth_m, enough_m):
    """Answer each question in turn: width, place along and across the direction, foremost point."""
    count = len(which)
    width, left, near, front = np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count)
    for question in range(count):
        a, b = first[which[question]], first[which[question] + 1]
        if a == b:
            continue
        ux, uy = direction[question]
        x0 = start[a:b, 0] * ux + start[a:b, 1] * uy
        y0 = start[a:b, 1] * ux - start[a:b, 0] * uy
        x1 = end[a:b, 0] * ux + end[a:b, 1] * uy
        y1 = end[a:b, 1] * ux - end[a:b, 0] * uy
        low, high = y0.min(), y0.max()
        front[question] = low
        if high - low >= depth_m[question]:
            places = _places(y0, low, high - depth_m[question], depth_m[question])
            width[question], left[question], near[question] = _best_place(
                x0, y0, x1, y1, places, depth_m[question], enough_m[question]
            )
    return width, left, near, front


@njit(cache=True, nogil=True)
def _best_place(x0, y0, x1, y1, places, depth, enough):
    """
    First of the places that gives the widest stretch: its width, along and across.

    Neighbouring places are taken together: what is free in their strips is free in the core that they share,
    so that places whose core is no wider than the best so far are passed over.
    """
    groups = (len(places) + TOGETHER - 1) // TOGETHER
    bound = np.empty(groups)
    room = np.empty(len(x0)), np.empty(len(x0)), np.empty(len(x0), dtype=np.bool_)
    for g in range(groups):
        last = places[min((g + 1) * TOGETHER, len(places)) - 1]
        bound[g] = enough
        if groups > 2 and places[g * TOGETHER] + depth - last > LEAST_CORE_M:
            core, _ = _longest_gap(x0, y0, x1, y1, last, places[g * TOGETHER] + depth, room)
            bound[g] = min(core, enough)
    best, best_x, best_y = 0.0, 0.0, 0.0
    for g in np.argsort(-bound, kind="mergesort"):
        if bound[g] < best - ALIKE_M or bound[g] <= ALIKE_M:
            break
        if bound[g] <= best + ALIKE_M and places[g * TOGETHER] >= best_y:
            continue
        for place in places[g * TOGETHER : (g + 1) * TOGETHER]:
            gap, x = _longest_gap(x0, y0, x1, y1, place, place + depth, room)
            gap = min(gap, enough)
            if gap > best + ALIKE_M or (best > 0 and gap > best - ALIKE_M and place < best_y):
                best, best_x, best_y = gap, x, place
    return best, best_x, best_y


@njit(cache=True, nogil=True)
def _places(y, low, high, depth):
    """Where to lay the strip: at regular steps and where either side of it meets a vertex, in order."""
    steps = min(int((high - low) / STEP_M) + 1, MOST_STEPS)
    places = np.empty(steps + 2 * len(y) + 1)
    size = 0
    for i in range(steps):
        places[size] = low + (high - low) * i / steps
        size += 1
    places[size] = high
    size += 1
    for i in range(len(y)):
        for place in (y[i], y[i] - depth):
            if low < place < high:
                places[size] = place
                size += 1
    return np.sort(places[:size])


@njit(cache=True, nogil=True)
def _longest_gap(x0, y0, x1, y1, low, high, room):
    """Longest stretch of a strip, inside the polygon, that no boundary enters: its length and its start."""
    low, high = low + 1e-7, high - 1e-7
    middle = (low + high) / 2
    begin, finish, crosses = room
    size = 0
    for i in range(len(x0)):
        if min(y0[i], y1[i]) >= high or max(y0[i], y1[i]) <= low:
            continue
        xa, xb = x0[i], x1[i]
        rise = y1[i] - y0[i]
        if rise != 0:
            slope = (x1[i] - x0[i]) / rise
            xa = x0[i] + slope * (min(max(y0[i], low), high) - y0[i])
            xb = x0[i] + slope * (min(max(y1[i], low), high) - y0[i])
        begin[size], finish[size] = min(xa, xb), max(xa, xb)
        crosses[size] = (y0[i] <= middle) != (y1[i] <= middle)
        size += 1
    best, best_x = 0.0, 0.0
    inside, reach = False, -np.inf
    for k in _ascending(begin, size):
        if inside and begin[k] - reach > best:
            best, best_x = begin[k] - reach, reach
        reach = max(reach, finish[k])
        if crosses[k]:
            inside = not inside
    return best, best_x


@njit(cache=True, nogil=True)
def _ascending(values, size):
    """Positions of the first values in ascending order: an insertion sort, since they are few."""
    order = np.arange(size)
    for i in range(1, size):
        j, item = i, order[i]
        while j > 0 and values[order[j - 1]] > values[item]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = item
    return order
