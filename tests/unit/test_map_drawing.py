"""The map's texts: a constant base, inert names, one character a parcel; Folium stays in its one module."""

import ast
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, box

from geo.crs import CRSError
from tests.lots import frame
from tests.toy import NASTY
from views.shared import layers, scripts
from views.shared.classes import classify, counts, extent, quantile_bounds
from views.shared.map import Script, Tiles, clicked
from views.shared.palette import CATEGORIES, DPE, SEQUENCES, ink
from views.shared.text import safe_text

VIEWS = Path(__file__).resolve().parents[2] / "views"
MAY_WRITE_HTML = {"shared/html.py", "shared/frame.py", "parts/cards/pieces.py"}


@pytest.fixture
def residences():
    points = {key: Point(100 * i, 50) for i, key in enumerate(NASTY)}
    return frame(points, dwellings=[100, 5, 400, 30]).rename_axis("residence_id")


def drawn(residences, colour="#112233"):
    titles = pd.Series(NASTY)
    blank = pd.Series("", index=residences.index)
    return layers.residences(residences, pd.Series(colour, index=residences.index), blank, titles)


def test_names_are_inert_in_the_layer(residences):
    text = drawn(residences)
    assert not any(mark in text for mark in ("{%", "{{", "${", "<img", "`"))
    assert {row[0] for row in json.loads(text)} == set(NASTY)


def test_largest_residences_are_drawn_first_so_that_small_ones_stay_on_top(residences):
    assert [row[0] for row in json.loads(drawn(residences))] == ["R3", "R1", "R4", "R2"]


def test_residence_without_position_is_not_drawn(residences):
    residences.loc["R1", "geometry"] = None
    assert "R1" not in {row[0] for row in json.loads(drawn(residences))}


def test_unknown_figure_has_no_colour(residences):
    assert {row[4] for row in json.loads(drawn(residences, colour=None))} == {None}


def test_shapes_of_another_reference_system_are_refused(residences):
    with pytest.raises(CRSError):
        layers.geojson(residences.to_crs(4326).geometry)


def test_description_is_json_that_a_script_can_read(residences):
    text = layers.description(
        "x",
        residences=drawn(residences),
        selected="R1",
        shapes="[" + layers.shape(box(657000, 6862000, 657010, 6862010), {}) + "]",
    )
    assert json.loads(text)["selected"] == "R1"


def test_script_is_never_read_as_a_template():
    script = Script(lambda me: "ilot.draw('{{ 7 * 7 }} {% x')")
    assert script._template.module.script(script) == "ilot.draw('{{ 7 * 7 }} {% x')"
    assert script.render() is None


def test_tiles_say_what_the_script_reads():
    tiles = Tiles("/tiles/v/parcels/{z}/{x}/{y}.pbf", "parcels", ["#fff", "#000"], "#eee", classes="0110")
    assert tiles.description()["classes"] == "0110"


def test_click_gives_the_place_and_the_residence():
    state = {"m": {"last_clicked": {"lat": 48.8, "lng": 2.4, "id": "R1", "click": 3}}}
    assert clicked(state, "m").residence_id == "R1"
    assert clicked({}, "m") is None


def test_least_value_that_fills_a_class_has_one_to_itself():
    values = pd.Series([0.0] * 60 + [float(i) for i in range(1, 41)])
    bounds = quantile_bounds(values)
    of = classify(values, bounds)
    assert counts(of, len(bounds) - 1)[0] == 60
    assert extent(values, of, bounds, 0) == (0, 0)


def test_every_known_value_has_a_class_and_no_missing_one_does():
    values = pd.Series([1.0, 2.0, None, 3.0, 100.0])
    of = classify(values, quantile_bounds(values))
    assert of.isna().tolist() == [False, False, True, False, False]
    assert sum(counts(of, 5)) == 4


def test_values_all_equal_make_one_class_and_none_make_none():
    assert quantile_bounds(pd.Series([4.0, 4.0])) == [4.0, 4.0]
    assert quantile_bounds(pd.Series([], dtype=float)) == []


def contrast(one: str, other: str) -> float:
    def luminance(colour):
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_letters_read_on_their_colour():
    colours = [
        *DPE.values(),
        *CATEGORIES,
        *(c for ramps in SEQUENCES.values() for ramp in ramps.values() for c in ramp),
    ]
    assert {
        colour: contrast(colour, ink(colour)) for colour in colours if contrast(colour, ink(colour)) < 3
    } == {}


def test_script_of_the_map_holds_leaflet_its_styles_and_ours():
    if not (scripts.PACKAGES / "leaflet.js").is_file():
        pytest.skip("the map's scripts are absent: python -m views.server.assets")
    import gzip

    text = gzip.decompress(scripts.bundle()).decode()
    assert all(part in text for part in ("L.vectorGrid", "ilot.draw", ".ilot-dot", "leaflet-container"))
    assert scripts.address().startswith("/assets/")


def test_html_from_data_is_written_by_one_module_and_never_unsafe():
    writers, unsafe = set(), set()
    for path in VIEWS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "html":
                writers.add(path.relative_to(VIEWS).as_posix())
            if isinstance(node, ast.keyword) and node.arg in ("unsafe_allow_html", "unsafe_allow_javascript"):
                unsafe.add(path.name)
    assert writers <= MAY_WRITE_HTML
    assert unsafe == set()


