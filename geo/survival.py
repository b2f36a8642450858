"""
Delays with open cases kept: median and P90 by Kaplan-Meier, with the interval of the median.

The library of the field, lifelines (0.30.3), gives the same figures to the digit, and a test holds to them. It is not
used: it asks pandas below 3, where the rest of the house has 3, and it fits one group at a time (154 residences and
45,000 requests: 0.75 s of processor against 0.025 s here).
"""

import numpy as np
import pandas as pd
from scipy.stats import norm

DAY = pd.Timedelta(days=1)
QUANTILES = {
    "median_days": ("survival", 0.5),
    "median_low_days": ("low", 0.5),
    "median_high_days": ("high", 0.5),
    "p90_days": ("survival", 0.1),
}
ROUNDING = 1e-12


def delay(start: pd.Series, end: pd.Series, on: pd.Timestamp) -> pd.DataFrame:
    """
    Measure delays as they are seen on a day: open cases last until then.

    Returns
    -------
    pandas.DataFrame
        ``days``, and ``ended`` (before ``on``); only cases begun before ``on`` and not ended before begun.
    """
    ended = end.notna() & (end < on)
    days = (end.where(ended, on) - start) / DAY
    table = pd.DataFrame({"days": days, "ended": ended})
    return table[(start < on) & (days >= 0)]


def summarise_delays(delays: pd.DataFrame, by: list[pd.Series] | None = None) -> pd.DataFrame:
    """
    Summarise delays by group.

    Median and P90 are read on the survival curve, so that a case still open counts for the days it has
    lasted: dropping it would flatter the result. The interval of the median is that of Brookmeyer and Crowley
    (1982) at 95 %.

    Parameters
    ----------
    delays
        ``days`` and ``ended``, as ``delay`` returns.
    by
        Groups of each delay, aligned on its index. None gives one row, ``all``.

    Returns
    -------
    pandas.DataFrame
        By group: ``n`` cases, ``open`` among them, ``median_days``, ``median_low_days``,
        ``median_high_days``, ``p90_days`` (missing where too many cases are open for the curve to come down
        so far: say "more than ``longest_days``"), ``longest_days`` observed.
    """
    everything = [pd.Series("all", index=delays.index, name="group")]
    keys = [group.reindex(delays.index) for group in (everything if by is None else by)]
    curve = survival_curve(delays, keys)
    sizes = delays.assign(open=~delays["ended"].astype(bool)).groupby(keys, sort=True, observed=True)
    table = sizes.agg(n=("days", "size"), open=("open", "sum"), longest_days=("days", "max"))
    levels = list(range(len(keys)))
    for name, (column, level) in QUANTILES.items():
        down = curve.loc[curve[column] <= level + ROUNDING, "days"]
        table[name] = down.groupby(level=levels, observed=True).first().reindex(table.index)
    if by is None and table.empty:
        table = table.reindex(["all"]).fillna({"n": 0, "open": 0})
    counts, days = ["n", "open"], [*QUANTILES, "longest_days"]
    return table[counts + days].astype(dict.fromkeys(counts, "Int64") | dict.fromkeys(days, "Float64"))


def survival_curve(delays: pd.DataFrame, keys: list[pd.Series], *, level: float = 0.95) -> pd.DataFrame:
    """
    Estimate, group by group, the share of cases that last longer than so many days.

    ``S(t) = Π (1 − ended / at risk)`` over the days up to t: Kaplan and Meier (1958); its band by Greenwood's
    variance on the log-log scale. All groups at once: hundreds of them cost what one costs.

    Returns
    -------
    pandas.DataFrame
        Indexed by group, in the order of ``days``: ``days``, ``ended``, ``at_risk``, ``survival``, ``low``,
        ``high`` (past the last ended case of all, where the formula is undefined, ``low`` is 0 and ``high``
        stays where it was).
    """
    table = delays.assign(cases=1, ended=delays["ended"].astype("int64"))
    steps = table.groupby([*keys, "days"], sort=True, observed=True)[["ended", "cases"]].sum()
    steps = steps.reset_index("days")
    group = steps.index
    cases, ended = steps["cases"].groupby(group, observed=True), steps["ended"]
    at_risk = cases.transform("sum") - cases.cumsum() + steps["cases"]
    left = (at_risk - ended).where(ended < at_risk)
    survival = (1 - ended / at_risk).groupby(group, observed=True).cumprod()
    variance = (ended / (at_risk * left)).fillna(0).groupby(group, observed=True).cumsum()
    inside = (survival > 0) & (survival < 1)
    log = np.log(survival.where(inside))
    width = norm.ppf((1 + level) / 2) * np.sqrt(variance) / -log
    low = (survival ** np.exp(width)).where(inside, survival)
    high = (
        (survival ** np.exp(-width))
        .where(survival < 1, 1.0)
        .groupby(group, observed=True)
        .ffill()
        .fillna(1.0)
    )
    return steps[["days", "ended"]].assign(at_risk=at_risk, survival=survival, low=low, high=high)
