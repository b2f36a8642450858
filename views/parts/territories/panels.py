"""The panels of the page of territories: what is chosen and given, what broke, the figures, the plans."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from planning.territory import draft as d
from views.jobs import territory_barriers, territory_plans
from views.jobs.territory import Land
from views.jobs.territory_barriers import BarrierError
from views.jobs.territory_plans import Work
from views.parts.territories import state as territory
from views.shared import cache, html, numbers
from views.shared.classes import LegendLine
from views.shared.i18n import _, error_words, ngettext
from views.shared.numbers import NO_BREAK, day, metres, number, quantity
from views.shared.text import md_text


def signed(value: float, digits: int = 1) -> str:
    """Write a deviation with its sign, in %."""
    return _("unknown") if pd.isna(value) else f"{numbers.signed(value, digits)}{NO_BREAK}%"


def dwellings(count: float) -> str:
    """Write a number of dwellings."""
    return ngettext("{n} dwelling", "{n} dwellings", int(count)).format(n=number(count))


def residences(count: int) -> str:
    """Write a number of residences."""
    return ngettext("{n} residence", "{n} residences", count).format(n=number(count))


def headline(found: d.Totals, today: d.Totals) -> None:
    """Show the plan's four figures, each beside today's."""
    was = _("today {figure}")
    html.figures(
        [
            (
                signed(found.max_deviation_pct).removeprefix("+"),
                _("Largest deviation"),
                was.format(figure=signed(today.max_deviation_pct).removeprefix("+")),
            ),
            (
                metres(found.mean_distance_m),
                _("Mean distance to the office"),
                was.format(figure=metres(today.mean_distance_m)),
            ),
            (
                quantity(found.border_km, "km", 1),
                _("Borders"),
                was.format(figure=quantity(today.border_km, "km", 1)),
            ),
            (
                quantity(found.moved_pct, "%", 1),
                _("Tenants who change"),
                dwellings(found.moved),
            ),
        ]
    )


def legend(land: Land, work: Work, table: pd.DataFrame, colours: list[str]) -> None:
    """Show each area's colour with its dwellings, and what the marks mean."""
    lines = [
        LegendLine(colour, land.names[area], int(table.at[area, "dwellings"]))
        for area, colour in zip(land.ground.areas, colours, strict=True)
    ]
    note = _(
        "Ringed: changes from today. Dark centre: locked. Diamond: office. Cells: the town shared by nearest residence."
    )
    html.legend(_("Agency") if land.level == "agency" else _("Sector"), lines, note)


def history(work: Work) -> None:
    """Show undo and redo, with how many steps each has."""
    row = st.container(horizontal=True)
    past, future = len(work.draft.past), len(work.draft.future)
    row.button(
        _("Undo") + (f" ({past})" if past else ""),
        icon=":material/undo:",
        key="territory-undo",
        disabled=not past,
        on_click=lambda: territory.change(work, d.undo(work.draft)),
    )
    row.button(
        _("Redo") + (f" ({future})" if future else ""),
        icon=":material/redo:",
        key="territory-redo",
        disabled=not future,
        on_click=lambda: territory.change(work, d.redo(work.draft)),
    )


def breaks(land: Land, work: Work, pieces: tuple[d.Piece, ...]) -> None:
    """Name the piece that stands apart, and offer to show it and to mend it at one touch."""
    if not pieces:
        return
    piece = pieces[0]
    told = _("{area} is in several pieces: {piece} stand apart from the rest ({dwellings}).").format(
        area=md_text(land.names[piece.area]),
        piece=residences(len(piece.units)),
        dwellings=dwellings(piece.dwellings),
    )
    more = len(pieces) - 1
    st.warning(told + (" " + _("{n} other pieces after this one.").format(n=more) if more else ""))
    row = st.container(horizontal=True)
    row.button(
        _("Show it"),
        icon=":material/center_focus_strong:",
        key="territory-show",
        on_click=lambda: territory.look_at(land.level, land, piece.units),
    )
    taker = d.repair(land.ground, work.draft, piece)
    if taker is not None:
        row.button(
            _("Repair: give it to {area}").format(area=md_text(land.names[taker])),
            icon=":material/healing:",
            key="territory-mend",
            type="primary",
            on_click=lambda: territory.mend(work, land, piece, taker),
        )


