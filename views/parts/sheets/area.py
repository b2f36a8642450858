"""The A3 sheet of a sector or an agency: its map by a figure, its figures, its residences ranked, vacancy twice."""

import geopandas as gpd
import pandas as pd
import shapely

from views.parts.cards import frames
from views.parts.cards.words import IDENTITIES
from views.parts.sectors import funnel, panels, state
from views.parts.sheets.words import families, foot, subtitle
from views.parts.stock.figures import Figure
from views.shared import cache
from views.shared.i18n import _
from views.shared.layers import diameters_px
from views.shared.numbers import number, percent
from views.shared.palette import SUPPRESSED
from views.shared.pdf import ACCENT, FONT, INK, RULE, SOFT, Frame, Sheet, one_line, rgb

MAP_MM, HIGH_MM, GAP_MM = 236, 182, 8
FIGURE_MM = 3.9
FUNNEL_MM = (180, 92)
HATCHED, UNKNOWN = (222, 219, 211), (250, 250, 248)


def pdf(of: str, key: str, figure: Figure) -> bytes:
    """Return the sheet of an area, its residences coloured by a figure, as the bytes of a PDF."""
    sheet = Sheet(size="A3", landscape=True, foot=foot())
    residences = state.residences(of, key)
    sheet.text_line(_(state.LEVELS[of]), 10, soft=True)
    sheet.text_line(state.name(of, key), 22, bold=True)
    sheet.text_line(
        " - ".join(
            [
                subtitle(),
                _("{n} residences, {m} dwellings").format(
                    n=number(len(residences)), m=number(frames.row_of(of, key).get("dwellings"))
                ),
            ]
        ),
        9,
        soft=True,
    )
    sheet.ln(3)
    top = sheet.get_y()
    _map(sheet, of, key, figure, residences, top)
    sheet.set_y(sheet.t_margin)
    for table in families(state.places(of, key), (3.6, 1.3, 2.4)):
        table.write(
            sheet,
            size=8,
            line=FIGURE_MM,
            width=sheet.epw - MAP_MM - GAP_MM,
            left=sheet.l_margin + MAP_MM + GAP_MM,
        )
    sheet.add_page()
    _ranks(sheet, figure, residences)
    return sheet.made()


def _map(sheet: Sheet, of: str, key: str, figure: Figure, residences: gpd.GeoDataFrame, top: float) -> None:
    """Draw the area, its residences in the classes of the whole stock, and the legend."""
    sectors = cache.read("sectors")
    sectors = sectors[sectors.geometry.notna()]
    ours = (sectors.index == key) if of == "sector" else (sectors["agency_id"] == key).fillna(False)
    shapes = sectors[ours] if ours.any() else residences[residences.geometry.notna()]
    frame = Frame.around(shapes.total_bounds, sheet.l_margin, top, MAP_MM, HIGH_MM)
    for mine, shape in zip(ours, sectors.geometry, strict=True):
        sheet.shape(frame, shape, fill=(245, 242, 236) if mine else (251, 250, 247))
    streets = cache.read("streets").geometry.dropna()
    for shape in streets[streets.intersects(frame.box)]:
        sheet.shape(frame, shape, line=(205, 201, 193), width_mm=0.3)
    for mine, shape in zip(ours, sectors.geometry, strict=True):
        sheet.shape(
            frame, shape.boundary, line=INK if mine else (150, 155, 158), width_mm=0.7 if mine else 0.3
        )
    drawn = panels.painting(figure, residences, "light")
    located = residences[residences.geometry.notna()].sort_values("dwellings", ascending=False)
    sizes = diameters_px(located["dwellings"])
    for (one, point), size in zip(located.geometry.items(), sizes, strict=True):
        colour = drawn.colour[one]
        hidden = isinstance(colour, str) and colour == SUPPRESSED
        fill = HATCHED if hidden else UNKNOWN if pd.isna(colour) else rgb(colour)
        sheet.dot(frame, point, size * 0.085, fill, line=INK, hatched=hidden)
    _names(sheet, frame, located, sizes)
    sheet.outline(frame)
    sheet.scale_bar(frame)
    below = top + HIGH_MM + 6
    sheet.caption(_(figure.label), sheet.l_margin, below)
    lines = [
        (
            None if line.colour in (None, SUPPRESSED) else line.colour,
            f"{line.label} ({number(line.count)})",
            line.colour == SUPPRESSED,
        )
        for line in drawn.legend
    ]
    for column, start in enumerate(range(0, len(lines), 4)):
        sheet.legend(lines[start : start + 4], sheet.l_margin + column * 62, below + 2.5)
    sheet.set_xy(sheet.l_margin, below + 22.5)
    sheet.text_line(f"{_(figure.definition)} {_(figure.source)}", 8, soft=True, width=MAP_MM)


