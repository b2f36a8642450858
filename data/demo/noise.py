"""The invented map of noise: bands of Lden along the avenues, the wider streets, two big roads and a railway."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import frame
from data.demo.parameters import family, parameter
from data.demo.shapes import interpolate

LEVELS_DB = (55, 60, 65, 70, 75)
NEAR_M = 10.0  # the distance at which the level of a source is told


def noise(streets: gpd.GeoDataFrame) -> pd.DataFrame:
    """
    Return the bands of noise, one set for the roads and one for the railway.

    Parameters
    ----------
    streets
        Axes in EPSG:2154 with ``kind`` and ``width_m``: the wider, the louder.
    """
    outside = pd.read_csv(frame.HERE / "noise.csv")
    drawn = [np.array([p.split() for p in row.split(";")], dtype=float) for row in outside["points"]]
    lines = np.array([shapely.LineString(interpolate(points)) for points in drawn], dtype=object)
    levels, road = outside["level_db"].to_numpy(float), (outside["label"] == "Route").to_numpy()
    busy = streets[(streets["kind"] == "avenue") | (streets["width_m"] >= parameter("noise.busy_width_m"))]
    axes = np.concatenate([lines[road], shapely.simplify(busy.geometry.to_numpy(), 1.0)])
    road_db = np.concatenate([levels[road], level_db(busy["kind"], busy["width_m"])])
    return pd.concat(
        [bands("Route", axes, road_db), bands("Rail", lines[~road], levels[~road])], ignore_index=True
    )


def level_db(kinds: pd.Series, width_m: pd.Series) -> np.ndarray:
    """Return the level of a street 10 m from its axis: by width between the narrowest and the widest avenue."""
    least, most = family("noise.level").values()
    narrow, wide = 14.0, 24.0
    levels = np.interp(width_m, (narrow, wide), (least, most))
    return np.where(kinds == "avenue", levels, parameter("noise.street_db"))


def reach_m(level: np.ndarray, heard_db: float) -> np.ndarray:
    """Return how far from its axis a source is heard at a level, behind the houses that shield; 0 for nowhere."""
    far = NEAR_M * 10 ** ((np.asarray(level, dtype=float) - heard_db) / parameter("noise.fall_db"))
    return np.where(far >= NEAR_M, far, 0.0)


def bands(what: str, axes: np.ndarray, level: np.ndarray) -> pd.DataFrame:
    """Return the bands of 5 dB around lines, the loudest nearest, within the town; none covers another."""
    town = frame.outline()
    zones = [shapely.union_all(shapely.buffer(axes, reach_m(level, db), quad_segs=3)) for db in LEVELS_DB]
    rows = []
    for rank, db in enumerate(LEVELS_DB):
        louder = zones[rank + 1] if rank + 1 < len(LEVELS_DB) else shapely.Polygon()
        band = shapely.intersection(shapely.difference(zones[rank], louder), town, grid_size=0.01)
        parts = [part for part in shapely.get_parts(band) if part.geom_type == "Polygon" and part.area > 1]
        told = (
            f"{what}, Lden {db} à {db + 5} dB"
            if rank + 1 < len(LEVELS_DB)
            else f"{what}, Lden de plus de {db} dB"
        )
        rows += [("noise", float(db), told, part) for part in parts]
    return pd.DataFrame(rows, columns=["kind", "value", "label", "geometry"])
