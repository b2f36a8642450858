"""The panel that proposes: wishes in the manager's units, the solver behind the page, plans with their proof."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from planning.territory import MOST_CANDIDATES, Caps, warm_up
from planning.territory import draft as d
from views.jobs.territory import Land
from views.jobs.territory_plans import Work
from views.jobs.territory_wishes import Proposed, Wishes
from views.parts.territories import runs as territory_run
from views.parts.territories import state as territory
from views.parts.territories.words import criterion, proof, told
from views.shared import cache
from views.shared.i18n import N_, _, error_words
from views.shared.numbers import metres, quantity
from views.shared.text import md_text

SECONDS = {"propose": 10.0, "rebalance": 8.0, "frontier": 25.0, "offices": 20.0}
KINDS = {
    "propose": N_("Propose a plan"),
    "rebalance": N_("Rebalance around my moves"),
    "frontier": N_("Show several plans"),
}
KEPT = {"persist_state": "session"}


def propose(land: Land, work: Work) -> None:
    """Ask for the wishes in the manager's units, run the solver behind the page, show what it found and proved."""
    _warmed()
    wishes = _wishes(land, work)
    if (wishes.tolerance_pct, wishes.weights) != (work.tolerance_pct, work.weights):
        territory.hold(replace(work, tolerance_pct=wishes.tolerance_pct, weights=wishes.weights))
        st.rerun()
    run = territory_run.of(work.draft_id)
    busy = bool(run and not run.ended)
    row = st.container(horizontal=True)
    for kind, label in KINDS.items():
        if kind == "rebalance" and not work.draft.drawn():
            continue
        row.button(
            _(label),
            key=f"territory-{kind}",
            type="primary" if kind == "propose" else "secondary",
            disabled=busy,
            on_click=lambda kind=kind: territory_run.start(
                work.draft_id, kind, land, wishes, work.draft, SECONDS[kind]
            ),
        )
    if land.level == "agency":
        _offices(land, work, wishes, row, busy)
    if run is None:
        st.caption(_("The plan in hand stays until you take a proposal; taking one can be undone."))
    elif run.ended:
        _found(land, work, run)
    else:
        _under_way(work)


@st.cache_resource(show_spinner=False)
def _warmed() -> None:
    """Have the search compiled while the wishes are being set, where this machine has not done so yet."""
    warm_up()


def _wishes(land: Land, work: Work) -> Wishes:
    given = cache.parameters()
    tolerance = st.slider(
        _("Tolerance on the work of each, in %"), 1.0, 25.0, float(work.tolerance_pct), 0.5,
        key=f"territory-tolerance-{work.draft_id}",
    )  # fmt: skip
    change = st.slider(
        _("Metres to the office worth 1 % of tenants not changing"), 0, 40, int(given["territory.change_m"]),
        key="territory-change", **KEPT,
    )  # fmt: skip
    border = st.slider(
        _("Metres to the office worth 1 km of border less"), 0, 60, int(given["territory.border_m"]),
        key="territory-border", **KEPT,
    )  # fmt: skip
    row = st.container(horizontal=True)
    weights = _weights(land, work, row)
    others = _others(land, row)
    caps, whole = _limits(land, row)
    return Wishes(tolerance, float(change), float(border), weights, others, caps, whole)


def _weights(land: Land, work: Work, row) -> dict[str, float]:
    with row.popover(_("What makes work"), icon=":material/balance:"):
        st.caption(_("Each counts with its weight; the sum is what agencies share equally."))
        return {
            name: st.number_input(
                _(label), 0.0, 100.0, float(work.weights.get(name, 0)), 0.25,
                key=f"territory-weight-{name}-{work.draft_id}",
            )
            for name, label in territory.COUNTED.items()
            if name not in land.unknown
        }  # fmt: skip


def _others(land: Land, row) -> dict[str, float]:
    """Ask what else must be shared equally, each with its own tolerance."""
    found = {}
    with row.popover(_("Share also"), icon=":material/join_full:"):
        st.caption(_("Beside the work, each of these is shared equally, within its own tolerance."))
        for name, label in territory.COUNTED.items():
            if name in land.unknown:
                continue
            if st.checkbox(_(label), key=f"territory-also-{name}", **KEPT):
                found[name] = st.number_input(
                    _("Tolerance, in %"), 1.0, 100.0, 10.0, 1.0, key=f"territory-also-{name}-pct", **KEPT
                )
    return found


def _limits(land: Land, row) -> tuple[Caps, bool]:
    """Ask for the limits of the whole plan; an empty one is none."""
    with row.popover(_("Limits"), icon=":material/vertical_align_top:"):
        moved = st.number_input(
            _("Tenants who change, in % at most"), 0.0, 100.0, None, 1.0, key="territory-cap-moved", **KEPT
        )
        distance = st.number_input(
            _("Mean distance to the office, in m at most"), 0.0, None, None, 10.0, key="territory-cap-distance", **KEPT
        )  # fmt: skip
        border = st.number_input(
            _("Borders, in km at most"), 0.0, None, None, 0.5, key="territory-cap-border", **KEPT
        )
        whole = land.level == "agency" and st.checkbox(
            _("Keep each sector whole: an agency takes it or leaves it"), key="territory-whole", **KEPT
        )
    none = float("inf")
    asked = [none if cap is None else float(cap) for cap in (distance, moved, border)]
    return Caps(*asked), bool(whole)


