"""The whole chain on a drawable block: every parcel has a result or a reason."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Point, box

from geo.crs import CRSError
from planning.sites import BlockError, SiteBlock, evaluate, explain_site
from tests.lots import MIDDLE, frame, parameters, prescription, row_of_lots, zone


@pytest.fixture
def block() -> SiteBlock:
    stations = frame({"s1": Point(45, -100), "s2": Point(45, 900)}, name=["Croix de Chavaux", "Robespierre"])
    owners = pd.DataFrame(
        {"parcel_id": [MIDDLE], "siren": ["488777160"], "rights": ["P"], "owner_group": ["5"]}
    ).set_index(["parcel_id", "siren", "rights"])
    return SiteBlock(
        row_of_lots(),
        zone(),
        prescription(box(0, 0, 30, 40), "01"),
        stations,
        frame({"q1": box(25, -50, 100, 50)}),
        owners,
        ("488777160",),
    )


def test_every_parcel_has_one_row_a_form_with_a_result_or_a_reason(block):
    results = evaluate(block, parameters()).results
    assert len(results) == 3 * len(block.parcels)
    assert not results.duplicated(["site_id", "form"]).any()
    assert (results["fits"] == results["reason"].isna()).all()
    assert (results["fits"] == results["dwellings"].notna()).all()


def test_a_site_tells_its_station_district_owner_and_zone(block):
    site = evaluate(block, parameters()).sites.loc[MIDDLE]
    known = ["zone_label", "station_name", "station_m", "in_qpv", "owner_group", "own_land"]
    assert site[known].tolist() == ["UC00A16", "Croix de Chavaux", 100, True, "5", True]


def test_the_rules_of_a_site_are_json_with_their_sources(block):
    rules = json.loads(evaluate(block, parameters()).sites.loc[row_of_lots().index[0], "rules"])
    assert rules["footprint"]["status"] == "assumed"
    assert rules["prescriptions"][0]["effect"] == "forbids"


def test_the_best_form_is_the_one_that_holds_most(block):
    study = evaluate(block, parameters())
    results = study.results[study.results["site_id"] == MIDDLE]
    best = results.loc[results["dwellings"].astype(float).idxmax()]
    assert study.sites.loc[MIDDLE, ["best_form", "dwellings"]].tolist() == [best["form"], best["dwellings"]]


def test_a_site_where_nothing_fits_keeps_the_reason_that_came_nearest(block):
    site = evaluate(replace(block, parcels=row_of_lots(10, 60)), parameters()).sites.loc[MIDDLE]
    assert pd.isna(site["best_form"])
    assert (site["reason"], round(site["reason_value"])) == ("too_narrow", 10)


def test_a_forbidden_parcel_has_no_envelope_and_no_form(block):
    study = evaluate(block, parameters())
    forbidden = row_of_lots().index[0]
    assert study.sites.loc[forbidden, "reason"] == "prescription_forbids"
    assert forbidden not in study.envelopes.index
    assert pd.isna(study.sites.loc[forbidden, "best_form"])


def test_the_engine_fits_and_leaves_the_judgement_to_the_criteria(block):
    study = evaluate(SiteBlock(block.parcels, block.zones), parameters())
    assert study.results["fits"].any()
    assert "score" not in study.results
    assert "score" not in study.sites


def test_an_owner_file_of_another_commune_says_nothing_of_this_one(block):
    elsewhere = block.owners.rename(index={MIDDLE: "93066000AA0001"}, level=0)
    assert evaluate(replace(block, owners=elsewhere), parameters()).sites["own_land"].isna().all()


def test_a_part_of_the_parcel_in_a_zone_without_housing_is_not_built():
    park = zone("N", box(-500, 20, 500, 500), zone_type="N")
    town = zone(shape=box(-500, -500, 500, 20.5))
    both = pd.concat([town, park], ignore_index=True)
    study = explain_site(SiteBlock(row_of_lots(), both), MIDDLE, parameters())
    assert study.envelope[MIDDLE].bounds[3] == pytest.approx(6_862_020, abs=0.02)


def test_the_explanation_of_a_site_is_what_the_run_found(block):
    run, one = evaluate(block, parameters()), explain_site(block, MIDDLE, parameters())
    alone = run.results[run.results["site_id"] == MIDDLE].set_index("site_id")
    pd.testing.assert_frame_equal(one.results, alone)
    assert one.envelope[MIDDLE].equals(run.envelopes.geometry[MIDDLE])
    assert one.edges["kind"].tolist().count("street") == 1
    assert one.edges.set_index("kind")["setback_m"]["rear"] == 3


def test_a_building_drawn_stands_inside_the_envelope(block):
    one = explain_site(block, MIDDLE, parameters())
    assert len(one.footprints) == 3
    assert one.footprints.difference(one.envelope[MIDDLE]).area.max() < 1e-6


def test_a_parcel_that_is_not_in_the_block_is_named(block):
    with pytest.raises(KeyError, match="93048000ZZ0001"):
        explain_site(block, "93048000ZZ0001", parameters())


def test_shapes_that_are_absent_empty_broken_or_tiny_get_a_reason():
    odd = {
        "93048000ZZ0001": None,
        "93048000ZZ0002": shapely.Polygon(),
        "93048000ZZ0003": shapely.Polygon([(0, 0), (20, 20), (20, 0), (0, 20)]),
        "93048000ZZ0004": box(200, 0, 200.1, 0.1),
        "93048000ZZ0005": shapely.union(box(300, 0, 340, 40), box(350, 0, 390, 40)),
    }
    study = evaluate(SiteBlock(frame(odd), zone()), parameters())
    assert study.sites["reason"].tolist()[:2] == ["no_area", "no_area"]
    assert (study.results["fits"] | study.results["reason"].notna()).all()


def test_a_block_without_parcels_or_without_zones_is_no_error(block):
    assert evaluate(replace(block, parcels=block.parcels[:0]), parameters()).results.empty
    study = evaluate(replace(block, zones=block.zones[:0]), parameters())
    assert set(study.sites["reason"]) == {"no_zone"}


def test_the_same_parcel_twice_is_refused_by_name(block):
    with pytest.raises(BlockError, match=MIDDLE):
        evaluate(
            replace(block, parcels=pd.concat([block.parcels, block.parcels.loc[[MIDDLE]]])), parameters()
        )


def test_a_layer_without_its_columns_is_named(block):
    with pytest.raises(BlockError, match="zones: the column 'label'"):
        evaluate(replace(block, zones=block.zones.drop(columns="label")), parameters())


def test_degrees_are_refused(block):
    with pytest.raises(CRSError):
        evaluate(replace(block, qpv=block.qpv.to_crs("EPSG:4326")), parameters())


def test_progress_goes_up_to_one_and_each_step_is_timed(block):
    heard = []
    study = evaluate(block, parameters(), lambda done, text: heard.append(done))
    assert heard == sorted(heard)
    assert heard[-1] == 1
    assert list(study.seconds)[:2] == ["edges", "zones"]


def test_the_hash_of_the_parameters_goes_with_each_result(block):
    mine = parameters(footprint_share__A=0.9)
    study = evaluate(block, mine)
    assert set(study.results["parameters"]) == set(study.sites["parameters"]) == {mine.hash}


def test_the_frames_given_are_not_changed(block):
    before = block.parcels.copy(), block.zones.copy()
    evaluate(block, parameters())
    assert block.parcels.equals(before[0])
    assert block.zones.equals(before[1])


def test_a_smaller_footprint_limit_never_gives_more_dwellings(block):
    whole = evaluate(block, parameters(footprint_share__A=1.0)).results.set_index(["site_id", "form"])
    half = evaluate(block, parameters(footprint_share__A=0.3)).results.set_index(["site_id", "form"])
    assert (half["dwellings"].fillna(0) <= whole["dwellings"].fillna(0)).all()
    assert np.isfinite(half.loc[half["fits"], "footprint_m2"]).all()


def test_where_the_landlords_own_homes_stand_no_form_fits_and_the_reason_counts_them(block):
    stock = frame({"r": Point(45, 20)}, dwellings=[24])
    study = evaluate(replace(block, residences=stock), parameters())
    results = study.results[study.results["site_id"] == MIDDLE]
    assert results["reason"].unique().tolist() == ["own_homes_stand"]
    assert results["reason_value"].unique().tolist() == [24]
    assert study.sites["own_homes"].tolist() == [0, 24, 0, 0]


def test_what_stands_on_a_site_is_measured_and_unknown_without_footprints(block):
    blocks = frame({"f": box(30, 0, 60, 10)}, kind=["solid"], floors=[2])
    site = evaluate(replace(block, footprints=blocks), parameters()).sites.loc[MIDDLE]
    assert site[["built_m2", "built_share", "standing_floor_m2"]].tolist() == [300, 0.25, 600]
    assert evaluate(block, parameters()).sites[["built_m2", "own_homes"]].isna().all(axis=None)
