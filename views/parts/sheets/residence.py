"""The A4 sheet of a residence: what its card tells, with a map of its surroundings."""

import pandas as pd
import shapely

from views.parts.cards import frames
from views.parts.cards import residence as lines
from views.parts.cards.words import STATUSES
from views.parts.sheets.words import BETWEEN_MM, Table, families, foot, subtitle
from views.parts.stock.atlas import least
from views.shared import cache, palette
from views.shared.codes import CATEGORIES, word
from views.shared.i18n import _
from views.shared.numbers import day, metres, number
from views.shared.pdf import FONT, Frame, Sheet, rgb

REACH_M, GROUND_M = 350, 700
MARGIN_MM, MAP_MM = 10, 50
FACT_MM, LINE_MM = 4.4, 2.95
COLUMN_MM, GAP_MM = 88, 6
SHADES = ("#dfe6ea", "#c3d0d7", "#a7bac5", "#8ba4b2", "#6f8ea0", "#53788e", "#cfcabf")


def pdf(row: pd.Series) -> bytes:
    """Return the sheet of a residence (a row of the stock) as the bytes of a PDF."""
    sheet = Sheet(foot=foot(), margin_mm=MARGIN_MM)
    places = lines.places(row)
    _head(sheet, row)
    top = sheet.get_y()
    _facts(sheet, row, top)
    _map(sheet, row, top)
    sheet.set_y(max(sheet.get_y(), top + MAP_MM + 5))
    _dwellings(sheet, row)
    _requests(sheet, row)
    _figures(sheet, [*families(places, (3.3, 1.1, 1.4), short=True), *_charges(row), *_sites(row)])
    return sheet.made()


def _figures(sheet: Sheet, tables: list[Table]) -> None:
    """Write tables in two columns as high as each other, on a second page only where the first is full."""
    width = (sheet.epw - GAP_MM) / 2
    highs = [(len(table.rows) + 1 + bool(table.note)) * (LINE_MM + BETWEEN_MM) + 1.5 for table in tables]
    middle, done = sum(highs) / 2, 0.0
    top, column = sheet.get_y() + 2, 0
    sheet.set_y(top)
    for table, high in zip(tables, highs, strict=True):
        if column == 0 and done + high / 2 > middle:
            column = 1
            sheet.set_y(top)
        table.write(sheet, size=7, line=LINE_MM, width=width, left=sheet.l_margin + column * (width + GAP_MM))
        done += high


def _head(sheet: Sheet, row: pd.Series) -> None:
    where = " - ".join(str(text) for text in (row["sector_name"], row["agency_name"]) if pd.notna(text))
    sheet.text_line(where, 9, soft=True)
    sheet.text_line(row["name"], 19, bold=True)
    sheet.text_line(row["address"] if pd.notna(row["address"]) else _("Address unknown"), 11)
    sheet.text_line(subtitle(), 8, soft=True)
    sheet.ln(2)


def _facts(sheet: Sheet, row: pd.Series, top: float) -> None:
    sheet.set_y(top)
    rows = [[fact.label, " - ".join(filter(None, (fact.value, fact.note)))] for fact in lines.building(row)]
    sheet.rows([], rows, (1, 1.5), size=9, width=COLUMN_MM, line=FACT_MM, strong=(1,))


def _map(sheet: Sheet, row: pd.Series, top: float) -> None:
    """Draw the surroundings: parcels, streets, sectors, the other residences, stations."""
    left = sheet.l_margin + COLUMN_MM + GAP_MM
    width = sheet.epw - COLUMN_MM - GAP_MM
    place = cache.read("residences").geometry.get(row.name)
    if place is None:
        sheet.set_xy(left, top)
        sheet.text_line(_("Not located: no map."), 9, soft=True)
        sheet.set_x(sheet.l_margin)
        return
    bounds = (place.x - REACH_M, place.y - REACH_M, place.x + REACH_M, place.y + REACH_M)
    frame = Frame.around(bounds, left, top, width, MAP_MM, margin=0)
    ground = cache.store().read("parcels", columns=[], within=frame.box.bounds)
    for shape in ground.geometry:
        sheet.shape(frame, shape, fill=(241, 238, 231), line=(226, 221, 211), width_mm=0.1)
    for shape in cache.read("streets").geometry if "streets" in cache.store().tables() else ():
        if shapely.intersects(shape, frame.box):
            sheet.shape(frame, shape, line=(190, 186, 178), width_mm=0.25)
    for shape in cache.read("sectors").geometry.dropna():
        sheet.shape(frame, shape.boundary, line=(70, 80, 86), width_mm=0.45)
    others = cache.read("residences")
    near = others[others.geometry.notna() & others.intersects(frame.box)]
    for key, point in near.geometry.items():
        if key != row.name:
            sheet.dot(frame, point, 1.3, (150, 155, 158))
    sheet.dot(frame, place, 2.6, rgb(palette.EDGES["street"]))
    for _key, one in cache.read("stations").iterrows():
        if one.geometry is not None and frame.box.contains(one.geometry):
            sheet.dot(frame, one.geometry, 1.6, rgb("#4b5bb0"))
    sheet.outline(frame)
    sheet.scale_bar(frame)
    end = sheet.legend(
        [(palette.EDGES["street"], _("This residence"), False)], left, frame.top + frame.height + 1.5
    )
    sheet.legend(
        [("#969b9e", _("Other residences"), False)], left + width / 3, frame.top + frame.height + 1.5
    )
    sheet.legend([("#4b5bb0", _("Station"), False)], left + 2 * width / 3, frame.top + frame.height + 1.5)
    sheet.set_y(end + 1)


