"""What surrounds the sites, measured in the unit of each criterion: services, neighbours, ground, noise, heat."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.access import nearest_m
from geo.crs import require_working_crs

# any of these kinds will do for a service; a criterion asks for each of its services
SERVICES = {
    "U2": ({"bus_stop"},),
    "U3": ({"food_shop", "grocery", "supermarket"}, {"pharmacy"}, {"doctor"}),
    "U4": ({"school"},),
    "U5": ({"park"},),
}
SOILS = {
    "pollution avérée": "proven",
    "pollution supposée": "supposed",
    "pollution traitée": "treated",
    "pollution peu probable": "none",
    "pollution inexistante": "none",
}

HAZARDS = ("clay", "quarry", "flood", "pollution")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """
    Rows of the tables of the same names, in EPSG:2154; None or empty where nobody has them.

    ``amenities`` are points with ``kind``; ``risks`` points with ``located_by``; ``brownfields`` shapes with ``soil``;
    ``environment`` shapes of a ``kind``, with ``value`` (dB Lden, slope in %, else class 0 to 3) and ``source``;
    ``squares`` whole squares with ``households`` and ``social``, those that nobody lives in left out;
    ``sales`` points, whose homes tell the market (`planning.finance.market_price`).
    """

    amenities: gpd.GeoDataFrame | None = None
    risks: gpd.GeoDataFrame | None = None
    brownfields: gpd.GeoDataFrame | None = None
    environment: gpd.GeoDataFrame | None = None
    squares: gpd.GeoDataFrame | None = None
    sales: gpd.GeoDataFrame | None = None


def around(sites: gpd.GeoDataFrame, known: Surroundings, p: Mapping[str, float]) -> dict[str, np.ndarray]:
    """
    Measure what surrounds the sites: U2 to U5, T2, T4, R5, E1, E3 and E5, those that somebody has data for.

    Raises
    ------
    CRSError
        If the sites or a layer are not in EPSG:2154.
    """
    found = walks(sites, known.amenities, p)
    registers = registered(sites, known.risks, known.brownfields, p)
    found["T4"] = np.fmax(registers, hazards(sites, known.environment, p))
    found["E1"] = noise_db(sites, known.environment, p)
    found["E3"] = heat_network_m(sites, known.environment)
    found["E5"] = mean_over(sites, known.environment, "heat_island", p)
    found["T2"] = mean_over(sites, known.environment, "slope", p)
    found["R5"] = social_share(sites, known.squares, p)
    return found


def walks(sites: gpd.GeoDataFrame, amenities: gpd.GeoDataFrame | None, p: Mapping) -> dict[str, np.ndarray]:
    """Walk to the farthest of the services of a criterion, m; no criterion where a service has no place at all."""
    places, shapes = _there(amenities)
    points = shapely.point_on_surface(sites.geometry.to_numpy())
    found = {}
    for name, services in SERVICES.items():
        chosen = [shapes[places["kind"].isin(kinds)] for kinds in services] if len(shapes) else [shapes]
        if all(len(one) for one in chosen):
            metres = [nearest_m(points, one) for one in chosen]
            found[name] = np.max(metres, axis=0) * p["score.walk_detour"]
    return found


def registered(
    sites: gpd.GeoDataFrame,
    risks: gpd.GeoDataFrame | None,
    brownfields: gpd.GeoDataFrame | None,
    p: Mapping[str, float],
) -> np.ndarray:
    """
    Class of pollution that the registers of former industry and of brownfields let fear, 0 none to 3 high.

    A point found by its street only counts as beside the site, one found by its commune not at all. Missing where
    no register covers the site.
    """
    land = sites.geometry.to_numpy()
    rows, shapes = _there(risks)
    by = rows["located_by"].astype("object").to_numpy() if len(rows) else np.empty(0, dtype=object)
    precise, vague = np.isin(by, ["number"]), np.isin(by, ["street", "unknown"])
    on, near = p["around.register_on_m"], p["around.register_near_m"]
    found = _absent(land, shapes, p)
    _raise(found, land, shapes[precise], on, p["around.register.on"])
    _raise(found, land, shapes[precise | vague], near, p["around.register.near"])
    rows, shapes = _there(brownfields)
    soiled = _absent(land, shapes, p)
    soils = [p["around.soil." + SOILS.get(soil, "unknown")] for soil in rows["soil"]] if len(rows) else []
    _raise(soiled, land, shapes, on, np.array(soils))
    return np.fmax(found, soiled)


def hazards(sites: gpd.GeoDataFrame, environment: gpd.GeoDataFrame | None, p: Mapping) -> np.ndarray:
    """Class of the worst hazard of the ground that meets a site, 0 none to 3 high; missing where no map covers it."""
    land = sites.geometry.to_numpy()
    worst = np.full(len(land), np.nan)
    for kind in HAZARDS:
        rows, shapes = _of_kind(environment, kind)
        found = np.where(_mapped(land, rows, shapes, p), 0.0, np.nan)
        _raise(found, land, shapes, 0, rows["value"].to_numpy(dtype=float))
        worst = np.fmax(worst, found)
    return worst


def noise_db(sites: gpd.GeoDataFrame, environment: gpd.GeoDataFrame | None, p: Mapping) -> np.ndarray:
    """
    Highest band of noise that meets a site, dB Lden.

    Under the lowest class of the map where it covers the site and no band meets it; missing where none covers it.
    """
    rows, shapes = _of_kind(environment, "noise")
    land, levels = sites.geometry.to_numpy(), rows["value"].to_numpy(dtype=float)
    quiet = levels.min() - p["around.noise_below_db"] if len(levels) else np.nan
    found = np.where(_mapped(land, rows, shapes, p), quiet, np.nan)
    _raise(found, land, shapes, 0, levels)
    return found


def heat_network_m(sites: gpd.GeoDataFrame, environment: gpd.GeoDataFrame | None) -> np.ndarray:
    """Distance of a site to the nearest heat network, m; missing where no network is known."""
    _rows, shapes = _of_kind(environment, "heat_network", valued=False)
    return nearest_m(sites.geometry.to_numpy(), shapes)


def mean_over(
    sites: gpd.GeoDataFrame, environment: gpd.GeoDataFrame | None, kind: str, p: Mapping
) -> np.ndarray:
    """
    Mean by area of a map over each site: class of summer heat (0 cool to 3 hot), slope in %.

    Missing where the map covers too little of the site.
    """
    rows, shapes = _of_kind(environment, kind)
    land, values = sites.geometry.to_numpy(), rows["value"].to_numpy(dtype=float)
    shapely.prepare(shapes)
    shape, site = shapely.STRtree(land).query(shapes, predicate="intersects")
    common_m2 = shapely.area(land[site])
    cut = ~shapely.covers(shapes[shape], land[site])
    common_m2[cut] = shapely.area(shapely.intersection(shapes[shape[cut]], land[site[cut]]))
    mapped_m2 = np.bincount(site, common_m2, len(land))
    summed = np.bincount(site, common_m2 * values[shape], len(land))
    enough = (mapped_m2 > 0) & (mapped_m2 >= p["around.mapped_least_share"] * shapely.area(land))
    return np.divide(summed, mapped_m2, out=np.full(len(land), np.nan), where=enough)


def social_share(sites: gpd.GeoDataFrame, squares: gpd.GeoDataFrame | None, p: Mapping) -> np.ndarray:
    """
    Social dwellings out of 100 households around each site, a square counting by the share of it within reach.

    Missing where the households are too few, or the outer line of the squares covers too little of the reach.
    """
    rows, shapes = _there(squares)
    found = np.full(len(sites), np.nan)
    if not len(rows):
        return found
    counts = rows[["households", "social"]].to_numpy(dtype=float, na_value=np.nan)
    told = np.isfinite(counts).all(axis=1)
    counts, shapes = counts[told], shapes[told]
    reach = shapely.buffer(sites.geometry.to_numpy(), p["around.social_m"])
    site, square = shapely.STRtree(shapes).query(reach, predicate="intersects")
    within = np.zeros((len(sites), 2))
    np.add.at(within, site, _share_within(shapes[square], reach[site])[:, None] * counts[square])
    hull = shapely.convex_hull(shapely.geometrycollections(shapes))
    enough = _share_within(reach, np.full(len(reach), hull)) >= p["around.social_least_reach"]
    enough &= within[:, 0] >= max(p["around.social_least"], 1)
    found[enough] = 100 * np.minimum(within[enough, 1] / within[enough, 0], 1)
    return found


def covered(land: np.ndarray, shapes: np.ndarray, reach_m: float) -> np.ndarray:
    """Whether each site lies within the outer line of a layer, or no more than so far beyond it."""
    if not len(shapes):
        return np.zeros(len(land), dtype=bool)
    hull = shapely.buffer(shapely.convex_hull(shapely.geometrycollections(shapes)), reach_m)
    shapely.prepare(hull)
    return shapely.intersects(hull, land)


def _mapped(land: np.ndarray, rows: pd.DataFrame, shapes: np.ndarray, p: Mapping[str, float]) -> np.ndarray:
    """Whether a map covers each site; every source is a map of its own."""
    sources = rows["source"].astype("object").fillna("").to_numpy()
    maps = [covered(land, shapes[sources == one], p["around.cover_m"]) for one in pd.unique(sources)]
    return np.logical_or.reduce(maps) if maps else np.zeros(len(land), dtype=bool)


def _share_within(shapes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Share of the area of each shape within the other of its rank; only those across the edge are cut."""
    shapely.prepare(others)
    share = np.ones(len(shapes))
    cut = ~shapely.covers(others, shapes)
    share[cut] = shapely.area(shapely.intersection(shapes[cut], others[cut])) / shapely.area(shapes[cut])
    return share


