"""The sheet of a site: one A4 page with its plan, its reasons, its sums and where they come from, as PDF."""

import numpy as np
import pandas as pd

from planning.publics import OWNERSHIP
from views.parts.site import figures, standing, volume
from views.parts.site import plan as drawing
from views.parts.site.state import Shown
from views.parts.sites.words import PUBLICS
from views.shared import cache
from views.shared.codes import FORMS
from views.shared.i18n import _
from views.shared.numbers import day, number
from views.shared.pdf import FONT, Sheet, one_line, rgb

MARGIN_MM, WIDTH_MM, FOOT_MM = 12, 186, 275
PLAN_MM, VOLUME_MM = (92, 54), (92, 28)
CHART_MM = (90, 34)
SCALES = (100, 125, 200, 250, 300, 400, 500, 600, 750, 800, 1000, 1250, 1500, 2000, 2500, 3000, 4000, 5000)


def pdf(s: Shown) -> bytes:
    """Return the sheet of a site as the bytes of a PDF of one page."""
    page = Sheet(margin_mm=MARGIN_MM)
    page.set_auto_page_break(False)
    page.set_title(one_line(s.title))
    _head(page, s)
    top = page.get_y()
    under = _volume(page, s, _plan(page, s, top))
    if s.fits:
        _reasons(page, s, top)
        page.set_y(max(under, page.get_y()) + 1.5)
        _tenures(page, s)
        top = page.get_y() + 2
        if s.study.rental:
            _money(page, s, top)
            page.set_y(top)
            _balance(page, s, top)
    else:
        page.set_xy(MARGIN_MM + PLAN_MM[0] + 6, top)
        for _fits, form, _n, why in figures.verdicts(s):
            page.text_line(f"{form} : {why}", 9, width=88)
    _foot(page, s)
    return page.made()


def _head(page: Sheet, s: Shown) -> None:
    town = cache.settings().get("town", "")
    page.text_line(s.title + (f" · {town}" if town else ""), 16, bold=True)
    told = [
        s.site_id,
        _(FORMS[s.form]),
        _(PUBLICS[s.public]),
        _("Sheet of {day}").format(day=day(pd.Timestamp.now())),
    ]
    if cache.settings().get("invented") == "yes":
        told.append(_("Invented data"))
    page.text_line(" · ".join(told), 9)
    page.ln(1)
    if not s.fits:
        return
    cells = figures.headline(s)
    each, top = WIDTH_MM / len(cells), page.get_y()
    for rank, (figure, words, note) in enumerate(cells):
        x = MARGIN_MM + rank * each
        page.set_xy(x, top)
        page.set_font(FONT, "B", 13)
        page.cell(each, 6, one_line(figure))
        page.set_xy(x, top + 6)
        page.set_font(FONT, "", 8)
        page.cell(each, 3.6, page.fitting(words, each))
        page.set_xy(x, top + 9.6)
        page.set_font(FONT, "", 6.5)
        page.set_text_color(90, 90, 90)
        page.multi_cell(each - 2, 2.8, one_line(note), align="L")
        page.set_text_color(0, 0, 0)
    page.set_y(top + 17)


def _plan(page: Sheet, s: Shown, top: float) -> float:
    """Draw the plan at a round scale, north up, with its bar and its key; return where they end."""
    found = drawing.plan(s.found, s.form, s.neighbours, s.pieces)
    xmin, ymin, xmax, ymax = found.bounds
    width, height = PLAN_MM
    needed = max((xmax - xmin) * 1000 / width, (ymax - ymin) * 1000 / height)
    scale = next((each for each in SCALES if each >= needed), SCALES[-1])
    mm = 1000 / scale
    left = MARGIN_MM + (width - (xmax - xmin) * mm) / 2
    upper = top + (height - (ymax - ymin) * mm) / 2
    page.set_draw_color(200, 200, 200)
    page.rect(MARGIN_MM, top, width, height)
    with page.rect_clip(MARGIN_MM, top, width, height):
        _marks(page, found, left, upper, mm)
    page.set_draw_color(30, 30, 30)
    page.set_line_width(0.5)
    bar, foot = found.bar_m * mm, top + height + 3
    page.line(MARGIN_MM, foot, MARGIN_MM + bar, foot)
    page.set_font(FONT, "", 7)
    told = one_line(f"{number(found.bar_m)} m · 1:{scale}")
    page.text(MARGIN_MM + bar + 2, foot + 1, told)
    after_bar = MARGIN_MM + bar + 2 + page.get_string_width(told) + 4
    x = MARGIN_MM + width - 5
    page.set_fill_color(31, 42, 48)
    page.polygon([(x, top + 2), (x + 2, top + 8), (x, top + 6.6), (x - 2, top + 8)], style="F")
    page.text(x - 0.9, top + 11, "N")
    x = after_bar
    for colour, words in found.key:
        width_mm = page.get_string_width(one_line(words)) + 7
        if x + width_mm > MARGIN_MM + PLAN_MM[0]:
            x, foot = MARGIN_MM, foot + 3.6
        page.set_fill_color(*rgb(colour))
        page.rect(x, foot - 1.6, 3, 2.4, style="F")
        page.text(x + 4, foot + 0.6, one_line(words))
        x += width_mm
    return foot + 2


