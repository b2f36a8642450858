"""What is picked: a residence or an area on the map, in the table or in the search; the map's extent."""

import geopandas as gpd
import pandas as pd
import shapely
import streamlit as st

from geo.crs import DRAWING_CRS, WORKING_CRS, working_point
from views.parts.stock import frames as data
from views.parts.stock import mapping, residence
from views.parts.stock.controls import AREA_LEVELS
from views.shared import selection
from views.shared.map import clicked

BESIDE = "stock_map_beside"
EXTENT_DIGITS = 5


def on_map(key: str, level: str) -> None:
    """Answer a click: keep the map's extent, else pick the residence hit, else the area under it."""
    click = clicked(st.session_state, key)
    if click is None:
        return
    if click.extent:
        (south, west), (north, east) = click.extent
        st.session_state["extent"] = [
            round(float(side), EXTENT_DIGITS) for side in (south, west, north, east)
        ]
        return
    if level != "residence" and click.residence_id not in data.stock().index:
        pick_area(level, area_at(level, click.latitude, click.longitude), look=False)
        return
    if key == residence.MAP:
        residence.pick_on_map()
    else:
        known = click.residence_id in data.stock().index
        found = (
            click.residence_id if known else data.nearest(click.latitude, click.longitude, residence.REACH_M)
        )
        selection.select("residence", found, look=False)


def area_at(level: str, latitude: float, longitude: float) -> str | None:
    """Return the area of a level that holds a point of the map."""
    point = working_point(latitude, longitude)
    shapes = mapping.shapes(level)
    met = shapes.index[shapes.geometry.intersects(point)]
    return str(met[0]) if len(met) else None


def pick_area(level: str, area: str | None, *, look: bool) -> None:
    """Pick an area, and put the residence's card away."""
    selection.select(level, area, look=look)
    selection.select("residence", None, look=False)


def area_of(level: str) -> str | None:
    """Return the area picked at a level; what was picked at another level leaves the address."""
    for other in AREA_LEVELS:
        if other != level and (other in st.query_params or st.session_state.get(other)):
            selection.select(other, None, look=False)
            selection.current(other)
    return selection.current(level) if level != "residence" else None


def forget_extent() -> None:
    """Show what lies outside the map again."""
    st.session_state["extent"] = None


def within(shown: gpd.GeoDataFrame, extent: list[float] | None) -> pd.Series:
    """Say which residences lie in an extent (south, west, north, east, in degrees); all of them without one."""
    if not extent or len(extent) != 4:
        return pd.Series(True, index=shown.index)
    south, west, north, east = extent
    corners = gpd.GeoSeries([shapely.box(west, south, east, north)], crs=DRAWING_CRS).to_crs(WORKING_CRS)
    return shown.geometry.intersects(corners.iloc[0]).fillna(False)


def place_of(level: str, area: str | None) -> list[float] | None:
    """Return a point inside an area (latitude, longitude)."""
    shapes = mapping.shapes(level)
    if area not in shapes.index:
        return None
    inside = gpd.GeoSeries([shapes.geometry[area].representative_point()], crs=WORKING_CRS).to_crs(
        DRAWING_CRS
    )
    return [round(inside.iloc[0].y, 6), round(inside.iloc[0].x, 6)]
