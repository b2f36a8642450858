"""What surrounds every page: the style, the language switch, the line that says whose data these are."""

from pathlib import Path

import pandas as pd
import streamlit as st

from data.store import StoreError
from views.shared import cache, i18n, settled
from views.shared.i18n import _, error_words, ngettext
from views.shared.numbers import day, number
from views.shared.text import md_text, safe_text

HERE = Path(__file__).resolve().parent
LOGO, ICON = HERE / "logo.svg", HERE / "icon.svg"


def style() -> None:
    """Begin the page: our style sheet, and one reading of what the store holds."""
    cache.begin()
    st.html(HERE / "app.css")


def language_switch() -> None:
    """Show the switch, and speak the language chosen until the end of the run; an address may give its code."""
    asked = st.query_params.get("language")
    if asked in i18n.LANGUAGES and "language" not in st.session_state:
        del st.query_params["language"]  # the widget reads names there, and would forget a code
        st.session_state["language"] = asked
    chosen = st.segmented_control(
        "Langue · Language",
        list(i18n.LANGUAGES),
        default=i18n.DEFAULT,
        required=True,
        format_func=i18n.LANGUAGES.get,
        key="language",
        bind="query-params",
        label_visibility="collapsed",
    )
    i18n.use(chosen or i18n.DEFAULT)


def require_store() -> None:
    """Say plainly what is wrong with the store, and stop, where it cannot be opened or does not answer."""
    try:
        settled.settle(tuple(cache.versions_now().items()))
    except StoreError as error:
        st.title(_("The store cannot be read"), anchor=False)
        st.error(md_text(error_words(error)), icon=":material/database_off:")
        st.button(_("Try again"), icon=":material/refresh:")
        st.stop()


def strip(settings: dict[str, str]) -> None:
    """Say whose data these are, of which day, and that they are invented where they are."""
    is_invented = settings.get("invented") == "yes"
    label = _("Invented data")
    invented = f"<b>{safe_text(label)}</b>" if is_invented else ""
    told = _("No person, address or figure here is real.") if is_invented else ""
    of_day = (
        _("Situation on {day}").format(day=day(settings["reference_date"]))
        if settings.get("reference_date")
        else ""
    )
    parts = [safe_text(part) for part in (settings.get("town", ""), of_day) if part]
    note = f'<span class="is-told">{safe_text(told)}</span>' if told else ""
    st.html(f'<div class="ilot-strip" role="note">{invented}<span>{" · ".join(parts)}</span>{note}</div>')


def source(*kinds: str) -> str:
    """Say which files the layers of a map come from, the last of each kind, and when they were read."""
    settings = cache.settings()
    if settings.get("invented") == "yes":
        return _("Source: invented data, seed {seed}").format(seed=settings.get("seed", ""))
    read = cache.read("imports", geometry=False)
    kept = read[read["kind"].isin(kinds) & read["undone_at"].isna() & (read["outcome"] != "reject-file")]
    last = kept.sort_values("finished_at").drop_duplicates("kind", keep="last")
    files = [f"{file} ({day(on)})" for file, on in zip(last["file"], last["finished_at"], strict=True)]
    return _("Source: {files}").format(files=", ".join(files)) if files else ""


def not_located(shown: pd.DataFrame) -> None:
    """List what the map cannot show: it is never dropped."""
    nowhere = shown.geometry.isna()
    if not nowhere.any():
        return
    absent = shown[nowhere]
    label = ngettext("{n} residence is not located", "{n} residences are not located", len(absent))
    drawer = st.expander(
        label.format(n=number(len(absent))),
        icon=":material/wrong_location:",
        key="not-located-open",
        on_change="rerun",
    )
    if drawer.open:
        drawer.caption(
            _(
                "They are in the table and in every figure; the map cannot show them until a position is imported."
            )
        )
        listed = pd.DataFrame({_("Residence"): absent["name"], _("Address"): absent["address"]})
        drawer.dataframe(listed, hide_index=True)