def choice(land: Land, work: Work) -> None:
    """Show what is chosen, to whom it can be given, and both sides before and after."""
    held = territory.chosen(work.level)
    if not held:
        st.info(
            _(
                "Touch residences on the map, or surround them by lasso or by box, then give them to a neighbour."
            ),
            icon=":material/touch_app:",
        )
        return
    size = land.ground.counts["dwellings"].reindex(held).sum()
    named = ", ".join(land.residences["name"].reindex(held[:3])) + ("…" if len(held) > 3 else "")
    html.heading(f"{residences(len(held))} · {dwellings(size)}", named, kicker=_("Chosen"))
    moving = territory.free(work, held)
    if len(moving) < len(held):
        st.caption(_("{n} of them are locked and stay.").format(n=len(held) - len(moving)))
    target = _target(land, work, moving)
    if target:
        ready = territory.free(work, held, target)
        if ready:
            sides(land, work, d.both_sides(work.draft, land.ground, ready, target, work.weights))
            st.button(
                _("Give to {area}").format(area=md_text(land.names[target])),
                key="territory-give",
                type="primary",
                width="stretch",
                icon=":material/move_item:",
                on_click=lambda: territory.give(work, land, target),
            )
    row = st.container(horizontal=True)
    row.button(_("Choose none"), key="territory-none", on_click=lambda: territory.choose(work.level, []))
    locked = all(u in work.draft.locked_units for u in held)
    row.button(
        _("Unlock") if locked else _("Lock"),
        icon=":material/lock_open:" if locked else ":material/lock:",
        key="territory-lock",
        on_click=lambda: territory.change(
            work, d.lock(work.draft, units=[u for u in held if locked or u not in work.draft.locked_units])
        ),
    )


def _target(land: Land, work: Work, moving: list[str]) -> str | None:
    """Ask to which area the choice goes: those around it first, locked ones left out."""
    plan = work.draft.plan()
    near = list(d.around(land.ground, plan, moving).index) if moving else []
    own = {plan.get(u) for u in moving}
    order = [a for a in near if a not in own] + [a for a in near if a in own and len(own) > 1]
    options = [a for a in order if a not in work.draft.locked_areas]
    if not options:
        st.caption(_("No neighbour can take them: choose residences along a border."))
        return None
    picked = st.pills(
        _("Give to"),
        options,
        default=options[0],
        format_func=lambda a: md_text(land.names[a]),
        key=f"territory-to-{'-'.join(map(str, options))}",
    )
    return picked or options[0]


def sides(land: Land, work: Work, table: pd.DataFrame) -> None:
    """Show both sides of a move, before and after: dwellings, work, deviation; red only outside the tolerance."""
    rows = []
    for area, row in table.iterrows():
        before, after = row["before"], row["after"]
        cells = [
            (number(before["dwellings"]), number(after["dwellings"]), False),
            (
                signed(before["deviation_pct"]),
                signed(after["deviation_pct"]),
                abs(after["deviation_pct"]) > work.tolerance_pct,
            ),
            (metres(before["mean_distance_m"]), metres(after["mean_distance_m"]), False),
        ]
        rows.append((land.names[area], cells))
    html.sides(["", _("Dwellings"), _("Deviation"), _("To the office")], rows)


def tools(land: Land, work: Work) -> None:
    """Show what serves less often: the side of a border, and the locks of areas."""
    plan = work.draft.plan()
    names = land.names.to_dict()
    row = st.container(horizontal=True)
    with row.popover(_("Along a border"), icon=":material/border_style:"):
        mine = st.selectbox(
            _("Residences of"), list(land.ground.areas), format_func=names.get, key="territory-mine"
        )
        inside = [u for u in plan.index if plan[u] == mine]
        near = [a for a in d.around(land.ground, plan, inside).index if a != mine]
        theirs = st.selectbox(_("that touch"), near, format_func=names.get, key=f"territory-theirs-{mine}")
        if theirs:
            st.button(
                _("Choose them"),
                key="territory-along",
                on_click=lambda: territory.choose(work.level, d.along(land.ground, plan, mine, theirs)),
            )
    with row.popover(_("Locks"), icon=":material/lock:"):
        st.caption(_("A locked area neither gives nor takes."))
        for area in land.ground.areas:
            st.checkbox(
                md_text(names[area]),
                value=area in work.draft.locked_areas,
                key=f"territory-closed-{work.draft_id}-{area}",
                on_change=lambda area=area: territory.hold(_relocked(work, area)),
            )
    with row:
        _barriers(land)


