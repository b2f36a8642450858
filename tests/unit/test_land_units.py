"""Land units on drawable lots: who touches whom, who may be assembled, what it gains."""

import pandas as pd
import pytest
import shapely

from planning.land.units import LandUnitError, adjacent, assemble, groups, land_units, suggestions, unit_name
from planning.sites import SiteBlock, evaluate
from tests.lots import MIDDLE, parameters, row_of_lots, zone

WEST, EAST = "93048000AA0000", "93048000AA0002"


@pytest.fixture(scope="module")
def block() -> SiteBlock:
    lots = row_of_lots(9, 40)
    owners = pd.DataFrame(
        {
            "parcel_id": list(lots.index),
            "siren": ["1", "1", "2", "3"],
            "rights": "P",
            "owner_group": ["5", "5", "4", "0"],
        }
    ).set_index(["parcel_id", "siren", "rights"])
    return SiteBlock(lots, zone(), owners=owners, own_sirens=("1",))


def test_neighbours_share_a_boundary_and_not_a_corner(block):
    pairs = adjacent(block.parcels)
    assert set(zip(pairs["one"], pairs["other"], strict=True)) == {(0, 1), (1, 2), (0, 3), (1, 3), (2, 3)}


def test_the_landlord_s_own_neighbours_make_a_unit(block):
    own = groups(block, parameters())
    assert own.loc[own["kind"] == "landlord", "parcel_id"].tolist() == [WEST, MIDDLE]


def test_two_lots_too_narrow_for_a_row_hold_one_together(block):
    """9 m hold no two houses of 6 m; 18 m hold three."""
    apart = evaluate(block, parameters()).results
    alone = apart[(apart["site_id"] == MIDDLE) & (apart["form"] == "townhouse")].iloc[0]
    assert alone["reason"] == "too_narrow"
    forms = assemble(block, [MIDDLE, WEST], parameters()).forms.loc["townhouse"]
    assert forms["together"] >= 3
    assert forms["gain"] == forms["together"]


def test_the_gain_is_together_less_apart(block):
    units = land_units(block, parameters(), evaluate(block, parameters()).results)
    one = units.loc[unit_name([WEST, MIDDLE])]
    assert one["gain"] == one["dwellings"] - one["dwellings_apart"] > 0
    assert one.geometry.area == pytest.approx(2 * 9 * 40, rel=0.01)


def test_a_unit_to_own_is_counted_on_what_is_laid_out_to_own(block):
    """The small collective holds most dwellings; to own, each counts for half and the other forms come first."""
    to_own = {"public": "ownership"}
    results = evaluate(block, parameters(), **to_own).results
    one = land_units(block, parameters(), results, **to_own).loc[unit_name([WEST, MIDDLE])]
    pair = assemble(block, [WEST, MIDDLE], parameters(), **to_own)
    tried = suggestions(block, MIDDLE, parameters(), **to_own).set_index("parcels").loc[f"{WEST},{MIDDLE}"]
    assert one["public"] == pair.unit["public"] == "ownership"
    for told in (one, tried, pair.unit):
        assert told["form"] == pair.explanation.site["best_form"]
        assert told["dwellings"] == pair.forms.loc[told["form"], "together"]
        assert told["gain"] == told["dwellings"] - told["dwellings_apart"]


def test_parcels_that_do_not_touch_are_refused(block):
    with pytest.raises(LandUnitError, match="do not touch"):
        assemble(block, [WEST, EAST], parameters())


def test_a_unit_past_the_caps_is_refused(block):
    with pytest.raises(LandUnitError, match="land_unit.area_max_m2"):
        assemble(block, [WEST, MIDDLE], parameters(land_unit__area_max_m2=500))
    with pytest.raises(LandUnitError, match="land_unit.owners_max"):
        assemble(block, [WEST, MIDDLE, EAST], parameters(land_unit__owners_max=1))


def test_a_parcel_that_nobody_knows_is_named(block):
    with pytest.raises(LandUnitError, match="93048000ZZ0009"):
        assemble(block, ["93048000ZZ0009"], parameters())


def test_pairs_and_triples_are_tried_and_the_largest_gain_comes_first(block):
    tried = suggestions(block, MIDDLE, parameters(), most=4)
    assert tried["gain"].is_monotonic_decreasing
    assert set(tried["parcel_count"]) == {2, 3}
    assert tried["parcels"].str.contains(MIDDLE).all()


def test_a_unit_has_no_hole_where_its_parcels_met(block):
    unit = assemble(block, [WEST, MIDDLE], parameters()).explanation.edges
    assert shapely.union_all(unit.geometry).length == pytest.approx(2 * (18 + 40), rel=0.01)
