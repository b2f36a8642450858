"""The three forms on drawable lots: where they fit, how many dwellings they hold, why they do not."""

import numpy as np
import pytest
import shapely
from shapely import box

from planning.capacity.forms import FORM_NAMES, REASONS, Form
from planning.sites import SiteBlock, evaluate, explain_site
from tests.lots import MIDDLE, frame, parameters, prescription, row_of_lots, zone


def fit(form: str, *, lots=None, zones=None, prescriptions=None, **overrides):
    block = SiteBlock(
        row_of_lots() if lots is None else lots, zone() if zones is None else zones, prescriptions
    )
    return explain_site(block, MIDDLE, parameters(**overrides)).results.set_index("form").loc[form]


NO_PARKING = {"parking_cap__social_rental": 0, "small_collective__depth_min_m": 14}
SHALLOW = {"lots": row_of_lots(30, 17), "zones": zone(height_m=10.0)}


def test_a_small_collective_holds_whole_flats_on_each_storey():
    """30 m by 14 m: 420 x 0.95 less two stairs of 14 m2, x 0.9 x 0.92: 307 m2 a storey, filled by hand 5, 5 and 4."""
    one = fit("small_collective", **SHALLOW, **NO_PARKING)
    assert one[["floors", "dwellings", "blocks"]].tolist() == [3, 14, 1]
    assert one[["t1", "t2", "t3", "t4", "t5"]].tolist() == [1, 4, 5, 3, 1]


def test_storeys_are_summed_and_the_total_is_never_divided():
    one = fit("small_collective", **SHALLOW, **NO_PARKING)
    size = Form.from_parameters("small_collective", parameters())
    assert one["dwellings"] < 3 * 307.2 // size.dwelling_m2


def test_the_areas_follow_their_legal_definitions():
    one = fit("small_collective", **SHALLOW, **NO_PARKING)
    inside = one["width_m"] * 14 * 0.95
    assert one["floor_area_m2"] == pytest.approx((3 * inside - 2 * 28) * 0.9)
    assert one["living_area_m2"] == pytest.approx(3 * (inside - 28) * 0.9 * 0.92)
    assert one["useful_area_m2"] == pytest.approx(one["living_area_m2"] + 0.5 * 5 * 9)


def test_the_building_is_no_wider_than_its_fullest_storey_needs():
    one = fit("small_collective", lots=row_of_lots(34, 17), zones=zone(height_m=9.0), **NO_PARKING)
    assert 15 <= one["width_m"] < 33.5


def test_a_row_of_houses_has_one_house_a_module_of_frontage():
    one = fit("townhouse", lots=row_of_lots(32, 24))
    assert one[["dwellings", "width_m", "floors", "blocks"]].tolist() == [5, 30, 2, 1]


def test_a_deep_plot_takes_a_second_row_behind_with_its_lane():
    """32 m less a lane of 3.5 m: four houses of 6 m, twice; 9 + 14 + 9 m deep within the 37 m left by the rear."""
    one = fit("townhouse", lots=row_of_lots(32, 40))
    assert one[["dwellings", "blocks"]].tolist() == [8, 2]


def test_places_follow_the_legal_cap_and_limit_the_flats_they_serve():
    """One place a flat, far from any station; 14 x 30 m2 under the building make 14 at most."""
    one = fit("small_collective", **SHALLOW)
    assert one["parking_places"] == one["dwellings"] <= 14
    assert one["parking_places"] == one[["parking_surface", "parking_inside", "parking_underground"]].sum()


def test_the_rule_that_binds_is_named_with_what_it_would_give():
    low = fit("small_collective", lots=row_of_lots(30, 17), zones=zone(height_m=10.0), **NO_PARKING)
    assert (low["binding"], low["binding_unit"]) == ("height", "m")
    assert low["binding_step"] == pytest.approx(4 * 2.8 - 10)
    high = fit("small_collective", lots=row_of_lots(30, 17), zones=zone(height_m=11.2), **NO_PARKING)
    assert high["dwellings"] == low["dwellings"] + low["binding_gain"]


def test_a_row_never_has_more_houses_than_the_site_has_plots():
    shallow = fit("townhouse", lots=row_of_lots(width_m=60, depth_m=15))
    assert shallow["dwellings"] == 60 * 15 // 108


def test_a_form_stops_at_its_own_size():
    one = {"lots": row_of_lots(60, 60), "small_collective__blocks_max": 1, **NO_PARKING}
    assert fit("small_collective", **one)["dwellings"] == 30
    assert fit("small_collective", **one, small_collective__dwellings_max=12)["dwellings"] == 12


def test_a_large_site_takes_several_blocks():
    one = fit("small_collective", lots=row_of_lots(60, 60), **NO_PARKING)
    assert one["blocks"] > 1
    assert one["dwellings"] > 30


def test_a_free_height_leaves_the_form_its_own_storeys():
    assert fit("small_collective", zones=zone("UC10Cnr", height_m=np.nan), **NO_PARKING)["floors"] == 5