def _barriers(land: Land) -> None:
    """Take the railways and motorways that no area crosses, and the passages where one may all the same."""
    with st.popover(_("Barriers"), icon=":material/fence:"):
        st.caption(
            _(
                "Lines that no area crosses (railway, motorway), save near the named points of the same file:"
                " a GeoJSON in WGS84."
            )
        )
        if land.barriers is not None:
            st.write(
                _("{n} lines, passages: {names}.").format(
                    n=number(len(land.barriers)), names=md_text(", ".join(land.passages)) or _("none")
                )
            )
            st.button(
                _("Forget the barriers"),
                key="territory-barriers-forget",
                on_click=lambda: territory_barriers.forget(cache.store(), territory.who()),
            )
        html.upload_words()
        given = st.file_uploader(_("Barriers (GeoJSON)"), type=["geojson", "json"], key="territory-barriers")
        if given is not None and st.button(_("Keep them for all who draw"), key="territory-barriers-keep"):
            try:
                territory_barriers.keep(cache.store(), given.getvalue(), territory.who())
                st.rerun()
            except BarrierError as error:
                st.error(md_text(error_words(error)))


def _relocked(work: Work, area: str) -> Work:
    return replace(work, draft=d.lock(work.draft, areas=[area]))


def table(land: Land, work: Work, found: pd.DataFrame) -> None:
    """Show one row an area, with the reader's numbers."""
    columns = {
        "dwellings": (_("Dwellings"), number),
        "workload": (_("Work"), number),
        "deviation_pct": (_("Deviation"), signed),
        "mean_distance_m": (_("To the office"), metres),
        "border_km": (_("Border"), lambda v: quantity(v, "km", 1)),
        "complaints": (_("Requests a year"), number),
        "relets": (_("Relets a year"), number),
        "qpv_dwellings": (_("In a priority district"), number),
        "lodges": (_("Lodges"), number),
        "units": (_("Residences on the map"), number),
    }
    shown = found[[c for c in columns if c in found and c not in land.unknown]].copy()
    shown.insert(0, "name", land.names.reindex(shown.index))
    titles = {"name": _("Agency") if land.level == "agency" else _("Sector")}
    titles |= {c: columns[c][0] for c in shown if c in columns}
    red = "color: #d9432f; font-weight: 600"
    styled = shown.rename(columns=titles).style.format(
        {columns[c][0]: columns[c][1] for c in shown if c in columns}
    )
    styled = styled.map(
        lambda v: red if abs(v) > work.tolerance_pct else "", subset=[columns["deviation_pct"][0]]
    )
    st.dataframe(styled, hide_index=True, row_height=44, key="territory-table")


def plan_bar(bar, land: Land, work: Work) -> None:
    """Show the plans in a popover of the bar: save, branch, open, begin again; who is drawing."""
    store = cache.store()
    saved = territory_plans.plans(store, land.level)
    name = saved["name"].get(work.plan_id) if work.plan_id else None
    title = md_text(f"{name} · v{work.base_version}") if name else _("Draft of today's plan")
    with bar.popover(title, icon=":material/folder_open:", key="territory-plans"):
        st.text_input(_("Your name, for the record"), key="territory-who")
        if name:
            st.button(
                _("Save the next version"),
                key="territory-save",
                type="primary",
                width="stretch",
                on_click=lambda: territory.save(work, None),
            )
        wanted = st.text_input(_("Save under a new name"), key="territory-name")
        st.button(
            _("Save as a new plan"),
            key="territory-save-as",
            width="stretch",
            disabled=not wanted.strip(),
            on_click=lambda: territory.save(work, wanted.strip()),
        )
        if len(saved):
            _open_version(land, store, saved)
        _open_draft(land, work, store, saved)
        st.button(
            _("Begin again from today"),
            key="territory-restart",
            width="stretch",
            on_click=lambda: territory.restart(land),
        )


