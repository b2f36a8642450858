"""The panels that decide: propose by the solver, compare two plans, publish, take away files."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from planning.territory import draft as d
from planning.territory.draft import DraftError
from views.jobs import export, territory_plans
from views.jobs.territory import Land, Proposed, Wishes
from views.jobs.territory_plans import Work
from views.parts.territories import drawing as territory_map
from views.parts.territories import report as report_territory
from views.parts.territories import runs as territory_run
from views.parts.territories import state as territory
from views.parts.territories.panels import listing, moved, proof, residences, signed
from views.shared import cache, html
from views.shared.i18n import N_, _
from views.shared.map import show
from views.shared.numbers import day, metres, number, quantity
from views.shared.palette import theme
from views.shared.text import md_text

SECONDS = {"propose": 10.0, "rebalance": 8.0, "frontier": 25.0}
TODAY, MINE = "today", "mine"
KINDS = {
    "propose": N_("Propose a plan"),
    "rebalance": N_("Rebalance around my moves"),
    "frontier": N_("Show several plans"),
}


def propose(land: Land, work: Work) -> None:
    """Ask for the wishes in the manager's units, run the solver behind the page, show what it found and proved."""
    given = cache.parameters()
    tolerance = st.slider(
        _("Tolerance on the work of each, in %"),
        1.0,
        25.0,
        float(work.tolerance_pct),
        0.5,
        key="territory-tolerance",
    )
    change = st.slider(
        _("Metres to the office worth 1 % of tenants not changing"), 0, 40,
        int(given["territory.change_m"]), key="territory-change",
    )  # fmt: skip
    border = st.slider(
        _("Metres to the office worth 1 km of border less"),
        0,
        60,
        int(given["territory.border_m"]),
        key="territory-border",
    )
    weights = _weights(land, work)
    if (tolerance, weights) != (work.tolerance_pct, work.weights):
        territory.hold(replace(work, tolerance_pct=tolerance, weights=weights))
        st.rerun()
    wishes = Wishes(tolerance, float(change), float(border), weights)
    run = territory_run.of(work.draft_id)
    row = st.container(horizontal=True)
    for kind, label in KINDS.items():
        if kind == "rebalance" and not work.draft.drawn():
            continue
        row.button(
            _(label),
            key=f"territory-{kind}",
            type="primary" if kind == "propose" else "secondary",
            disabled=bool(run and not run.ended),
            on_click=lambda kind=kind: territory_run.start(
                work.draft_id, kind, land, wishes, work.draft, SECONDS[kind]
            ),
        )
    if run is None:
        st.caption(_("The plan in hand stays until you take a proposal; taking one can be undone."))
    elif run.ended:
        _found(land, work, run)
    else:
        _under_way(work)


def _weights(land: Land, work: Work) -> dict:
    with st.popover(_("What makes work"), icon=":material/balance:"):
        st.caption(_("Each counts with its weight; the sum is what agencies share equally."))
        return {
            name: st.number_input(
                _(label), 0.0, 100.0, float(work.weights.get(name, 0)), 0.25, key=f"territory-weight-{name}"
            )
            for name, label in territory.COUNTED.items()
            if name not in land.unknown
        }


@st.fragment(run_every=0.8)
def _under_way(work: Work) -> None:
    """Show how far the search is, what it has already, and a way to stop it."""
    run = territory_run.of(work.draft_id)
    if run is None or run.ended:
        st.rerun()
    st.progress(min(run.done, 1.0), text=_("Searching, and proving how good it is"))
    if run.plans:
        st.caption(_("Best so far: {figures}").format(figures=_line(run.plans[0])))
    st.button(_("Stop and keep the best"), key="territory-stop", on_click=run.cancel)


def _line(plan: Proposed) -> str:
    return " · ".join(
        [
            f"±{quantity(plan.max_deviation_pct, '%', 1)}",
            metres(plan.mean_distance_m),
            quantity(plan.border_km, "km", 1),
            _("{share} of tenants change").format(share=quantity(plan.moved_pct, "%", 1)),
        ]
    )


