"""What every sheet says of itself, which day, whose data, made when; and the figures of a place, side by side."""

from dataclasses import dataclass

import pandas as pd

from views.parts.cards import frames
from views.parts.cards.frames import Told
from views.parts.cards.pieces import FULL, Place, measured
from views.parts.stock.figures import FAMILIES
from views.shared import cache, frame
from views.shared.i18n import _
from views.shared.numbers import day, number, percent
from views.shared.pdf import Sheet

BETWEEN_MM = 0.6  # of two lines of a table


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


@dataclass(frozen=True, slots=True)
class Table:
    """A small table of a sheet: its heads, its rows, how wide its columns are to each other, a line under it."""

    heads: list[str]
    rows: list[list[str]]
    widths: tuple[float, ...]
    note: str = ""
    strong: tuple[int, ...] = (1,)

    def write(
        self, sheet: Sheet, *, size: float, line: float, width: float | None, left: float | None
    ) -> None:
        """Write it where the sheet stands, whole on one page."""
        sheet.together((len(self.rows) + 1) * (line + BETWEEN_MM))
        sheet.rows(
            self.heads,
            self.rows,
            self.widths,
            size=size,
            width=width,
            left=left,
            line=line,
            strong=self.strong,
        )
        if self.note:
            sheet.text_line(self.note, size - 0.5, soft=True, width=width or 0)
        sheet.ln(1.5)


def families(places: list[Place], widths: tuple[float, ...], *, short: bool = False) -> list[Table]:
    """
    Return each family of figures as a table: a line a figure, a column a place, what it was measured on.

    ``widths``: of the name of a figure, of a place, of what it was measured on; ``short`` writes the last as a
    number and, where not all is known, the share that is.
    """
    rows = [frames.row_of(place.level, place.key) for place in places]
    heads = [place.label for place in places]
    name_width, place_width, note_width = widths
    spans = (name_width, *[place_width] * len(heads), note_width)
    tables = []
    for name in frames.FAMILIES_SHOWN:
        lines = []
        for figure in frames.of_family(name):
            found = [frames.told(figure, row) for row in rows]
            note = _("too few") if found[0].hidden and short else _("too few to be told")
            if not found[0].hidden:
                note = briefly(found[0]) if short else measured(found[0])
            lines.append([_(figure.label), *(one.value for one in found), note])
        tables.append(Table([_(FAMILIES[name]), *heads, _("Measured on")], lines, spans))
    return tables


def briefly(found: Told) -> str:
    """Write what a figure was measured on as a number, and the share known where it is not all: 9 (35 %)."""
    if pd.isna(found.n):
        return ""
    if pd.isna(found.coverage) or found.coverage >= FULL:
        return number(found.n)
    return f"{number(found.n)} ({percent(found.coverage, 0)})"
