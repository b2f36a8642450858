"""What every sheet says of itself, which day, whose data, made when; and the figures of a place, side by side."""

import pandas as pd

from views.parts.cards import frames
from views.parts.cards.pieces import Place, measured
from views.parts.stock.figures import FAMILIES
from views.shared import cache, frame
from views.shared.i18n import _
from views.shared.numbers import day
from views.shared.pdf import Sheet

LINE_MM = 4.1


def subtitle() -> str:
    """Say which day the figures speak of, of which town, and that they are invented where they are."""
    settings = cache.settings()
    parts = [settings.get("town", ""), _("Situation on {day}").format(day=day(cache.reference_date()))]
    if settings.get("invented") == "yes":
        parts.append(_("Invented data"))
    return " - ".join(part for part in parts if part)


def foot() -> str:
    """Say where the figures come from, and when the sheet was made."""
    made = _("Îlot, sheet of {day}").format(day=day(pd.Timestamp.now()))
    source = frame.source("stock", "rpls", "complaints", "charges")
    return " - ".join(part for part in (made, source) if part)


def families(
    sheet: Sheet, places: list[Place], *, width: float | None = None, left: float | None = None
) -> None:
    """Write each family of figures as a table: a line a figure, a column a place, what it was measured on."""
    rows = [frames.row_of(place.level, place.key) for place in places]
    heads = [place.label for place in places]
    for name in frames.FAMILIES_SHOWN:
        lines = []
        for figure in frames.of_family(name):
            found = [frames.told(figure, row) for row in rows]
            note = _("too few to be told") if found[0].hidden else measured(found[0])
            lines.append([_(figure.label), *(one.value for one in found), note])
        sheet.ln(1.5)
        sheet.together((len(lines) + 1) * (LINE_MM + 0.6))
        sheet.rows(
            [_(FAMILIES[name]), *heads, _("Measured on")],
            lines,
            (3.6, *[1.3] * len(heads), 2.4),
            size=8,
            width=width,
            left=left,
            line=LINE_MM,
            strong=(1,),
        )
