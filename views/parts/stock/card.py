"""The card of a residence: what it is, each figure beside its sector's and the stock's, its requests, its peers."""

import pandas as pd
import streamlit as st

from views.parts.cards import frames, pieces, residence
from views.parts.cards.words import STATUSES
from views.parts.sheets import downloads
from views.parts.stock import frames as data
from views.parts.stock.atlas import least
from views.shared import cache, html, selection
from views.shared.codes import CATEGORIES, word
from views.shared.html import Fact
from views.shared.i18n import _
from views.shared.numbers import day, metres, number
from views.shared.palette import DPE
from views.shared.text import md_text

SUBJECTS = 4


def card(row: pd.Series) -> None:
    """Show what is known of a residence on the reference date, and since when."""
    pieces.style()
    with st.container(border=True, gap="xsmall"):
        where = " · ".join(text for text in (row["sector_name"], row["agency_name"]) if pd.notna(text))
        html.heading(
            row["name"], row["address"] if pd.notna(row["address"]) else _("Address unknown"), kicker=where
        )
        _actions(row)
        html.facts(residence.building(row))
        _dwellings(row)
        _trend(row)
        html.section(_("Beside its sector and the stock"))
        pieces.families(residence.places(row), opened=("complaints",))
        _energy(row)
        _charges(row)
        _sites(row)
        st.caption(residence.dated())
        st.button(
            _("Close the card"),
            icon=":material/close:",
            on_click=selection.select,
            args=("residence", None),
            kwargs={"look": False},
            type="tertiary",
        )


def _actions(row: pd.Series) -> None:
    line = st.container(horizontal=True, vertical_alignment="center")
    downloads.residence(line, row)
    line.page_link(
        "complaints.py",
        label=_("Enter a complaint"),
        icon=":material/campaign:",
        query_params={"residence": str(row.name)},
    )


def _dwellings(row: pd.Series) -> None:
    counted = frames.room_types()
    if row.name not in counted.index:
        return
    counts = counted.loc[row.name].rename({"unknown": "?"})
    html.section(_("Dwellings by type"))
    pieces.parts(counts[counts > 0], _("Dwellings by type"))


def _trend(row: pd.Series) -> None:
    """Show the requests of two years by month, and the last ones; never their text."""
    html.section(_("Requests over two years"))
    if frames.is_small(str(row.name)):
        few = _("Not shown: fewer than {least} dwellings.").format(least=least())
        html.facts([Fact(_("Requests by month"), "", few)])
        return
    pieces.months(frames.trend([str(row.name)]), _("Requests by month"))
    counts = data.subjects(str(row.name))
    html.section(_("Most frequent in twelve months"))
    html.facts(Fact(word(CATEGORIES, subject), number(n)) for subject, n in counts.head(SUBJECTS).items())
    last = frames.last_requests(str(row.name))
    pieces.unfold(
        _("Last requests"),
        [
            (word(CATEGORIES, one["category"]), word(STATUSES, one["status"]), day(one["opened_at"]))
            for _key, one in last.iterrows()
        ],
    )


def _energy(row: pd.Series) -> None:
    """Show the classes of the dwellings, and primary energy beside the same heating and period."""
    html.section(_("Energy"))
    figures = cache.indicators().loc[row.name]
    counts = [
        (letter, colour, int(figures[f"dpe_{letter}"]) if pd.notna(figures[f"dpe_{letter}"]) else 0)
        for letter, colour in DPE.items()
    ]
    without = int(figures["dpe_none"]) if pd.notna(figures["dpe_none"]) else 0
    if sum(count for _l, _c, count in counts) or without:
        html.letters([*counts, ("?", None, without)], _("Dwellings by energy class"))
    found = frames.energy_peers()
    if row.name in found.index:
        pieces.beside([residence.energy_line(found.loc[row.name])], (_("Here"), _("Peers")))


def _charges(row: pd.Series) -> None:
    """Show each item of charges beside the median of residences of its kind."""
    found = frames.charges(str(row.name))
    html.section(_("Charges, like with like"))
    if found.empty:
        st.caption(_("No settled charges are known."))
        return
    pieces.beside(residence.charge_lines(found), (_("Here"), _("Peers")))
    st.caption(residence.charges_note(found))


def _sites(row: pd.Series) -> None:
    """Show the best sites near by, each leading to its own card."""
    found = frames.sites_near(str(row.name))
    html.section(_("Sites within {reach}").format(reach=metres(frames.SITES_M)))
    if found.empty:
        st.caption(_("No site where something fits is known near by."))
        return
    for key, one in found.head(frames.SITES_SHOWN).iterrows():
        form, count, away = residence.site_words(key, one)[1:]
        label = _("{form}, {n}, at {away}").format(form=form, n=count, away=away)
        st.page_link(
            "sites.py", label=md_text(label), icon=":material/landscape:", query_params={"parcel": str(key)}
        )
    if len(found) > frames.SITES_SHOWN:
        st.caption(_("and {n} more").format(n=number(len(found) - frames.SITES_SHOWN)))
