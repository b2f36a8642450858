"""Draw one layout as pieces: houses or blocks, stairs, outdoor rooms, gardens, accesses, places, trees, open soil."""

from collections.abc import Iterator, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import WORKING_CRS
from geo.polygons import polygons_only
from geo.rectangles import Rectangles
from planning.capacity.dwelling_mix import TYPES
from planning.capacity.fitting import Layouts
from planning.capacity.layouts.ground import beside, court_rectangles, front_stalls
from planning.capacity.layouts.place import rectangles

PIECE_COLUMNS = ["site_id", "form", "block", "piece", "floor", "floors", "label", "area_m2", "geometry"]
GROUND = ("building", "access", "parking", "garden", "tree", "open_soil")
STAIR_M, ROOM_DEPTH_M = 2.6, 1.8
TREE_M, TREE_APART_M, MOST_TREES = 2.0, 7.0, 40
LEAST_GARDEN_M2, LEAST_PIECE_M2 = 4.0, 0.05

Piece = tuple[int | None, str, int, int, str, shapely.Geometry]


def pieces(layouts: Layouts, plan: int, site_id: str, parameters: Mapping[str, float]) -> gpd.GeoDataFrame:
    """
    Draw one plan.

    Parameters
    ----------
    plan
        Position of the plan among those of the form.

    Returns
    -------
    geopandas.GeoDataFrame
        EPSG:2154. ``site_id``, ``form``, ``block`` (missing on the ground they share), ``piece`` (building,
        stair, outdoor_room, garden, access, parking, tree, open_soil), ``floor`` (-1 under the ground) and
        ``floors`` (how many storeys the piece goes up), ``label`` (``R+2``, ``T4``, ``lift``, ``stair``, ``court``,
        a number of places), ``area_m2``. The pieces of floor 0 that are no part of a building never overlap, and
        fill the parcel with the buildings; stairs, outdoor rooms and garages lie inside their building.
    """
    blocks = layouts.blocks[layouts.blocks["plan"] == plan].reset_index(drop=True)
    ground = layouts.cover
    soil = ground.open_soil[plan]
    gardens = list(_gardens(layouts, plan, blocks, soil))
    left = _less(soil, [garden[-1] for garden in gardens])
    trees = [(None, "tree", 0, 1, "", disc) for disc in _trees(left)]
    left = _less(left, [tree[-1] for tree in trees])
    found = [
        *_buildings(layouts, plan, blocks),
        *_stairs(layouts, plan, blocks),
        *_outdoor_rooms(layouts, blocks),
        *gardens,
        *_parts("access", "", ground.access[plan]),
        *_places(layouts, plan, blocks, parameters),
        *trees,
        *_parts("open_soil", "", left),
    ]
    frame = pd.DataFrame(found, columns=["block", "piece", "floor", "floors", "label", "geometry"])
    frame = frame.assign(site_id=site_id, form=layouts.form.name, block=frame["block"].astype("Int64"))
    drawn = gpd.GeoDataFrame(frame, geometry="geometry", crs=WORKING_CRS)
    return drawn.assign(area_m2=drawn.area)[PIECE_COLUMNS]


def no_pieces() -> gpd.GeoDataFrame:
    """Return the frame of a layout that has none."""
    return gpd.GeoDataFrame({name: [] for name in PIECE_COLUMNS}, geometry="geometry", crs=WORKING_CRS)


def _buildings(layouts: Layouts, plan: int, blocks: pd.DataFrame) -> Iterator[Piece]:
    """Each house of a row, each block of flats, with its storeys."""
    floors = int(layouts.plans["floors"].iloc[plan])
    if not layouts.form.in_row:
        for row, shape in zip(blocks.itertuples(), rectangles(blocks), strict=True):
            yield row.block, "building", 0, floors, f"R+{floors - 1}", shape
        return
    for row, bays in _bays(blocks, blocks["entrances"]):
        kinds = [kind for kind, n in zip(TYPES, row["counts"].sum(axis=0), strict=True) for _ in range(n)]
        for kind, shape in zip(kinds, bays, strict=True):
            yield row["block"], "building", 0, floors, kind, shape


