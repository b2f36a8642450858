"""Entering a complaint by touch: where, what, how urgent, a short text; and what is open there already."""

import pandas as pd
import streamlit as st

from views.jobs import complaints as job
from views.jobs.complaints import Draft
from views.parts.complaints import places, state
from views.parts.complaints.words import PLACES, PRIORITIES, STATUSES, age, listed
from views.parts.stock import frames as stock
from views.shared import cache, html, layers, palette, search_box
from views.shared.codes import CATEGORIES, word
from views.shared.html import Fact
from views.shared.i18n import _
from views.shared.map import clicked, show
from views.shared.search import Entry
from views.shared.text import md_text

MAP, BOX = "complaint_map", "complaint_search"
NEAR, SHOWN, REACH_M, ADDRESS_REACH_M, MAP_PX = 5, 6, 80, 150, 430


def pick(residence_id: str | None) -> None:
    """Say where."""
    if residence_id in places.residences().index:
        state.say(residence_id=residence_id)


def pick_found(entry: Entry, box: str) -> None:
    """Say where, by what the search found: a residence, or the one nearest to an address."""
    search_box.clear(box)
    pick(entry.key if entry.table == "residences" else places.nearest_to_address(entry.key, ADDRESS_REACH_M))


def pick_on_map() -> None:
    """Say where, by touching the map."""
    click = clicked(st.session_state, MAP)
    if click:
        pick(click.residence_id or places.nearest(click.latitude, click.longitude, REACH_M))


def where(draft: Draft) -> None:
    """Ask for the residence, or show the one chosen."""
    residences = places.residences()
    if draft.residence_id in residences.index:
        row = residences.loc[draft.residence_id]
        html.heading(
            row["name"],
            row["address"] if pd.notna(row["address"]) else _("Address unknown"),
            kicker=row["sector_name"] if pd.notna(row["sector_name"]) else "",
        )
        st.button(
            _("Another residence"),
            icon=":material/edit_location:",
            on_click=state.say,
            kwargs={"residence_id": None},
            key="complaint-elsewhere",
        )
        return
    found = search_box.show(stock.entries, _("Search a residence or an address"), key=BOX)
    if found:
        search_box.results(found, pick_found, key=BOX)
        return
    near = places.around(st.session_state.get(state.LAST), NEAR)
    if len(near):
        html.section(_("Near the last one"))
        for residence_id, name in near["name"].items():
            st.button(
                md_text(name),
                icon=":material/near_me:",
                key=f"complaint-near-{residence_id}",
                on_click=pick,
                args=(residence_id,),
                width="stretch",
            )
    else:
        st.caption(_("Type a name or an address, or touch the residence on the map."))


def what(draft: Draft) -> None:
    """Ask what is wrong, where in the building, how urgent; and for a short text."""
    st.pills(
        _("What about?"),
        list(CATEGORIES),
        format_func=lambda code: _(CATEGORIES[code]),
        key=state.WIDGETS["category"],
        wrap=True,
        on_change=state.heard,
    )
    sides = st.container(horizontal=True, gap="large")
    sides.segmented_control(
        _("Where in the building?"),
        list(job.PLACES),
        format_func=lambda code: _(PLACES[code]),
        key=state.WIDGETS["place"],
        on_change=state.heard,
    )
    sides.segmented_control(
        _("How urgent?"),
        list(job.PRIORITIES),
        format_func=lambda code: _(PRIORITIES[code]),
        key=state.WIDGETS["priority"],
        on_change=state.heard,
        required=True,
    )
    st.text_input(
        _("In a few words (optional)"),
        max_chars=int(cache.parameters()["complaints.note_characters"]),
        placeholder=_("What is seen, since when. No name, phone, flat number or health."),
        key=state.WIDGETS["note"],
        live="300ms",
        on_change=state.heard,
    )


def send(draft: Draft) -> None:
    """Warn of what looks personal; send; say what is kept."""
    agreed = True
    if job.seems_personal(draft.note):
        st.warning(
            _(
                "This text seems to speak of a person (name, phone, e-mail, flat number, health). Say what is "
                "wrong with the building instead: others will read it."
            ),
            icon=":material/privacy_tip:",
        )
        agreed = st.checkbox(_("I read it again: it names nobody"), key="complaint-agreed")
    line = st.container(horizontal=True, vertical_alignment="center")
    line.button(
        _("Send"),
        type="primary",
        icon=":material/send:",
        key="complaint-send",
        disabled=bool(draft.missing) or not agreed,
        on_click=state.send,
    )
    if not draft.blank:
        line.button(
            _("Start again"), icon=":material/delete:", key="complaint-again", on_click=state.start_again
        )
    if draft.missing and not draft.blank:
        st.caption(_("Still to be said: {what}.").format(what=listed(draft.missing)))
    if state.SAVED in st.session_state:
        at = f"{st.session_state[state.SAVED]:%H:%M:%S}"
        st.caption(_("Draft kept at {time}: it is found again after a refresh.").format(time=at))
    elif st.session_state.get(state.FOUND) and not draft.blank:
        st.caption(_("This draft was found again as you left it."))


def beside(draft: Draft) -> None:
    """Show the map while the residence is not chosen; then what is open there already."""
    if draft.residence_id not in places.residences().index:
        _map()
        return
    found = job.open_ones(
        cache.store(),
        [draft.residence_id],
        on=cache.reference_date(),
        answer_hours=float(cache.parameters()["complaints.first_answer_hours"]),
    )
    html.section(_("Already open in this residence"))
    if found.empty:
        st.caption(_("Nothing is open there."))
        return
    html.facts(
        Fact(
            word(CATEGORIES, row["category"]),
            age(row["age_hours"]),
            " · ".join(filter(None, (_place(row["place"]), word(STATUSES, row["status"])))),
        )
        for _key, row in found.head(SHOWN).iterrows()
    )
    if len(found) > SHOWN:
        st.caption(_("and {n} more").format(n=len(found) - SHOWN))


def _place(code: object) -> str:
    return "" if pd.isna(code) else word(PLACES, code)


def _map() -> None:
    show(
        layers.description("complaints", areas=places.outlines(palette.theme()), residences=places.dots()),
        key=MAP,
        bounds=stock.bounds(),
        on_change=pick_on_map,
        height_px=MAP_PX,
    )
