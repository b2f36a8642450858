"""A site drawn: its plan and its volume as marks in metres, written as SVG for the screen; a sheet draws the same."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import affinity

from planning.sites import SiteExplanation
from views.shared import palette
from views.shared.i18n import N_, _
from views.shared.numbers import metres
from views.shared.text import safe_text

MARGIN_M = 7.0
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
    """Marks and the window they fill, in metres; ``key`` says what colours mean; ``bar_m`` is that of the scale bar."""

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
    window = (xmin - MARGIN_M, ymin - MARGIN_M, xmax + MARGIN_M, ymax + MARGIN_M)
    marks: list[Mark] = []
    if neighbours is not None:
        near = neighbours[~neighbours.index.isin([found.site.name])].intersection(shapely.box(*window))
        marks += [m for shape in near for m in _areas(shape, fill="#f1eee7", stroke="#cfc9bd", width_mm=0.15)]
    marks += _areas(land, fill="#fbfaf6", stroke=INK, width_mm=0.5)
    envelope = found.envelope.iloc[0]
    if envelope is not None and not envelope.is_empty:
        marks += _areas(envelope, fill="#f5e7c8", stroke="#8d7440", width_mm=0.25, dash="1.4 1")
    key = [("#f5e7c8", _("Buildable envelope"))]
    drawn, told = _built(found, form, pieces)
    marks += drawn
    for kind, colour in palette.EDGES.items():
        lines = found.edges[found.edges["kind"] == kind].geometry
        for line in lines:
            marks.append(Mark("line", tuple(_lines(line)), stroke=colour, width_mm=0.7))
    marks += [_length(line) for line in found.edges.geometry if line.length >= 6]
    return Drawing(tuple(marks), window, (*key, *told), _bar(window[2] - window[0]))


def _built(found: SiteExplanation, form: str, pieces) -> tuple[list[Mark], list[tuple[str, str]]]:
    """The pieces of the ground floor where a layout is known, else the footprint that fits."""
    if pieces is not None and len(pieces):
        return _laid(pieces)
    footprints = found.footprints[found.footprints["form"] == form]
    marks = []
    for row in footprints.itertuples():
        marks += _areas(row.geometry, fill="#e7b878", stroke=INK, width_mm=0.4)
        point = row.geometry.representative_point()
        size = f"{metres(row.width_m, 1)} × {metres(row.depth_m, 1)}"
        marks.append(Mark("text", (np.array([[point.x, point.y]]),), fill=INK, text=size, size_mm=2.6))
    return marks, [("#e7b878", _("Building"))] if marks else []


def _laid(pieces: gpd.GeoDataFrame) -> tuple[list[Mark], list[tuple[str, str]]]:
    """The ground of a layout with its buildings, and the outdoor rooms of the floor above; labels last."""
    storey = pieces["floor"].fillna(0)
    seen = pieces[(storey == 0) | ((pieces["piece"] == "outdoor_room") & (storey == 1))]
    seen = seen[~(seen.geometry.is_empty | seen.geometry.isna())]
    marks, labels, told = [], [], {}
    for kind, (colour, word) in PIECES.items():
        of_kind = seen[seen["piece"] == kind]
        told |= {colour: _(word)} if len(of_kind) else {}
        for shape, label in zip(of_kind.geometry, of_kind["label"], strict=True):
            marks += _areas(
                shape, fill=colour, stroke=INK if kind == "building" else "#8d897f", width_mm=0.15
            )
            if kind == "building" and label and not pd.isna(label) and shape.area >= 12:
                point = shape.representative_point()
                at = (np.array([[point.x, point.y]]),)
                labels.append(Mark("text", at, fill=INK, text=str(label), size_mm=2.6))
    return marks + labels, list(told.items())


def volume(found: SiteExplanation, form: str, storey_m: float) -> Drawing | None:
    """Draw the building as a volume seen from the south-west, storey by storey; None where the form does not fit."""
    laid = found.layout
    rows = laid[(laid["form"] == form) & (laid["piece"] == "building") & (laid["floor"] == 0)]
    rows = rows if len(rows) else found.footprints[found.footprints["form"] == form]
    if rows.empty:
        return None
    land = found.site["geometry"]
    origin = land.centroid

    def seen(coords: np.ndarray, z: float) -> np.ndarray:
        x, y = coords[:, 0] - origin.x, coords[:, 1] - origin.y
        return np.column_stack([(x - y) * math.cos(math.pi / 6), (x + y) * math.sin(math.pi / 6) + z])

    def flat(shape, **style) -> list[Mark]:
        return [
            Mark("area", tuple(seen(ring, 0.0) for ring in _rings(part)), **style)
            for part in _polygons(shape)
        ]

    marks = flat(land, fill="#e3ead2", stroke="#7d8a63", width_mm=0.3)
    envelope = found.envelope.iloc[0]
    if envelope is not None and not envelope.is_empty:
        marks += flat(envelope, fill=None, stroke="#8d7440", width_mm=0.25, dash="1.4 1")
    for row in sorted(
        rows.itertuples(), key=lambda row: -(row.geometry.centroid.x + row.geometry.centroid.y)
    ):
        for part in _polygons(row.geometry):
            marks += _block(
                np.asarray(shapely.orient_polygons(part).exterior.coords), int(row.floors), storey_m, seen
            )
    points = np.vstack([ring for mark in marks for ring in mark.rings])
    (xmin, ymin), (xmax, ymax) = points.min(axis=0) - 2, points.max(axis=0) + 2
    return Drawing(tuple(marks), (xmin, ymin, xmax, ymax), (), _bar(xmax - xmin), north=False)


def _block(ring: np.ndarray, floors: int, storey_m: float, seen) -> list[Mark]:
    """Walls that face the viewer, farthest first, a line a storey, then the roof."""
    walls = []
    for a, b in zip(ring[:-1], ring[1:], strict=True):
        normal = np.array([b[1] - a[1], a[0] - b[0]])
        if normal @ np.array([-1.0, -1.0]) <= 1e-9:
            continue
        light = 0.5 + 0.5 * (normal[0] / (np.hypot(*normal) or 1))
        walls.append(((a + b) @ np.array([1.0, 1.0]), a, b, "#d79f5c" if light < 0.3 else "#efcb97"))
    marks = []
    height = floors * storey_m
    for _depth, a, b, colour in sorted(walls, key=lambda wall: -wall[0]):
        pair = np.array([a, b])
        face = np.vstack([seen(pair, 0.0), seen(pair, height)[::-1]])
        marks.append(Mark("area", (face,), fill=colour, stroke=INK, width_mm=0.25))
        marks += [
            Mark("line", (seen(pair, level * storey_m),), stroke=INK, width_mm=0.12)
            for level in range(1, floors)
        ]
    marks.append(Mark("area", (seen(ring, height),), fill="#f7e6c9", stroke=INK, width_mm=0.3))
    return marks


def svg(drawing: Drawing, width_px: int = 760, *, title: str = "") -> str:
    """Write a drawing as SVG, with its scale bar and north arrow; every text is made inert."""
    xmin, ymin, xmax, ymax = drawing.bounds
    scale = width_px / (xmax - xmin)
    height = (ymax - ymin) * scale + 34
    mm = max(width_px / 190, 2.6)

    def at(ring: np.ndarray) -> str:
        return " ".join(f"{(x - xmin) * scale:.1f},{(ymax - y) * scale:.1f}" for x, y in ring)

    body = "".join(_svg_mark(mark, at, mm) for mark in drawing.marks)
    bar = drawing.bar_m * scale
    foot = height - 12
    label = safe_text(f"{drawing.bar_m:g} m")
    body += (
        f'<path d="M12 {foot}h{bar:.1f}M12 {foot - 5}v10M{12 + bar:.1f} {foot - 5}v10" stroke="{INK}" stroke-width="2" '
        f'fill="none"/><text x="{18 + bar:.1f}" y="{foot + 4}" font-size="13" fill="{INK}">{label}</text>'
    )
    if drawing.north:
        x = width_px - 26
        body += (
            f'<path d="M{x} 44l9 -30 9 30 -9 -7z" transform="translate(-9 0)" fill="{INK}"/>'
            f'<text x="{x}" y="58" font-size="13" text-anchor="middle" fill="{INK}">{safe_text(_("N"))}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width_px} {height:.0f}" width="{width_px}" '
        f'height="{height:.0f}" role="img" font-family="Source Sans 3, Helvetica, Arial, sans-serif">'
        f"<title>{safe_text(title)}</title>"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{body}</svg>'
    )


def _svg_mark(mark: Mark, at, mm: float) -> str:
    if mark.kind == "text":
        x, y = at(mark.rings[0]).split(",")
        size = mark.size_mm * mm
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


def _areas(shape, **style) -> list[Mark]:
    return [Mark("area", tuple(_rings(part)), **style) for part in _polygons(shape)]


def _polygons(shape) -> Iterable[shapely.Polygon]:
    return [
        part for part in getattr(shape, "geoms", [shape]) if part.geom_type == "Polygon" and not part.is_empty
    ]


def _rings(part: shapely.Polygon) -> list[np.ndarray]:
    return [np.asarray(ring.coords)[:, :2] for ring in (part.exterior, *part.interiors)]


def _lines(shape) -> list[np.ndarray]:
    return [
        np.asarray(line.coords)[:, :2] for line in getattr(shape, "geoms", [shape]) if len(line.coords) > 1
    ]


def _length(line) -> Mark:
    """The length of an edge, beside its middle."""
    middle = line.interpolate(0.5, normalized=True)
    moved = affinity.translate(middle, 0, 0)
    return Mark(
        "text", (np.array([[moved.x, moved.y]]),), fill="#4a5760", text=metres(line.length, 1), size_mm=2.1
    )


def _bar(width_m: float) -> float:
    """The longest round length under a quarter of the drawing."""
    fitting: Sequence[int] = [b for b in BARS_M if b <= width_m / 4] or [BARS_M[0]]
    return float(fitting[-1])
