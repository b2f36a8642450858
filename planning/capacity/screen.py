"""The cheap look at every site: in which directions, how deep and how wide one building of a form could stand."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.polygons import overlay, polygons_only, sound
from geo.rectangles import Rectangles, widest_rectangles
from planning.capacity.forms import SLACK_M, Form

STREET_DIRECTIONS = 3
DEPTHS_TRIED = 3
ALIGNED_M = 0.5
LIMITS = ("area_m2", "height_m", "footprint_limit_m2", "soil_limit_m2")


def directions(edges: gpd.GeoDataFrame, site_ids: pd.Index) -> pd.DataFrame:
    """
    Directions to try on each site: along its longest street edges, then along its longest edge of all.

    Returns
    -------
    pandas.DataFrame
        ``site`` (position), ``along_x``, ``along_y`` (unit vector, the parcel on its left) and ``street``.
        A direction within about 3° of a better one is left out.
    """
    points, edge = shapely.get_coordinates(edges.geometry.to_numpy(), return_index=True)
    joined = np.flatnonzero(edge[1:] == edge[:-1])
    vector, edge = points[joined + 1] - points[joined], edge[joined]
    length = np.hypot(*vector.T)
    longest = np.lexsort((-length, edge))
    longest = longest[np.r_[True, edge[longest][1:] != edge[longest][:-1]]] if len(longest) else longest
    frame = pd.DataFrame(
        {
            "site": site_ids.get_indexer(edges["parcel_id"])[edge[longest]],
            "along_x": (vector[longest] / length[longest, None])[:, 0],
            "along_y": (vector[longest] / length[longest, None])[:, 1],
            "street": (edges["kind"] == "street").to_numpy()[edge[longest]],
            "length_m": edges["length_m"].to_numpy()[edge[longest]],
        }
    )
    frame = frame[frame["site"] >= 0]
    frame = frame.sort_values(["site", "length_m"], ascending=[True, False], kind="stable")
    street = frame[frame["street"]].groupby("site").head(STREET_DIRECTIONS)
    ranked = pd.concat([street, frame.groupby("site").head(1)]).drop(columns="length_m")
    ranked = ranked.sort_values("site", kind="stable", ignore_index=True)
    return _without_twins(ranked)


def _without_twins(ranked: pd.DataFrame) -> pd.DataFrame:
    """Leave out directions parallel to an earlier one of the same site."""
    vector = ranked[["along_x", "along_y"]].to_numpy()
    site = ranked["site"].to_numpy()
    twin = np.zeros(len(ranked), dtype=bool)
    for step in range(1, STREET_DIRECTIONS + 1):
        cross = vector[step:, 0] * vector[:-step, 1] - vector[step:, 1] * vector[:-step, 0]
        twin[step:] |= (site[step:] == site[:-step]) & (np.abs(cross) < 0.05)
    return ranked[~twin].reset_index(drop=True)


def viewed(parcels: np.ndarray, envelopes: np.ndarray, wanted: np.ndarray, view_m: float) -> np.ndarray:
    """
    Where a front with windows may face any boundary: the envelope, no nearer to the neighbours than the views allow.

    Drawn for the positions ``wanted``; the others keep their envelope.
    """
    inner = envelopes.copy()
    inner[wanted] = seen_within(envelopes[wanted], away(parcels[wanted], view_m))
    return inner


def away(parcels: np.ndarray, view_m: float) -> np.ndarray:
    """The land of parcels that lies far enough from their boundary for windows to face it."""
    return shapely.buffer(sound(parcels), -view_m, quad_segs=2)


def seen_within(envelopes: np.ndarray, far: np.ndarray) -> np.ndarray:
    """The part of envelopes that lies far enough from the neighbours (`away`)."""
    return polygons_only(overlay(shapely.intersection, envelopes, far))


def options(
    form: Form,
    sites: pd.DataFrame,
    envelopes: np.ndarray,
    inner: np.ndarray,
    tried: pd.DataFrame,
    streets: np.ndarray | None = None,
) -> pd.DataFrame:
    """
    Every direction and depth tried, with the width that the envelope leaves there and the limits.

    A building that does not stand along the street has its windows to the sides: it stays in `viewed`. Where
    the rules ask for the street line (``aligned``, with the ``streets`` known), it stands within half a metre of it.
    """
    depths = depths_tried(form)
    rows = tried.loc[tried.index.repeat(len(depths))].reset_index(drop=True)
    rows["depth_m"] = np.tile(depths, len(tried))
    limit_m2 = sites[list(LIMITS[2:])].min(axis=1).to_numpy(dtype=float)[rows["site"]]
    rows["limit_m"] = np.minimum(form.width_max_m, limit_m2 / rows["depth_m"])
    asked = rows.assign(site=rows["site"] + len(envelopes) * ~rows["street"].to_numpy(bool))
    shapes = np.r_[envelopes, inner]
    bound = on_line(sites, rows) if streets is not None else np.zeros(len(rows), dtype=bool)
    if bound.any():
        at = np.flatnonzero(bound)
        strips = along_street(
            shapes[asked["site"].to_numpy()[at]],
            streets[rows["site"].to_numpy()[at]],
            rows["depth_m"].to_numpy(float)[at],
        )
        asked.loc[asked.index[at], "site"] = len(shapes) + np.arange(len(at))
        shapes = np.r_[shapes, strips]
    found = widest(shapes, asked, rows["depth_m"], rows["limit_m"])
    return rows.assign(
        room_m=found.width_m,
        advance_m=found.advance_m,
        corner_x=found.corner[:, 0],
        corner_y=found.corner[:, 1],
    )


def on_line(sites: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Whether the first building of each row has to stand on the street line."""
    if "aligned" not in sites:
        return np.zeros(len(rows), dtype=bool)
    return sites["aligned"].to_numpy(dtype=bool)[rows["site"]]


