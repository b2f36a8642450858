"""Territories: today's areas or a draft on the map, residences given to a neighbour, plans proposed and published."""

import streamlit as st

from planning.territory import draft as d
from views.parts.territories import comparing, listed, proposing, publishing
from views.parts.territories import drawing as territory_map
from views.parts.territories import panels as territory_panels
from views.parts.territories import state as territory
from views.parts.territories.words import proof
from views.shared import frame, palette
from views.shared.i18n import _
from views.shared.map import show

bar = st.container(horizontal=True, vertical_alignment="center")
level = bar.segmented_control(
    _("Level"),
    list(territory.LEVELS),
    default=territory.level_asked(),
    required=True,
    format_func=lambda key: _(territory.LEVELS[key]),
    key="territory-level",
    persist_state="session",
    label_visibility="collapsed",
)
mode = bar.segmented_control(
    _("What to do"),
    list(territory.MODES),
    default="draw",
    required=True,
    format_func=lambda key: _(territory.MODES[key]),
    key="territory-mode",
    persist_state="session",
    label_visibility="collapsed",
)
land = territory.land(level)
if land is None:
    st.info(_("No territory to draw yet: import agencies, sectors and the stock with their locations."))
    st.stop()

work = territory.current(land)
base, land = land, territory.seated(land, work)
territory_panels.plan_bar(bar, land, work)
with st.container():
    territory_panels.said()
    territory_panels.conflict(land, work)
plan = work.draft.plan()
table = d.by_area(land.ground, plan, work.weights)
found = d.totals(land.ground, plan, work.weights)

if mode == "compare":
    comparing.compare(base, work)
    st.stop()

left, right = st.columns([2, 1], gap="medium")
with left:
    show(
        territory_map.drawing(
            land,
            plan,
            version=territory.version(level),
            name="territories",
            theme=palette.theme(),
            chosen=territory.chosen(level),
            locked=work.draft.locked_units,
            apart=[unit for piece in found.pieces for unit in piece.units],
            look=st.session_state.get("territory-look"),
            tally=territory_map.tallied(land, work.weights, work.tolerance_pct, work.draft.locked_areas),
        ),
        key=f"{territory.MAP}-{level}",
        bounds=territory_map.bounds(land),
        on_change=lambda: territory.pick_on_map(level),
    )
    territory_panels.legend(land, work, table, territory_map.colours(land))
with right:
    territory_panels.headline(found, d.totals(base.ground, base.ground.today, work.weights))
    # what comes and goes stands in a place of its own: the rest keeps its own, and the focus
    with st.container():
        if work.proof:
            st.caption(proof(work.proof))
    territory_panels.history(work)
    with st.container():
        territory_panels.breaks(land, work, found.pieces)
    if mode == "draw":
        territory_panels.choice(land, work)
        listed.show(land, level)
        territory_panels.tools(land, work)
    elif mode == "propose":
        proposing.propose(land, work)
    else:
        publishing.publish(base, work)
        publishing.files(land, work)

territory_panels.table(land, work, table)
frame.not_located(land.residences)
