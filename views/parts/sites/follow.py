"""Sites that somebody follows: status, notes and question on the card, the list on the page, what changed since."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from views.jobs import candidates as job
from views.jobs.export import to_bytes
from views.parts.sites import words
from views.shared import cache, selection
from views.shared.codes import FORMS
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


def question(form_of_housing: str | None, public: str | None) -> str:
    """Write the question that a site is followed for: form, public, tenure; each not said where nobody did."""
    return f"{_told(FORMS, form_of_housing)} · {words.for_whom(public) if _said(public) else _('public not said')}"


def _said(value: str | None) -> bool:
    return isinstance(value, str)


def _told(known: Mapping[str, str], code: str | None) -> str:
    return _(known[code]) if _said(code) and code in known else _("form not said")


def form(site_id: str, title: str, form_of_housing: str, public: str, run_id: str | None) -> None:
    """Show the status and the notes of a site, to be kept as its next version, for the question in hand."""
    said()
    one = job.of_site(cache.store(), site_id)
    drawer = st.expander(
        _("Follow this site") if one is None else _("Status and notes"), icon=":material/bookmark:",
        key=f"follow-{site_id}", on_change="rerun",
    )  # fmt: skip
    if not drawer.open:
        return
    one = one or job.begin(site_id, title, form=form_of_housing, public=public, run_id=run_id)
    scope = f"{site_id}-{one.version}"
    with drawer:
        status = st.segmented_control(
            _("Status"), list(words.STATUSES), default=one.status, required=True,
            format_func=lambda code: _(words.STATUSES[code]), key=f"status-{scope}",
        )  # fmt: skip
        st.caption(_asked(one, form_of_housing, public))
        notes = st.text_area(_("Notes"), one.notes, key=f"notes-{scope}", max_chars=4000)
        st.text_input(_("Your name, for the record"), key="who", persist_state="session")
        st.button(
            _("Save"), type="primary", key=f"save-{scope}", icon=":material/save:", on_click=_save,
            args=(replace(one, status=status, notes=notes or "", form=form_of_housing, public=public),),
        )  # fmt: skip
        if one.version:
            _history(one)


def _asked(one: job.Candidate, form_of_housing: str, public: str) -> str:
    """Say for which question the site is followed, and that saving keeps the one in hand where it is another."""
    here = question(form_of_housing, public)
    if one.version == 0 or (one.form, one.public) == (form_of_housing, public):
        return _("Followed for: {question}.").format(question=here)
    return _("Followed for: {question}. Saving keeps the question in hand: {here}.").format(
        question=question(one.form, one.public), here=here
    )


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
        + f" · {question(row['form'], row['public'])}"
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
    st.caption(
        _(
            "Choose a line: the site opens for the form and the public it is followed for. Rank, score and dwellings "
            "are those of the question in hand."
        )
    )
    shown = pd.DataFrame(
        {
            "name": table["name"],
            "status": [_(words.STATUSES[code]) for code in table["status"]],
            "question": [question(*asked) for asked in zip(table["form"], table["public"], strict=True)],
            "rank": ranked["rank"].reindex(table.index),
            "score": ranked["score"].reindex(table.index),
            "dwellings": ranked["dwellings"].reindex(table.index),
            "notes": table["notes"],
            "made_at": [day(value) for value in table["made_at"]],
            "run": table["run_id"].fillna(""),
        }
    )
    columns = {
        "name": (_("Site"), None),
        "status": (_("Status"), None),
        "question": (_("Followed for"), None),
        "rank": (_("Rank"), number),
        "score": (_("Score"), number),
        "dwellings": (_("Dwellings"), number),
        "notes": (_("Notes"), None),
        "made_at": (_("Last change"), None),
        "run": (_("Ranking it came from"), None),
    }
    st.session_state[f"{TABLE}-keys"] = list(zip(table.index, table["form"], table["public"], strict=True))
    show_table(shown, columns, key=TABLE, on_select=_pick)
    st.download_button(
        _("Download as CSV"), data=lambda: to_bytes(job.followed(cache.store()), ".csv"),
        file_name="followed-sites.csv", icon=":material/download:", on_click="ignore", key="followed-csv",
    )  # fmt: skip


def _pick() -> None:
    rows = st.session_state[TABLE]["selection"]["rows"]
    if rows:
        site_id, *asked = st.session_state[f"{TABLE}-keys"][rows[0]]
        st.session_state.update(asked_of(*asked))
        selection.select("parcel", site_id, look=True)


def asked_of(form_of_housing: str | None, public: str | None) -> dict[str, str]:
    """Return the choices of the page that a followed site opens: what was said of its question, and no more."""
    told = {"form": (form_of_housing, FORMS), "public": (public, words.PUBLICS)}
    return {name: code for name, (code, known) in told.items() if _said(code) and code in known}
