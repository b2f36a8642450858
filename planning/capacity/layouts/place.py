"""Where the buildings of a form stand on a site: one after the other, until the envelope or a limit is full."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.polygons import overlay, polygons_only
from geo.rectangles import Rectangles
from planning.capacity.forms import SLACK_M, Form
from planning.capacity.screen import along_street, on_line, widest

LANE_REACH_M = 6.0
DIRECTION = ["along_x", "along_y"]


@dataclass(frozen=True, slots=True)
class Land:
    """
    What layouts are drawn on, by position of the site: parcels, envelopes, street lines, the two side lanes.

    ``inner`` is where buildings stand that are not the first along the street (`planning.capacity.screen.viewed`).
    """

    parcels: np.ndarray
    envelopes: np.ndarray
    inner: np.ndarray
    streets: np.ndarray
    lanes: tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, slots=True)
class Trials:
    """
    Layouts tried: a row each, with its site, direction, depth and limit of footprint, and the lane it keeps.

    ``blocks`` has one row a building: ``trial``, ``block``, its corner, direction, width and depth.
    """

    rows: pd.DataFrame
    lanes: np.ndarray
    blocks: pd.DataFrame


def side_lines(edges: gpd.GeoDataFrame, site_ids: pd.Index) -> tuple[np.ndarray, np.ndarray]:
    """The boundary that follows the longest street edge of each site, and the one before it; missing without."""
    site = site_ids.get_indexer(edges["parcel_id"])
    lines, length = edges.geometry.to_numpy(), edges["length_m"].to_numpy()
    street = (edges["kind"] == "street").to_numpy()
    first, last = (np.round(shapely.get_coordinates(shapely.get_point(lines, end)), 3) for end in (0, -1))
    ranked = np.flatnonzero(street & (site >= 0))
    ranked = ranked[np.lexsort((-length[ranked], site[ranked]))]
    served, rank = np.unique(site[ranked], return_index=True)
    main = np.full(len(site_ids), -1)
    main[served] = ranked[rank]
    others = np.flatnonzero(~street & (site >= 0))
    others = others[main[site[others]] >= 0]
    longest = main[site[others]]
    beside = []
    for mine, theirs in ((last, first), (first, last)):
        met = others[(mine[longest] == theirs[others]).all(axis=1)]
        at, rank = np.unique(site[met], return_index=True)
        line = np.full(len(site_ids), None, dtype=object)
        line[at] = lines[met[rank]]
        beside.append(line)
    return beside[0], beside[1]


def side_lanes(
    lines: tuple[np.ndarray, np.ndarray], chosen: np.ndarray, parcels: np.ndarray, width_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """
    The two lanes that could lead behind a first row: along the boundaries that meet the longest street edge.

    A lane follows its boundary (`side_lines`), so that it serves skew and bent plots too; drawn for the positions
    ``chosen``, missing where there is none.
    """
    lanes = []
    for line in lines:
        at = chosen[~shapely.is_missing(line[chosen])]
        strip = shapely.buffer(line[at], width_m, cap_style="flat", join_style="mitre", quad_segs=2)
        lane = np.full(len(line), None, dtype=object)
        lane[at] = polygons_only(overlay(shapely.intersection, strip, parcels[at]), 1.0)
        lane[shapely.is_empty(lane)] = None
        lanes.append(lane)
    return lanes[0], lanes[1]


def place(form: Form, land: Land, chosen: pd.DataFrame, lines: pd.DataFrame, sites: pd.DataFrame) -> Trials:
    """
    Place the buildings of each candidate: without a lane, then with one along each side.

    The first building is the widest rectangle of its depth and direction; the next ones stand the form's
    distance away, in any direction of the site, wherever a way leads to the street or to the lane.

    Parameters
    ----------
    chosen
        `planning.capacity.screen.candidates`: ``site``, ``along_x``, ``along_y``, ``street``, ``depth_m``; where it
        has ``lane`` too (0, 1, 2), that one alone is tried.
    lines
        `planning.capacity.screen.directions` of the sites.
    sites
        In the order of the positions: ``area_m2``, ``footprint_limit_m2``, ``soil_limit_m2``.
    """
    rows, lanes = _with_lanes(land, chosen)
    rows["lane_m2"] = np.nan_to_num(shapely.area(lanes))
    limits = ("area_m2", "footprint_limit_m2", "soil_limit_m2")
    rows = rows.assign(**{name: sites[name].to_numpy(dtype=float)[rows["site"]] for name in limits})
    rows["limit_m2"] = np.minimum(rows["footprint_limit_m2"], rows["soil_limit_m2"] - rows["lane_m2"])
    street = rows["street"].to_numpy(dtype=bool)
    least_m2 = form.width_min_m * form.depth_min_m
    inner = _beside_lanes(land.inner, rows, lanes, np.ones(len(rows), dtype=bool), least_m2)
    left = np.where(street, _beside_lanes(land.envelopes, rows, lanes, street, least_m2), inner)
    blocks = [_first(form, _on_street(land, left, rows, sites), rows)]
    left = inner
    for number in range(1, form.blocks_max):
        more = _next(form, land, left, rows, lanes, lines, blocks, number)
        if more.empty:
            break
        blocks.append(more)
    found = pd.concat(blocks, ignore_index=True).sort_values(["trial", "block"], ignore_index=True)
    return Trials(rows, lanes, found)


def columns(frame: pd.DataFrame, names: list[str]) -> np.ndarray:
    """Columns of numbers side by side; quicker than to select a frame."""
    return np.column_stack([frame[name].to_numpy(float) for name in names])


def rectangles(blocks: pd.DataFrame, slack_m: float = SLACK_M) -> np.ndarray:
    """Draw buildings as polygons; the slack keeps them inside an envelope laid on its grid."""
    return Rectangles(
        columns(blocks, ["corner_x", "corner_y"]),
        columns(blocks, DIRECTION),
        blocks["width_m"].to_numpy(float) - slack_m,
        blocks["depth_m"].to_numpy(float) - slack_m,
        np.zeros(len(blocks)),
    ).polygons()


def _with_lanes(land: Land, chosen: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Each candidate without a lane, then with each lane that its site can have; or with the one it names."""
    if "lane" in chosen:
        lanes = np.full(len(chosen), None, dtype=object)
        for side, lane in enumerate(land.lanes, start=1):
            mine = (chosen["lane"] == side).to_numpy()
            lanes[mine] = lane[chosen.loc[mine, "site"]]
        return chosen.reset_index(drop=True), lanes
    plain = chosen.assign(lane=0)
    sided = [
        chosen[~shapely.is_missing(lane[chosen["site"]])].assign(lane=side)
        for side, lane in enumerate(land.lanes, start=1)
    ]
    rows = pd.concat([plain, *sided], ignore_index=True).sort_values(["site", "lane"], kind="stable")
    return _with_lanes(land, rows)


