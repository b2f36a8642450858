"""The report of a plan for the board and the staff committee: a drawn map, tables, the proof, as PDF."""

import pandas as pd
from fpdf.enums import XPos, YPos

from geo.neighbours import sector_shapes
from planning.territory import draft as d
from views.jobs.territory import Land, effects, with_offices
from views.jobs.territory_plans import Work
from views.parts.territories import drawing as territory_map
from views.parts.territories.effects import effect_sentences
from views.parts.territories.state import COUNTED
from views.parts.territories.words import proof
from views.shared.i18n import _
from views.shared.numbers import day, metres, number, quantity
from views.shared.pdf import FONT, Paper, light, one_line, rgb

MARGIN_MM, WIDTH_MM, MAP_MM = 15, 180, 96
MOST_MOVERS = 60
Plans = dict[str, tuple[Land, pd.Series]]
"""Each plan by its name, on the land its offices stand on."""


def pdf(land: Land, work: Work, settings: dict[str, str]) -> bytes:
    """Return the report of the plan in hand beside today's, as the bytes of a PDF."""
    plan = work.draft.plan()
    base, land = land, with_offices(land, work.draft.offices)
    page = Paper()
    page.set_margins(MARGIN_MM, MARGIN_MM)
    page.set_auto_page_break(True, MARGIN_MM)
    page.add_page()
    _heading(page, land, settings)
    both = {_("Today"): (base, base.ground.today), _("Proposed"): (land, plan)}
    _maps(page, land, both)
    _summary(page, work, both)
    _areas(page, work, both)
    _effects(page, land, work)
    _movers(page, land, plan)
    return page.made()


def _heading(page: Paper, land: Land, settings: dict[str, str]) -> None:
    town = settings.get("town", "")
    title = _("Territories of the agencies") if land.level == "agency" else _("Territories of the sectors")
    _line(page, f"{title} - {town}" if town else title, 18, bold=True)
    source = _("Situation on {day}").format(day=day(settings.get("reference_date")))
    if settings.get("invented") == "yes":
        source += " · " + _("Invented data")
    made = _("Report of {day}; source: stock of the landlord, Îlot.").format(day=day(pd.Timestamp.now()))
    _line(page, f"{source} · {made}", 9)
    page.ln(3)


def _maps(page: Paper, land: Land, both: Plans) -> None:
    """Draw both plans side by side at one scale, north up, with a scale bar."""
    xmin, ymin, xmax, ymax = land.cells.total_bounds
    width = (WIDTH_MM - 8) / 2
    scale = min(width / (xmax - xmin), MAP_MM / (ymax - ymin))
    top = page.get_y() + 6
    for side, (name, (of, plan)) in enumerate(both.items()):
        left = MARGIN_MM + side * (width + 8)
        page.set_font(FONT, "B", 10)
        page.text(left, top - 2, one_line(name))

        def at(x: float, y: float, left=left) -> tuple[float, float]:
            return left + (x - xmin) * scale, top + (ymax - y) * scale

        _map(page, of, plan, at)
    bottom = top + (ymax - ymin) * scale + 4
    page.set_draw_color(40, 40, 40)
    page.set_line_width(0.5)
    page.line(MARGIN_MM, bottom, MARGIN_MM + 1000 * scale, bottom)
    page.set_font(FONT, "", 8)
    page.text(MARGIN_MM + 1000 * scale + 2, bottom + 1, "1 km")
    page.text(MARGIN_MM + WIDTH_MM - 16, bottom + 1, one_line(_("north up")))
    page.set_y(bottom + 5)


def _map(page: Paper, land: Land, plan: pd.Series, at) -> None:
    colours = dict(zip(land.ground.areas, territory_map.colours(land), strict=True))
    shapes = sector_shapes(land.cells, plan.dropna())
    for area, shape in shapes.items():
        page.set_fill_color(*light(colours[area]))
        page.set_draw_color(50, 50, 50)
        page.set_line_width(0.35)
        for part in getattr(shape.simplify(5), "geoms", [shape.simplify(5)]):
            page.polygon([at(x, y) for x, y in part.exterior.coords], style="DF")
    places = land.residences.geometry.loc[land.ground.units]
    moved = land.ground.numbers(plan) != land.ground.numbers(land.ground.today)
    for place, area, changes in zip(places, plan, moved, strict=True):
        x, y = at(place.x, place.y)
        page.set_fill_color(*(rgb(colours[area]) if area in colours else (120, 120, 120)))
        page.set_draw_color(*((20, 20, 20) if changes else (255, 255, 255)))
        page.set_line_width(0.35 if changes else 0.1)
        page.circle(x, y, 0.9, style="DF")
    page.set_font(FONT, "B", 7 if len(shapes) <= 6 else 5)
    for area, shape in shapes.items():
        point = shape.representative_point()
        x, y = at(point.x, point.y)
        text = one_line(land.names[area])
        wide = page.get_string_width(text)
        page.set_fill_color(255, 255, 255)
        page.rect(x - wide / 2 - 0.8, y - 2.6, wide + 1.6, 3.5, style="F")
        page.text(x - wide / 2, y, text)


