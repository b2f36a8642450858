"""The sites of a form judged for a public, as the pages share them: measures once, weights at each touch."""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import streamlit as st

from geo.crs import WORKING_CRS
from planning.decision import Acceptability, default_weights, spread
from planning.decision.values import FAMILIES, most_particular
from planning.publics import FAMILY
from views.jobs import scores, site_sheet
from views.jobs.layouts import laid_out, layout_public, other_tenure
from views.jobs.scores import Judged
from views.shared import cache

DRAWN = ("drawn_sites", "plu_zones", "parcels", "edge_overrides", "rule_books")
TABLES = (*scores.TABLES, *scores.SURROUNDINGS, *DRAWN)
LIVE_DRAWS = 200
Points = Mapping[str, tuple[tuple[float, float], ...]]


def judged(form: str, public: str, points: Points | None = None) -> Judged:
    """Return the sites that take a form, judged for a public, by these value functions."""
    base = _judged(cache.versions(*TABLES), cache.reference_date(), form, public)
    moved = tuple(sorted((points or {}).items()))
    return _moved(base.run_hash(base.weights), cache.versions(*TABLES), base, moved) if moved else base


@st.cache_resource(max_entries=12, show_spinner=False)
def _judged(versions: tuple[str, ...], on: pd.Timestamp, form: str, public: str) -> Judged:
    sites, results = all_sites(public)
    _, beside = all_sites(other_tenure(public))
    return scores.judge(
        cache.store(), form, public, parameters=cache.parameters(), sites=sites,
        results=results[results["form"] == form], beside=beside[beside["form"] == form],
    )  # fmt: skip


@st.cache_resource(max_entries=12, show_spinner=False)
def _moved(key: str, versions: tuple[str, ...], _base: Judged, points: tuple) -> Judged:
    return scores.valued(_base, cache.parameters(), dict(points))


def all_sites(public: str = FAMILY) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the sites and their results by form, as laid out for a public: parcels, then drawn outlines."""
    return _all_sites(cache.versions("sites", "site_results", "site_publics", *DRAWN), public)


@st.cache_resource(max_entries=6, show_spinner=False)
def _all_sites(versions: tuple[str, ...], public: str) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    store = cache.store()
    sites, results = cache.read("sites"), laid_out(store, public, cache.parameters())
    drawn, theirs = site_sheet.drawn_results(store, layout_public(store, public))
    if drawn.empty:
        return sites, results
    together = gpd.GeoDataFrame(
        pd.concat([sites, drawn[drawn.columns.intersection(sites.columns)]]), crs=WORKING_CRS
    )
    kept = theirs.columns.intersection(results.columns)
    return together, pd.concat([results, theirs[kept]], ignore_index=True)


def standard(form: str, public: str) -> pd.Series:
    """Return the reference weights of the criteria; they make 1."""
    return default_weights(cache.parameters(), form, public)


def family_weights(form: str, public: str) -> dict[str, float]:
    """Return the reference weight of each family, %."""
    by_family = standard(form, public)
    return {family: 100 * float(by_family[by_family.index.str[0] == family].sum()) for family in FAMILIES}


def criterion_points(form: str, public: str) -> dict[str, float]:
    """Return the reference points of each criterion inside its family."""
    p = cache.parameters()
    return {name: most_particular(p, f"points.{name}", form, public) for name in standard(form, public).index}


def weights_of(families: Mapping[str, float], points: Mapping[str, float]) -> pd.Series:
    """Return the weights of the criteria from those of the families and the points inside them."""
    return spread(families, points)


def robust(
    form: str, public: str, weights: pd.Series, points: Points | None, *, k: int, draws: int
) -> Acceptability:
    """Return the chance of each site to be among the best k under these weights, more or less."""
    one = judged(form, public, points)
    return _robust(one.run_hash(weights), cache.versions(*TABLES), k, draws, one, weights)


@st.cache_resource(max_entries=32, show_spinner=False)
def _robust(
    run: str, versions: tuple[str, ...], k: int, draws: int, _one: Judged, _weights: pd.Series
) -> Acceptability:
    return _one.robust(_weights, cache.parameters(), k=k, draws=draws)
