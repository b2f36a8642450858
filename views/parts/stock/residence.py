"""A residence: picked on the map, in the search or in the table; its card; the table of them all."""

import pandas as pd
import streamlit as st

from views.parts.stock import frames as data
from views.parts.stock.overlays import SMALL_DWELLINGS, SMALL_HOUSEHOLDS, too_few
from views.shared import cache, html, search_box, selection
from views.shared.codes import CATEGORIES, HEATING, KINDS, LOCATIONS, word
from views.shared.html import Fact
from views.shared.i18n import _, ngettext
from views.shared.map import clicked
from views.shared.numbers import number, percent, quantity
from views.shared.palette import DPE
from views.shared.search import Entry
from views.shared.table import show as show_table

MAP, TABLE = "stock_map", "stock_table"
REACH_M = 60


def pick_on_map() -> None:
    """Pick the residence clicked, or the nearest at hand; a click on bare ground puts the card away."""
    click = clicked(st.session_state, MAP)
    if click:
        known = click.residence_id in data.stock().index
        found = click.residence_id if known else data.nearest(click.latitude, click.longitude, REACH_M)
        selection.select("residence", found, look=False)


def pick_found(entry: Entry, box: str) -> None:
    """Pick what the search found: a residence, or the residence nearest to an address."""
    search_box.clear(box)
    residence_id = entry.key if entry.table == "residences" else data.nearest_to_address(entry.key)
    selection.select("residence", residence_id, look=True)


def pick_in_table() -> None:
    """Pick the row selected in the table."""
    rows = st.session_state[TABLE]["selection"]["rows"]
    if rows:
        selection.select("residence", st.session_state[f"{TABLE}-keys"][rows[0]], look=True)


def card(row: pd.Series) -> None:
    """Show what is known of a residence, as of the reference date."""
    with st.container(border=True, gap="xsmall"):
        where = " · ".join(text for text in (row["sector_name"], row["agency_name"]) if pd.notna(text))
        html.heading(
            row["name"], row["address"] if pd.notna(row["address"]) else _("Address unknown"), kicker=where
        )
        html.facts(_building(row))
        html.section(_("Occupancy"))
        html.facts(_occupancy(row))
        html.section(_("Energy"))
        _energy(row)
        html.section(_("Requests of the last twelve months"))
        html.facts(_complaints(row))
        html.section(_("Charges"))
        html.facts(_charges(row.name))
        st.button(
            _("Close the card"),
            icon=":material/close:",
            on_click=selection.select,
            args=("residence", None),
            kwargs={"look": False},
            type="tertiary",
        )


def summary(shown: pd.DataFrame) -> None:
    """Show the figures of the residences shown, while none is picked."""
    if shown.empty:
        st.info(_("No residence passes these filters."))
        return
    all_of_them = data.totals(shown)
    with st.container(border=True):
        html.figures(
            [
                (
                    number(all_of_them["dwellings"]),
                    _("dwellings"),
                    ngettext("in {n} residence", "in {n} residences", len(shown)).format(
                        n=number(len(shown))
                    ),
                ),
                (
                    percent(all_of_them["vacancy_rate"]),
                    _("vacant"),
                    _out_of(all_of_them["vacancy_n"], _("{n} dwellings on the market")),
                ),
                (
                    percent(all_of_them["leaky_share"], 0),
                    _("in class E, F or G"),
                    _out_of(all_of_them["leaky_n"], _("{n} dwellings with a label")),
                ),
                (
                    number(all_of_them.get("complaints_per_100")),
                    _("requests a year for 100 dwellings"),
                    _out_of(all_of_them.get("complaints"), _("{n} requests")),
                ),
            ]
        )
    st.caption(_("Touch a residence on the map, or search its name or address, to read its card."))


def table(shown: pd.DataFrame) -> None:
    """Offer the residences of the map as a table, made when it is opened; picking a row shows it on the map."""
    label = ngettext("The same {n} residence as a table", "The same {n} residences as a table", len(shown))
    drawer = st.expander(
        label.format(n=number(len(shown))),
        icon=":material/table_rows:",
        key=f"{TABLE}-open",
        on_change="rerun",
    )
    if not drawer.open:
        return
    columns = {
        "name": (_("Residence"), None),
        "address": (_("Address"), None),
        "sector_name": (_("Sector"), None),
        "agency_name": (_("Agency"), None),
        "dwellings": (_("Dwellings"), number),
        "year_built": (_("Built"), lambda year: _("unknown") if pd.isna(year) else str(int(year))),
        "vacancy_rate": (_("Vacancy"), percent),
        "dpe_mode": (_("Energy"), None),
        "leaky_share": (_("E, F or G"), lambda share: percent(share, 0)),
        "complaints_per_100": (_("Requests per 100"), number),
        "under_occupied_share": (_("Under-occupied"), lambda share: percent(share, 0)),
        "location": (_("Position"), lambda code: word(LOCATIONS, code)),
    }
    st.session_state[f"{TABLE}-keys"] = list(shown.index)
    with drawer:
        show_table(shown, columns, key=TABLE, on_select=pick_in_table)


