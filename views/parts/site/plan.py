"""A site drawn: its plan as marks in metres, written as SVG for the screen; a sheet draws the same marks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from planning.sites import SiteExplanation
from views.shared import palette
from views.shared.i18n import N_, _
from views.shared.numbers import metres
from views.shared.text import safe_text

MARGIN_M, MARGIN_SHARE = 7.0, 0.1
STRAIGHT_DEG, LEAST_TOLD_M = 12.0, 2.0
TEXT_WIDTH_SHARE, TEXT_HEIGHT_SHARE = 0.1, 0.035
TEXT_PX_MM = 6.0
FONT = "'Source Sans 3', Helvetica, Arial, sans-serif"
BARS_M = (5, 10, 20, 50, 100)
PIECES = {
    "open_soil": ("#dbe9c8", N_("Open soil")),
    "garden": ("#b9d79f", N_("Garden")),
    "tree": ("#7fae68", N_("Tree")),
    "access": ("#d6d0c4", N_("Access")),
    "parking": ("#b4bcc6", N_("Parking")),
    "building": ("#e7b878", N_("Building")),
    "outdoor_room": ("#f3dcae", N_("Balcony or terrace")),
    "stair": ("#b8653f", N_("Stair and lift")),
}
INK, PAPER = "#1f2a30", "#ffffff"


@dataclass(frozen=True, slots=True)
class Mark:
    """
    One thing drawn, in metres: an ``area`` (outer ring, then holes), a ``line`` or a ``text`` at a point.

    ``width_mm`` is that of the stroke on paper; ``size_mm`` the height of a text.
    """

    kind: str
    rings: tuple[np.ndarray, ...]
    fill: str | None = None
    stroke: str | None = None
    width_mm: float = 0.2
    dash: str = ""
    text: str = ""
    size_mm: float = 2.4
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """
    Marks and the window they fill, in metres; ``key`` says what colours mean.

    ``bar_m`` is the length of the scale bar at the foot; 0 where the marks hold their own.
    """

    marks: tuple[Mark, ...]
    bounds: tuple[float, float, float, float]
    key: tuple[tuple[str, str], ...]
    bar_m: float
    north: bool = True


def plan(
    found: SiteExplanation,
    form: str,
    neighbours: gpd.GeoSeries | None = None,
    pieces: gpd.GeoDataFrame | None = None,
) -> Drawing:
    """Draw a site from above, north up: its land, its envelope, what the form builds, with the edges' lengths."""
    land = found.site["geometry"]
    xmin, ymin, xmax, ymax = land.bounds
    margin_m = max(MARGIN_M, MARGIN_SHARE * (xmax - xmin))
    window = (xmin - margin_m, ymin - margin_m, xmax + margin_m, ymax + margin_m)
    marks: list[Mark] = []
    if neighbours is not None:
        near = neighbours[~neighbours.index.isin([found.site.name])].intersection(shapely.box(*window))
        marks += [m for shape in near for m in areas(shape, fill="#f1eee7", stroke="#cfc9bd", width_mm=0.15)]
    marks += areas(land, fill="#fbfaf6", stroke=INK, width_mm=0.5)
    envelope = found.envelope.iloc[0]
    if envelope is not None and not envelope.is_empty:
        marks += areas(envelope, fill="#f5e7c8", stroke="#8d7440", width_mm=0.25, dash="1.4 1")
    key = [("#f5e7c8", _("Buildable envelope"))]
    drawn, told = _built(found, form, pieces, window[2] - window[0])
    marks += drawn
    for kind, colour in palette.EDGES.items():
        lines = found.edges[found.edges["kind"] == kind].geometry
        for line in lines:
            marks.append(Mark("line", tuple(strokes(line)), stroke=colour, width_mm=0.7))
    marks += lengths(found.edges, land, window[2] - window[0])
    return Drawing(tuple(marks), window, (*key, *told), bar_of(window[2] - window[0]))


def _built(
    found: SiteExplanation, form: str, pieces, width_m: float
) -> tuple[list[Mark], list[tuple[str, str]]]:
    """The pieces of the ground floor where a layout is known, else the footprint that fits."""
    if pieces is not None and len(pieces):
        return _laid(pieces, width_m)
    footprints = found.footprints[found.footprints["form"] == form]
    marks = []
    for row in footprints.itertuples():
        marks += areas(row.geometry, fill="#e7b878", stroke=INK, width_mm=0.4)
        point = row.geometry.representative_point()
        size = f"{metres(row.width_m, 1)} × {metres(row.depth_m, 1)}"
        marks.append(Mark("text", (np.array([[point.x, point.y]]),), fill=INK, text=size, size_mm=2.6))
    return marks, [("#e7b878", _("Building"))] if marks else []


