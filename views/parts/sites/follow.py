"""Sites that somebody follows: status and notes on the card, the list on the page, what changed since."""

import json
from dataclasses import replace

import pandas as pd
import streamlit as st

from views.jobs import candidates as job
from views.parts.sites import words
from views.shared import cache, selection
from views.shared.i18n import _, error_words
from views.shared.numbers import day, number
from views.shared.table import show as show_table
from views.shared.text import md_text

TABLE = "followed_table"


def status_of(site_id: str) -> str:
    """Write the status of a site that somebody follows; nothing for another."""
    found = _all()
    found = found[found["site_id"] == site_id]
    if found.empty:
        return ""
    one = found.iloc[0]
    return f"{_(words.STATUSES[one['status']])} · {day(one['made_at'])}" + (
        f" · {one['made_by']}" if pd.notna(one["made_by"]) else ""
    )


def form(site_id: str, title: str, form_of_housing: str, run_id: str | None) -> None:
    """Show the status and the notes of a site, to be kept as its next version."""
    said()
    one = job.of_site(cache.store(), site_id)
    drawer = st.expander(
        _("Follow this site") if one is None else _("Status and notes"), icon=":material/bookmark:",
        key=f"follow-{site_id}", on_change="rerun",
    )  # fmt: skip
    if not drawer.open:
        return
    one = one or job.begin(site_id, title, form=form_of_housing, run_id=run_id)
    scope = f"{site_id}-{one.version}"
    with drawer:
        status = st.segmented_control(
            _("Status"), list(words.STATUSES), default=one.status, required=True,
            format_func=lambda code: _(words.STATUSES[code]), key=f"status-{scope}",
        )  # fmt: skip
        notes = st.text_area(_("Notes"), one.notes, key=f"notes-{scope}", max_chars=4000)
        st.text_input(_("Your name, for the record"), key="who", persist_state="session")
        st.button(
            _("Save"), type="primary", key=f"save-{scope}", icon=":material/save:", on_click=_save,
            args=(replace(one, status=status, notes=notes or ""),),
        )  # fmt: skip
        if one.version:
            _history(one)


def _save(one: job.Candidate) -> None:
    who = selection.visitor()
    try:
        kept = job.save(cache.store(), one, who)
        st.session_state["followed-said"] = ("ok", _("Kept: version {n}.").format(n=kept.version))
    except job.CandidateConflict as rival:
        theirs = rival.theirs
        st.session_state["followed-said"] = (
            "conflict",
            _("{who} saved “{status}” in the meantime: nothing of yours was kept. Theirs: {notes}").format(
                who=md_text(rival.who or _("Somebody")), status=_(words.STATUSES[theirs["status"]]),
                notes=md_text(theirs["notes"] or "—"),
            ),
        )  # fmt: skip
    except job.CandidateError as error:
        st.session_state["followed-said"] = ("conflict", md_text(error_words(error)))


def said() -> None:
    """Say once what the last saving came to."""
    told = st.session_state.pop("followed-said", None)
    if told:
        (st.success if told[0] == "ok" else st.warning)(told[1])


def _history(one: job.Candidate) -> None:
    rows = job.history(cache.store(), one.candidate_id)
    lines = [
        f"- v{row['version']} · {day(row['made_at'])} · {_(words.STATUSES[row['status']])}"
        + (f" · {md_text(row['made_by'])}" if pd.notna(row["made_by"]) else "")
        + (f" — {md_text(str(row['notes'])[:160])}" if row["notes"] and pd.notna(row["notes"]) else "")
        for _key, row in rows.iterrows()
    ]
    st.caption(_("History"))
    st.markdown("\n".join(lines))


def _all() -> pd.DataFrame:
    return _read(cache.versions("candidates", "candidate_versions"))


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(versions: tuple[str, ...]) -> pd.DataFrame:
    return job.candidates(cache.store())


def listed(ranked: pd.DataFrame) -> None:
    """Show the followed sites as a table, with their rank in the ranking in hand."""
    rows = _all()
    if rows.empty:
        st.info(_("No site is followed yet: open a card and choose “Follow this site”."))
        return
    table = rows.set_index("site_id")
    shown = pd.DataFrame(
        {
            "name": table["name"],
            "status": [_(words.STATUSES[code]) for code in table["status"]],
            "rank": ranked["rank"].reindex(table.index),
            "score": ranked["score"].reindex(table.index),
            "dwellings": ranked["dwellings"].reindex(table.index),
            "notes": table["notes"],
            "made_at": [day(value) for value in table["made_at"]],
            "run": [json.loads(text).get("run_id") or "" for text in table["content"]],
        }
    )
    columns = {
        "name": (_("Site"), None),
        "status": (_("Status"), None),
        "rank": (_("Rank"), number),
        "score": (_("Score"), number),
        "dwellings": (_("Dwellings"), number),
        "notes": (_("Notes"), None),
        "made_at": (_("Last change"), None),
        "run": (_("Ranking it came from"), None),
    }
    st.session_state[f"{TABLE}-keys"] = list(shown.index)
    show_table(shown, columns, key=TABLE, on_select=_pick)


def _pick() -> None:
    rows = st.session_state[TABLE]["selection"]["rows"]
    if rows:
        selection.select("parcel", st.session_state[f"{TABLE}-keys"][rows[0]], look=True)
