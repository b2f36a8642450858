"""Tiny frames, drawable on paper, for the tests of the store."""

import geopandas as gpd
import pandas as pd
from shapely import MultiPolygon, Point, box

X, Y = 660_000, 6_866_000  # near Bondy, in EPSG:2154


def square(east: float = 0, north: float = 0, side: float = 10) -> MultiPolygon:
    """Return a square whose lower left corner lies so many metres from (X, Y)."""
    return MultiPolygon([box(X + east, Y + north, X + east + side, Y + north + side)])


def parcel_id(number: int, section: str = "AB") -> str:
    return f"93010000{section}{number:04d}"


def parcels(count: int = 3, **columns) -> gpd.GeoDataFrame:
    """Return squares of 10 m in a row, indexed by parcel_id."""
    numbers = range(1, count + 1)
    values = {
        "insee_code": "93010",
        "section": "AB",
        "number": [f"{n:04d}" for n in numbers],
        "area_m2": 100.0,
        "created": pd.Timestamp("2003-01-01"),
        "updated": pd.Timestamp("2020-05-06"),
        "address": pd.array([None] * count, dtype="str"),
    }
    index = pd.Index([parcel_id(n) for n in numbers], name="parcel_id")
    shapes = [square(20 * n) for n in numbers]
    return gpd.GeoDataFrame(values | columns, geometry=shapes, crs=2154, index=index)


def agencies(*names: str) -> gpd.GeoDataFrame:
    index = pd.Index(names, name="agency_id")
    return gpd.GeoDataFrame({"name": list(names)}, geometry=[Point(X, Y)] * len(names), crs=2154, index=index)


def sectors(agency_of: dict[str, str | None]) -> gpd.GeoDataFrame:
    columns = {"name": list(agency_of), "agency_id": list(agency_of.values())}
    shapes = [square(100 * i, side=100) for i in range(len(agency_of))]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=2154, index=pd.Index(agency_of, name="sector_id"))


def residences(sector_of: dict[str, str | None], **columns) -> gpd.GeoDataFrame:
    values = {
        "name": list(sector_of),
        "sector_id": list(sector_of.values()),
        "dwellings": 40,
        "location": "measured",
        "source": "test",
    }
    shapes = [Point(X + 5 * i, Y) for i in range(len(sector_of))]
    index = pd.Index(sector_of, name="residence_id")
    return gpd.GeoDataFrame(values | columns, geometry=shapes, crs=2154, index=index)


def dwellings(residence_of: dict[str, str], **columns) -> pd.DataFrame:
    index = pd.Index(residence_of, name="dwelling_id")
    return pd.DataFrame(
        {"residence_id": list(residence_of.values()), "source": "test"} | columns, index=index
    )


def stock(store) -> None:
    """Write one agency, two sectors, two residences and three dwellings."""
    with store.transaction():
        store.write("agencies", agencies("A1"))
        store.write("sectors", sectors({"S1": "A1", "S2": None}))
        store.write("residences", residences({"R1": "S1", "R2": "S2"}))
        store.write("dwellings", dwellings({"D1": "R1", "D2": "R1", "D3": "R2"}))
