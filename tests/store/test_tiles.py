"""Vector tiles, read back by GDAL: where things lie, what they carry, how heavy they are."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon, box

from data.importers.kinds import KINDS
from data.store import StoreError
from data.store.mvt import encode
from data.store.tiles import LAYERS, WORLD_M, table_of, tile_bounds
from tests.store.samples import X, Y, parcel_id, parcels, residences, square

TO_DEGREES = pyproj.Transformer.from_crs(2154, 4326, always_xy=True)


def tile_at(x: float, y: float, zoom: int) -> tuple[int, int, int]:
    """Return the tile over a point of EPSG:2154, by the usual formula in degrees."""
    longitude, latitude = TO_DEGREES.transform(x, y)
    column = (longitude + 180) / 360 * 2**zoom
    row = (1 - np.arcsinh(np.tan(np.radians(latitude))) / np.pi) / 2 * 2**zoom
    return zoom, int(column), int(row)


def drawn(tile: bytes, layer: str, place: tuple[int, int, int]) -> gpd.GeoDataFrame:
    """Read a tile as GDAL does, placed in EPSG:3857."""
    zoom, column, row = place
    return pyogrio.read_dataframe(tile, layer=layer, Z=zoom, X=column, Y=row, CLIP="NO")


def grid(count: int, side: float = 20) -> gpd.GeoDataFrame:
    """Return a square block of square parcels that touch."""
    width = int(np.ceil(np.sqrt(count)))
    east, north = np.divmod(np.arange(count), width)
    names = [parcel_id(n % 10_000, "ABCDEF"[n // 10_000] + "A") for n in range(count)]
    frame = parcels(count).set_index(pd.Index(names, name="parcel_id"))
    corner = X + east * side, Y + north * side
    frame.geometry = shapely.multipolygons(
        shapely.box(*corner, corner[0] + side, corner[1] + side), indices=np.arange(count)
    )
    return frame


def test_parcel_is_drawn_where_it_lies(store):
    store.write("parcels", parcels(3))
    place = tile_at(X + 45, Y + 5, 17)
    shapes = drawn(store.tile("parcels", *place), "parcels", place).set_index("id")
    truth = store.read("parcels").to_crs(3857)
    apart = shapes.geometry.centroid.distance(truth.geometry[shapes.index].centroid)
    assert len(shapes) == 3
    assert apart.max() < 0.1
    assert (shapes.area / truth.area[shapes.index]).between(0.97, 1.03).all()


def test_parcels_carry_their_id_and_their_rank_among_all(store):
    frame = pd.concat([parcels(3).iloc[::-1], parcels(1).rename(index={parcel_id(1): parcel_id(7, "AA")})])
    store.write("parcels", frame)
    place = tile_at(X + 45, Y + 5, 17)
    shapes = drawn(store.tile("parcels", *place), "parcels", place)
    ranks = dict(zip(shapes["id"], shapes["n"], strict=True))
    assert ranks == {parcel_id(7, "AA"): 0, parcel_id(1): 1, parcel_id(2): 2, parcel_id(3): 3}


def test_ranks_follow_what_is_written(store):
    store.write("parcels", parcels(3).iloc[1:])
    place = tile_at(X + 45, Y + 5, 17)
    store.tile("parcels", *place)
    store.write("parcels", parcels(3))
    shapes = drawn(store.tile("parcels", *place), "parcels", place)
    assert sorted(shapes["n"]) == [0, 1, 2]


@pytest.mark.parametrize("zoom", range(11, 19))
def test_neighbouring_tiles_share_no_parcel_that_lies_in_one(store, zoom):
    store.write("parcels", grid(16, side=400))
    zoom_, column, row = tile_at(X + 700, Y + 700, zoom)
    bounds = box(*tile_bounds(zoom_, column, row))
    inside = store.read("parcels").to_crs(3857)
    inside = inside[inside.intersects(bounds.buffer(-2))]
    shapes = drawn(store.tile("parcels", zoom_, column, row), "parcels", (zoom_, column, row))
    assert set(inside.index) <= set(shapes["id"])
    margin = (bounds.bounds[2] - bounds.bounds[0]) / 64
    assert shapes.union_all().difference(bounds.buffer(margin * 1.01, join_style="mitre")).area < 1


def test_tile_with_nothing_to_draw_holds_no_byte(store):
    store.write("parcels", parcels(1))
    assert store.tile("parcels", 17, 0, 0) == b""
    assert store.tile("parcels", *tile_at(X, Y, 6)) == b""


@pytest.mark.parametrize("table", ["residences", "dwellings", "sectors", "households", "sites", "nothing"])
def test_no_tile_of_the_stock(store, table):
    with pytest.raises(StoreError, match="public"):
        store.tile(table, 15, 0, 0)


@pytest.mark.parametrize("place", [(-1, 0, 0), (23, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0)])
def test_tile_that_does_not_exist_is_refused(store, place):
    with pytest.raises(StoreError, match="no tile"):
        store.tile("parcels", *place)


def test_every_public_layer_has_tiles(store):
    place = tile_at(X + 5, Y + 5, 15)
    point, zone = [Point(X + 5, Y + 5)], [square()]
    rows = {
        "parcels": {"insee_code": "93010", "section": "A", "number": "1", "geometry": zone},
        "plu_zones": {"label": "UC48C16", "geometry": zone},
        "plu_prescriptions": {
            "shape": "line",
            "type_code": "05",
            "geometry": [LineString([(X, Y), (X + 9, Y + 9)])],
        },
        "qpv": {"name": "Nord «é»", "renewal": True, "geometry": zone},
        "iris": {"name": "Centre", "geometry": zone},
        "stations": {"name": "Bondy", "modes": "rer,tram", "geometry": point},
        "bus_stops": {"code": "x", "source": "BPE", "geometry": point},
        "noise": {"value": 65.0, "geometry": zone},
        "brownfields": {"soil": "pollution avérée", "geometry": zone},
        "risks": {"register": "casias", "located_by": "number", "geometry": point},
    }
    rows |= {name: {"value": 2.5, "geometry": zone} for name in LAYERS if table_of(name) == "environment"}
    assert set(rows) == set(LAYERS)
    for layer, values in rows.items():
        table = table_of(layer)
        key, kind = store.key(table)[0], {"kind": LAYERS[layer].kind} if LAYERS[layer].kind else {}
        name = parcel_id(1) if table == "parcels" else layer
        store.write(table, gpd.GeoDataFrame({key: [name]} | kind | values, crs=2154))
        shapes = drawn(store.tile(layer, *place), layer, place)
        assert shapes["id"].tolist() == [name]
        for column in set(LAYERS[layer].properties) & set(values):
            assert shapes[column].tolist() == [values[column]]


def test_every_public_layer_comes_from_a_public_file():
    read = {name for name, one in KINDS.items() if one.public}
    told = {"plu_zones": "plu", "plu_prescriptions": "plu"}
    assert {told.get(table_of(name), table_of(name)) for name in LAYERS} <= read


def test_a_feature_without_value_carries_none(store):
    row = {"feature_id": ["k1"], "kind": "noise", "value": np.nan, "geometry": [square()]}
    store.write("environment", gpd.GeoDataFrame(row, crs=2154))
    place = tile_at(X + 5, Y + 5, 15)
    assert "value" not in drawn(store.tile("noise", *place), "noise", place)


def test_a_point_by_the_edge_of_a_tile_is_drawn_on_both_sides(store):
    zoom, column, row = tile_at(X, Y, 16)
    west, _south, _east, north = tile_bounds(zoom, column, row)
    beside = gpd.GeoSeries([Point(west - 20, north - 20)], crs=3857).to_crs(2154)
    stop = {"amenity_id": ["k1"], "kind": "bus_stop", "code": "x", "source": "BPE"}
    store.write("amenities", gpd.GeoDataFrame(stop, geometry=beside))
    assert store.tile("bus_stops", zoom, column, row)
    assert store.tile("bus_stops", zoom, column - 1, row)


def test_tile_changes_with_its_table(store):
    store.write("parcels", parcels(1))
    place = tile_at(X + 25, Y + 5, 17)
    before = store.tile("parcels", *place)
    assert store.tile("parcels", *place) is before
    store.write("parcels", parcels(2))
    assert len(drawn(store.tile("parcels", *place), "parcels", place)) == 2


def test_tile_inside_a_transaction_is_not_kept(store):
    place = tile_at(X + 25, Y + 5, 17)
    with store.transaction():
        store.write("parcels", parcels(1))
        assert store.tile("parcels", *place)
        store.delete("parcels", None)
    assert store.tile("parcels", *place) == b""


def test_tiles_stay_light_where_parcels_are_many(store):
    store.write("parcels", grid(25_600))  # 2,500 a km2, twice what Bondy has
    sizes = {zoom: len(store.tile("parcels", *tile_at(X + 1600, Y + 1600, zoom))) for zoom in range(11, 18)}
    assert max(sizes.values()) < 300_000
    assert sizes[15] > 50_000


@pytest.mark.postgis
def test_both_engines_draw_the_same_tile(two_stores):
    places = [tile_at(X + 200, Y + 200, zoom) for zoom in (13, 14, 16)]
    tiles = []
    for store in two_stores:
        store.write("parcels", grid(2500))
        tiles.append([store.tile("parcels", *place) for place in places])
    assert tiles[0] == tiles[1]


# The encoder alone, against GDAL.

units = st.integers(-64, 4160)
rings = st.lists(st.tuples(units, units), min_size=3, max_size=9)


def decoded(tile: bytes) -> gpd.GeoDataFrame:
    """Read a tile of 4096 units in its own units, y downward: GDAL places it on the whole world."""
    frame = pyogrio.read_dataframe(tile, layer="t", Z=0, X=0, Y=0, CLIP="NO")
    side = 2 * WORLD_M / 4096
    corner = np.array([-WORLD_M, WORLD_M])
    frame.geometry = shapely.transform(
        frame.geometry.to_numpy(), lambda xy: np.rint((xy - corner) / side * [1, -1])
    )
    return frame.set_crs(None, allow_override=True).set_index("id")


@given(st.lists(rings, min_size=1, max_size=5))
@settings(max_examples=50, deadline=None)
def test_any_polygons_come_back(corners):
    shapes = [shapely.make_valid(Polygon(ring)).buffer(0) for ring in corners]
    shapes = [MultiPolygon(shape.geoms) if shape.geom_type == "MultiPolygon" else shape for shape in shapes]
    names = [str(i) for i in range(len(shapes))]
    tile = encode("t", np.array(shapes, dtype=object), {"id": names}, extent=4096)
    back = decoded(tile).geometry.to_dict() if tile else {}
    for name, shape in zip(names, shapes, strict=True):
        kept = shapely.make_valid(back.get(name, Polygon()))
        assert (
            kept.symmetric_difference(shape).area <= shape.length + 4
        )  # rounding moves a side by half a unit


@given(st.lists(st.tuples(units, units), min_size=1, max_size=6, unique=True))
@settings(max_examples=50, deadline=None)
def test_any_points_and_lines_come_back(places):
    shapes = [MultiPoint(places), Point(places[0])]
    if len(places) >= 4:
        shapes += [LineString(places), MultiLineString([places[:2], places[2:4]])]
    names = [str(i) for i in range(len(shapes))]
    back = decoded(encode("t", np.array(shapes, dtype=object), {"id": names}, extent=4096))
    for name, shape in zip(names, shapes, strict=True):
        assert back.geometry[name].equals(shape)


def test_holes_stay_holes_and_flat_rings_vanish():
    holed = Polygon([(0, 0), (100, 0), (100, 100), (0, 100)], [[(40, 40), (60, 40), (60, 60), (40, 60)]])
    flat = Polygon([(0, 0), (100, 0), (100, 0.2), (0, 0.2)])
    back = decoded(encode("t", np.array([holed, flat], dtype=object), {"id": ["a", "b"]}, extent=4096))
    assert back.index.tolist() == ["a"]
    assert back.area.tolist() == [100 * 100 - 20 * 20]


def test_residences_never_reach_a_tile(store):
    store.write("residences", residences({"R1": None}))
    with pytest.raises(StoreError):
        store.tile("residences", *tile_at(X, Y, 15))
