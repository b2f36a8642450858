"""Territory plans in the store: drafts, versions with an optimistic lock, publication and its undoing."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd
import shapely

from data.store import Store, StoreError
from geo.crs import WORKING_CRS
from geo.neighbours import sector_shapes
from planning.territory.draft import Draft, DraftError, Step, begin
from views.jobs.record import note, now, one_row
from views.jobs.territory import Land


class PlanConflict(ValueError):
    """Somebody else saved the next version first: ``theirs`` is its content, the draft is kept."""

    def __init__(self, version: int, made_by: str | None, theirs: dict) -> None:
        super().__init__(f"version {version} was saved by {made_by or 'somebody else'} meanwhile")
        self.version, self.made_by, self.theirs = version, made_by, theirs


@dataclass(frozen=True)
class Work:
    """A draft and what it started from; ``opened_proof`` is what was proved of the version it was opened at."""

    draft_id: str
    level: str
    draft: Draft
    weights: dict
    tolerance_pct: float
    plan_id: str | None = None
    base_version: int | None = None
    opened_proof: dict | None = None

    @property
    def proof(self) -> dict | None:
        """What was proved of the plan as it stands; None for one drawn by hand."""
        return self.draft.proof if self.draft.past else self.opened_proof


def new_work(land: Land, weights: dict, tolerance_pct: float) -> Work:
    """Return a fresh draft of today's plan; nothing is written yet."""
    return Work(uuid.uuid4().hex[:12], land.level, begin(land.ground), weights, tolerance_pct)


def keep(store: Store, work: Work) -> None:
    """Write the draft, its past and future: a refresh or a restart finds it again."""
    row = {
        "level": work.level,
        "plan_id": work.plan_id,
        "base_version": work.base_version,
        "changed_at": now(),
        "content": json.dumps(_content(work) | _history(work), ensure_ascii=False),
    }
    store.write("territory_drafts", one_row("draft_id", work.draft_id, row))


def find(store: Store, draft_id: str, land: Land) -> Work | None:
    """Return a kept draft; residences that came since are as today, those that left are left out."""
    rows = store.read("territory_drafts", where={"draft_id": draft_id, "level": land.level})
    if rows.empty:
        return None
    row = rows.iloc[0]
    content = json.loads(row["content"])
    draft = replace(
        _draft(content, land),
        past=_steps(content["past"], land),
        future=_steps(content["future"], land),
    )
    version = None if pd.isna(row["base_version"]) else int(row["base_version"])
    plan_id = None if pd.isna(row["plan_id"]) else row["plan_id"]
    return Work(
        draft_id, land.level, draft, content["weights"], content["tolerance_pct"], plan_id, version,
        content.get("opened_proof"),
    )  # fmt: skip


def level_of(store: Store, draft_id: str) -> str | None:
    """Return the level of a kept draft; None where there is none."""
    rows = store.read("territory_drafts", columns=["level"], where={"draft_id": draft_id})
    return None if rows.empty else str(rows["level"].iloc[0])


def drafts(store: Store, level: str) -> pd.DataFrame:
    """Return the drafts of a level, the latest first: ``plan_id``, ``base_version``, ``changed_at``, ``moves``."""
    kept = store.read("territory_drafts", where={"level": level})
    moves = [len(json.loads(content)["past"]) for content in kept["content"]]
    table = kept.drop(columns="content").assign(moves=moves)
    return table[table["moves"] > 0].sort_values("changed_at", ascending=False, kind="stable")


def plans(store: Store, level: str) -> pd.DataFrame:
    """Return the saved plans of a level: name, ``version`` (the last), ``made_at``, ``made_by``; latest first."""
    named = store.read("territory_plans", where={"level": level})
    last = store.read("territory_versions", columns=["made_at", "made_by"])
    last = last.sort_values("version").drop_duplicates("plan_id", keep="last").set_index("plan_id")
    table = named[["name", "branched_from"]].join(last, how="inner")
    return table.sort_values("made_at", ascending=False, kind="stable")


