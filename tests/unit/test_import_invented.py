"""What the demonstration invented gives way to a real file of the same layer, and to no other."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import MultiPolygon, Point, box

from data.importers.invented import giving_way
from geo.crs import WORKING_CRS

HERE = Point(657_000, 6_862_000)
ADDED = {
    "sales": {"sold_on": pd.Timestamp("2024-01-02")},
    "risks": {"register": "casias", "state": "ended", "located_by": "number"},
    "brownfields": {"name": "Friche", "status": "friche sans projet"},
}


def rows(table: str, *keys: str) -> gpd.GeoDataFrame:
    """Rows of a layer, as the importers give them: their keys in a column."""
    name = {"sales": "sale_id", "risks": "risk_id", "brownfields": "brownfield_id"}[table]
    columns = {name: list(keys), **ADDED[table]}
    return gpd.GeoDataFrame(columns, geometry=[HERE] * len(keys), crs=WORKING_CRS)


@pytest.mark.parametrize(
    ("table", "made_up", "real"),
    [
        ("sales", "2024-invented-1", "2024-1"),
        ("risks", "INV930480001", "SSP4020660101"),
        ("brownfields", "93048_invented_01", "93048_17"),
    ],
)
def test_the_invented_rows_of_a_layer_give_way_to_real_ones_and_to_no_invented_ones(
    store, table, made_up, real
):
    store.write(table, rows(table, made_up, f"{real}0"))
    gone = giving_way(store, {table: rows(table, real)})
    assert gone[table].to_numpy().tolist() == [[made_up]]
    assert not giving_way(store, {table: rows(table, made_up)})
    assert not giving_way(store, {"permits": pd.DataFrame({"permit_id": [real]})})


def test_squares_of_an_invented_town_give_way_as_long_as_none_was_imported(store):
    shape = MultiPolygon([box(657_000, 6_862_000, 657_200, 6_862_200)])
    keys = ["CRS3035RES200mN2888000E3765400", "CRS3035RES200mN2888200E3765400"]
    squares = gpd.GeoDataFrame(
        {"square_id": keys, "households": 10.0, "social": 2.0}, geometry=[shape] * 2, crs=WORKING_CRS
    )
    store.write("squares", squares)
    assert not giving_way(store, {"squares": squares.iloc[:1]})
    store.set_setting("invented", "yes")
    gone = giving_way(store, {"squares": squares.iloc[:1]})
    assert gone["squares"]["square_id"].tolist() == keys[1:]
