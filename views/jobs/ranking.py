"""How sure each figure of a residence or an area is, and where it may stand among the others; no screen."""

import pandas as pd

from geo.complaints import ComplaintRules
from geo.indicators import RATES
from geo.peers import wilson_interval
from geo.rates import ratio
from geo.small_numbers import funnel, poisson_interval, rank_of, shrunken_rate
from views.jobs.indicators import Counted

BY_EXPOSURE = ("dwelling_years", "mobility_years", "managed_years")
MEASURED = {rate.name: rate for rate in RATES}


def uncertainty(column: str) -> str | None:
    """
    Say what chance does to a figure.

    ``events`` are counted over an exposure (Poisson), ``share`` is a part of a count (Wilson), ``delay`` is a
    median of cases (its own band on the survival curve); None for sums (euros, kilowatt-hours), which no
    sample stands behind: their coverage is what they are worth.
    """
    if column.endswith("_median_days"):
        return "delay"
    rate = MEASURED.get(column)
    if rate is None:
        return "share" if column.startswith("not_lettable_") else None
    if rate.of in BY_EXPOSURE:
        return "events" if not rate.part.endswith("_eur") else None
    return "share" if rate.unit == "share" else None


def intervals(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """
    Give the 95 % interval of a figure, from the counts as they are told.

    Parameters
    ----------
    table
        By area, what ``views.jobs.indicators.figures`` returned: counts and rates.
    column
        The figure.

    Returns
    -------
    pandas.DataFrame
        By area, ``low`` and ``high`` in the figure's own unit; missing where the figure has none.
    """
    kind = uncertainty(column)
    if column not in table:
        kind = None
    if kind == "delay":
        stem = column.removesuffix("_days")
        bounds = {"low": table[f"{stem}_low_days"], "high": table[f"{stem}_high_days"]}
        return pd.DataFrame(bounds, index=table.index).astype("Float64")
    part, of, per = counts_of(column)
    if kind is None or not {part, of} <= set(table.columns):
        return pd.DataFrame({"low": pd.NA, "high": pd.NA}, index=table.index, dtype="Float64")
    known = table[column].notna()
    found = (
        poisson_interval(table[part], table[of], per=per)
        if kind == "events"
        else wilson_interval(table[column].astype("Float64") * table[of].astype("Float64"), table[of])
    )
    return found.where(known)


def ranking(
    table: pd.DataFrame, column: str, counted: Counted, *, high_is_first: bool = True
) -> pd.DataFrame:
    """
    Order residences by a figure, with what chance allows; no rank without enough behind it.

    Parameters
    ----------
    table
        All residences of the stock, told; hidden figures are missing.
    high_is_first
        Whether the greatest value has rank 1.

    Returns
    -------
    pandas.DataFrame
        By ``residence_id``, those of known value, the first rank first, those without rank last: ``value``,
        ``low``, ``high``, ``weight`` (what it was measured on), ``shrunken`` (events only: pulled toward its
        sector), ``standing`` against the whole stock (events only; see ``geo.small_numbers.funnel``), ``rank``
        (missing under ``complaints.rank_least_dwelling_years`` of weight: dwelling-years, dwellings, cases).
    """
    if column not in table:
        table = table.assign(**{column: pd.Series(pd.NA, index=table.index, dtype="Float64")})
    least = ComplaintRules.of(counted.parameters).rank_least_dwelling_years
    kind = uncertainty(column)
    value = table[column].astype("Float64")
    part, of, per = counts_of(column)
    behind = f"{column.split('_')[0]}_n" if column.endswith("_days") else of if kind else "dwellings"
    weight = table[behind] if behind in table else table["dwellings"]
    found = pd.DataFrame({"value": value, "weight": weight.astype("Float64")}).join(intervals(table, column))
    basis = value
    found["shrunken"], found["standing"] = pd.NA, pd.Series(pd.NA, index=table.index, dtype="string")
    if kind == "events" and {part, of} <= set(table.columns):
        told = table[part].where(value.notna())
        basis = shrunken_rate(told, table[of], counted.residences["sector_id"], per=per)
        found = found.assign(shrunken=basis, standing=funnel(told, table[of], per=per)["standing"])
    ranked = rank_of(basis if high_is_first else -basis, found["weight"], least=least)
    found = found.assign(rank=ranked.where(value.notna()), _basis=basis)
    found = found[value.notna()]
    order = found.sort_values(["rank", "_basis"], ascending=[True, not high_is_first], na_position="last")
    return order.drop(columns="_basis")


def counts_of(column: str) -> tuple[str, str, float]:
    """Return what stands above and below the line of a figure, and for how many units it is told."""
    if column.startswith("not_lettable_"):
        return column.removesuffix("_share"), "labelled", 1.0
    rate = MEASURED.get(column)
    return (rate.part, rate.of, rate.per) if rate else ("", "", 1.0)


def common_rate(table: pd.DataFrame, column: str) -> float:
    """Return the rate of all the residences of a table together, as the funnel is drawn around it."""
    part, of, per = counts_of(column)
    known = table[column].notna()
    found = ratio(pd.Series([table.loc[known, part].sum()]), pd.Series([table.loc[known, of].sum()]), per)
    return float(found.iloc[0]) if found.notna().all() else float("nan")
