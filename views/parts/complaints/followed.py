"""The complaints open in a sector, overdue first: each moved on by one touch, with its time."""

import pandas as pd
import streamlit as st

from views.jobs import complaints as job
from views.parts.complaints import places, state
from views.parts.complaints.words import PLACES, PRIORITIES, STATUSES, STEPS, age
from views.shared import cache, html
from views.shared.codes import CATEGORIES, word
from views.shared.i18n import _, ngettext
from views.shared.numbers import day, number
from views.shared.text import md_text

ALL, PAGE, CLOSED_DAYS = "", 12, 30
SECTOR, MORE, READ = "complaints-sector", "complaints-more", "complaints-read"


def sector() -> str:
    """Ask for the sector, kept in the session and in the address; return its key, or none for all of them."""
    names = cache.read("sectors", geometry=False)["name"]
    if SECTOR not in st.session_state:
        asked = st.query_params.get("sector", ALL)
        st.session_state[SECTOR] = asked if asked in names.index else ALL
    chosen = st.selectbox(
        _("My sector"),
        [ALL, *names.index],
        format_func=lambda key: names[key] if key else _("All sectors"),
        key=SECTOR,
        persist_state="session",
    )
    if chosen:
        st.query_params["sector"] = chosen
    elif "sector" in st.query_params:
        del st.query_params["sector"]
    return chosen


def show(sector_id: str) -> None:
    """List what is open, entered here then elsewhere, overdue first; then what was closed lately."""
    residences = places.residences()
    ours = residences if not sector_id else residences[residences["sector_id"] == sector_id]
    hours = float(cache.parameters()["complaints.first_answer_hours"])
    found = job.open_ones(cache.store(), list(ours.index), on=cache.reference_date(), answer_hours=hours)
    _heads(found, hours)
    if found.empty:
        st.info(_("Nothing is open here."))
    ours_first = found[found["in_field"]]
    if len(ours_first):
        html.section(_("Entered here"))
        noted = job.with_notes(cache.store(), list(ours_first.index))
        for key, row in ours_first.iterrows():
            _one(str(key), row, residences, key in noted)
    _of_the_landlord(found[~found["in_field"]], residences)
    closed = job.closed_lately(cache.store(), list(ours.index), days=CLOSED_DAYS)
    if len(closed):
        html.section(_("Closed in the last {n} days").format(n=CLOSED_DAYS))
        for key, row in closed.head(PAGE).iterrows():
            _one(str(key), row, residences, False)


def _of_the_landlord(found: pd.DataFrame, residences: pd.DataFrame) -> None:
    """List what the landlord's own system follows, a page at a time."""
    if found.empty:
        return
    many = PAGE * st.session_state.get(MORE, 1)
    html.section(_("In the landlord’s system"))
    for key, row in found.head(many).iterrows():
        _one(str(key), row, residences, False)
    if len(found) > many:
        st.button(
            ngettext("Show the other one", "Show more of the other {n}", len(found) - many).format(
                n=number(len(found) - many)
            ),
            key="complaints-show-more",
            on_click=_more,
            width="stretch",
        )


def _heads(found: pd.DataFrame, hours: float) -> None:
    html.figures(
        [
            (number(len(found)), _("open or answered"), ""),
            (
                number(found["overdue"].sum()),
                _("overdue"),
                _("no answer after {n} h").format(n=number(hours)),
            ),
            (
                number(int(found["in_field"].sum())),
                _("entered here"),
                _("the others come from the landlord’s system, as of {day}").format(
                    day=day(cache.reference_date())
                ),
            ),
        ]
    )


def _one(key: str, row: pd.Series, residences: pd.DataFrame, noted: bool) -> None:
    name = residences["name"].get(row["residence_id"], row["residence_id"])
    place = "" if pd.isna(row["place"]) else word(PLACES, row["place"])
    urgent = word(PRIORITIES, row["priority"]) if row["priority"] == "urgent" else ""
    told = " · ".join(filter(None, (place, urgent, _standing(row))))
    with st.container(border=True, key=f"complaint-row-{key.replace('.', '-')}"):
        line = st.container(horizontal=True, vertical_alignment="center")
        with line.container(width="stretch"):
            html.heading(word(CATEGORIES, row["category"]), told, kicker=str(name))
        if row["source"] != job.SOURCE:
            return
        if noted:
            _note(line, key)
        for step in job.NEXT[row["status"]]:
            label, icon = STEPS[step]
            line.button(
                _(label),
                icon=icon,
                key=f"complaint-{step}-{key}",
                on_click=state.advance,
                args=(key, step),
                type="primary" if step == "closed" else "secondary",
            )


def _standing(row: pd.Series) -> str:
    if row["status"] == "closed":
        return _("closed on {day}").format(day=day(row["closed_at"]))
    since = _("for {age}").format(age=age(row["age_hours"]))
    late = _("overdue") if row["overdue"] else ""
    return " · ".join(filter(None, (_(STATUSES[row["status"]]), since, late)))


def _note(line, key: str) -> None:
    """Offer the text of a complaint; reading it is recorded."""
    shown = f"complaint-text-{key}"
    with line.popover(_("Text"), icon=":material/notes:", key=shown, on_change="rerun") as box:
        if box.open:
            seen = st.session_state.setdefault(READ, set())
            text = job.read_note(cache.store(), key, state.who(), again=key in seen)
            seen.add(key)
            st.markdown(md_text(text))
            st.caption(_("Kept apart, never exported; who reads it is recorded."))


def _more() -> None:
    st.session_state[MORE] = st.session_state.get(MORE, 1) + 1
