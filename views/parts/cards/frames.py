"""What cards, sector pages and sheets read: every figure by level, told, made once while the store holds still."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geo.charges import ChargeRules, period_of
from geo.flows import FlowRules, stock_flow_check
from geo.peers import beside_peers
from views.jobs import indicators as job
from views.jobs import ranking
from views.parts.stock import frames as stock
from views.parts.stock.atlas import least
from views.parts.stock.catalogue import FIGURES
from views.parts.stock.figures import FAMILIES, Figure
from views.shared import cache
from views.shared.i18n import _
from views.shared.kept import kept

MONTHS, LAST, SITES_SHOWN, SITES_M = 24, 5, 4, 500
ENERGY_PEERS = {"heating, period": ("heating", "built"), "heating": ("heating",)}


@dataclass(frozen=True, slots=True)
class Told:
    """A figure of a place, as it may be told: its words, what it was measured on, whether it is hidden."""

    value: str
    n: object
    coverage: object
    hidden: bool
    number: object = pd.NA


def warm() -> None:
    """Make what the first card needs while its reader still looks at the map; at once where it is made already."""
    for level in ("residence", "sector", "stock"):
        _rows(cache.versions(*cache.COUNTED), cache.reference_date(), level)
    for make in (months, room_types, energy_peers, sites_index):
        make()


def of_family(family: str) -> list[Figure]:
    """Return the figures of a family that are numbers, in the order of the atlas."""
    return [f for f in FIGURES.values() if f.family == family and f.kind != "word" and f.key != "months"]


FAMILIES_SHOWN = tuple(family for family in FAMILIES if family != "territory")


def table(level: str) -> pd.DataFrame:
    """
    Return every figure by area of a level (``residence``, ``sector``, ``agency``, ``stock``), as it is told.

    Figures on requests are missing for a residence of too few dwellings, with ``<stem>_hidden``.
    """
    return _table(cache.versions(*cache.COUNTED), cache.reference_date(), level)


@kept(8)
def _table(versions: tuple[str, ...], on: pd.Timestamp, level: str) -> pd.DataFrame:
    counted = cache.counted(on)
    found = job.figures(counted, job.area_of(counted.residences, level))
    if level == "residence":
        found = hide_small(found, least())
    return found[found.index.notna()]


def hide_small(found: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """Blank the figures on requests of residences of few dwellings, with the counts they are made of."""
    small = (found["dwellings"] < fewest).fillna(False).astype(bool)
    columns = {}
    for figure in FIGURES.values():
        if figure.small and figure.column in found:
            columns[figure.column] = found[figure.column].mask(small)
            columns[f"{figure.stem}_hidden"] = small & found[figure.column].notna()
            for name in (figure.needs - {"dwellings", "dwelling_years", "status_known"}) & set(found):
                columns[name] = found[name].mask(small)
    return found.assign(**columns)


def told(figure: Figure, row: Mapping[str, object]) -> Told:
    """Return a figure of a place, whose row is ``row_of``."""
    value = row.get(figure.column, pd.NA)
    if row.get(f"{figure.stem}_hidden", False) is True and pd.isna(value):
        return Told(_("not shown"), pd.NA, pd.NA, True)
    words = _("unknown") if pd.isna(value) else figure.write(value)
    n, coverage = (row.get(f"{figure.stem}_{what}", pd.NA) for what in ("n", "coverage"))
    return Told(words, pd.NA if pd.isna(value) else n, coverage, False, value)


def row_of(level: str, key: str) -> dict[str, object]:
    """Return every figure of a residence, a sector, an agency or the stock (key ``all``); empty where unknown."""
    return _rows(cache.versions(*cache.COUNTED), cache.reference_date(), level).get(key, {})


@kept(8)
def _rows(versions: tuple[str, ...], on: pd.Timestamp, level: str) -> dict[str, dict[str, object]]:
    return table(level).astype("object").to_dict("index")


def is_small(residence_id: str) -> bool:
    """Say whether a residence has too few dwellings for figures on requests."""
    count = cache.read("residences", geometry=False)["dwellings"].get(residence_id)
    return bool(pd.notna(count) and count < least())


def ranked(figure: Figure) -> pd.DataFrame:
    """Return the residences of the stock in the order of a figure, with its uncertainty."""
    return _ranked(cache.versions(*cache.COUNTED), cache.reference_date(), figure.key)


@kept(64)
def _ranked(versions: tuple[str, ...], on: pd.Timestamp, key: str) -> pd.DataFrame:
    figure = FIGURES[key]
    first = figure.scale != "gain"
    return ranking.ranking(table("residence"), figure.column, cache.counted(on), high_is_first=first)


def months() -> pd.DataFrame:
    """Return the requests of each residence (rows) by month of opening (columns), two years; counted by the store."""
    return _months(cache.versions("complaints"), cache.reference_date())


@kept(2)
def _months(versions: tuple[str, ...], on: pd.Timestamp) -> pd.DataFrame:
    rows = stock.by_month()
    names = pd.period_range(on - pd.DateOffset(months=MONTHS), on - pd.Timedelta(days=1), freq="M")[-MONTHS:]
    inside = rows.assign(period=pd.to_datetime(rows["month"]).dt.to_period("M"))
    counts = inside.pivot_table(index="residence_id", columns="period", values="requests", aggfunc="sum")
    return counts.reindex(columns=names).fillna(0).astype("int64")


def trend(residence_ids: list[str]) -> pd.Series:
    """Return the requests of some residences by month."""
    counted = months()
    return counted.reindex([key for key in residence_ids if key in counted.index]).sum()


def last_requests(residence_id: str) -> pd.DataFrame:
    """Return the last requests of a residence: day, category, status; never their text."""
    columns = ["opened_at", "category", "status"]
    rows = cache.store().read("complaints", columns=columns, where={"residence_id": residence_id})
    return rows.nlargest(LAST, "opened_at")[columns]


def room_types() -> pd.DataFrame:
    """Return the dwellings of each residence by type (T1 .. T6); those of unknown type under ``unknown``."""
    return _room_types(cache.versions("dwellings"))


@kept(2)
def _room_types(versions: tuple[str, ...]) -> pd.DataFrame:
    rows = cache.read("dwellings", geometry=False)
    kinds = rows["room_type"].astype("object").where(rows["room_type"].notna(), "unknown")
    counted = pd.crosstab(rows["residence_id"], kinds)
    return counted[sorted(counted.columns, key=lambda name: (name == "unknown", name))]


def buildings(residence_id: str) -> pd.DataFrame:
    """Return the buildings of a residence."""
    rows = cache.read("buildings", geometry=False)
    return rows[rows["residence_id"] == residence_id]


def energy_peers() -> pd.DataFrame:
    """Return the primary energy of each residence beside those of the same heating and period."""
    return _energy_peers(cache.versions(*cache.COUNTED), cache.reference_date())


@kept(2)
def _energy_peers(versions: tuple[str, ...], on: pd.Timestamp) -> pd.DataFrame:
    rules = ChargeRules.of(cache.parameters())
    residences = cache.counted(on).residences
    traits = residences[["heating"]].assign(built=period_of(residences["year_built"], rules))
    values = table("residence").get("ep_kwh_m2_year", pd.Series(dtype="Float64"))
    return beside_peers(values, traits, ENERGY_PEERS, least=rules.least_peers)


def charges(residence_id: str) -> pd.DataFrame:
    """Return each item of charges of a residence beside its peers', the dearest first; empty where unknown."""
    found = cache.counted().comparison
    if found is None or residence_id not in found.index.get_level_values("residence_id"):
        return pd.DataFrame()
    return found.loc[residence_id].sort_values("eur_m2_year", ascending=False)


