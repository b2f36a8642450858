"""Maps of noise, heat, slope and hazards: what a file brings, what it replaces, what sites measure of it."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, Point, box
from shapely.geometry import mapping

from data.importers import KINDS, Options, read_file, run, undo
from data.reference import load
from data.schemas import template
from planning.decision.surroundings import Surroundings, around
from planning.parameters import Parameters

P = Parameters.from_frame(load())
CRS = "EPSG:2154"
LAMBERT = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2154"}}
ROAD = box(657_000, 6_862_000, 657_100, 6_862_020)


@pytest.fixture
def sites():
    """Three plots of 20 m: at the origin, 100 m to its east, and 5 km away."""
    return plots(0, 100, 5_000)


@pytest.fixture
def file(tmp_path):
    """A GeoJSON in metres of features (shape, properties)."""

    def write(*features, name="maps.geojson"):
        path = tmp_path / name
        told = [{"type": "Feature", "properties": p, "geometry": mapping(shape)} for shape, p in features]
        path.write_text(json.dumps({"type": "FeatureCollection", "crs": LAMBERT, "features": told}))
        return path

    return write


def plots(*west):
    return gpd.GeoDataFrame(index=list(west), geometry=[box(x, 0, x + 20, 20) for x in west], crs=CRS)


def layer(kind, *drawn, source="map"):
    shapes, values = zip(*drawn, strict=True)
    rows = {"kind": kind, "value": pd.array(values, dtype=float), "source": source}
    return gpd.GeoDataFrame(rows, geometry=list(shapes), crs=CRS)


def told(sites, criterion, *layers):
    environment = pd.concat(layers) if layers else None
    found = around(sites, Surroundings(environment=environment), P)[criterion]
    return [None if np.isnan(value) else round(float(value), 3) for value in found]


def test_a_band_of_noise_across_two_plots_is_heard_on_both_and_nothing_is_known_far_away(sites):
    band = layer("noise", (box(-50, 5, 200, 15), 65))
    assert told(sites, "E1", band) == [65, 65, None]


def test_the_highest_band_wins_and_where_none_meets_the_site_it_is_under_the_lowest_class(sites):
    bands = layer("noise", (box(-9, 0, 9, 20), 60), (box(-9, 0, 1, 20), 70), (box(400, 0, 410, 20), 55))
    assert told(sites, "E1", bands) == [70, 55 - P["around.noise_below_db"], None]


def test_between_the_maps_of_two_sources_nothing_is_known():
    here, there = (layer("noise", (box(x, 0, x + 5, 20), 60), source=f"map of {x}") for x in (-2_000, 2_000))
    assert told(plots(0), "E1", here, there) == [None]


def test_the_heat_network_is_as_far_as_its_nearest_pipe(sites):
    pipes = layer("heat_network", (LineString([(50, -10), (50, 30)]), None), (box(10, 50, 12, 52), None))
    assert told(sites, "E3", pipes) == [30, 50, 4_950]


def test_summer_heat_is_the_mean_by_area_where_half_of_the_site_is_mapped(sites):
    map_ = layer("heat_island", (box(0, 0, 10, 20), 3), (box(10, 0, 20, 20), 2), (box(100, 0, 109, 20), 3))
    assert told(sites, "E5", map_) == [2.5, None, None]


def test_slope_is_the_mean_by_area_of_the_classes_under_the_site(sites):
    classes = layer("slope", (box(0, 0, 20, 5), 10), (box(0, 5, 20, 20), 2), (box(100, 0, 105, 20), 8))
    assert told(sites, "T2", classes) == [4, None, None]


@pytest.mark.parametrize("kind", ["clay", "quarry", "flood", "pollution"])
def test_a_hazard_counts_by_its_class_and_only_where_its_map_is(sites, kind):
    assert told(sites, "T4", layer(kind, (box(-5, -5, 30, 30), 2))) == [2, 0, None]


def test_the_worst_of_the_hazards_and_the_registers_wins(sites):
    registers = gpd.GeoDataFrame(
        {"located_by": ["number"] * 2}, geometry=[Point(10, 10), Point(110, 10)], crs=CRS
    )
    maps = pd.concat([layer("clay", (box(0, 0, 20, 20), 1)), layer("flood", (box(90, 0, 200, 20), 3))])
    found = around(sites, Surroundings(risks=registers, environment=maps), P)["T4"]
    assert found[:2].tolist() == [P["around.register.on"], 3]


def test_without_any_map_nothing_is_known(sites):
    assert [told(sites, name) for name in ("E1", "E3", "E5", "T2", "T4")] == [[None] * 3] * 5


@given(
    st.lists(
        st.tuples(st.integers(-300, 300), st.integers(1, 200), st.integers(45, 80)), min_size=1, max_size=8
    ),
)
def test_noise_is_what_a_plain_walk_through_the_bands_finds(bands):
    here = plots(0, 60, 150)
    drawn = [(box(x, -10, x + width, 10), db) for x, width, db in bands]
    quiet = min(db for _, db in drawn) - P["around.noise_below_db"]
    met = [[db for shape, db in drawn if shape.intersects(site)] for site in here.geometry]
    expected = [max(heard, default=quiet) for heard in met]
    assert told(here, "E1", layer("noise", *drawn)) == expected


def test_a_file_of_bands_and_pipes_is_read_in_french_words_and_any_reference_system(file, tmp_path):
    pipe = LineString([(657_000, 6_862_000), (657_050, 6_862_000)])
    path = file((ROAD, {"kind": "bruit", "valeur": 65, "source": "A"}), (pipe, {"kind": "réseau de chaleur"}))
    rows = read_file("environment", path).tables["environment"]
    assert rows["kind"].tolist() == ["noise", "heat_network"]
    assert pd.isna(rows["value"].iloc[1])
    degrees = tmp_path / "degrees.gpkg"
    gpd.read_file(path).to_crs(4326).to_file(degrees)
    again = read_file("environment", degrees).tables["environment"]
    assert again.geometry.iloc[0].hausdorff_distance(ROAD) < 0.01


def test_a_noise_map_of_mixed_shapes_keeps_its_polygons(file):
    mixed = GeometryCollection([ROAD, Point(657_000, 6_862_000)])
    rows = read_file("environment", file((mixed, {"kind": "noise", "value": 60}))).tables["environment"]
    assert rows.geometry.iloc[0].geom_type == "MultiPolygon"


@pytest.mark.parametrize(
    ("shape", "properties", "said"),
    [
        (ROAD, {"kind": "smell", "value": 1}, ("not_in_list", "kind", "is not one of")),
        (ROAD, {"kind": "noise", "value": None}, ("blank", "value", "The cell is empty.")),
        (ROAD, {"kind": "noise"}, ("blank", "value", "The cell is empty.")),
        (ROAD, {"kind": "noise", "value": 3}, ("out_of_range", "value", "30 – 100 dB Lden expected")),
        (ROAD, {"kind": "clay", "value": 65}, ("out_of_range", "value", "0 – 3 class expected")),
        (
            LineString(ROAD.exterior.coords),
            {"kind": "noise", "value": 60},
            ("no_area", "geometry", "has no area"),
        ),
    ],
)
def test_a_defective_file_is_refused_with_one_clear_sentence(file, shape, properties, said):
    report = read_file("environment", file((shape, properties))).report
    assert [(fault["rule"], fault["column"]) for fault in report.faults] == [said[:2]]
    assert said[2] in report.faults[0]["reason"]


def test_a_new_map_replaces_that_of_the_same_kind_and_source_alone(store, file):
    first = file(*((ROAD, {"kind": k, "value": 60 if k == "noise" else 1, "source": s}) for k, s in MAPS))
    assert run(store, "environment", first).changes.added == 3
    assert not run(store, "environment", first).changes.any
    moved = file((ROAD.buffer(5), {"kind": "noise", "value": 65, "source": "A"}), name="new.geojson")
    changes = run(store, "environment", moved).changes
    assert (changes.added, changes.removed) == (1, 1)
    assert sorted(store.read("environment")["value"]) == [1, 60, 65]
    assert undo(store).written
    assert sorted(store.read("environment")["value"]) == [1, 60, 60]


def test_a_real_map_takes_the_place_of_the_invented_one_of_its_kind_and_undoing_it_brings_that_back(
    store, file
):
    drawn = {"kind": ["noise", "noise", "slope"], "value": [60.0, 65.0, 2.0], "source": "invented"}
    keys = pd.Index(["noise-invented-0001", "noise-invented-0002", "slope-invented-0001"], name="feature_id")
    store.write("environment", gpd.GeoDataFrame(drawn, geometry=[ROAD] * 3, crs=2154, index=keys))
    before = store.read("environment")
    report = run(store, "environment", file((ROAD, {"kind": "noise", "value": 70, "source": "Bruitparif"})))
    assert (report.changes.added, report.changes.removed) == (1, 2)
    told = next(note for note in report.notes if note["rule"] == "invented_gone")
    assert told["params"] == {"count": 2, "table": "environment"}
    after = store.read("environment")
    assert after[["kind", "source"]].to_numpy().tolist() == [["noise", "Bruitparif"], ["slope", "invented"]]
    assert undo(store).written
    pd.testing.assert_frame_equal(store.read("environment"), before)


def test_the_source_named_at_the_import_is_that_of_the_rows_that_name_none(file):
    path = file((ROAD, {"kind": "noise", "value": 60}), (ROAD, {"kind": "clay", "value": 2, "source": "B"}))
    rows = read_file("environment", path, options=Options(source="A")).tables["environment"]
    assert rows["source"].tolist() == ["A", "B"]


def test_the_template_names_the_columns_and_its_example_is_drawn_as_a_map(file):
    head, line = template(KINDS["environment"].layouts[0]).splitlines()
    assert head == "kind,value,label,source"
    row = dict(zip(head.split(","), line.split(","), strict=True))
    assert read_file("environment", file((ROAD, row))).report.good == 1


MAPS = (("noise", "A"), ("noise", "B"), ("clay", "A"))
