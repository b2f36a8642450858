"""One site studied whole: what fits, drawn; both tenures costed; what stands around; parcels and outlines alike."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from data.store import Store
from geo.crs import WORKING_CRS
from planning.finance import (
    Operation,
    RentalAssessment,
    assess_rental,
    evaluate_direct,
    evaluate_ownership,
    market_price,
)
from planning.finance.inputs import FinanceError, Reading
from planning.parameters import Parameters
from planning.publics import FAMILY
from planning.sites import SiteExplanation, evaluate, explain_site
from views.jobs import scores
from views.jobs import sites as sites_job

AROUND_M = 100.0
RESIDENCES_M = 500.0
COVERED_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Study:
    """
    A site and one form on it: ``operation`` as costed to let, ``assumed`` the names of what nobody gave.

    ``rental`` is None, and ``fault`` says why, where the cost is unknown or the layout to let does not fit;
    ``sold`` is the operation as laid out to own, None where it does not fit, and ``owned`` holds the figures of PSLA
    and BRS and the direct sale by name, missing then; ``used`` the parameters read, with their status, source and
    whether they are out of date; ``vat`` the geometry of the reduced VAT, None where no district is known;
    ``market`` what homes sell for around (`planning.finance.market_price`).
    """

    operation: Operation
    sold: Operation | None
    assumed: tuple[str, ...]
    rental: RentalAssessment | None
    fault: FinanceError | None
    owned: pd.Series
    used: pd.DataFrame
    vat: pd.Series | None
    market: pd.Series | None = None


def is_drawn(site_id: str) -> bool:
    """Whether a site is an outline somebody drew, not a parcel."""
    return site_id.startswith("D")


def explain(store: Store, site_id: str, *, public: str = FAMILY) -> SiteExplanation:
    """
    Draw one site, parcel or drawn outline, as laid out for a public.

    Raises
    ------
    KeyError
        If the store has no such site.
    """
    if not is_drawn(site_id):
        return sites_job.explain(store, site_id, public=public)
    block = drawn_block(store, site_id)
    return explain_site(block, site_id, sites_job.site_parameters(), public=public)


def drawn_block(store: Store, site_id: str) -> "sites_job.SiteBlock":
    """Return the block of a drawn outline: the parcels it mostly covers are part of it, the others its neighbours."""
    row = store.read("drawn_sites", where={"drawn_id": site_id})
    if row.empty:
        raise KeyError(f"no drawn site {site_id!r} in the store")
    shape = row.geometry.iloc[0]
    xmin, ymin, xmax, ymax = shape.bounds
    window = (xmin - AROUND_M, ymin - AROUND_M, xmax + AROUND_M, ymax + AROUND_M)
    block = sites_job.read_block(store, within=window)
    near = block.parcels
    kept = near[near.intersection(shape).area <= COVERED_SHARE * near.area]
    left = kept.assign(geometry=kept.geometry.difference(shape, align=False))
    left = left[~left.geometry.is_empty]
    insee = near["insee_code"].mode()
    drawn = gpd.GeoDataFrame(
        {"insee_code": [insee.iloc[0] if len(insee) else None], "section": [None], "number": [None]},
        index=pd.Index([site_id], name="parcel_id"), geometry=[shape], crs=WORKING_CRS,
    ).assign(area_m2=shape.area)  # fmt: skip
    parcels = pd.concat([left, drawn])
    parcels = gpd.GeoDataFrame(parcels, geometry="geometry", crs=WORKING_CRS)
    return replace(block, parcels=parcels, owners=None)


def drawn_results(store: Store, public: str = FAMILY) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return rows of ``sites`` and ``site_results`` for every drawn outline, evaluated for a public as parcels are."""
    sites, results = [], []
    for site_id in store.read("drawn_sites", columns=[], geometry=False).index:
        found = evaluate(drawn_block(store, site_id), sites_job.site_parameters(), public=public)
        sites.append(found.sites.loc[[site_id]])
        results.append(found.results[found.results["site_id"] == site_id])
    if not sites:
        return store.read("sites").iloc[:0], store.read("site_results").iloc[:0]
    return pd.concat(sites), pd.concat(results, ignore_index=True)


