"""Where complaints are: residences with their sector, and the nearest to a point; no figure is computed for them."""

import geopandas as gpd
import pandas as pd

from geo.crs import working_point
from views.parts.stock.frames import sector_colours
from views.shared import cache, layers, palette
from views.shared.kept import kept


def residences() -> gpd.GeoDataFrame:
    """Return the residences with ``sector_name`` and ``sector_colour``: a new complaint does not change them."""
    return _residences(cache.versions("residences", "sectors"))


@kept(2)
def _residences(versions: tuple[str, ...]) -> gpd.GeoDataFrame:
    sectors = cache.read("sectors", geometry=False)
    found = cache.read("residences")
    return found.assign(
        sector_name=found["sector_id"].map(sectors["name"]),
        sector_colour=found["sector_id"].map(sector_colours(sectors)).fillna(palette.NO_SECTOR),
    )


def nearest(latitude: float, longitude: float, within_m: float) -> str | None:
    """Return the residence nearest to a point of the map, no farther than ``within_m``."""
    point = working_point(latitude, longitude)
    return _nearest(point, within_m)


def nearest_to_address(address_id: str, within_m: float) -> str | None:
    """Return the residence nearest to an address, no farther than ``within_m``."""
    point = cache.read("addresses").geometry.get(address_id)
    return None if point is None else _nearest(point, within_m)


def around(residence_id: str | None, count: int) -> pd.DataFrame:
    """Return a residence and those nearest to it; none where it is not known, or not located."""
    located = residences()[residences().geometry.notna()]
    if residence_id not in located.index:
        return located.iloc[:0]
    away = located.geometry.distance(located.geometry[residence_id])
    return located.loc[away.sort_values(kind="stable").index[:count]]


def dots() -> str:
    """Return the residences as the map's script takes them, coloured by sector."""
    return _dots(cache.versions("residences", "sectors"))


@kept(2)
def _dots(versions: tuple[str, ...]) -> str:
    found = residences()
    return layers.residences(found, found["sector_colour"], pd.Series("", index=found.index), found["name"])


def outlines(theme: str) -> str:
    """Return the sectors as the map's script takes them: outlines and names."""
    return _outlines(cache.versions("sectors"), theme)


@kept(4)
def _outlines(versions: tuple[str, ...], theme: str) -> str:
    sectors = cache.read("sectors")
    sectors = sectors[sectors.geometry.notna()]
    line = {"color": palette.GROUND[theme]["ink"], "weight": 1.4, "opacity": 0.5, "fill": False}
    return layers.areas(sectors, pd.Series([line] * len(sectors), index=sectors.index), sectors["name"])


def _nearest(point: object, within_m: float) -> str | None:
    away = residences().geometry.dropna().distance(point)
    return str(away.idxmin()) if len(away) and away.min() <= within_m else None