def versions(store: Store, plan_id: str) -> pd.DataFrame:
    """Return the versions of a plan by number, the latest first: ``made_at``, ``made_by``."""
    columns = ["plan_id", "version", "made_at", "made_by"]
    rows = store.read("territory_versions", columns=columns, where={"plan_id": plan_id})
    named = rows.assign(made_by=rows["made_by"].astype("object").where(rows["made_by"].notna(), None))
    return named.set_index("version")[["made_at", "made_by"]].sort_index(ascending=False)


def content_of(store: Store, plan_id: str, version: int) -> dict:
    """Return what a version holds."""
    rows = store.read("territory_versions", where={"plan_id": plan_id, "version": version})
    if rows.empty:
        raise DraftError(
            "plan {plan_id!r} has no version {version}: choose one of the list",
            plan_id=plan_id,
            version=version,
        )
    return json.loads(rows["content"].iloc[0])


def plan_of(content: dict, land: Land) -> pd.Series:
    """Return the area by unit of a saved content, on the ground as it is now."""
    return _draft(content, land).plan()


def open_plan(store: Store, plan_id: str, version: int, land: Land) -> Work:
    """Return a new draft of a saved version."""
    content = content_of(store, plan_id, version)
    return Work(
        uuid.uuid4().hex[:12], land.level, _draft(content, land), content["weights"],
        content["tolerance_pct"], plan_id, version, content.get("proof"),
    )  # fmt: skip


def save(store: Store, work: Work, who: str | None, *, name: str | None = None) -> Work:
    """
    Write the next version of the plan; under a new name, the first version of a branch.

    Raises
    ------
    PlanConflict
        If that version is there already: somebody saved it since this draft was begun.
    DraftError
        If a first plan has no name.
    """
    if name is None and work.plan_id is None:
        raise DraftError("the plan has no name yet: give it one")
    plan_id = uuid.uuid4().hex[:12] if name else work.plan_id
    version = 1 if name else work.base_version + 1
    head = {
        "name": name,
        "level": work.level,
        "branched_from": work.plan_id,
        "made_at": now(),
        "made_by": who,
    }
    body = {"made_at": now(), "made_by": who, "content": json.dumps(_content(work), ensure_ascii=False)}
    saved = replace(work, plan_id=plan_id, base_version=version)
    try:
        with store.transaction():
            if name:
                store.write("territory_plans", one_row("plan_id", plan_id, head), mode="append")
            row = one_row("plan_id", plan_id, body).assign(version=version)
            store.write("territory_versions", row.reset_index(), mode="append")
            keep(store, saved)
            note(store, who, "territory_saved", plan_id, len(work.draft.area_of), f"version {version}")
    except StoreError:
        if name or not store.count("territory_versions", {"plan_id": plan_id, "version": version}):
            raise
        last = plans(store, work.level).loc[plan_id]
        number = int(last["version"])
        who = None if pd.isna(last["made_by"]) else last["made_by"]
        raise PlanConflict(number, who, content_of(store, plan_id, number)) from None
    return saved


def publish(store: Store, land: Land, work: Work, *, name: str, who: str | None) -> str:
    """
    Make the stock's areas those of the plan, and keep what they were; return the publication's key.

    Residences that do not move keep both their sector and their agency. One that changes agency takes the sector
    of the nearest residence already there; one that changes sector takes the agency of that sector. The sectors'
    outlines become the union of their residences' cells. Agencies whose office the plan moves get its new place.

    Raises
    ------
    DraftError
        If nothing moves, or if the stock changed since the ground was read.
    """
    with store.transaction():
        residences, sectors = store.read("residences"), store.read("sectors")
        columns = ["sector_id", "agency_id"]
        if not _same(residences, land.residences, sectors):
            raise DraftError("the stock changed since this plan was drawn: reload the page")
        after = residences.assign(**_published(residences, sectors, land, work.draft.plan()))
        changed = ~_equal(residences[columns], after[columns])
        agencies = store.read("agencies")
        seated = _seated(agencies, land, work.draft.offices)
        if not changed.any() and seated.empty:
            raise DraftError("the plan is today's already: nothing to publish")
        outlines = _outlines(land, after, sectors)
        were = agencies.loc[seated.index]
        before = {"residences": _pairs(residences[changed]), "sectors": _hex(sectors), "agencies": _hex(were)}
        became = {"residences": _pairs(after[changed]), "sectors": _hex(outlines), "agencies": _hex(seated)}
        number = store.count("territory_publications") + 1
        row = {
            "plan_id": work.plan_id, "version": work.base_version, "level": work.level, "name": name,
            "published_at": now(), "published_by": who, "before": json.dumps(before), "after": json.dumps(became),
        }  # fmt: skip
        key = f"{number:06d}"
        store.write("territory_publications", one_row("publication_id", key, row), mode="append")
        store.write("residences", after[changed])
        store.write("sectors", outlines)
        if len(seated):
            store.write("agencies", seated)
        note(store, who, "territory_published", key, int(changed.sum()), name)
    return key


