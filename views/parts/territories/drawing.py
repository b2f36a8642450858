"""The map of territories as the script's text: the ground once, then a character a residence says its area."""

import hashlib
import json
from collections.abc import Iterable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import streamlit as st

from geo.crs import DRAWING_CRS, WORKING_CRS, working_point
from views.jobs.territory import Land, fixed_workload, workload
from views.parts.stock import frames as stock
from views.shared import layers, palette
from views.shared.i18n import _, language, ngettext
from views.shared.numbers import number
from views.shared.text import safe_text

ROUND_M = 150.0


def colours(land: Land) -> list[str]:
    """Return the colour of each area, as on the map of the stock."""
    return [palette.CATEGORIES[i % len(palette.CATEGORIES)] for i in range(len(land.ground.areas))]


def drawing(
    land: Land,
    plan: pd.Series,
    *,
    version: tuple,
    name: str,
    theme: str,
    chosen: Iterable = (),
    locked: Iterable = (),
    apart: Iterable = (),
    look: dict | None = None,
    tally: dict | None = None,
    linked: bool = False,
) -> str:
    """
    Return the drawing of a plan; ``version`` is what the ground was read from.

    With a ``tally`` (of ``tallied``) residences can be chosen, and borders swept, under live totals.
    """
    units = land.ground.units
    place = {unit: rank for rank, unit in enumerate(units)}
    area = land.ground.numbers(plan)
    ground = palette.GROUND[theme]
    moved = np.flatnonzero(area != land.ground.numbers(land.ground.today)).tolist()
    state = {
        "areas": area.tolist(),
        "colours": colours(land),
        "chosen": [place[u] for u in chosen if u in place],
        "locked": [place[u] for u in locked if u in place],
        "apart": [place[u] for u in apart if u in place],
        "moved": moved,
        "ink": ground["ink"],
        "paper": "#ffffff" if theme == "light" else "#14191c",
        "dark": theme == "dark",
        "words": _words() if tally else None,
        "tally": tally,
    }
    territory = f'{{"ground":{_ground(land, version, _titles(land), _seats(land))},{json.dumps(state)[1:]}'
    described = layers.description(name, look=look, linked=linked, shapes=_lines(land, ground["ink"]))
    return f'{described[:-1]},"territory":{territory}}}'


def _lines(land: Land, ink: str) -> str:
    """Return the barriers, and the links that join an island, which have no side to share."""
    edges = land.ground.edges
    apart = edges[edges["border_m"] == 0]
    places = land.residences.geometry
    links = [
        shapely.LineString([places[a], places[b]])
        for a, b in zip(apart["unit_a"], apart["unit_b"], strict=True)
    ]
    found = []
    if land.barriers is not None:
        style = {"color": ink, "weight": 5, "opacity": 0.55, "dashArray": "1 7", "fill": False}
        found.append(layers.shape(land.barriers.union_all(), style))
    if links:
        style = {"color": ink, "weight": 2, "opacity": 0.8, "dashArray": "2 5", "fill": False}
        found.append(layers.shape(shapely.MultiLineString(links), style))
    return "[" + ",".join(found) + "]"


def _words() -> dict[str, str]:
    told = {
        "lasso": _("Choose with a lasso"),
        "box": _("Choose with a box"),
        "sweep": _("Sweep a border: press in an area, draw it over its neighbours"),
        "lasso_hand": _("Draw around the residences; touch the tool again to stop."),
        "box_hand": _("Draw from one corner to the other; touch the tool again to stop."),
        "lasso_keys": _(
            "Arrows move the cross, Enter sets a corner, Enter again closes; Backspace takes one back, Escape ends."
        ),
        "box_keys": _("Arrows move the cross, Enter sets one corner, then the other; Escape stops."),
        "sweep_keys": _(
            "Enter takes the area at the cross, arrows draw it over its neighbours, Enter gives it what was swept; "
            "Escape stops."
        ),
    }
    return {name: safe_text(word) for name, word in told.items()}


def tallied(land: Land, weights: Mapping[str, float], tolerance_pct: float, closed: Iterable) -> dict:
    """Return what the map needs to sum the work of both sides itself, under the finger."""
    work = workload(land.ground, weights)
    areas = list(land.ground.areas)
    return {
        "work": work.round(2).tolist(),
        "fixed": [round(float(part), 2) for part in fixed_workload(land.ground, weights)],
        "names": [safe_text(land.names[area]) for area in areas],
        "closed": [areas.index(area) for area in closed],
        "tolerance": tolerance_pct,
        "language": language(),
    }


