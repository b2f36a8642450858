"""The card of a residence: what it is, each figure beside its sector's and the stock's, its requests, its peers."""

import pandas as pd
import streamlit as st

from views.parts.cards import frames, pieces
from views.parts.cards.pieces import Place
from views.parts.cards.words import ITEMS, STATUSES, peers
from views.parts.sheets import downloads
from views.parts.stock import frames as data
from views.parts.stock.atlas import least
from views.shared import cache, frame, html, selection
from views.shared.codes import CATEGORIES, FORMS, HEATING, KINDS, LOCATIONS, word
from views.shared.html import Fact
from views.shared.i18n import _, ngettext
from views.shared.numbers import day, metres, number, quantity
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
        html.facts(building(row))
        _dwellings(row)
        _trend(row)
        html.section(_("Beside its sector and the stock"))
        pieces.families(places(row), opened=("complaints",))
        _energy(row)
        _charges(row)
        _sites(row)
        st.caption(dated())
        st.button(
            _("Close the card"),
            icon=":material/close:",
            on_click=selection.select,
            args=("residence", None),
            kwargs={"look": False},
            type="tertiary",
        )


def places(row: pd.Series) -> list[Place]:
    """Return the places that a residence is set beside: itself, its sector, the stock."""
    here = Place("residence", str(row.name), _("Here"))
    sector = [Place("sector", row["sector_id"], _("Sector"))] if pd.notna(row["sector_id"]) else []
    return [here, *sector, Place("stock", "all", _("Stock"))]


def building(row: pd.Series) -> list[Fact]:
    """Return what the residence is."""
    lift = {True: _("yes"), False: _("no")}.get(row["has_lift"], _("unknown"))
    caretaker = {True: _("yes"), False: _("no")}.get(row["has_caretaker"], _("unknown"))
    known = [word(KINDS, row["kind"])] if pd.notna(row["kind"]) else []
    if pd.notna(row["floors"]) and row["floors"] > 0:
        known.append(ngettext("{n} floor", "{n} floors", int(row["floors"])).format(n=number(row["floors"])))
    rows = frames.buildings(str(row.name))
    stairs = rows["stairs"].sum(min_count=1) if len(rows) else pd.NA
    note = (
        "" if pd.isna(stairs) else ngettext("{n} stair", "{n} stairs", int(stairs)).format(n=number(stairs))
    )
    inside = {True: _("inside"), False: _("outside")}.get(row["in_qpv"], _("unknown"))
    return [
        Fact(_("Dwellings"), number(row["dwellings"]), ", ".join(known)),
        Fact(_("Buildings"), number(len(rows)) if len(rows) else _("unknown"), note),
        Fact(_("Built"), _("unknown") if pd.isna(row["year_built"]) else str(int(row["year_built"]))),
        Fact(_("Heating"), word(HEATING, row["heating"])),
        Fact(_("Lift"), lift),
        Fact(_("Caretaker"), caretaker),
        Fact(_("Priority district"), inside),
        *([] if row["location"] == "measured" else [Fact(_("Position"), word(LOCATIONS, row["location"]))]),
    ]


def dated() -> str:
    """Say on which day the figures stand, and where they come from."""
    counted = cache.counted()
    told = _("Situation on {day}; requests, moves and charges of the year before.").format(
        day=day(counted.on)
    )
    return f"{told} {frame.source('stock', 'rpls', 'complaints', 'charges')}"


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
        pieces.beside([energy_line(found.loc[row.name])], (_("Here"), _("Peers")))


def energy_line(one: pd.Series) -> tuple[str, str, str, str, bool]:
    """Write primary energy beside its peers' median."""
    unit = _("kWh/m²")
    theirs = quantity(one["median"], unit)
    note = peers(one["peers"], one["peer_level"])
    return _("Primary energy"), quantity(one["value"], unit), theirs, note, False


def _charges(row: pd.Series) -> None:
    """Show each item of charges beside the median of residences of its kind."""
    found = frames.charges(str(row.name))
    html.section(_("Charges, like with like"))
    if found.empty:
        st.caption(_("No settled charges are known."))
        return
    pieces.beside(charge_lines(found), (_("Here"), _("Peers")))
    st.caption(charges_note(found))


def charge_lines(found: pd.DataFrame) -> list[tuple[str, str, str, str, bool]]:
    """Write each item of charges beside its peers' median; an item that stands out says by how much."""
    unit = _("€/m²")
    lines = []
    for item, one in found.iterrows():
        out = bool(pd.notna(one["outlier"]) and one["outlier"])
        note = _("stands out: {excess} above").format(excess=quantity(one["excess"], unit, 1)) if out else ""
        ours, theirs = quantity(one["eur_m2_year"], unit, 1), quantity(one["median"], unit, 1)
        lines.append((word(ITEMS, item), ours, theirs, note, out))
    return lines


def charges_note(found: pd.DataFrame) -> str:
    """Say of which year charges are, and who the peers are."""
    rows = cache.read("charges")
    settled = rows[rows["settled_eur_m2_year"].notna() & (rows["year"] < cache.reference_date().year)]
    told = _("Settled charges of {year}, € a m² of living area; peers: {who}.")
    total = found.loc["total"] if "total" in found.index else found.iloc[0]
    return told.format(year=int(settled["year"].max()), who=peers(total["peers"], total["peer_level"]))


def _sites(row: pd.Series) -> None:
    """Show the best sites near by, each leading to its own card."""
    found = frames.sites_near(str(row.name))
    html.section(_("Sites within {reach}").format(reach=metres(frames.SITES_M)))
    if found.empty:
        st.caption(_("No site where something fits is known near by."))
        return
    for key, one in found.head(frames.SITES_SHOWN).iterrows():
        form, count, away = site_words(key, one)[1:]
        label = _("{form}, {n}, at {away}").format(form=form, n=count, away=away)
        st.page_link(
            "sites.py", label=md_text(label), icon=":material/landscape:", query_params={"parcel": str(key)}
        )
    if len(found) > frames.SITES_SHOWN:
        st.caption(_("and {n} more").format(n=number(len(found) - frames.SITES_SHOWN)))


def site_words(key: object, one: pd.Series) -> list[str]:
    """Write a site near by: its parcel, the form that fits best, its dwellings, how far it is."""
    count = ngettext("{n} dwelling", "{n} dwellings", int(one["dwellings"] or 0))
    return [
        str(key),
        word(FORMS, one["best_form"]),
        count.format(n=number(one["dwellings"])),
        metres(one["away_m"]),
    ]
