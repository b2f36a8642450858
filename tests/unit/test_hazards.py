"""Land that a flood, a quarry or a pollution closes: ruled out past half of it, not built on elsewhere."""

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from geo.crs import WORKING_CRS
from planning.land.hazards import closed_by_hazards
from planning.sites import SiteBlock, explain_site
from tests.lots import MIDDLE, parameters, row_of_lots, zone

LOTS = row_of_lots()
LEFT, BOTTOM, RIGHT, TOP = LOTS.loc[MIDDLE, "geometry"].bounds


def mapped(kind: str, value: float, share: float) -> gpd.GeoDataFrame:
    """One hazard over that share of the middle lot, from the rear."""
    shape = box(LEFT, TOP - share * (TOP - BOTTOM), RIGHT, TOP)
    return gpd.GeoDataFrame({"kind": [kind], "value": [value]}, geometry=[shape], crs=WORKING_CRS)


def results(environment: gpd.GeoDataFrame | None):
    block = SiteBlock(LOTS, zone(), environment=environment)
    return explain_site(block, MIDDLE, parameters()).results.set_index("form")


@pytest.mark.parametrize("kind", ["flood", "quarry", "pollution"])
def test_a_site_that_a_hazard_covers_is_ruled_out_whatever_its_form(kind):
    found = results(mapped(kind, 3, 0.6))
    assert set(found["reason"]) == {"hazard_forbids"}
    assert found["reason_value"].tolist() == pytest.approx([0.6] * 3, abs=0.01)


@pytest.mark.parametrize(("kind", "value"), [("flood", 2), ("clay", 3), ("noise", 70)])
def test_a_lesser_hazard_or_another_map_rules_nothing_out(kind, value):
    assert results(mapped(kind, value, 1.0)).equals(results(None))


def test_land_that_a_hazard_closes_in_part_is_not_built_on():
    struck = mapped("flood", 3, 0.3)
    block = SiteBlock(LOTS, zone(), environment=struck)
    footprints = explain_site(block, MIDDLE, parameters()).footprints
    assert len(footprints)
    assert footprints.intersection(struck.geometry.iloc[0]).area.max() < 0.1


def test_without_a_map_the_share_is_unknown_and_with_one_it_is_counted():
    p = parameters()
    assert closed_by_hazards(LOTS, None, p)[0].isna().all()
    share, land = closed_by_hazards(LOTS, mapped("quarry", 3, 0.25), p)
    assert share[MIDDLE] == pytest.approx(0.25)
    assert share.drop(MIDDLE).eq(0).all()
    assert land.index.tolist() == [MIDDLE]
    assert np.isclose(land.area.iloc[0] / LOTS.loc[MIDDLE, "geometry"].area, 0.25)