def _beside_lanes(
    shapes: np.ndarray, rows: pd.DataFrame, lanes: np.ndarray, wanted: np.ndarray, least_m2: float
) -> np.ndarray:
    """The land of each trial less the lane that it keeps, drawn once for the trials of one site and lane."""
    site, lane = rows["site"].to_numpy(), rows["lane"].to_numpy()
    left = shapes[site]
    _, first, same = np.unique(np.stack([site, lane]), axis=1, return_index=True, return_inverse=True)
    asked = np.zeros(len(first), dtype=bool)
    asked[same[wanted]] = True
    cut = np.flatnonzero(asked & ~shapely.is_missing(lanes[first]))
    drawn = left[first]
    drawn[cut] = overlay(shapely.difference, drawn[cut], lanes[first[cut]])
    drawn[asked] = polygons_only(drawn[asked], least_m2)
    return drawn[same]


def _on_street(land: Land, left: np.ndarray, rows: pd.DataFrame, sites: pd.DataFrame) -> np.ndarray:
    """The land of the first building: along the street alone where the rules ask for its line."""
    at = np.flatnonzero(on_line(sites, rows))
    if not len(at):
        return left
    narrowed = left.copy()
    streets = land.streets[rows["site"].to_numpy()[at]]
    narrowed[at] = along_street(left[at], streets, rows["depth_m"].to_numpy(float)[at])
    return narrowed


def _first(form: Form, left: np.ndarray, rows: pd.DataFrame) -> pd.DataFrame:
    """The first building of each trial: the widest along its candidate's direction."""
    asked = rows[DIRECTION + ["depth_m"]].assign(site=np.arange(len(rows)), trial=np.arange(len(rows)))
    return _found(form, left, asked, rows, np.zeros(len(rows)), 0)