def _volume(page: Sheet, s: Shown, top: float) -> float:
    """Draw the building in volume under the plan, as large as its box allows; return where it ends."""
    storey_m = cache.parameters()[f"{s.form}.storey_m"]
    found = volume.volume(s.found, s.form, storey_m, heights=False)
    if found is None:
        return top
    xmin, ymin, xmax, ymax = found.bounds
    width, height = VOLUME_MM
    mm = min(width / (xmax - xmin), height / (ymax - ymin))
    page.set_draw_color(200, 200, 200)
    page.set_line_width(0.2)
    page.rect(MARGIN_MM, top, width, height)
    left, upper = MARGIN_MM + (width - (xmax - xmin) * mm) / 2, top + (height - (ymax - ymin) * mm) / 2
    with page.rect_clip(MARGIN_MM, top, width, height):
        _marks(page, found, left, upper, mm)
    page.set_fill_color(255, 255, 255)
    page.set_font(FONT, "", 6.5)
    page.set_xy(MARGIN_MM, top + height + 0.6)
    told = (
        _("Volume, seen from the south-west"),
        volume.sizes(volume.blocks(s.found, s.form, storey_m), storey_m),
    )
    page.cell(width, 2.8, page.fitting(" · ".join(told), width))
    return top + height + 4


def _marks(page: Sheet, found: drawing.Drawing, left: float, upper: float, mm: float) -> None:
    xmin, _ymin, _xmax, ymax = found.bounds

    def at(ring: np.ndarray) -> list[tuple[float, float]]:
        return [(left + (x - xmin) * mm, upper + (ymax - y) * mm) for x, y in ring]

    for mark in found.marks:
        if mark.stroke:
            page.set_draw_color(*rgb(mark.stroke))
            page.set_line_width(mark.width_mm)
        page.set_dash_pattern(*([1.2, 0.9] if mark.dash else [0, 0]))
        if mark.kind == "text":
            (point,) = at(mark.rings[0])
            page.set_font(FONT, "", mark.size_mm * 2.6)
            text = one_line(mark.text)
            page.text(point[0] - page.get_string_width(text) / 2, point[1] + 0.8, text)
        elif mark.kind == "line":
            for ring in mark.rings:
                page.polyline(at(ring))
        else:
            if mark.fill:
                page.set_fill_color(*rgb(mark.fill))
            page.polygon(at(mark.rings[0]), style=("D" if mark.stroke else "") + ("F" if mark.fill else ""))
    page.set_dash_pattern(0, 0)


def _reasons(page: Sheet, s: Shown, top: float) -> None:
    x, width = MARGIN_MM + PLAN_MM[0] + 6, WIDTH_MM - PLAN_MM[0] - 6
    page.set_xy(x, top)
    page.text_line(_("Why this rank"), 10, bold=True, width=width)
    good, bad = figures.reasons(s)
    for sign, lines in (("+", good), ("-", bad)):
        for text in lines:
            page.text_line(f"{sign} {text}", 8, width=width)
    page.text_line(_("What would change the rank"), 9, bold=True, width=width)
    for text in standing.changes(s, 2):
        page.text_line(text, 8, width=width)
    for text in figures.binding(s)[:2]:
        page.text_line(text, 8, width=width)
    page.text_line(_("Around the site"), 9, bold=True, width=width)
    for fact in figures.context(s)[:8]:
        note = f" ({fact.note})" if fact.note and len(fact.note) < 34 else ""
        page.text_line(f"{fact.label} : {fact.value}{note}", 7.5, width=width)


