"""Few cases: intervals, funnel limits, rates shrunken toward their sector, and no rank without exposure."""

import pandas as pd
from scipy.stats import chi2, poisson

from geo.rates import ratio


def poisson_interval(
    events: pd.Series, exposure: pd.Series, *, per: float = 1.0, level: float = 0.95
) -> pd.DataFrame:
    """
    Give the exact interval of a rate of rare events.

    Source: Garwood (1936); by half chi-squared quantiles of 2k and 2k + 2 degrees of freedom.

    Returns
    -------
    pandas.DataFrame
        ``low`` and ``high``, ``per`` units of exposure; missing where events or exposure are unknown or 0.
    """
    tail = (1 - level) / 2
    known = events.astype("Float64").fillna(0).to_numpy(dtype=float)
    low = pd.Series(chi2.ppf(tail, 2 * known.clip(min=0.5)) / 2, index=events.index)
    high = pd.Series(chi2.ppf(1 - tail, 2 * known + 2) / 2, index=events.index)
    bounds = {"low": low.where(known > 0, 0.0), "high": high}
    return pd.DataFrame(
        {name: ratio(bound.where(events.notna()), exposure, per) for name, bound in bounds.items()}
    )


def funnel(
    events: pd.Series, exposure: pd.Series, *, per: float = 1.0, levels: tuple[float, float] = (0.95, 0.998)
) -> pd.DataFrame:
    """
    Set each rate against what chance allows around the common rate, given its exposure.

    Source: Spiegelhalter (2005), funnel plots; exact Poisson limits.

    Returns
    -------
    pandas.DataFrame
        ``expected`` events, ``limit_low``, ``limit_high`` (inner, as a rate), ``alarm_low``, ``alarm_high``
        (outer), and ``standing``: ``alarm_high``, ``high``, ``usual``, ``low``, ``alarm_low``; missing where
        the exposure is unknown or 0.
    """
    known = events.notna() & (exposure.astype("Float64") > 0).fillna(False)
    common = float(events[known].sum()) / float(exposure[known].sum()) if known.any() else float("nan")
    expected = exposure.astype("Float64").where(known) * common
    table = pd.DataFrame({"expected": expected}, index=events.index)
    counts = {}
    for name, level in zip(("limit", "alarm"), levels, strict=True):
        tail = (1 - level) / 2
        mean = expected.to_numpy(dtype=float, na_value=float("nan"))
        counts[f"{name}_low"] = pd.Series(poisson.ppf(tail, mean), index=events.index).where(known)
        counts[f"{name}_high"] = pd.Series(poisson.ppf(1 - tail, mean), index=events.index).where(known)
    standing = pd.Series("usual", index=events.index, dtype="string").where(known)
    for side, word in (("limit_high", "high"), ("alarm_high", "alarm_high")):
        standing = standing.mask((events > counts[side]).fillna(False), word)
    for side, word in (("limit_low", "low"), ("alarm_low", "alarm_low")):
        standing = standing.mask((events < counts[side]).fillna(False), word)
    rates = {name: ratio(count, exposure, per) for name, count in counts.items()}
    return table.assign(**rates, standing=standing)


def shrunken_rate(
    events: pd.Series, exposure: pd.Series, group: pd.Series | None = None, *, per: float = 1.0
) -> pd.Series:
    """
    Pull each rate toward its group's, the more so the smaller its exposure.

    ``r + (1 − w)(m − r)`` with ``w = A / (A + m / exposure)``, ``m`` the group's rate and ``A`` the variance
    between its members beyond chance. Source: Marshall (1991), empirical Bayes by the method of moments.

    Parameters
    ----------
    group
        Sector of each row; None for one group. Rows of no group are a group.

    Returns
    -------
    pandas.Series
        Rate, ``per`` units of exposure; missing where events or exposure are unknown, or exposure is 0.
    """
    one = pd.Series(0, index=events.index) if group is None else group.reindex(events.index)
    size = exposure.astype("Float64").where((exposure > 0) & events.notna())
    table = pd.DataFrame({"events": events.astype("Float64").where(size.notna()), "size": size})
    sums = table.groupby(one, dropna=False).transform("sum")
    members = table["size"].groupby(one, dropna=False).transform("count").astype("Float64")
    rate, mean = table["events"] / size, sums["events"] / sums["size"]
    spread = (size * (rate - mean) ** 2).groupby(one, dropna=False).transform("sum") / sums["size"]
    between = (spread - mean * members / sums["size"]).clip(lower=0)
    noise = mean / size
    weight = (between / (between + noise)).where(between > 0, 0.0)
    return ((mean + weight * (rate - mean)) * per).where(size.notna()).rename("shrunken_rate")


def rank_of(rate: pd.Series, exposure: pd.Series, *, least: float) -> pd.Series:
    """Rank rates, 1 for the highest, equal for equals; missing under ``least`` units of exposure."""
    enough = (exposure.astype("Float64") >= least).fillna(False)
    return rate.where(enough).rank(ascending=False, method="min").astype("Int64").rename("rank")
