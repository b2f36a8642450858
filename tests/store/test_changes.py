"""What a write says it did is what it did, and what is the same is left alone."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point

from data.store import Changes, StoreError, StoreRefused
from tests.store.samples import agencies, parcel_id, parcels, residences, square, stock


def test_same_file_twice_changes_nothing(store):
    assert store.write("parcels", parcels(3)) == Changes(added=3)
    version = store.version("parcels")
    assert store.write("parcels", parcels(3)) == Changes(unchanged=3)
    assert store.write("parcels", parcels(3), mode="replace") == Changes(unchanged=3)
    assert store.version("parcels") == version


def test_upsert_adds_rewrites_and_removes_nothing(store):
    store.write("parcels", parcels(3))
    later = parcels(4).iloc[1:]
    later.loc[parcel_id(2), "area_m2"] = 90
    assert store.write("parcels", later) == Changes(added=1, changed=1, unchanged=1)
    assert store.read("parcels")["area_m2"].tolist() == [100, 90, 100, 100]


def test_replace_removes_what_the_file_no_longer_holds(store):
    store.write("parcels", parcels(3))
    assert store.write("parcels", parcels(2), mode="replace") == Changes(unchanged=2, removed=1)
    assert store.write("parcels", parcels(0), mode="replace") == Changes(removed=2)


def test_replace_stays_within_its_condition(store):
    store.write("parcels", pd.concat([parcels(2), parcels(4, insee_code="93048").iloc[2:]]))
    done = store.write("parcels", parcels(1), mode="replace", where={"insee_code": "93010"})
    assert done == Changes(unchanged=1, removed=1)
    assert store.count("parcels", {"insee_code": "93048"}) == 2


def test_append_refuses_a_key_that_is_there(store):
    store.write("parcels", parcels(1), mode="append")
    with pytest.raises(StoreRefused, match=f"parcels.*there already.*{parcel_id(1)}.*upsert"):
        store.write("parcels", parcels(2), mode="append")
    assert store.count("parcels") == 1


def test_append_refuses_a_key_of_an_earlier_piece(store):
    def append_twice() -> None:
        with store.transaction():
            store.write("energy", energy, mode="append")
            store.write("energy", energy, mode="append")

    stock(store)
    energy = pd.DataFrame({"residence_id": "R1", "year": [2023, 2024]})
    with pytest.raises(StoreRefused, match="energy.*there already.*R1, 2023"):
        append_twice()
    assert store.count("energy") == 0


def test_append_in_pieces_is_one_transaction(store):
    with store.transaction():
        for start in range(0, 90, 30):
            store.write("parcels", parcels(90).iloc[start : start + 30], mode="append")
    assert store.count("parcels") == 90


def test_column_left_out_is_unknown_afterwards(store):
    store.write("parcels", parcels(1))
    assert store.write("parcels", parcels(1).drop(columns="area_m2")) == Changes(changed=1)
    assert store.read("parcels")["area_m2"].isna().all()


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.set_geometry([square(20 + 1e-9)], crs=2154),
        lambda frame: frame.set_geometry([MultiPolygon([square(20).geoms[0].reverse()])], crs=2154),
        lambda frame: frame.assign(area_m2=100.00000000000001),
        lambda frame: frame.assign(address=""),
        lambda frame: frame.assign(created=None),
        lambda frame: frame.assign(geometry=None),
    ],
)
def test_smallest_difference_is_a_change(store, change):
    store.write("parcels", parcels(1))
    version = store.version("parcels")
    assert store.write("parcels", change(parcels(1))) == Changes(changed=1)
    assert store.version("parcels") != version


def test_delete_removes_what_matches_and_says_how_many(store):
    store.write("parcels", parcels(3))
    version = store.version("parcels")
    assert store.delete("parcels", {"number": ["0001", "0002", "0009"]}) == 2
    assert store.version("parcels") != version
    assert store.delete("parcels", {"number": "0001"}) == 0
    assert store.delete("parcels", None) == 1


def test_table_emptied_and_filled_in_one_transaction(store):
    stock(store)
    with store.transaction():
        for table in store.tables():
            store.delete(table, None)
        stock(store)
    assert store.count("dwellings") == 3


def test_row_pointed_at_may_be_rewritten(store):
    stock(store)
    assert store.write("residences", residences({"R1": "S2"}, dwellings=41)) == Changes(changed=1)
    assert store.read("residences").loc["R1", "sector_id"] == "S2"


def test_table_that_is_a_key_and_a_shape_is_rewritten(store):
    store.write("agencies", agencies("A1"))
    moved = agencies("A1").set_geometry([Point(700_000, 6_600_000)], crs=2154)
    assert store.write("agencies", moved) == Changes(changed=1)


def test_versions_never_come_back(store):
    seen = set()
    for area in (1.0, 2.0, 1.0, 2.0):
        store.write("parcels", parcels(1, area_m2=area))
        seen.add(store.version("parcels"))
    assert len(seen) == 4


def test_other_tables_keep_their_version(store):
    store.write("parcels", parcels(1))
    version = store.version("parcels")
    store.write("agencies", agencies("A1"))
    assert store.version("parcels") == version


def test_mode_and_condition_are_checked(store):
    with pytest.raises(StoreError, match="upsert"):
        store.write("parcels", parcels(1), mode="insert")
    with pytest.raises(StoreError, match="replace"):
        store.write("parcels", parcels(1), where={"insee_code": "93010"})


stations = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["x", "y", None]), max_size=6)


@given(steps=st.lists(st.tuples(st.sampled_from(["upsert", "replace"]), stations), max_size=5))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_series_of_writes_counts_as_a_dictionary_would(store, steps):
    store.delete("stations", None)
    held: dict[str, str | None] = {}
    for mode, rows in steps:
        frame = pd.DataFrame(
            {"station_id": list(rows), "name": "n", "modes": pd.array(list(rows.values()), "str")}
        )
        gone = set(held) - set(rows) if mode == "replace" else set()
        expected = Changes(
            added=len(rows.keys() - held.keys()),
            changed=sum(held[k] != rows[k] for k in rows.keys() & held.keys()),
            unchanged=sum(held[k] == rows[k] for k in rows.keys() & held.keys()),
            removed=len(gone),
        )
        assert store.write("stations", frame, mode=mode) == expected
        held = {k: v for k, v in held.items() if k not in gone} | rows
    back = store.read("stations")["modes"]
    assert {k: None if pd.isna(v) else v for k, v in back.items()} == held
