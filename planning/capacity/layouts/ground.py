"""What covers the ground beside the buildings: lanes and paths, parking places, and the soil left open."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo.polygons import overlay, polygons_only
from geo.rectangles import Rectangles, widest_rectangles
from planning.capacity.forms import SLACK_M, Form
from planning.capacity.layouts.place import DIRECTION, LANE_REACH_M, Land, Trials, columns, rectangles

COURT = [
    "court_x", "court_y", "court_along_x", "court_along_y", "court_depth_m", "court_row", "court_most_m",
]  # fmt: skip
GAP_M = 1.5
COURT_MOST_M = 30.0


@dataclass(frozen=True, slots=True)
class Cover:
    """The ground of one layout a row, as polygons that never overlap; empty where there is none."""

    buildings: np.ndarray
    access: np.ndarray
    parking: np.ndarray
    open_soil: np.ndarray


def open_places(
    form: Form, land: Land, trials: Trials, parameters: Mapping[str, float], asked: np.ndarray
) -> pd.DataFrame:
    """
    Places in the open that each layout has room for: in front of the buildings, or in a court on the lane.

    Returns
    -------
    pandas.DataFrame
        By trial: ``open_places``, no more than the open soil asked for leaves; ``front`` (whether they stand
        in front) and the court's corner, direction, depth and places a stretch of 2.5 m.
    """
    rows = trials.rows
    front = _front_places(form, land, trials, parameters)
    table, places = _courts(form, land, trials, parameters, asked)
    court = dict(zip(COURT, table.T, strict=True))
    spare = (rows["soil_limit_m2"] - rows["lane_m2"]).to_numpy(dtype=float) - built_m2(trials)
    spare = np.clip(spare, 0, None)
    stall_m2 = parameters["parking.stall_width_m"] * parameters["parking.stall_length_m"]
    court_m2 = (
        court["court_depth_m"] * parameters["parking.stall_width_m"] / np.clip(court["court_row"], 1, None)
    )
    front = np.minimum(front, np.floor(spare / stall_m2))
    with np.errstate(divide="ignore", invalid="ignore"):
        soil = np.floor(spare / court_m2)
    places = np.where(court["court_row"] > 0, np.minimum(places, soil), 0)
    found = {"open_places": np.maximum(front, places), **court, "front": front >= places}
    return pd.DataFrame(found, index=rows.index)


def built_m2(trials: Trials) -> np.ndarray:
    """What the buildings of each trial cover, m²."""
    blocks = trials.blocks
    covered = blocks["width_m"].to_numpy(float) * blocks["depth_m"].to_numpy(float)
    return np.bincount(blocks["trial"].to_numpy(), covered, len(trials.rows))


def cover(
    form: Form,
    land: Land,
    plans: pd.DataFrame,
    lanes: np.ndarray,
    blocks: pd.DataFrame,
    parameters: Mapping[str, float],
) -> Cover:
    """
    Lay the ground of one plan a row: its buildings, what leads to them, its places; the rest is open soil.

    Parameters
    ----------
    plans
        The chosen layouts, in order: ``site``, ``open`` (places in the open), ``front`` and the court's columns.
    lanes
        The lane that each keeps, missing without one.
    blocks
        The buildings: ``plan`` (position of the plan), their rectangle, ``entrances`` and ``faces_street``.
    """
    parcels = land.parcels[plans["site"]]
    count = len(plans)
    shapes = rectangles(blocks)
    buildings = gathered(shapes, blocks["plan"].to_numpy(), count)
    parking = _parking(form, plans, blocks, lanes, parameters)
    parking = overlay(shapely.difference, overlay(shapely.intersection, parking, parcels), buildings)
    access = _access(land, plans, lanes, blocks, parking, parameters["path.width_m"], form.access_m)
    access = overlay(shapely.intersection, access, parcels)
    access = overlay(shapely.difference, overlay(shapely.difference, access, buildings), parking)
    covered = shapely.union(shapely.union(buildings, access), parking)
    left = overlay(shapely.difference, parcels, covered)
    return Cover(buildings, *(polygons_only(shape, 0.05) for shape in (access, parking, left)))


def gathered(shapes: np.ndarray, owner: np.ndarray, count: int) -> np.ndarray:
    """Unite the shapes of each owner; an empty polygon where it has none."""
    kept = np.full(count, shapely.Polygon(), dtype=object)
    order = np.argsort(owner, kind="stable")
    owners, first = np.unique(owner[order], return_index=True)
    for group, rows in zip(owners, np.split(order, first[1:]), strict=True) if len(owners) else ():
        kept[group] = shapes[rows[0]] if len(rows) == 1 else shapely.union_all(shapes[rows])
    return kept


def beside(
    blocks: pd.DataFrame, x0: np.ndarray, y0: np.ndarray, width: np.ndarray, depth: np.ndarray
) -> np.ndarray:
    """Draw a rectangle a building, placed from its corner along (x) and away from (y) its front."""
    along = columns(blocks, DIRECTION)
    inward = along[:, ::-1] * [-1, 1]
    corner = columns(blocks, ["corner_x", "corner_y"]) + along * x0[:, None] + inward * y0[:, None]
    return Rectangles(corner, along, width, depth, np.zeros(len(blocks))).polygons()


def _front_places(form: Form, land: Land, trials: Trials, parameters: Mapping[str, float]) -> np.ndarray:
    """Places between the first building and the street, where it stands far enough from it."""
    first = trials.blocks[(trials.blocks["block"] == 0).to_numpy()]
    trial = first["trial"].to_numpy()
    places = np.zeros(len(trials.rows))
    site = trials.rows["site"].to_numpy()[trial]
    deep = shapely.distance(rectangles(first), land.streets[site]) >= parameters["parking.stall_length_m"]
    facing = trials.rows["street"].to_numpy(dtype=bool)[trial]
    width = first["width_m"].to_numpy(float)
    each = width / form.module_m if form.in_row else width / 2 / parameters["parking.stall_width_m"]
    places[trial] = np.where(deep & facing, np.floor(each + 1e-9), 0)
    return places


def _courts(
    form: Form, land: Land, trials: Trials, parameters: Mapping[str, float], asked: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The court of most places on the lane of each layout (`COURT`), and how many places it has."""
    rows = trials.rows
    court = np.zeros((len(rows), len(COURT)))
    places = np.zeros(len(rows))
    laned = np.flatnonzero((rows["lane"] > 0).to_numpy() & (asked > 0))
    laned = laned[np.isin(laned, trials.blocks["trial"])]
    if not len(laned):
        return court, places
    blocks = trials.blocks[trials.blocks["trial"].isin(laned)]
    owner = np.searchsorted(laned, blocks["trial"])
    around = shapely.buffer(rectangles(blocks), GAP_M, quad_segs=1)
    if form.garden_m:
        ones = np.ones(len(blocks))
        behind = beside(
            blocks,
            0 * ones,
            blocks["depth_m"].to_numpy(float),
            blocks["width_m"].to_numpy(float),
            ones * form.garden_m / 2,
        )
        around, owner = np.r_[around, behind], np.r_[owner, owner]
    around = gathered(around, owner, len(laned))
    free = _beside_lane(land, rows.iloc[laned], trials.lanes[laned])
    free = polygons_only(overlay(shapely.difference, free, around), 25.0)
    stall, aisle = parameters["parking.stall_length_m"], parameters["parking.aisle_m"]
    along = rows[DIRECTION].to_numpy(float)[laned]
    for depth, row in ((aisle + stall, 1), (aisle + 2 * stall, 2)):
        for direction in (along, along[:, ::-1] * [-1, 1]):
            found = widest_rectangles(
                free,
                np.arange(len(laned)),
                direction,
                np.full(len(laned), depth),
                np.full(len(laned), COURT_MOST_M),
            )
            each = np.floor(found.width_m / parameters["parking.stall_width_m"] + 1e-9)
            near = shapely.dwithin(found.polygons(), trials.lanes[laned], LANE_REACH_M)
            held = np.where(near & (found.width_m > 0), each * row, 0)
            better = held > places[laned]
            at = laned[better]
            places[at] = held[better]
            court[at] = np.column_stack(
                [
                    found.corner,
                    found.direction,
                    np.full(len(laned), depth),
                    np.full(len(laned), row),
                    found.width_m,
                ]
            )[better]
    return court, places