def _tenures(page: Sheet, s: Shown) -> None:
    page.text_line(_("To let and to own, side by side"), 10, bold=True)
    heads, rows = figures.tenures(s)
    _grid(page, heads, rows, (66, 30, 30, 30, 30), MARGIN_MM)


def _money(page: Sheet, s: Shown, top: float) -> None:
    """Budget on the left, financing on the right, under it the balance."""
    heads, rows, strong = figures.budget(s)
    page.set_xy(MARGIN_MM, top)
    whose = " · " + _("to let") if s.public == OWNERSHIP else ""
    page.text_line(_("Budget") + whose, 9, bold=True, width=88)
    _grid(page, heads, rows, (38, 19, 12, 19), MARGIN_MM, strong)
    heads, rows, strong = figures.plan(s)
    x = MARGIN_MM + 94
    page.set_xy(x, top)
    page.text_line(_("Financing plan") + whose, 9, bold=True, width=92)
    _grid(page, heads, rows, (28, 16, 16, 15, 17), x, strong)


def _balance(page: Sheet, s: Shown, top: float) -> None:
    """Draw the cumulative balance and the yearly one under the financing plan."""
    account = s.study.rental.account
    width, height = CHART_MM
    left, upper = MARGIN_MM + 95, top + 44
    height = min(height, FOOT_MM - 5 - upper)
    cumulative, net = account["cumulative"].to_numpy() / 1000, account["net"].to_numpy() / 1000
    low, high = min(0.0, cumulative.min(), net.min()), max(0.0, cumulative.max(), net.max())
    span = (high - low) or 1

    def at(year: float, value: float) -> tuple[float, float]:
        return left + width * year / (len(account) + 1), upper + height * (high - value) / span

    page.set_font(FONT, "B", 8)
    f = s.study.rental.figures
    told = _("Balance over {n} years, k€: worst year {year}, {worst}").format(
        n=number(len(account)), year=number(f["worst_year"]), worst=number(f["worst_eur"] / 1000)
    )
    page.text(left, upper - 2, one_line(told))
    for year, value in zip(account.index, net, strict=True):
        page.set_fill_color(*((28, 138, 127) if value >= 0 else (212, 98, 42)))
        (x, y0), (_x, y1) = at(year, 0), at(year, value)
        page.rect(x - 0.45, min(y0, y1), 0.9, max(abs(y1 - y0), 0.1), style="F")
    page.set_draw_color(43, 121, 176)
    page.set_line_width(0.5)
    page.polyline([at(year, value) for year, value in zip(account.index, cumulative, strict=True)])
    page.set_draw_color(120, 120, 120)
    page.set_line_width(0.2)
    page.line(*at(0, 0), *at(len(account) + 1, 0))
    page.set_font(FONT, "", 6.5)
    for year in (1, *range(10, len(account) + 1, 10)):
        page.text(at(year, 0)[0] - 1, upper + height + 3, str(year))
    page.text(left - 1, upper + 1.6, one_line(number(high)))
    page.text(left - 1, upper + height - 0.4, one_line(number(low)))


def _foot(page: Sheet, s: Shown) -> None:
    page.set_xy(MARGIN_MM, FOOT_MM)
    page.set_draw_color(180, 180, 180)
    page.line(MARGIN_MM, FOOT_MM - 1, MARGIN_MM + WIDTH_MM, FOOT_MM - 1)
    page.text_line(" ".join(figures.provenance(s)), 6.5, soft=True)


def _grid(page: Sheet, heads, rows, widths, left: float, strong=()) -> None:
    """Write a small dense table from where the page stands; figures to the right."""
    lines = [(name, *cells) for name, cells in rows]
    page.rows(
        heads, lines, widths, size=7, width=sum(widths), left=left, line=3.1, strong_rows=strong,
    )  # fmt: skip
    page.set_xy(MARGIN_MM, page.get_y() + 1)