def _building(row: pd.Series) -> list[Fact]:
    lift = _("yes") if row["has_lift"] is True else _("unknown") if pd.isna(row["has_lift"]) else _("no")
    known = []
    if pd.notna(row["kind"]):
        known.append(word(KINDS, row["kind"]))
    if pd.notna(row["floors"]) and row["floors"] > 0:
        known.append(ngettext("{n} floor", "{n} floors", int(row["floors"])).format(n=number(row["floors"])))
    return [
        Fact(_("Dwellings"), number(row["dwellings"]), ", ".join(known)),
        Fact(_("Built"), _("unknown") if pd.isna(row["year_built"]) else str(int(row["year_built"]))),
        Fact(_("Heating"), word(HEATING, row["heating"])),
        Fact(_("Lift"), lift),
        Fact(
            _("Priority district"), {True: _("inside"), False: _("outside")}.get(row["in_qpv"], _("unknown"))
        ),
        *([] if row["location"] == "measured" else [Fact(_("Position"), word(LOCATIONS, row["location"]))]),
    ]


def _occupancy(row: pd.Series) -> list[Fact]:
    lines = [Fact(_("Vacancy"), percent(row["vacancy_rate"]), _of(row["vacant"], row["vacancy_n"]))]
    if row["under_occupied_share_hidden"]:
        return [*lines, Fact(_("Under-occupied"), too_few(SMALL_HOUSEHOLDS))]
    note = _out_of(row["under_occupied_n"], _("of {n} households, to 5 points"))
    return [*lines, Fact(_("Under-occupied"), percent(row["under_occupied_share"], 0), note)]


def _energy(row: pd.Series) -> None:
    figures = cache.indicators().loc[row.name]
    counts = [
        (letter, colour, int(figures[f"dpe_{letter}"] or 0) if pd.notna(figures[f"dpe_{letter}"]) else 0)
        for letter, colour in DPE.items()
    ]
    without = int(figures["dpe_none"]) if pd.notna(figures["dpe_none"]) else 0
    if sum(count for _l, _c, count in counts) or without:
        html.letters([*counts, ("?", None, without)], _("Dwellings by energy class"))
    html.facts(
        [
            Fact(
                _("In class E, F or G"),
                percent(row["leaky_share"], 0),
                _out_of(row["labelled"], _("{n} dwellings with a label")),
            )
        ]
    )


def _complaints(row: pd.Series) -> list[Fact]:
    if row.get("complaints_per_100_hidden"):
        return [Fact(_("For 100 dwellings"), too_few(SMALL_DWELLINGS))]
    lines = [
        Fact(
            _("For 100 dwellings"),
            number(row["complaints_per_100"]),
            _out_of(row["complaints"], _("{n} requests")),
        )
    ]
    subjects = data.subjects(row.name)
    return lines + [
        Fact(word(CATEGORIES, subject), number(count)) for subject, count in subjects.head(3).items()
    ]


def _charges(residence_id: str) -> list[Fact]:
    rows = cache.read("charges")
    rows = rows[(rows["residence_id"] == residence_id) & rows["settled_eur_m2_year"].notna()]
    if rows.empty:
        return [Fact(_("Settled"), _("unknown"))]
    last = rows[rows["year"] == rows["year"].max()]
    unit = _("€/m² a year")
    items = last.set_index("item")["settled_eur_m2_year"]
    lines = [
        Fact(
            _("Settled in {year}").format(year=int(last["year"].iloc[0])),
            quantity(items.sum(min_count=1), unit, 1),
        )
    ]
    return lines + (
        [Fact(_("of which heating"), quantity(items["heating"], unit, 1))] if "heating" in items else []
    )


def _of(part: object, whole: object) -> str:
    return (
        ""
        if pd.isna(part) or pd.isna(whole)
        else _("{n} of {whole}").format(n=number(part), whole=number(whole))
    )


def _out_of(count: object, words: str) -> str:
    return "" if count is None or pd.isna(count) or not count else words.format(n=number(count))
