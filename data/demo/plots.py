"""Plots of the invented town: lines across each row, flag lots, parking courts; before anything is bent."""

import numpy as np
import shapely

from data.demo.chance import stream
from data.demo.network import FABRICS, Cell
from data.demo.shapes import axis_of, extended, left_of

ACCESS_M = 3.6  # width of the strip that leads to a flag lot
# plot width in m and its spread, where the use of a cell is not ordinary plots
WIDE = {
    "orchard": (15.0, 0.35),
    "activity": (48.0, 0.30),
    "workshop": (34.0, 0.35),
    "collective": (62.0, 0.3),
}


def plot_lines(cells: list[Cell], seed: int) -> np.ndarray:
    """Return every limit between plots inside the cells, as straight lines, each a little too long."""
    rng = stream(seed, "plots")
    segments, owners = [], []
    for number, cell in enumerate(cells):
        found = lines_of(cell, rng)
        segments += found
        owners += [number] * len(found)
    drawn = shapely.linestrings(np.array(segments))
    homes = np.array([cells[number].polygon for number in owners])
    parts = shapely.get_parts(shapely.intersection(drawn, homes))
    straight = parts[(shapely.get_type_id(parts) == 1) & (shapely.length(parts) > 1.5)]
    return extended(straight)


def lines_of(cell: Cell, rng: np.random.Generator) -> list[np.ndarray]:
    """Return the limits of the plots of one cell as pairs of points."""
    if cell.use == "plots":
        return row_lines(cell, rng)
    if cell.use in WIDE:
        width, spread = WIDE[cell.use]
        _, along, _, _ = axis_of(cell.polygon)
        return across_lines(cell, along, widths(cell, along, width, spread, 0.0, rng))
    if cell.use.startswith("estate"):
        return estate_lines(cell, rng)
    return []


def reach(cell: Cell, direction: np.ndarray) -> tuple[float, float]:
    """Return the extent of a cell along a direction."""
    projected = shapely.get_coordinates(cell.polygon) @ direction
    return projected.min(), projected.max()


def widths(cell: Cell, along: np.ndarray, mean_m: float, spread: float, wide_share: float, rng) -> np.ndarray:
    """Return where plots end along a row: widths vary, and a few are twice as wide."""
    low, high = reach(cell, along)
    count = int((high - low) / mean_m * 1.6) + 3
    drawn = mean_m * np.exp(rng.normal(0, spread, count))
    drawn = np.where(rng.random(count) < wide_share, drawn * rng.uniform(1.7, 2.6, count), drawn)
    drawn[0] *= 1.2
    ends = low + np.cumsum(drawn)
    return ends[ends < high - 0.6 * mean_m]


def skews(cell: Cell, along: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Return the lean (tangent) of each limit: it turns slowly from one end of the row to the other."""
    across = left_of(along)
    xy = shapely.get_coordinates(cell.polygon)
    low, high = reach(cell, along)
    step = np.diff(xy, axis=0)
    rise, run = step @ across, step @ along
    middle = (xy[:-1] + xy[1:]) @ along / 2
    leans = []
    for near in (middle < low + 0.2 * (high - low), middle > high - 0.2 * (high - low)):
        steep = np.where(near, np.abs(rise), 0)
        best = int(np.argmax(steep))
        lean = run[best] / rise[best] if steep[best] > 8 else 0.0
        leans.append(lean if abs(lean) < 0.45 else 0.0)
    share = (positions - low) / max(high - low, 1e-9)
    return leans[0] * (1 - share) + leans[1] * share


def across_lines(cell: Cell, along: np.ndarray, positions: np.ndarray) -> list[np.ndarray]:
    """Return the limits that cross a cell at these positions."""
    across = left_of(along)
    low, high = reach(cell, across)
    middle = (low + high) / 2
    return [
        np.array([along * (s + lean * (t - middle)) + across * t for t in (low - 1, high + 1)])
        for s, lean in zip(positions, skews(cell, along, positions), strict=True)
    ]


def row_lines(cell: Cell, rng: np.random.Generator) -> list[np.ndarray]:
    """Return the limits of a row of ordinary plots, flag lots included."""
    fabric, along = FABRICS[cell.fabric], np.array(cell.along)
    mean = fabric.plot_m * rng.uniform(0.85, 1.2)
    positions = widths(cell, along, mean, rng.uniform(0.10, 0.26), 0.055, rng)
    limits = across_lines(cell, along, positions)
    low, high = reach(cell, left_of(along))
    if cell.back == 0 or high - low < 29:
        return limits
    pairs = list(zip(limits[:-1], limits[1:], strict=True))
    deep = 1.0 if high - low < 36 else 1.8
    flags = [pair for pair in pairs if rng.random() < fabric.flag_share * deep]
    return limits + [line for pair in flags for line in flag_lot(*pair, cell.back, rng)]


def flag_lot(left: np.ndarray, right: np.ndarray, back: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Cut a plot in a front plot and a flag lot behind it, reached by a strip; too narrow plots stay whole."""
    width = np.hypot(*(right.mean(axis=0) - left.mean(axis=0)))
    if width < 9.5:
        return []
    # limits run from the right of `along` to its left: the street is at their start when the back is left
    front, rear = (0, 1) if back > 0 else (1, 0)
    share = rng.uniform(0.45, 0.60)
    near, far = (
        left[front] + share * (left[rear] - left[front]),
        right[front] + share * (right[rear] - right[front]),
    )
    ratio = ACCESS_M / width
    strip_street = right[front] + ratio * (left[front] - right[front])
    strip_heart = far + ratio * (near - far)
    overrun = 0.4 * (strip_heart - near) / max(np.hypot(*(strip_heart - near)), 1e-9)
    return [np.array([strip_street, strip_heart]), np.array([near - overrun, strip_heart])]


def estate_lines(cell: Cell, rng: np.random.Generator) -> list[np.ndarray]:
    """Return the limits inside an estate: one or two open grounds, parking courts at its corners."""
    _, along, length, width = axis_of(cell.polygon)
    across = left_of(along)
    (s0, s1), (t0, t1) = reach(cell, along), reach(cell, across)
    found = []
    if cell.polygon.area > 22_000:
        found += across_lines(cell, along, np.array([s0 + (s1 - s0) * rng.uniform(0.4, 0.6)]))
    corners = [(s, t) for s in (0, 1) for t in (0, 1)]
    courts = 1 + int(cell.polygon.area > 8_000) + int(cell.polygon.area > 30_000)
    for pick in rng.permutation(4)[:courts]:
        s_side, t_side = corners[pick]
        long_m = min(rng.uniform(36, 58), 0.4 * length)
        wide_m = min(rng.uniform(24, 32), 0.42 * width)
        s = s0 + long_m + 8 if s_side == 0 else s1 - long_m - 8
        t = t0 + wide_m + 8 if t_side == 0 else t1 - wide_m - 8
        s_end, t_end = (s0 - 1, s1 + 1)[s_side], (t0 - 1, t1 + 1)[t_side]
        corner = along * s + across * t
        found += [
            np.array([corner, along * s_end + across * t]),
            np.array([corner, along * s + across * t_end]),
        ]
    return found
