"""What is judged residence by residence, once for the whole stock: hot spots of requests, charges that stand out."""

import pandas as pd

from geo.charges import outliers
from geo.complaints import ComplaintRules, standing
from geo.hotspots import hot_spots
from views.jobs.indicators import Counted

SPOTS = {"technical_spot": "technical_exposed", "tranquillity_spot": "tranquillity_exposed"}


def residence_marks(stock: Counted) -> pd.DataFrame:
    """
    Mark each residence of the stock.

    Returns
    -------
    pandas.DataFrame
        By ``residence_id``: ``technical_spot`` and ``tranquillity_spot`` (``hot``, ``cold``, ``usual``; see
        ``geo.hotspots``, of rates shrunken toward the sector's), ``charges_outlier`` (the item that makes its
        charges stand out, ``none`` where they do not); missing where not tested or not compared.
    """
    index = stock.counts.index
    found = pd.DataFrame(index=index)
    for name, events in SPOTS.items():
        found[name] = _spots(stock, events)
    items = pd.Series(pd.NA, index=index, dtype="object")
    if stock.comparison is not None:
        totals = stock.comparison.xs("total", level="item")["excess"]
        items[items.index.isin(totals.index[totals.notna()])] = "none"
        worst = outliers(stock.comparison)["item"]
        items[worst.index.intersection(index)] = worst
    return found.assign(charges_outlier=items)


def _spots(stock: Counted, events: str) -> pd.Series:
    if events not in stock.counts:
        return pd.Series(pd.NA, index=stock.counts.index, dtype="string")
    rules = ComplaintRules.of(stock.parameters)
    sectors = stock.residences["sector_id"]
    rates = standing(stock.counts, rules, events=events, group=sectors)["shrunken_rate"]
    reach_m = stock.parameters["complaints.hot_spot_distance_m"]
    return hot_spots(stock.residences[["geometry"]], rates, distance_m=reach_m)["kind"]
