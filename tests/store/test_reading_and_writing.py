"""What a store gives back is what it was given, on both engines alike."""

import datetime as dt
import uuid

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely import GeometryCollection, LineString, MultiPoint, Point, Polygon

from data.store import Changes, StoreError, UnknownName
from data.store.catalogue import INTERNAL
from tests.store.samples import X, Y, agencies, dwellings, parcel_id, parcels, residences, square, stock


def test_parcels_come_back_as_they_went_in(store):
    store.write("parcels", parcels(3))
    back = store.read("parcels")
    assert_geodataframe_equal(back, parcels(3), check_dtype=False)
    assert back.crs == "EPSG:2154"


def test_dtypes_are_the_same_with_and_without_rows(store):
    expected = {
        "insee_code": "str", "section": "str", "number": "str", "area_m2": "float64",
        "created": "datetime64[s]", "updated": "datetime64[s]", "address": "str", "geometry": "geometry",
    }  # fmt: skip
    empty = store.read("parcels")
    store.write("parcels", parcels(1))
    assert store.read("parcels").dtypes.astype(str).to_dict() == expected
    assert empty.dtypes.astype(str).to_dict() == expected
    assert empty.index.dtype == "str"
    assert empty.crs == "EPSG:2154"


def test_unknown_values_stay_unknown(store):
    stock(store)
    row = store.read("dwellings").loc["D1"]
    unknown = ["rooms", "living_area_m2", "has_lift", "dpe_date", "floor_text"]
    assert row[unknown].isna().all()
    assert store.read("dwellings").dtypes[unknown].astype(str).tolist() == [
        "Int64", "float64", "boolean", "datetime64[s]", "str",
    ]  # fmt: skip


def test_empty_text_is_not_unknown(store):
    store.write("stations", pd.DataFrame({"station_id": ["s"], "name": [""], "modes": [None]}))
    assert store.read("stations").loc["s", "name"] == ""
    assert pd.isna(store.read("stations").loc["s", "modes"])


def test_key_may_stand_in_the_index_or_in_a_column(store):
    store.write("parcels", parcels(2))
    assert store.write("parcels", parcels(2).reset_index()) == Changes(unchanged=2)


def test_rows_come_in_the_order_of_their_bytes(store):
    names = ["É", "a", "Z", "10", "9", "e"]
    store.write("stations", pd.DataFrame({"name": names}, index=pd.Index(names, name="station_id")))
    assert store.read("stations").index.tolist() == ["10", "9", "Z", "a", "e", "É"]


def test_table_with_several_key_columns_is_numbered_and_ordered(store):
    stock(store)
    energy = pd.DataFrame({"residence_id": ["R2", "R1", "R1"], "year": [2024, 2025, 2024], "dpe_class": "C"})
    store.write("energy", energy)
    back = store.read("energy")
    assert back[["residence_id", "year"]].to_numpy().tolist() == [["R1", 2024], ["R1", 2025], ["R2", 2024]]
    assert isinstance(back.index, pd.RangeIndex)


def test_columns_are_chosen_beside_the_key(store):
    store.write("parcels", parcels(2))
    assert list(store.read("parcels", columns=["section"]).columns) == ["section", "geometry"]
    plain = store.read("parcels", columns=[], geometry=False)
    assert type(plain) is pd.DataFrame
    assert plain.index.tolist() == [parcel_id(1), parcel_id(2)]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"heating": "gas"}, ["R1"]),
        ({"heating": None}, ["R3"]),
        ({"heating": ["gas", "wood"]}, ["R1", "R2"]),
        ({"heating": ["gas", None]}, ["R1", "R3"]),
        ({"heating": []}, []),
        ({"heating": "gas", "dwellings": 40}, ["R1"]),
        ({"dwellings": np.int64(12)}, ["R2"]),
        ({"has_lift": True}, ["R2"]),
        ({"name": "R'1; DROP TABLE residences; --"}, []),
        ({"name": "100 %s %(p0)s $p0"}, []),
    ],
)
def test_rows_are_chosen_by_values(store, where, expected):
    columns = {
        "heating": ["gas", "wood", None],
        "dwellings": [40, 12, 40],
        "has_lift": pd.array([False, True, None], dtype="boolean"),
    }
    store.write("residences", residences(dict.fromkeys(["R1", "R2", "R3"]), **columns))
    assert store.read("residences", where=where).index.tolist() == expected
    assert store.count("residences", where) == len(expected)


