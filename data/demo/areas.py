"""Areas of the invented town, all made of its drawn cells: IRIS, quarters, sectors; they tile the outline."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.demo import frame
from data.demo.cadastre import Ground, shared_sides
from data.demo.network import Network
from geo.crs import WORKING_CRS

SMALLEST_IRIS_M2 = 60_000
CELL_FACTS = ("iris", "section", "use", "residence", "fabric")
SECTOR_NAMES = {
    "S01": "République - Chanzy",
    "S02": "La Noue - Villiers",
    "S03": "Bobillot - Solidarité",
    "S04": "Centre - Beaumonts",
    "S05": "Ramenas",
    "S06": "Branly - Boissière",
    "S07": "Bel Air - Grands Pêchers",
    "S08": "Signac - Murs à Pêches",
    "S09": "Ruffins",
    "S10": "Montreau - Morillon",
}
AGENCY_OF_SECTOR = dict.fromkeys(("S01", "S02", "S03"), "A1")
AGENCY_OF_SECTOR |= dict.fromkeys(("S04", "S05", "S06"), "A2")
AGENCY_OF_SECTOR |= dict.fromkeys(("S07", "S08", "S09", "S10"), "A3")
AGENCY_NAMES = {"A1": "Agence du Bas-Montreuil", "A2": "Agence du Centre", "A3": "Agence de l'Est"}


def cell_areas(ground: Ground, network: Network) -> pd.DataFrame:
    """Return, for each drawn cell, its IRIS, quarter, sector and section: each nested in the one before it."""
    drawn = [network.cells[number] for number in ground.number_of_cell]
    cells = pd.DataFrame({name: [getattr(cell, name) for cell in drawn] for name in CELL_FACTS})
    cells["area_m2"] = shapely.area(ground.cells)
    touching, _ = shared_sides(ground.cells)
    borders = both_ways(touching.rename(columns={"first": "a", "last": "b", "length_m": "m"}))
    iris = absorb(cells["iris"].to_numpy(), cells["area_m2"].to_numpy(), touching)
    cells["iris"] = reattached(pd.Series(iris), cells["area_m2"], borders)
    whole = cells.groupby("iris")["area_m2"].sum()
    middles = shapely.get_coordinates(shapely.centroid(ground.cells)) * cells[["area_m2"]].to_numpy()
    middles = pd.DataFrame(middles, columns=["x", "y"]).groupby(cells["iris"]).sum().div(whole, axis=0)
    quarter = pd.Series(frame.nearest_quarter(*middles.to_numpy().T), index=whole.index)
    edges = borders.assign(a=cells["iris"].to_numpy()[borders["a"]], b=cells["iris"].to_numpy()[borders["b"]])
    edges = edges[edges["a"] != edges["b"]].groupby(["a", "b"], as_index=False)["m"].sum()
    sector = reattached(quarter.map(frame.quarters()["sector_id"]), whole, edges)
    return cells.assign(quarter_id=cells["iris"].map(quarter), sector_id=cells["iris"].map(sector))


def both_ways(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return each pair (a, b) also as (b, a)."""
    return pd.concat([pairs, pairs.rename(columns={"a": "b", "b": "a"})], ignore_index=True)


def reattached(group: pd.Series, weight: pd.Series, borders: pd.DataFrame) -> pd.Series:
    """
    Make every group one piece: its smaller pieces go to the group they share most border with.

    ``borders`` holds the items that touch (a, b, both ways) and along how many metres (m).
    """
    group = group.copy()
    for _ in range(4):
        piece = pieces_of(group, borders)
        main = weight.groupby(piece).sum().groupby(group.groupby(piece).first()).idxmax()
        stray = group.index[~piece.isin(main)]
        border = borders[borders["a"].isin(stray) & ~borders["b"].isin(stray)]
        if border.empty:
            break
        shared = border.groupby([border["a"].map(piece), border["b"].map(group)])["m"].sum()
        for number in shared.index.levels[0]:
            group[piece == number] = shared[number].idxmax()
    return group


