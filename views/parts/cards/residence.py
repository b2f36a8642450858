"""What is said of a residence in lines, on its card and on its sheet: the building, energy, charges, sites near by."""

import pandas as pd

from views.parts.cards import frames
from views.parts.cards.pieces import Place
from views.parts.cards.words import ITEMS, peers
from views.shared import cache, frame
from views.shared.codes import FORMS, HEATING, KINDS, LOCATIONS, word
from views.shared.html import Fact
from views.shared.i18n import _, ngettext
from views.shared.numbers import day, metres, number, quantity


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


def energy_line(one: pd.Series) -> tuple[str, str, str, str, bool]:
    """Write primary energy beside its peers' median."""
    unit = _("kWh/m²")
    theirs = quantity(one["median"], unit)
    note = peers(one["peers"], one["peer_level"])
    return _("Primary energy"), quantity(one["value"], unit), theirs, note, False


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


def site_words(key: object, one: pd.Series) -> list[str]:
    """Write a site near by: its parcel, the form that fits best, its dwellings, how far it is."""
    count = ngettext("{n} dwelling", "{n} dwellings", int(one["dwellings"] or 0))
    return [
        str(key),
        word(FORMS, one["best_form"]),
        count.format(n=number(one["dwellings"])),
        metres(one["away_m"]),
    ]


def dated() -> str:
    """Say on which day the figures stand, and where they come from."""
    counted = cache.counted()
    told = _("Situation on {day}; requests, moves and charges of the year before.").format(
        day=day(counted.on)
    )
    return f"{told} {frame.source('stock', 'rpls', 'complaints', 'charges')}"
