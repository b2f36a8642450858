"""Evaluate and score every site of the store, commune by commune, and keep what was found."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from time import perf_counter

import geopandas as gpd
import pandas as pd

from data import reference
from data.store import Store
from planning.land.hazards import CLOSING
from planning.parameters import Parameters
from planning.publics import FAMILY, OWNERSHIP, require_public, site_criteria
from planning.sites import SiteBlock, SiteEvaluation, SiteExplanation, explain_site
from planning.sites import evaluate_each as evaluate_here
from views.jobs import record, scores
from views.jobs.export import write
from views.jobs.rulebook import read_book

Progress = Callable[[float, str], None]
SUBJECTS = ("dwellings", "forms", "prescriptions", "publics", "score", "zoning")
SHARED_WITH_FINANCE = ("parking_cap.", "operation.lift_from_floors")
TENURES = (FAMILY, OWNERSHIP)
NEIGHBOURS_M = 100.0
OUT_COLUMNS = ["score", "form", "dwellings", "reasons", "zone_label", "area_m2", "station_m", "geometry"]


class NoParcels(ValueError):
    """There is nothing to evaluate."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What one commune gave."""

    evaluation: SiteEvaluation
    parcels: int


def run(
    store: Store,
    *,
    insee_code: str | None = None,
    out: str | Path | None = None,
    form: str | None = None,
    public: str = FAMILY,
    progress: Progress = lambda done, text: None,
    evaluate: Callable[..., dict[str, SiteEvaluation]] = evaluate_here,
) -> dict:
    """
    Evaluate the parcels of one commune, or of all, and write ``sites``, ``site_results`` and ``site_envelopes``.

    Families and social ownership are laid out together, each its own way: one run serves both tenures. What fits
    another public than families goes to ``site_publics``. `form` keeps the rows of one form in `out` and in
    ``best``. `evaluate` is `planning.sites.evaluate_each`, or `views.jobs.aside.evaluate_aside`.

    Returns
    -------
    dict
        The keys of DESIGN.md (`sites --json`): parcels, evaluated, by_form, reasons (sites where no form fits),
        seconds by step, parameters (their hash); ``expired`` names the reference values past their date;
        ``form``, ``public``, and ``best``: the ten first sites for them.

    Raises
    ------
    NoParcels
        If the store holds no parcel of that commune.
    """
    start = perf_counter()
    parameters = site_parameters()
    require_public(public)
    codes = communes(store, insee_code)
    runs = []
    for rank, code in enumerate(codes):
        share = 1 / len(codes)
        block = read_block(store, insee_code=code)
        reported = _scaled(progress, rank * share, 0.9 * share)
        found = evaluate(block, parameters, reported, publics=_together(public))
        progress((rank + 0.9) * share, "judging the sites")
        found = judged(store, found)
        progress((rank + 0.95) * share, "writing")
        _keep(store, code, found, parameters)
        runs.append(_Run(found[public], len(block.parcels)))
    if out:
        write(_rows(runs, form), out)
    progress(1.0, "done")
    asked = {"form": form, "public": public, "best": _best(runs, form)}
    return _summary(runs, parameters) | asked | {"seconds": _seconds(runs, perf_counter() - start)}


def _together(public: str) -> tuple[str, ...]:
    """The publics that are evaluated with one: families and ownership go together."""
    return TENURES if public in TENURES else (public,)


def judged(store: Store, found: dict[str, SiteEvaluation]) -> dict[str, SiteEvaluation]:
    """Give what fits each public its score under the reference weights, and each site that of its best form."""
    begun = perf_counter()
    told = scores.reference_scores(store, found)
    seconds = {"score": perf_counter() - begun}
    return {public: _scored(one, told[public], seconds) for public, one in found.items()}


def _scored(evaluation: SiteEvaluation, told: pd.Series, seconds: dict[str, float]) -> SiteEvaluation:
    keys = pd.MultiIndex.from_frame(evaluation.results[["site_id", "form"]])
    results = evaluation.results.assign(score=told.reindex(keys).to_numpy(dtype=float))
    best = pd.MultiIndex.from_arrays([evaluation.sites.index, evaluation.sites["best_form"]])
    sites = evaluation.sites.assign(score=told.reindex(best).to_numpy(dtype=float))
    return replace(evaluation, sites=sites, results=results, seconds=evaluation.seconds | seconds)