def _dwellings(sheet: Sheet, row: pd.Series) -> None:
    counted = frames.room_types()
    top = sheet.get_y() + 4
    half = (sheet.epw - GAP_MM) / 2
    if row.name in counted.index:
        counts = counted.loc[row.name].rename({"unknown": "?"})
        parts = [(f"{name} {n}", SHADES[i % 7], n) for i, (name, n) in enumerate(counts.items()) if n]
        sheet.caption(_("Dwellings by type"), sheet.l_margin, top)
        sheet.shares(parts, sheet.l_margin, top + 1.5, half, 5.5)
    figures = cache.indicators().loc[row.name]
    letters = [(c, colour, figures[f"dpe_{c}"]) for c, colour in palette.DPE.items()]
    letters.append(("?", "#cfcabf", figures["dpe_none"]))
    known = [(f"{c} {int(n)}", colour, int(n)) for c, colour, n in letters if pd.notna(n) and n]
    sheet.caption(_("Dwellings by energy class"), sheet.l_margin + half + GAP_MM, top)
    sheet.shares(known, sheet.l_margin + half + GAP_MM, top + 1.5, half, 5.5)
    sheet.set_y(top + 10)


def _requests(sheet: Sheet, row: pd.Series) -> None:
    top, half = sheet.get_y() + 3, (sheet.epw - GAP_MM) / 2
    sheet.caption(_("Requests over two years"), sheet.l_margin, top)
    if frames.is_small(str(row.name)):
        sheet.set_y(top + 1.5)
        few = _("Not shown: fewer than {least} dwellings.").format(least=least())
        sheet.text_line(few, 8, soft=True)
        return
    counts = frames.trend([str(row.name)])
    sheet.bars(list(counts), sheet.l_margin, top + 1.5, half, 13)
    sheet.set_font(FONT, "", 7)
    ends = (
        f"{counts.index[0].month:02d}/{counts.index[0].year}",
        (f"{counts.index[-1].month:02d}/{counts.index[-1].year}"),
    )
    sheet.text(sheet.l_margin, top + 18, ends[0])
    sheet.text(sheet.l_margin + half - 12, top + 18, ends[1])
    left = sheet.l_margin + half + GAP_MM
    sheet.caption(_("Last requests"), left, top)
    sheet.set_y(top + 1)
    rows = [
        [word(CATEGORIES, one["category"]), day(one["opened_at"]), word(STATUSES, one["status"])]
        for _key, one in frames.last_requests(str(row.name)).head(4).iterrows()
    ]
    sheet.rows([], rows, (2, 1.2, 1.2), size=7.5, width=half, left=left, line=3.4)
    sheet.set_y(max(sheet.get_y(), top + 20))


def _charges(row: pd.Series) -> list[Table]:
    found = frames.charges(str(row.name))
    if found.empty:
        return []
    rows = [list(line[:4]) for line in lines.charge_lines(found)]
    peers = frames.energy_peers()
    note = lines.charges_note(found)
    if row.name in peers.index:
        *words, who = lines.energy_line(peers.loc[row.name])[:4]
        rows.append([*words, ""])
        note = f"{note} {words[0]} ({who})."
    heads = [_("Charges, like with like"), _("Here"), _("Peers"), ""]
    return [Table(heads, rows, (3, 1, 1, 1.8), note)]


def _sites(row: pd.Series) -> list[Table]:
    found = frames.sites_near(str(row.name))
    if found.empty:
        return []
    rows = [lines.site_words(key, one) for key, one in found.head(frames.SITES_SHOWN).iterrows()]
    title = _("Sites within {reach}").format(reach=metres(frames.SITES_M))
    return [Table([f"{title} ({number(len(found))})", "", "", ""], rows, (2.4, 1.8, 1.1, 0.7), strong=())]
