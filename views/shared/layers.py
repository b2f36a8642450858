"""Frames turned into the short JSON texts that the map's script draws. No text enters but through `safe_text`."""

import hashlib
import json
import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import DRAWING_CRS, WORKING_CRS, require_working_crs
from views.shared.palette import SUPPRESSED, ink
from views.shared.text import plain, safe_text

DEGREES = 1e-6  # some 10 cm
STEPS = 1e5  # of a degree, some metre: as in packed.js, where there is much to send
CROWD = 250
MANY_AREAS = 100  # more are seen from farther: their outlines are coarser
MANY = 600  # as in map.js: more are drawn on one canvas
DIGITS = np.array(list(string.digits + string.ascii_uppercase + string.ascii_lowercase))  # as in packed.js
PIECE = re.compile(r"[^\s-]+[\s-]?|[\s-]")


def corners(frame: gpd.GeoDataFrame) -> list[list[float]] | None:
    """Return the south-west and north-east corners (latitude, longitude) of all shapes; None without any."""
    located = frame.geometry.dropna()
    if located.empty:
        return None
    west, south, east, north = located.to_crs(DRAWING_CRS).total_bounds.round(6).tolist()
    return [[south, west], [north, east]]


def geojson(shapes: gpd.GeoSeries, *, simplify_m: float = 0) -> pd.Series:
    """Return each shape as GeoJSON text in WGS84 to some 10 cm, indexed like ``shapes``."""
    require_working_crs(shapes)
    kept = shapes.simplify(simplify_m) if simplify_m else shapes
    drawn = shapely.set_precision(kept.to_crs(DRAWING_CRS).to_numpy(), DEGREES, mode="pointwise")
    return pd.Series(shapely.to_geojson(drawn), index=shapes.index)


def areas(frame: gpd.GeoDataFrame, style: pd.Series, label: pd.Series) -> str:
    """Return areas, the largest named first, with their style (a mapping each) and a label at a point inside."""
    order = frame.area.sort_values(ascending=False, kind="stable").index
    return painted(outlines(frame.loc[order]), style, label)


