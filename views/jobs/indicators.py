"""The indicators of the stock by residence, sector, agency or as a whole, from the store."""

from collections.abc import Callable, Mapping

import pandas as pd

from data import reference
from data.store import Store
from geo.indicators import by_area, count_columns, delay_indicators, derive, residence_indicators
from geo.periods import period
from geo.suppression import PrivacyRules, nearness, told, withhold
from planning.parameters import Parameters

Progress = Callable[[float, str], None]
AREAS = {"residence": "residence_id", "sector": "sector_id", "agency": "agency_id", "stock": None}
NAMED_IN = {"residence": "residences", "sector": "sectors", "agency": "agencies"}
OPTIONAL = {
    "complaints": "complaints",
    "households": "households",
    "turnovers": "turnovers",
    "charges": "charges",
    "survey": "occupancy",
}


def run(
    store: Store,
    *,
    by: str = "sector",
    since: str | pd.Timestamp | None = None,
    progress: Progress = lambda done, text: None,
) -> pd.DataFrame:
    """
    Compute every indicator that the tables of the store allow.

    Parameters
    ----------
    by
        ``residence``, ``sector``, ``agency`` or ``stock``.
    since
        First day of complaints and moves; by default a year before the reference date of the store (a setting;
        today where it is not set).

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
        If ``by`` is none of the four.
    """
    if by not in AREAS:
        raise ValueError(f"by {by!r}: expected one of {', '.join(AREAS)}")
    on, since = period(store.settings().get("reference_date") or pd.Timestamp.now(), since)
    progress(0.0, "reading")
    residences = with_agency(store.read("residences"), store.read("sectors", geometry=False))
    dwellings = store.read("dwellings", geometry=False)
    tables = {name: store.read(table, geometry=False) for name, table in OPTIONAL.items()}
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
    progress(0.8, "adding up")
    cases = {name: given[name] for name in ("complaints", "turnovers") if name in given}
    area = {"residence": residences.index.to_series(), "stock": None}.get(by, residences.get(AREAS[by]))
    rules = PrivacyRules.of(parameters)
    safe = withhold(found[count_columns(found)], area, nearness(residences), rules)
    summed = derive(safe) if by == "residence" else by_area(residences, safe, AREAS[by])
    table = told(summed, rules)
    if cases:
        table = table.join(delay_indicators(area, **cases, on=on, since=since))
    heading = {"name": names(store, by, table.index), "on": f"{on:%Y-%m-%d}", "since": f"{since:%Y-%m-%d}"}
    table = pd.concat([pd.DataFrame(heading, index=table.index), table], axis=1)
    progress(1.0, "done")
    return table.rename_axis(AREAS[by] or "area")


def with_agency(residences: pd.DataFrame, sectors: pd.DataFrame) -> pd.DataFrame:
    """Give residences that name no agency the agency of their sector."""
    of_sector = residences["sector_id"].map(sectors["agency_id"])
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


def names(store: Store, by: str, index: pd.Index) -> pd.Series:
    """Return the names of areas; the whole stock and those of no area have none."""
    if by not in NAMED_IN:
        return pd.Series(None, index=index, dtype="str")
    return store.read(NAMED_IN[by], columns=["name"], geometry=False)["name"].reindex(index)
