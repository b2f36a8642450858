"""Frames of the ground: parcels, streets and addresses of the invented town."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import frame
from data.demo.cadastre import Ground, locate, shared_sides
from data.demo.chance import stream
from data.demo.names import street_names
from data.importers.search import search_key
from geo.crs import WORKING_CRS

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
KERB_M = 0.9  # median gap between an address point and its parcel, measured at Montreuil


@dataclass(frozen=True, slots=True)
class Land:
    """Parcels, streets, addresses, and the facts of each parcel that the tables do not keep."""

    parcels: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame
    addresses: gpd.GeoDataFrame
    facts: pd.DataFrame  # by parcel_id: use, residence, fabric, iris, quarter_id, sector_id, cell, street_id


def build(ground: Ground, cells: pd.DataFrame, seed: int) -> Land:
    """Number the parcels, name the streets, and put an address on each front."""
    streets = street_frame(ground, seed)
    facts, parcels = numbered(ground, cells, seed)
    fronts = street_fronts(parcels, ground)
    addresses, of_parcel = address_frame(parcels, fronts, streets, ground, seed)
    facts["street_id"] = of_parcel["street_id"].reindex(facts.index)
    parcels["address"] = of_parcel["address"].reindex(parcels.index)
    return Land(parcels, streets, addresses, facts)


def street_frame(ground: Ground, seed: int) -> gpd.GeoDataFrame:
    """Return the street axes inside the outline, with invented names; ``street_id`` says that they are."""
    names = street_names(ground.kinds, stream(seed, "street names"))
    inside = shapely.intersection(ground.streets, frame.outline())
    ids = [f"invented-{rank:04d}" for rank in range(1, len(names) + 1)]
    table = pd.DataFrame({"name": names, "kind": ground.kinds, "width_m": ground.widths_m}, index=ids)
    longest = np.array([longest_line(shape) for shape in inside], dtype=object)
    table = gpd.GeoDataFrame(table.rename_axis("street_id"), geometry=longest, crs=WORKING_CRS)
    return table[shapely.length(longest) > 8.0]


def longest_line(shape) -> shapely.LineString:
    """Return the longest line of a shape."""
    parts = shapely.get_parts(shape)
    parts = parts[shapely.get_type_id(parts) == 1]
    return parts[np.argmax(shapely.length(parts))] if len(parts) else shapely.LineString()


def section_codes(count: int) -> list[str]:
    """Return cadastral section letters: A to Z, then AB, AC and so on (never a double letter)."""
    pairs = [a + b for a in LETTERS for b in LETTERS if a != b]
    return [*LETTERS, *pairs][:count]


def numbered(ground: Ground, cells: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Give each parcel its section and number, west to east, then north to south inside the section."""
    rng = stream(seed, "cadastre")
    home = locate(shapely.point_on_surface(ground.parcels), ground.cells)
    facts = cells.drop(columns="area_m2").iloc[home].assign(cell=home).reset_index(drop=True)
    centre = shapely.get_coordinates(shapely.centroid(ground.parcels))
    facts["x"], facts["y"] = centre.T
    west = facts.groupby("section")["x"].transform("mean")
    order = np.lexsort([-facts["y"], facts["section"], west])
    facts, shapes = facts.iloc[order].reset_index(drop=True), ground.parcels[order]
    rank = pd.factorize(facts["section"])[0]
    codes = np.array(section_codes(rank.max() + 1))[rank]
    numbers = facts.groupby("section").cumcount().to_numpy() + 1
    ids = [
        f"{frame.INSEE_CODE}000{code:0>2}{number:04d}" for code, number in zip(codes, numbers, strict=True)
    ]
    facts.index = pd.Index(ids, name="parcel_id")
    table = pd.DataFrame(
        {
            "insee_code": frame.INSEE_CODE,
            "section": codes,
            "number": numbers.astype(str),
            "area_m2": registered_area(shapely.area(shapes), rng),
            **dates(len(ids), rng),
        },
        index=facts.index,
    )
    shapes = np.array([shapely.MultiPolygon([shape]) for shape in shapes], dtype=object)
    return facts, gpd.GeoDataFrame(table, geometry=shapes, crs=WORKING_CRS)