def _names(sheet: Sheet, frame: Frame, located: gpd.GeoDataFrame, sizes: list[int]) -> None:
    """Write the names of the residences, the largest first, where they do not run over each other."""
    sheet.set_font(FONT, "", 6.5)
    taken = []
    for (one, point), size in zip(located.geometry.items(), sizes, strict=True):
        x, y = frame.at(point.x, point.y)
        name, low = one_line(located.at[one, "name"]), y + size * 0.085
        half = sheet.get_string_width(name) / 2
        box = shapely.box(x - half - 0.5, low + 0.3, x + half + 0.5, low + 3)
        if not any(box.intersects(other) for other in taken):
            taken.append(box)
            sheet.text(x - half, low + 2.5, name)


def _ranks(sheet: Sheet, figure: Figure, residences: pd.DataFrame) -> None:
    """Write the ranking with its intervals, the funnel, and vacancy checked twice."""
    sheet.text_line(_("Residences by {figure}").format(figure=_(figure.label)), 15, bold=True)
    sheet.ln(2)
    top, half = sheet.get_y(), (sheet.epw - GAP_MM) / 2
    rows = []
    for place, name, words, _value, low, high, note in panels.rank_rows(figure, residences):
        span = "" if pd.isna(low) else f"{figure.write(low)} - {_open(figure, high)}"
        rows.append([name, place, words, span, note])
    heads = [_("Residence"), _("Rank"), _("Figure"), _("95 % interval"), ""]
    room = int((sheet.page_break_trigger - top) / 4.8) - 1
    sheet.rows(heads, rows[:room], (3.2, 0.6, 1.1, 1.7, 3.4), size=8, width=half, line=4.2, strong=(2,))
    end = sheet.get_y()
    if len(rows) > room:
        sheet.text_line(_("and {n} more").format(n=number(len(rows) - room)), 8, soft=True)
    left = sheet.l_margin + half + GAP_MM
    below = _funnel(sheet, figure, residences, left, top)
    _identities(sheet, residences, left, below + 6, half)
    sheet.set_y(end)


def _open(figure: Figure, high: object) -> str:
    return _("unknown") if pd.isna(high) else figure.write(high)


def _funnel(sheet: Sheet, figure: Figure, residences: pd.DataFrame, left: float, top: float) -> float:
    drawn = funnel.funnel(figure, residences.index)
    if drawn is None:
        return top
    wide, high = FUNNEL_MM
    sheet.caption(_("What chance allows"), left, top + 3)
    base, left_axis = top + 6 + high, left + 14

    def at(exposure: float, rate: float) -> tuple[float, float]:
        up = min(rate / drawn.most_rate, 1.0)
        return left_axis + (wide - 14) * exposure / drawn.most_exposure, base - high * up

    sheet.set_draw_color(*RULE)
    sheet.set_line_width(0.25)
    sheet.rect(left_axis, top + 6, wide - 14, high)
    for name, dash in (("limit", True), ("alarm", False)):
        for side in ("low", "high"):
            sheet.set_draw_color(*SOFT)
            if dash:
                sheet.set_dash_pattern(dash=1.2, gap=1)
            pairs = zip(drawn.limits["exposure"], drawn.limits[f"{name}_{side}"], strict=True)
            sheet.polyline([at(x, y) for x, y in pairs])
            sheet.set_dash_pattern()
    sheet.set_draw_color(*INK)
    sheet.line(*at(0, drawn.common), *at(drawn.most_exposure, drawn.common))
    for _key, point in drawn.points.sort_values("ours").iterrows():
        out = point["standing"] in ("high", "alarm_high")
        fill = (204, 90, 16) if out and point["ours"] else ACCENT if point["ours"] else (205, 205, 202)
        sheet.set_fill_color(*fill)
        x, y = at(point["exposure"], point["rate"])
        sheet.circle(x, y, 1.1 if point["ours"] else 0.7, style="F")
    sheet.set_font(FONT, "", 7)
    for value in funnel.ticks(drawn.most_rate):
        x, y = at(0, value)
        sheet.text(left, y + 1, one_line(figure.write(value)))
    for value in funnel.ticks(drawn.most_exposure):
        x, y = at(value, 0)
        sheet.text(x - 2, base + 4, one_line(number(value)))
    sheet.set_xy(left, base + 6)
    sheet.text_line(
        f"{_('Dwelling-years')}. {funnel.words(drawn)} "
        + _("Dashed: 95 % of chance; full line: 99.8 %. Coloured: here; grey: the rest of the stock."),
        8,
        soft=True,
        width=wide,
    )
    return sheet.get_y()


def _identities(sheet: Sheet, residences: pd.DataFrame, left: float, top: float, width: float) -> None:
    of = "sector" if residences["sector_id"].nunique() == 1 else "agency"
    found = frames.identities(of, residences[state.COLUMNS[of]].iloc[0])
    if found is None:
        return
    sheet.set_y(top)
    rows = [
        [_(IDENTITIES[name]), percent(row["counted"], 2), percent(row["implied"], 2), number(row["moves"])]
        for name, row in found.iterrows()
    ]
    heads = [_("Vacancy, checked twice"), _("Counted"), _("Flow × duration"), _("Moves")]
    sheet.rows(heads, rows, (3, 1, 1.4, 1), size=9, width=width, left=left, line=4.8, strong=(1,))
