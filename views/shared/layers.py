"""Frames turned into the short JSON texts that the map's script draws. No text enters but through `safe_text`."""

import json
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import DRAWING_CRS, WORKING_CRS, require_working_crs
from views.shared.palette import SUPPRESSED, ink
from views.shared.text import safe_text

DEGREES = 1e-6  # some 10 cm
CROWD = 250


def corners(frame: gpd.GeoDataFrame) -> list[list[float]] | None:
    """Return the south-west and north-east corners (latitude, longitude) of all shapes; None without any."""
    located = frame.geometry.dropna()
    if located.empty:
        return None
    west, south, east, north = located.to_crs(DRAWING_CRS).total_bounds.round(6).tolist()
    return [[south, west], [north, east]]


def geojson(shapes: gpd.GeoSeries, *, simplify_m: float = 0) -> pd.Series:
    """Return each shape as GeoJSON text in WGS84 to some 10 cm, indexed like ``shapes``."""
    require_working_crs(shapes)
    kept = shapes.simplify(simplify_m) if simplify_m else shapes
    drawn = shapely.set_precision(kept.to_crs(DRAWING_CRS).to_numpy(), DEGREES, mode="pointwise")
    return pd.Series(shapely.to_geojson(drawn), index=shapes.index)


def areas(frame: gpd.GeoDataFrame, style: pd.Series, label: pd.Series) -> str:
    """Return areas with their style (a mapping each) and a label at a point inside."""
    texts = geojson(frame.geometry, simplify_m=2)
    inside = frame.geometry.representative_point().to_crs(DRAWING_CRS)
    return _list(
        f'{{"geometry":{texts[i]},"style":{json.dumps(style[i])},"label":{json.dumps(safe_text(label[i]))},'
        f'"at":[{inside[i].y:.6f},{inside[i].x:.6f}]}}'
        for i in frame.index
    )


def residences(frame: gpd.GeoDataFrame, colour: pd.Series, letter: pd.Series, title: pd.Series) -> str:
    """
    Return located residences as one light layer, largest first so that small ones stay on top.

    ``colour`` is missing where the figure is unknown, ``SUPPRESSED`` where it may not be told; the diameter
    grows as the root of ``dwellings``.
    """
    located = frame[frame.geometry.notna()].sort_values("dwellings", ascending=False)
    points = located.geometry.to_crs(DRAWING_CRS)
    sizes = diameters_px(located["dwellings"])
    return _list(
        json.dumps(
            [
                safe_text(i),
                round(point.y, 6),
                round(point.x, 6),
                size,
                None if pd.isna(colour[i]) else colour[i],
                None if pd.isna(colour[i]) or colour[i] == SUPPRESSED else ink(colour[i]),
                safe_text(letter[i]),
                safe_text(title[i]),
            ]
        )
        for i, point, size in zip(located.index, points, sizes, strict=True)
    )


def diameters_px(dwellings: pd.Series) -> list[int]:
    """
    Return the size of each residence's mark: from 15 px for a few dwellings to 46 for five hundred.

    More than 250 of them are drawn smaller, so that they do not hide each other.
    """
    known = dwellings.astype("Float64").fillna(0).to_numpy(dtype=float)
    room = min(1.0, (CROWD / max(len(known), 1)) ** 0.5)
    return np.clip((12 + 1.5 * np.sqrt(known)) * room, 15 * max(room, 0.8), 46).round().astype(int).tolist()


def shape(geometry: shapely.Geometry, style: Mapping[str, object]) -> str:
    """Return one shape of EPSG:2154 and its style (Leaflet's path options)."""
    text = geojson(gpd.GeoSeries([geometry], crs=WORKING_CRS)).iloc[0]
    return f'{{"geometry":{text},"style":{json.dumps(dict(style))}}}'


def description(
    name: str,
    *,
    tiles: Mapping[str, object] | None = None,
    areas: str = "[]",
    residences: str = "[]",
    shapes: str = "[]",
    selected: str | None = None,
    look: Mapping[str, object] | None = None,
) -> str:
    """Return the whole drawing as a JavaScript object, from texts already made."""
    chosen = json.dumps(None if selected is None else safe_text(selected))
    return (
        f'{{"name":{json.dumps(name)},"tiles":{json.dumps(tiles)},"areas":{areas},"residences":{residences},'
        f'"shapes":{shapes},"selected":{chosen},"look":{json.dumps(look)}}}'
    )


def _list(texts) -> str:
    return "[" + ",".join(texts) + "]"
