"""The three forms on drawable lots: where they fit, how many dwellings they hold, why they do not."""

import numpy as np
import pytest
import shapely
from shapely import box

from planning.forms import FORM_NAMES, REASONS, Form
from planning.sites import SiteBlock, evaluate, explain_site
from tests.lots import MIDDLE, frame, parameters, prescription, row_of_lots, zone


def fit(form: str, *, lots=None, zones=None, prescriptions=None, **overrides):
    block = SiteBlock(
        row_of_lots() if lots is None else lots, zone() if zones is None else zones, prescriptions
    )
    return explain_site(block, MIDDLE, parameters(**overrides)).results.set_index("form").loc[form]


def test_a_small_collective_holds_whole_flats_on_each_storey():
    one = fit("small_collective", lots=row_of_lots(30, 17), zones=zone(height_m=10.0))
    size = Form.from_parameters("small_collective", parameters())
    a_floor = int(30 * 14 * size.living_share_of_footprint / size.dwelling_m2)
    assert (one["floors"], one["dwellings"]) == (3, 3 * a_floor)


def test_storeys_are_summed_and_the_total_is_never_divided():
    one = fit("small_collective", lots=row_of_lots(30, 17), zones=zone(height_m=10.0))
    size = Form.from_parameters("small_collective", parameters())
    total_m2 = 30 * 14 * size.living_share_of_footprint * one["floors"]
    assert one["dwellings"] < total_m2 // size.dwelling_m2


def test_the_building_is_no_wider_than_its_flats_need():
    one = fit("small_collective", lots=row_of_lots(width_m=20))
    size = Form.from_parameters("small_collective", parameters())
    living_m2 = one["footprint_m2"] * size.living_share_of_footprint
    assert living_m2 == pytest.approx(one["dwellings"] / one["floors"] * size.dwelling_m2)


def test_a_row_of_houses_has_one_house_a_module_of_frontage():
    one = fit("townhouse", lots=row_of_lots(width_m=32))
    assert one[["dwellings", "width_m", "floors"]].tolist() == [5, 30, 2]


def test_a_row_never_has_more_houses_than_the_site_has_plots():
    shallow = fit("townhouse", lots=row_of_lots(width_m=60, depth_m=15))
    assert shallow["dwellings"] == 60 * 15 // 108


def test_a_form_stops_at_its_own_size():
    assert fit("small_collective", lots=row_of_lots(60, 60))["dwellings"] == 30
    assert (
        fit("small_collective", lots=row_of_lots(60, 60), small_collective__dwellings_max=12)["dwellings"]
        <= 12
    )


def test_a_free_height_leaves_the_form_its_own_storeys():
    assert fit("small_collective", zones=zone("UC10Cnr", height_m=np.nan))["floors"] == 5


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
