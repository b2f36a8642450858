"""The invented maps of the environment, in one table: slope, noise, summer heat, heat network, clay and quarries."""

import geopandas as gpd
import pandas as pd

from data.demo import frame, hazards, heat, noise, relief
from data.demo.cadastre import Ground
from data.demo.land import Land
from geo.crs import WORKING_CRS

COLUMNS = ["kind", "value", "label", "source", "dated_on", "geometry"]
SOURCE = "invented"
AGE_DAYS = {"slope": 900, "noise": 430, "heat_island": 610, "heat_network": 150, "clay": 1_200, "quarry": 760}


def environment(
    ground: Ground, cells: pd.DataFrame, land: Land, residences: gpd.GeoDataFrame, seed: int
) -> gpd.GeoDataFrame:
    """
    Return the maps of the town by ``feature_id``, shapes in EPSG:2154, as the importers keep them.

    Each is labelled invented and has its day, some time before the reference date, as real maps have.
    """
    soil = relief.relief(seed)
    uses = land.facts["use"].reindex(land.parcels.index)
    maps = [
        relief.slopes(soil),
        noise.noise(land.streets),
        heat.summer_heat(ground, cells, seed),
        heat.heat_network(land.streets, land.parcels, uses, residences),
        hazards.clay(soil),
        hazards.quarries(soil, seed),
    ]
    rows = pd.concat([rows.assign(rank=range(1, len(rows) + 1)) for rows in maps], ignore_index=True)
    ids = rows["kind"] + f"-{SOURCE}-" + rows["rank"].map("{:04d}".format)
    days = frame.REFERENCE_DATE - pd.to_timedelta(rows["kind"].map(AGE_DAYS), unit="D")
    rows = rows.assign(source=SOURCE, dated_on=days).set_axis(pd.Index(ids, name="feature_id"))
    return gpd.GeoDataFrame(rows[COLUMNS], geometry="geometry", crs=WORKING_CRS)