@pytest.mark.parametrize(
    ("form", "case", "reason", "value", "limit"),
    [
        ("small_collective", {"lots": row_of_lots(10, 60)}, "too_narrow", 10, 11),
        ("townhouse", {"lots": row_of_lots(11, 40)}, "too_narrow", 11, 12),
        ("townhouse", {"lots": row_of_lots(40, 9)}, "too_shallow", 6, 9),
        ("townhouse", {"lots": row_of_lots(9, 24), "rear_setback_m__0": 16}, "too_narrow", 9, 12),
        ("small_collective", {"lots": row_of_lots(20, 20)}, "too_small", 400, 500),
        ("small_collective", {"zones": zone(height_m=7.0)}, "height_too_low", 7, 8.4),
        ("townhouse", {"zones": zone(footprint_class="H"), "lots": row_of_lots(12, 40)}, "footprint_limit", 96, 108),
        ("townhouse", {"zones": zone("N", zone_type="N")}, "zone_forbids", None, None),
        ("townhouse", {"zones": zone("UA16B16")}, "zone_forbids", None, None),
        ("townhouse", {"zones": zone(footprint_class=None)}, "rule_unknown", None, None),
        ("townhouse", {"zones": zone("UC00Cb1", height_m=np.nan)}, "rule_unknown", None, None),
        ("townhouse", {"zones": zone(shape=box(200, 0, 300, 100))}, "no_zone", None, None),
        ("townhouse", {"prescriptions": prescription(box(0, 0, 90, 40), "01")}, "prescription_forbids", 1, 0.9),
        ("townhouse", {"side_setback_m__0": 20}, "envelope_empty", 0, None),
    ],
)  # fmt: skip
def test_a_form_that_does_not_fit_says_why_and_by_how_much(form, case, reason, value, limit):
    one = fit(form, **case)
    assert (one["fits"], one["reason"]) == (False, reason)
    for found, expected in ((one["reason_value"], value), (one["reason_limit"], limit)):
        assert np.isnan(found) if expected is None else found == pytest.approx(expected, abs=0.05)


def test_an_enclosed_lot_has_no_street():
    lots = frame({MIDDLE: box(10, 10, 40, 40), "93048000AA0002": box(0, 0, 50, 50) - box(10, 10, 40, 40)})
    assert fit("townhouse", lots=lots)["reason"] == "no_street"


def test_a_flag_lot_with_a_narrow_access_has_too_short_a_street():
    flag = shapely.union(box(30, 0, 33, 30), box(30, 30, 60, 60))
    front = frame(
        {
            MIDDLE: flag,
            "f": box(33, 0, 60, 30),
            "w": box(0, 0, 30, 60),
            "e": box(60, 0, 90, 60),
            "n": box(0, 60, 90, 80),
        }
    )
    assert fit("small_collective", lots=front)[["reason", "reason_value"]].tolist() == ["street_too_short", 3]


def test_a_slanted_strip_that_holds_no_rectangle_is_irregular():
    strip = shapely.Polygon([(30, 0), (37, 0), (77, 40), (70, 40)])
    lots = frame({MIDDLE: strip, "around": box(0, 0, 110, 60) - strip})
    one = fit("townhouse", lots=lots)
    assert one["reason"] == "too_irregular"
    assert np.isnan(one["reason_value"])


def test_a_building_goes_round_the_corner_of_an_l_shaped_lot():
    bent = shapely.union(box(30, 0, 60, 12), box(30, 0, 42, 60))
    lots = frame({MIDDLE: bent, "w": box(0, 0, 30, 60), "e": box(42, 12, 90, 60), "s": box(60, 0, 90, 12)})
    study = explain_site(SiteBlock(lots, zone()), MIDDLE, parameters(townhouse__depth_max_m=9))
    assert study.results["fits"].any()
    assert study.footprints.difference(study.envelope[MIDDLE]).area.max() < 1e-3


def test_every_form_has_its_parameters_and_every_reason_one_name():
    assert [Form.from_parameters(name, parameters()).name for name in FORM_NAMES] == list(FORM_NAMES)
    assert len(REASONS) == len(set(REASONS))


def test_a_form_that_does_not_fit_has_no_figures_and_no_drawing():
    lots = row_of_lots(5, 20)
    results = evaluate(SiteBlock(lots, zone()), parameters()).results
    row = results[(results["site_id"] == MIDDLE) & (results["form"] == "townhouse")].iloc[0]
    assert row[["dwellings", "floors", "footprint_m2", "width_m"]].isna().all()
    assert explain_site(SiteBlock(lots, zone()), MIDDLE, parameters()).footprints.empty


def test_every_veto_is_told_with_its_figures_not_the_first_alone():
    block = SiteBlock(row_of_lots(10, 20), zone("N", zone_type="N", height_m=3.0))
    told = explain_site(block, MIDDLE, parameters()).vetoes
    mine = told[told["form"] == "small_collective"].set_index("reason")
    assert {"zone_forbids", "too_small", "height_too_low"} <= set(mine.index)
    assert mine.loc["too_small", ["reason_value", "reason_limit"]].tolist() == pytest.approx([200, 500])