def _laid(pieces: gpd.GeoDataFrame, width_m: float) -> tuple[list[Mark], list[tuple[str, str]]]:
    """The ground of a layout with its buildings, and the outdoor rooms of the floor above; labels last."""
    storey = pieces["floor"].fillna(0)
    seen = pieces[(storey == 0) | ((pieces["piece"] == "outdoor_room") & (storey == 1))]
    seen = seen[~(seen.geometry.is_empty | seen.geometry.isna())]
    marks, labels, told = [], [], {}
    for kind, (colour, word) in PIECES.items():
        of_kind = seen[seen["piece"] == kind]
        told |= {colour: _(word)} if len(of_kind) else {}
        for shape, label in zip(of_kind.geometry, of_kind["label"], strict=True):
            marks += areas(shape, fill=colour, stroke=INK if kind == "building" else "#8d897f", width_mm=0.15)
            if kind == "building" and label and not pd.isna(label):
                point = shape.representative_point()
                at = (np.array([[point.x, point.y]]),)
                labels.append(Mark("text", at, fill=INK, text=str(label), size_mm=2.6))
    return marks + apart(labels, width_m), list(told.items())


def svg(drawing: Drawing, width_px: int = 640, *, title: str = "") -> str:
    """Write a drawing as SVG, with its scale bar and north arrow; every text is made inert."""
    xmin, ymin, xmax, ymax = drawing.bounds
    scale = width_px / (xmax - xmin)
    height = (ymax - ymin) * scale + (34 if drawing.bar_m else 0)
    mm = max(width_px / 190, 2.6)

    def at(ring: np.ndarray) -> str:
        return " ".join(f"{(x - xmin) * scale:.1f},{(ymax - y) * scale:.1f}" for x, y in ring)

    body = "".join(_svg_mark(mark, at, mm) for mark in drawing.marks)
    if drawing.bar_m:
        bar, foot = drawing.bar_m * scale, height - 12
        label = safe_text(f"{drawing.bar_m:g} m")
        body += (
            f'<path d="M12 {foot}h{bar:.1f}M12 {foot - 5}v10M{12 + bar:.1f} {foot - 5}v10" stroke="{INK}" '
            f'stroke-width="2" fill="none"/><text x="{18 + bar:.1f}" y="{foot + 4}" font-size="13" fill="{INK}">'
            f"{label}</text>"
        )
    if drawing.north:
        x = width_px - 26
        body += (
            f'<path d="M{x} 44l9 -30 9 30 -9 -7z" transform="translate(-9 0)" fill="{INK}"/>'
            f'<text x="{x}" y="58" font-size="13" text-anchor="middle" fill="{INK}">{safe_text(_("N"))}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_px} {height:.0f}" width="{width_px}" '
        f'height="{height:.0f}" role="img" font-family="{FONT}">'
        f"<title>{safe_text(title)}</title>"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{body}</svg>'
    )


def _svg_mark(mark: Mark, at, mm: float) -> str:
    if mark.kind == "text":
        x, y = at(mark.rings[0]).split(",")
        size = mark.size_mm * TEXT_PX_MM
        return (
            f'<text x="{x}" y="{float(y) + size / 3:.1f}" font-size="{size:.1f}" text-anchor="middle" '
            f'fill="{mark.fill}" stroke="{PAPER}" stroke-width="{size / 5:.1f}" paint-order="stroke">'
            f"{safe_text(mark.text)}</text>"
        )
    closed = "Z" if mark.kind == "area" else ""
    path = "".join(f"M{at(ring).replace(' ', 'L')}{closed}" for ring in mark.rings)
    dash = (
        f' stroke-dasharray="{" ".join(str(float(d) * mm) for d in mark.dash.split())}"' if mark.dash else ""
    )
    stroke = f'stroke="{mark.stroke}" stroke-width="{mark.width_mm * mm:.2f}"' if mark.stroke else ""
    return f'<path d="{path}" fill="{mark.fill or "none"}" fill-rule="evenodd" {stroke}{dash} stroke-linejoin="round"/>'


