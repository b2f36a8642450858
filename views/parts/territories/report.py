"""The report of a plan for the board and the staff committee: a drawn map, tables, the proof, as PDF."""

import pandas as pd

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
from views.shared.pdf import FONT, Frame, Sheet, light, one_line, rgb

GAP_MM, MAP_MM, CORNERS_MM = 8, 96, 26
MOVES, STAYS, UNPLACED = (20, 20, 20), (255, 255, 255), (120, 120, 120)
MOST_MOVERS = 60
Plans = dict[str, tuple[Land, pd.Series]]
"""Each plan by its name, on the land its offices stand on."""


def pdf(land: Land, work: Work, settings: dict[str, str]) -> bytes:
    """Return the report of the plan in hand beside today's, as the bytes of a PDF."""
    plan = work.draft.plan()
    base, land = land, with_offices(land, work.draft.offices)
    page = Sheet(foot=_source(settings))
    town = settings.get("town", "")
    title = _("Territories of the agencies") if land.level == "agency" else _("Territories of the sectors")
    page.text_line(f"{title} - {town}" if town else title, 18, bold=True)
    page.ln(3)
    both = {_("Today"): (base, base.ground.today), _("Proposed"): (land, plan)}
    _maps(page, land, both)
    _summary(page, work, both)
    _areas(page, work, both)
    _effects(page, land, work)
    _movers(page, land, plan)
    return page.made()


def _source(settings: dict[str, str]) -> str:
    source = _("Situation on {day}").format(day=day(settings.get("reference_date")))
    if settings.get("invented") == "yes":
        source += " · " + _("Invented data")
    made = _("Report of {day}; source: stock of the landlord, Îlot.").format(day=day(pd.Timestamp.now()))
    return f"{source} · {made}"


def _maps(page: Sheet, land: Land, both: Plans) -> None:
    """Draw both plans side by side at one scale, north up, with a scale bar."""
    width, top = (page.epw - GAP_MM) / 2, page.get_y() + 6
    west, south, east, north = land.cells.total_bounds
    height = min(MAP_MM, width * (north - south) / (east - west) + CORNERS_MM)
    for side, (name, (of, plan)) in enumerate(both.items()):
        left = page.l_margin + side * (width + GAP_MM)
        frame = Frame.around(land.cells.total_bounds, left, top, width, height)
        page.caption(name, left, top - 2)
        _map(page, frame, of, plan)
        page.scale_bar(frame)
    page.set_y(top + height + 5)


def _map(page: Sheet, frame: Frame, land: Land, plan: pd.Series) -> None:
    colours = dict(zip(land.ground.areas, territory_map.colours(land), strict=True))
    shapes = sector_shapes(land.cells, plan.dropna())
    for area, shape in shapes.items():
        page.shape(frame, shape.simplify(5), fill=light(colours[area]), line=(50, 50, 50), width_mm=0.35)
    places = land.residences.geometry.loc[land.ground.units]
    moved = land.ground.numbers(plan) != land.ground.numbers(land.ground.today)
    for place, area, changes in zip(places, plan, moved, strict=True):
        fill = rgb(colours[area]) if area in colours else UNPLACED
        page.dot(frame, place, 0.9, fill, line=MOVES if changes else STAYS)
    page.set_font(FONT, "B", 7 if len(shapes) <= 6 else 5)
    for area, shape in shapes.items():
        point = shape.representative_point()
        x, y = frame.at(point.x, point.y)
        text = one_line(land.names[area])
        wide = page.get_string_width(text)
        page.set_fill_color(255, 255, 255)
        page.rect(x - wide / 2 - 0.8, y - 2.6, wide + 1.6, 3.5, style="F")
        page.text(x - wide / 2, y, text)


def _summary(page: Sheet, work: Work, both: Plans) -> None:
    wholes = [d.totals(of.ground, plan, work.weights) for of, plan in both.values()]
    rows = [
        (_("Largest deviation"), [quantity(w.max_deviation_pct, "%", 1) for w in wholes]),
        (_("Mean distance to the office"), [metres(w.mean_distance_m) for w in wholes]),
        (_("Borders"), [quantity(w.border_km, "km", 1) for w in wholes]),
        (_("Tenants who change"), [quantity(w.moved_pct, "%", 1) for w in wholes]),
    ]
    page.rows(["", *both], [[label, *texts] for label, texts in rows], (3, 1, 1))
    page.ln(3)
    told = proof(work.proof) if work.proof else _("This plan was drawn by hand: it has no proof of its own.")
    page.text_line(told, 10)
    weights = ", ".join(
        f"{number(weight, 2)} × {_(COUNTED[name])}" for name, weight in work.weights.items() if weight
    )
    page.text_line(
        _("Work: {weights}; tolerance {tolerance}.").format(
            weights=weights,
            tolerance=quantity((work.proof or {}).get("tolerance_pct", work.tolerance_pct), "%", 1),
        ),
        9,
    )
    page.ln(3)


def _areas(page: Sheet, work: Work, both: Plans) -> None:
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
    page.rows(heads, rows, (2.4, *[2] * len(kept)), size=7)
    page.ln(3)


def _effects(page: Sheet, land: Land, work: Work) -> None:
    """Say what the plan does to lodges, teams and offices."""
    told = effect_sentences(effects(land, work.draft.plan()))
    for area, unit in work.draft.offices.items():
        residence = land.residences["name"].get(unit, unit)
        told.append(
            _("The office of {area} moves to {residence}.").format(area=land.names[area], residence=residence)
        )
    for text in told:
        page.text_line(f"- {text}", 9)
    page.ln(3)


def _movers(page: Sheet, land: Land, plan: pd.Series) -> None:
    apart = d.movers(land.ground, land.ground.today, plan)
    if apart.empty:
        return
    page.text_line(_("Who changes"), 12, bold=True)
    rows = [
        [
            land.residences.at[u, "name"],
            number(r["dwellings"]),
            land.names.get(r["before"], ""),
            land.names.get(r["after"], ""),
        ]
        for u, r in apart.head(MOST_MOVERS).iterrows()
    ]
    page.rows([_("Residence"), _("Dwellings"), _("From"), _("To")], rows, (3, 1, 2, 2))
    page.ln(3)
    if len(apart) > MOST_MOVERS:
        page.text_line(_("and {n} more, in the list of movers (XLSX).").format(n=len(apart) - MOST_MOVERS), 9)