def along_street(shapes: np.ndarray, streets: np.ndarray, depth_m: np.ndarray) -> np.ndarray:
    """The part of shapes where a building of that depth stands on the street line."""
    strips = shapely.buffer(streets, depth_m + ALIGNED_M, cap_style="flat", join_style="mitre")
    return polygons_only(overlay(shapely.intersection, shapes, strips))


def widest(envelopes: np.ndarray, lines: pd.DataFrame, depth_m: pd.Series, enough_m: pd.Series) -> Rectangles:
    """Find the widest rectangles, given back the centimetres that the envelope lost to its grid."""
    found = widest_rectangles(
        envelopes,
        lines["site"].to_numpy(),
        lines[["along_x", "along_y"]].to_numpy(float),
        depth_m.to_numpy(float) - SLACK_M,
        enough_m.to_numpy(float),
    )
    return replace(found, width_m=np.where(found.width_m > 0, found.width_m + SLACK_M, 0.0))


def candidates(form: Form, rows: pd.DataFrame, count: int) -> pd.DataFrame:
    """
    The options worth laying out: the best depth of each direction, then the second ones, `count` in all.

    A row of houses that seeks its mix is tried at its `usual_depth` too, in its best direction. Options are ranked by
    the flats of the mean size that one storey holds, or the houses, whatever the height: more height then never means
    other places.
    """
    roomy = rows[rows["room_m"] >= form.width_min_m - 1e-6]
    width_m = np.minimum(roomy["room_m"], roomy["limit_m"])
    if form.in_row:
        held = np.floor(width_m / form.module_m + 1e-9)
    else:
        held = np.floor(width_m * roomy["depth_m"] * form.living_share_of_footprint / form.dwelling_m2)
    roomy = roomy.assign(held=held, footprint_m2=width_m * roomy["depth_m"])
    site, street = roomy["site"].to_numpy(), roomy["street"].to_numpy(dtype=bool)
    order = np.lexsort((roomy["advance_m"], roomy["footprint_m2"], ~street, -roomy["held"], site))
    _, way = np.unique(roomy[["site", "along_x", "along_y"]].to_numpy(float), axis=0, return_inverse=True)
    order = order[np.lexsort((_before(way.ravel()[order]), site[order]))]
    kept = _before(site[order]) < count
    if form.nearest_mix and len(order):
        _, first, same = np.unique(site[order], return_index=True, return_inverse=True)
        usual = np.isclose(roomy["depth_m"].to_numpy(float)[order], usual_depth(form))
        kept |= usual & (way.ravel()[order] == way.ravel()[order][first][same])
    return roomy.iloc[order[kept]].reset_index(drop=True)