def areas(shape, **style) -> list[Mark]:
    return [Mark("area", tuple(rings(part)), **style) for part in polygons(shape)]


def polygons(shape) -> Iterable[shapely.Polygon]:
    return [
        part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon" and not part.is_empty
    ]


def rings(part: shapely.Polygon) -> list[np.ndarray]:
    return [np.asarray(ring.coords)[:, :2] for ring in (part.exterior, *part.interiors)]


def strokes(shape) -> list[np.ndarray]:
    return [
        np.asarray(line.coords)[:, :2] for line in getattr(shape, "geoms", [shape]) if len(line.coords) > 1
    ]


def lengths(edges: gpd.GeoDataFrame, land: shapely.Geometry, width_m: float) -> list[Mark]:
    """
    Write the length of each straight side of a kind, outside the land beside its middle.

    The cadastre breaks a side into pieces of some centimetres: pieces in line make one length. A side under 2 m
    is not told, nor one whose text would cover that of a longer side.
    """
    sides = [side for _kind, rows in edges.groupby("kind") for side in straight_sides(rows.geometry)]
    half = np.array([width_m * TEXT_WIDTH_SHARE / 2, width_m * TEXT_HEIGHT_SHARE / 2])
    marks = [
        Mark(
            "text", (_beside(side, land, half)[None],), fill="#33424c", text=metres(side.length, 1), size_mm=2.1
        )
        for side in sorted(sides, key=lambda side: -side.length)
        if side.length >= LEAST_TOLD_M
    ]  # fmt: skip
    return apart(marks, width_m)


def squared(drawing: Drawing) -> Drawing:
    """Widen the window of a drawing to a square round it, so that drawings stand side by side at one height."""
    xmin, ymin, xmax, ymax = drawing.bounds
    x, y, half = (xmin + xmax) / 2, (ymin + ymax) / 2, max(xmax - xmin, ymax - ymin) / 2
    return replace(drawing, bounds=(x - half, y - half, x + half, y + half), bar_m=bar_of(2 * half))


def apart(texts: Sequence[Mark], width_m: float) -> list[Mark]:
    """Keep the texts that cover none before them, in a drawing this wide."""
    kept, taken = [], []
    for mark in texts:
        share = TEXT_WIDTH_SHARE * max(len(mark.text), 2) / 6 * mark.size_mm / 2.1
        (x, y), half = mark.rings[0][0], (width_m * share / 2, width_m * TEXT_HEIGHT_SHARE / 2)
        box = shapely.box(x - half[0], y - half[1], x + half[0], y + half[1])
        if not any(box.intersects(other) for other in taken):
            kept.append(mark)
            taken.append(box)
    return kept


def straight_sides(lines: gpd.GeoSeries) -> list[shapely.LineString]:
    """Join lines that follow each other, and cut them anew where they turn from the direction of a side."""
    joined = shapely.line_merge(shapely.union_all(lines.to_numpy()))
    return [side for line in strokes(joined) for side in _straight(line)]


def _straight(coords: np.ndarray) -> list[shapely.LineString]:
    """Cut a line where it leaves the direction of its side by more than 12°."""
    sides, start = [], 0
    for i in range(1, len(coords) - 1):
        (x0, y0), (x1, y1) = coords[i] - coords[start], coords[i + 1] - coords[i]
        if abs(np.degrees(np.arctan2(x0 * y1 - y0 * x1, x0 * x1 + y0 * y1))) > STRAIGHT_DEG:
            sides.append(shapely.LineString(coords[start : i + 1]))
            start = i
    return [*sides, shapely.LineString(coords[start:])]


def _beside(side: shapely.LineString, land: shapely.Geometry, half: np.ndarray) -> np.ndarray:
    """A point outside the land, so far from the middle of a side that a text of this half size clears it."""
    middle = np.asarray(side.interpolate(0.5, normalized=True).coords)[0]
    along = np.asarray(side.coords)[-1] - np.asarray(side.coords)[0]
    normal = np.array([along[1], -along[0]]) / (np.hypot(*along) or 1)
    away = normal * (np.abs(normal) @ half + half[1] * 0.4)
    return middle - away if land.contains(shapely.Point(middle + away)) else middle + away


def bar_of(width_m: float) -> float:
    """The longest round length under a quarter of the drawing."""
    fitting: Sequence[int] = [b for b in BARS_M if b <= width_m / 4] or [BARS_M[0]]
    return float(fitting[-1])
