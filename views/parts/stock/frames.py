"""The stock as its page shows it: residences with their sector, agency and figures; filters; search; the map's text."""

import geopandas as gpd
import pandas as pd
import shapely

from geo.complaints import backlog, drivers
from geo.crs import DRAWING_CRS, WORKING_CRS, working_point
from geo.indicators import by_area
from views.parts.stock.overlays import hide_small, least
from views.shared import cache, filters, layers, palette
from views.shared.i18n import N_
from views.shared.kept import kept
from views.shared.search import Entry, index

PERIODS = {
    "before_1949": (None, 1948, N_("Before 1949")),
    "1949_1974": (1949, 1974, N_("1949 – 1974")),
    "1975_1990": (1975, 1990, N_("1975 – 1990")),
    "1991_2005": (1991, 2005, N_("1991 – 2005")),
    "since_2006": (2006, None, N_("Since 2006")),
}
FIGURES = (
    "described", "vacant", "in_market", "labelled", "dpe_mode", "vacancy_rate", "vacancy_n", "leaky_share",
    "complaints", "complaints_per_100", "dwelling_years",
)  # fmt: skip
ADDRESS_REACH_M = 150
REGISTER_YEARS = 5
TOLD = ("under_occupied", "under_occupied_share", "under_occupied_n")
TABLES = ("residences", "dwellings", "complaints", "sectors", "agencies", "households", "occupancy")


def stock() -> gpd.GeoDataFrame:
    """Return all residences by ``residence_id``: their columns, ``sector_name``, ``agency_name``, figures."""
    return _stock(cache.versions(*TABLES), cache.reference_date())


@kept(4)
def _stock(versions: tuple[str, ...], on: pd.Timestamp) -> gpd.GeoDataFrame:
    residences = cache.read("residences").copy()
    sectors = cache.read("sectors", geometry=False)
    agency = residences["agency_id"].fillna(residences["sector_id"].map(sectors["agency_id"]))
    figures = cache.indicators().reindex(columns=list(FIGURES))
    people = cache.households_told()
    hidden = people.get("under_occupied_hidden", pd.Series(False, index=people.index))
    people = people.reindex(columns=list(TOLD)).assign(under_occupied_share_hidden=hidden)
    named = residences.assign(
        agency_id=agency,
        sector_name=residences["sector_id"].map(sectors["name"]),
        sector_colour=residences["sector_id"].map(sector_colours(sectors)),
        agency_name=agency.map(cache.read("agencies", geometry=False)["name"]),
        period=residences["year_built"].map(period, na_action="ignore"),
        size=filters.size_of(residences["dwellings"]),
    )
    return hide_small(named.join(figures).join(people), "complaints_per_100")


def period(year: int) -> str:
    """Return the period of construction of a year."""
    return next(
        name for name, (first, last, _label) in PERIODS.items() if (first or 0) <= year <= (last or 9999)
    )


def sector_colours(sectors: pd.DataFrame) -> pd.Series:
    """Give each sector its colour, neighbours in the list of agencies far apart."""
    ordered = sectors.reset_index().sort_values(["agency_id", "sector_id"])["sector_id"]
    colours = [palette.CATEGORIES[i % len(palette.CATEGORIES)] for i in range(len(ordered))]
    return pd.Series(colours, index=ordered.to_numpy(), dtype="object")


def totals(shown: pd.DataFrame) -> pd.Series:
    """Return the figures of the residences shown, added up then divided: never averages of rates."""
    return by_area(shown, cache.indicators().loc[shown.index]).iloc[0]


def entries() -> list[Entry]:
    """Return what can be searched: residences, their buildings' addresses, then the town's addresses."""
    return _entries(cache.versions("residences", "buildings", "addresses"))


@kept(2)
def _entries(versions: tuple[str, ...]) -> list[Entry]:
    residences = cache.read("residences", geometry=False)
    buildings = cache.read("buildings", geometry=False).dropna(subset=["address"])
    named = buildings.assign(title=buildings["residence_id"].map(residences["name"]))
    named = named.drop_duplicates(["residence_id", "address"]).set_index("residence_id")
    elsewhere = named[named["address"] != residences["address"].reindex(named.index)]
    return (
        index("residences", residences, "name", "address")
        + index("residences", elsewhere, "title", "address")
        + index("addresses", cache.read("addresses", geometry=False), "label", "city")
    )


def bounds() -> list[list[float]] | None:
    """Return the corners of the town: its parcels', else its residences'."""
    return _bounds(cache.versions("sectors", "communes", "residences", "parcels"))


@kept(4)
def _bounds(versions: tuple[str, ...]) -> list[list[float]] | None:
    found = (layers.corners(cache.read(table)) for table in ("sectors", "communes", "parcels", "residences"))
    return next((corners for corners in found if corners), None)


def sector_areas() -> str:
    """Return the sectors, each tinted in its own colour."""
    return _sector_areas(cache.versions("sectors"), palette.theme())


