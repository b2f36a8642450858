"""Relets under way and done: the board of milestones, what each stage's day costs, allocation during works."""

import pandas as pd

from geo.flows import DAYS_IN_MONTH, DAYS_IN_YEAR
from geo.survival import delay, survival_curve

MILESTONES = ("keys_back_on", "works_ordered_on", "works_accepted_on", "allocated_on", "lease_start_on")
WAITING_FOR = ("order", "works", "allocation", "lease")
DAY = pd.Timedelta(days=1)


def board(turnovers: pd.DataFrame, *, on, late_share: float = 0.9) -> pd.DataFrame:
    """
    List the relets under way, the most overdue first.

    A relet is late in its stage when it has lasted longer than ``late_share`` of the relets of its works class
    that ended that stage.

    Returns
    -------
    pandas.DataFrame
        By ``turnover_id``: ``residence_id``, ``works_class``, ``stage`` (what it waits for: order, works,
        allocation, lease), ``since``, ``days`` in the stage, ``usual_days`` (median), ``late_days`` past the
        limit (0 where none), ``rent_lost_eur`` since the keys came back (missing where the rent is unknown).
    """
    on = pd.Timestamp(on)
    open_now = turnovers[turnovers["lease_start_on"].isna() & (turnovers["keys_back_on"] < on)]
    stage = pd.Series("order", index=open_now.index)
    since = open_now["keys_back_on"].copy()
    for milestone, following in zip(MILESTONES[1:4], WAITING_FOR[1:], strict=True):
        done = open_now[milestone].notna() & (open_now[milestone] <= on)
        stage, since = stage.mask(done, following), since.mask(done, open_now[milestone])
    usual = _usual(turnovers, late_share)
    place = pd.MultiIndex.from_arrays([stage, open_now["works_class"]])
    table = pd.DataFrame(
        {
            "residence_id": open_now["residence_id"],
            "works_class": open_now["works_class"],
            "stage": stage,
            "since": since,
            "days": ((on - since) / DAY).astype(int),
            "usual_days": usual["median"].reindex(place).to_numpy(),
            "limit_days": usual["late"].reindex(place).to_numpy(),
            "rent_lost_eur": (on - open_now["keys_back_on"])
            / DAY
            * open_now["rent_eur_month"]
            / DAYS_IN_MONTH,
        }
    )
    late = (table["days"] - table["limit_days"]).clip(lower=0)
    table = table.assign(late_days=late).drop(columns="limit_days")
    return table.sort_values(["late_days", "days"], ascending=False, kind="stable")


def _usual(turnovers: pd.DataFrame, late_share: float) -> pd.DataFrame:
    """Median and late days of each stage and works class, of the relets that ended it."""
    rows = []
    for start, end, name in zip(MILESTONES[:-1], MILESTONES[1:], WAITING_FOR, strict=True):
        days = ((turnovers[end] - turnovers[start]) / DAY).clip(lower=0)
        grouped = days.dropna().groupby(turnovers["works_class"])
        table = pd.DataFrame({"median": grouped.median(), "late": grouped.quantile(late_share)})
        rows.append(table.assign(stage=name).set_index("stage", append=True).swaplevel())
    return pd.concat(rows)


def stage_costs(turnovers: pd.DataFrame, *, on, since) -> pd.DataFrame:
    """
    Price a day of each stage: the relets let in the period, their mean days, the rent lost in a year.

    Returns
    -------
    pandas.DataFrame
        By stage: ``n``, ``mean_days``, ``eur_a_day`` (mean rent of the relets / 30.4), ``eur`` lost in the
        period by the stage. Days of a milestone earlier than the one before count 0; unknown rents count
        as the mean.
    """
    done = _let_in(turnovers, on, since)
    reached = done["keys_back_on"]
    rows, rent = {}, done["rent_eur_month"].fillna(done["rent_eur_month"].mean()) / DAYS_IN_MONTH
    for name, milestone in zip(WAITING_FOR, MILESTONES[1:], strict=True):
        here = done[milestone].where(done[milestone] > reached, reached)
        days = (here - reached) / DAY
        rows[name] = {
            "n": len(done), "mean_days": days.mean(), "eur_a_day": rent.mean(), "eur": (days * rent).sum(),
        }  # fmt: skip
        reached = here
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("stage")


def overlapped(turnovers: pd.DataFrame) -> pd.Series:
    """
    Give the day each lease would start, were allocation begun with the keys and led beside the works.

    It takes as many days as it took after the works; the lease starts as long after the later of works and
    allocation as it did. Never later than it was; unchanged where a milestone is unknown.
    """
    accepted, allocated = turnovers["works_accepted_on"], turnovers["allocated_on"]
    took = (allocated - accepted).clip(lower=pd.Timedelta(0))
    ready = (turnovers["keys_back_on"] + took).where(turnovers["keys_back_on"] + took > accepted, accepted)
    later = allocated.where(allocated > accepted, accepted)
    start = ready + (turnovers["lease_start_on"] - later)
    return start.where(start < turnovers["lease_start_on"], turnovers["lease_start_on"])


def shorter(turnovers: pd.DataFrame, start: pd.Series, dwellings: int, *, on, since) -> pd.DataFrame:
    """
    Set vacancy before and after leases start on other days, by the identity stock = flow × duration.

    Parameters
    ----------
    start
        Day each lease would start.
    dwellings
        Dwellings let or offered: what the flow is a share of.

    Returns
    -------
    pandas.DataFrame
        Rows ``before`` and ``after``: ``relets`` in the period, ``mean_days``, ``vacancy`` (flow × mean days /
        365), ``dwelling_years`` empty, ``rent_lost_eur``; row ``gain`` is before − after.
    """
    done = _let_in(turnovers, on, since)
    years = (pd.Timestamp(on) - pd.Timestamp(since)) / DAY / DAYS_IN_YEAR
    rent = done["rent_eur_month"].fillna(done["rent_eur_month"].mean())
    rows = {}
    for name, lease in (("before", done["lease_start_on"]), ("after", start.reindex(done.index))):
        days = ((lease - done["keys_back_on"]) / DAY).clip(lower=0)
        rows[name] = {
            "relets": len(done),
            "mean_days": days.mean(),
            "vacancy": len(done) / years / dwellings * days.mean() / DAYS_IN_YEAR,
            "dwelling_years": days.sum() / DAYS_IN_YEAR,
            "rent_lost_eur": (days * rent).sum() / DAYS_IN_MONTH,
        }
    table = pd.DataFrame.from_dict(rows, orient="index")
    return pd.concat([table, (table.loc["before"] - table.loc["after"]).rename("gain").to_frame().T])


def survival(turnovers: pd.DataFrame, by: pd.Series, *, on, since) -> pd.DataFrame:
    """Share of the relets begun in the period that are still empty after so many days, by group."""
    begun = turnovers[
        turnovers["keys_back_on"].between(pd.Timestamp(since), pd.Timestamp(on), inclusive="left")
    ]
    cases = delay(begun["keys_back_on"], begun["lease_start_on"], pd.Timestamp(on))
    return survival_curve(cases, [by.reindex(cases.index)])


def _let_in(turnovers: pd.DataFrame, on, since) -> pd.DataFrame:
    """The relets whose lease started in the period."""
    return turnovers[
        turnovers["lease_start_on"].between(pd.Timestamp(since), pd.Timestamp(on), inclusive="left")
    ]