def last_publication(store: Store, level: str) -> pd.Series | None:
    """Return the last publication of any level that stands, if it is of this one; None otherwise."""
    rows = store.read("territory_publications")
    rows = rows[rows["undone_at"].isna()]
    return None if rows.empty or rows["level"].iloc[-1] != level else rows.iloc[-1]


def unpublish(store: Store, key: str, who: str | None) -> int:
    """
    Give the stock back what it was before a publication; return how many residences.

    Raises
    ------
    DraftError
        If it was undone already, or if the stock changed since: nothing is then touched.
    """
    with store.transaction():
        rows = store.read("territory_publications", where={"publication_id": key})
        if rows.empty or rows["undone_at"].notna().any():
            raise DraftError("publication {key} is not there, or was undone already", key=key)
        before, after = (json.loads(rows[side].iloc[0]) for side in ("before", "after"))
        residences, sectors = store.read("residences"), store.read("sectors")
        moved = residences.loc[residences.index.isin(list(after["residences"]))]
        agencies = store.read("agencies")
        seated = agencies[agencies.index.isin(list(after.get("agencies", {})))]
        same = _pairs(moved) == after["residences"] and _hex(sectors) == after["sectors"]
        if not same or _hex(seated) != after.get("agencies", {}):
            raise DraftError("the stock changed since this publication: publish another plan instead")
        was = pd.DataFrame(before["residences"], index=["sector_id", "agency_id"]).T.reindex(moved.index)
        store.write("residences", moved.assign(**{name: was[name] for name in was}))
        store.write("sectors", sectors.set_geometry(_shapes(before["sectors"], sectors.index)))
        if len(seated):
            store.write("agencies", seated.set_geometry(_shapes(before["agencies"], seated.index)))
        store.write("territory_publications", rows.assign(undone_at=now()))
        note(store, who, "territory_unpublished", key, len(moved), None)
    return len(moved)


def _published(residences, sectors, land: Land, plan: pd.Series) -> dict[str, pd.Series]:
    """Return the sector and the agency of each residence once the plan stands."""
    unit = land.unit_of.reindex(residences.index)
    new, now = unit.map(plan), unit.map(land.ground.today)
    moves = new.notna() & (new != now)
    sector, agency = residences["sector_id"].astype("object"), residences["agency_id"].astype("object")
    if land.level == "sector":
        sector = sector.where(~moves, new)
        over = new.map(sectors["agency_id"])
        return {"sector_id": sector, "agency_id": agency.where(~(moves & over.notna()), over)}
    agency = agency.where(~moves, new)
    of_sector = sector.map(sectors["agency_id"])
    for area in new[moves].unique():
        there = (~moves) & (of_sector == area) & residences.geometry.notna()
        for residence in residences.index[moves & (new == area)]:
            place = residences.geometry[residence]
            nearest = residences.geometry[there].distance(place)
            sector[residence] = sector[nearest.idxmin()] if len(nearest) else None
    return {"sector_id": sector, "agency_id": agency}