def _summary(page: Paper, work: Work, both: Plans) -> None:
    wholes = [d.totals(of.ground, plan, work.weights) for of, plan in both.values()]
    rows = [
        (_("Largest deviation"), [quantity(w.max_deviation_pct, "%", 1) for w in wholes]),
        (_("Mean distance to the office"), [metres(w.mean_distance_m) for w in wholes]),
        (_("Borders"), [quantity(w.border_km, "km", 1) for w in wholes]),
        (_("Tenants who change"), [quantity(w.moved_pct, "%", 1) for w in wholes]),
    ]
    _table(page, ["", *both], [[label, *texts] for label, texts in rows], (3, 1, 1))
    told = proof(work.proof) if work.proof else _("This plan was drawn by hand: it has no proof of its own.")
    _line(page, told, 10)
    weights = ", ".join(
        f"{number(weight, 2)} × {_(COUNTED[name])}" for name, weight in work.weights.items() if weight
    )
    _line(
        page,
        _("Work: {weights}; tolerance {tolerance}.").format(
            weights=weights,
            tolerance=quantity((work.proof or {}).get("tolerance_pct", work.tolerance_pct), "%", 1),
        ),
        9,
    )
    page.ln(3)


def _areas(page: Paper, work: Work, both: Plans) -> None:
    before, after = (d.by_area(of.ground, plan, work.weights) for of, plan in both.values())
    land = next(iter(both.values()))[0]
    figures = {
        "dwellings": (_("Dwellings"), number),
        "deviation_pct": (_("Deviation"), lambda v: quantity(v, "%", 1)),
        "mean_distance_m": (_("To the office"), metres),
        "complaints": (_("Requests a year"), number),
        "relets": (_("Relets a year"), number),
        "lodges": (_("Lodges"), number),
    }
    kept = {name: pair for name, pair in figures.items() if name not in land.unknown}
    heads = ["", *(label for label, _written in kept.values())]
    rows = [
        [land.names[area]]
        + [
            f"{written(before.at[area, c])} > {written(after.at[area, c])}"
            for c, (_l, written) in kept.items()
        ]
        for area in land.ground.areas
    ]
    _table(page, heads, rows, (3, *[2] * len(kept)))


def _effects(page: Paper, land: Land, work: Work) -> None:
    """Say what the plan does to lodges, teams and offices."""
    told = effect_sentences(effects(land, work.draft.plan()))
    for area, unit in work.draft.offices.items():
        residence = land.residences["name"].get(unit, unit)
        told.append(
            _("The office of {area} moves to {residence}.").format(area=land.names[area], residence=residence)
        )
    for text in told:
        _line(page, f"- {text}", 9)
    page.ln(3)


def _movers(page: Paper, land: Land, plan: pd.Series) -> None:
    apart = d.movers(land.ground, land.ground.today, plan)
    if apart.empty:
        return
    _line(page, _("Who changes"), 12, bold=True)
    rows = [
        [
            land.residences.at[u, "name"],
            number(r["dwellings"]),
            land.names.get(r["before"], ""),
            land.names.get(r["after"], ""),
        ]
        for u, r in apart.head(MOST_MOVERS).iterrows()
    ]
    _table(page, [_("Residence"), _("Dwellings"), _("From"), _("To")], rows, (3, 1, 2, 2))
    if len(apart) > MOST_MOVERS:
        _line(page, _("and {n} more, in the list of movers (XLSX).").format(n=len(apart) - MOST_MOVERS), 9)


def _table(page: Paper, heads: list[str], rows: list[list[str]], widths: tuple[int, ...]) -> None:
    page.set_font(FONT, "", 8)
    page.set_draw_color(190, 190, 190)
    page.set_fill_color(255, 255, 255)
    page.set_line_width(0.2)
    with page.table(
        col_widths=widths, line_height=5.2, borders_layout="HORIZONTAL_LINES", text_align="LEFT"
    ) as table:
        for texts in (heads, *rows):
            line = table.row()
            for text in texts:
                line.cell(one_line(text))
    page.ln(3)


def _line(page: Paper, text: str, size: int, *, bold: bool = False) -> None:
    page.set_font(FONT, "B" if bold else "", size)
    page.multi_cell(0, size * 0.5, one_line(text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
