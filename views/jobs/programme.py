"""The programme of operations: options from the ranked sites, targets from the reference values, versions kept."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from time import perf_counter

import numpy as np
import pandas as pd

from data.store import Store, StoreError
from planning.parameters import Parameters
from planning.programme import (
    Infeasible,
    NotFound,
    Programme,
    ProgrammeError,
    Targets,
    against_targets,
    band,
    plan,
    what_to_relax,
)
from planning.publics import OWNERSHIP
from views.jobs import candidates, scores
from views.jobs.record import note, now

Progress = Callable[[float, str], None]
WEIGHTS = {"dwellings": 1.0, "quality": 0.5, "need": 0.3, "equity": 0.2, "robustness": 0.2}
JUDGED = (
    ("small_collective", "family"), ("small_collective", "elderly"), ("small_collective", "ownership"),
    ("intermediate", "family"), ("intermediate", "ownership"), ("townhouse", "family"), ("townhouse", "ownership"),
)  # fmt: skip


class ProgrammeConflict(ProgrammeError):
    """Somebody saved the next version first."""

    def __init__(self, version: int, who: str | None) -> None:
        super().__init__(
            "version {version} was saved meanwhile by {who}: open it", version=version, who=who or "?"
        )
        self.version, self.who = version, who


@dataclass(frozen=True)
class Ground:
    """Options to choose among, the chance that each falls through, and their sites."""

    options: pd.DataFrame
    falls_through: pd.Series
    parameters: Parameters


def ground(store: Store, first_year: int, progress: Progress = lambda done, text: None) -> Ground:
    """
    Read the options of a programme: the best ranked sites of each form and public, costed for their tenure.

    Followed sites always enter, unless dropped; land that is not the landlord's can start once it is secured.

    Raises
    ------
    ProgrammeError
        If no site was evaluated.
    """
    p = scores.all_parameters()
    sites = store.read("sites")
    if sites.empty or sites["best_form"].isna().all():
        raise ProgrammeError("no site that takes a form in the store: run `sites` first")
    followed = candidates.candidates(store)
    status = followed.drop_duplicates("site_id").set_index("site_id")["status"]
    agency = _agency_of(store, sites)
    found = []
    for rank, (form, public) in enumerate(JUDGED):
        progress(0.8 * rank / len(JUDGED), "judging the sites")
        found.append(_options(store, form, public, p, status, first_year))
    options = pd.concat(found)
    options["agency_id"] = options["site_id"].map(agency)
    chance = {
        name: p[f"programme.falls_through.{name}"] for name in ("spotted", "studied", "negotiating", "own")
    }
    standing = (
        options["site_id"].map(status).astype("object").fillna("spotted").where(~options["own_land"], "own")
    )
    return Ground(options.sort_index(), standing.map(chance).astype(float).sort_index(), p)


def at_hand(store: Store, p: Mapping[str, float]) -> pd.DataFrame:
    """
    Count what a programme would choose among, without judging: the sites that take each form with enough dwellings.

    Returns
    -------
    pandas.DataFrame
        By ``form``: ``sites``, ``dwellings`` (at most, if all were built), ``own`` (on the landlord's land; missing
        where no owner is known), ``operations`` (at most, the publics judged of the best sites).
    """
    results = store.read("site_results", columns=["site_id", "form", "fits", "dwellings"])
    able = results[results["fits"].astype(bool) & (results["dwellings"] >= p["programme.least_dwellings"])]
    owned = store.read("sites", columns=["own_land"], geometry=False)["own_land"].astype("boolean")
    forms = list(dict.fromkeys(form for form, _public in JUDGED))
    by_form = able.groupby("form")
    table = pd.DataFrame({"sites": by_form.size(), "dwellings": by_form["dwellings"].sum()})
    table = table.reindex(forms, fill_value=0).astype("Int64").rename_axis("form")
    own = able.assign(own=able["site_id"].map(owned).fillna(False).astype(bool)).groupby("form")["own"].sum()
    told = own.reindex(forms, fill_value=0).astype("Int64")
    table["own"] = told if owned.notna().any() else told.mask(told.notna())
    publics = pd.Series([form for form, _public in JUDGED]).value_counts()
    considered = table["sites"].clip(upper=int(p["programme.sites_considered"]))
    return table.assign(operations=considered * publics.reindex(forms))


def _options(
    store, form: str, public: str, p: Parameters, status: pd.Series, first_year: int
) -> pd.DataFrame:
    """The best sites of one form and public on its own layouts, with what they cost: to own, without VAT."""
    judged = scores.judge(store, form, public, parameters=p)
    ranked = judged.ranked(judged.weights)
    size = judged.fitting["dwellings"].astype(float)
    dropped = status.index[status == "dropped"]
    able = ranked[(size >= p["programme.least_dwellings"]) & ~ranked.index.isin(dropped)]
    kept = able.nlargest(int(p["programme.sites_considered"]), "score").index
    kept = kept.union(able.index[able.index.isin(status.index)])
    own = store.read("sites", columns=["own_land"], geometry=False)["own_land"].reindex(kept)
    own = own.astype("boolean").fillna(False).astype(bool)
    owned = public == OWNERSHIP
    cost = (judged.ownership["owned_cost_eur"] if owned else judged.rental["cost_eur"]).loc[kept]
    equity = judged.rental["least_equity_eur"].loc[kept].clip(lower=0).replace(np.inf, np.nan)
    equity = cost * p["programme.ownership_equity_share"] if owned else equity
    need = judged.needs.reindex(kept)
    cases = need["relieved"]
    wait = np.where(own, 0, p["programme.secure_years"])
    reliable = (
        ranked["reliability"].reindex(kept) if "reliability" in ranked else pd.Series(np.nan, index=kept)
    )
    return pd.DataFrame(
        {
            "site_id": kept, "form": form, "tenure": "ownership" if owned else "rental", "public": public,
            "dwellings": size[kept].to_numpy(), "cost_eur": cost.to_numpy(), "equity_eur": equity.to_numpy(),
            "quality": ranked["score"].reindex(kept).to_numpy(dtype=float, na_value=np.nan),
            "need": cases.to_numpy(dtype=float, na_value=np.nan),
            "robustness": reliable.to_numpy(dtype=float, na_value=np.nan),
            "earliest_year": first_year + wait.astype(int), "own_land": own.to_numpy(),
        },
        index=pd.Index([f"{site}/{form}/{public}" for site in kept], name="option_id"),
    )  # fmt: skip


def _agency_of(store: Store, sites) -> pd.Series:
    """Agency of the sector that holds each site; missing outside all."""
    sectors = store.read("sectors")
    outlines = sectors[sectors.geometry.notna()]
    if outlines.empty:
        return pd.Series(pd.NA, index=sites.index, dtype="object")
    points = sites[["geometry"]].set_geometry(sites.geometry.representative_point())
    joined = points.sjoin(outlines[["agency_id", "geometry"]], how="left", predicate="within")
    return joined["agency_id"].groupby(level=0).first().reindex(sites.index)


def targets(p: Mapping[str, float], years: tuple[int, ...], **own) -> Targets:
    """Targets of the reference values, and those that the user sets instead."""

    def shares(kind: str) -> dict[str, float]:
        start = f"programme.{kind}_least_share."
        return {name.removeprefix(start): value for name, value in p.items() if name.startswith(start)}

    given = {
        "dwellings_least": p["programme.dwellings_a_year"],
        "ownership_least": p["programme.ownership_a_year"],
        "budget_eur": p["programme.budget_eur_year"],
        "equity_eur": p["programme.equity_eur_year"],
        "staff_operations": p["programme.staff_operations"],
        "lead_years": int(p["programme.lead_years"]),
        "spend_shares": tuple(p[f"programme.spend_share.{n}"] for n in ("first", "second", "third")),
        "form_least_share": shares("form"),
        "public_least_share": shares("public"),
        "agency_most_share": p["programme.agency_most_share"],
        "ownership_most_share": p["programme.ownership_most_share"],
    }
    return Targets(years, **(given | own))


def first_year(store: Store) -> int:
    """The year of the store's reference date; this year where it has none."""
    return pd.Timestamp(store.settings().get("reference_date") or pd.Timestamp.now()).year


