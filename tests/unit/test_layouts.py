"""Layouts on drawable lots: what stands where, what leads to it, what is left open."""

import numpy as np
import pytest
import shapely
from shapely import box

from planning.capacity.layouts.draw import GROUND
from planning.sites import SiteBlock, explain_site
from tests.lots import MIDDLE, frame, parameters, row_of_lots, zone

NO_PARKING = {"parking_cap__social_rental": 0}


def drawn(form: str, *, lots=None, zones=None, **overrides):
    block = SiteBlock(row_of_lots() if lots is None else lots, zone() if zones is None else zones)
    one = explain_site(block, MIDDLE, parameters(**overrides))
    return one, one.layout[one.layout["form"] == form]


def on_the_ground(layout):
    """The pieces that cover the ground; garages lie inside their building."""
    inside = (layout["piece"] == "parking") & (layout["block"].notna() | (layout["floor"] < 0))
    return layout[layout["piece"].isin(GROUND) & ~inside]


@pytest.mark.parametrize("form", ["townhouse", "intermediate", "small_collective"])
def test_the_pieces_on_the_ground_fill_the_parcel_and_never_overlap(form):
    lots = row_of_lots(40, 45)
    _, layout = drawn(form, lots=lots)
    ground = on_the_ground(layout)
    assert ground.area.sum() == pytest.approx(lots.geometry[MIDDLE].area, abs=1.5)
    assert shapely.union_all(ground.geometry).area == pytest.approx(ground.area.sum(), abs=0.5)


def test_each_house_of_a_row_has_its_building_its_garden_and_its_path():
    one, layout = drawn("townhouse", lots=row_of_lots(32, 24), zones=zone(alignment_code="5"))
    houses = layout[layout["piece"] == "building"]
    assert one.results.set_index("form").loc["townhouse", "dwellings"] == len(houses) == 5
    assert (layout["piece"] == "garden").sum() == 5
    assert set(houses["label"]) <= {"T4", "T5"}
    assert (layout["piece"] == "access").any()


def test_a_lift_stands_in_a_block_of_four_storeys_and_not_of_three():
    _, low = drawn("small_collective", lots=row_of_lots(30, 17), zones=zone(height_m=9.0), **NO_PARKING)
    _, high = drawn("small_collective", lots=row_of_lots(30, 17), zones=zone(height_m=12.0), **NO_PARKING)
    labels = [set(layout.loc[layout["piece"] == "stair", "label"]) for layout in (low, high)]
    assert labels == [{"stair"}, {"lift"}]


def test_each_intermediate_dwelling_above_the_ground_has_its_outdoor_room():
    one, layout = drawn("intermediate", lots=row_of_lots(40, 20))
    rooms = layout[layout["piece"] == "outdoor_room"]
    assert (rooms["floor"] >= 1).all()
    assert 0 < len(rooms) < one.results.set_index("form").loc["intermediate", "dwellings"]


def test_the_open_soil_counted_is_the_open_soil_drawn():
    one, layout = drawn("small_collective", lots=row_of_lots(40, 45))
    soil = layout[layout["piece"].isin(["open_soil", "garden", "tree"])].area.sum()
    counted = one.results.set_index("form").loc["small_collective", "open_soil_m2"]
    assert soil == pytest.approx(counted, abs=1.0)
    assert counted >= 0.1 * 40 * 45


def test_a_second_row_is_reached_by_a_lane_along_the_side():
    one, layout = drawn("townhouse", lots=row_of_lots(32, 40))
    rear = layout[(layout["piece"] == "building") & (layout["block"] == 1)]
    lane = shapely.union_all(layout[layout["piece"] == "access"].geometry)
    assert len(rear)
    assert shapely.distance(lane, shapely.union_all(rear.geometry)) < 0.1
    street = shapely.union_all(one.edges[one.edges["kind"] == "street"].geometry)
    assert shapely.distance(lane, street) < 0.1


def test_an_l_shaped_lot_takes_a_building_in_each_arm():
    bent = shapely.union(box(30, 0, 90, 20), box(30, 0, 50, 80))
    lots = frame({MIDDLE: bent, "w": box(0, 0, 30, 80), "n": box(50, 20, 120, 80), "e": box(90, 0, 120, 20)})
    one, _ = drawn("townhouse", lots=lots, townhouse__spacing_m=8)
    assert one.results.set_index("form").loc["townhouse", "blocks"] >= 2


def test_more_open_soil_never_gives_more_dwellings():
    counts = [
        drawn("small_collective", lots=row_of_lots(30, 30), open_soil_share__UC=share)[0]
        .results.set_index("form")["dwellings"]
        .astype(float)
        .fillna(0)
        for share in (0.0, 0.3, 0.6)
    ]
    assert (np.diff(np.array(counts), axis=0) <= 0).all()
