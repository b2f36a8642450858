"""What every sheet is made of: lines, tables, bars, and a map with its scale, its north and its legend; as PDF."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import font_source_sans_pro as fonts
import shapely
from fpdf import FPDF
from fpdf.enums import XPos, YPos

INK, SOFT, RULE, ACCENT = (31, 42, 48), (105, 112, 116), (205, 200, 190), (43, 138, 143)
FONT = "source"
AIR_MM = 0.3  # over and under the words of a table's line
SCALES_M = (50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a map lies on the page (mm) and what it shows (EPSG:2154, m), at one scale, north up."""

    left: float
    top: float
    width: float
    height: float
    west: float
    north: float
    mm_per_m: float

    @classmethod
    def around(
        cls, bounds: Sequence[float], left: float, top: float, width: float, height: float, *, margin=0.04
    ) -> "Frame":
        """Fit bounds (west, south, east, north) in a box of the page, in its middle."""
        west, south, east, north = bounds
        wide, high = max(east - west, 1.0) * (1 + 2 * margin), max(north - south, 1.0) * (1 + 2 * margin)
        scale = min(width / wide, height / high)
        middle_x, middle_y = (west + east) / 2, (south + north) / 2
        return cls(
            left, top, width, height, middle_x - width / scale / 2, middle_y + height / scale / 2, scale
        )

    @property
    def box(self) -> shapely.Polygon:
        """Return the ground that the frame shows."""
        east, south = self.west + self.width / self.mm_per_m, self.north - self.height / self.mm_per_m
        return shapely.box(self.west, south, east, self.north)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the ground lies on the page."""
        return self.left + (x - self.west) * self.mm_per_m, self.top + (self.north - y) * self.mm_per_m


class Paper(FPDF):
    """A PDF in the fonts of the screens, embedded: a name is written with its own letters."""

    def __init__(self, *, orientation: str = "P", size: str = "A4") -> None:
        super().__init__(orientation=orientation, unit="mm", format=size)
        self.add_font(FONT, "", fonts.font_files_ttf["SourceSansPro"])
        self.add_font(FONT, "B", fonts.font_files_ttf["SourceSansProSemibold"])

    def made(self) -> bytes:
        """Return the pages as the bytes of a PDF."""
        return bytes(self.output())


class Sheet(Paper):
    """A sheet: a page size, a foot on every page (date, source, page), and quiet defaults."""

    def __init__(
        self, *, size: str = "A4", landscape: bool = False, foot: str = "", margin_mm: float = 14
    ) -> None:
        super().__init__(orientation="L" if landscape else "P", size=size)
        self.foot = one_line(foot)
        self.set_margins(margin_mm, margin_mm)
        self.set_auto_page_break(True, margin_mm + 6)
        self.add_page()

    def footer(self) -> None:
        """Write the date, the source and the page number."""
        self.set_y(-11)
        self.set_font(FONT, "", 7)
        self.set_text_color(*SOFT)
        self.cell(self.epw - 14, 4, self.foot)
        self.cell(14, 4, f"{self.page_no()} / {{nb}}", align="R")
        self.set_text_color(*INK)

    def text_line(
        self, text: str, size: float, *, bold: bool = False, soft: bool = False, width: float = 0
    ) -> None:
        """Write a paragraph, and go to the next line."""
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*(SOFT if soft else INK))
        self.multi_cell(width, size * 0.48, one_line(text), align="L", new_x=XPos.LEFT, new_y=YPos.NEXT)
        self.set_text_color(*INK)

    def rows(
        self,
        heads: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[float],
        *,
        size: float = 8,
        width: float | None = None,
        left: float | None = None,
        line: float = 4.6,
        strong: Sequence[int] = (),
        strong_rows: Sequence[int] = (),
    ) -> None:
        """
        Write a table: the first column to the left, the others to the right; ``strong`` columns in bold.

        Without ``heads`` it has no title line; a line that does not fit goes to a new page, a figure too long for
        its column is cut.
        """
        start = self.l_margin if left is None else left
        total = self.epw if width is None else width
        spans = [total * part / sum(widths) for part in widths]
        for rank, texts in enumerate([heads, *rows]):
            if not texts:
                continue
            cells = [one_line(text) for text in texts]
            self.set_font(FONT, "", size)
            high = line * max(1, len(self.multi_cell(spans[0], line, cells[0], dry_run=True, output="LINES")))
            if self.get_y() + high + AIR_MM > self.page_break_trigger:
                self.add_page()
            top = self.get_y()
            if rank:
                self.set_draw_color(*RULE)
                self.set_line_width(0.15)
                self.line(start, top, start + total, top)
            at = start
            for column, (text, span) in enumerate(zip(cells, spans, strict=True)):
                self.set_text_color(*(INK if rank or column == 0 else SOFT))
                bold = (column in strong or rank - 1 in strong_rows) if rank else column == 0
                self.set_font(FONT, "B" if bold else "", size)
                self.set_xy(at, top + AIR_MM)
                if column == 0:
                    self.multi_cell(span, line, text, align="L")
                else:
                    self.cell(span, line, self.fitting(text, span), align="R")
                at += span
            self.set_xy(start, top + high + 2 * AIR_MM)
        self.set_text_color(*INK)

    def fitting(self, text: str, width: float) -> str:
        """Return a text cut to a width, in the letters in hand."""
        whole = text = one_line(text)
        while text and self.get_string_width(text if text == whole else f"{text}…") > width - 1:
            text = text[:-1]
        return text if text == whole else f"{text}…"

    def together(self, high: float) -> None:
        """Go to a new page where so many millimetres do not fit on this one."""
        if self.get_y() + high > self.page_break_trigger:
            self.add_page()

    def caption(self, text: str, left: float, top: float) -> None:
        """Write the small title of a drawing."""
        self.set_font(FONT, "B", 9)
        self.text(left, top, one_line(text))

    def bars(self, heights: Sequence[float], left: float, top: float, width: float, height: float) -> None:
        """Draw upright bars on a line."""
        most, step = max([*heights, 1]), width / max(len(heights), 1)
        self.set_fill_color(*ACCENT)
        for rank, value in enumerate(heights):
            high = height * value / most
            self.rect(left + rank * step, top + height - high, step * 0.78, high, style="F")
        self.set_draw_color(*SOFT)
        self.set_line_width(0.2)
        self.line(left, top + height, left + width, top + height)

    def shares(
        self,
        counts: Sequence[tuple[str, str, float]],
        left: float,
        top: float,
        width: float,
        height: float,
    ) -> None:
        """Draw a bar cut in parts (name, colour, count), the name written where it fits."""
        total, at = sum(count for _n, _c, count in counts) or 1, left
        for name, colour, count in counts:
            span = width * count / total
            self.set_fill_color(*rgb(colour))
            self.rect(at, top, span, height, style="F")
            self.set_font(FONT, "B", 7)
            if self.get_string_width(one_line(name)) + 1.5 < span:
                self.set_text_color(*(INK if luminous(colour) else (255, 255, 255)))
                self.text(at + 1, top + height / 2 + 1.1, one_line(name))
            at += span
        self.set_text_color(*INK)

    def outline(self, frame: Frame) -> None:
        """Draw the edge of a map."""
        self.set_draw_color(*SOFT)
        self.set_line_width(0.25)
        self.rect(frame.left, frame.top, frame.width, frame.height)

    def shape(
        self,
        frame: Frame,
        geometry: shapely.Geometry,
        *,
        fill: tuple[int, int, int] | None = None,
        line: tuple[int, int, int] | None = None,
        width_mm: float = 0.2,
    ) -> None:
        """Draw what lies inside the frame of a shape: polygons filled, lines drawn."""
        seen = shapely.intersection(shapely.make_valid(geometry), frame.box)
        if line:
            self.set_draw_color(*line)
            self.set_line_width(width_mm)
        if fill:
            self.set_fill_color(*fill)
        for part in getattr(seen, "geoms", [seen]):
            if part.geom_type == "Polygon" and not part.is_empty:
                style = ("D" if line else "") + ("F" if fill else "")
                if style:
                    self.polygon([frame.at(x, y) for x, y in part.exterior.coords], style=style)
            elif part.geom_type == "LineString" and line and not part.is_empty:
                self.polyline([frame.at(x, y) for x, y in part.coords])

    def dot(
        self,
        frame: Frame,
        point: shapely.Point,
        radius_mm: float,
        fill: tuple[int, int, int],
        *,
        line: tuple[int, int, int] = (255, 255, 255),
        hatched: bool = False,
    ) -> None:
        """Draw a residence; a hatched one may not be told."""
        x, y = frame.at(point.x, point.y)
        self.set_fill_color(*fill)
        self.set_draw_color(*line)
        self.set_line_width(0.18)
        self.circle(x, y, radius_mm, style="DF")
        if hatched:
            self.set_draw_color(*SOFT)
            for step in (-0.45, 0.0, 0.45):
                half = (radius_mm**2 - (step * radius_mm * 2) ** 2) ** 0.5 if abs(step) < 0.5 else 0
                self.line(x - half, y + step * radius_mm * 2, x + half, y + step * radius_mm * 2)

    def scale_bar(self, frame: Frame) -> None:
        """Draw a scale in metres and the north in the corners of a map."""
        longest = frame.width * 0.3 / frame.mm_per_m
        metres = max((m for m in SCALES_M if m <= longest), default=SCALES_M[0])
        length, base = metres * frame.mm_per_m, frame.top + frame.height - 5
        left = frame.left + 5
        self.set_fill_color(255, 255, 255)
        self.rect(left - 2.5, base - 5.5, length + 5, 8.5, style="F")
        self.set_draw_color(*INK)
        self.set_line_width(0.5)
        self.line(left, base, left + length, base)
        for x in (left, left + length):
            self.line(x, base - 1.2, x, base + 0.3)
        self.set_font(FONT, "", 7.5)
        self.text(left, base - 2, one_line(f"{metres} m" if metres < 1000 else f"{metres // 1000} km"))
        x, y = frame.left + frame.width - 8, frame.top + 6
        self.set_fill_color(255, 255, 255)
        self.rect(x - 4, y - 4, 8, 15, style="F")
        self.set_fill_color(*INK)
        self.polygon([(x, y - 2.5), (x - 2.4, y + 5), (x, y + 3.4), (x + 2.4, y + 5)], style="F")
        self.set_font(FONT, "B", 8)
        self.text(x - 1.2, y + 9, "N")

    def legend(self, lines: Sequence[tuple[str | None, str, bool]], left: float, top: float) -> float:
        """Write a legend (colour or none, words, whether hatched), and return where it ends."""
        for colour, words, hatched in lines:
            self.set_fill_color(*(rgb(colour) if colour else (255, 255, 255)))
            self.set_draw_color(*SOFT)
            self.set_line_width(0.15)
            self.rect(left, top, 4, 3.4, style="DF")
            if hatched:
                for step in (0.9, 1.9, 2.9):
                    self.line(left, top + step, left + 4, top + step)
            self.set_font(FONT, "", 8)
            self.text(left + 6, top + 2.8, one_line(words))
            top += 4.7
        return top


def one_line(text: object) -> str:
    """Return the text on one line, as typed otherwise."""
    return " ".join(str(text).splitlines())


def rgb(colour: str) -> tuple[int, int, int]:
    """Return the channels of a colour written #rrggbb."""
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def light(colour: str) -> tuple[int, int, int]:
    """Return a colour as a pale ground."""
    return tuple(round(255 - 0.38 * (255 - part)) for part in rgb(colour))


def luminous(colour: str) -> bool:
    """Say whether black reads better than white on a colour."""
    red, green, blue = rgb(colour)
    return 0.3 * red + 0.59 * green + 0.11 * blue > 140