def test_dates_and_times_are_looked_for_as_such(store):
    stock(store)
    store.write("dwellings", dwellings({"D1": "R1", "D2": "R1"}, dpe_date=[dt.date(2024, 2, 29), None]))
    assert store.read("dwellings", where={"dpe_date": pd.Timestamp("2024-02-29")}).index.tolist() == ["D1"]
    assert store.read("dwellings", where={"dpe_date": dt.date(2024, 2, 28)}).empty


def test_times_with_a_zone_are_kept_in_utc(store):
    stock(store)
    paris = pd.Series(pd.to_datetime(["2026-03-29 01:30", "2026-03-29 03:30"])).dt.tz_localize("Europe/Paris")
    complaint = {"complaint_id": ["C1", "C2"], "residence_id": "R1", "category": "lift", "status": "open"}
    store.write("complaints", pd.DataFrame(complaint | {"opened_at": paris}))
    back = store.read("complaints")["opened_at"]
    assert back.tolist() == [pd.Timestamp("2026-03-29 00:30"), pd.Timestamp("2026-03-29 01:30")]
    assert back.dtype == "datetime64[us]"


def test_window_takes_what_touches_its_border_and_nothing_beyond(store):
    store.write("parcels", parcels(3))  # from x + 20, x + 40, x + 60, each 10 m wide
    assert store.read("parcels", within=(X + 30, Y, X + 40, Y + 10)).index.tolist() == [
        parcel_id(1),
        parcel_id(2),
    ]
    assert store.read("parcels", within=(X + 30.001, Y, X + 39.999, Y + 10)).empty


def test_point_finds_the_parcel_under_it_and_near_it(store):
    store.write("parcels", parcels(3))
    assert store.at("parcels", X + 25, Y + 5).index.tolist() == [parcel_id(1)]
    assert store.at("parcels", X + 35, Y + 5).empty
    assert store.at("parcels", X + 35, Y + 5, tolerance_m=5).index.tolist() == [parcel_id(1), parcel_id(2)]
    assert store.at("parcels", X + 33, Y + 13, tolerance_m=4.2).empty  # 4.24 m from the corner


def test_polygon_becomes_multipolygon_where_the_table_keeps_those(store):
    frame = parcels(2)
    frame.geometry = [Polygon(square().geoms[0]), square(20)]
    store.write("parcels", frame)
    assert store.read("parcels").geom_type.tolist() == ["MultiPolygon", "MultiPolygon"]
    assert store.write("parcels", frame) == Changes(unchanged=2)


def test_every_kind_of_shape_comes_back(store):
    shapes = [Point(X, Y), LineString([(X, Y), (X + 1, Y)]), square(), MultiPoint([(X, Y), (X + 1, Y)]), None]
    shapes.append(GeometryCollection([Point(X, Y), square()]))
    names = pd.Index([str(i) for i in range(len(shapes))], name="prescription_id")
    frame = gpd.GeoDataFrame({"shape": "point", "type_code": "01"}, geometry=shapes, crs=2154, index=names)
    store.write("plu_prescriptions", frame)
    assert store.read("plu_prescriptions").geometry.tolist() == shapes
    assert store.write("plu_prescriptions", frame) == Changes(unchanged=6)


def test_frame_without_shapes_leaves_them_unknown(store):
    store.write("residences", pd.DataFrame(residences({"R1": None}).drop(columns="geometry")))
    assert store.read("residences").geometry.isna().all()


def test_settings_are_kept_replaced_and_forgotten(store):
    store.set_setting("town", "Montreuil")
    store.set_setting("town", "Bondy")
    assert store.settings() == {"town": "Bondy"}
    store.set_setting("town", None)
    assert store.settings() == {}


