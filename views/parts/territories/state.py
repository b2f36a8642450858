"""The state of the page of territories: the ground, the draft in hand, what is chosen; and what its buttons do."""

import os
from dataclasses import replace

import pandas as pd
import streamlit as st

from planning.territory import draft as d
from views.jobs import territory, territory_plans
from views.jobs.territory import COUNTS, Land, TerritoryDataError
from views.jobs.territory_plans import PlanConflict, Work
from views.parts.territories import drawing as territory_map
from views.parts.territories import runs as territory_run
from views.shared import cache
from views.shared.i18n import N_
from views.shared.map import clicked

MAP = "territory_map"
LEVELS = {"agency": N_("Agencies"), "sector": N_("Sectors")}
MODES = {
    "draw": N_("Draw"),
    "propose": N_("Propose"),
    "compare": N_("Compare"),
    "publish": N_("Publish and export"),
}
COUNTED = {
    "dwellings": N_("Dwellings"),
    "complaints": N_("Requests a year"),
    "relets": N_("Relets a year"),
    "qpv_dwellings": N_("Dwellings in a priority district"),
    "lodges": N_("Lodges"),
    "lifts": N_("Residences with a lift"),
}


def level_asked() -> str:
    """Return the level of the draft in the address, so that a refresh finds it; agencies without one."""
    asked = st.query_params.get("draft")
    kept = territory_plans.level_of(cache.store(), asked) if asked else None
    return kept or "agency"


def land(level: str) -> Land | None:
    """Return the ground of a level as the store is now; None where it cannot be made."""
    return _land(version(level), level)


def seated(land: Land, work: Work) -> Land:
    """Return the land with its offices where the plan in hand moves them."""
    return territory.with_offices(land, work.draft.offices)


def version(level: str) -> tuple:
    """Return what changes when the ground does."""
    return (level, str(cache.reference_date()), *cache.versions(*territory.TABLES))


@st.cache_resource(max_entries=4, show_spinner=False)
def _land(version: tuple, level: str) -> Land | None:
    try:
        return territory.land(cache.store(), level)
    except TerritoryDataError:
        return None


def defaults(land: Land) -> dict[str, float]:
    """Return the weight of each count that is known, from the dated parameters."""
    given = cache.parameters()
    return {
        name: given[f"territory.workload.{name}"]
        for name in COUNTED
        if name not in land.unknown and name in COUNTS
    }


def current(land: Land) -> Work:
    """Return the draft in hand: the session's, else the one in the address, else a fresh one of today."""
    name = f"territory-work-{land.level}"
    held = st.session_state.get(name)
    ground = version(land.level)
    if held is None or st.session_state.get(f"{name}-ground") != ground:
        asked = held.draft_id if held else st.query_params.get("draft")
        found = territory_plans.find(cache.store(), asked, land) if asked else None
        held = found or _rebased(held, land) or fresh(land)
        st.session_state[name] = held
        st.session_state[f"{name}-ground"] = ground
    if held.draft.past or held.plan_id:
        st.query_params["draft"] = held.draft_id
    elif "draft" in st.query_params:
        del st.query_params["draft"]
    return held


def fresh(land: Land) -> Work:
    """Return a new draft of today's plan."""
    tolerance = float(cache.parameters()["territory.tolerance_pct"])
    return territory_plans.new_work(land, defaults(land), tolerance)


def _rebased(held: Work | None, land: Land) -> Work | None:
    """Return an unsaved draft on a new ground: it has no move yet, so only its settings are kept."""
    if held is None:
        return None
    return replace(held, draft=d.begin(land.ground))


def hold(work: Work, *, keep: bool = True) -> None:
    """Put a draft in hand, and in the store."""
    st.session_state[f"territory-work-{work.level}"] = work
    if keep:
        territory_plans.keep(cache.store(), work)


def change(work: Work, draft: d.Draft, land: Land | None = None) -> None:
    """Put the draft in hand as it is after a move; the choice is empty again, and what broke is zoomed to."""
    hold(replace(work, draft=draft))
    choose(work.level, [])
    if land is not None:
        _heed(work, draft, land)


def _heed(work: Work, draft: d.Draft, land: Land) -> None:
    """Go to the piece that a move broke off; back to the whole town once a repair leaves none."""
    before = {piece.units for piece in d.broken(land.ground, work.draft.plan())}
    after = d.broken(land.ground, draft.plan())
    new = [piece for piece in after if piece.units not in before]
    if new:
        look_at(work.level, land, new[0].units)
    elif before and not after:
        look_at(work.level, land, tuple(land.ground.units))