@kept(4)
def _sector_areas(versions: tuple[str, ...], theme: str) -> str:
    sectors = cache.read("sectors")
    sectors = sectors[sectors.geometry.notna()]
    colours = sector_colours(sectors)
    line = {"color": palette.GROUND[theme]["ink"], "weight": 1.6, "opacity": 0.55, "fill": True}
    style = {
        i: line | {"fillColor": colours[i], "fillOpacity": 0.2 if theme == "light" else 0.28}
        for i in sectors.index
    }
    return layers.areas(sectors, pd.Series(style, dtype="object"), sectors["name"])


def nearest_to_address(address_id: str) -> str | None:
    """Return the residence nearest to an address; None beyond 150 m."""
    point = cache.read("addresses").geometry.get(address_id)
    return None if point is None else _nearest(point, ADDRESS_REACH_M)


def subjects(residence_id: str) -> pd.Series:
    """Return how many requests of the last twelve months each category has, most frequent first."""
    counted = _subjects(cache.versions("complaints"), cache.reference_date())
    mine = counted[counted.index.get_level_values(0) == residence_id].droplevel(0)
    return mine.sort_values(ascending=False, kind="stable")


@kept(4)
def _subjects(versions: tuple[str, ...], on: pd.Timestamp) -> pd.Series:
    last = cache.store().tally_months(on=on, since=on - pd.DateOffset(years=1))
    return last.groupby(["residence_id", "category"])["requests"].sum()


def by_month() -> pd.DataFrame:
    """Return the requests opened by residence, month and category: ``requests``, and ``month`` by its first day."""
    return _by_month(cache.versions("complaints"), cache.reference_date())


@kept(2)
def _by_month(versions: tuple[str, ...], on: pd.Timestamp) -> pd.DataFrame:
    return cache.store().tally_months(on=on, since=on - pd.DateOffset(years=REGISTER_YEARS))


def open_by_age() -> pd.DataFrame:
    """Return the requests open on the reference date by residence: ``open``, then by age (``geo.complaints``)."""
    return _open_by_age(cache.versions("complaints"), cache.reference_date())


@kept(2)
def _open_by_age(versions: tuple[str, ...], on: pd.Timestamp) -> pd.DataFrame:
    cases = cache.store().closing_cases(on=on, since=on - pd.DateOffset(years=REGISTER_YEARS))
    return backlog(cases, on=on, by="residence_id")


def driving(hot: pd.Index) -> pd.DataFrame:
    """Return the subjects of technical requests in excess in some residences, in twelve months; see ``drivers``."""
    rows = by_month()
    last = rows[rows["month"] >= cache.reference_date() - pd.DateOffset(years=1)]
    technical = last[last["category"] != "tranquillity"]
    found = drivers(technical, cache.counted().counts["dwelling_years"], hot)
    return found[found["times_low"] > 1]


def months(count: int) -> pd.DatetimeIndex:
    """Return the first days of the last whole months before the reference date, as many as the register reaches."""
    on = cache.reference_date()
    last = (on - pd.Timedelta(days=1)).to_period("M") - (0 if on.day == 1 else 1)
    rows = by_month()
    first = max(rows["month"].min().to_period("M"), last - count + 1) if len(rows) else last
    return pd.period_range(first, last, freq="M").to_timestamp()


def monthly_rates(count: int) -> pd.DataFrame:
    """
    Return the requests of each month for 100 dwellings let and a year, by residence; a month without is 0.

    Missing for residences under the least number of dwellings, and where no dwelling let is known.
    """
    return _monthly_rates(cache.versions(*cache.COUNTED), cache.reference_date(), count)


@kept(2)
def _monthly_rates(versions: tuple[str, ...], on: pd.Timestamp, count: int) -> pd.DataFrame:
    rows, whole = by_month(), stock()
    counted = rows.groupby(["residence_id", "month"])["requests"].sum().unstack("month")
    counted = counted.reindex(index=whole.index, columns=months(count)).fillna(0)
    let = cache.counted().counts["let"].reindex(whole.index).astype("Float64")
    exposed = let.where((let > 0) & (whole["dwellings"] >= least())).astype(float)
    return counted.mul(12 * 100).div(exposed, axis=0)


def nearest(latitude: float, longitude: float, within_m: float) -> str | None:
    """Return the residence nearest to a point of the map, no farther than ``within_m``."""
    point = working_point(latitude, longitude)
    return _nearest(point, within_m)


def _nearest(point: shapely.Point, within_m: float) -> str | None:
    away = stock().geometry.dropna().distance(point)
    return str(away.idxmin()) if len(away) and away.min() <= within_m else None


def place(residence_id: str | None) -> list[float] | None:
    """Return where a residence is drawn (latitude, longitude); None where it is not located."""
    row = stock().geometry.get(residence_id)
    if row is None:
        return None
    point = gpd.GeoSeries([row], crs=WORKING_CRS).to_crs(DRAWING_CRS).iloc[0]
    return [round(point.y, 6), round(point.x, 6)]