def _found(land: Land, work: Work, run: territory_run.Run) -> None:
    """Show each plan found, its proof, and a button to take it."""
    if run.error:
        st.error(_("The search stopped: {reason}").format(reason=md_text(run.error)))
    today = d.totals(land.ground, land.ground.today, work.weights)
    for rank, plan in enumerate(run.plans):
        box = st.container(border=True)
        with box:
            if len(run.plans) > 1:
                st.markdown(
                    "**"
                    + _("Tolerance {tolerance}").format(tolerance=quantity(plan.wishes.tolerance_pct, "%", 1))
                    + "**"
                )
            st.write(_line(plan))
            st.caption(proof(_proof(plan)))
            worse = _worse(plan, today)
            if worse:
                st.caption(_("Worse than today: {axes}.").format(axes=worse))
            st.button(
                _("Take this plan"),
                key=f"territory-take-{rank}",
                type="primary" if rank == 0 else "secondary",
                on_click=lambda plan=plan: (
                    territory.take(work, land, plan.area_of, "proposal", _proof(plan)),
                    territory_run.forget(work.draft_id),
                ),
            )


def _proof(plan: Proposed) -> dict:
    return {
        "gap_pct": None if pd.isna(plan.gap_pct) else float(plan.gap_pct),
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


def compare(land: Land, work: Work) -> None:
    """Show two plans side by side, today always among the choices: maps, figures, movers."""
    store = cache.store()
    saved = territory_plans.plans(store, land.level)
    names = {TODAY: _("Today"), MINE: _("The plan in hand")}
    names |= {key: f"{row['name']} · v{row['version']}" for key, row in saved.iterrows()}
    columns = st.columns(2, gap="medium")
    picked = [
        column.selectbox(
            _("Left") if side == 0 else _("Right"),
            list(names),
            index=side,
            format_func=names.get,
            key=f"territory-compare-{side}",
        )
        for side, column in enumerate(columns)
    ]
    plans = [_plan(land, work, saved, key) for key in picked]
    tables = [d.by_area(land.ground, plan, work.weights) for plan in plans]
    for side, column in enumerate(columns):
        with column:
            show(
                territory_map.drawing(
                    land, plans[side], version=territory.version(land.level), name=f"side-{side}",
                    theme=theme(), tools=False,
                ),
                key=f"territory-side-{side}-{land.level}",
                bounds=territory_map.bounds(land, half=True),
                on_change=lambda: None,
                height_px=420,
            )  # fmt: skip
    st.dataframe(_both(land, tables, [names[key] for key in picked], work, plans), row_height=44)
    apart = d.movers(land.ground, plans[0], plans[1])
    html.section(_("{n} differ").format(n=residences(len(apart))))
    moved(
        land, apart, names[picked[0]], names[picked[1]] if picked[0] != picked[1] else names[picked[1]] + " "
    )


def _plan(land: Land, work: Work, saved: pd.DataFrame, key: str) -> pd.Series:
    if key == TODAY:
        return land.ground.today
    if key == MINE:
        return work.draft.plan()
    content = territory_plans.content_of(cache.store(), key, int(saved.at[key, "version"]))
    return territory_plans.plan_of(content, land)


def _both(land: Land, tables, names, work: Work, plans) -> pd.DataFrame:
    """Return the figures of both plans, a row an area and one for the whole, written for the reader."""
    rows = {}
    wholes = [d.totals(land.ground, plan, work.weights) for plan in plans]
    left, right = names[0], names[1] if names[0] != names[1] else names[1] + " "
    heads = {
        "dwellings": (_("Dwellings"), number), "deviation_pct": (_("Deviation"), signed),
        "mean_distance_m": (_("To the office"), metres), "complaints": (_("Requests a year"), number),
        "relets": (_("Relets a year"), number), "lodges": (_("Lodges"), number),
    }  # fmt: skip
    for area in land.ground.areas:
        rows[land.names[area]] = {
            (label, name): written(table.at[area, column])
            for column, (label, written) in heads.items()
            if column not in land.unknown
            for name, table in ((left, tables[0]), (right, tables[1]))
        }
    whole = {"dwellings": [t["dwellings"].sum() for t in tables]}
    whole["deviation_pct"] = [w.max_deviation_pct for w in wholes]
    whole["mean_distance_m"] = [w.mean_distance_m for w in wholes]
    rows[_("Whole")] = {
        (label, name): heads[column][1](values[side])
        for column, values in whole.items()
        for label in [heads[column][0]]
        for side, name in enumerate((left, right))
    }
    return pd.DataFrame.from_dict(rows, orient="index").fillna("")


def publish(land: Land, work: Work) -> None:
    """Show what publishing would change, publish, and undo a publication."""
    plan = work.draft.plan()
    apart = d.movers(land.ground, land.ground.today, plan)
    found = d.totals(land.ground, plan, work.weights)
    if found.pieces:
        st.warning(_("An area is in several pieces: mend it before publishing, or publish knowingly."))
    tables = [d.by_area(land.ground, p, work.weights) for p in (land.ground.today, plan)]
    st.dataframe(
        _both(land, tables, [_("Today"), _("After")], work, [land.ground.today, plan]), row_height=44
    )
    lodges = int((land.ground.counts["lodges"].reindex(apart.index) > 0).sum())
    if len(apart):
        st.write(
            _("{residences} change, {dwellings} dwellings, {lodges} lodges with their caretakers.").format(
                residences=residences(len(apart)),
                dwellings=number(apart["dwellings"].sum()),
                lodges=number(lodges),
            )
        )
    row = st.container(horizontal=True)
    row.button(
        _("Publish: the stock takes these areas"),
        key="territory-publish",
        type="primary",
        icon=":material/publish:",
        disabled=apart.empty,
        on_click=lambda: _publish(land, work),
    )
    last = territory_plans.last_publication(cache.store(), land.level)
    if last is not None:
        row.button(
            _("Undo the publication of {day}: {name}").format(
                day=day(last["published_at"]), name=md_text(last["name"])
            ),
            key="territory-unpublish",
            icon=":material/undo:",
            on_click=lambda: _unpublish(last.name),
        )
    if len(apart):
        with st.expander(_("Who changes")):
            moved(land, apart, _("From"), _("To"))


def _publish(land: Land, work: Work) -> None:
    saved = territory_plans.plans(cache.store(), land.level)["name"]
    name = saved.get(work.plan_id) or _("Plan without a name")
    try:
        territory_plans.publish(cache.store(), land, work, name=name, who=territory.who())
        st.session_state["territory-said"] = N_(
            "Published: the stock has its new areas. It can be undone here."
        )
    except DraftError:
        st.session_state["territory-refused"] = N_(
            "The stock changed since this plan was drawn, or nothing moves: look again, then publish."
        )


def _unpublish(key: str) -> None:
    try:
        territory_plans.unpublish(cache.store(), key, territory.who())
        st.session_state["territory-said"] = N_("The publication is undone: the stock is as it was before.")
    except DraftError:
        st.session_state["territory-refused"] = N_(
            "The stock changed since this publication: publish another plan instead."
        )


def files(land: Land, work: Work) -> None:
    """Offer the plan as files, and take one back."""
    plan = work.draft.plan()
    apart = d.movers(land.ground, land.ground.today, plan)
    row = st.container(horizontal=True)
    row.download_button(
        _("Plan (CSV)"), lambda: territory_plans.csv(land, plan), "plan.csv", "text/csv", key="territory-csv"
    )
    row.download_button(
        _("Plan (GeoJSON)"), lambda: territory_plans.geojson(land, plan), "plan.geojson", "application/geo+json",
        key="territory-geojson",
    )  # fmt: skip
    listed = listing(land, apart, _("From"), _("To")).rename_axis("residence_id")
    row.download_button(
        _("Movers (XLSX)"), lambda: export.to_bytes(listed, ".xlsx"), "movers.xlsx", key="territory-xlsx"
    )
    row.download_button(
        _("Report (PDF)"),
        lambda: report_territory.pdf(land, work, cache.settings()),
        "report.pdf",
        "application/pdf",
        key="territory-pdf",
    )
    given = st.file_uploader(_("Read a plan back (CSV)"), type="csv", key="territory-read")
    if given is not None and st.button(_("Take the plan of this file"), key="territory-read-it"):
        try:
            territory.take(work, land, territory_plans.read_csv(given.getvalue(), land), "file")
            st.rerun()
        except DraftError as error:
            st.error(md_text(error))
