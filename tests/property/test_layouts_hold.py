"""What must hold for every layout: inside the envelope, no overlap, sums of types, places under the cap."""

import numpy as np
import shapely
from hypothesis import given, settings

from planning.sites import SiteBlock, evaluate, explain_site
from tests.lots import zone
from tests.property.test_sites_hold import PARAMETERS, blocks, rules
from tests.unit.test_layouts import on_the_ground


@settings(deadline=None, max_examples=10)
@given(blocks(), rules)
def test_types_add_up_and_areas_stand_in_their_legal_order(lots, rule):
    results = evaluate(SiteBlock(lots, zone(**rule)), PARAMETERS).results
    fits = results[results["fits"].astype(bool)]
    assert (fits[["t1", "t2", "t3", "t4", "t5"]].sum(axis=1) == fits["dwellings"]).all()
    assert (fits["living_area_m2"] <= fits["useful_area_m2"]).all()
    assert (fits["living_area_m2"] <= fits["floor_area_m2"] + 1e-6).all()
    places = fits[["parking_surface", "parking_inside", "parking_underground"]].sum(axis=1)
    assert (places == fits["parking_places"]).all()
    assert (fits["parking_places"] <= fits["dwellings"]).all()
    assert (fits["binding_gain"] >= 0).all()


@settings(deadline=None, max_examples=10)
@given(blocks(), rules)
def test_buildings_stand_inside_the_envelope_and_pieces_never_overlap(lots, rule):
    one = explain_site(SiteBlock(lots, zone(**rule)), lots.index[0], PARAMETERS)
    for _, layout in one.layout.groupby("form"):
        buildings = layout.loc[layout["piece"] == "building"].geometry
        assert shapely.union_all(buildings).difference(one.envelope.iloc[0]).area < 1e-2
        ground = on_the_ground(layout)
        assert np.isclose(shapely.union_all(ground.geometry).area, ground.area.sum(), atol=0.5)
        assert ground.area.sum() <= lots.geometry.iloc[0].area + 0.5