def _beside_lane(land: Land, rows: pd.DataFrame, lanes: np.ndarray) -> np.ndarray:
    """The parcel of each layout less its lane, half a metre from its bounds; drawn once a site and lane."""
    pairs = rows[["site", "lane"]].to_numpy()
    _, first, same = np.unique(pairs, axis=0, return_index=True, return_inverse=True)
    sites, site = np.unique(pairs[first, 0], return_inverse=True)
    within = shapely.buffer(land.parcels[sites], -0.5, quad_segs=1)[site]
    return overlay(shapely.difference, within, lanes[first])[same.ravel()]


def court_rectangles(plans: pd.DataFrame, lanes: np.ndarray, parameters: Mapping[str, float]) -> np.ndarray:
    """The part of each court that its places need, at the end nearer to the lane; missing without court."""
    drawn = np.full(len(plans), None, dtype=object)
    has = ((plans["open"] > 0) & ~plans["front"].astype(bool) & (plans["court_row"] > 0)).to_numpy()
    kept = plans[has]
    if kept.empty:
        return drawn
    stall = parameters["parking.stall_width_m"]
    need = np.ceil(kept["open"] / kept["court_row"]) * stall
    most = np.floor(kept["court_most_m"] / stall + 1e-9) * stall
    direction = kept[["court_along_x", "court_along_y"]].to_numpy(float)
    start = kept[["court_x", "court_y"]].to_numpy(float)
    ends = [start, start + direction * (most - need).to_numpy()[:, None]]
    depth = kept["court_depth_m"].to_numpy(float)
    shapes = [
        Rectangles(corner, direction, need.to_numpy(float), depth, np.zeros(len(kept))).polygons()
        for corner in ends
    ]
    nearer = shapely.distance(shapes[0], lanes[has]) <= shapely.distance(shapes[1], lanes[has])
    drawn[has] = np.where(nearer, shapes[0], shapes[1])
    return drawn


