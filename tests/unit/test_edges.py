"""Edges of parcels: drawable lots whose street, sides and rear are told by eye."""

import json

import geopandas as gpd
import pytest
import shapely
from shapely import box

from geo.crs import CRSError
from geo.edges import measure_edges, type_edges


def parcels(**shapes) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes.values()), index=list(shapes), crs="EPSG:2154")


def counts(edges: gpd.GeoDataFrame, parcel: str) -> dict[str, int]:
    return edges.loc[edges["parcel_id"] == parcel, "kind"].value_counts(sort=False).to_dict()


@pytest.fixture
def row():
    """Three lots on a street to the south, three behind them on a street to the north."""
    south = {f"s{i}": box(12 * i, 0, 12 * i + 12, 25) for i in range(3)}
    north = {f"n{i}": box(12 * i, 25, 12 * i + 12, 50) for i in range(3)}
    return parcels(**south, **north)


def test_every_synthetic_lot_has_the_expected_edges(shared):
    lots = gpd.read_file(shared / "cases" / "sites" / "boundary_cases.geojson")
    lots = lots.set_crs("EPSG:2154", allow_override=True).set_index("id")
    edges = type_edges(lots)
    expected = lots["expected"].map(lambda text: json.loads(text) if isinstance(text, str) else text)
    assert {lot: counts(edges, lot) for lot in lots.index} == expected.to_dict()


def test_mid_block_lot_has_a_street_two_sides_and_a_rear(row):
    assert counts(type_edges(row), "s1") == {"street": 1, "side": 2, "rear": 1}


def test_corner_lot_has_two_streets_and_no_rear(row):
    assert counts(type_edges(row), "s0") == {"street": 2, "side": 2, "rear": 0}


def test_a_side_along_two_neighbours_is_one_edge():
    lots = parcels(long=box(0, 0, 12, 50), near=box(12, 0, 24, 25), far=box(12, 25, 24, 50))
    assert counts(type_edges(lots), "long") == {"street": 3, "side": 1, "rear": 0}


def test_a_side_that_passes_the_neighbour_is_cut_where_the_neighbour_ends():
    lots = parcels(deep=box(0, 0, 12, 50), shallow=box(12, 0, 24, 20))
    lengths = measure_edges(type_edges(lots), lots.index).loc["deep"]
    assert lengths[["street_m", "side_m"]].tolist() == [12 + 50 + 12 + 30, 20]


def test_a_neighbour_drawn_twenty_centimetres_away_is_still_a_neighbour():
    lots = parcels(here=box(0, 0, 12, 25), there=box(12.2, 0, 24, 25))
    assert counts(type_edges(lots), "here") == {"street": 3, "side": 1, "rear": 0}


def test_an_overlapping_neighbour_does_not_make_a_street():
    lots = parcels(here=box(0, 0, 12, 25), over=box(10, 0, 24, 25))
    assert measure_edges(type_edges(lots), lots.index).loc["here", "street_m"] == 10 + 25 + 10


def test_a_cut_corner_under_one_metre_is_not_an_edge():
    cut = shapely.Polygon([(0.5, 0), (12, 0), (12, 25), (0, 25), (0, 0.5)])
    lots = parcels(cut=cut, east=box(12, 0, 24, 25), north=box(0, 25, 24, 50))
    edges = type_edges(lots)
    assert counts(edges, "cut") == {"street": 2, "side": 2, "rear": 0}
    assert edges.loc[edges["parcel_id"] == "cut", "length_m"].sum() == pytest.approx(cut.length)


def test_a_small_step_in_a_side_stays_a_side():
    stepped = shapely.Polygon([(0, 0), (12, 0), (12, 12), (14, 12), (14, 25), (0, 25)])
    around = box(-12, -1, 26, 37) - stepped - box(-12, -1, 26, 0)
    assert counts(type_edges(parcels(lot=stepped, around=around)), "lot")["rear"] == 1


def test_an_enclosed_lot_has_sides_only_and_little_confidence():
    lots = parcels(inner=box(10, 10, 20, 20), ring=box(0, 0, 30, 30) - box(10, 10, 20, 20))
    edges = type_edges(lots)
    inner = edges[edges["parcel_id"] == "inner"]
    assert set(inner["kind"]) == {"side"}
    assert inner["confidence"].max() < 0.5
    assert measure_edges(edges, lots.index).loc["inner", "street_edges"] == 0


def test_a_hole_is_no_street():
    lots = parcels(estate=box(0, 0, 30, 30) - box(10, 10, 20, 20))
    assert measure_edges(type_edges(lots), lots.index).loc["estate", "street_m"] == 120


def test_the_facing_parcel_is_measured_across_the_street():
    lots = parcels(here=box(0, 0, 12, 25), facing=box(0, -37, 12, -12))
    edges = type_edges(lots)
    assert edges.loc[edges["parcel_id"] == "here", "across_m"].min() == pytest.approx(12)


def test_a_gap_of_one_metre_is_a_doubtful_street():
    edges = type_edges(parcels(here=box(0, 0, 12, 25), there=box(13, 0, 25, 25)))
    assert edges.loc[edges["across_m"] < 3, "confidence"].tolist() == [0.4, 0.4]


def test_parcels_in_several_parts_or_without_area_are_taken_as_they_are():
    two = shapely.union(box(0, 0, 10, 10), box(20, 0, 30, 10))
    lots = parcels(two=two, empty=shapely.Polygon(), none=None)
    edges = type_edges(lots)
    assert edges["length_m"].sum() == two.length
    assert measure_edges(edges, lots.index)["street_edges"].tolist() == [8, 0, 0]


def test_no_parcel_gives_no_edge():
    assert type_edges(parcels()).empty
    assert type_edges(parcels(empty=shapely.Polygon())).empty


def test_degrees_are_refused(row):
    with pytest.raises(CRSError):
        type_edges(row.to_crs("EPSG:4326"))