def registered_area(drawn_m2: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the registered area: near the drawn one, off by more than a tenth for one in a hundred."""
    error = np.where(rng.random(len(drawn_m2)) < 0.012, rng.choice([-0.14, 0.16], len(drawn_m2)), 0.0)
    area = np.round(drawn_m2 * (1 + error + rng.normal(0, 0.006, len(drawn_m2))))
    return np.where(rng.random(len(area)) < 0.002, np.nan, area)


def dates(count: int, rng: np.random.Generator) -> dict[str, pd.DatetimeIndex]:
    """Return dates of creation and of last change of parcels."""
    created = pd.Timestamp("1986-01-01") + pd.to_timedelta(
        (rng.beta(0.7, 2.2, count) * 14_200).astype(int), unit="D"
    )
    later = pd.to_timedelta(rng.integers(0, 4000, count), unit="D")
    updated = np.minimum(created + later, np.datetime64("2025-09-01"))
    return {"created": created, "updated": pd.DatetimeIndex(np.maximum(updated, created))}


def street_fronts(parcels: gpd.GeoDataFrame, ground: Ground) -> pd.DataFrame:
    """Return the sides of parcels that no other parcel shares: middle, length, parcel and nearest street."""
    _, fronts = shared_sides(shapely.get_geometry(parcels.geometry.to_numpy(), 0))
    fronts = fronts[fronts["length_m"] > 1.0].reset_index(drop=True)
    middles = shapely.points(fronts[["x1", "x2"]].mean(axis=1), fronts[["y1", "y2"]].mean(axis=1))
    found = shapely.STRtree(ground.streets).query_nearest(middles, max_distance=30.0, all_matches=False)
    fronts["street"] = -1
    fronts.loc[found[0], "street"] = found[1]
    fronts["x"], fronts["y"] = shapely.get_x(middles), shapely.get_y(middles)
    return fronts[fronts["street"] >= 0]


def address_frame(
    parcels, fronts, streets, ground: Ground, seed: int
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Number the fronts of each street, odd on the left and even on the right, and place their points."""
    rng = stream(seed, "addresses")
    known = streets.index.str.slice(-4).astype(int).to_numpy() - 1
    fronts = fronts[fronts["street"].isin(known)]
    chosen = fronts.sort_values(["parcel", "length_m", "x1"], ascending=[True, False, True])
    chosen = chosen.drop_duplicates("parcel").reset_index(drop=True)
    axes = ground.streets[chosen["street"]]
    points = shapely.points(chosen["x"], chosen["y"])
    along = shapely.line_locate_point(axes, points)
    foot = shapely.line_interpolate_point(axes, along)
    ahead = shapely.line_interpolate_point(axes, along + 1.0)
    back = shapely.line_interpolate_point(axes, np.maximum(along - 1.0, 0))
    way = shapely.get_coordinates(ahead) - shapely.get_coordinates(back)
    out = shapely.get_coordinates(foot) - shapely.get_coordinates(points)
    chosen["left"] = way[:, 0] * -out[:, 1] - way[:, 1] * -out[:, 0] > 0
    chosen["along"] = along
    chosen = chosen.sort_values(["street", "left", "along", "parcel"]).reset_index()
    step = 1 + (rng.random(len(chosen)) < 0.06)
    bis = (rng.random(len(chosen)) < 0.03) & chosen.duplicated(["street", "left"]).to_numpy()
    rank = pd.Series(np.where(bis, 0, step)).groupby([chosen["street"], chosen["left"]]).cumsum()
    chosen["number"] = np.where(chosen["left"], 2 * rank - 1, 2 * rank)
    chosen["suffix"] = pd.Series(np.where(bis, "bis", None), dtype="object")
    chosen = chosen[~chosen.duplicated(["street", "number", "suffix"])]
    shift = np.where(
        rng.random(len(chosen)) < 0.81,
        rng.gamma(2.0, KERB_M / 1.7, len(chosen)),
        -rng.uniform(0.5, 6, len(chosen)),
    )
    out = out[chosen["index"]] / np.maximum(np.hypot(*out[chosen["index"]].T), 1e-6)[:, None]
    xy = np.round(chosen[["x", "y"]].to_numpy() + out * shift[:, None], 2)
    return labelled(chosen, xy, shift, parcels, streets)


def labelled(chosen, xy, shift, parcels, streets) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the addresses by ``address_id``, and the address and street of each parcel."""
    ids = [f"invented-{street + 1:04d}" for street in chosen["street"]]
    names = streets["name"].loc[ids].to_numpy()
    numbers = chosen["number"].astype(str).to_numpy()
    suffix = chosen["suffix"].to_numpy()
    tail = np.array([f" {s}" if s else "" for s in chosen["suffix"].fillna("")])
    labels = np.char.add(
        np.char.add(numbers.astype("U8"), tail.astype("U4")), np.char.add(" ", names.astype("U80"))
    )
    confidence = np.select([shift <= 0, shift < 3.0], ["inside", "near"], "snapped")
    keys = {name: search_key(f"{name} {frame.POSTCODE} {frame.TOWN}") for name in streets["name"]}
    ends = list(zip(numbers, tail, names, strict=True))
    codes = [
        f"{i[-4:]}_{int(n):05d}{t.replace(' ', '_')}" for i, n, t in zip(ids, numbers, tail, strict=True)
    ]
    table = pd.DataFrame(
        {
            "label": [f"{label} {frame.POSTCODE} {frame.TOWN}" for label in labels],
            "number": numbers,
            "suffix": suffix,
            "street": names,
            "postcode": frame.POSTCODE,
            "insee_code": frame.INSEE_CODE,
            "city": frame.TOWN,
            "search_key": [f"{number}{end.upper()} {keys[name]}" for number, end, name in ends],
            "parcel_id": parcels.index.to_numpy()[chosen["parcel"]],
            "parcel_distance_m": np.round(np.maximum(shift, 0.0), 2),
            "parcel_confidence": confidence,
        },
        index=pd.Index([f"{frame.INSEE_CODE}_{code}" for code in codes], name="address_id"),
    )
    addresses = gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(*xy.T), crs=WORKING_CRS)
    of_parcel = pd.DataFrame({"street_id": ids, "address": labels}, index=table["parcel_id"].to_numpy())
    return addresses, of_parcel
