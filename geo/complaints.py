"""Requests of tenants: rates by dwelling-year, answers, closing, reopening, backlog; tranquillity apart."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from geo.periods import Day, period, years
from geo.rates import Rate, count_by, ratio, require_columns
from geo.small_numbers import funnel, poisson_interval, rank_of, shrunken_rate
from geo.survival import delay, summarise_delays
from geo.thresholds import gather

TRANQUILLITY = ("tranquillity",)
COLUMNS = ["residence_id", "category", "opened_at", "answered_at", "closed_at"]


def _per_100(name: str, part: str, formula: str) -> Rate:
    return Rate(
        name=name,
        stem=name.removesuffix("_per_100"),
        part=part,
        of="dwelling_years",
        known="status_known",
        out_of="dwellings",
        per=100,
        formula=f"100 × {formula} opened in the period / years of the dwellings let",
        unit="per 100 dwelling-years",
        source="landlord's register of requests",
    )


RATES = (
    _per_100("complaints_per_100", "complaints_exposed", "requests"),
    _per_100("technical_per_100", "technical_exposed", "requests other than tranquillity"),
    _per_100("tranquillity_per_100", "tranquillity_exposed", "requests on tranquillity"),
    Rate(
        name="first_answer_share",
        stem="first_answer",
        part="answered_in_time",
        of="answer_due",
        known="answer_due",
        out_of="complaints",
        formula="requests answered within 48 hours / requests whose answer is due",
        source="Quali'Hlm commitments; landlord's register",
    ),
    Rate(
        name="reopened_share",
        stem="reopened",
        part="reopened",
        of="closed_followed",
        known="closed_followed",
        out_of="closed",
        formula="closed, then named by another or same category and dwelling in 30 days / closed 30 days ago",
        source="landlord's register; 30 days is a working assumption",
    ),
    Rate(
        name="open_per_100",
        stem="open",
        part="open",
        of="let",
        known="status_known",
        out_of="dwellings",
        per=100,
        formula="100 × requests open on the day, of whatever age / dwellings let",
        unit="per 100 dwellings let",
        source="landlord's register of requests",
    ),
)


@dataclass(frozen=True, slots=True)
class ComplaintRules:
    """
    Thresholds of complaints; each is the reference value ``complaints.<its name>``.

    Attributes
    ----------
    first_answer_hours
        Delay of a first answer in time (48).
    reopening_days
        A like request so soon after closing is a reopening (30).
    rank_least_dwelling_years
        No rank with less exposure (30).
    """

    first_answer_hours: float
    reopening_days: float
    rank_least_dwelling_years: float

    @classmethod
    def of(cls, parameters: Mapping[str, float]) -> "ComplaintRules":
        """Read the rules among reference values; raises ThresholdError where one is absent."""
        return gather(cls, parameters, "complaints")


def dwelling_years(
    dwellings: pd.DataFrame, index: pd.Index, *, on: Day, since: Day | None = None, by: str = "residence_id"
) -> pd.Series:
    """
    Give the exposure to requests: dwellings let on ``on`` × years of the period.

    A dwelling known to be built within the period counts from 1 January of its year. Missing where a
    residence has no dwelling row.
    """
    on, since = period(on, since)
    let = dwellings["let_status"] == "let"
    exposure = pd.Series(years(since, on), index=dwellings.index)
    if "year_built" in dwellings.columns:
        built = dwellings["year_built"].astype("Float64")
        for year in built[(built > since.year).fillna(False).astype(bool)].unique():
            first = pd.Timestamp(year=int(year), month=1, day=1)
            exposure[(built == year).fillna(False)] = years(first, on) if first < on else 0.0
    summed = exposure.where(let, 0.0).groupby(dwellings[by].to_numpy()).sum()
    return summed.reindex(index).astype("Float64").rename("dwelling_years")


def complaint_counts(
    complaints: pd.DataFrame,
    exposure: pd.Series,
    rules: ComplaintRules | None = None,
    *,
    on: Day,
    since: Day | None = None,
    tranquillity: Collection[str] = TRANQUILLITY,
) -> pd.DataFrame:
    """
    Count the requests of each residence, reopenings included.

    Parameters
    ----------
    complaints
        By ``complaint_id``: ``residence_id``, ``category``, ``opened_at``, ``answered_at``, ``closed_at``;
        ``dwelling_id`` and ``reopened_of`` where known.
    exposure
        Dwelling-years by ``residence_id``.
    rules
        None leaves out answers and reopenings, which need thresholds.
    on, since
        The register as it stood when ``on`` began; requests opened from ``since`` (a year before by default).

    Returns
    -------
    pandas.DataFrame
        ``complaints``, ``tranquillity``, ``technical`` (all others), ``open`` (backlog, of whatever age),
        ``<kind>_exposed`` and ``dwelling_years`` (both missing where the exposure is unknown); with rules
        ``answered_in_time``, ``answer_due``, ``closed``, ``closed_followed``, ``reopened``.
    """
    require_columns(complaints, COLUMNS, "complaints")
    on, since = period(on, since)
    opened = complaints["opened_at"].between(since, on, inclusive="left")
    calm = complaints["category"].isin(list(tranquillity))
    flags = {
        "complaints": opened,
        "technical": opened & ~calm,
        "tranquillity": opened & calm,
        "open": is_open(complaints, on),
    }
    if rules is not None:
        answered = answered_in_time(complaints, rules, on)
        last = on - pd.Timedelta(days=rules.reopening_days)
        came_back = reopened(complaints[complaints["opened_at"] < on], rules)
        closed = complaints["closed_at"].between(since, on, inclusive="left")
        followed = complaints["closed_at"].between(since, last, inclusive="left")
        flags |= {
            "answer_due": opened & answered.notna(),
            "answered_in_time": opened & answered.fillna(False),
            "closed": closed,
            "closed_followed": followed,
            "reopened": followed & came_back.reindex(complaints.index, fill_value=False),
        }
    return with_exposure(count_by(complaints, "residence_id", flags, exposure.index), exposure)


def with_exposure(counts: pd.DataFrame, exposure: pd.Series) -> pd.DataFrame:
    """Put counts of requests beside their exposure, by residence; a residence without a row had none."""
    counts = counts.reindex(exposure.index).fillna(0)
    known = exposure.notna()
    exposed = {
        f"{kind}_exposed": counts[kind].where(known) for kind in ("complaints", "technical", "tranquillity")
    }
    return counts.assign(**exposed, dwelling_years=exposure)


def category_counts(monthly: pd.DataFrame, exposure: pd.Series) -> pd.DataFrame:
    """
    Count the requests of each category by residence, where the exposure is known.

    ``monthly`` has ``residence_id``, ``category`` and ``requests``; columns are ``category_<category>_exposed``.
    """
    table = monthly.pivot_table(index="residence_id", columns="category", values="requests", aggfunc="sum")
    table = table.reindex(exposure.index).fillna(0).astype("Int64").where(exposure.notna())
    return table.add_prefix("category_").add_suffix("_exposed").rename_axis(columns=None)


def category_rates(columns: Collection[str]) -> list[Rate]:
    """Make the rate of each category whose counts are among these columns."""
    found = [match[1] for name in columns if (match := re.fullmatch(r"category_(.+)_exposed", name))]
    return [
        _per_100(f"category_{category}_per_100", f"category_{category}_exposed", f"requests on {category}")
        for category in sorted(found)
    ]


def is_open(complaints: pd.DataFrame, on: Day) -> pd.Series:
    """Say which requests were open when the day ``on`` began."""
    day = pd.Timestamp(on)
    return (complaints["opened_at"] < day) & ~(complaints["closed_at"] < day) & ~closed_undated(complaints)


def closed_undated(complaints: pd.DataFrame) -> pd.Series:
    """Say which requests are closed on a day nobody wrote down: neither open nor measurable."""
    if "status" not in complaints.columns:
        return pd.Series(False, index=complaints.index)
    return complaints["closed_at"].isna() & (complaints["status"] == "closed").fillna(False)


def answered_in_time(complaints: pd.DataFrame, rules: ComplaintRules, on: Day) -> pd.Series:
    """
    Say whether each request had its first answer, or was closed, within the hours of the rule.

    Missing where it is not known yet (still in time on ``on``), or not known any more (closed later, its
    first answer not recorded).
    """
    day = pd.Timestamp(on)
    due = complaints["opened_at"] + pd.Timedelta(hours=rules.first_answer_hours)
    answer = complaints["answered_at"].where(complaints["answered_at"] < day)
    closing = complaints["closed_at"].where(complaints["closed_at"] < day)
    in_time = ((answer <= due) | (closing <= due)).astype("boolean")
    undecided = answer.isna() & (closing.notna() | (due >= day) | closed_undated(complaints))
    return in_time.mask(~in_time & undecided)


def reopened(complaints: pd.DataFrame, rules: ComplaintRules) -> pd.Series:
    """
    Say which closed requests came back.

    A later request names it in ``reopened_of``, or has its category and place within the days of the rule
    after its closing. The place is a dwelling: a request on common parts does not say which hall or lift, and
    in a large residence the next one is another's, so that it comes back only where a later one names it.
    """
    found = declared_reopened(complaints)
    if "dwelling_id" not in complaints.columns:
        return found
    homes = complaints[complaints["dwelling_id"].notna()]
    table = pd.DataFrame(
        {
            "key": homes.groupby(["dwelling_id", "category"]).ngroup(),
            "opened": homes["opened_at"].astype("datetime64[us]"),
            "closed": homes["closed_at"].astype("datetime64[us]"),
        }
    )
    closed = table.dropna(subset=["closed"]).sort_values("closed").reset_index(names="row")
    later = table[["key", "opened"]].sort_values("opened")
    next_one = pd.merge_asof(
        closed,
        later.assign(again=later["opened"]),
        left_on="closed",
        right_on="opened",
        by="key",
        direction="forward",
        allow_exact_matches=False,
        tolerance=pd.Timedelta(days=rules.reopening_days),
    )
    back = next_one.loc[next_one["again"].notna(), "row"]
    return found | found.index.isin(back)


def declared_reopened(complaints: pd.DataFrame) -> pd.Series:
    """Say which requests a later one names in ``reopened_of``."""
    if "reopened_of" not in complaints.columns:
        return pd.Series(False, index=complaints.index)
    ids = complaints["complaint_id"] if "complaint_id" in complaints.columns else complaints.index.to_series()
    return ids.isin(complaints["reopened_of"].dropna()).set_axis(complaints.index)


def closing_times(
    complaints: pd.DataFrame, *, on: Day, since: Day | None = None, by: str | None = "category"
) -> pd.DataFrame:
    """
    Summarise the days from opening to closing of the requests opened in the period, open ones kept.

    Those closed on an unknown day are left out.

    Returns
    -------
    pandas.DataFrame
        By ``by`` (a column of ``complaints``; None: all in one row): see ``geo.survival.summarise_delays``.
    """
    require_columns(complaints, COLUMNS, "complaints")
    on, since = period(on, since)
    inside = complaints["opened_at"].between(since, on, inclusive="left") & ~closed_undated(complaints)
    opened = complaints[inside].reset_index(drop=True)
    delays = delay(opened["opened_at"], opened["closed_at"], on)
    return summarise_delays(delays, None if by is None else [opened[by]])


def closing_delays(complaints: pd.DataFrame, *, on: Day, since: Day | None = None) -> pd.DataFrame:
    """
    Give the cases of ``closing_times`` themselves: ``residence_id``, ``days``, ``ended``.

    ``complaints`` needs ``residence_id``, ``opened_at`` and ``closed_at`` only.
    """
    require_columns(complaints, ["residence_id", "opened_at", "closed_at"], "complaints")
    on, since = period(on, since)
    inside = complaints["opened_at"].between(since, on, inclusive="left") & ~closed_undated(complaints)
    opened = complaints[inside].reset_index(drop=True)
    delays = delay(opened["opened_at"], opened["closed_at"], on)
    return delays.assign(residence_id=opened["residence_id"]).reset_index(drop=True)


def backlog(
    complaints: pd.DataFrame,
    *,
    on: Day,
    bands_days: tuple[float, ...] = (2, 7, 30, 90),
    by: str | None = None,
) -> pd.DataFrame:
    """
    Count the requests open on a day by age.

    Returns
    -------
    pandas.DataFrame
        By ``by`` (else one row, ``all``): ``open``, then ``under_2d``, ``2d_to_7d``, .. ``over_90d``.
    """
    rows = complaints[is_open(complaints, on)]
    age = (pd.Timestamp(on) - rows["opened_at"]) / pd.Timedelta(days=1)
    first, *rest = bands_days
    names = [f"under_{first:g}d"]
    names += [f"{low:g}d_to_{high:g}d" for low, high in zip(bands_days, rest, strict=False)]
    names += [f"over_{bands_days[-1]:g}d"]
    band = pd.cut(age, [-float("inf"), *bands_days, float("inf")], right=False, labels=names)
    key = pd.Series("all", index=rows.index) if by is None else rows[by]
    table = pd.crosstab(key, band, dropna=False).reindex(columns=names, fill_value=0)
    if by is None:
        table = table.reindex(["all"], fill_value=0)
    return table.assign(open=table.sum(axis=1))[["open", *names]].rename_axis(columns=None, index=by)


def by_month(
    complaints: pd.DataFrame, *, on: Day, since: Day | None = None, category: str = "category"
) -> pd.DataFrame:
    """Count requests by month of opening (rows, first days) and category (columns); a month without is 0."""
    on, since = period(on, since)
    opened = complaints[complaints["opened_at"].between(since, on, inclusive="left")]
    month = opened["opened_at"].dt.to_period("M")
    months = pd.period_range(since, on - pd.Timedelta(days=1), freq="M")
    table = pd.crosstab(month, opened[category]).reindex(months, fill_value=0)
    return table.set_axis(months.to_timestamp()).rename_axis(index="month", columns=None)


def standing(
    counts: pd.DataFrame,
    rules: ComplaintRules,
    *,
    events: str = "complaints_exposed",
    group: pd.Series | None = None,
) -> pd.DataFrame:
    """
    Say how sure each residence's rate is, and where it stands among the others.

    Parameters
    ----------
    counts
        By residence, with ``events`` and ``dwelling_years``.
    group
        Sector of each residence, toward which small ones are shrunken; None for the whole stock.

    Returns
    -------
    pandas.DataFrame
        Per 100 dwelling-years: ``rate``, its Poisson interval ``low``, ``high``, the funnel around the common
        rate (``limit_*`` 95 %, ``alarm_*`` 99.8 %, ``standing``), ``expected`` requests, ``shrunken_rate``,
        and ``rank`` of the latter, missing under the least exposure of the rules.
    """
    number, exposure = counts[events], counts["dwelling_years"]
    shrunken = shrunken_rate(number, exposure, group, per=100)
    return pd.concat(
        [
            ratio(number, exposure, 100).rename("rate"),
            poisson_interval(number, exposure, per=100),
            funnel(number, exposure, per=100),
            shrunken,
            rank_of(shrunken, exposure, least=rules.rank_least_dwelling_years),
        ],
        axis=1,
    )


def drivers(tally: pd.DataFrame, exposure: pd.Series, residences: Collection[str]) -> pd.DataFrame:
    """
    Say which categories make the requests of some residences exceed the stock's.

    Parameters
    ----------
    tally
        ``residence_id``, ``category``, ``requests`` of a period.
    exposure
        Dwelling-years of the period by ``residence_id``.

    Returns
    -------
    pandas.DataFrame
        By category, the largest excess first: ``observed``, ``expected`` (the rate of the other residences ×
        the exposure of these), ``excess``, ``times`` (observed / expected) with its Poisson interval.
    """
    rows = tally[tally["residence_id"].isin(exposure.index[exposure.notna()])]
    inside = exposure.index.isin(list(residences))
    share = float(exposure[inside].sum()) / float(exposure[~inside].sum() or float("nan"))
    ours = rows["residence_id"].isin(list(residences)).rename("ours")
    table = rows.groupby([rows["category"], ours])["requests"].sum().unstack(fill_value=0)
    table = table.reindex(columns=[True, False], fill_value=0)
    observed, expected = table[True].astype("Int64"), table[False].astype("Float64") * share
    interval = poisson_interval(observed, expected).add_prefix("times_")
    found = pd.DataFrame(
        {
            "observed": observed,
            "expected": expected,
            "excess": observed - expected,
            "times": ratio(observed, expected),
        }
    )
    return found.join(interval).sort_values("excess", ascending=False, kind="stable")
