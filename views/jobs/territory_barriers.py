"""What no territory crosses: railways, motorways, rivers, and the named passages where it may all the same."""

import json

import geopandas as gpd
import pandas as pd
import shapely

from data.store import Store
from geo.crs import DRAWING_CRS, WORKING_CRS
from geo.said import SaidError
from views.jobs.record import note

SETTING = "territory_barriers"
LINES = ("LineString", "MultiLineString")


class BarrierError(SaidError):
    """The file holds no barriers: the message says what, where, and what to do."""


def read_geojson(content: bytes) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """
    Return the barriers (lines) and the passages (points, by name) of a GeoJSON in WGS84, in EPSG:2154.

    Raises
    ------
    BarrierError
        If it is no GeoJSON, holds no line, another shape, a place outside the world, or a point without a name.
    """
    try:
        features = json.loads(content)["features"]
        shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
        names = [str((feature.get("properties") or {}).get("name") or "").strip() for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.GEOSException) as error:
        raise BarrierError("not a GeoJSON of features ({error}): export one in WGS84", error=error) from None
    for number, (shape, name) in enumerate(zip(shapes, names, strict=True), start=1):
        _check(number, shape, name)
    frame = gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=DRAWING_CRS).to_crs(WORKING_CRS)
    lines = frame.geom_type.isin(LINES)
    if not lines.any():
        raise BarrierError("no line in this file: a barrier is a LineString, a passage a Point with a `name`")
    return frame[lines].reset_index(drop=True), frame[~lines].set_index("name")


def _check(number: int, shape: shapely.Geometry | None, name: str) -> None:
    where = f"feature {number}"
    if shape is None or shape.is_empty or shape.geom_type not in (*LINES, "Point"):
        raise BarrierError("a barrier is a LineString, a passage a Point: remove or redraw it", where)
    west, south, east, north = shape.bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BarrierError("outside the world: give longitude and latitude (WGS84)", where)
    if shape.geom_type == "Point" and not name:
        raise BarrierError("a passage needs a `name`, so that all know which one it is", where)


def keep(store: Store, content: bytes, who: str | None) -> int:
    """Keep the barriers of a GeoJSON for all who draw; return how many lines."""
    lines, _passages = read_geojson(content)
    with store.transaction():
        store.set_setting(SETTING, content.decode("utf-8-sig"))
        note(store, who, "territory_barriers", SETTING, len(lines), None)
    return len(lines)


def forget(store: Store, who: str | None) -> None:
    """Let go of the barriers."""
    with store.transaction():
        store.set_setting(SETTING, None)
        note(store, who, "territory_barriers", SETTING, 0, None)


def kept(store: Store) -> tuple[gpd.GeoDataFrame | None, gpd.GeoDataFrame | None]:
    """Return the barriers and the passages kept in the store; None where there is none."""
    text = store.settings().get(SETTING)
    return read_geojson(text.encode()) if text else (None, None)


def named(passages: gpd.GeoDataFrame | None) -> list[str]:
    """Return the names of the passages."""
    return [] if passages is None else list(pd.unique(passages.index))