def front_stalls(
    form: Form, plans: pd.DataFrame, blocks: pd.DataFrame, parameters: Mapping[str, float]
) -> tuple[np.ndarray, np.ndarray]:
    """The places in front of the first building of each plan, and the plan of each."""
    first = blocks[blocks["block"] == 0]
    number = np.where(plans["front"].astype(bool), plans["open"], 0).astype(int)[first["plan"]]
    repeated = first.loc[first.index.repeat(number)]
    rank = np.concatenate([np.arange(n) for n in number]) if len(number) else np.array([])
    step = form.module_m or parameters["parking.stall_width_m"]
    size = parameters["parking.stall_width_m"], parameters["parking.stall_length_m"]
    ones = np.ones(len(repeated))
    shapes = beside(repeated, rank * step, -size[1] * ones, size[0] * ones, size[1] * ones)
    return shapes, repeated["plan"].to_numpy()


def _parking(
    form: Form, plans: pd.DataFrame, blocks: pd.DataFrame, lanes: np.ndarray, parameters: Mapping[str, float]
) -> np.ndarray:
    """All places in the open of each plan, as one shape."""
    courts = court_rectangles(plans, lanes, parameters)
    stalls, owner = front_stalls(form, plans, blocks, parameters)
    has = np.flatnonzero(~shapely.is_missing(courts))
    return gathered(np.r_[stalls, courts[has]], np.r_[owner, has], len(plans))