def choose(
    here: Ground,
    wanted: Targets,
    weights: Mapping[str, float] | None = None,
    *,
    seconds: float = 20.0,
    **fixed,
) -> tuple[Programme, pd.DataFrame]:
    """Return the programme, and the targets relaxed to have one (none where all are met or it is found late)."""
    try:
        return plan(
            here.options, wanted, weights or WEIGHTS, seconds=seconds, gap=0.01, **fixed
        ), pd.DataFrame()
    except (Infeasible, NotFound):
        relaxed = what_to_relax(here.options, wanted, weights or WEIGHTS, seconds=seconds, **fixed)
        relaxed.targets.attrs["proven"] = relaxed.proven
        return relaxed.programme, relaxed.targets


def run(
    store: Store, *, years: int = 5, seconds: float = 20.0, progress: Progress = lambda done, text: None
) -> dict:
    """
    Make a programme of the store's ranked sites.

    Returns
    -------
    dict
        The keys of DESIGN.md (`programme --json`): operations, dwellings_by_year, ownership_by_year, gap_pct,
        seconds; with ``relaxed`` (targets that had to give way), ``band`` (expected dwellings and the 80 %
        band), ``quality_by_year``, ``options`` and ``parameters`` (hash).
    """
    began = perf_counter()
    start = first_year(store)
    here = ground(store, start, progress)
    read = perf_counter() - began
    wanted = targets(here.parameters, tuple(range(start, start + years)))
    found, relaxed = choose(here, wanted, seconds=seconds)
    progress(1.0, "done")
    rows = found.chosen.reset_index()
    columns = ["option_id", "site_id", "start_year", "form", "tenure", "public", "agency_id", "dwellings"]
    columns += ["cost_eur", "equity_eur", "quality", "need"]
    told = summary(found, wanted)
    return {
        "operations": json.loads(rows[columns].to_json(orient="records")),
        "dwellings_by_year": {int(y): int(n) for y, n in told["dwellings"].items()},
        "ownership_by_year": {int(y): int(n) for y, n in told["ownership"].items()},
        "quality_by_year": {int(y): None if pd.isna(v) else round(v, 3) for y, v in told["quality"].items()},
        "gap_pct": round(found.gap_pct, 4),
        "relaxed": json.loads(relaxed.to_json(orient="records")),
        "band": json.loads(band(found.chosen, here.falls_through).to_json(orient="index")),
        "options": len(here.options),
        "parameters": here.parameters.hash,
        "seconds": {"options": round(read, 2), "total": round(perf_counter() - began, 2)},
    }


