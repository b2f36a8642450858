"""Two plans side by side, today always among the choices: maps, figures, who changes."""

import pandas as pd
import streamlit as st

from planning.territory import draft as d
from views.jobs import territory_plans
from views.jobs.territory import Land, with_offices
from views.jobs.territory_plans import Work
from views.parts.territories import drawing as territory_map
from views.parts.territories import runs as territory_run
from views.parts.territories import state as territory
from views.parts.territories.panels import moved, residences, signed
from views.parts.territories.proposing import title
from views.shared import cache, html
from views.shared.i18n import _
from views.shared.map import show
from views.shared.numbers import metres, number, quantity
from views.shared.palette import theme

TODAY, MINE = "today", "mine"
FOUND = "found-"
HEIGHT_PX = 420
Drawn = tuple[Land, pd.Series]


def compare(land: Land, work: Work) -> None:
    """Show two plans side by side: the maps move together, then figures and movers."""
    names = _choices(land, work)
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
    plans = [_plan(land, work, key) for key in picked]
    for side, column in enumerate(columns):
        with column:
            _map(*plans[side], side)
    left, right = names[picked[0]], names[picked[1]] + (" " if picked[0] == picked[1] else "")
    st.dataframe(both(plans, (left, right), work), row_height=44)
    apart = d.movers(land.ground, plans[0][1], plans[1][1])
    html.section(_("{n} differ").format(n=residences(len(apart))))
    moved(land, apart, left, right)


def _choices(land: Land, work: Work) -> dict[str, str]:
    """Return what can be compared: today, the plan in hand, the plans just found, every version of every plan."""
    names = {TODAY: _("Today"), MINE: _("The plan in hand")}
    run = territory_run.of(work.draft_id)
    for rank, plan in enumerate(run.plans if run else ()):
        names[f"{FOUND}{rank}"] = _("Found: {plan}").format(plan=title(plan))
    store = cache.store()
    for key, row in territory_plans.plans(store, land.level).iterrows():
        for version in territory_plans.versions(store, key).index:
            names[f"{key}/{version}"] = f"{row['name']} · v{version}"
    return names


def _plan(land: Land, work: Work, key: str) -> Drawn:
    if key == TODAY:
        return land, land.ground.today
    if key == MINE:
        return with_offices(land, work.draft.offices), work.draft.plan()
    run = territory_run.of(work.draft_id)
    if key.startswith(FOUND) and run:
        plan = run.plans[int(key.removeprefix(FOUND))]
        return with_offices(land, plan.offices), plan.area_of
    plan_id, version = key.rsplit("/", 1)
    opened = territory_plans.open_plan(cache.store(), plan_id, int(version), land)
    return with_offices(land, opened.draft.offices), opened.draft.plan()


def _map(land: Land, plan: pd.Series, side: int) -> None:
    drawn = territory_map.drawing(
        land, plan, version=territory.version(land.level), name=f"side-{side}", theme=theme(), linked=True
    )
    show(
        drawn,
        key=f"territory-side-{side}-{land.level}",
        bounds=territory_map.bounds(land, half=True),
        on_change=lambda: None,
        height_px=HEIGHT_PX,
    )


def both(plans: list[Drawn], names: tuple[str, str], work: Work) -> pd.DataFrame:
    """Return the figures of both plans, a row an area and one for the whole, written for the reader."""
    land = plans[0][0]
    tables = [d.by_area(of.ground, plan, work.weights) for of, plan in plans]
    wholes = [d.totals(of.ground, plan, work.weights) for of, plan in plans]
    heads = {
        "dwellings": (_("Dwellings"), number), "deviation_pct": (_("Deviation"), signed),
        "mean_distance_m": (_("To the office"), metres), "complaints": (_("Requests a year"), number),
        "relets": (_("Relets a year"), number), "lodges": (_("Lodges"), number),
    }  # fmt: skip
    shown = {column: head for column, head in heads.items() if column not in land.unknown}
    rows = {
        land.names[area]: {
            (label, name): written(table.at[area, column])
            for column, (label, written) in shown.items()
            for name, table in zip(names, tables, strict=True)
        }
        for area in land.ground.areas
    }
    rows[_("Whole")] = {
        (label, name): _whole(column, written, table, whole)
        for column, (label, written) in shown.items()
        for name, table, whole in zip(names, tables, wholes, strict=True)
    }
    return pd.DataFrame.from_dict(rows, orient="index").fillna("")


def _whole(column: str, written, table: pd.DataFrame, whole: d.Totals) -> str:
    if column == "deviation_pct":
        return "±" + quantity(whole.max_deviation_pct, "%", 1)
    if column == "mean_distance_m":
        return metres(whole.mean_distance_m)
    return written(table[column].sum())