def study(
    store: Store,
    site: pd.Series,
    result: pd.Series,
    parameters: Parameters,
    *,
    owned: pd.Series | None = None,
    known: Mapping[str, float] | None = None,
    equity_eur: float | None = None,
    operation: Operation | None = None,
) -> Study:
    """
    Cost both tenures of one form on one site, each on its own layout.

    Parameters
    ----------
    site
        Row of ``sites``, named by its key.
    result
        Row of ``site_results`` as laid out to let: ``form``, ``fits``, ``dwellings``, ``floors``, ``floor_area_m2``.
    owned
        The same as laid out to own; the layout to let by default. One of the two fits.
    known
        What somebody knows: ``land_price_eur``, ``demolition_m2``, ``pollution_m2``, ``market_eur_m2``.
    """
    place = gpd.GeoDataFrame([site], geometry="geometry", crs=WORKING_CRS).rename_axis("site_id")
    price = market(store, place, str((result if owned is None else owned)["form"]), parameters)
    learnt = {"market_eur_m2": price["market_eur_m2"], **(known or {})}
    given = scores.land_known(place).assign(**{name: float(value) for name, value in learnt.items()})
    to_let = _costed(store, result, place, parameters, given)
    to_own = to_let if owned is None else _costed(store, owned, place, parameters, given)
    row = to_own if to_let is None else to_let
    assumed = tuple(name for name in row["assumed"].split(",") if name)
    one = operation or _operation(row, parameters)
    vat = scores.vat_of(store, place, parameters)
    reading = Reading(parameters)
    sold = None if to_own is None else one if to_own is to_let else _operation(to_own, parameters)
    frame = (sold or one).frame().assign(market_eur_m2=row["market_eur_m2"])
    figures = _owned(frame, reading, vat)
    if sold is None:
        figures[:] = np.nan
    rental, fault = None, None
    if to_let is not None:
        try:
            rental = assess_rental(one, parameters, equity_eur=equity_eur)
        except FinanceError as error:
            fault = error
    used = pd.concat([rental.used, reading.used]) if rental else reading.used
    used = used[~used.index.duplicated()].sort_index()
    return Study(
        one, sold, assumed, rental, fault, figures, used, None if vat is None else vat.iloc[0], price
    )


def _costed(
    store: Store, result: pd.Series, place: gpd.GeoDataFrame, p: Parameters, given
) -> pd.Series | None:
    """The quantities of the layout of a result; None where it does not fit."""
    fitting = pd.DataFrame([result]).set_axis(place.index).rename_axis("site_id")
    rows = scores.operations(store, fitting, place, p, known=given)
    return rows.iloc[0] if len(rows) else None


def _owned(frame: pd.DataFrame, reading: Reading, vat: pd.DataFrame | None) -> pd.Series:
    """The figures of PSLA, BRS and the direct sale of one operation."""
    reduced = np.array([vat is not None and bool(vat["eligible"].iloc[0])])
    found = evaluate_ownership(frame, reading, accept_expired=True).iloc[0]
    direct = evaluate_direct(frame, reading, reduced, accept_expired=True).iloc[0]
    if vat is None:
        direct[:] = np.nan
    return pd.concat([found, direct])


def _operation(row: pd.Series, p: Mapping[str, float]) -> Operation:
    shares = {f"{product}_share": p[f"rental.{product}_share"] for product in ("plai", "plus", "pls")}
    names = [name for name in Operation.__dataclass_fields__ if name not in shares]
    values = {name: row[name].item() if hasattr(row[name], "item") else row[name] for name in names}
    return Operation(**values, **shares)


def residences_near(store: Store, shape) -> gpd.GeoDataFrame:
    """Return the landlord's residences within 500 m of a site, nearest first, with ``away_m``."""
    residences = store.read("residences")
    located = residences[residences.geometry.notna()]
    away = located.distance(shape)
    near = located.assign(away_m=away)[away <= RESIDENCES_M]
    return near.sort_values("away_m", kind="stable")


def market(store: Store, place: gpd.GeoDataFrame, form: str, parameters: Parameters) -> pd.Series:
    """Return what homes of the kind of a form sell for around a site: ``market_eur_m2``, of how many ``sales``."""
    until = store.last_sale()
    if until is None:
        return market_price(place, None, form, parameters).iloc[0]
    reach = parameters["market.radius_m"]
    xmin, ymin, xmax, ymax = place.total_bounds
    near = store.read("sales", within=(xmin - reach, ymin - reach, xmax + reach, ymax + reach))
    return market_price(place, near, form, parameters, until=until).iloc[0]
