"""Cells, shared sides, barriers and islands on towns small enough to draw."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import LineString, Point, box

from geo.crs import WORKING_CRS, CRSError
from geo.neighbours import (
    NeighbourError,
    cells_around,
    link_islands,
    merge_duplicates,
    neighbourhood,
    sector_shapes,
    shared_sides,
)

TOWN = box(0, 0, 300, 100)


def places(**spots):
    points = [Point(xy) for xy in spots.values()]
    return gpd.GeoDataFrame(geometry=gpd.GeoSeries(points, index=list(spots), crs=WORKING_CRS))


@pytest.fixture
def row():
    return places(a=(50, 50), b=(150, 50), c=(250, 50))


def pairs(edges):
    return {tuple(sorted(pair)) for pair in zip(edges["unit_a"], edges["unit_b"], strict=True)}


def test_three_in_a_row_share_two_sides_of_100_m(row):
    edges = neighbourhood(row, TOWN).edges
    assert pairs(edges) == {("a", "b"), ("b", "c")}
    assert edges["border_m"].tolist() == pytest.approx([100, 100])
    assert edges["distance_m"].tolist() == pytest.approx([100, 100])


def test_cells_that_only_touch_at_a_corner_are_not_neighbours():
    four = places(a=(50, 50), b=(150, 50), c=(50, 150), d=(150, 150))
    edges = neighbourhood(four, box(0, 0, 200, 200)).edges
    assert pairs(edges) == {("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")}


def test_cells_cover_the_town_once(row):
    cells = neighbourhood(row, TOWN).cells
    assert cells.area.tolist() == pytest.approx([10_000] * 3)
    assert shapely.union_all(cells.to_numpy()).equals(TOWN)


def test_residences_at_one_address_share_a_site(row):
    twin = pd.concat([row, places(a2=(50.2, 50))])
    around = neighbourhood(twin, TOWN)
    assert around.site_of.to_dict() == {"a": "a", "b": "b", "c": "c", "a2": "a"}
    assert list(around.cells.index) == ["a", "b", "c"]


def test_a_railway_parts_neighbours_and_a_named_bridge_joins_them(row):
    rail = gpd.GeoDataFrame(geometry=[LineString([(100, 0), (100, 100)])], crs=WORKING_CRS)
    bridge = gpd.GeoDataFrame(index=["Pont Neuf"], geometry=[Point(100, 60)], crs=WORKING_CRS)
    parted = neighbourhood(row, TOWN, barriers=rail)
    joined = neighbourhood(row, TOWN, barriers=rail, passages=bridge)
    assert pairs(parted.barred) == {("a", "b")}
    assert joined.edges.set_index("unit_a")["crossing"].to_dict()["a"] == "Pont Neuf"


def test_an_island_is_linked_by_one_visible_edge_without_border(row):
    rail = gpd.GeoDataFrame(geometry=[LineString([(100, 0), (100, 100)])], crs=WORKING_CRS)
    edges = neighbourhood(row, TOWN, barriers=rail).edges
    link = edges[edges["link"]].iloc[0]
    assert sorted([link["unit_a"], link["unit_b"]]) == ["a", "b"]
    assert (link["border_m"], link["distance_m"]) == (0, 100)


def test_several_islands_are_linked_nearest_first(row):
    none = pd.DataFrame(
        {"unit_a": [], "unit_b": [], "border_m": [], "distance_m": [], "crossing": pd.Series(dtype=object)}
    )
    assert pairs(link_islands(none, row.geometry)) == {("a", "b"), ("b", "c")}


def test_a_piece_cut_off_by_the_outline_goes_to_the_neighbour_it_touches():
    horseshoe = box(0, 0, 300, 100).difference(box(40, 0, 200, 60))
    sites = places(a=(20, 20), b=(250, 20)).geometry
    cells = cells_around(sites, horseshoe)
    assert (shapely.get_num_geometries(cells.to_numpy()) == 1).all()
    assert cells.area.sum() == pytest.approx(horseshoe.area)


def test_polygons_of_one_source_share_their_sides():
    blocks = gpd.GeoSeries([box(0, 0, 10, 10), box(10, 0, 20, 10), box(20, 10, 30, 20)], crs=WORKING_CRS)
    edges = shared_sides(blocks)
    assert edges.to_numpy().tolist() == [[0, 1, 10.0]]


def test_sectors_leave_no_gap_and_never_overlap(row):
    cells = neighbourhood(row, TOWN).cells
    shapes = sector_shapes(cells, pd.Series({"a": "west", "b": "west", "c": "east"}))
    assert shapes.area.to_dict() == pytest.approx({"east": 10_000, "west": 20_000})
    assert shapes["east"].intersection(shapes["west"]).area == 0


def test_a_residence_outside_the_town_is_named(row):
    with pytest.raises(NeighbourError, match=r"1 residences lie outside .*'far'"):
        neighbourhood(pd.concat([row, places(far=(900, 50))]), TOWN)


def test_a_residence_without_point_is_named(row):
    nowhere = gpd.GeoDataFrame(index=["lost"], geometry=[None], crs=WORKING_CRS)
    with pytest.raises(NeighbourError, match="'lost'.*locate them first"):
        merge_duplicates(pd.concat([row, nowhere]))


def test_places_in_another_system_are_refused(row):
    with pytest.raises(CRSError, match="EPSG:4326"):
        neighbourhood(row.to_crs("EPSG:4326"), TOWN)


def test_without_an_outline_the_places_make_their_own(row):
    assert pairs(neighbourhood(row).edges) == {("a", "b"), ("b", "c")}


def test_the_shared_town_is_found_again(shared):
    folder = shared / "cases" / "sectors"
    stock = pd.read_csv(folder / "residences.csv").set_index("unit")
    known = pd.read_csv(folder / "edges.csv")
    points = gpd.GeoDataFrame(stock, geometry=gpd.points_from_xy(stock["x"], stock["y"]), crs=WORKING_CRS)
    edges = neighbourhood(points).edges
    both = edges.merge(known, left_on=["unit_a", "unit_b"], right_on=["i", "j"])
    assert len(both) == len(known)
    assert (abs(both["border_m_x"] - both["border_m_y"]) < 0.2).mean() > 0.95
