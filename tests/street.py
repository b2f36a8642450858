"""A street to draw territories on: six residences in a row, two agencies of one sector each, one without a location."""

import tempfile
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import MultiPolygon, Point, box

from data.store import Store, open_store

X, Y = 660_000, 6_866_000
WEIGHTS = {"dwellings": 1.0}


def built(store: Store) -> Store:
    """Return the store with the street in it."""
    agencies = pd.Index(["A1", "A2"], name="agency_id")
    ends = [Point(X + 50, Y + 50), Point(X + 550, Y + 50)]
    sectors = pd.Index(["S1", "S2"], name="sector_id")
    homes = pd.Index([f"R{i}" for i in range(7)], name="residence_id")
    points = [Point(X + 50 + 100 * i, Y + 50) for i in range(6)] + [None]
    rows = {
        "name": [f"Résidence {i}" for i in range(7)],
        "sector_id": ["S1"] * 3 + ["S2"] * 4,
        "agency_id": ["A1"] * 3 + ["A2"] * 4,
        "dwellings": 10,
        "location": ["measured"] * 6 + ["none"],
        "source": "invented",
    }
    town = MultiPolygon([box(X, Y, X + 600, Y + 100)])
    insee = pd.Index(["93048"], name="insee_code")
    store.write(
        "agencies", gpd.GeoDataFrame({"name": ["Ouest", "Est"]}, geometry=ends, crs=2154, index=agencies)
    )
    store.write(
        "sectors",
        gpd.GeoDataFrame(
            {"name": ["S1", "S2"], "agency_id": ["A1", "A2"]}, geometry=[None, None], crs=2154, index=sectors
        ),
    )
    store.write("residences", gpd.GeoDataFrame(rows, geometry=points, crs=2154, index=homes))
    store.write("communes", gpd.GeoDataFrame({"name": ["M"]}, geometry=[town], crs=2154, index=insee))
    return store


def stored(path: Path) -> Path:
    """Make a store of the street at a path; return the path."""
    path.write_bytes(_content())
    return path


@cache
def _content() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "street.duckdb"
        built(open_store(path)).close()
        return path.read_bytes()