def _stairs(layouts: Layouts, plan: int, blocks: pd.DataFrame) -> Iterator[Piece]:
    """Stairs of blocks of flats, in the middle of their stretch at the front; with a lift from R+3."""
    form, floors = layouts.form, int(layouts.plans["floors"].iloc[plan])
    if form.in_row or floors < 2:
        return
    label = "lift" if layouts.plans["lift"].iloc[plan] else "stair"
    cores = np.ceil(blocks["width_m"] / form.void_every_m - 1e-9).astype(int)
    deep = form.void_m2 / STAIR_M
    for position, row in blocks.iterrows():
        one, many = blocks.iloc[[position] * cores[position]], np.arange(cores[position])
        bay = row["width_m"] / cores[position]
        ones = np.ones(len(many))
        for shape in beside(one, (many + 0.5) * bay - STAIR_M / 2, 0.1 * ones, STAIR_M * ones, deep * ones):
            yield row["block"], "stair", 0, floors, label, shape


def _outdoor_rooms(layouts: Layouts, blocks: pd.DataFrame) -> Iterator[Piece]:
    """A loggia or terrace along the rear for each dwelling above the ground floor, no wider than its bay."""
    form = layouts.form
    if form.in_row or not form.outdoor_m2:
        return
    for position, row in blocks.iterrows():
        for floor, number in enumerate(row["counts"].sum(axis=1)):
            if floor == 0 or number == 0:
                continue
            bay, ones = row["width_m"] / number, np.ones(number)
            wide = min(form.outdoor_m2 / ROOM_DEPTH_M, bay - 0.2)
            x0 = (np.arange(number) + 0.5) * bay - wide / 2
            y0 = (row["depth_m"] - ROOM_DEPTH_M - 0.05) * ones
            for shape in beside(blocks.iloc[[position] * number], x0, y0, wide * ones, ROOM_DEPTH_M * ones):
                yield row["block"], "outdoor_room", floor, 1, "", shape


def _gardens(layouts: Layouts, plan: int, blocks: pd.DataFrame, soil: shapely.Geometry) -> Iterator[Piece]:
    """A garden behind each house, or behind each dwelling of the ground floor."""
    form = layouts.form
    if not form.garden_m:
        return
    number = blocks["entrances"] if form.in_row else blocks["counts"].map(lambda table: int(table[0].sum()))
    taken = shapely.Polygon()
    for row, bays in _bays(blocks, number, behind_m=form.garden_m):
        for bay in bays:
            shape = _polygon(shapely.difference(shapely.intersection(bay, soil), taken))
            if shape.area >= LEAST_GARDEN_M2:
                taken = shapely.union(taken, shape)
                yield row["block"], "garden", 0, 1, "", shape


def _bays(
    blocks: pd.DataFrame, number: pd.Series, behind_m: float | None = None
) -> Iterator[tuple[pd.Series, np.ndarray]]:
    """The bays of each block, or the strips as deep as ``behind_m`` behind them."""
    for position, row in blocks.iterrows():
        count = int(number[position])
        if not count:
            continue
        bay, ones = (row["width_m"] - 0.02) / count, np.ones(count)
        y0, deep = (row["depth_m"], behind_m) if behind_m else (0.0, row["depth_m"] - 0.02)
        yield (
            row,
            beside(
                blocks.iloc[[position] * count], np.arange(count) * bay, y0 * ones, bay * ones, deep * ones
            ),
        )