def sites_index() -> object:
    """Return the spatial index of the sites, made once and kept with their frame."""
    return cache.read("sites").sindex


def sites_near(residence_id: str) -> pd.DataFrame:
    """Return the sites where something fits within 500 m, the best first: form, dwellings, score, ``away_m``."""
    sites, place = cache.read("sites"), cache.read("residences").geometry.get(residence_id)
    if place is None or sites.empty:
        return pd.DataFrame()
    near = sites.iloc[sites_index().query(place.buffer(SITES_M), predicate="intersects")]
    near = near[near["best_form"].notna()]
    away = gpd.GeoSeries(near.geometry).distance(place)
    return near.assign(away_m=away).sort_values("score", ascending=False, kind="stable")


def identities(level: str, key: str) -> pd.DataFrame | None:
    """Return vacancy as counted and as its flow and duration imply, for a place; None without moves."""
    return _identities(cache.versions(*cache.COUNTED), cache.reference_date(), level, key)


@kept(64)
def _identities(versions: tuple[str, ...], on: pd.Timestamp, level: str, key: str) -> pd.DataFrame | None:
    turnovers = cache.read("turnovers", geometry=False)
    if turnovers.empty:
        return None
    counted = cache.counted(on)
    area = job.area_of(counted.residences, level)
    ours = counted.residences.index if area is None else area.index[(area == key).fillna(False)]
    dwellings = cache.read("dwellings", geometry=False)
    homes = dwellings[dwellings["residence_id"].isin(ours)]
    moves = turnovers[turnovers["dwelling_id"].isin(homes.index)]
    if homes.empty or moves.empty:
        return None
    rules = FlowRules.of(counted.parameters)
    return stock_flow_check(moves, homes, rules, on=on, since=counted.since)