def test_tables_and_keys_are_told(store):
    assert store.tables()["agencies"] == ["agency_id", "name", "address", "geometry"]
    assert store.key("owners") == ("parcel_id", "siren", "rights")
    assert not set(INTERNAL) & set(store.tables())
    assert {"residences", "parcels", "site_results", "settings"} < set(store.tables())


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        (lambda store: store.read("parcelles"), "parcels"),
        (lambda store: store.read("parcels", columns=["area"]), "area_m2"),
        (lambda store: store.count("parcels", {'area_m2" OR 1=1 --': 1}), "area_m2"),
        (lambda store: store.write("agencies", agencies("A").assign(phone="1")), "agency_id"),
        (lambda store: store.version("nothing"), "parcels"),
        (lambda store: store.key("schema_migrations"), "parcels"),
    ],
)
def test_unknown_name_is_told_what_there_is(store, ask, named):
    with pytest.raises(UnknownName, match=named):
        ask(store)


@pytest.mark.parametrize(
    "where", [{"dwellings": "40"}, {"name": 1}, {"dwellings": True}, {"geometry": Point(X, Y)}]
)
def test_value_of_another_kind_is_not_looked_for(store, where):
    with pytest.raises(StoreError, match="residences"):
        store.read("residences", where=where)


def test_table_without_shapes_answers_no_question_of_place(store):
    with pytest.raises(StoreError, match="no geometry"):
        store.at("dwellings", X, Y)
    with pytest.raises(StoreError, match="no geometry"):
        store.read("dwellings", within=(X, Y, X + 1, Y + 1))


@pytest.mark.parametrize("window", [(X, Y, X, Y), (X + 1, Y, X, Y + 1), (X, Y, float("inf"), Y + 1)])
def test_window_without_area_is_refused(store, window):
    with pytest.raises(StoreError, match="no window"):
        store.read("parcels", within=window)


def test_point_is_found_where_it_is(store):
    store.write("agencies", agencies("A1"))
    assert store.at("agencies", X, Y).index.tolist() == ["A1"]
    assert store.at("agencies", X + 0.1, Y).empty
    assert store.at("agencies", X + 0.1, Y, tolerance_m=0.2).index.tolist() == ["A1"]


texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
numbers = st.floats(allow_nan=False, allow_infinity=False)
days = st.dates()
whole = st.integers(-(2**63), 2**63 - 1)
instants = st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31))


@given(rows=st.lists(st.tuples(texts, numbers, days, st.none() | numbers, st.none() | whole), max_size=6))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_site_comes_back_to_the_last_bit(store, rows):
    columns = {
        "rules": pd.array([r[0] for r in rows], dtype="str"),
        "score": [r[1] for r in rows],
        "computed_at": pd.array([dt.datetime(d.year, d.month, d.day, 3, 4, 5, 6) for *_, d, _, _ in rows]),
        "reason_value": pd.array([r[3] for r in rows], dtype="Float64"),
        "reason_limit": 1.5,
    }
    names = pd.Index([f"{i:03d}" for i in range(len(rows))], name="site_id", dtype="str")
    frame = pd.DataFrame(columns, index=names).astype({"computed_at": "datetime64[us]"})
    store.write("sites", frame, mode="replace")
    back = store.read("sites", columns=list(columns), geometry=False)
    assert_frame_equal(back, frame.astype({"reason_value": "float64", "score": float, "reason_limit": float}))


@given(rows=st.lists(st.tuples(whole, instants, st.booleans()), min_size=1, max_size=6))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_number_and_time_comes_back(store, rows):
    columns = {
        "import_id": [uuid.uuid4().hex for _ in rows],
        "kind": "parcels", "file": "f", "sha256": "s", "outcome": "accept",
        "started_at": pd.array([r[1] for r in rows], dtype="datetime64[us]"),
        "rows": pd.array([abs(r[0]) % 2**63 if r[2] else None for r in rows], dtype="Int64"),
    }  # fmt: skip
    frame = pd.DataFrame(columns).set_index("import_id").sort_index()
    store.write("imports", frame, mode="replace")
    assert_frame_equal(store.read("imports", columns=list(frame.columns)), frame, check_dtype=False)