@pytest.mark.parametrize("name", sorted(MAY_WRITE_HTML))
def test_html_pieces_escape_every_value_they_are_given(name):
    module = ast.parse((VIEWS / name).read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    raw = [
        f"{function.name}: {ast.unparse(value)}"
        for function in functions
        for text in ast.walk(function)
        if isinstance(text, ast.JoinedStr) and "<" in ast.unparse(text)
        for part in text.values
        if isinstance(part, ast.FormattedValue) and not a_number(part)
        for value in [part.value]
        if not inert(value, made_in(function))
    ]
    assert raw == []


def made_in(function: ast.FunctionDef) -> set[str]:
    """Return the names that a function makes itself: not its parameters, nor what it loops over."""
    targets = (
        target for node in ast.walk(function) if isinstance(node, ast.Assign) for target in node.targets
    )
    return {target.id for target in targets if isinstance(target, ast.Name)}


def a_number(part: ast.FormattedValue) -> bool:
    """Whether a value is written by a format of numbers, which no text survives."""
    return part.format_spec is not None and part.format_spec.values[-1].value.endswith(("f", "d"))


def inert(value: ast.expr, made: set[str]) -> bool:
    """Whether a value may stand in HTML: escaped, made of escaped pieces, a choice of ours, a count, a colour."""
    text = ast.unparse(value)
    escaped = text.startswith(("safe_text(", "int(", "ink(", "_swatch(", "' · '.join(parts"))
    return escaped or text in made | {"count", "line.colour"} or isinstance(value, ast.IfExp)


def read_numbers(told: dict) -> list[int]:
    """Read numbers of digits of 62, as packed.js does."""
    digits = {digit: rank for rank, digit in enumerate(layers.DIGITS)}
    wide, text = told["wide"], told["text"]
    places = [[digits[c] for c in text[i : i + wide]] for i in range(0, len(text), wide)]
    return [sum(digit * 62 ** (wide - 1 - k) for k, digit in enumerate(each)) for each in places]


def read_texts(told: list | dict) -> list[str]:
    """Read texts cut in pieces, as packed.js does."""
    if isinstance(told, list):
        return told
    pieces = iter(read_numbers(told["of"]))
    return ["".join(told["pieces"][next(pieces)] for _ in range(many)) for many in read_numbers(told["many"])]


@given(st.lists(st.integers(0, 10**9), min_size=1))
def test_numbers_come_back_from_their_digits(values):
    assert read_numbers(json.loads(layers.numbers(values))) == values


@given(st.lists(st.text(st.characters(exclude_categories=["C"], exclude_characters="&<>\"'${}\\%`"))))
def test_texts_come_back_from_their_pieces(values):
    assert read_texts(json.loads(layers.texts(values))) == values
    assert read_texts(json.loads(layers.texts(values * 40))) == values * 40


def test_many_residences_travel_as_columns_without_letters():
    crowd = frame({f"r{i}": Point(i, 50) for i in range(layers.MANY + 1)}, dwellings=[20] * (layers.MANY + 1))
    colour = pd.Series((["#112233", "suppressed", None] * 201)[: len(crowd)], index=crowd.index)
    blank = pd.Series("", index=crowd.index)
    said = pd.Series(["12 %" if i % 2 else "{{no data" for i in range(len(crowd))], crowd.index)
    text = layers.residences(crowd, colour, blank, pd.Series("Le Clos {{7*7}}", crowd.index), said)
    told = json.loads(text)
    places = (np.array(told["from"]) + np.array(read_numbers(told["places"])).reshape(-1, 2)) / 1e5
    expected = crowd.to_crs(4326).get_coordinates()[["y", "x"]]
    assert np.abs(places - expected.loc[read_texts(told["ids"])].to_numpy()).max() <= 0.51e-5
    assert [told["said"]["words"][rank] for rank in read_numbers(told["said"]["of"])][1] == "12 &#37;"
    assert set(read_texts(told["names"])) == {safe_text("Le Clos {{7*7}}")}
    assert [(told["tones"] + [None])[ord(c) - 48] for c in told["classes"][:3]] == [
        "#112233",
        "suppressed",
        None,
    ]
    assert len(told["sizes"]) == len(crowd)
    assert "{{" not in text
    assert len(text) / len(crowd) < 30


def test_outlines_of_many_areas_travel_as_steps_with_their_holes():
    holed = Point(600, 50).buffer(400).difference(Point(600, 50).buffer(100))
    some = frame({"a": holed, "b": MultiPolygon([box(0, 0, 50, 50), box(90, 0, 140, 50)])}, dwellings=[1, 1])
    rings = [json.loads(text)["rings"] for text in layers.packed(some.geometry)]
    assert [[len(rings_of) for rings_of in polygons] for polygons in rings] == [[2], [1, 1]]
    hole = np.cumsum(np.array(rings[0][0][1]).reshape(-1, 2), axis=0) / 1e5
    expected = shapely.get_coordinates(some.to_crs(4326).geometry["a"].interiors[0])
    assert np.abs(hole - expected).max() <= 0.51e-5


def test_largest_areas_come_first_so_that_they_are_named_first():
    some = frame(
        {"a": box(0, 0, 50, 50), "b": box(90, 0, 190, 100), "c": box(200, 0, 210, 5)}, dwellings=[1] * 3
    )
    told = json.loads(layers.areas(some, pd.Series([{}] * 3, some.index), pd.Series(some.index, some.index)))
    assert [area["label"] for area in told] == ["b", "a", "c"]


def test_months_travel_as_one_character_a_residence(residences):
    classes = pd.DataFrame({"2025-01": [0, 1, None, 2], "2025-02": [2, 2, 0, None]}, index=residences.index)
    order = layers.marks(residences, pd.Series(NASTY)).order
    told = json.loads(layers.months_of(classes, order, ["a{{", "b"], ["#112233", "#445566", "#778899"]))
    assert list(order) == ["R3", "R1", "R4", "R2"]
    assert told["classes"] == ["~021", "02~2"]
    assert "{{" not in told["labels"][0]