def _absent(land: np.ndarray, shapes: np.ndarray, p: Mapping[str, float]) -> np.ndarray:
    """0 where a layer covers the site, missing elsewhere: what it then shows comes above."""
    return np.where(covered(land, shapes, p["around.cover_m"]), 0.0, np.nan)


def _raise(found: np.ndarray, land: np.ndarray, shapes: np.ndarray, reach_m: float, value) -> None:
    """Raise the sites that a shape meets, or no farther than so, to its value where that is more."""
    shape, site = shapely.STRtree(land).query(shapes, predicate="dwithin", distance=reach_m)
    np.fmax.at(found, site, np.broadcast_to(value, len(shapes)).astype(float)[shape])


def _of_kind(
    environment: gpd.GeoDataFrame | None, kind: str, *, valued: bool = True
) -> tuple[pd.DataFrame, np.ndarray]:
    """The features of a kind that are drawn and, where it goes by values, have one; and their shapes."""
    rows, shapes = _there(environment)
    if rows.empty:
        return pd.DataFrame(columns=["kind", "value", "source"]), shapes
    kept = (rows["kind"] == kind).to_numpy(dtype=bool)
    if valued:
        kept = kept & rows["value"].notna().to_numpy()
    return rows[kept], shapes[kept]


def _there(layer: gpd.GeoDataFrame | None) -> tuple[pd.DataFrame, np.ndarray]:
    """The rows of a layer that have a shape, and their shapes."""
    if layer is None or layer.empty:
        return pd.DataFrame(), np.empty(0, dtype=object)
    require_working_crs(layer)
    rows = layer[layer.geometry.notna().to_numpy()]
    return rows, rows.geometry.to_numpy()
