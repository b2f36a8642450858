"""Whatever the bytes, an import answers with a report whose sums add up; done twice it changes nothing."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.importers import KINDS, lookup_of, read_file, run, vector, vector_child
from data.schemas import LAYOUTS, document, template
from data.schemas.cells import CellError
from data.store import open_store

HEADER = "residence_id,name,address,postcode,insee,sector_id,dwellings,year_built,floors,lon,lat\n"
NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='\r\n",;\t|'),
    min_size=1,
    max_size=12,
)
OUTCOMES = {
    "accept", "accept-normalised", "accept-with-warning", "accept-inert", "reject-rows", "reject-file"
}  # fmt: skip
MANY = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
SOME = settings(parent=MANY, max_examples=60)
FEW = settings(parent=MANY, max_examples=15)


def judged(tmp_path: Path, kind: str, content: bytes):
    file = tmp_path / "file"
    file.write_bytes(content)
    report = read_file(kind, file).report
    assert report.rows == report.accepted + report.repaired + report.refused
    assert report.outcome in OUTCOMES
    assert json.loads(report.to_json())["rows"] == report.rows
    return report


@pytest.fixture
def one_process(monkeypatch):
    """Open map layers in this process: a child for each of 200 examples would take minutes."""

    def serve(request, limits):
        vector_child.answer(json.loads(request.read_text()), request.parent)
        return json.loads(request.with_name("index.json").read_text())

    monkeypatch.setattr(vector, "_served", serve)


@MANY
@given(content=st.binary(max_size=400), kind=st.sampled_from(["stock", "rpls", "addresses", "complaints"]))
def test_any_bytes_give_a_report(tmp_path, one_process, content, kind):
    judged(tmp_path, kind, content)


@SOME
@given(rows=st.lists(st.text(max_size=80), max_size=6), mark=st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_rows_under_a_good_header_give_a_report(tmp_path, rows, mark):
    judged(tmp_path, "stock", (HEADER + mark.join(rows)).encode("utf-8", "surrogatepass"))


@SOME
@given(
    cells=st.lists(
        st.tuples(NAMES, st.integers(-9, 99), st.floats(-5, 10), st.floats(40, 52)), min_size=1, max_size=6
    )
)
def test_rows_of_plausible_cells_give_a_report(tmp_path, cells):
    rows = [
        f"R{n},{name},1 rue X,93100,93048,S1,{count},1970,4,{x},{y}"
        for n, (name, count, x, y) in enumerate(cells)
    ]
    report = judged(tmp_path, "stock", (HEADER + "\n".join(rows)).encode())
    assert report.rows == len(cells)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "features", "geometry", "coordinates", "properties", "crs", "name", "id"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
POSITION = st.tuples(st.floats(-400, 400), st.floats(-400, 400)).map(list)
GEOMETRY = st.one_of(
    JSON,
    st.builds(
        lambda rings: {"type": "Polygon", "coordinates": rings},
        st.lists(st.lists(POSITION, max_size=6), max_size=3),
    ),
    st.builds(lambda point: {"type": "Point", "coordinates": point}, POSITION),
    st.builds(
        lambda parts: {"type": "GeometryCollection", "geometries": parts},
        st.lists(
            st.builds(
                lambda line: {"type": "LineString", "coordinates": line}, st.lists(POSITION, max_size=4)
            ),
            max_size=2,
        ),
    ),
)


@MANY
@given(
    geometries=st.lists(GEOMETRY, max_size=4), kind=st.sampled_from(["sites", "sectors", "parcels", "plu"])
)
def test_any_geojson_gives_a_report(tmp_path, one_process, geometries, kind):
    properties = {
        "site_id": "T1",
        "sector_id": "S1",
        "name": "x",
        "id": "930480000A0002",
        "libelle": "UC48C16",
    }
    features = [
        {"type": "Feature", "properties": properties, "geometry": geometry} for geometry in geometries
    ]
    judged(tmp_path, kind, json.dumps({"type": "FeatureCollection", "features": features}).encode())


@SOME
@given(document_=JSON)
def test_any_json_gives_a_report(tmp_path, one_process, document_):
    judged(tmp_path, "sites", json.dumps(document_).encode())


@FEW
@given(
    counts=st.lists(st.integers(0, 300), min_size=1, max_size=8),
    shift=st.floats(0, 0.02),
    names=st.lists(NAMES.filter(str.strip), min_size=8, max_size=8),
)
def test_an_import_done_twice_is_an_import_done_once(tmp_path_factory, counts, shift, names):
    folder = tmp_path_factory.mktemp("twice")
    rows = [
        f"R{n},x{names[n]},1 rue X,93100,93048,S{n % 3},{count},1970,4,{2.44 + shift},48.86"
        for n, count in enumerate(counts)
    ]
    file = folder / "stock.csv"
    file.write_text(HEADER + "\n".join(rows), encoding="utf-8")
    store = open_store(str(folder / "town.duckdb"))
    tried = run(store, "stock", file, dry_run=True)
    first, second = run(store, "stock", file), run(store, "stock", file)
    store.close()
    assert (tried.outcome, tried.changes) == (first.outcome, first.changes)
    assert first.written
    assert not second.changes.any


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_example_of_every_column_is_read_by_its_own_column(layout):
    for field in layout.fields:
        if field.cell.example:
            assert field.cell.read(field.cell.example).repair in (None, "compact_date"), field.name
    assert set(layout.match(template(layout).splitlines()[0].split(","))) >= {
        f.name for f in layout.fields if f.needed
    }
    assert all(f"`{field.name}`" in document(layout) for field in layout.fields)


@MANY
@given(st.sampled_from([f.cell for layout in LAYOUTS.values() for f in layout.fields]), st.text(max_size=15))
def test_any_text_is_read_or_refused_by_any_cell(cell, text):
    try:
        value, _ = cell.read(text)
    except CellError:
        return
    assert value is None or value == value


def test_every_rule_that_the_code_names_has_its_words():
    import re

    from data.importers.messages import GUESSES, RULES

    folder = Path(read_file.__code__.co_filename).parent
    code = "\n".join(p.read_text() for p in [*folder.glob("*.py"), *(folder.parent / "schemas").glob("*.py")])
    named = set(re.findall(r'(?:FileRefused|Refusal|CellError|Finding)\(\s*"(\w+)"', code))
    named |= set(re.findall(r'\.(?:refuse|repair)\([^"]*?"(\w+)"', code)) | set(
        re.findall(r'\.(?:warn|note)\("(\w+)"', code)
    )
    assert named - set(RULES) == {"geometry"}  # the name of a column, not of a rule
    assert set(re.findall(r'Guess\(\s*"(\w+)"', code)) <= set(GUESSES)


def test_every_kind_answers_to_a_lookup_over_frames(tmp_path):
    file = tmp_path / "empty.csv"
    file.write_text("a,b\n1,2\n")
    assert {read_file(kind, file, store_lookup=lookup_of({})).report.outcome for kind in KINDS} == {
        "reject-file"
    }
