"""The invented relief: a low west, a hillside, a plateau in the east; its bands of slope, its heights for others."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from data.demo import frame
from data.demo.chance import stream
from data.demo.parameters import parameter

CELL_M = 40.0
CLIMB_DEGREES = 35.0  # the way up, from east towards north
ORIGIN_XY = (657_000.0, 6_861_500.0)
FOOT_WAVE_M, FOOT_LENGTH_M = 240.0, 2_600.0  # how far, and how often, the hillside winds
BUTTES = (
    (657_930.0, 6_862_600.0, 30.0, 260.0),
    (659_740.0, 6_862_090.0, 14.0, 210.0),
)  # x, y, height, radius in m
RIPPLES = (
    (900, 10, 2.2),
    (610, 70, 1.3),
    (430, 140, 0.8),
)  # wavelength in m, direction in degrees, height in m
SLOPES = (0, 2, 4, 6, 8, 10, 12)  # lower bounds of the bands, %
STEEPEST = 14.0  # what the last band counts as, %


@dataclass(frozen=True, slots=True)
class Relief:
    """Heights and slopes in the middle of each square of a grid over the town, rows from south to north."""

    west: float
    south: float
    height_m: np.ndarray
    slope: np.ndarray  # %

    def middles(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return x and y of the middle of squares of the grid."""
        return np.column_stack([self.west + (columns + 0.5) * CELL_M, self.south + (rows + 0.5) * CELL_M])


def relief(seed: int) -> Relief:
    """Return the relief of the town."""
    west, south, east, north = np.array(frame.outline().bounds) + (-CELL_M, -CELL_M, CELL_M, CELL_M)
    x, y = np.meshgrid(
        *(np.arange(low, high, CELL_M) + CELL_M / 2 for low, high in ((west, east), (south, north)))
    )
    phases = stream(seed, "relief").uniform(0, 2 * np.pi, len(RIPPLES) + 1)
    heights = height_m(x, y, phases)
    up, along = np.gradient(heights, CELL_M)
    return Relief(west, south, heights, 100 * np.hypot(up, along))


def height_m(x: np.ndarray, y: np.ndarray, phases: np.ndarray) -> np.ndarray:
    """Return heights above the sea: the hillside, two buttes and slow ripples."""
    cos, sin = np.cos(np.radians(CLIMB_DEGREES)), np.sin(np.radians(CLIMB_DEGREES))
    dx, dy = x - ORIGIN_XY[0], y - ORIGIN_XY[1]
    climb, across = dx * cos + dy * sin, dy * cos - dx * sin
    foot = parameter("relief.hillside_m") + FOOT_WAVE_M * np.sin(
        2 * np.pi * across / FOOT_LENGTH_M + phases[0]
    )
    low, rise = parameter("relief.low_m"), parameter("relief.rise_m")
    heights = low + rise / (1 + np.exp(-(climb - foot) / parameter("relief.spread_m")))
    for east, north, top, radius in BUTTES:
        heights += top * np.exp(-((x - east) ** 2 + (y - north) ** 2) / (2 * radius**2))
    for (length, degrees, size), phase in zip(RIPPLES, phases[1:], strict=True):
        c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        heights += size * np.sin(2 * np.pi * (dx * c + dy * s) / length + phase)
    return heights


def slopes(ground: Relief) -> pd.DataFrame:
    """Return the bands of slope: they tile the town; each counts as its middle, in %."""
    bands = np.searchsorted(SLOPES, ground.slope, side="right") - 1
    band, shapes = areas_of(ground, bands)
    middles = np.array(
        [(low + high) / 2 for low, high in zip(SLOPES, (*SLOPES[1:], 2 * STEEPEST - SLOPES[-1]), strict=True)]
    )
    labels = [f"Pente de {low} à {high} %" for low, high in zip(SLOPES, SLOPES[1:], strict=False)]
    labels.append(f"Pente de plus de {SLOPES[-1]} %")
    return pd.DataFrame(
        {"kind": "slope", "value": middles[band], "label": np.array(labels)[band], "geometry": shapes}
    )


def areas_of(ground: Relief, classes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the areas of one class each, cut at the limit of the town: their class, and their polygons."""
    rows, columns = np.indices(classes.shape)
    x, y = ground.west + columns * CELL_M, ground.south + rows * CELL_M
    squares = shapely.box(x, y, x + CELL_M, y + CELL_M)
    found, shapes = [], []
    for one in np.unique(classes):
        area = shapely.coverage_union_all(squares[classes == one])
        parts = shapely.get_parts(shapely.intersection(area, frame.outline(), grid_size=0.01))
        parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) > 1)]
        found += [one] * len(parts)
        shapes += list(parts)
    return np.array(found, dtype=int), np.array(shapes, dtype=object)
