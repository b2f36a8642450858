"""The one working reference system, and the refusal of every other."""

import geopandas as gpd
import shapely

WORKING_CRS = "EPSG:2154"
DRAWING_CRS = "EPSG:4326"


class CRSError(ValueError):
    """A frame is not in the reference system that the computation needs."""


def require_working_crs(*frames: gpd.GeoDataFrame | gpd.GeoSeries) -> None:
    """
    Refuse frames that are not in Lambert 93, where areas are in m² and distances in m.

    Raises
    ------
    CRSError
        If a frame has no CRS, or another one than EPSG:2154.
    """
    for frame in frames:
        if frame.crs is None:
            raise CRSError(f"expected {WORKING_CRS}, got no CRS: set it on the way in")
        if frame.crs != WORKING_CRS:
            raise CRSError(f"expected {WORKING_CRS}, got {frame.crs.to_string()}: reproject it on the way in")


def working_point(latitude: float, longitude: float) -> shapely.Point:
    """Return a point of a map (degrees, WGS84) in EPSG:2154."""
    return gpd.GeoSeries.from_xy([longitude], [latitude], crs=DRAWING_CRS).to_crs(WORKING_CRS).iloc[0]