def _titles(land: Land) -> tuple[str, ...]:
    """Return what is told of each unit under the pointer."""
    one = land.residences["name"].loc[land.ground.units]
    return tuple(
        safe_text(f"{name} · " + ngettext("{n} dwelling", "{n} dwellings", int(n or 0)).format(n=number(n)))
        for name, n in zip(one, land.ground.counts["dwellings"].fillna(0), strict=True)
    )


def _seats(land: Land) -> tuple:
    """Return the places of the offices: a plan may move them."""
    return tuple((round(p.x), round(p.y)) for p in land.offices.dropna())


@st.cache_resource(max_entries=8, show_spinner=False)
def _ground(_land: Land, version: tuple, titles: tuple[str, ...], seats: tuple = ()) -> str:
    """Return cells, the sides they share, points, offices: what stays while a plan is drawn."""
    ground = _land.ground
    cells = gpd.GeoSeries(_land.cells.simplify(1), crs=WORKING_CRS).to_crs(DRAWING_CRS)
    points = _land.residences.geometry.loc[ground.units].to_crs(DRAWING_CRS)
    sizes = layers.diameters_px(ground.counts["dwellings"])
    offices = _land.offices.dropna()
    seats = offices.to_crs(DRAWING_CRS) if _land.level == "agency" else offices.iloc[:0]
    body = {
        "ids": [safe_text(unit) for unit in ground.units],
        "cells": [_rings(cell) for cell in cells],
        "sides": _sides(_land),
        "points": [
            [round(p.y, 6), round(p.x, 6), max(3, round(s / 5, 1))]
            for p, s in zip(points, sizes, strict=True)
        ],
        "offices": [
            [round(p.y, 6), round(p.x, 6), safe_text(_land.names[area]), ground.areas.get_loc(area)]
            for area, p in seats.items()
        ],
        "titles": list(titles),
    }
    text = json.dumps(body)
    key = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f'{{"key":"{key}",{text[1:]}'


def _rings(cell: shapely.Geometry) -> list:
    """Return a cell as Leaflet's nested (latitude, longitude) lists, to some 10 cm."""
    parts = getattr(cell, "geoms", [cell])
    return [
        [
            shapely.get_coordinates(ring)[:, ::-1].round(6).tolist()
            for ring in (part.exterior, *part.interiors)
        ]
        for part in parts
        if part.geom_type == "Polygon"
    ]


def _sides(land: Land) -> list:
    """Return the line that two neighbouring cells share: the ranks of both, and its points."""
    a, b = land.ground.ends
    cells = land.cells.to_numpy()
    lines = shapely.line_merge(shapely.intersection(cells[a], cells[b]))
    shapes = gpd.GeoSeries(lines, crs=WORKING_CRS).to_crs(DRAWING_CRS)
    found = []
    for i, j, line in zip(a, b, shapes, strict=True):
        for part in getattr(line, "geoms", [line]):
            if part.geom_type == "LineString" and not part.is_empty:
                found.append([int(i), int(j), shapely.get_coordinates(part)[:, ::-1].round(6).tolist()])
    return found


def unit_at(land: Land, latitude: float, longitude: float) -> str | None:
    """Return the unit whose cell holds a point of the map; None outside the town."""
    point = working_point(latitude, longitude)
    found = land.cells.sindex.query(point, predicate="intersects")
    return None if len(found) == 0 else land.cells.index[found[0]]


def around(land: Land, units: Iterable) -> list[list[float]] | None:
    """Return the corners of some units' cells and of what is around them, for the map to go there."""
    cells = land.cells.loc[list(units)]
    if cells.empty:
        return None
    wide = cells.buffer(ROUND_M) if len(cells) < len(land.cells) else cells
    return layers.corners(gpd.GeoDataFrame(geometry=wide))


def bounds(land: Land, *, half: bool = False) -> list[list[float]]:
    """Return the corners of the town; those of a ``half`` page differ by a metre, for maps keep places by corners."""
    (south, west), (north, east) = stock.bounds() or layers.corners(land.residences)
    return [[south, west], [north, east + (1e-5 if half else 0)]]
