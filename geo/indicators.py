"""The stock in figures: counts by residence, rates with n and coverage, added up by area."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo import charges as charge
from geo import complaints as complaint
from geo import energy, flows, occupancy
from geo.periods import Day, period
from geo.rates import Rate, add_up, count_by, keyed, require_columns, with_rates
from geo.thresholds import ThresholdError

DPE_CLASSES = energy.CLASSES
LEAKY_CLASSES = ("E", "F", "G")
NOT_SUMS = ("dpe_mode",)
STOCK_RATES = (
    Rate(
        name="vacancy_rate",
        stem="vacancy",
        part="vacant",
        of="in_market",
        known="status_known",
        out_of="dwellings",
        formula="vacant and offered / (let + vacant and offered); works, associations, others are outside",
        source="SDES, RPLS, definition of the vacancy rate",
    ),
    Rate(
        name="leaky_share",
        stem="leaky",
        part="leaky",
        of="labelled",
        known="labelled",
        out_of="dwellings",
        formula="dwellings of DPE class E, F or G / dwellings with a label",
        source="CCH art. L173-1-1; RPLS DPEENERGIE",
    ),
)
RATES = (
    *STOCK_RATES,
    *complaint.RATES,
    *flows.RATES,
    *occupancy.RATES,
    *energy.RATES,
    *charge.RATES,
)


def residence_indicators(
    residences: pd.DataFrame,
    dwellings: pd.DataFrame,
    complaints: pd.DataFrame | None = None,
    *,
    households: pd.DataFrame | None = None,
    turnovers: pd.DataFrame | None = None,
    charges: pd.DataFrame | None = None,
    survey: pd.DataFrame | None = None,
    parameters: Mapping[str, float] | None = None,
    tense: bool | pd.Series | None = None,
    on: Day,
    since: Day | None = None,
) -> pd.DataFrame:
    """
    Count, and rate, each residence.

    Parameters
    ----------
    residences
        By ``residence_id``; ``dwellings`` is used where a residence has no dwelling row.
    dwellings
        By ``dwelling_id``, with ``residence_id``, ``let_status``, ``dpe_class``; all columns of the store with
        ``parameters``.
    complaints, households, turnovers, charges
        Tables of the store. None leaves their columns out: nothing known is not nothing found.
    survey
        Table ``occupancy`` of the store, counts by residence; used where ``households`` is None.
    parameters
        Dated thresholds by name. Occupancy and flows need them; without them complaints have their rates
        only, and energy its labels.
    tense
        Whether the territory is tense (CCH L442-3-1), for enforceable under-occupation; a Series by
        ``dwelling_id`` where communes differ.
    on
        Date of the figures: the stock is as it stands then, the period ends the instant it begins.
    since
        First day of the period of complaints and moves; one year before ``on`` by default.

    Returns
    -------
    pandas.DataFrame
        By ``residence_id``, in the order of ``residences``. Counts: ``dwellings``, ``described`` (with a
        row), ``let``, ``vacant`` (and offered), ``in_market`` (both), ``status_known``, ``labelled``,
        ``leaky``, ``dpe_A`` .. ``dpe_G``, ``dpe_none``, and those of ``geo.complaints``, ``geo.flows``,
        ``geo.occupancy``, ``geo.energy``, ``geo.charges`` for what was given. Then ``dpe_mode`` and each of
        ``rates_of`` with ``_n`` and ``_coverage``. A residence with no dwelling row has missing counts, not 0.

    Raises
    ------
    ThresholdError
        If occupancy or flows are asked for without their thresholds.
    """
    residences = keyed(residences, "residence_id", "residences")
    on, since = period(on, since)
    counts = _dwelling_counts(
        dwellings,
        residences.index,
        "residence_id",
        households=households,
        turnovers=turnovers,
        parameters=parameters,
        tense=tense,
        on=on,
        since=since,
    )
    declared = residences["dwellings"].astype("Int64") if "dwellings" in residences.columns else pd.NA
    counts["dwellings"] = counts["dwellings"].fillna(declared)
    known = ["described", "status_known", "labelled"]
    counts[known] = counts[known].fillna(0)
    if complaints is not None:
        exposure = complaint.dwelling_years(dwellings, residences.index, on=on, since=since)
        rules = None if parameters is None else complaint.ComplaintRules.of(parameters)
        counts = counts.join(complaint.complaint_counts(complaints, exposure, rules, on=on, since=since))
    if survey is not None and households is None:
        counts = counts.join(occupancy.survey_counts(survey, residences.index, on=on))
    if charges is not None:
        counts = counts.join(_charge_counts(charges, dwellings, counts["dwellings"], on))
    return derive(counts)


def by_area(residences: pd.DataFrame, indicators: pd.DataFrame, area: str | None = None) -> pd.DataFrame:
    """
    Add up the counts of residences by area, then divide: never an average of averages.

    Parameters
    ----------
    residences
        By ``residence_id``, with the column ``area``. Sectors will do as well, for agencies.
    indicators
        What ``residence_indicators`` returned (or ``by_area``, for wider areas).
    area
        ``sector_id``, ``agency_id`` or another column; None gives one row, ``all``.

    Returns
    -------
    pandas.DataFrame
        By area, ``residences`` (how many) first; those of no area in a last row of missing index. What is
        not a sum (``dpe_mode``, the rates) is made again from the sums.
    """
    if area is not None:
        require_columns(residences, [area], "residences")
    counts = indicators[count_columns(indicators)]
    if "residences" not in counts.columns:
        counts = counts.assign(residences=pd.array([1] * len(counts), dtype="Int64"))
    owner = None if area is None else keyed(residences, indicators.index.name, "residences")[area]
    summed = add_up(counts, owner)
    summed["residences"] = summed["residences"].fillna(0)
    first = ["residences", *[name for name in summed.columns if name != "residences"]]
    return derive(summed[first])


def delay_indicators(
    area: pd.Series | None,
    complaints: pd.DataFrame | None = None,
    turnovers: pd.DataFrame | None = None,
    *,
    on: Day,
    since: Day | None = None,
) -> pd.DataFrame:
    """
    Give the median and P90 of closing and of relets by area, from the cases themselves, open ones kept.

    Medians cannot be added up: ``area`` says in which area each residence is (a Series by ``residence_id``;
    None for one row, ``all``).

    Returns
    -------
    pandas.DataFrame
        By area: ``closing_n``, ``closing_open``, ``closing_median_days``, .. and the same of ``relet``; see
        ``geo.survival.summarise_delays``.
    """
    found = []
    by = "residence_id" if area is None else "area"

    def placed(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(area=rows["residence_id"].map(area)) if area is not None else rows

    if complaints is not None:
        table = complaint.closing_times(
            placed(complaints), on=on, since=since, by=None if area is None else by
        )
        found.append(table.add_prefix("closing_"))
    if turnovers is not None:
        table = flows.relet_times(placed(turnovers), on=on, since=since, by=None if area is None else by)
        relet = (
            table.rename(index={"relet": "all"}).loc[["all"]]
            if area is None
            else table.xs("relet", level="stage")
        )
        found.append(relet.add_prefix("relet_"))
    table = pd.concat(found, axis=1)
    return table if area is None else table.rename_axis(area.name)


def stock_counts(dwellings: pd.DataFrame, index: pd.Index, by: str = "residence_id") -> pd.DataFrame:
    """Count dwellings by letting status and by DPE class (RPLS categories), for each of ``index``."""
    require_columns(dwellings, [by, "let_status", "dpe_class"], "dwellings")
    status, label = dwellings["let_status"], dwellings["dpe_class"]
    labelled = label.isin(DPE_CLASSES)
    flags = {
        "described": pd.Series(True, index=dwellings.index),
        "let": status == "let",
        "vacant": status == "vacant_offered",
        "in_market": status.isin(flows.RPLS_DENOMINATOR),
        "status_known": status.notna(),
        "labelled": labelled,
        "leaky": label.isin(LEAKY_CLASSES),
        **{f"dpe_{letter}": label == letter for letter in DPE_CLASSES},
        "dpe_none": ~labelled,
    }
    counts = count_by(dwellings, by, flags, index)
    counts.insert(0, "dwellings", counts["described"])
    return counts


def dpe_mode(counts: pd.DataFrame, stem: str = "dpe") -> pd.Series:
    """Most frequent DPE class among the labelled; the worse of equals; missing where none is labelled."""
    worst_first = [f"{stem}_{letter}" for letter in reversed(DPE_CLASSES)]
    numbers = counts[worst_first].astype("Float64").fillna(0).to_numpy(dtype=float)
    letters = np.array(list(reversed(DPE_CLASSES)), dtype=object)[numbers.argmax(axis=1)]
    return pd.Series(letters, index=counts.index, dtype="string").where(numbers.sum(axis=1) > 0)


def rates_of(columns: pd.Index) -> list[Rate]:
    """List the rates that can be made of these counts."""
    return [
        rate
        for rate in [*RATES, *complaint.category_rates(columns), *energy.calendar_rates(columns)]
        if {rate.part, rate.of, rate.known, rate.out_of} <= set(columns)
    ]


def derive(counts: pd.DataFrame) -> pd.DataFrame:
    """Add what follows from counts: the commonest DPE class and every rate whose counts are there."""
    labelled = {f"dpe_{letter}" for letter in DPE_CLASSES} <= set(counts.columns)
    made = counts.assign(dpe_mode=dpe_mode(counts)) if labelled else counts
    return with_rates(made, rates_of(made.columns))


def count_columns(indicators: pd.DataFrame) -> list[str]:
    """List the columns that may be added up: not the rates, nor what stands beside them."""
    made = set(NOT_SUMS)
    for rate in rates_of(indicators.columns):
        made |= {rate.name, f"{rate.stem}_n", f"{rate.stem}_coverage"}
    return [name for name in indicators.columns if name not in made]


def _dwelling_counts(
    dwellings: pd.DataFrame,
    index: pd.Index,
    by: str,
    *,
    households: pd.DataFrame | None,
    turnovers: pd.DataFrame | None,
    parameters: Mapping[str, float] | None,
    tense: bool | pd.Series | None,
    on: pd.Timestamp,
    since: pd.Timestamp,
) -> pd.DataFrame:
    """Count all that follows from dwellings and what is tied to them."""
    if parameters is None and (households is not None or turnovers is not None):
        raise ThresholdError(
            "occupancy and flows need thresholds: pass the dated reference values as parameters"
        )
    counts = stock_counts(dwellings, index, by)
    if parameters is not None:
        rules = energy.EnergyRules.of(parameters)
        counts = counts.join(energy.energy_counts(dwellings, index, rules, on=on, by=by))
    if households is not None:
        rules = occupancy.OccupancyRules.of(parameters)
        counts = counts.join(
            occupancy.occupancy_counts(households, dwellings, index, rules, tense=tense, by=by)
        )
    if turnovers is not None:
        rules = flows.FlowRules.of(parameters)
        found = flows.flow_counts(turnovers, dwellings, index, rules, on=on, since=since, by=by)
        counts = counts.join(found.drop(columns=["vacant", "in_market"]))
    return counts


def _charge_counts(
    charges: pd.DataFrame, dwellings: pd.DataFrame, numbers: pd.Series, on: pd.Timestamp
) -> pd.DataFrame:
    """Add up the charges of the last year settled before ``on``; all missing where there is none."""
    past = charges[charges["year"] < on.year]
    year = charge.settled_year(past)
    table = charge.charges_by_item(past, numbers.index, year=year if year is not None else on.year)
    return charge.charge_counts(table, charge.living_area_m2(dwellings, numbers.index), numbers)
