"""The invented stock: residences on their plots, buildings, dwellings; no occupant yet."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import frame
from data.demo.chance import cut_by_rank, fill_by_deficit, stream
from data.demo.land import Land
from data.demo.names import residence_names
from data.demo.parameters import family, parameter
from geo.crs import WORKING_CRS

SOURCE = "invented"
TYPES = ("T1", "T2", "T3", "T4", "T5", "T6")
GROUND_M2_PER_DWELLING = 42.0
HOME_FABRICS = ("pavilion", "orchard")
# preference for a heating by size of residence, in the order of the parameters
HEATING_TASTE = {
    "large": (1.2, 2.0, 0.0, 0.0, 0.0),
    "medium": (1.6, 1.0, 0.5, 0.3, 0.0),
    "small": (0.5, 0.2, 2.5, 2.2, 1.0),
}


def residences(land: Land, sizes: pd.DataFrame, seed: int) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """
    Place and describe the residences.

    Returns
    -------
    tuple
        Residences by ``residence_id`` (with helper columns ``size``, ``quarter_id``, ``period``), and the
        parcels they stand on: ``parcel_id``, ``residence_id``, main parcel first.
    """
    rng = stream(seed, "residences")
    table = sizes.copy()
    table["period"] = periods(table, rng)
    bounds = np.array([[int(y) for y in p.split("-")] for p in table["period"]])
    table["year_built"] = rng.integers(bounds[:, 0], bounds[:, 1] + 1)
    table["kind"] = kinds(table, land, rng)
    table["floors"] = floors(table, rng)
    table["has_lift"] = (table["floors"] >= 5) & (table["year_built"] >= 1955) | (table["floors"] >= 4) & (
        table["year_built"] >= 2006
    )
    table["has_caretaker"] = table["dwellings"] >= 48
    table["heating"] = heatings(table, rng)
    ground = plots_of(table, land, rng)
    home = ground.drop_duplicates("residence").set_index("residence")["parcel_id"].reindex(table.index)
    table["sector_id"] = land.facts["sector_id"].reindex(home).to_numpy()
    table["quarter_id"] = land.facts["quarter_id"].reindex(home).to_numpy()
    table["address"] = land.parcels["address"].reindex(home).to_numpy()
    points = shapely.point_on_surface(land.parcels.geometry.reindex(home).to_numpy())
    table["geometry"] = shapely.set_precision(points, 0.01)
    table["name"] = residence_names(len(table), rng)
    table = table.sort_values(["sector_id", "dwellings"], ascending=[True, False], kind="stable")
    ids = pd.Series([f"R{rank:03d}" for rank in range(1, len(table) + 1)], index=table.index)
    ground["residence_id"] = ground["residence"].map(ids)
    table.index = pd.Index(ids, name="residence_id")
    table = table.assign(
        postcode=frame.POSTCODE, insee_code=frame.INSEE_CODE, location="measured", source=SOURCE
    )
    return gpd.GeoDataFrame(table, geometry="geometry", crs=WORKING_CRS), ground[
        ["parcel_id", "residence_id"]
    ]


def periods(table: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Give each residence a period of construction: the large ones are of 1960-1990."""
    shares = family("period")
    names = np.array(list(shares))
    taste = {
        "large": (0, 0, 1, 1, 0, 0),
        "medium": (0, 0, 0.7, 0.8, 1, 1.2),
        "small": (2, 2, 0.5, 0.7, 1, 1.1),
    }
    allowed = np.array([taste[size] for size in table["size"]]) * rng.uniform(0.7, 1.3, (len(table), 6))
    return names[fill_by_deficit(table["dwellings"].to_numpy(), list(shares.values()), allowed)]


def kinds(table: pd.DataFrame, land: Land, rng: np.random.Generator) -> np.ndarray:
    """Say which small residences are groups of houses, until houses are the wanted share of dwellings."""
    character = frame.quarters()["character"].loc[table["quarter_id"]].to_numpy()
    able = (table["size"] == "small").to_numpy() & (table["dwellings"] >= 6).to_numpy()
    score = rng.random(len(table)) + np.where(np.isin(character, HOME_FABRICS), 0, 1) + np.where(able, 0, 9)
    wanted = parameter("house_share") * parameter("dwellings")
    kind, total = np.full(len(table), "flats", dtype=object), 0
    for item in np.argsort(score, kind="stable"):
        size = table["dwellings"].iloc[item]
        if able[item] and total + size <= wanted + 8:
            kind[item], total = "houses", total + size
    return kind