def usual_depth(form: Form) -> float:
    """The least depth tried at which a house of a row holds the largest type of its mix beside its own garage, m."""
    depths = depths_tried(form)
    inside = (form.module_m * depths * (1 - form.wall_share) - form.void_m2) * form.living_share
    largest = max(size for size, share in zip(form.sizes_m2, form.shares, strict=True) if share > 0)
    enough = depths[inside * form.floors_min - form.garage_m2 >= largest]
    return enough[0] if len(enough) else depths[0]


def depths_tried(form: Form) -> np.ndarray:
    """The depths of building that are tried, m, the least first."""
    return np.linspace(form.depth_min_m, form.depth_max_m, DEPTHS_TRIED)


def _before(group: np.ndarray) -> np.ndarray:
    """How many rows of its group come before each row."""
    order = np.argsort(group, kind="stable")
    rank = np.arange(len(group))
    first = np.r_[True, group[order][1:] != group[order][:-1]] if len(group) else rank.astype(bool)
    count = np.empty_like(rank)
    count[order] = rank - np.maximum.accumulate(np.where(first, rank, 0))
    return count


def shortage(
    form: Form, envelopes: np.ndarray, options: pd.DataFrame, tried: pd.DataFrame, short: np.ndarray
) -> pd.DataFrame:
    """
    Say what is missing where nothing fits: the width or the depth, in the direction that comes nearest.

    What is missing along the street is called narrow, what is missing away from it shallow, whichever way
    the building is turned. Where both are, the envelope's own extent is given, of the worse of the two;
    an envelope that reaches far enough both ways, and still holds no such rectangle, is irregular.
    """
    least_deep = options[np.isclose(options["depth_m"], form.depth_min_m) & options["site"].isin(short)]
    wide = least_deep[["site", "along_x", "along_y"]].assign(
        value=least_deep["room_m"], limit=form.width_min_m
    )
    deep = tried.assign(along_x=-tried["along_y"], along_y=tried["along_x"], limit=form.depth_min_m)
    least_wide = pd.Series(form.width_min_m, index=deep.index)
    deep["value"] = widest(envelopes, deep, least_wide, pd.Series(np.inf, index=deep.index)).width_m
    missing = pd.concat([wide, deep], ignore_index=True)
    missing["part"] = missing["value"] / missing["limit"]
    found = missing[(missing["part"] > 0) & (missing["part"] < 1)]
    found = found.sort_values(["site", "part"], ascending=[True, False], kind="stable")
    neither = missing[~missing["site"].isin(found["site"])]
    neither = neither.assign(value=_extent(envelopes, neither))
    neither = neither.assign(part=neither["value"] / neither["limit"]).sort_values(
        ["site", "part"], kind="stable"
    )
    nearest = pd.concat([found, neither]).drop_duplicates("site").set_index("site").reindex(short)
    street = tried[tried["street"]].drop_duplicates("site").set_index("site").reindex(short)
    along = (nearest["along_x"] * street["along_x"] + nearest["along_y"] * street["along_y"]).abs()
    crooked = nearest["value"] >= nearest["limit"]
    named = np.where(along < np.cos(np.pi / 4), "too_shallow", "too_narrow")
    return pd.DataFrame(
        {
            "reason": np.where(crooked, "too_irregular", named),
            "reason_value": nearest["value"].mask(crooked),
            "reason_limit": nearest["limit"].mask(crooked),
        },
        index=short,
    )


def _extent(envelopes: np.ndarray, lines: pd.DataFrame) -> np.ndarray:
    """How far the envelope reaches along each direction, m."""
    points, line = shapely.get_coordinates(envelopes[lines["site"]], return_index=True)
    along = (points * lines[["along_x", "along_y"]].to_numpy()[line]).sum(axis=1)
    reach = pd.Series(along).groupby(line).agg(["min", "max"])
    return (reach["max"] - reach["min"]).reindex(range(len(lines)), fill_value=0.0).to_numpy()
