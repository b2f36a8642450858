"""Like with like: a figure of each residence beside the median of its peers; and what chance allows of a share."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import norm

from geo.rates import require_columns


def beside_peers(
    values: pd.Series, traits: pd.DataFrame, levels: Mapping[str, tuple[str, ...]], *, least: float
) -> pd.DataFrame:
    """
    Set each value beside the median of the residences that share its traits.

    Parameters
    ----------
    values
        A figure by ``residence_id``; missing where it is unknown.
    traits
        By ``residence_id``: the columns that ``levels`` names.
    levels
        From the narrowest comparison to the widest, by name: the traits that peers share.
    least
        A group of fewer known values is no comparison: the next level is taken.

    Returns
    -------
    pandas.DataFrame
        By ``residence_id``, where the value is known: ``value``, ``peers`` (residences of known value, itself
        included), ``peer_level``, ``median``, ``excess`` (value − median); the last four missing where there
        is no comparison.
    """
    require_columns(traits, sorted({name for names in levels.values() for name in names}), "traits")
    known = values.dropna().astype("float64")
    shared = traits.reindex(known.index)
    table = pd.DataFrame({"value": known, "peers": 0, "peer_level": None, "median": np.nan})
    for level, names in levels.items():
        told = shared[list(names)].notna().all(axis=1)
        keys = [shared[name] for name in names]
        group = known.where(told).groupby(keys)
        size = group.transform("count")
        new = told & table["peer_level"].isna() & (size >= least)
        found = {"peers": size, "peer_level": level, "median": group.transform("median")}
        table = table.assign(**{name: table[name].mask(new, value) for name, value in found.items()})
    without = table["peer_level"].isna()
    return table.assign(
        value=table["value"].astype("Float64"),
        peers=table["peers"].astype("Int64").mask(without),
        peer_level=table["peer_level"].astype("string"),
        median=table["median"].astype("Float64"),
        excess=(table["value"] - table["median"]).astype("Float64"),
    )


def wilson_interval(part: pd.Series, of: pd.Series, *, level: float = 0.95) -> pd.DataFrame:
    """
    Give the interval of a share counted on few.

    Source: Wilson (1927), score interval without continuity correction; the part is held between 0 and ``of``.

    Returns
    -------
    pandas.DataFrame
        ``low`` and ``high``, 0 to 1; missing where either count is unknown or ``of`` is 0.
    """
    size = of.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    count = part.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    size = np.where(size > 0, size, np.nan)
    share = np.clip(count / size, 0, 1)
    z2 = norm.ppf((1 + level) / 2) ** 2
    middle = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = np.sqrt(z2) * np.sqrt(share * (1 - share) / size + z2 / (4 * size**2)) / (1 + z2 / size)
    bounds = {"low": np.maximum(middle - half, 0), "high": np.minimum(middle + half, 1)}
    return pd.DataFrame(bounds, index=of.index).astype("Float64")