def outlines(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return what does not change of areas, by their key: ``geometry`` and ``at`` (a point inside), as texts."""
    many = len(frame) > MANY_AREAS
    texts = packed(frame.geometry.simplify(12)) if many else geojson(frame.geometry, simplify_m=2)
    inside = frame.geometry.representative_point().to_crs(DRAWING_CRS)
    at = [f"[{point.y:.6f},{point.x:.6f}]" for point in inside]
    return pd.DataFrame({"geometry": texts, "at": at}, index=frame.index)


def packed(shapes: gpd.GeoSeries) -> pd.Series:
    """Return each shape as polygons of rings, a point the step in 1e-5 degree from the one before (packed.js)."""
    require_working_crs(shapes)
    drawn = shapes.to_crs(DRAWING_CRS)
    return pd.Series(
        [f'{{"rings":{_list(map(_polygon, _polygons(one)))}}}' for one in drawn], index=shapes.index
    )


def _polygons(shape: shapely.Geometry) -> list[shapely.Polygon]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]


def _polygon(polygon: shapely.Polygon) -> str:
    rings = [
        np.rint(shapely.get_coordinates(ring) * STEPS).astype(int) for ring in shapely.get_rings(polygon)
    ]
    steps = [np.diff(ring, axis=0, prepend=[[0, 0]]) for ring in rings]
    return _list("[" + ",".join(map(str, ring.ravel().tolist())) + "]" for ring in steps)


def painted(outlines: pd.DataFrame, style: pd.Series, label: pd.Series, said: pd.Series | None = None) -> str:
    """
    Return areas drawn from their outlines, each with its style and its label.

    The first are named where there is no room for all. ``said`` is what is told aloud where it is not the label.
    """
    more = {} if said is None else {i: said[i] for i in outlines.index if said[i] != label[i]}
    return _list(
        f'{{"geometry":{geometry},"style":{json.dumps(style[i])},"label":{json.dumps(safe_text(label[i]))},'
        + (f'"said":{json.dumps(safe_text(more[i]))},' if i in more else "")
        + f'"at":{at}}}'
        for i, geometry, at in zip(outlines.index, outlines["geometry"], outlines["at"], strict=True)
    )


def residences(
    frame: gpd.GeoDataFrame,
    colour: pd.Series,
    letter: pd.Series,
    title: pd.Series,
    said: pd.Series | None = None,
) -> str:
    """
    Return located residences as one light layer, largest first so that small ones stay on top.

    ``colour`` is missing where the figure is unknown, ``SUPPRESSED`` where it may not be told; the diameter
    grows as the root of ``dwellings``; ``said`` is the figure in words.
    """
    return coloured(marks(frame, title), colour, letter, said)


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """
    What does not change of the marks of residences, in the order they are drawn.

    ``rows`` has, by ``residence_id``, ``head`` and ``title``: the texts before and after colour and letter. Where
    residences are many there are no rows but ``columns``: one text for all, without letters.
    """

    order: pd.Index
    rows: pd.DataFrame | None
    columns: str = ""


def marks(frame: gpd.GeoDataFrame, title: pd.Series, *, scale: float = 1.0) -> Marks:
    """Return the marks of the residences that are located, largest first, their size times ``scale``."""
    located = frame[frame.geometry.notna()].sort_values("dwellings", ascending=False)
    points = located.geometry.to_crs(DRAWING_CRS)
    sizes = [round(size * scale) for size in diameters_px(located["dwellings"])]
    if len(located) > MANY:
        return Marks(located.index, None, _columns(located.index, points, sizes, title))
    rows = zip(located.index, points.y, points.x, sizes, strict=True)
    head = [f"[{json.dumps(safe_text(i))},{y:.6f},{x:.6f},{size}" for i, y, x, size in rows]
    told = [json.dumps(safe_text(title[i])) for i in located.index]
    return Marks(located.index, pd.DataFrame({"head": head, "title": told}, index=located.index))


def _columns(ids: pd.Index, points: gpd.GeoSeries, sizes: Sequence[int], titles: pd.Series) -> str:
    """Return keys, names, places from the south-west corner and sizes of many residences, as packed.js reads them."""
    places = np.rint(np.column_stack([points.y, points.x]) * STEPS).astype(int)
    corner = places.min(axis=0)
    return (
        f'"ids":{texts(ids)},"names":{texts(titles.reindex(ids))},"from":{json.dumps(corner.tolist())},'
        f'"places":{numbers((places - corner).ravel())},"sizes":{json.dumps(_characters(sizes))}'
    )


def numbers(values: Sequence[int]) -> str:
    """Return whole numbers from 0 as one text, each of as many digits of 62 as the greatest takes."""
    left = np.asarray(values, dtype=np.int64)
    digits = []
    while not digits or left.any():
        digits.insert(0, DIGITS[left % len(DIGITS)])
        left = left // len(DIGITS)
    return f'{{"wide":{len(digits)},"text":"{"".join(np.column_stack(digits).ravel())}"}}'


def texts(told: Iterable[object]) -> str:
    """Return texts as a list, or as the words they share and the ranks of each one's, if that is shorter."""
    whole = [plain(one) for one in told]
    cut = [PIECE.findall(one) for one in whole]
    ranks, pieces = pd.factorize(np.array([piece for one in cut for piece in one], dtype=object))
    listed = _strings(whole)
    packed = (
        f'{{"pieces":{_strings(pieces)},"many":{numbers([len(one) for one in cut])},"of":{numbers(ranks)}}}'
    )
    return min(listed, packed, key=len)


def _strings(told: Iterable[object]) -> str:
    return json.dumps([safe_text(one) for one in told], separators=(",", ":"))


def _characters(ranks: Sequence[int]) -> str:
    """Return small whole numbers as a text, "0" for 0 and "/" for -1."""
    return "".join(chr(48 + rank) for rank in ranks)


def coloured(marks: Marks, colour: pd.Series, letter: pd.Series, said: pd.Series | None = None) -> str:
    """Return marks with colour, letter and figure in words, as the map's script reads them; many without letter."""
    tones = colour.reindex(marks.order)
    words = pd.Series("", index=marks.order) if said is None else said.reindex(marks.order).fillna("")
    if marks.rows is None:
        codes, names = pd.factorize(tones)
        ranks, kinds = pd.factorize(words)
        classes = json.dumps(_characters(codes.tolist()))
        told = "" if said is None else f',"said":{{"words":{_strings(kinds)},"of":{numbers(ranks)}}}'
        return f'{{{marks.columns},"tones":{json.dumps(list(names))},"classes":{classes}{told}}}'
    rows = zip(
        marks.rows["head"], marks.rows["title"], tones, letter.reindex(marks.order), words, strict=True
    )
    return _list(
        f"{head},{_colour(tone)},{json.dumps(safe_text(sign))},{title},{json.dumps(safe_text(word))}]"
        for head, title, tone, sign, word in rows
    )


def _colour(tone: object) -> str:
    """Return the colour of a mark and that of its letter."""
    if pd.isna(tone):
        return "null,null"
    return f'"{tone}",null' if tone == SUPPRESSED else f'"{tone}","{ink(tone)}"'


def diameters_px(dwellings: pd.Series) -> list[int]:
    """
    Return the size of each residence's mark: from 15 px for a few dwellings to 46 for five hundred.

    More than 250 of them are drawn smaller, so that they do not hide each other.
    """
    known = dwellings.astype("Float64").fillna(0).to_numpy(dtype=float)
    room = min(1.0, (CROWD / max(len(known), 1)) ** 0.5)
    return np.clip((12 + 1.5 * np.sqrt(known)) * room, 15 * max(room, 0.8), 46).round().astype(int).tolist()


def shape(geometry: shapely.Geometry, style: Mapping[str, object]) -> str:
    """Return one shape of EPSG:2154 and its style (Leaflet's path options)."""
    text = geojson(gpd.GeoSeries([geometry], crs=WORKING_CRS)).iloc[0]
    return f'{{"geometry":{text},"style":{json.dumps(dict(style))}}}'


def description(
    name: str,
    *,
    tiles: Mapping[str, object] | None = None,
    areas: str = "[]",
    residences: str = "[]",
    shapes: str = "[]",
    selected: str | None = None,
    look: Mapping[str, object] | None = None,
    months: str = "null",
    address: bool = False,
    linked: bool = False,
    extent: bool = False,
    figures: Mapping[str, str] | None = None,
    around: Sequence[Mapping[str, object]] = (),
) -> str:
    """
    Return the whole drawing as a JavaScript object, from texts already made.

    ``figures`` names the figure that ``residences`` and ``areas`` tell, before its value; ``months`` holds the
    classes of each month (``months_of``); ``address`` keeps centre and zoom in the address bar; ``linked`` maps
    of a page show one place; ``extent`` offers to keep only what the map shows; ``around`` holds the tiles of what
    surrounds, drawn over those of ``tiles``.
    """
    chosen = json.dumps(None if selected is None else safe_text(selected))
    return (
        f'{{"name":{json.dumps(name)},"tiles":{json.dumps(tiles)},"areas":{areas},"residences":{residences},'
        f'"shapes":{shapes},"selected":{chosen},"look":{json.dumps(look)},"months":{months},'
        f'"address":{json.dumps(address)},"linked":{json.dumps(linked)},"extent":{json.dumps(extent)},'
        f'"figures":{json.dumps({layer: safe_text(name) for layer, name in (figures or {}).items()})},'
        f'"around":{json.dumps(list(around))}}}'
    )


def months_of(
    classes: pd.DataFrame,
    order: pd.Index,
    labels: Sequence[str],
    colours: Sequence[str],
    said: Sequence[str] = (),
    unknown: str = "",
) -> str:
    """
    Return the classes of each month as short texts: one character a residence, "0" for the first colour.

    Parameters
    ----------
    classes
        By residence, a column a month; missing where the month is not told.
    order
        Residences as they are drawn (`Marks`).
    said, unknown
        What each class is, and what is missing, in words.
    """
    placed = classes.reindex(order)
    texts = [
        "".join(chr(48 + int(rank)) if pd.notna(rank) else "~" for rank in placed[month]) for month in placed
    ]
    whole = {
        "labels": [safe_text(label) for label in labels],
        "classes": texts,
        "colours": list(colours),
        "inks": [ink(colour) for colour in colours],
        "said": [safe_text(word) for word in said],
        "unknown": safe_text(unknown),
    }
    key = hashlib.sha256(json.dumps(whole).encode()).hexdigest()[:12]
    return json.dumps(whole | {"key": key})


def _list(texts) -> str:
    return "[" + ",".join(texts) + "]"
