"""Hot and cold spots: residences whose neighbourhood stands out (Getis-Ord Gi*, by esda)."""

import geopandas as gpd
import numpy as np
import pandas as pd
from esda.getisord import G_Local
from libpysal.graph import Graph
from scipy.stats import false_discovery_control, norm

from geo.crs import require_working_crs

KINDS = ("hot", "cold", "usual")


def hot_spots(
    places: gpd.GeoDataFrame, values: pd.Series, *, distance_m: float, level: float = 0.05
) -> pd.DataFrame:
    """
    Compare each place with its neighbours, itself included, to all places.

    Source: Getis and Ord (1992), Ord and Getis (1995): ``z`` of Gi* with binary weights. Places being many,
    ``p`` (two-sided) is corrected for false discoveries (Benjamini and Hochberg, 1995). Small residences
    being noisy, give shrunken rates rather than raw ones.

    Parameters
    ----------
    places
        Points in EPSG:2154 by ``residence_id``; those without geometry are not tested.
    values
        By ``residence_id``, 0 or more; missing ones are not tested.
    distance_m
        Others as near as this are neighbours.
    level
        Share of false discoveries accepted among those called hot or cold.

    Returns
    -------
    pandas.DataFrame
        By ``residence_id``: ``z``, ``p``, ``p_corrected``, ``neighbours`` (number), ``kind`` (``hot``,
        ``cold``, ``usual``). All missing where not tested: no value, no geometry, no neighbour, or nothing
        varies.

    Raises
    ------
    CRSError
        If ``places`` is not in EPSG:2154.
    """
    require_working_crs(places)
    known = places.index[~(places.geometry.isna() | places.geometry.is_empty)].intersection(
        values.index[values.notna()]
    )
    found = pd.DataFrame(index=places.index)
    tested, y = places.geometry[known], values[known].to_numpy(dtype=float)
    if len(known) > 2 and np.ptp(y) > 0:
        near = Graph.build_distance_band(tested, distance_m, binary=True)
        found["neighbours"] = near.cardinalities
        met = (near.cardinalities > 0).to_numpy()
        z = G_Local(y, near.assign_self_weight(), transform="B", permutations=0, star=None).Zs
        p = 2 * norm.sf(np.abs(z[met]))
        corrected = false_discovery_control(p) if len(p) else p
        side = np.where(corrected > level, "usual", np.where(z[met] > 0, "hot", "cold"))
        rows = pd.DataFrame({"z": z[met], "p": p, "p_corrected": corrected, "kind": side}, index=known[met])
        found = found.join(rows)
    found = found.reindex(columns=["z", "p", "p_corrected", "neighbours", "kind"])
    return found.astype(
        {"neighbours": "Int64", "kind": "string"} | dict.fromkeys(["z", "p", "p_corrected"], "Float64")
    )
