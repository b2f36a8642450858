"""What moves: mobility, vacancy, turnover, the days of a relet and the rent they cost."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from geo.periods import period, years
from geo.rates import Rate, count_by, keyed, ratio, require_columns
from geo.small_numbers import poisson_interval
from geo.survival import delay, summarise_delays
from geo.thresholds import gather

RPLS_DENOMINATOR = ("let", "vacant_offered")
DAYS_IN_MONTH = 30.4
DAYS_IN_YEAR = 365
STAGES = {
    "notice": ("notice_on", "keys_back_on"),
    "order": ("keys_back_on", "works_ordered_on"),
    "works": ("keys_back_on", "works_accepted_on"),
    "allocation": ("keys_back_on", "allocated_on"),
    "idle": ("works_accepted_on", "lease_start_on"),
    "relet": ("keys_back_on", "lease_start_on"),
}
RATES = (
    Rate(
        name="vacancy_over_3m_rate",
        stem="vacancy_over_3m",
        part="vacant_over_3m",
        of="in_market_dated",
        known="vacancy_dated",
        out_of="dwellings",
        formula="vacant and offered for more than 3 months / (let + vacant and offered)",
        source="SDES, RPLS, structural vacancy",
    ),
    Rate(
        name="mobility_rate",
        stem="mobility",
        part="moves_in",
        of="mobility_years",
        known="status_known",
        out_of="dwellings",
        formula="moves into dwellings offered for a year or more / such dwellings let or vacant and offered",
        unit="share a year",
        source="SDES, RPLS, mobility rate",
    ),
    Rate(
        name="turnover_rate",
        stem="turnover",
        part="departures",
        of="managed_years",
        known="described",
        out_of="dwellings",
        formula="keys given back / dwellings managed",
        unit="share a year",
        source="landlord's usage (not the RPLS mobility rate)",
    ),
    Rate(
        name="rent_lost_eur_per_dwelling_year",
        stem="rent_lost",
        part="rent_lost_eur",
        of="rent_lost_years",
        known="relets_priced",
        out_of="relets",
        formula="days between keys back and lease × rent / 30.4, a year and dwelling managed",
        unit="EUR per dwelling-year",
        source="landlord's usage",
    ),
)


@dataclass(frozen=True, slots=True)
class FlowRules:
    """
    Thresholds of flows; each is the reference value ``flows.<its name>``.

    Attributes
    ----------
    long_vacancy_months
        RPLS: a dwelling vacant for more than this is structurally so (3).
    long_vacancy_days
        The same in days, for the stock-flow identity (91).
    """

    long_vacancy_months: float
    long_vacancy_days: float

    @classmethod
    def of(cls, parameters: Mapping[str, float]) -> "FlowRules":
        """Read the rules among reference values; raises ThresholdError where one is absent."""
        return gather(cls, parameters, "flows")


def flow_counts(
    turnovers: pd.DataFrame,
    dwellings: pd.DataFrame,
    index: pd.Index,
    rules: FlowRules,
    *,
    on,
    since=None,
    by: str = "residence_id",
) -> pd.DataFrame:
    """
    Count moves and vacancies by residence, or by another column of ``dwellings`` (room type, financing).

    Parameters
    ----------
    turnovers
        ``dwelling_id``, ``keys_back_on``, ``lease_start_on`` (missing: still vacant), ``rent_eur_month``.
    dwellings
        By ``dwelling_id``: ``let_status``, ``vacant_since`` and ``by``; ``year_built`` where known.
    on, since
        The stock is seen on ``on``; moves are those from ``since`` (a year before, by default) to its eve.
        The register must hold the departures of the year before ``since``, or early moves are missed.

    Returns
    -------
    pandas.DataFrame
        ``vacant`` and ``in_market`` (RPLS), ``vacant_over_3m``, ``in_market_dated`` and ``vacancy_dated``
        (vacant since a known day, or not vacant), ``empty_works`` (technical vacancy, outside RPLS rates),
        ``moves_in`` and ``mobility_years`` (dwellings let or offered for a year or more × years: those known
        to be built since the year of ``since`` are left out of both), ``departures``, ``managed_years``,
        ``relets`` (vacancies that touch the period), ``relets_priced`` (rent known), ``rent_lost_eur`` and
        ``rent_lost_years`` (both missing where the rent of a relet is unknown).
    """
    require_columns(
        turnovers, ["dwelling_id", "keys_back_on", "lease_start_on", "rent_eur_month"], "turnovers"
    )
    dwellings = keyed(dwellings, "dwelling_id", "dwellings")
    require_columns(dwellings, ["let_status", "vacant_since", by], "dwellings")
    on, since = period(on, since)
    length = years(since, on)
    flags = _dwelling_flags(dwellings, turnovers, rules, on, since)
    stock = count_by(dwellings, by, flags, index)
    base = flags["mobility_base"].reindex(turnovers["dwelling_id"]).fillna(False).to_numpy(dtype=bool)
    lost = rent_lost(turnovers, dwellings, on=on, since=since)
    events = {
        "moves_in": turnovers["lease_start_on"].between(since, on, inclusive="left") & base,
        "departures": turnovers["keys_back_on"].between(since, on, inclusive="left"),
        "relets": lost["days"] > 0,
        "relets_priced": (lost["days"] > 0) & lost["eur"].notna(),
    }
    owner = dwellings[by].reindex(turnovers["dwelling_id"]).set_axis(turnovers.index).to_frame()
    moves = count_by(owner, by, events, index).fillna(0).where(stock["described"].notna())
    priced = moves["relets_priced"] == moves["relets"]
    euros = lost["eur"].groupby(owner[by].to_numpy()).sum().reindex(index).fillna(0).astype("Float64")
    managed = stock["described"].astype("Float64") * length
    table = pd.concat([stock.drop(columns=["described", "mobility_base"]), moves], axis=1)
    return table.assign(
        mobility_years=stock["mobility_base"].astype("Float64") * length,
        managed_years=managed,
        rent_lost_eur=euros.where(priced),
        rent_lost_years=managed.where(priced),
    )


def vacant_since(dwellings: pd.DataFrame, turnovers: pd.DataFrame) -> pd.Series:
    """Day since which each dwelling is vacant: its own, else the keys given back with no lease since."""
    still = turnovers[turnovers["lease_start_on"].isna()]
    keys = still.groupby("dwelling_id")["keys_back_on"].max().reindex(dwellings.index)
    return dwellings["vacant_since"].fillna(keys)


def rent_lost(
    turnovers: pd.DataFrame,
    dwellings: pd.DataFrame | None = None,
    *,
    on,
    since=None,
    provisions_eur_month: pd.Series | None = None,
) -> pd.DataFrame:
    """
    Price the vacant days of the period: days × (rent + provisions) / 30.4.

    Parameters
    ----------
    dwellings
        By ``dwelling_id``, with ``rent_eur_month``: taken where the turnover has no rent.
    provisions_eur_month
        By ``dwelling_id``; None prices the rent alone, missing ones count nothing.

    Returns
    -------
    pandas.DataFrame
        By turnover: ``days`` vacant within the period, ``eur``; missing where the rent is unknown.
    """
    on, since = period(on, since)
    first = turnovers["keys_back_on"].clip(lower=since)
    last = turnovers["lease_start_on"].fillna(on).clip(upper=on)
    days = ((last - first) / pd.Timedelta(days=1)).clip(lower=0)
    rent = turnovers["rent_eur_month"].astype("Float64")
    if dwellings is not None and "rent_eur_month" in dwellings.columns:
        own = keyed(dwellings, "dwelling_id", "dwellings")["rent_eur_month"]
        rent = rent.fillna(_of_dwelling(own, turnovers))
    if provisions_eur_month is not None:
        rent = rent + _of_dwelling(provisions_eur_month, turnovers).fillna(0)
    return pd.DataFrame({"days": days, "eur": (days * rent / DAYS_IN_MONTH).astype("Float64")})


def relet_times(turnovers: pd.DataFrame, *, on, since=None, by: str | None = None) -> pd.DataFrame:
    """
    Summarise the days of each stage of a relet, for the keys given back in the period.

    Stages: ``notice`` to keys, keys to works ordered (``order``), keys to works accepted (``works``), keys to
    ``allocation`` (which may overlap works), works accepted to lease (``idle``), keys to lease (``relet``). A
    stage not over on ``on`` is censored, and kept; one that was skipped (no works) is not a case.

    Parameters
    ----------
    by
        A column of ``turnovers`` (``residence_id``, ``works_class``); None takes all together.

    Returns
    -------
    pandas.DataFrame
        By ``by`` and ``stage``: ``n``, ``open``, ``median_days`` with its 95 % interval, ``p90_days``,
        ``longest_days``: see ``geo.survival.summarise_delays``.
    """
    on, since = period(on, since)
    require_columns(turnovers, ["keys_back_on", "lease_start_on"], "turnovers")
    cohort = turnovers[turnovers["keys_back_on"].between(since, on, inclusive="left")].reset_index(drop=True)
    stages = []
    for stage, (start, end) in STAGES.items():
        if {start, end} <= set(cohort.columns):
            skipped = cohort[end].isna() & (cohort["lease_start_on"] < on)
            stages.append(
                delay(cohort.loc[~skipped, start], cohort.loc[~skipped, end], on).assign(stage=stage)
            )
    delays = pd.concat(stages)
    if by is not None:
        delays[by] = cohort[by]
    delays = delays.reset_index(drop=True)
    delays["stage"] = pd.Categorical(delays["stage"], categories=list(STAGES))
    return summarise_delays(delays, [delays[name] for name in ([by] if by else []) + ["stage"]])


def relet_delays(turnovers: pd.DataFrame, *, on, since=None) -> pd.DataFrame:
    """Give the cases of the stage ``relet`` of ``relet_times`` themselves: ``residence_id``, ``days``, ``ended``."""
    on, since = period(on, since)
    require_columns(turnovers, ["residence_id", "keys_back_on", "lease_start_on"], "turnovers")
    cohort = turnovers[turnovers["keys_back_on"].between(since, on, inclusive="left")].reset_index(drop=True)
    delays = delay(cohort["keys_back_on"], cohort["lease_start_on"], on)
    return delays.assign(residence_id=cohort["residence_id"]).reset_index(drop=True)


def mobility_by_year(
    turnovers: pd.DataFrame, dwellings: pd.DataFrame, calendar: range, *, by: str | None = None
) -> pd.DataFrame:
    """
    Give the mobility rate of each calendar year, with the Poisson interval of its moves.

    The base is today's stock, less what is known to be built in that year or since: dwellings sold or pulled
    down meanwhile are not in it. A year in which the register begins misses the moves of earlier departures:
    it is left missing.

    Returns
    -------
    pandas.DataFrame
        By ``by`` and ``year``: ``moves_in``, ``mobility_years``, ``mobility_rate``, ``low``, ``high``.
    """
    dwellings = keyed(dwellings, "dwelling_id", "dwellings")
    group = pd.Series("all", index=dwellings.index) if by is None else dwellings[by]
    started = turnovers["lease_start_on"].dt.year
    begins = turnovers.loc[started.notna(), "keys_back_on"].min()
    found = []
    for year in calendar:
        base = _offered(dwellings, year)
        moves = turnovers.loc[started == year, "dwelling_id"]
        moves = moves[moves.isin(base.index[base])]
        counts = pd.DataFrame({"mobility_years": base.groupby(group).sum().astype("Float64")})
        number = moves.map(group).value_counts().reindex(counts.index).fillna(0).astype("Int64")
        whole = begins < pd.Timestamp(year=year, month=1, day=1)
        counts.insert(0, "moves_in", number if whole else number.where(number < 0))
        rate = ratio(counts["moves_in"], counts["mobility_years"]).rename("mobility_rate")
        interval = poisson_interval(counts["moves_in"], counts["mobility_years"])
        found.append(pd.concat([counts, rate, interval], axis=1).assign(year=year))
    return pd.concat(found).rename_axis(by or "stock").set_index("year", append=True).sort_index()


def stock_flow_check(
    turnovers: pd.DataFrame, dwellings: pd.DataFrame, rules: FlowRules, *, on, since=None
) -> pd.DataFrame:
    """
    Set vacancy as counted against vacancy as its flow and duration imply (stock = flow × duration, Little).

    ``vacancy = mobility × mean(D) / 365`` and ``over 3 months = mobility × mean(max(D − 91, 0)) / 365``, with
    D the days from keys to lease of the moves into the RPLS base in the period. In a steady state both agree;
    new deliveries waiting for their first tenant and dwellings kept empty for works part them.

    Returns
    -------
    pandas.DataFrame
        Rows ``vacancy`` and ``over_3m``. ``counted`` on ``on`` by letting status (RPLS), ``with_works`` the
        same with those empty for works added above and below the line, ``implied`` by the identity, of which
        ``implied_heavy`` by relets with heavy works, ``over_period`` the mean over the period of dwellings
        between two tenants, ``moves`` the number of D, ``gap`` = counted − implied; shares.
    """
    on, since = period(on, since)
    dwellings = keyed(dwellings, "dwelling_id", "dwellings")
    flags = _dwelling_flags(dwellings, turnovers, rules, on, since)
    base = flags["mobility_base"]
    size = float(base.sum()) * years(since, on) * DAYS_IN_YEAR
    ours = turnovers[turnovers["dwelling_id"].map(base).fillna(False).to_numpy(dtype=bool)]
    done = ours[ours["lease_start_on"].between(since, on, inclusive="left")]
    days = ((done["lease_start_on"] - done["keys_back_on"]) / pd.Timedelta(days=1)).clip(lower=0)
    heavy = (
        done["works_class"] == "heavy"
        if "works_class" in done.columns
        else pd.Series(False, index=done.index)
    )
    since_day = vacant_since(dwellings, turnovers)
    works_long = flags["empty_works"] & (
        since_day < on - pd.DateOffset(months=int(rules.long_vacancy_months))
    )
    rows = {}
    for name, least, vacant, works in (
        ("vacancy", 0, "vacant", flags["empty_works"]),
        ("over_3m", rules.long_vacancy_days, "vacant_over_3m", works_long),
    ):
        excess = (days - least).clip(lower=0)
        counted = flags[vacant].sum() / flags["in_market"].sum()
        rows[name] = {
            "counted": counted,
            "with_works": (flags[vacant] | works).sum() / (flags["in_market"] | flags["empty_works"]).sum(),
            "implied": excess.sum() / size,
            "implied_heavy": excess[heavy.fillna(False)].sum() / size,
            "over_period": _vacant_days(ours, since, on, least) / size,
            "moves": len(done),
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    return table.assign(gap=table["counted"] - table["implied"])


def _dwelling_flags(
    dwellings: pd.DataFrame, turnovers: pd.DataFrame, rules: FlowRules, on: pd.Timestamp, since: pd.Timestamp
) -> dict[str, pd.Series]:
    """Say of each dwelling whether it stands in each base of the flow rates."""
    status = dwellings["let_status"]
    vacant = status == "vacant_offered"
    from_day = vacant_since(dwellings, turnovers)
    long = from_day < on - pd.DateOffset(months=int(rules.long_vacancy_months))
    dated = status.notna() & ~(vacant & from_day.isna())
    return {
        "described": pd.Series(True, index=dwellings.index),
        "vacant": vacant,
        "in_market": status.isin(RPLS_DENOMINATOR),
        "vacant_over_3m": vacant & long,
        "in_market_dated": status.isin(RPLS_DENOMINATOR) & dated,
        "vacancy_dated": dated,
        "empty_works": status == "empty_works",
        "mobility_base": _offered(dwellings, since.year),
    }


def _offered(dwellings: pd.DataFrame, year: int) -> pd.Series:
    """Say which dwellings are let or offered, and not known to be built in that year or since."""
    offered = dwellings["let_status"].isin(RPLS_DENOMINATOR)
    if "year_built" not in dwellings.columns:
        return offered
    return offered & ~(dwellings["year_built"].astype("Int64") >= year).fillna(False).astype(bool)


def _vacant_days(turnovers: pd.DataFrame, since: pd.Timestamp, on: pd.Timestamp, least: float) -> float:
    """Days of the period in which dwellings stood between two tenants, past their first ``least`` days."""
    first = (turnovers["keys_back_on"] + pd.Timedelta(days=least)).clip(lower=since)
    last = turnovers["lease_start_on"].fillna(on).clip(upper=on)
    return float(((last - first) / pd.Timedelta(days=1)).clip(lower=0).sum())


def _of_dwelling(values: pd.Series, turnovers: pd.DataFrame) -> pd.Series:
    """Read a value of the dwelling of each turnover."""
    return values.reindex(turnovers["dwelling_id"]).set_axis(turnovers.index).astype("Float64")