def pieces_of(group: pd.Series, borders: pd.DataFrame) -> pd.Series:
    """Number the connected pieces of groups: two items are together if they touch and have the same group."""
    same = borders[borders["a"].map(group).to_numpy() == borders["b"].map(group).to_numpy()]
    place = pd.Series(np.arange(len(group)), index=group.index)
    links = (np.ones(len(same)), (place[same["a"]], place[same["b"]]))
    _, labels = connected_components(coo_array(links, shape=(len(group), len(group))), directed=False)
    return pd.Series(labels, index=group.index)


def absorb(group: np.ndarray, area_m2: np.ndarray, touching: pd.DataFrame) -> np.ndarray:
    """Give groups that are too small to the group they share most border with."""
    group = group.copy()
    while True:
        sizes = pd.Series(area_m2).groupby(group).sum()
        small = sizes[sizes < SMALLEST_IRIS_M2].sort_values(kind="stable").index
        pairs = pd.DataFrame({"a": group[touching["first"]], "b": group[touching["last"]]})
        pairs = both_ways(pairs.assign(m=touching["length_m"].to_numpy()))
        pairs = pairs[(pairs["a"] != pairs["b"]) & pairs["a"].isin(small)]
        if pairs.empty:
            return group
        shared = pairs.groupby(["a", "b"])["m"].sum()
        first = next(number for number in small if number in shared.index)
        group[group == first] = shared[first].idxmax()


def dissolve(shapes: np.ndarray, by: pd.Series) -> gpd.GeoSeries:
    """Unite noded shapes that have the same key, as multipolygons; pieces of an edge-matched whole fit again."""
    keys = sorted(pd.unique(by.dropna()))
    united = [multi(shapely.coverage_union_all(shapes[(by == key).to_numpy()])) for key in keys]
    return gpd.GeoSeries(united, index=pd.Index(keys), crs=WORKING_CRS)


def multi(shape) -> shapely.MultiPolygon:
    """Return the polygons of a shape as one multipolygon."""
    return shapely.MultiPolygon([p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"])


def sectors(ground: Ground, cells: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the sectors by ``sector_id``: no gap, no overlap, limits along street axes."""
    shapes = dissolve(ground.cells, cells["sector_id"])
    table = pd.DataFrame(
        {"name": shapes.index.map(SECTOR_NAMES), "agency_id": shapes.index.map(AGENCY_OF_SECTOR)},
        index=shapes.index.rename("sector_id"),
    )
    return gpd.GeoDataFrame(table, geometry=shapes.to_numpy(), crs=WORKING_CRS)


def iris(ground: Ground, cells: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return invented areas of the size of an IRIS, named after their quarter and a rank in it."""
    shapes = dissolve(ground.cells, cells["iris"])
    quarter = cells.groupby("iris")["quarter_id"].first().loc[shapes.index]
    rank = quarter.groupby(quarter).cumcount() + 1
    names = frame.quarters()["name"].loc[quarter.to_numpy()].to_numpy() + " " + rank.astype(str).to_numpy()
    ids = [f"{frame.INSEE_CODE}{number:04d}" for number in range(101, 101 + len(shapes))]
    table = {"name": names, "iris_type": "H", "insee_code": frame.INSEE_CODE}
    index = pd.Index(ids, name="iris_id")
    return gpd.GeoDataFrame(table, index=index, geometry=shapes.to_numpy(), crs=WORKING_CRS)


def communes() -> gpd.GeoDataFrame:
    """Return the one commune, by ``insee_code``."""
    table = {"name": [frame.TOWN], "abc_zone": [frame.ABC_ZONE]}
    index = pd.Index([frame.INSEE_CODE], name="insee_code")
    return gpd.GeoDataFrame(table, index=index, geometry=[multi(frame.outline())], crs=WORKING_CRS)