def _access(
    land: Land,
    plans: pd.DataFrame,
    lanes: np.ndarray,
    blocks: pd.DataFrame,
    parking: np.ndarray,
    path_m: float,
    lane_m: float,
) -> np.ndarray:
    """Lane as far as it serves, a path to each entrance on the street, a walk along the front of the others."""
    plan = blocks["plan"].to_numpy()
    site = plans["site"].to_numpy()[plan]
    shapes = rectangles(blocks)
    facing = blocks["faces_street"].to_numpy(dtype=bool)
    doors = blocks["entrances"].to_numpy(dtype=int) * facing
    repeated = blocks.loc[blocks.index.repeat(doors)]
    rank = np.concatenate([np.arange(n) for n in doors]) if len(doors) else np.array([])
    bay = (repeated["width_m"] / repeated["entrances"]).to_numpy(float)
    length = np.repeat(shapely.distance(shapes, land.streets[site]), doors) + SLACK_M
    ones = np.ones(len(repeated))
    paths = beside(repeated, (rank + 0.5) * bay - path_m / 2, -length, path_m * ones, length)
    others = blocks[~facing]
    cut = _cut_lanes(land, plans, lanes, blocks, parking)
    drawn = shapely.is_missing(cut) | shapely.is_empty(cut)
    target = np.where(drawn, land.streets[plans["site"]], cut)
    walks = _walks(others, target[others["plan"]], path_m)
    ways = shapely.buffer(
        shapely.shortest_line(walks, target[others["plan"]]), path_m / 2, cap_style="square"
    )
    courts = np.flatnonzero(~shapely.is_empty(parking) & ~plans["front"].to_numpy(dtype=bool))
    links = _links(parking[courts], cut[courts], land.streets[plans["site"].to_numpy()[courts]], lane_m)
    pieces = np.r_[paths, walks, ways, links, cut[~drawn]]
    owner = np.r_[repeated["plan"], others["plan"], others["plan"], courts, np.flatnonzero(~drawn)].astype(
        int
    )
    kept = ~(shapely.is_missing(pieces) | shapely.is_empty(pieces))
    return gathered(pieces[kept], owner[kept], len(plans))


def _walks(blocks: pd.DataFrame, target: np.ndarray, path_m: float) -> np.ndarray:
    """A walk along the front of each building, on its side nearer to what leads to the street."""
    ones, width = np.ones(len(blocks)), blocks["width_m"].to_numpy(float)
    near = beside(blocks, 0 * ones, -path_m * ones, width, path_m * ones)
    far = beside(blocks, 0 * ones, blocks["depth_m"].to_numpy(float), width, path_m * ones)
    return np.where(shapely.distance(near, target) <= shapely.distance(far, target), near, far)


def _links(courts: np.ndarray, lanes: np.ndarray, streets: np.ndarray, lane_m: float) -> np.ndarray:
    """The way of cars from each court to the lane or the street, whichever is nearer."""
    by_lane = shapely.shortest_line(courts, lanes)
    by_street = shapely.shortest_line(courts, streets)
    shorter = np.nan_to_num(shapely.length(by_lane), nan=np.inf) <= shapely.length(by_street)
    return shapely.buffer(np.where(shorter, by_lane, by_street), lane_m / 2, cap_style="square")


def _cut_lanes(
    land: Land, plans: pd.DataFrame, lanes: np.ndarray, blocks: pd.DataFrame, parking: np.ndarray
) -> np.ndarray:
    """Keep of each lane what lies no farther from the street than the farthest thing that it serves."""
    streets = land.streets[plans["site"]]
    owner = blocks["plan"].to_numpy()
    reach = np.nan_to_num(shapely.distance(parking, streets))
    np.maximum.at(reach, owner, np.nan_to_num(shapely.distance(rectangles(blocks), streets[owner])))
    kept = np.full(len(plans), None, dtype=object)
    has = np.flatnonzero(~shapely.is_missing(lanes))
    within = shapely.buffer(streets[has], reach[has] + LANE_REACH_M, quad_segs=4)
    kept[has] = polygons_only(overlay(shapely.intersection, lanes[has], within), 0.05)
    return kept