def again(store: Store, site_id: str) -> pd.DataFrame:
    """
    Evaluate one parcel again, as the rules and its edges now are, for both tenures and every public kept of it.

    Returns
    -------
    pandas.DataFrame
        Its rows of ``site_results``, by form.

    Raises
    ------
    KeyError
        If the store has no such parcel.
    """
    parameters = site_parameters()
    block = block_around(store, site_id)
    only = pd.Index([site_id])
    kept = store.read("site_publics", columns=["public"], where={"site_id": site_id})
    publics = tuple(dict.fromkeys([*TENURES, *kept.reset_index()["public"]]))
    found = judged(store, evaluate_here(block, parameters, only=only, publics=publics))
    family = found.pop(FAMILY)
    with store.transaction():
        store.write("sites", family.sites.assign(computed_at=record.moment()))
        store.write("site_results", family.results)
        if family.envelopes.empty:
            store.delete("site_envelopes", {"site_id": site_id})
        else:
            store.write("site_envelopes", family.envelopes)
        for public, evaluation in found.items():
            _keep_public(store, evaluation, public, parameters)
    return family.results.set_index("form")


def read_block(
    store: Store, *, insee_code: str | None = None, within: tuple[float, float, float, float] | None = None
) -> SiteBlock:
    """
    Read the parcels of a commune, or of a window in EPSG:2154, with what is within reach of them.

    Stations and districts are read whole: far away is known, and not the same as unknown. Owners are those of
    the parcels' communes: where a commune's file was never imported, its owners are unknown.
    """
    parcels = store.read("parcels", where={"insee_code": insee_code} if insee_code else None, within=within)
    window = tuple(parcels.total_bounds)
    owners = store.read("owners")
    return SiteBlock(
        parcels=parcels,
        zones=store.read("plu_zones", within=window),
        prescriptions=store.read("plu_prescriptions", within=window),
        stations=store.read("stations"),
        qpv=store.read("qpv"),
        owners=owners[owners["parcel_id"].str[:5].isin(parcels["insee_code"].unique())],
        own_sirens=tuple(store.settings().get("own_sirens", "").split()),
        footprints=store.read("footprints", within=window),
        residences=store.read("residences", columns=["dwellings"]),
        streets=store.read("streets", within=window),
        rule_book=_rule_book(store),
        overrides=store.read("edge_overrides"),
        environment=store.read("environment", where={"kind": list(CLOSING)}, within=window),
    )


def _rule_book(store: Store) -> pd.DataFrame | None:
    """The last version of the town's rule book, if there is one."""
    book = read_book(store)
    return None if book.empty else book


def explain(store: Store, site_id: str, *, public: str = "family") -> SiteExplanation:
    """
    Draw one site: its edges, its envelope, the layout of each form that fits, for a public.

    Raises
    ------
    KeyError
        If the store has no such parcel.
    """
    block = block_around(store, site_id)
    return explain_site(block, site_id, site_parameters(), public=require_public(public))


def block_around(store: Store, site_id: str) -> SiteBlock:
    """
    Read the block of one parcel: its neighbours, no more than 100 m away.

    Raises
    ------
    KeyError
        If the store has no such parcel.
    """
    parcel = store.read("parcels", where={"parcel_id": site_id})
    if parcel.empty:
        raise KeyError(f"no parcel {site_id!r} in the store")
    xmin, ymin, xmax, ymax = parcel.total_bounds
    return read_block(
        store,
        within=(xmin - NEIGHBOURS_M, ymin - NEIGHBOURS_M, xmax + NEIGHBOURS_M, ymax + NEIGHBOURS_M),
    )


def site_parameters() -> Parameters:
    """Return the reference values in force today that the site engine reads."""
    return _parameters_on(date.today())


@lru_cache(maxsize=2)
def _parameters_on(day: date) -> Parameters:
    """Read the files once a day: a click asks for them again."""
    frame = reference.load(day)
    ours = frame["subject"].isin(SUBJECTS) | frame["name"].str.startswith(SHARED_WITH_FINANCE)
    return Parameters.from_frame(frame[ours])


def communes(store: Store, insee_code: str | None) -> list[str]:
    """
    The communes to evaluate: the one asked for, or all that have parcels.

    Raises
    ------
    NoParcels
        If there is none.
    """
    known = store.read("parcels", columns=["insee_code"], geometry=False)["insee_code"].unique()
    if insee_code and insee_code not in known:
        raise NoParcels(
            f"no parcel of {insee_code} in the store; it has those of {', '.join(known) or 'no commune'}"
        )
    if not len(known):
        raise NoParcels("no parcel in the store: `import parcels FILE` first, or `demo`")
    return [insee_code] if insee_code else sorted(known)


