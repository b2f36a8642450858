"""An invented region of any size, for the scale of the territory optimiser: clustered residences, offices, today."""

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import box

from geo.crs import WORKING_CRS
from geo.neighbours import neighbourhood
from planning.territory import Balance, Priorities, Territory, territory

LAND_M2 = 15_000.0
"""Land around each residence, as in the shared town of 600 residences on 9 km2."""


def invented_region(
    residences: int, sectors: int, *, tolerance: float = 0.05, seed: int = 20261122
) -> Territory:
    """
    Make a region of clustered towns; today each residence is in the sector of its nearest office.

    The border counts 60 m per tenant for 1 km of border *a sector*: the 10 m per km of the shared town of six
    sectors. With 10 m per km whatever the size, borders alone would decide in a region.
    """
    rng = np.random.default_rng(seed)
    side = float(np.sqrt(residences * LAND_M2))
    towns = max(4, residences // 40)
    middle = rng.uniform(0.02 * side, 0.98 * side, (towns, 2))[rng.integers(towns, size=residences)]
    xy = np.clip(middle + rng.normal(0, 0.6 * side / np.sqrt(towns), (residences, 2)), 5, side - 5).round(1)
    dwellings = np.maximum(3, rng.lognormal(2.6, 0.9, residences)).astype(int)
    work = dwellings + 2.5 * rng.poisson(0.25 * dwellings) + 4 * rng.poisson(0.08 * dwellings)
    offices = _offices(xy, work, sectors, side, rng)
    units = pd.DataFrame(
        {"x": xy[:, 0], "y": xy[:, 1], "tenants": dwellings, "work": work, "sector": _nearest(xy, offices)}
    )
    points = gpd.GeoDataFrame(units[[]], geometry=gpd.points_from_xy(units["x"], units["y"]), crs=WORKING_CRS)
    around = neighbourhood(points, box(0, 0, side, side))
    sums = {"x": "first", "y": "first", "tenants": "sum", "work": "sum", "sector": "first"}
    return territory(
        units.groupby(around.site_of).agg(sums),
        pd.DataFrame(offices, columns=["x", "y"]),
        around.edges,
        balance=[Balance("work", tolerance)],
        priorities=Priorities(change=2, border=60 / sectors),
    )


def _nearest(xy: np.ndarray, offices: np.ndarray) -> np.ndarray:
    return ((xy[:, None, :] - offices[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)


def _offices(
    xy: np.ndarray, work: np.ndarray, sectors: int, side: float, rng: np.random.Generator
) -> np.ndarray:
    """Place offices near the middle of the work, then a little beside it, as offices are."""
    offices = xy[rng.choice(len(xy), sectors, replace=False)]
    for _ in range(30):
        near = _nearest(xy, offices)
        offices = np.array(
            [np.average(xy[near == j], axis=0, weights=work[near == j]) for j in range(sectors)]
        )
    turn = rng.uniform(0, 2 * np.pi, sectors)
    away = rng.uniform(0.1, 0.3, sectors) * side / np.sqrt(sectors)
    return np.clip(offices + np.c_[away * np.cos(turn), away * np.sin(turn)], 5, side - 5)