def chosen(level: str) -> list[str]:
    """Return the units chosen, in the order they were."""
    return st.session_state.setdefault(f"territory-chosen-{level}", [])


def choose(level: str, units: list[str]) -> None:
    """Choose these units and no others."""
    st.session_state[f"territory-chosen-{level}"] = units


def pick_on_map(level: str) -> None:
    """
    Choose what was clicked or lassoed on the map; a click on a chosen one lets it go.

    What was swept over the border of an area is given to it at once.
    """
    click = clicked(st.session_state, f"{MAP}-{level}")
    ground = land(level)
    if click is None or ground is None:
        return
    held = chosen(level)
    told = st.session_state[f"{MAP}-{level}"]["last_clicked"] or {}
    ids = [unit for unit in told.get("ids") or () if unit in ground.ground.units]
    if ids and told.get("to") in range(len(ground.ground.areas)):
        work = current(ground)
        area = ground.ground.areas[told["to"]]
        if area not in work.draft.locked_areas:
            moving = free(work, ids, area)
            change(work, d.give(work.draft, ground.ground, moving, area), ground)
        return
    if ids:
        choose(level, held + [unit for unit in ids if unit not in held])
        return
    unit = territory_map.unit_at(ground, click.latitude, click.longitude)
    if unit is not None:
        choose(level, [u for u in held if u != unit] if unit in held else [*held, unit])


def free(work: Work, units: list[str], area: str | None = None) -> list[str]:
    """Return the units that may move: not locked, nor in a locked area, nor in the area already."""
    draft = work.draft
    return [
        u
        for u in units
        if u not in draft.locked_units
        and draft.area_of.get(u) not in draft.locked_areas
        and draft.area_of.get(u) != area
    ]


def give(work: Work, land: Land, area: str) -> None:
    """Give what is chosen to an area."""
    units = free(work, chosen(work.level), area)
    change(work, d.give(work.draft, land.ground, units, area), land)


def mend(work: Work, land: Land, piece: d.Piece, area: str) -> None:
    """Give a broken piece to the area that holds most of its border."""
    change(work, d.give(work.draft, land.ground, piece.units, area, kind="repair"), land)


def take(
    work: Work, land: Land, plan: pd.Series, kind: str, proof: dict | None = None, offices: dict | None = None
) -> None:
    """Take a whole plan as one step; what is locked stays, and nothing is proved of a plan so altered."""
    held = work.draft.plan()
    stays = held.index.isin(work.draft.locked_units)
    stays |= (held.isin(work.draft.locked_areas) | plan.isin(work.draft.locked_areas)).to_numpy()
    kept = plan.where(~stays, held)
    proof = proof if kept.equals(plan) else None
    change(work, d.adopt(work.draft, land.ground, kept, kind=kind, proof=proof, offices=offices))


def restart(land: Land) -> None:
    """Begin again from today's plan, in a new draft."""
    territory_run.forget(current(land).draft_id)
    hold(fresh(land), keep=False)
    choose(land.level, [])


def copy_of(draft_id: str, land: Land) -> None:
    """Put a copy of a kept draft in hand."""
    found = territory_plans.find(cache.store(), draft_id, land)
    if found is not None:
        hold(replace(found, draft_id=territory_plans.new_work(land, {}, 0.0).draft_id))
        choose(land.level, [])


def look_at(level: str, land: Land, units: tuple) -> None:
    """Ask the map to go to some units, once."""
    token = f"{level}-{hash(units)}-{len(st.session_state.get('territory-looks', ''))}"
    st.session_state["territory-looks"] = st.session_state.get("territory-looks", "") + "."
    st.session_state["territory-look"] = {"bounds": territory_map.around(land, units), "token": token}


def save(work: Work, name: str | None) -> None:
    """Save the draft as the next version, or under a name; a rival's version is kept beside for the page to show."""
    try:
        hold(territory_plans.save(cache.store(), work, who(), name=name), keep=False)
        st.session_state.pop("territory-conflict", None)
        st.session_state["territory-said"] = N_("The plan is saved.")
    except PlanConflict as conflict:
        st.session_state["territory-conflict"] = conflict


def who() -> str | None:
    """Return the name the visitor gave, for the record."""
    return (st.session_state.get("territory-who") or "").strip() or None


def engine() -> str:
    """Return the address of the store, for what must not be shared between stores."""
    return os.environ.get("ILOT_STORE") or ""
