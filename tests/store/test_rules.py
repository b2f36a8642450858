"""The last wall: rows that break a rule are refused, with the table, the row and the remedy, and nothing is written."""

import datetime as dt

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from data.store import StoreRefused, UnknownName
from geo.crs import CRSError
from tests.store.samples import X, Y, dwellings, parcels, residences, sectors, square, stock


def spoiled(value: float) -> MultiPolygon:
    """Return a square one of whose corners is no place."""
    return shapely.transform(square(), lambda xy: np.where(np.arange(len(xy))[:, None] == 1, value, xy))


BOW_TIE = MultiPolygon([Polygon([(X, Y), (X + 9, Y + 9), (X + 9, Y), (X, Y + 9)])])


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (BOW_TIE, "invalid"),
        (MultiPolygon(), "empty"),
        (Point(X, Y), "no MultiPolygon"),
        (MultiPolygon([Polygon([(X, Y, 1), (X + 9, Y, 1), (X, Y + 9, 1)])]), "2D"),
        (MultiPolygon([box(2.48, 48.9, 2.49, 48.91)]), "outside metropolitan France"),
        (MultiPolygon([box(Y, X, Y + 9, X + 9)]), "outside metropolitan France"),
        (spoiled(np.nan), "invalid"),
        (spoiled(np.inf), "invalid"),
    ],
)
def test_shape_is_refused_with_its_reason_and_its_row(store, shape, reason):
    frame = parcels(2)
    frame.geometry = [square(), shape]
    with pytest.raises(StoreRefused, match=f"parcels.geometry.*{reason}.*93010000AB0002"):
        store.write("parcels", frame)
    assert store.count("parcels") == 0


def test_shapes_in_degrees_or_without_system_are_refused(store):
    with pytest.raises(CRSError, match="EPSG:4326"):
        store.write("parcels", parcels(1).to_crs(4326))
    with pytest.raises(CRSError, match="no CRS"):
        store.write("parcels", parcels(1).set_crs(None, allow_override=True))
    with pytest.raises(StoreRefused, match="GeoDataFrame"):
        store.write("parcels", pd.DataFrame(parcels(1)).astype({"geometry": object}))


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("rooms", ["3"], "int"),
        ("rooms", [2.5], "int"),
        ("rooms", [True], "int"),
        ("rooms", [2**63], "int"),
        ("living_area_m2", ["52,5"], "float"),
        ("living_area_m2", [np.inf], "infinite"),
        ("has_lift", ["oui"], "bool"),
        ("has_lift", [1], "bool"),
        ("stair", [1], "text"),
        ("stair", ["a\0b"], "NUL"),
        ("stair", pd.Series(["\ud800"], index=["D9"], dtype=object), "text"),
        ("dpe_date", ["2024-01-01"], "date"),
        ("dpe_date", [dt.datetime(2024, 1, 1, 12)], "date"),
        ("dpe_date", np.array(["20240-01-01"], "datetime64[s]"), "years"),
        ("vacant_since", [dt.datetime(2024, 1, 1, tzinfo=dt.UTC)], "date"),
    ],
)
def test_value_of_another_kind_is_refused(store, column, values, expected):
    stock(store)
    with pytest.raises(StoreRefused, match=rf"dwellings.{column}.*{expected}"):
        store.write("dwellings", dwellings({"D9": "R1"}, **{column: values}))