def _next(
    form: Form,
    land: Land,
    left: np.ndarray,
    rows: pd.DataFrame,
    lanes: np.ndarray,
    lines: pd.DataFrame,
    blocks: list[pd.DataFrame],
    number: int,
) -> pd.DataFrame:
    """One more building where the last one left room, footprint and a way to the street."""
    last, done = blocks[-1], pd.concat(blocks)
    built = np.bincount(done["trial"], done["width_m"] * done["depth_m"], len(rows))
    least_m2 = form.width_min_m * form.depth_min_m
    last = last[(rows["limit_m2"].to_numpy() - built >= least_m2)[last["trial"]]]
    standing = rectangles(last)
    roomy = _roomy(form, left, last, standing)
    last, standing = last[roomy], standing[roomy]
    trial = last["trial"].to_numpy()
    around = shapely.buffer(standing, form.spacing_m, quad_segs=2)
    left[trial] = overlay(shapely.difference, left[trial], around)
    trial = trial[shapely.area(left[trial]) >= least_m2]
    if not len(trial):
        return last[:0]
    left[trial] = polygons_only(left[trial], least_m2)
    rank, line = _pairs(rows["site"].to_numpy()[trial], lines["site"].to_numpy())
    trial = trial[rank]
    ways = {name: lines[name].to_numpy()[line] for name in DIRECTION}
    asked = pd.DataFrame(
        {"trial": trial, **ways, "depth_m": rows["depth_m"].to_numpy()[trial], "site": trial}
    )
    found = _found(form, left, asked, rows, built, number)
    found = found[_reached(land, rows, lanes, done, found)]
    order = np.lexsort((-found["width_m"].to_numpy(), found["trial"].to_numpy()))
    _, first = np.unique(found["trial"].to_numpy()[order], return_index=True)
    return found.iloc[order[first]]


def _pairs(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions of every left and right key that are equal, in the order of the left, then of the right."""
    order = np.argsort(right, kind="stable")
    start, stop = (np.searchsorted(right[order], left, side) for side in ("left", "right"))
    count = stop - start
    rank = np.repeat(np.arange(len(left)), count)
    offset = np.arange(len(rank)) - np.repeat(np.cumsum(count) - count, count)
    return rank, order[start[rank] + offset]


def _roomy(form: Form, left: np.ndarray, last: pd.DataFrame, standing: np.ndarray) -> np.ndarray:
    """
    Whether what is left could hold one more building beside the last one: a check of sizes that refuses no other.

    Two that stand the form's distance apart reach, in some direction, over both their sides and that distance.
    """
    shapes = left[last["trial"]]
    both = np.stack([shapely.bounds(shapes).reshape(-1, 4), shapely.bounds(standing).reshape(-1, 4)])
    reach = np.fmax(both[0, :, 2:], both[1, :, 2:]) - np.fmin(both[0, :, :2], both[1, :, :2])
    side_m = np.minimum(last["width_m"], last["depth_m"]).to_numpy() + min(form.width_min_m, form.depth_min_m)
    least_m2 = form.width_min_m * form.depth_min_m
    return (shapely.area(shapes) >= least_m2) & (np.hypot(*reach.T) >= side_m + form.spacing_m - 1.0)


def _found(
    form: Form, left: np.ndarray, asked: pd.DataFrame, rows: pd.DataFrame, built: np.ndarray, number: int
) -> pd.DataFrame:
    """The rectangles wide enough among those asked for."""
    limit_m2 = rows["limit_m2"].to_numpy() - built
    enough = np.minimum(form.width_max_m, limit_m2[asked["trial"]] / asked["depth_m"].to_numpy())
    good = enough >= form.width_min_m - 1e-6
    asked, enough = asked[good], enough[good]
    place = widest(left, asked, asked["depth_m"], pd.Series(enough, index=asked.index))
    width = np.minimum(place.width_m, enough)
    wide = width >= form.width_min_m - 1e-6
    columns = {name: asked[name].to_numpy() for name in ("trial", *DIRECTION, "depth_m")}
    columns |= {"block": np.full(len(asked), number), "corner_x": place.corner[:, 0]}
    columns |= {"corner_y": place.corner[:, 1], "width_m": width, "advance_m": place.advance_m}
    return pd.DataFrame({name: values[wide] for name, values in columns.items()})


def _reached(
    land: Land, rows: pd.DataFrame, lanes: np.ndarray, done: pd.DataFrame, found: pd.DataFrame
) -> np.ndarray:
    """Whether a way leads from each building to the street, past no other, or along the lane."""
    trial = found["trial"].to_numpy()
    shapes = rectangles(found)
    site = rows["site"].to_numpy()[trial]
    by_lane = shapely.dwithin(shapes, lanes[trial], LANE_REACH_M)
    way = shapely.shortest_line(shapes, land.streets[site])
    straight = shapely.covers(shapely.buffer(land.parcels[site], 0.05, quad_segs=1), way)
    row, other = _pairs(trial, done["trial"].to_numpy())
    crossed = shapely.intersects(way[row], rectangles(done)[other])
    straight[row[crossed]] = False
    return by_lane | straight
