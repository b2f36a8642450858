"""Judge the sites of a form for a public: measures, values, weights, costs; from the store, without a screen."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd

from data import reference
from data.store import Store
from geo.periods import period
from planning.decision import (
    Acceptability,
    Criterion,
    Panel,
    criteria,
    default_weights,
    draw_weights,
    smaa,
    value_table,
    weighted_sum,
)
from planning.decision.measures import measures
from planning.decision.surroundings import Surroundings, around
from planning.finance import (
    evaluate_ownership,
    evaluate_rental,
    market_price,
    operations_of,
    reduced_vat_zone,
)
from planning.needs import Stock, needs
from planning.parameters import Parameters
from planning.publics import FAMILY, OWNERSHIP, mix_of
from planning.sites import SiteEvaluation
from views.jobs.indicators import with_agency
from views.jobs.layouts import laid_out, other_tenure

PUBLICS = (
    "family",
    "elderly",
    "disabled",
    "students",
    "young_workers",
    "migrant_workers",
    "insertion",
    "emergency",
    "ownership",
)
FORMS = ("small_collective", "intermediate", "townhouse")
TABLES = (
    "sites", "site_results", "residences", "dwellings", "households", "turnovers", "complaints",
    "agencies", "qpv", "communes", "site_publics",
)  # fmt: skip
SURROUNDINGS = tuple(field.name for field in fields(Surroundings))
SEED = 20_261_123


@dataclass(frozen=True, eq=False)
class Judged:
    """
    The sites that take a form, judged for a public, all indexed by ``site_id`` in one order.

    ``rental`` stands on the layout to let (the public's, or that of families for ownership), ``ownership`` on the
    layout to own: each has the ``dwellings`` of its own, and is missing where its layout does not fit.
    ``measures`` in each criterion's unit; ``values`` 0 to 1; ``low`` and ``high`` bound the uncertain values;
    ``left_out`` are the criteria that nobody has data for; ``hash`` names the parameters used.
    """

    form: str
    public: str
    fitting: pd.DataFrame
    measures: pd.DataFrame
    criteria: tuple[Criterion, ...]
    values: pd.DataFrame
    low: pd.DataFrame
    high: pd.DataFrame
    panel: Panel
    weights: pd.Series
    needs: pd.DataFrame
    operations: pd.DataFrame
    rental: pd.DataFrame
    ownership: pd.DataFrame
    vat: pd.DataFrame | None
    left_out: tuple[str, ...]
    parameters: str
    bounds: tuple[pd.DataFrame, pd.DataFrame]

    def ranked(self, weights: pd.Series) -> pd.DataFrame:
        """Score, interval, reliability and rank under these weights: the one product that new weights cost."""
        return weighted_sum(self.panel, weights)

    def run_hash(self, weights: pd.Series) -> str:
        """Twelve characters that name a ranking: its parameters, weights, points, form, public and sites."""
        said = {
            "parameters": self.parameters,
            "form": self.form,
            "public": self.public,
            "weights": {name: round(float(w), 6) for name, w in weights.items()},
            "points": {each.name: each.value.points for each in self.criteria},
            "sites": len(self.values),
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:12]

    def robust(
        self,
        weights: pd.Series,
        p: Mapping[str, float],
        *,
        k: int = 10,
        how: str = "around",
        draws: int | None = None,
    ) -> Acceptability:
        """Chance of each site to be first and among the best k, over weights, costs and unknown values."""
        rng = np.random.default_rng(SEED)
        w = self.panel.weights(weights)
        drawn = draw_weights(
            w,
            draws or int(p["robustness.draws"]),
            rng,
            how=how,
            concentration=p["robustness.concentration"],
            noise_share=p["robustness.noise_share"],
        )
        return smaa(self.panel, drawn, k=k, rng=rng, low=self.low, high=self.high)


def judge(
    store: Store,
    form: str,
    public: str = FAMILY,
    *,
    parameters: Parameters | None = None,
    points: Mapping[str, Sequence] | None = None,
    sites: gpd.GeoDataFrame | None = None,
    results: pd.DataFrame | None = None,
    beside: pd.DataFrame | None = None,
    stock: Stock | None = None,
    known: Surroundings | None = None,
    surrounded: pd.DataFrame | None = None,
    uncertain: bool = True,
) -> Judged:
    """
    Judge every site that takes a form, for a public.

    Parameters
    ----------
    points
        Points of value functions that the user moved, by criterion.
    sites, results, stock, known
        The sites and results to judge, the stock that they are to relieve, and what surrounds them; those of the
        store by default. The results are as laid out for the public (`laid_out`).
    surrounded
        What surrounds these sites or more, where it was measured already.
    beside
        Results of the form as laid out for the other tenure (`other_tenure`); those of the store by default.
    uncertain
        Whether to bound the measures by what costs may be (`Judged.robust`); a score alone needs none.
    """
    p = parameters or all_parameters()
    sites = store.read("sites") if sites is None else sites
    known = known or surroundings_of(store)
    results = laid_out(store, public, p, form=form) if results is None else results
    beside = laid_out(store, other_tenure(public), p, form=form) if beside is None else beside
    fitting, other = (
        rows[rows["fits"].astype(bool) & rows["site_id"].isin(sites.index)].set_index("site_id")
        for rows in (results, beside)
    )
    place = sites.loc[fitting.index]
    mix = mix_of(p, form, public)
    needed = needs(
        place,
        stock_of(store, p) if stock is None else stock,
        p,
        public=public,
        mix=mix,
        dwellings=fitting["dwellings"],
        counts=counts_of(fitting),
    )
    heard = known_of(place, known, form, p)
    ops = operations(store, fitting, place, p, known=heard)
    other = other.loc[other.index.intersection(fitting.index)]
    others = operations(store, other, sites.loc[other.index], p, known=heard)
    let, sold = (others, ops) if public == OWNERSHIP else (ops, others)
    rental = evaluate_rental(let, p).assign(dwellings=let["dwellings"]).reindex(fitting.index)
    owned = evaluate_ownership(sold, p, accept_expired=True).assign(dwellings=sold["dwellings"])
    owned = owned.reindex(fitting.index)
    vat = vat_of(store, place, p)
    found = measures(
        place, fitting, p, form=form, public=public, needs=needed, operations=ops,
        rental=None if public == OWNERSHIP else rental, ownership=owned,
        reduced_vat=None if vat is None else vat["eligible"], known=known,
        surrounded=surrounded,
    )  # fmt: skip
    bounds = _bounds(found, ops, fitting, p) if uncertain else (found, found)
    judged = Judged(
        form, public, fitting, found, (), pd.DataFrame(), pd.DataFrame(), pd.DataFrame(),
        Panel.of(pd.DataFrame()), default_weights(p, form, public), needed, ops, rental, owned, vat, (), p.hash, bounds,
    )  # fmt: skip
    return valued(judged, p, points)


def reference_scores(store: Store, found: Mapping[str, SiteEvaluation]) -> dict[str, pd.Series]:
    """
    Score what fits under the reference weights, out of 100: the one score of the pages, the files and the terminal.

    Parameters
    ----------
    found
        The evaluation of the same sites by public. The other tenure of a public is read from the store where it
        was not evaluated with it.

    Returns
    -------
    dict
        By public, what fits, by ``site_id`` and ``form``; a site's score depends on no other site.
    """
    p = all_parameters()
    stock, known = stock_of(store, p), surroundings_of(store)
    some = next(iter(found.values()))
    taken = pd.concat(
        [one.results.loc[one.results["fits"].astype(bool), "site_id"] for one in found.values()]
    )
    place = some.sites.loc[some.sites.index.isin(taken)]
    surrounded = pd.DataFrame(around(place, known, p), index=place.index)
    told = {}
    for public, one in found.items():
        beside = found[other].results if (other := other_tenure(public)) in found else None
        by_form = {}
        for form, rows in one.results[one.results["fits"].astype(bool)].groupby("form", sort=False):
            judged = judge(
                store, str(form), public, parameters=p, sites=one.sites, results=rows,
                beside=None if beside is None else beside[beside["form"] == form],
                stock=stock, known=known, surrounded=surrounded, uncertain=False,
            )  # fmt: skip
            by_form[form] = 100 * judged.ranked(judged.weights)["score"]
        told[public] = _by_site(by_form)
    return told


def _by_site(by_form: Mapping[str, pd.Series]) -> pd.Series:
    """The scores of each form, by ``site_id`` and ``form``."""
    if not by_form:
        none = pd.MultiIndex.from_arrays([[], []], names=["site_id", "form"])
        return pd.Series(dtype=float, index=none, name="score")
    return pd.concat(by_form, names=["form", "site_id"]).swaplevel().rename("score")


def valued(judged: Judged, p: Parameters, points: Mapping[str, Sequence] | None) -> Judged:
    """Give the measures their values by the reference points, or by those that the user moved."""
    chosen = criteria(p, judged.form, judged.public, own=points)
    values = value_table(judged.measures, chosen)
    one, other = (value_table(frame, chosen) for frame in judged.bounds)
    return replace(
        judged,
        criteria=chosen,
        values=values,
        low=one.where(one <= other, other),
        high=one.where(one > other, other),
        panel=Panel.of(values),
        left_out=tuple(values.columns[values.isna().all()]),
    )


def _bounds(found, ops, fitting, p) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The measures with land and works cheap, and dear: what the equity needed would then be, where it is measured."""
    if "F2" not in found:
        return found, found
    ends = []
    for sign in (-1, 1):
        land = 1 + sign * p["robustness.land_share"]
        dear = {
            name: p[name] * (1 + sign * p["robustness.works_share"])
            for name in p
            if name.startswith("cost.building.") and name.endswith("_eur_m2")
        }
        moved = ops.assign(land_price_eur=ops["land_price_eur"] * land)
        equity = evaluate_rental(moved, _with(p, dear), figures=("least_equity_eur",))["least_equity_eur"]
        each = (equity / fitting["dwellings"].to_numpy(dtype=float) / 1000).replace(np.inf, np.nan)
        ends.append(found.assign(F2=each.to_numpy()))
    return ends[0], ends[1]


def _with(p: Parameters, overrides: Mapping[str, float]) -> Parameters:
    return Parameters({**p.values_by_name, **overrides}, p.status, p.source, p.expired)


def counts_of(fitting: pd.DataFrame) -> pd.DataFrame | None:
    """Dwellings by type where the layouts count them; None without layouts."""
    if "t1" not in fitting:
        return None
    return fitting[["t1", "t2", "t3", "t4", "t5"]].set_axis(["T1", "T2", "T3", "T4", "T5"], axis=1)


def operations(
    store: Store, fitting: pd.DataFrame, place: pd.DataFrame, p: Parameters, known=None
) -> pd.DataFrame:
    """Operations to cost on the sites, by ``site_id``, in the zones of the store's commune."""
    rent_zone, abc_zone = zones_of(store, p)
    rows = fitting.drop(columns="site_id", errors="ignore").reset_index(names="site_id")
    ops = operations_of(rows, place, p, rent_zone=rent_zone, abc_zone=abc_zone, known=known)
    return ops.droplevel("form")


def known_of(place: gpd.GeoDataFrame, known: Surroundings, form: str, p: Mapping[str, float]) -> pd.DataFrame:
    """What is known of sites: the floor area that stands on each, the price by m² of the homes sold around."""
    return land_known(place).assign(market_eur_m2=market_price(place, known.sales, form, p)["market_eur_m2"])


def land_known(place: gpd.GeoDataFrame) -> pd.DataFrame:
    """What is known of the land itself: the floor area that stands on it, where buildings were surveyed."""
    if "standing_floor_m2" not in place:
        return pd.DataFrame(index=place.index)
    return pd.DataFrame({"demolition_m2": place["standing_floor_m2"].astype(float)})


def zones_of(store: Store, p: Mapping[str, float]) -> tuple[str, str]:
    """Rent zone and ABC zone of the town: what the store says, else the parameters (zone 1, zone A)."""
    settings = store.settings()
    insee = settings.get("insee_code", "")
    communes = store.read("communes", geometry=False)
    abc = communes["abc_zone"].get(insee) if len(communes) else None
    said = str(abc).lower().replace(" ", "").replace("_", "") if abc is not None and not pd.isna(abc) else ""
    known = said if said in ("abis", "a", "b1", "b2", "c") else settings.get("abc_zone")
    rent = settings.get("rent_zone") or ("1bis" if p.get(f"rent_zone.1bis.{insee}") else "1")
    fallback = "abis" if rent == "1bis" else "a"
    return rent, known if known in ("abis", "a") else fallback


def vat_of(store: Store, place: gpd.GeoDataFrame, p: Mapping[str, float]) -> pd.DataFrame | None:
    """The reduced VAT of priority districts for each site; None where no district is known."""
    districts = store.read("qpv")
    return None if districts.empty else reduced_vat_zone(place, districts, p)


def surroundings_of(store: Store) -> Surroundings:
    """What the store knows of what surrounds the sites."""
    return Surroundings(**{name: store.read(name) for name in SURROUNDINGS})


def stock_of(store: Store, p: Mapping[str, float]) -> Stock:
    """The landlord's stock with its flows of the year before the reference date."""
    residences = with_agency(store.read("residences"), store.read("sectors"))
    on, since = period(store.settings().get("reference_date") or pd.Timestamp.now(), None)
    turnovers = store.read("turnovers", columns=["dwelling_id", "residence_id", "keys_back_on"])
    year = turnovers[turnovers["keys_back_on"].between(since, on, inclusive="left")]
    relets = year.groupby("dwelling_id").size()
    complaints = store.read("complaints", columns=["residence_id", "opened_at"])
    opened = complaints[complaints["opened_at"].between(since, on, inclusive="left")]
    dwellings = residences["dwellings"].astype(float)
    work = dwellings * p["territory.workload.dwellings"]
    for rows, name, table in ((opened, "complaints", complaints), (year, "relets", turnovers)):
        if len(table):
            count = rows.groupby("residence_id").size().reindex(residences.index).fillna(0)
            work = work + count * p[f"territory.workload.{name}"]
    in_qpv = residences["in_qpv"].astype("Float64").fillna(0).astype(float)
    work = work + dwellings * in_qpv * p["territory.workload.qpv_dwellings"]
    return Stock(
        residences,
        store.read("dwellings", geometry=False),
        store.read("households"),
        relets,
        work if residences["agency_id"].notna().any() else work.iloc[:0],
    )


def all_parameters() -> Parameters:
    """Every reference value in force today."""
    return _on(date.today())


@lru_cache(maxsize=2)
def _on(day: date) -> Parameters:
    return Parameters.from_frame(reference.load(day))


def ranking(store: Store, form: str, public: str = "family", *, k: int = 10) -> dict:
    """
    Return the best sites of a form for a public under the reference weights, for scripts.

    Returns
    -------
    dict
        ``form``, ``public``, ``sites`` ranked, ``run`` (hash of the ranking), ``parameters``, ``left_out``, and
        ``best``: site_id, rank, score with low and high (out of 100), reliability_share, top_share (chance to be
        among the best ``k``), dwellings, moves and ``best_mix``, the mix that would free most there (missing
        where the stock does not say).
    """
    p = all_parameters()
    one = judge(store, form, public, parameters=p)
    table = one.ranked(one.weights)
    top = one.robust(one.weights, p, k=k).table["top"]
    best = table.sort_values("rank", kind="stable").head(k)
    rows = [
        {
            "site_id": str(key),
            "rank": int(row["rank"]),
            **{name: round(100 * float(row[name]), 1) for name in ("score", "low", "high")},
            "reliability_share": round(float(row["reliability"]), 3),
            "top_share": round(float(top[key]), 3),
            "dwellings": int(one.fitting.at[key, "dwellings"]),
            "moves": None
            if pd.isna(one.needs.at[key, "moves"])
            else round(float(one.needs.at[key, "moves"]), 1),
            "best_mix": one.needs.at[key, "best_mix"],
        }
        for key, row in best.iterrows()
        if not pd.isna(row["rank"])
    ]
    return {
        "form": form, "public": public, "sites": len(table), "run": one.run_hash(one.weights),
        "parameters": one.parameters, "best": rows,
        "left_out": [code for code in one.left_out if one.weights[code] > 0],
    }  # fmt: skip
