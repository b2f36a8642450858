"""VAT: rates by product, and the 300 m and 500 m of priority districts, measured exactly."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import require_working_crs
from planning.finance.inputs import PRODUCTS

REASONS = ("inside", "within_near", "renewal_band", "none")
_ARC_STEPS = 256
_TOLERANCE_M = 0.01


def rental_vat_share(parameters: Mapping[str, float], shares: np.ndarray, renewal: bool) -> float:
    """VAT of a rental operation: its products' rates by their shares; PLUS is reduced in renewal."""
    plus = "vat.plus_renewal_share" if renewal else "vat.plus_share"
    rates = [parameters[plus if product == "plus" else f"vat.{product}_share"] for product in PRODUCTS]
    return float(np.dot(shares, rates))


def line_vat_shares(parameters: Mapping[str, float], lines: tuple[str, ...], product_share: float) -> dict:
    """VAT rate of each budget line, by its kind: none, the product's rate, or the standard one."""
    by_kind = (0.0, product_share, parameters["vat.standard_share"])
    return {line: by_kind[int(parameters[f"vat.kind.{line}"])] for line in lines}


def reduced_vat_zone(
    sites: gpd.GeoDataFrame, qpv: gpd.GeoDataFrame, parameters: Mapping[str, float]
) -> pd.DataFrame:
    """
    Say which sites may sell at the reduced VAT of priority districts (CGI 278 sexies III 2).

    A site is eligible if it lies entirely at less than 300 m of a district; for a renewal district, if it
    lies partly at less than 300 m and entirely at less than 500 m. Communes' limits do not count. Distances are
    straight and strict: at exactly 300 m a point is out. Each district is taken alone (the cautious
    reading of a text in the plural); the town contract that the law also asks for is not checked here.

    Parameters
    ----------
    sites
        Polygons in EPSG:2154, indexed by site.
    qpv
        Districts in EPSG:2154, indexed by ``qpv_id``, with ``renewal`` (missing counts as no).

    Returns
    -------
    pandas.DataFrame
        Indexed like the sites: ``eligible``, ``reason`` (`REASONS`), ``qpv_id`` of the district that gives
        the right or else comes nearest, ``nearest_m`` and ``farthest_m`` of the site to it (missing where
        no district lies within reach).

    Raises
    ------
    CRSError
        If a frame is not in EPSG:2154.
    """
    require_working_crs(sites, qpv)
    near, far = parameters["vat.near_m"], parameters["vat.far_m"]
    shapes, districts = sites.geometry.to_numpy(), qpv.geometry.to_numpy()
    site, district = shapely.STRtree(districts).query(shapes, predicate="dwithin", distance=far)
    nearest = shapely.distance(shapes[site], districts[district])
    farthest = _farthest_m(shapes[site], districts[district])
    renewal = qpv["renewal"].fillna(False).to_numpy(dtype=bool)[district]
    whole_near = (farthest < near) & _covered(shapes, districts, site, district, near)
    band = renewal & (nearest < near) & (farthest < far) & _covered(shapes, districts, site, district, far)
    rank = np.select([whole_near & (farthest == 0), whole_near, band], [0, 1, 2], 3)
    best = pd.DataFrame(
        {
            "site": site,
            "rank": rank,
            "nearest_m": nearest,
            "farthest_m": farthest,
            "qpv_id": qpv.index[district],
        }
    )
    best = best.sort_values(["site", "rank", "nearest_m", "farthest_m"], kind="stable")
    best = best.drop_duplicates("site").set_index("site").reindex(range(len(sites))).set_axis(sites.index)
    reason = pd.Series(np.array(REASONS)[best.pop("rank").fillna(3).astype(int)], index=sites.index)
    return best.assign(reason=reason, eligible=reason != "none")[
        ["eligible", "reason", "qpv_id", "nearest_m", "farthest_m"]
    ]


def _farthest_m(shapes: np.ndarray, districts: np.ndarray) -> np.ndarray:
    """Distance of each shape's farthest corner to its district."""
    corners, of_shape = shapely.get_coordinates(shapes, return_index=True)
    distances = shapely.distance(shapely.points(corners), districts[of_shape])
    farthest = np.zeros(len(shapes))
    np.maximum.at(farthest, of_shape, distances)
    return farthest


def _covered(
    shapes: np.ndarray, districts: np.ndarray, site: np.ndarray, district: np.ndarray, distance_m: float
) -> np.ndarray:
    """Whether no point between the corners is farther than the distance, to a centimetre (hollow districts)."""
    reach = shapely.buffer(districts, distance_m + _TOLERANCE_M, quad_segs=_ARC_STEPS)
    shapely.prepare(reach)
    return shapely.covers(reach[district], shapes[site])