def _seated(agencies: gpd.GeoDataFrame, land: Land, seats: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Return the agencies whose office a plan moves, at their new places."""
    if land.level != "agency":
        return agencies.iloc[:0]
    places = land.residences.geometry
    moved = agencies[agencies.index.isin([a for a, unit in seats.items() if unit in places.index])]
    new = gpd.GeoSeries([places[seats[a]] for a in moved.index], index=moved.index, crs=WORKING_CRS)
    moved = moved.set_geometry(new)
    return moved[~moved.geometry.geom_equals(agencies.geometry.loc[moved.index])]


def _outlines(land: Land, residences: pd.DataFrame, sectors: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the sectors with the union of their cells as outline; one that keeps no residence has none."""
    shapes = sector_shapes(land.cells, residences["sector_id"].reindex(land.ground.units).dropna())
    shapes = shapes.map(lambda s: shapely.MultiPolygon([s]) if s.geom_type == "Polygon" else s)
    return sectors.set_geometry(gpd.GeoSeries(shapes.reindex(sectors.index), crs=WORKING_CRS))


def _same(residences, drawn, sectors) -> bool:
    of_sector = residences["sector_id"].map(sectors["agency_id"])
    now = residences.assign(agency_id=residences["agency_id"].fillna(of_sector))
    columns = ["sector_id", "agency_id"]
    return now.index.equals(drawn.index) and bool(_equal(now[columns], drawn[columns]).all())


def _equal(one: pd.DataFrame, other: pd.DataFrame) -> pd.Series:
    one, other = one.astype("object"), other.astype("object")
    return ((one == other).fillna(False) | (one.isna() & other.isna())).all(axis=1)


def _pairs(frame: pd.DataFrame) -> dict[str, list]:
    values = frame[["sector_id", "agency_id"]].astype("object").where(lambda t: t.notna(), None)
    return {key: list(row) for key, row in zip(frame.index, values.to_numpy(), strict=True)}


def _hex(sectors: gpd.GeoDataFrame) -> dict[str, str | None]:
    return {key: None if shape is None else shape.wkb_hex for key, shape in sectors.geometry.items()}


def _shapes(texts: dict[str, str | None], index: pd.Index) -> gpd.GeoSeries:
    found = [None if texts[key] is None else shapely.from_wkb(texts[key]) for key in index]
    return gpd.GeoSeries(found, index=index, crs=WORKING_CRS)


def _content(work: Work) -> dict:
    draft = work.draft
    return {
        "area_of": dict(draft.area_of),
        "locked_units": sorted(draft.locked_units),
        "locked_areas": sorted(draft.locked_areas),
        "weights": dict(work.weights),
        "tolerance_pct": work.tolerance_pct,
        "proof": work.proof,
        "offices": dict(draft.offices),
    }


def _history(work: Work) -> dict:
    draft = work.draft
    opened = {"opened_proof": work.opened_proof, "opened_offices": dict(draft.opened_offices)}
    return opened | {
        name: [
            {
                "kind": step.kind,
                "changes": {u: list(a) for u, a in step.changes.items()},
                "proof": step.proof,
                "offices": step.offices,
            }
            for step in steps
        ]
        for name, steps in (("past", draft.past), ("future", draft.future))
    }


def _draft(content: dict, land: Land) -> Draft:
    ground = land.ground
    kept = pd.Series(content["area_of"], dtype="object").reindex(ground.units)
    kept = kept.where(kept.isin(ground.areas), ground.today)
    return replace(
        begin(ground, kept),
        locked_units=frozenset(content["locked_units"]) & frozenset(ground.units),
        locked_areas=frozenset(content["locked_areas"]) & frozenset(ground.areas),
        opened_offices=content.get("opened_offices", content.get("offices", {})),
    )


def _steps(steps: list[dict], land: Land) -> tuple[Step, ...]:
    known = set(land.ground.units)
    kept = [
        Step(
            s["kind"], {u: tuple(a) for u, a in s["changes"].items() if u in known}, s.get("proof"), s.get("offices")
        )
        for s in steps
    ]  # fmt: skip
    return tuple(step for step in kept if step.changes or step.offices or step.proof)
