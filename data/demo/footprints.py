"""The invented buildings: one or two a plot, as large as its use has them; car parks and gardens stay open."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import frame
from data.demo.chance import stream
from data.demo.land import Land
from geo.crs import WORKING_CRS

# share of the plot that is built, and storeys, where the use says it; working assumptions
BUILT_SHARE = {
    "plots": 0.38, "collective": 0.32, "estate_large": 0.26, "estate_medium": 0.30, "workshop": 0.55,
    "activity": 0.50, "school": 0.28, "public": 0.30, "sport": 0.06,
}  # fmt: skip
FLOORS = {"plots": 2, "collective": 5, "workshop": 1, "activity": 1, "school": 2, "public": 4, "sport": 1}
EMPTY_PLOTS_SHARE = 0.05
GARAGES_SHARE = 0.45
INSET_M = 0.3


def footprints(land: Land, estates: pd.Series, spare: pd.Index, seed: int) -> gpd.GeoDataFrame:
    """
    Draw what stands on each parcel.

    Parameters
    ----------
    estates
        Storeys of the residence by ``parcel_id``, where one stands.
    spare
        The landlord's garages and car parks: half of them carry low garages, the others nothing.

    Returns
    -------
    geopandas.GeoDataFrame
        By ``footprint_id``, one polygon in EPSG:2154 a built parcel: commune, kind, storeys, source.
    """
    rng, facts = stream(seed, "footprints"), land.facts
    share = facts["use"].map(BUILT_SHARE).fillna(0.0) * rng.uniform(0.8, 1.2, len(facts))
    share = share.mask((facts["use"] == "plots") & (rng.random(len(facts)) < EMPTY_PLOTS_SHARE), 0.0)
    share = share.where(~facts["use"].str.startswith("estate") | facts.index.isin(estates.index), 0.0)
    garages = facts.index.isin(spare)
    share = share.mask(garages, np.where(rng.random(len(facts)) < 0.5, GARAGES_SHARE, 0.0))
    built = land.parcels.geometry[share.to_numpy() > 0]
    shapes = shrunk(built.to_numpy(), share[built.index].to_numpy())
    floors = facts["use"].map(FLOORS).reindex(built.index)
    floors = estates.reindex(built.index).fillna(floors).mask(garages[share.to_numpy() > 0], 1)
    table = pd.DataFrame(
        {
            "insee_code": frame.INSEE_CODE,
            "kind": np.where(garages[share.to_numpy() > 0], "light", "solid"),
            "floors": floors.astype("Int64").array,
            "source": "invented",
        },
        index=pd.Index("invented-" + built.index.astype("str"), name="footprint_id"),
    )
    drawn = gpd.GeoDataFrame(table, geometry=shapes, crs=WORKING_CRS)
    return drawn[~drawn.geometry.is_empty].sort_index()


def shrunk(plots: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Return a block in the middle of each plot, turned as the plot is and within it."""
    boxes = shapely.minimum_rotated_rectangle(plots)
    corners = shapely.get_coordinates(shapely.get_exterior_ring(boxes)).reshape(-1, 5, 2)
    centre = shapely.get_coordinates(shapely.point_on_surface(plots))[:, None]
    own = corners.mean(axis=1, keepdims=True)
    factor = np.sqrt(shares * shapely.area(plots) / shapely.area(boxes))[:, None, None]
    blocks = shapely.polygons(np.round(centre + (corners - own) * factor, 2))
    inside = shapely.intersection(blocks, shapely.buffer(plots, -INSET_M, join_style="mitre"))
    return np.array([shapely.MultiPolygon(polygons(shape)) for shape in inside], dtype=object)


def polygons(shape: shapely.Geometry) -> list[shapely.Polygon]:
    """Return the polygons of a shape."""
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
