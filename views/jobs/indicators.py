"""The indicators of the stock by residence, sector, agency, district or as a whole, from the store."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from data import reference
from data.store import Store
from geo import charges as charge
from geo import complaints as complaint
from geo import flows
from geo.energy import reading_counts
from geo.indicators import by_area, count_columns, derive, residence_indicators
from geo.periods import period
from geo.suppression import PrivacyRules, groupings, nearness, told, withhold
from geo.survival import summarise_delays
from planning.parameters import Parameters

Progress = Callable[[float, str], None]
AREAS = {
    "residence": "residence_id",
    "sector": "sector_id",
    "agency": "agency_id",
    "iris": "iris_id",
    "qpv": "qpv_id",
    "stock": None,
}
NAMED_IN = {
    "residence": "residences",
    "sector": "sectors",
    "agency": "agencies",
    "iris": "iris",
    "qpv": "qpv",
}
DISTRICTS = ("iris", "qpv")
DWELLING_COLUMNS = [
    "residence_id", "rooms", "living_area_m2", "year_built", "has_lift", "adapted", "dpe_class", "dpe_date",
    "ep_kwh_m2", "ghg_kg_m2", "elec_share", "let_status", "vacant_since", "rent_eur_month", "in_qpv",
    "insee_code", "floor",
]  # fmt: skip
COLUMNS = {
    "households": [
        "dwelling_id", "persons", "holder_age_band", "rooms_needed", "need_level", "visiting_children",
    ],
}  # fmt: skip
OPTIONAL = {
    "households": "households",
    "turnovers": "turnovers",
    "charges": "charges",
    "survey": "occupancy",
}


@dataclass(frozen=True, slots=True)
class Counted:
    """
    The stock counted once, on a day: what any grouping of residences is added up from.

    Attributes
    ----------
    residences
        By ``residence_id``, EPSG:2154, with ``agency_id`` (its sector's where it names none).
    counts
        Counts by residence, raw: nothing on households may be shown before ``figures`` has told it.
    grouped
        Groups of residences that are told together (``geo.suppression.groupings``).
    delays
        ``closing`` and ``relet``: cases with ``residence_id``, ``days``, ``ended``, of the tables there are.
    comparison
        Charges beside their peers' (``geo.charges.compare``); None without charges.
    """

    residences: gpd.GeoDataFrame
    counts: pd.DataFrame
    grouped: Mapping[str, pd.Series]
    order: pd.Series
    rules: PrivacyRules
    delays: Mapping[str, pd.DataFrame]
    comparison: pd.DataFrame | None
    parameters: Parameters
    on: pd.Timestamp
    since: pd.Timestamp


def run(
    store: Store,
    *,
    by: str = "sector",
    on: str | pd.Timestamp | None = None,
    since: str | pd.Timestamp | None = None,
    progress: Progress = lambda done, text: None,
) -> pd.DataFrame:
    """
    Compute every indicator that the tables of the store allow.

    Parameters
    ----------
    by
        ``residence``, ``sector``, ``agency``, ``iris``, ``qpv`` or ``stock``.
    on
        Day of the figures; by default the reference date of the store (a setting; today where it is not set).
    since
        First day of complaints and moves; by default a year before.

    Returns
    -------
    pandas.DataFrame
        One row an area: ``name``, ``on``, ``since``, then the counts and rates of
        ``geo.indicators.residence_indicators`` and the delays of ``delay_indicators``. An empty table leaves
        its columns out. Figures on households are told by the rule of ``geo.suppression``: rounded, and missing
        with ``<figure>_hidden`` true where too few households answered.

    Raises
    ------
    ValueError
        If ``by`` is none of the six.
    """
    if by not in AREAS:
        raise ValueError(f"by {by!r}: expected one of {', '.join(AREAS)}")
    stock = count(store, on=on, since=since, progress=progress)
    progress(0.8, "adding up")
    area = area_of(stock.residences, by, store.read(by)) if by in DISTRICTS else area_of(stock.residences, by)
    table = add_up(stock, names(store, by), by, area)
    progress(1.0, "done")
    return table


def count(
    store: Store,
    *,
    on: str | pd.Timestamp | None = None,
    since: str | pd.Timestamp | None = None,
    progress: Progress = lambda done, text: None,
) -> Counted:
    """Count all that the tables of the store allow, by residence: once for the areas of any level."""
    on, since = period(on or store.settings().get("reference_date") or pd.Timestamp.now(), since)
    progress(0.0, "reading")
    residences = with_agency(store.read("residences"), store.read("sectors", geometry=False))
    dwellings = store.read("dwellings", columns=DWELLING_COLUMNS, geometry=False)
    tables = {name: store.read(table, columns=COLUMNS.get(name)) for name, table in OPTIONAL.items()}
    given = {name: table for name, table in tables.items() if not table.empty}
    parameters = Parameters.from_frame(reference.load(on.date()))
    progress(0.4, "computing")
    found = residence_indicators(
        residences,
        dwellings,
        **given,
        parameters=parameters,
        tense=tense_dwellings(dwellings, store.read("communes", geometry=False), parameters),
        on=on,
        since=since,
    )
    counts = found[count_columns(found)]
    delays = {}
    if store.count("complaints"):
        exposure = complaint.dwelling_years(dwellings, counts.index, on=on, since=since)
        counts = counts.join(complaint.with_exposure(requests(store, parameters, on, since), exposure))
        counts = counts.join(complaint.category_counts(store.tally_months(on=on, since=since), exposure))
        cases = store.closing_cases(on=on, since=since)
        delays["closing"] = complaint.closing_delays(cases, on=on, since=since)
    comparison = compared(given["charges"], residences, parameters, on) if "charges" in given else None
    area_m2 = charge.living_area_m2(dwellings, counts.index)
    if store.count("energy"):
        read = store.read("energy", columns=["residence_id", "year", "kwh_m2_year"])
        counts = counts.join(reading_counts(read, area_m2, counts["dwellings"], on=on))
    if comparison is not None:
        counts = counts.join(charge.excess_counts(comparison, area_m2, counts["dwellings"]))
    if "turnovers" in given:
        delays["relet"] = flows.relet_delays(given["turnovers"], on=on, since=since)
    rules, order = PrivacyRules.of(parameters), nearness(residences)
    delays = {name: cases.astype({"residence_id": "category"}) for name, cases in delays.items()}
    return Counted(
        residences=residences,
        counts=counts,
        grouped=groupings(counts, order, rules),
        order=order,
        rules=rules,
        delays=delays,
        comparison=comparison,
        parameters=parameters,
        on=on,
        since=since,
    )


def requests(
    store: Store, parameters: Mapping[str, float], on: pd.Timestamp, since: pd.Timestamp
) -> pd.DataFrame:
    """Have the store count the requests of each residence: millions of them never leave it."""
    rules = complaint.ComplaintRules.of(parameters)
    return store.tally_complaints(
        on=on,
        since=since,
        first_answer_hours=rules.first_answer_hours,
        reopening_days=rules.reopening_days,
        tranquillity=complaint.TRANQUILLITY,
    )


def add_up(counted: Counted, named: pd.Series | None, by: str, area: pd.Series | None = None) -> pd.DataFrame:
    """Return what may be told of each area of a level: see ``run``; ``named`` holds the names of areas."""
    table = figures(counted, area_of(counted.residences, by) if area is None else area)
    name = pd.Series(None, index=table.index, dtype="str") if named is None else named.reindex(table.index)
    heading = {"name": name, "on": f"{counted.on:%Y-%m-%d}", "since": f"{counted.since:%Y-%m-%d}"}
    table = pd.concat([pd.DataFrame(heading, index=table.index), table], axis=1)
    return table.rename_axis(AREAS[by] or "area")


def figures(
    stock: Counted,
    area: pd.Series | None,
    among: pd.Index | None = None,
    *,
    only: Collection[str] | None = None,
) -> pd.DataFrame:
    """
    Add up the counts by area, make the rates, tell what may be told: never an average of averages.

    Parameters
    ----------
    area
        Area of each residence (``area_of``); None for the whole stock.
    among
        Only these residences, chosen by filters. Groups told together that are not all among them are
        withheld, so that no two selections differ by fewer households than may be told.
    only
        Counts wanted, and ``closing`` or ``relet`` for delays; a page that shows one figure asks for little.

    Returns
    -------
    pandas.DataFrame
        By area, those of no area in a last row of missing index; by residence where ``area`` is the
        residence itself.
    """
    whole, place = stock.counts, area
    if only is not None:
        whole = whole[[name for name in whole if name in only]]
    counts = whole
    if among is not None:
        inside = whole.index.isin(among)
        given = pd.Series("all", index=whole.index) if area is None else area.reindex(whole.index)
        place = given.astype("object").where(given.notna(), "").where(inside, pd.NA)
        counts = whole[inside]
    safe = withhold(whole, place, stock.order, stock.rules, grouped=stock.grouped).loc[counts.index]
    alone = area is not None and area.name == "residence_id"
    summed = (
        derive(safe) if alone else by_area(_by(area, counts.index), safe, None if area is None else "area")
    )
    table = told(summed, stock.rules)
    for name, cases in stock.delays.items():
        if only is not None and name not in only:
            continue
        chosen = cases if among is None else cases[cases["residence_id"].isin(counts.index)]
        by = None if area is None else [_placed(chosen["residence_id"], area)]
        summary = summarise_delays(chosen[["days", "ended"]], by).add_prefix(f"{name}_")
        table = table.join(summary)
    return table.rename_axis("area" if area is None else area.name)


def area_of(
    residences: gpd.GeoDataFrame, by: str, districts: gpd.GeoDataFrame | None = None
) -> pd.Series | None:
    """
    Return the area of each residence by ``residence_id``; missing where it is in none.

    Statistical and priority districts (``districts``) are those that hold the residence's point, whatever is
    declared; of several, the first by identifier.
    """
    if by == "stock":
        return None
    if by == "residence":
        return pd.Series(residences.index, index=residences.index, name="residence_id")
    if districts is None:
        return residences[AREAS[by]]
    points = residences[["geometry"]].dropna()
    shapes = districts[["geometry"]].dropna().rename_axis("area")
    met = points.sjoin(shapes, predicate="intersects")["area"].sort_values(kind="stable")
    return met.groupby(level=0).first().reindex(residences.index).rename(AREAS[by])


def compared(
    charges: pd.DataFrame, residences: pd.DataFrame, parameters: Mapping[str, float], on: pd.Timestamp
) -> pd.DataFrame | None:
    """Set the charges of the last year settled before ``on`` beside the peers'; None where no year is."""
    past = charges[charges["year"] < on.year]
    year = charge.settled_year(past)
    if year is None:
        return None
    table = charge.charges_by_item(past, residences.index, year=year)
    return charge.compare(table, residences, charge.ChargeRules.of(parameters))


def with_agency(residences: pd.DataFrame, sectors: pd.DataFrame) -> pd.DataFrame:
    """Give residences that name no agency the agency of their sector."""
    of_sector = residences["sector_id"].map(sectors["agency_id"]).astype("str")
    return residences.assign(agency_id=residences["agency_id"].fillna(of_sector))


def tense_dwellings(
    dwellings: pd.DataFrame, communes: pd.DataFrame, parameters: Mapping[str, float]
) -> pd.Series:
    """Say by dwelling whether its commune is tense, after its ABC zone; missing where the zone is unknown."""
    zones = communes["abc_zone"].str.replace(" ", "")
    tense = zones.map(
        {zone: parameters.get(f"occupancy.tense_zone.{zone}") for zone in zones.dropna().unique()}
    )
    return dwellings["insee_code"].map(tense).astype("Float64").astype("boolean")


def names(store: Store, by: str) -> pd.Series | None:
    """Return the names of the areas of a level; the whole stock has none."""
    if by not in NAMED_IN:
        return None
    return store.read(NAMED_IN[by], columns=["name"], geometry=False)["name"]


def _placed(residences: pd.Series, area: pd.Series) -> pd.Series:
    """Return the area of each case, looked up once by residence; ``residences`` is categorical."""
    codes = residences.cat.codes.to_numpy()
    known = area.reindex(residences.cat.categories).astype("object").to_numpy()
    return pd.Series(known[codes], index=residences.index, name="area")


def _by(area: pd.Series | None, index: pd.Index) -> pd.DataFrame:
    placed = pd.DataFrame(index=index.rename("residence_id"))
    return placed if area is None else placed.assign(area=area.reindex(index))
