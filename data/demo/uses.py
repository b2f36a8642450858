"""What the land is for: the landlord's estates and the town's large places, set before streets are cut."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from data.demo import frame
from data.demo.chance import quotas, stream
from data.demo.parameters import parameter

# other large uses: how many, smallest and largest ground in m2
OTHERS = (("school", 36, 5000, 11000), ("collective", 120, 2200, 9000), ("workshop", 60, 1500, 6000))
# dwellings of a residence: smallest, largest, spread (sigma of a lognormal)
SIZES = {"large": (255, 760, 0.28), "medium": (62, 248, 0.40), "small": (4, 60, 0.65)}
LAND_M2_PER_DWELLING = {"large": 85.0, "medium": 75.0}


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that must not be cut up: where, how big, what for, and the estate it carries, if any."""

    x: float
    y: float
    area_m2: float
    use: str
    residence: int = -1


def sizes(seed: int) -> pd.DataFrame:
    """Return the residences: size class, quarter, dwellings; they add up to the landlord's stock."""
    rng, quarters = stream(seed, "sizes"), frame.quarters()
    stock = int(parameter("dwellings"))
    totals = quotas(stock, [parameter(f"share_{size}") for size in SIZES])
    rows = []
    for (size, (low, high, sigma)), total in zip(SIZES.items(), totals, strict=True):
        homes = np.repeat(quarters.index.to_numpy(), quarters[size].to_numpy())
        numbers = drawn_sizes(len(homes), int(total), low, high, sigma, rng)
        rows.append(pd.DataFrame({"size": size, "quarter_id": homes, "dwellings": numbers}))
    return pd.concat(rows, ignore_index=True)


def drawn_sizes(count: int, total: int, low: int, high: int, sigma: float, rng) -> np.ndarray:
    """Draw whole numbers between two bounds that add up to ``total``."""
    weights = np.exp(rng.normal(0, sigma, count))
    numbers = np.clip(quotas(total, weights), low, high)
    while (gap := total - numbers.sum()) != 0:
        step = np.sign(gap)
        movable = np.flatnonzero((numbers + step >= low) & (numbers + step <= high))
        chosen = rng.permutation(movable)[: abs(gap)]
        numbers[chosen] += step
    return numbers


def anchors(seed: int, residences: pd.DataFrame) -> list[Anchor]:
    """Place the town's large uses, then the estates and the schools, quarter by quarter, apart from each other."""
    rng = stream(seed, "anchors")
    fixed = pd.read_csv(frame.HERE / "places.csv")
    placed = [Anchor(r.x, r.y, r.area_m2, r.use) for r in fixed.itertuples()]
    for row in residences[residences["size"] != "small"].itertuples():
        area = row.dwellings * LAND_M2_PER_DWELLING[row.size] * rng.uniform(0.85, 1.2)
        placed.append(place(area, f"estate_{row.size}", int(row.quarter_id), placed, rng, row.Index))
    homes = frame.quarters().index.to_numpy()
    for use, count, low, high in OTHERS:
        for quarter in np.resize(homes, count):
            placed.append(place(rng.uniform(low, high), use, int(quarter), placed, rng))
    return placed


def place(area_m2: float, use: str, quarter: int, others: list[Anchor], rng, residence: int = -1) -> Anchor:
    """Find a spot of the quarter inside the outline, as far from the others as their sizes ask."""
    inside = frame.outline().buffer(-0.45 * np.sqrt(area_m2))
    seed_point = frame.quarters().loc[quarter, ["x", "y"]].to_numpy(dtype=float)
    spots = seed_point + rng.normal(0, 330, (400, 2))
    fits = shapely.contains_xy(inside, spots) & frame.well_inside(*spots.T, quarter)
    spots = spots[fits] if fits.any() else spots[shapely.contains_xy(inside, spots)]
    centres = np.array([[o.x, o.y] for o in others])
    needed = 0.62 * (np.sqrt(area_m2) + np.sqrt([o.area_m2 for o in others]))
    apart = np.hypot(*(spots[:, None] - centres[None]).transpose(2, 0, 1)) / needed
    clearance = apart.min(axis=1)
    best = int(np.argmax(clearance >= 1.0)) if (clearance >= 1.0).any() else int(np.argmax(clearance))
    return Anchor(float(spots[best, 0]), float(spots[best, 1]), float(area_m2), use, residence)