def _offices(land: Land, work: Work, wishes: Wishes, row, busy: bool) -> None:
    """Ask where offices could be: today's, and residences chosen on the map; as many open as there are agencies."""
    held = territory.chosen(work.level)
    names = land.residences["name"]
    known = [area for area in land.ground.areas if land.offices[area] is not None]
    if len(known) < len(land.ground.areas):
        return
    with row.popover(_("Choose the offices"), icon=":material/storefront:"):
        st.caption(
            _(
                "Candidates are today's offices and the places you name; as many are opened as there are agencies."
            )
        )
        places = st.multiselect(
            _("Places where an office could open"),
            list(land.ground.units),
            default=held[: MOST_CANDIDATES - len(known)],
            format_func=names.get,
            max_selections=MOST_CANDIDATES - len(known),
            placeholder=_("None chosen"),
            key=f"territory-places-{hash(tuple(held))}",
        )
        stays = st.multiselect(
            _("Offices that stay"),
            known,
            format_func=land.names.get,
            placeholder=_("None chosen"),
            key="territory-stays",
            **KEPT,
        )
        st.button(
            _("Open the best, and draw"),
            key="territory-offices",
            disabled=busy or not places,
            on_click=lambda: territory_run.start(
                work.draft_id,
                "offices",
                land,
                wishes,
                work.draft,
                SECONDS["offices"],
                places=places,
                kept=stays,
            ),
        )


@st.fragment(run_every=0.8)
def _under_way(work: Work) -> None:
    """Show how far the search is, what it has already, and a way to stop it."""
    run = territory_run.of(work.draft_id)
    if run is None or run.ended:
        st.rerun()
    st.progress(min(run.done, 1.0), text=_("Searching, and proving how good it is"))
    if run.plans:
        st.caption(_("Best so far: {figures}").format(figures=line(run.plans[0])))
    st.button(_("Stop and keep the best"), key="territory-stop", on_click=run.cancel)


def line(plan: Proposed) -> str:
    """Return the figures of a plan in one line."""
    return " · ".join(
        [
            f"±{quantity(plan.max_deviation_pct, '%', 1)}",
            metres(plan.mean_distance_m),
            quantity(plan.border_km, "km", 1),
            _("{share} of tenants change").format(share=quantity(plan.moved_pct, "%", 1)),
        ]
    )


def title(plan: Proposed) -> str:
    """Return what tells a plan from the others of a choice: its tolerance, and its cap on change."""
    words = _("Tolerance {tolerance}").format(tolerance=quantity(plan.wishes.tolerance_pct, "%", 1))
    cap = plan.wishes.caps.moved_pct
    if cap == float("inf"):
        return words
    return f"{words}, " + _("{share} change at most").format(share=quantity(cap, "%", 1))


def _found(land: Land, work: Work, run: territory_run.Run) -> None:
    """Show each plan found, its proof, what stands in its way, and a button to take it."""
    if run.error:
        st.error(_("The search stopped: {reason}").format(reason=md_text(error_words(run.error))))
    elif not run.plans:
        st.warning(_("No plan keeps every limit: widen the tolerance, or raise a cap."))
    today = d.totals(land.ground, land.ground.today, work.weights)
    for rank, plan in enumerate(run.plans):
        with st.container(border=True):
            if len(run.plans) > 1:
                st.markdown(f"**{title(plan)}**")
            st.write(line(plan))
            st.caption(" ".join([proof(kept_proof(plan)), *_notes(land, plan, today)]))
            for sentence in plan.obstacles:
                st.warning(md_text(told(sentence, land)))
            st.button(
                _("Take this plan"),
                key=f"territory-take-{rank}",
                type="primary" if rank == 0 else "secondary",
                on_click=lambda plan=plan: territory.take(
                    work, land, plan.area_of, "proposal", kept_proof(plan), dict(plan.offices) or None
                ),
            )


def _notes(land: Land, plan: Proposed, today: d.Totals) -> list[str]:
    notes = []
    if worse := _worse(plan, today):
        notes.append(_("Worse than today: {axes}.").format(axes=worse))
    if pd.notna(plan.least_moved_pct):
        least = quantity(plan.least_moved_pct, "%", 1)
        notes.append(_("At this tolerance at least {share} must change.").format(share=least))
    for area, unit in plan.offices.items():
        notes.append(
            _("The office of {area} moves to {residence}.").format(
                area=md_text(land.names[area]), residence=md_text(land.residences["name"].get(unit, unit))
            )
        )
    if plan.wishes.others:
        also = ", ".join(criterion(name) for name in plan.wishes.others)
        notes.append(_("Shared equally too: {names}.").format(names=also))
    return notes


def kept_proof(plan: Proposed) -> dict:
    """Return what is kept of a plan's proof, with the wishes it holds for."""
    return {
        "gap_pct": None if pd.isna(plan.gap_pct) else float(plan.gap_pct),
        "better_m": None if pd.isna(plan.better_m) else float(plan.better_m),
        "feasible": bool(plan.feasible),
        "valid": bool(plan.valid),
        "tolerance_pct": plan.wishes.tolerance_pct,
        "change_m": plan.wishes.change_m,
        "border_m": plan.wishes.border_m,
    }


def _worse(plan: Proposed, today: d.Totals) -> str:
    axes = {
        _("largest deviation"): plan.max_deviation_pct > today.max_deviation_pct + 1e-9,
        _("distance to the office"): plan.mean_distance_m > today.mean_distance_m + 0.5,
        _("borders"): plan.border_km > today.border_km + 0.05,
    }
    return ", ".join(name for name, is_worse in axes.items() if is_worse)