def floors(table: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Return the number of storeys, ground floor included."""
    low = table["size"].map({"large": 5, "medium": 4, "small": 3}).to_numpy()
    high = table["size"].map({"large": 13, "medium": 8, "small": 5}).to_numpy()
    drawn = rng.integers(low, high + 1)
    return np.where(
        table["kind"] == "houses", 2, np.where(table["year_built"] < 1955, np.minimum(drawn, 5), drawn)
    )


def heatings(table: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Give each residence its heating, so that dwellings have the wanted shares."""
    shares = family("heating")
    allowed = np.array([HEATING_TASTE[size] for size in table["size"]]) * rng.uniform(
        0.6, 1.4, (len(table), len(shares))
    )
    return np.array(list(shares))[
        fill_by_deficit(table["dwellings"].to_numpy(), list(shares.values()), allowed)
    ]


def plots_of(table: pd.DataFrame, land: Land, rng: np.random.Generator) -> pd.DataFrame:
    """Return the parcels of each residence, the largest first: estates own their cell, small ones one plot."""
    facts = land.facts.assign(area=land.parcels.area.to_numpy())
    estates = (
        facts[facts["residence"] >= 0]
        .reset_index()
        .sort_values(["residence", "area"], ascending=[True, False])
    )
    rows = estates[["parcel_id", "residence"]]
    free = facts[
        (facts["use"] == "plots") & facts["area"].between(260, 3000) & land.parcels["address"].notna()
    ]
    small = table[table["size"] == "small"]
    taken = []
    for residence, row in small.sort_values("dwellings", ascending=False, kind="stable").iterrows():
        wanted = 160 + row["dwellings"] * (110 if row["kind"] == "houses" else GROUND_M2_PER_DWELLING)
        here = free[(free["quarter_id"] == row["quarter_id"]).to_numpy() & ~free.index.isin(taken)]
        gap = np.abs(np.log(here["area"].to_numpy() / wanted)) + rng.uniform(0, 0.15, len(here))
        taken.append(here.index[int(np.argmin(gap))])
        rows = pd.concat([rows, pd.DataFrame({"parcel_id": [taken[-1]], "residence": [residence]})])
    return rows.reset_index(drop=True)


def buildings(table: gpd.GeoDataFrame, ground: pd.DataFrame, land: Land, seed: int) -> gpd.GeoDataFrame:
    """Return the buildings by ``building_id``, with their stairs and a point inside the residence's ground."""
    rng = stream(seed, "buildings")
    per = table["size"].map({"large": 78, "medium": 52, "small": 34}).where(table["kind"] != "houses", 8)
    counts = np.maximum(1, np.round(table["dwellings"] / per)).astype(int)
    owner = np.repeat(np.arange(len(table)), counts)
    rank = pd.Series(owner).groupby(owner).cumcount().to_numpy()
    rows = table.iloc[owner].reset_index()
    share = rows["dwellings"].to_numpy() // counts.to_numpy()[owner]
    stairs = np.maximum(1, np.round(share / (rows["floors"] * 3.2))).astype(int)
    letter = np.array([building_letter(r) for r in rank])
    confidence = rng.choice(["column", "free_text"], len(rows), p=[0.9, 0.1])
    result = pd.DataFrame(
        {
            "residence_id": rows["residence_id"].to_numpy(),
            "name": [f"Bâtiment {x}" for x in letter],
            "stairs": np.where(rows["kind"] == "houses", 0, stairs),
            "floors": rows["floors"].to_numpy(),
            "address": rows["address"].to_numpy(),
            "raw_text": [f"BAT {x}" for x in letter],
            "confidence": confidence,
        },
        index=pd.Index(
            [f"{r}-{x}" for r, x in zip(rows["residence_id"], letter, strict=True)], name="building_id"
        ),
    )
    main = ground.drop_duplicates("residence_id").set_index("residence_id")["parcel_id"]
    plots = land.parcels.geometry.reindex(main.reindex(table.index)).to_numpy()
    spots = [spot for plot, n in zip(plots, counts, strict=True) for spot in spread_in(plot, n, rng)]
    return gpd.GeoDataFrame(result, geometry=spots, crs=WORKING_CRS)


def building_letter(rank: int) -> str:
    """Return A, B .. Z, then A1, B1."""
    return chr(65 + rank % 26) + (str(rank // 26) if rank >= 26 else "")


def spread_in(plot, count: int, rng: np.random.Generator) -> list[shapely.Point]:
    """Return points well inside a plot, apart from each other."""
    inner = shapely.buffer(plot, -min(8.0, 0.2 * np.sqrt(shapely.area(plot))))
    inner = plot if inner.is_empty else inner
    x1, y1, x2, y2 = shapely.bounds(inner)
    tries = np.column_stack([rng.uniform(x1, x2, 40 * count), rng.uniform(y1, y2, 40 * count)])
    tries = tries[shapely.contains_xy(inner, tries)]
    chosen = [shapely.get_coordinates(shapely.point_on_surface(inner))[0]]
    while len(chosen) < count and len(tries):
        gaps = np.hypot(*(tries[:, None] - np.array(chosen)[None]).transpose(2, 0, 1)).min(axis=1)
        chosen.append(tries[int(np.argmax(gaps))])
    chosen = (chosen * count)[:count]
    return list(shapely.points(np.round(chosen, 2)))


def dwellings(table: gpd.GeoDataFrame, blocks: gpd.GeoDataFrame, seed: int) -> pd.DataFrame:
    """Return the dwellings by ``dwelling_id``: place, type, area, financing, rent; letting and DPE come later."""
    rng = stream(seed, "dwellings")
    counts = blocks.groupby("residence_id", sort=False).size().reindex(table.index).to_numpy()
    sizes = np.concatenate([spread(n, k) for n, k in zip(table["dwellings"], counts, strict=True)])
    owner = np.repeat(np.arange(len(blocks)), sizes)
    home = table.loc[blocks["residence_id"].to_numpy()[owner]].reset_index()
    place = placed(blocks, owner, home)
    rank = np.arange(len(owner)) - np.concatenate([[0], np.cumsum(sizes)])[owner]
    result = pd.DataFrame(
        {
            "residence_id": home["residence_id"],
            "building_id": blocks.index.to_numpy()[owner],
            **place,
            **described(home, rng),
            "year_built": home["year_built"],
            "has_lift": home["has_lift"],
            "heating": home["heating"],
            "insee_code": frame.INSEE_CODE,
            "raw_address": home["address"],
            "source": SOURCE,
        }
    )
    lifted = result["has_lift"] | (result["floor"] == 0)
    result["adapted"] = adapted(result, lifted.to_numpy(), rng)
    result = pd.concat([result, financing(result, rng)], axis=1)
    result["raw_place"] = [
        f"BAT {b[5:]} ESC {s}" if s else f"BAT {b[5:]}"
        for b, s in zip(result["building_id"], result["stair"].fillna(""), strict=True)
    ]
    ids = [f"{b}-{r + 1:03d}" for b, r in zip(result["building_id"], rank, strict=True)]
    return result.set_axis(pd.Index(ids, name="dwelling_id"), axis=0)


def spread(total: int, parts: int) -> np.ndarray:
    """Cut a number in nearly equal whole parts."""
    return np.diff(np.round(np.linspace(0, total, parts + 1)).astype(int))


def placed(blocks: gpd.GeoDataFrame, owner: np.ndarray, home: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return stair, floor and number of each dwelling: buildings fill from the ground, stair by stair."""
    stairs = np.maximum(blocks["stairs"].to_numpy(), 1)[owner]
    first = np.concatenate([[0], np.flatnonzero(np.diff(owner)) + 1])
    size = np.bincount(owner)
    rank = np.arange(len(owner)) - first[owner]
    per_stair = np.ceil(size[owner] / stairs).astype(int)
    stair, inside = rank // per_stair, rank % per_stair
    per_floor = np.maximum(1, np.ceil(per_stair / home["floors"].to_numpy())).astype(int)
    houses = (home["kind"] == "houses").to_numpy()
    floor = np.where(houses, 0, inside // per_floor)
    number = np.where(houses, rank + 1, floor * 100 + inside % per_floor + 1)
    return {
        "stair": np.where(houses, None, np.char.mod("%02d", stair + 1)),
        "floor": floor,
        "floor_text": np.where(floor == 0, "RC", np.char.mod("%02d", floor)),
        "number": np.char.mod("%d", number),
    }


def described(home: pd.DataFrame, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return type, rooms and living area: types have exactly the wanted shares over the stock."""
    count, codes = len(home), pd.factorize(home["residence_id"])[0]
    taste = rng.normal(0, 0.35, codes.max() + 1)[codes] + np.where(home["kind"] == "houses", 1.1, 0.0)
    rank = cut_by_rank(taste + rng.normal(0, 1, count), list(family("type").values()))
    mean = np.array(list(family("area").values()))[rank]
    spread_share = np.clip(rng.normal(0, parameter("area_spread"), count), -0.24, 0.28)
    return {
        "rooms": rank + 1,
        "room_type": np.array(TYPES)[rank],
        "living_area_m2": np.round(mean * (1 + spread_share), 1),
    }


def adapted(table: pd.DataFrame, lifted: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return what a disabled tenant finds: adapted dwellings are rare, on the ground floor or by the lift."""
    score = rng.random(len(table)) + np.where(lifted, 0, 5) + np.where(table["floor"] == 0, -0.3, 0)
    level = np.where(lifted & (rng.random(len(table)) < 0.62), "reachable", "none").astype(object)
    level[lifted & (table["year_built"] >= 2006) & (rng.random(len(table)) < 0.8)] = "adaptable"
    wanted = round(parameter("adapted_share") * len(table))
    level[np.argsort(score, kind="stable")[:wanted]] = "adapted"
    return level


def financing(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return RPLS financing code and label by age of the residence, and the monthly rent without charges."""
    year, draw = table["year_built"].to_numpy(), rng.random(len(table))
    code = np.select(
        [year < 1950, year < 1978, (year < 2000) & (draw < 0.08), year < 2000, draw < 0.24, draw > 0.88],
        ["50", np.where(draw < 0.1, "51", "52"), "11", "12", "10", "14"],
        "13",
    )
    codes = pd.read_csv(frame.HERE / "financing.csv", dtype=str, index_col="code")
    label = pd.Series(code).map(codes["label"])
    level = pd.Series(code).map(codes["rent_level"]).map(family("rent")).to_numpy()
    rent = np.round(
        table["living_area_m2"] * level * (1 + np.clip(rng.normal(0, 0.05, len(table)), -0.15, 0.15)), 2
    )
    return pd.DataFrame(
        {"financing": code, "financing_label": label, "rent_eur_month": rent}, index=table.index
    )