def _places(
    layouts: Layouts, plan: int, blocks: pd.DataFrame, parameters: Mapping[str, float]
) -> Iterator[Piece]:
    """Places in the open one by one with the aisle of their court, then those under and inside the buildings."""
    form, plans = layouts.form, layouts.plans
    whole = layouts.cover.parking[plan]
    one = plans.iloc[[plan]].reset_index(drop=True)
    mine = blocks.assign(plan=0)
    court = court_rectangles(one, layouts.lanes[[plan]], parameters)[0]
    stalls = list(front_stalls(form, one, mine, parameters)[0])
    if court is not None:
        stalls = _stalls(court, int(one["court_row"].iloc[0]), int(one["open"].iloc[0]), parameters)
    stalls = list(polygons_only(shapely.intersection(np.array(stalls, dtype=object), whole)))
    for stall in stalls:
        yield None, "parking", 0, 1, "1", stall
    yield from _parts("parking", "court", _less(whole, stalls))
    under = int(one["parking_underground"].iloc[0])
    if under:
        yield 0, "parking", -1, 1, str(under), shapely.union_all(rectangles(blocks))
    yield from _garages(layouts, blocks, int(one["parking_inside"].iloc[0]), parameters)


def _stalls(court: shapely.Geometry, row: int, number: int, parameters: Mapping[str, float]) -> list:
    """Cut a court into its places: along its far side, or along both."""
    corners = shapely.get_coordinates(court)
    corner, along, inward = corners[0], corners[1] - corners[0], corners[3] - corners[0]
    along, inward = along / np.hypot(*along), inward / np.hypot(*inward)
    wide, long = parameters["parking.stall_width_m"], parameters["parking.stall_length_m"]
    x = np.tile(np.arange(int(np.ceil(number / row))), row)[:number] * wide
    near = np.repeat([0.0, long + parameters["parking.aisle_m"]][:row], int(np.ceil(number / row)))[:number]
    y = near if row == 2 else np.full(number, parameters["parking.aisle_m"])
    starts = corner + x[:, None] * along + y[:, None] * inward
    ones = np.ones(number)
    return list(Rectangles(starts, np.tile(along, (number, 1)), wide * ones, long * ones, ones).polygons())


def _garages(
    layouts: Layouts, blocks: pd.DataFrame, number: int, parameters: Mapping[str, float]
) -> Iterator[Piece]:
    """Places on the ground floor of the buildings, at the front, from the first bay on."""
    step = layouts.form.module_m or parameters["parking.stall_width_m"] + 0.3
    wide, long = parameters["parking.stall_width_m"], parameters["parking.stall_length_m"]
    for position, row in blocks.iterrows():
        here = min(number, int(row["width_m"] / step + 1e-9))
        number -= here
        ones = np.ones(here)
        some = blocks.iloc[[position] * here]
        for shape in beside(some, np.arange(here) * step + 0.1, 0.1 * ones, wide * ones, long * ones):
            yield row["block"], "parking", 0, 1, "1", shape


def _trees(soil: shapely.Geometry) -> np.ndarray:
    """Trees of high stem on the soil that nobody's garden takes, seven metres apart."""
    inner = shapely.buffer(soil, -TREE_M - 0.1)
    if inner.is_empty:
        return np.array([], dtype=object)
    xmin, ymin, xmax, ymax = inner.bounds
    apart = max(TREE_APART_M, np.sqrt((xmax - xmin) * (ymax - ymin) / (4 * MOST_TREES)))
    x, y = np.meshgrid(np.arange(xmin + 0.05, xmax + 0.1, apart), np.arange(ymin + 0.05, ymax + 0.1, apart))
    points = shapely.points(x.ravel(), y.ravel())
    points = points[shapely.contains(inner, points)][:MOST_TREES]
    return shapely.buffer(points, TREE_M, quad_segs=4)


def _parts(piece: str, label: str, shape: shapely.Geometry) -> Iterator[Piece]:
    """One piece a part of a shape."""
    for part in shapely.get_parts(polygons_only(np.array([shape], dtype=object), LEAST_PIECE_M2)):
        yield None, piece, 0, 1, label, part


def _less(shape: shapely.Geometry, others: list) -> shapely.Geometry:
    return _polygon(shapely.difference(shape, shapely.union_all(others))) if others else shape


def _polygon(shape: shapely.Geometry) -> shapely.Geometry:
    return polygons_only(np.array([shape], dtype=object))[0]