@pytest.mark.parametrize(
    ("column", "values", "kept"),
    [
        ("rooms", [3.0, None], [3, pd.NA]),
        ("rooms", np.array([3, 4], "uint8"), [3, 4]),
        ("rooms", pd.array([3, None], "Int32"), [3, pd.NA]),
        ("living_area_m2", [52, 53], [52.0, 53.0]),
        ("living_area_m2", pd.array([np.nan, 1], "Float64"), [np.nan, 1.0]),
        ("has_lift", [True, None], [True, pd.NA]),
        ("stair", pd.Categorical(["A", None]), ["A", np.nan]),
        ("stair", [None, np.nan], [np.nan, np.nan]),
        ("dpe_date", [dt.date(2024, 2, 29), None], [pd.Timestamp("2024-02-29"), pd.NaT]),
        ("dpe_date", pd.to_datetime(["2024-02-29", None]), [pd.Timestamp("2024-02-29"), pd.NaT]),
    ],
)
def test_same_value_in_another_dress_is_kept(store, column, values, kept):
    stock(store)
    store.write("dwellings", dwellings({"E1": "R1", "E2": "R1"}, **{column: values}))
    back = store.read("dwellings", where={"dwelling_id": ["E1", "E2"]})[column]
    assert back.equals(pd.Series(kept, index=back.index, dtype=back.dtype))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("living_area_m2", 0.0),
        ("living_area_m2", -1.0),
        ("elec_share", 1.01),
        ("dpe_class", "H"),
        ("let_status", "empty"),
        ("insee_code", "6029"),
        ("rent_eur_month", -0.01),
    ],
)
def test_value_out_of_its_bounds_is_refused_by_the_table(store, column, value):
    stock(store)
    with pytest.raises(StoreRefused, match=column):
        store.write("dwellings", dwellings({"D9": "R1", "D1": "R1"}, **{column: value}))
    assert store.count("dwellings") == 3


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (lambda: parcels(2).drop(columns="section"), "section"),
        (lambda: parcels(2, section=["AB", None]), "parcels.section.*required.*0002"),
        (lambda: parcels(2).reset_index().assign(parcel_id=["x", None]), "parcel_id.*no key"),
        (lambda: parcels(2).reset_index().assign(parcel_id=""), "parcel_id.*no key"),
        (lambda: pd.concat([parcels(2), parcels(1)]), "more than once.*0001"),
        (lambda: parcels(1).rename(index={parcels(1).index[0]: "9301000AB0001"}), "parcel_id"),
    ],
)
def test_row_without_its_required_values_is_refused(store, frame, reason):
    with pytest.raises(StoreRefused, match=reason):
        store.write("parcels", frame())
    assert store.count("parcels") == 0


def test_shapes_for_a_table_without_are_refused(store):
    stock(store)
    frame = gpd.GeoDataFrame(dwellings({"D9": "R1"}), geometry=[Point(X, Y)], crs=2154)
    with pytest.raises(UnknownName, match="dwellings.*geometry"):
        store.write("dwellings", frame)


def test_row_that_points_nowhere_is_refused(store):
    stock(store)
    with pytest.raises(StoreRefused, match=r"residences.sector_id.*sectors.*S9"):
        store.write("residences", residences({"R1": "S9"}))
    assert store.read("residences").loc["R1", "sector_id"] == "S1"


def test_row_pointed_at_is_not_removed(store):
    stock(store)
    with pytest.raises(StoreRefused, match=r"residences.sector_id.*sectors.*S1"):
        store.write("sectors", sectors({"S2": None}), mode="replace")
    with pytest.raises(StoreRefused, match=r"dwellings.residence_id.*residences.*R2"):
        store.delete("residences", {"residence_id": "R2"})
    assert store.count("sectors") == 2


def test_order_within_a_transaction_does_not_matter(store):
    with store.transaction():
        store.write("dwellings", dwellings({"D1": "R1"}))
        store.write("residences", residences({"R1": "S1"}))
        store.write("sectors", sectors({"S1": None}))
    with store.transaction():
        store.delete("sectors", None)
        store.delete("residences", None)
        store.delete("dwellings", None)
    assert store.count("sectors") == 0


def test_residence_has_one_sector(store):
    stock(store)
    twice = pd.concat([residences({"R1": "S1"}), residences({"R1": "S2"})])
    with pytest.raises(StoreRefused, match="more than once"):
        store.write("residences", twice)


@pytest.mark.postgis
@pytest.mark.parametrize(
    "shape",
    [BOW_TIE, MultiPolygon(), MultiPolygon([box(2.48, 48.9, 2.49, 48.91)])],
)
def test_postgis_refuses_bad_shapes_by_itself(postgis_url, shape):
    import psycopg

    from data.store import open_store

    open_store(postgis_url).close()
    ewkb = shapely.to_wkb(shapely.set_srid(shape, 2154), hex=True, include_srid=True)
    with psycopg.connect(postgis_url) as connection, pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("INSERT INTO qpv (qpv_id, name, geometry) VALUES ('q', 'q', %s)", [ewkb])
