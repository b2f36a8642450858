"""The invented heat: summer heat by block, and the network that heats those estates which have it."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from data.demo.areas import dissolve
from data.demo.cadastre import Ground
from data.demo.chance import stream

# class of summer heat, 0 cool to 3 hot, by use of the block, and by fabric where it is plots; working assumptions
BY_USE = {
    "park": 0, "wood": 0, "orchard": 0, "cemetery": 1, "garden": 0, "sport": 1, "strip": 1, "estate_large": 2,
    "estate_medium": 2, "collective": 2, "school": 2, "public": 2, "workshop": 3, "activity": 3,
}  # fmt: skip
BY_FABRIC = {"orchard": 1, "pavilion": 1, "faubourg": 2, "centre": 3}
COOLING, COOLED_M = ("park", "wood", "orchard"), 90.0
OTHER_SHARE = 0.14  # blocks a class hotter than their like, and as many a class cooler
WORDS = ("Frais", "Plutôt frais", "Chaud", "Très chaud")
PLANT_USE = "activity"


def summer_heat(ground: Ground, cells: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return classes of summer heat: one area a class and IRIS; they tile the town."""
    by_use, by_fabric = (cells[name].map(table) for name, table in (("use", BY_USE), ("fabric", BY_FABRIC)))
    heat = by_use.fillna(by_fabric).fillna(1).to_numpy(int)
    luck = stream(seed, "summer heat").random(len(heat))
    heat = heat + (luck < OTHER_SHARE).astype(int) - (luck > 1 - OTHER_SHARE).astype(int)
    green = cells["use"].isin(COOLING).to_numpy()
    near = shapely.STRtree(ground.cells).query(ground.cells[green], predicate="dwithin", distance=COOLED_M)[1]
    heat[np.unique(near)] -= 1
    heat = np.where(green, 0, np.clip(heat, 0, 3))
    shapes = dissolve(ground.cells, cells["iris"] * 10 + pd.Series(heat, index=cells.index))
    classes = (shapes.index % 10).to_numpy(int)
    return pd.DataFrame(
        {
            "kind": "heat_island",
            "value": classes.astype(float),
            "label": np.array(WORDS)[classes],
            "geometry": shapes.to_numpy(),
        }
    )


def network(streets: np.ndarray, plant: shapely.Point, heated: np.ndarray) -> pd.DataFrame:
    """
    Return the pipes of the heat network: under the streets, the nearest residence first, each joined to what is laid.

    Parameters
    ----------
    heated
        Points of the residences that it heats.
    """
    sections = shapely.get_parts(shapely.union_all(streets, grid_size=0.5))
    ends = np.vstack([shapely.get_coordinates(shapely.get_point(sections, end)) for end in (0, -1)])
    nodes, place = np.unique(ends, axis=0, return_inverse=True)
    first, last = place.reshape(2, -1)
    lengths = shapely.length(sections)
    links = csr_array((lengths, (first, last)), shape=(len(nodes), len(nodes)))
    tree = shapely.STRtree(shapely.points(nodes))
    root = int(tree.query_nearest(plant, all_matches=False)[0])
    away_m = dijkstra(links, directed=False, indices=root)
    reached = np.flatnonzero(np.isfinite(away_m))
    served = reached[
        shapely.STRtree(shapely.points(nodes[reached])).query_nearest(heated, all_matches=False)[1]
    ]
    pipes, joined = set(), {root}
    for home in served[np.argsort(away_m[served], kind="stable")]:
        _, before, _ = dijkstra(
            links, directed=False, indices=sorted(joined), return_predecessors=True, min_only=True
        )
        node = int(home)
        while node not in joined:
            joined.add(node)
            pipes.add((min(node, int(before[node])), max(node, int(before[node]))))
            node = int(before[node])
    pairs = zip(np.minimum(first, last), np.maximum(first, last), strict=True)
    lines = shapely.line_merge(shapely.union_all(sections[[pair in pipes for pair in pairs]]))
    return pd.DataFrame(
        {
            "kind": "heat_network",
            "value": np.nan,
            "label": "Réseau de chaleur inventé",
            "geometry": shapely.get_parts(lines),
        }
    )


def heat_network(
    streets: gpd.GeoDataFrame, parcels: gpd.GeoDataFrame, uses: pd.Series, homes
) -> pd.DataFrame:
    """Return the network from a plant on the widest ground of the workshops to the residences with district heat."""
    ground = parcels[(uses == PLANT_USE).to_numpy()]
    plant = shapely.point_on_surface(ground.geometry.iloc[int(np.argmax(ground.area))])
    heated = homes[homes["heating"] == "district"]
    return network(streets.geometry.to_numpy(), plant, heated.geometry.to_numpy())