def _open_version(land: Land, store, saved: pd.DataFrame) -> None:
    """Offer every version of every plan: an old one is opened as a draft, to look at or to branch from."""
    picked = st.selectbox(
        _("Open a plan"), list(saved.index), format_func=saved["name"].get, key="territory-open"
    )
    of_plan = territory_plans.versions(store, picked)
    version = st.selectbox(
        _("Version"),
        list(of_plan.index),
        format_func=lambda n: " · ".join(
            [f"v{n}", moment(of_plan.at[n, "made_at"]), of_plan.at[n, "made_by"] or _("no name")]
        ),
        key=f"territory-version-{picked}-{len(of_plan)}",
    )
    st.button(
        _("Open"),
        key="territory-open-it",
        width="stretch",
        on_click=lambda: territory.hold(territory_plans.open_plan(store, picked, int(version), land)),
    )


def _open_draft(land: Land, work: Work, store, saved: pd.DataFrame) -> None:
    """Offer the drafts under way, whoever draws them: one is opened as a copy, so that nobody's hand is held."""
    under_way = territory_plans.drafts(store, land.level).drop(index=work.draft_id, errors="ignore").head(20)
    if under_way.empty:
        return

    def named(key: str) -> str:
        row = under_way.loc[key]
        name = saved["name"].get(row["plan_id"], _("Draft of today's plan"))
        steps = ngettext("{n} move", "{n} moves", int(row["moves"])).format(n=number(row["moves"]))
        return f"{name} · {steps} · {moment(row['changed_at'])}"

    picked = st.selectbox(
        _("Drafts under way"), list(under_way.index), format_func=named, key="territory-draft"
    )
    st.button(
        _("Open a copy"),
        key="territory-draft-it",
        width="stretch",
        on_click=lambda: territory.copy_of(picked, land),
    )


def moment(at: pd.Timestamp) -> str:
    """Write a day and an hour, of the server's clock in UTC."""
    return f"{day(at)} {pd.Timestamp(at):%H:%M}"


def conflict(land: Land, work: Work) -> None:
    """Tell that somebody saved first, how far both plans are apart, and what can be done."""
    rival = st.session_state.get("territory-conflict")
    if rival is None:
        return
    theirs = territory_plans.plan_of(rival.theirs, land)
    apart = d.movers(land.ground, theirs, work.draft.plan())
    st.warning(
        _(
            "Version {version} was saved by {who} while you were drawing. Your draft is kept; {n} differ."
        ).format(
            version=rival.version,
            who=md_text(rival.made_by or _("somebody else")),
            n=residences(len(apart)),
        )
    )
    row = st.container(horizontal=True)
    row.button(
        _("Open theirs"),
        key="territory-theirs-open",
        on_click=lambda: (
            territory.hold(territory_plans.open_plan(cache.store(), work.plan_id, rival.version, land)),
            st.session_state.pop("territory-conflict", None),
        ),
    )
    row.button(
        _("Save mine beside, as a branch"),
        key="territory-branch",
        on_click=lambda: territory.save(
            work, _("Branch of version {version}").format(version=work.base_version)
        ),
    )
    with st.expander(_("What differs")):
        moved(land, apart, _("Theirs"), _("Mine"))


def moved(land: Land, apart: pd.DataFrame, before: str, after: str) -> None:
    """List the residences that two plans put in different areas."""
    st.dataframe(listing(land, apart, before, after), hide_index=True, row_height=44)


def listing(land: Land, apart: pd.DataFrame, before: str, after: str) -> pd.DataFrame:
    """Return the movers with names instead of keys."""
    return pd.DataFrame(
        {
            _("Residence"): land.residences["name"].reindex(apart.index),
            _("Dwellings"): apart["dwellings"].astype("Int64"),
            before: apart["before"].map(land.names),
            after: apart["after"].map(land.names),
        }
    )


def said() -> None:
    """Tell once what the last button did, or why it was refused."""
    if message := st.session_state.pop("territory-said", None):
        st.success(_(message))
    if message := st.session_state.pop("territory-refused", None):
        st.error(_(message))
