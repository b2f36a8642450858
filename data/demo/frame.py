"""
The real frame of the invented town: outline, stations, quarter names.

Outline: commune of Montreuil (INSEE 93048), simplified to 40 m and rounded to the metre; OpenStreetMap
contributors (ODbL) and IGN Admin Express (Licence Ouverte 2.0). Stations: Île-de-France Mobilités 2025.
Everything drawn inside the outline (avenues, limits of quarters, uses) is invented.
"""

from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import WORKING_CRS

INSEE_CODE = "93048"
POSTCODE = "93100"
TOWN = "Montreuil"
ABC_ZONE = "A bis"
REFERENCE_DATE = pd.Timestamp("2026-01-01")
HERE = Path(__file__).parent

# fmt: off
OUTLINE_XY = (
    (657096, 6861841), (657693, 6862073), (657697, 6862346), (657629, 6862469), (657735, 6862672),
    (658091, 6862771), (658025, 6863062), (658150, 6863209), (658202, 6863556), (658370, 6863678),
    (658483, 6863920), (658587, 6863991), (658895, 6863629), (659311, 6863731), (659423, 6863834),
    (659609, 6864239), (659755, 6864263), (659791, 6864417), (660754, 6864362), (661008, 6864263),
    (660939, 6864162), (661145, 6863923), (661283, 6863178), (661458, 6863155), (661771, 6863276),
    (661898, 6863132), (662013, 6863128), (662057, 6862778), (661907, 6862351), (661094, 6862431),
    (660878, 6862357), (660920, 6861974), (659893, 6861832), (659538, 6861613), (659432, 6861377),
    (659089, 6861462), (659101, 6861571), (658709, 6861568), (658558, 6861629), (658508, 6861346),
    (658142, 6861375), (658122, 6861118), (657171, 6861180),
)
# name, latitude, longitude, modes, lines
STATIONS = (
    ("Robespierre", 48.855726, 2.422983, "metro", "9"),
    ("Croix de Chavaux", 48.857784, 2.434538, "metro", "9"),
    ("Mairie de Montreuil", 48.862299, 2.441522, "metro", "9"),
    ("Montreuil - Hôpital", 48.878337, 2.454714, "metro", "11"),
    ("Porte de Montreuil", 48.853773, 2.411895, "metro", "9"),
    ("Gallieni", 48.865335, 2.416697, "metro", "3"),
    ("Romainville - Carnot", 48.883136, 2.440822, "metro", "11"),
    ("Rosny-Bois-Perrier", 48.882752, 2.480511, "metro,rer", "11,E"),
    ("Val de Fontenay", 48.854096, 2.488697, "rer", "A,E"),
    ("Vincennes", 48.847340, 2.432435, "rer", "A"),
)
# fmt: on


def outline() -> shapely.Polygon:
    """Return the simplified outline of the commune, about 891 ha, in EPSG:2154."""
    return shapely.Polygon(OUTLINE_XY)


def stations() -> gpd.GeoDataFrame:
    """Return the stations in or next to the commune, by ``station_id``, points in EPSG:2154."""
    names, latitudes, longitudes, modes, lines = zip(*STATIONS, strict=True)
    points = gpd.GeoSeries(gpd.points_from_xy(longitudes, latitudes), crs="EPSG:4326").to_crs(WORKING_CRS)
    points = shapely.set_precision(points.to_numpy(), 0.01)
    ids = [f"ST{rank:02d}" for rank in range(1, len(names) + 1)]
    return gpd.GeoDataFrame(
        {"name": names, "modes": modes, "lines": lines},
        index=pd.Index(ids, name="station_id"),
        geometry=gpd.GeoSeries(points, index=ids, crs=WORKING_CRS),
    )


@cache
def quarters() -> pd.DataFrame:
    """Return the 14 quarters (real names), with an invented seed point, character and count of residences."""
    return pd.read_csv(HERE / "quarters.csv", index_col="quarter_id")


@cache
def seed_points() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, quarter by quarter: ids, seed points, characters."""
    table = quarters()
    return table.index.to_numpy(), table[["x", "y"]].to_numpy(float), table["character"].to_numpy(object)


def distances_to_quarters(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the distance in m from each place to the seed point of each quarter."""
    _, seeds, _ = seed_points()
    return np.hypot(np.subtract.outer(x, seeds[:, 0]), np.subtract.outer(y, seeds[:, 1]))


def nearest_quarter(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the ``quarter_id`` whose seed point is nearest to each place."""
    return seed_points()[0][distances_to_quarters(x, y).argmin(axis=-1)]


def character_at(x: float, y: float) -> str:
    """Return the character of the quarter whose seed point is nearest to a place."""
    return seed_points()[2][distances_to_quarters(x, y).argmin()]


def well_inside(x: np.ndarray, y: np.ndarray, quarter: int, margin: float = 0.72) -> np.ndarray:
    """Say which places are clearly in a quarter: the next seed point is well farther than its own."""
    distance = distances_to_quarters(x, y)
    own = int(np.flatnonzero(seed_points()[0] == quarter)[0])
    others = np.delete(distance, own, axis=-1).min(axis=-1)
    return distance[..., own] < margin * others
