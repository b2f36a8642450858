"""What is planted in the invented town, for analyses to find: each truth is set here and recorded."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo.areas import multi
from data.demo.chance import stream
from data.demo.land import Land

VAT_FAR_M, VAT_NEAR_M, VAT_LIMIT_M = 510.0, 300.0, 500.0
LIFT_REQUESTS, TRANQUILLITY_REQUESTS = 74, 150
LEVELS = {"none": 0, "reachable": 1, "wheelchair": 3}
OFFERS = {"none": 0, "reachable": 1, "adaptable": 1, "adapted": 3}
LEAST_M2 = np.array([0, 9, 16, 25, 34, 43, 52, 61, 70])  # CCH R822-25, by persons, 8 or more last
# the three households of the planted cycle: rooms they have, persons, children, couple, rooms they need
CYCLE = ((4, 1, 0, False, 2), (2, 2, 1, False, 3), (3, 4, 2, True, 4))


def chosen(residences: gpd.GeoDataFrame, buildings: pd.DataFrame, seed: int) -> dict:
    """Choose the residences of the planted troubles (medium ones, each another) and the busiest agency."""
    rng = stream(seed, "truths")
    busiest = residences.groupby("agency_id")["dwellings"].sum().idxmax()
    medium = residences[(residences["size"] == "medium") & (residences["kind"] == "flats")]
    calm = medium[medium["agency_id"] != busiest]
    heated = medium[medium["heating"] == "collective_gas"]
    hot = pick(heated, [], rng)
    lift = pick(calm[calm["has_lift"]], [hot], rng)
    loud = pick(calm, [hot, lift], rng)
    return {
        "abnormal_heating": hot,
        "lift_cluster": lift,
        "lift_building": buildings.index[buildings["residence_id"] == lift][0],
        "lift_requests": LIFT_REQUESTS,
        "tranquillity_hot_spot": loud,
        "tranquillity_requests": TRANQUILLITY_REQUESTS,
        "overloaded_agency": busiest,
    }


def pick(table: pd.DataFrame, others: list[str], rng: np.random.Generator) -> str:
    """Pick one residence that is not among the others."""
    names = [name for name in table.index if name not in others]
    return names[int(rng.integers(len(names)))]


def plant_vat_site(land: Land, qpv: gpd.GeoDataFrame) -> dict:
    """
    Cut the nursery strip so that its farthest point lies 510 m from the renewal district.

    It is then partly within 300 m but not entirely within 500 m (CGI 278 sexies III 2): it fails by 10 m only.
    """
    district_id = qpv.index[qpv["renewal"]][0]
    district = qpv.geometry[district_id]
    parcel = land.facts.index[land.facts["use"] == "strip"][0]
    strip = shapely.get_geometry(land.parcels.geometry[parcel], 0)
    ends = shapely.get_coordinates(shapely.oriented_envelope(strip))[:3]
    axis = max((ends[1] - ends[0], ends[2] - ends[1]), key=lambda v: np.hypot(*v))
    axis = axis / np.hypot(*axis)
    middle = shapely.get_coordinates(strip.centroid)[0]
    if district.distance(shapely.Point(middle + axis * 200)) < district.distance(
        shapely.Point(middle - axis * 200)
    ):
        axis = -axis
    near, far = halves(strip, middle, axis, farthest_cut(strip, middle, axis, district))
    land.parcels.loc[parcel, "geometry"] = multi(near)
    land.parcels.loc[parcel, "area_m2"] = round(near.area)
    add_parcel(land, parcel, far)
    return {
        "vat_site": parcel,
        "vat_district": district_id,
        "vat_nearest_m": round(near.distance(district), 2),
        "vat_farthest_m": round(farthest_m(near, district), 2),
    }


def halves(strip, middle: np.ndarray, axis: np.ndarray, at: float):
    """Cut a strip across at a place along its axis: the side before, the side after."""
    across = np.array([-axis[1], axis[0]])
    start = middle + axis * at
    box = [
        start - across * 500,
        start + across * 500,
        start + across * 500 - axis * 2000,
        start - across * 500 - axis * 2000,
    ]
    knife = shapely.set_precision(shapely.Polygon(box), 0.01)
    near = shapely.intersection(strip, knife, grid_size=0.01)
    return near, shapely.difference(strip, near, grid_size=0.01)


def farthest_m(shape, district) -> float:
    """Return the distance from the district to the farthest point of a shape."""
    points = shapely.points(shapely.get_coordinates(shapely.segmentize(shape, 5.0)))
    return float(shapely.distance(points, district).max())


def farthest_cut(strip, middle: np.ndarray, axis: np.ndarray, district) -> float:
    """Return where to cut so that the near side reaches just ``VAT_FAR_M`` from the district."""
    reach = (shapely.get_coordinates(strip) - middle) @ axis
    low, high = reach.min() + 1, reach.max()
    for _ in range(40):
        at = (low + high) / 2
        near, _ = halves(strip, middle, axis, at)
        low, high = (at, high) if farthest_m(near, district) < VAT_FAR_M else (low, at)
    return low


def add_parcel(land: Land, parcel: str, shape) -> None:
    """Add the rest of a divided parcel, under the next free number of its section."""
    section = land.parcels["section"] == land.parcels.at[parcel, "section"]
    number = land.parcels.loc[section, "number"].astype(int).max() + 1
    new = f"{parcel[:10]}{number:04d}"
    land.parcels.loc[new] = land.parcels.loc[parcel]
    land.parcels.loc[new, ["number", "area_m2", "address", "geometry"]] = [
        str(number),
        float(round(shape.area)),
        None,
        multi(shape),
    ]
    land.facts.loc[new] = land.facts.loc[parcel]


def plant_exchange(households: pd.DataFrame, dwellings: pd.DataFrame, seed: int) -> tuple[pd.DataFrame, dict]:
    """
    Make three wheelchair users who can only move in a ring, each to the home of the next; no two can swap.

    They have adapted homes of 4, 2 and 3 rooms and need 2, 3 and 4. Tenants of other adapted homes who could
    swap with one of them withdraw their request, so that the ring is the only exchange for the three.
    """
    rng, table = stream(seed, "exchange"), households.copy()
    homes = dwellings.loc[table["dwelling_id"]].set_axis(table.index, axis=0)
    adapted = homes[homes["adapted"] == "adapted"]
    able = adapted[adapted["living_area_m2"] >= 25]
    ring = [
        able.index[able["rooms"] == rooms][int(rng.integers((able["rooms"] == rooms).sum()))]
        for rooms, *_ in CYCLE
    ]
    for household, (_, persons, children, couple, need) in zip(ring, CYCLE, strict=True):
        table.loc[household, ["persons", "children", "rooms_needed", "visiting_children"]] = [
            persons,
            children,
            need,
            0,
        ]
        table.loc[household, ["couple", "need_level", "transfer_wish"]] = [couple, "wheelchair", True]
        table.loc[household, "holder_age_band"] = "50-64" if persons == 1 else "30-49"
    for household in ring:
        swap = suits(table, homes.loc[[household]]) & takes(table.loc[household], homes)
        table.loc[swap[swap].index.difference(ring), "transfer_wish"] = False
    return table, {"exchange_cycle": tuple(ring)}


def suits(table: pd.DataFrame, home: pd.DataFrame) -> pd.Series:
    """Say which households could take one home: enough rooms and no more than they may have, area, access."""
    place = home.iloc[0]
    most = table["persons"] + table["visiting_children"] + 1
    rooms = (table["rooms_needed"] <= place["rooms"]) & (place["rooms"] <= most)
    large = LEAST_M2[table["persons"].clip(upper=8)] <= place["living_area_m2"]
    access = table["need_level"].map(LEVELS) <= OFFERS[place["adapted"]]
    return rooms & large & access


def takes(household: pd.Series, homes: pd.DataFrame) -> pd.Series:
    """Say which homes one household could take."""
    rooms = homes["rooms"].between(household["rooms_needed"], household["persons"] + 1)
    large = homes["living_area_m2"] >= LEAST_M2[min(household["persons"], 8)]
    return rooms & large & (homes["adapted"].map(OFFERS) >= LEVELS[household["need_level"]])
