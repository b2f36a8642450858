"""The question turned round: so many dwellings of a type for a public near something, which sites take them?"""

import pandas as pd
import streamlit as st

from planning.needs import TYPES
from planning.publics import mix_of
from views.parts.sites import judging, words
from views.shared import cache, selection
from views.shared.codes import FORMS
from views.shared.i18n import N_, _, ngettext
from views.shared.numbers import number
from views.shared.table import show as show_table

NEAR = {
    "": N_("anywhere"),
    "station": N_("near a station"),
    "ours": N_("near one of our residences"),
    "qpv": N_("in a priority district"),
    "outside": N_("outside priority districts"),
}
NEAR_COLUMN = {"station": "station_m", "ours": "S4"}
KEY = "question"
ASKED_SQUARE = "asked_table"


def show() -> None:
    """Show the question as a small form, and the sites that answer it, ranked for that public."""
    st.caption(_("For example: 12 dwellings of type T2 for elderly people, near a station."))
    with st.form("ask", border=True):
        row = st.columns([1, 1, 1.6, 1.6, 1])
        count = row[0].number_input(_("Dwellings"), 1, 200, 12, key="ask-count")
        kind = row[1].selectbox(
            _("Type"), ["", *TYPES], 2, format_func=lambda t: t or _("any"), key="ask-type"
        )
        public = row[2].selectbox(
            _("For whom"), list(words.PUBLICS), 1, format_func=lambda c: _(words.PUBLICS[c]), key="ask-public"
        )
        near = row[3].selectbox(_("Where"), list(NEAR), 1, format_func=lambda c: _(NEAR[c]), key="ask-near")
        reach = row[4].number_input(_("Within, m"), 50, 3000, 500, 50, key="ask-reach")
        asked = st.form_submit_button(_("Which sites take them?"), type="primary", icon=":material/search:")
    if asked:
        st.session_state[KEY] = (int(count), kind, public, near, float(reach))
    if KEY not in st.session_state:
        return
    found = answer(*st.session_state[KEY])
    if found.empty:
        st.info(_("No site takes them: ask for fewer, farther, or another form of housing."))
        return
    st.markdown(
        ngettext("**{n} site** takes them.", "**{n} sites** take them.", len(found)).format(
            n=number(len(found))
        )
    )
    columns = {
        "place": (_("Order"), number),
        "title": (_("Site"), None),
        "form": (_("Form of housing"), None),
        "score": (_("Score"), number),
        "dwellings": (_("Dwellings it holds"), number),
        "of_type": (_("Of that type"), number),
        "station_m": (_("Station, m"), number),
        "cases": (_("Mismatches within 500 m"), number),
    }
    st.session_state[f"{ASKED_SQUARE}-keys"] = list(zip(found.index, found["code"], strict=True))
    show_table(found.head(200), columns, key=ASKED_SQUARE, on_select=_pick)


def answer(count: int, kind: str, public: str, near: str, reach_m: float) -> pd.DataFrame:
    """Return the sites that take so many dwellings of a type, best score for the public first, best form of each."""
    found = []
    for form in FORMS:
        one = judging.judged(form, public)
        ranked = one.ranked(judging.standard(form, public))
        rows = one.fitting[["dwellings"]].astype(float)
        share = mix_of(cache.parameters(), form, public).get(kind, 0.0) if kind else 1.0
        # asked for one type alone, the whole building may be of that type where the form's mix has any of it
        rows = rows.assign(of_type=rows["dwellings"] * (1.0 if share > 0 else 0.0))
        rows = rows.assign(score=100 * ranked["score"], code=form, cases=one.needs["S2"], S4=one.needs["S4"])
        found.append(rows)
    sites = judging.all_sites()[0]
    table = pd.concat(found)
    table = table.join(sites[["station_m", "in_qpv"]])
    keep = table["of_type"] >= count
    if near in NEAR_COLUMN:
        keep &= table[NEAR_COLUMN[near]] <= reach_m
    elif near:
        keep &= (table["in_qpv"].astype("boolean") == (near == "qpv")).fillna(False).astype(bool)
    table = table[keep].sort_values("score", ascending=False, kind="stable")
    table = table[~table.index.duplicated()]
    titles = _titles().reindex(table.index)
    return table.assign(
        place=range(1, len(table) + 1), title=titles, form=[_(FORMS[code]) for code in table["code"]]
    )


def _titles() -> pd.Series:
    parcels = cache.read("parcels", geometry=False)
    named = parcels["address"].astype("object").where(parcels["address"].notna(), None)
    number_of = (parcels["section"] + " " + parcels["number"]).astype("object")
    return pd.concat([named.combine_first(number_of), cache.read("drawn_sites", geometry=False)["name"]])


def _pick() -> None:
    rows = st.session_state[ASKED_SQUARE]["selection"]["rows"]
    if rows:
        site_id, form = st.session_state[f"{ASKED_SQUARE}-keys"][rows[0]]
        st.session_state["form"] = form
        selection.select("parcel", site_id, look=True)