def summary(found: Programme, wanted: Targets) -> pd.DataFrame:
    """Set a programme against its targets, by year."""
    return against_targets(found, wanted)


def programmes(store: Store) -> pd.DataFrame:
    """Saved programmes: name, last ``version``, ``made_at``, ``made_by``; newest first."""
    last = store.read("programme_versions", columns=["made_at", "made_by"]).sort_values("version")
    last = last.drop_duplicates("programme_id", keep="last").set_index("programme_id")
    table = store.read("programmes")[["name"]].join(last, how="inner")
    return table.sort_values("made_at", ascending=False, kind="stable")


def versions(store: Store) -> pd.DataFrame:
    """All saved versions, by ``programme_id`` and ``version``: ``name``, ``made_at``; newest first."""
    rows = store.read("programme_versions", columns=["version", "made_at"])
    rows = rows.reset_index() if "programme_id" not in rows.columns else rows
    named = rows.assign(name=rows["programme_id"].map(store.read("programmes")["name"]))
    named = named.dropna(subset=["name"]).sort_values("made_at", ascending=False, kind="stable")
    return named.set_index(["programme_id", "version"])


def save(
    store: Store, found: Programme, wanted: Targets, weights: Mapping[str, float], who: str | None, *,
    name: str | None = None, programme_id: str | None = None, base_version: int | None = None,
) -> tuple[str, int]:  # fmt: skip
    """
    Write a programme: under a new name its first version, else the version after the one it was read from.

    Raises
    ------
    ProgrammeConflict
        If that version is there already.
    ProgrammeError
        If a first programme has no name.
    """
    if not (name or programme_id):
        raise ProgrammeError("the programme has no name yet: give it one")
    key = uuid.uuid4().hex[:12] if name else programme_id
    version = 1 if name else int(base_version) + 1
    chosen = found.chosen.reset_index().to_dict(orient="records")
    content = {
        "chosen": json.loads(pd.DataFrame(chosen).to_json(orient="records")), "worth": found.worth,
        "bound": found.bound, "pinned": list(found.pinned), "removed": list(found.removed),
        "targets": asdict(wanted), "weights": dict(weights),
    }  # fmt: skip
    head = {"name": name, "made_at": now(), "made_by": who}
    body = {
        "version": version,
        "made_at": now(),
        "made_by": who,
        "content": json.dumps(content, default=dict),
    }
    try:
        with store.transaction():
            if name:
                store.write("programmes", _row(key, head), mode="append")
            store.write("programme_versions", _row(key, body).reset_index(), mode="append")
            note(store, who, "programme_saved", key, len(chosen), f"version {version}")
    except StoreError:
        if name or not store.count("programme_versions", {"programme_id": key, "version": version}):
            raise
        last = programmes(store).loc[key]
        raise ProgrammeConflict(int(last["version"]), last["made_by"]) from None
    return key, version


def open_programme(store: Store, key: str, version: int) -> tuple[Programme, Targets, dict]:
    """Return a saved version as it was; raises ProgrammeError where it is not there."""
    rows = store.read("programme_versions", where={"programme_id": key, "version": version})
    if rows.empty:
        raise ProgrammeError(
            "programme {key!r} has no version {version}: choose one of the list", key=key, version=version
        )
    held = json.loads(rows["content"].iloc[0])
    wanted = held["targets"] | {name: tuple(held["targets"][name]) for name in ("years", "spend_shares")}
    chosen = pd.DataFrame(held["chosen"]).set_index("option_id")
    pinned = tuple((name, year) for name, year in held["pinned"])
    made = Programme(chosen, held["worth"], held["bound"], 0.0, pinned, tuple(held["removed"]))
    return made, Targets(**wanted), held["weights"]


def _row(key: str, values: dict) -> pd.DataFrame:
    return pd.DataFrame([values], index=pd.Index([key], name="programme_id"))