def _keep(store: Store, insee_code: str, found: dict[str, SiteEvaluation], parameters: Parameters) -> None:
    """Replace what the store knew of the sites of a commune for these publics, in one transaction."""
    with store.transaction():
        for public, evaluation in found.items():
            if public == FAMILY:
                _keep_families(store, insee_code, evaluation)
            else:
                _keep_public(store, evaluation, public, parameters)


def _keep_families(store: Store, insee_code: str, evaluation: SiteEvaluation) -> None:
    """Write the sites of a commune with what families find there; those that are gone go, whatever was kept of them."""
    before = store.read("sites", columns=[], where={"insee_code": insee_code}, geometry=False).index
    gone = before.difference(evaluation.sites.index).tolist()
    bare = before.difference(evaluation.envelopes.index).tolist()
    if gone:
        store.delete("site_results", {"site_id": gone})
        store.delete("site_publics", {"site_id": gone})
    if bare:
        store.delete("site_envelopes", {"site_id": bare})
    sites = evaluation.sites.assign(computed_at=record.moment())
    store.write("sites", sites, mode="replace", where={"insee_code": insee_code})
    store.write("site_envelopes", evaluation.envelopes)
    store.write("site_results", evaluation.results)


def _keep_public(store: Store, evaluation: SiteEvaluation, public: str, parameters: Parameters) -> None:
    """Write what fits another public, beside the results for families."""
    value = site_criteria(evaluation.sites, public, parameters)["station_value"]
    rows = evaluation.results
    store.write(
        "site_publics", rows.assign(public=public, station_value=value.reindex(rows["site_id"]).to_numpy())
    )


def _best(runs: list[_Run], form: str | None, most: int = 10) -> list[dict]:
    """The first sites of a form, or of any."""
    rows = pd.concat([run.evaluation.results for run in runs])
    rows = rows[rows["fits"].astype(bool) & ((rows["form"] == form) | (form is None))]
    rows = rows.sort_values(["score", "dwellings"], ascending=False, kind="stable").head(most)
    columns = ["site_id", "form", "dwellings", "floors", "t1", "t2", "t3", "t4", "t5", "score", "binding"]
    return [
        {name: (None if pd.isna(value) else value) for name, value in row.items()}
        for row in rows[columns].astype(object).to_dict("records")
    ]


def _scaled(progress: Progress, start: float, share: float) -> Progress:
    return lambda done, text: progress(start + share * done, text)


def _summary(runs: list[_Run], parameters: Parameters) -> dict:
    results = pd.concat([run.evaluation.results for run in runs])
    sites = pd.concat([run.evaluation.sites for run in runs])
    fitting = results[results["fits"]]
    forms = results["form"].unique()
    return {
        "parcels": sum(run.parcels for run in runs),
        "evaluated": len(sites),
        "by_form": {
            form: {
                "fits": int((fitting["form"] == form).sum()),
                "dwellings": int(fitting.loc[fitting["form"] == form, "dwellings"].sum()),
            }
            for form in forms
        },
        "reasons": _counts(sites["reason"]),
        "reasons_by_form": {form: _counts(results.loc[results["form"] == form, "reason"]) for form in forms},
        "parameters": parameters.hash,
        "expired": list(parameters.expired),
    }


def _counts(reasons: pd.Series) -> dict[str, int]:
    return {str(reason): int(count) for reason, count in reasons.dropna().value_counts().items()}


def _seconds(runs: list[_Run], total: float) -> dict[str, float]:
    steps = pd.DataFrame([run.evaluation.seconds for run in runs]).sum()
    return {name: round(float(value), 3) for name, value in steps.items()} | {"total": round(total, 3)}


def _rows(runs: list[_Run], form: str | None = None) -> gpd.GeoDataFrame:
    """One row a site, best first: score, form, dwellings, and the reason of each form that does not fit."""
    sites = pd.concat([run.evaluation.sites for run in runs])
    results = pd.concat([run.evaluation.results for run in runs])
    refused = results[results["reason"].notna()]
    reasons = (refused["form"] + ": " + refused["reason"]).groupby(refused["site_id"]).agg("; ".join)
    rows = sites.rename(columns={"best_form": "form"}).assign(reasons=reasons)
    if form:
        mine = results[results["form"] == form].set_index("site_id")[["score", "dwellings", "fits"]]
        rows = rows.assign(score=mine["score"], dwellings=mine["dwellings"], form=form).where(mine["fits"])
        rows = gpd.GeoDataFrame(rows.dropna(subset=["form"]), geometry="geometry", crs=sites.crs)
    return rows[OUT_COLUMNS].sort_values("score", ascending=False, na_position="last")
