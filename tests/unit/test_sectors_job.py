"""Files in, a plan and its proof out; faulty files are refused with their line."""

import json

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import LineString, Point

from geo.crs import DRAWING_CRS, WORKING_CRS
from planning.territory import TerritoryError
from views.jobs.sectors import SectorsFileError, run

KEYS = {
    "agencies", "units", "max_deviation_pct", "mean_distance_m", "border_km", "moved_pct", "contiguous",
    "objective", "bound", "gap_pct", "first_plan_seconds", "seconds",
}  # fmt: skip
RESIDENCES = "unit,x,y,dwellings,complaints,moves,current_sector\n" + "".join(
    f"R{i},{100 * (i % 4)},{100 * (i // 4)},{10 + i},{i % 3},1,{'A' if i % 4 < 2 else 'B'}\n"
    for i in range(12)
)
AGENCIES = "agency,x,y\nA,0,100\nB,300,100\n"
EDGES = "i,j,border_m\n" + "".join(
    f"R{i},R{j},100\n" for i in range(12) for j in (i + 1, i + 4) if j < 12 and (j == i + 4 or j % 4)
)
FENCE, RAIL = LineString([(-800, 900), (800, 900)]), LineString([(-500, 150), (250, 150)])


@pytest.fixture
def files(tmp_path):
    for name, text in {"residences": RESIDENCES, "agencies": AGENCIES, "edges": EDGES}.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_job_returns_the_promised_keys_and_writes_the_plan(files):
    found = run(
        files / "residences.csv", files / "agencies.csv", files / "edges.csv", tolerance_pct=10, seconds=1,
        seed=3, out=files / "plan.csv", progress=lambda done, text: None,
    )  # fmt: skip
    plan = pd.read_csv(files / "plan.csv")
    assert set(found) >= KEYS
    assert found["contiguous"]
    assert found["bound"] <= found["objective"]
    assert list(plan.columns) == ["unit", "agency"]
    assert len(plan) == found["units"] == 12
    json.dumps(found, allow_nan=False)


def test_without_edges_cells_are_cut_and_one_address_stays_together(files):
    twin = "R99,0.1,0.1,5,0,0,A\n"
    (files / "twins.csv").write_text(RESIDENCES + twin, encoding="utf-8")
    run(files / "twins.csv", files / "agencies.csv", tolerance_pct=20, seconds=1, out=files / "plan.csv")
    plan = pd.read_csv(files / "plan.csv").set_index("unit")["agency"]
    assert len(plan) == 13
    assert plan["R99"] == plan["R0"]


@pytest.mark.parametrize("edges", ["edges.csv", None])
def test_no_territory_crosses_a_barrier_but_at_its_passage(files, edges):
    """A railway under the last row but its end: what lies on both its sides goes together by the bridge only."""
    (files / "offices.csv").write_text("agency,x,y\nA,0,150\nB,300,150\n", encoding="utf-8")
    given = (files / "residences.csv", files / "offices.csv", edges and files / edges)
    together = {}
    for name, shapes in {"open": [FENCE], "railway": [RAIL], "bridge": [RAIL, Point(0, 150)]}.items():
        (files / "walls.geojson").write_text(drawn(shapes), encoding="utf-8")
        run(
            *given,
            barriers_geojson=files / "walls.geojson",
            tolerance_pct=60,
            seconds=1,
            out=files / "plan.csv",
        )
        agency = pd.read_csv(files / "plan.csv").set_index("unit")["agency"]
        together[name] = agency["R4"] == agency["R8"]
    assert together == {"open": True, "railway": False, "bridge": True}


def drawn(shapes: list) -> str:
    """Return a GeoJSON of shapes given in metres."""
    degrees = gpd.GeoSeries(shapes, crs=WORKING_CRS).to_crs(DRAWING_CRS)
    return gpd.GeoDataFrame({"name": ["rail", "bridge"][: len(shapes)]}, geometry=degrees).to_json()


def test_an_impossible_tolerance_is_explained(files):
    heavy = RESIDENCES.replace("R0,0,0,10", "R0,0,0,500")
    (files / "heavy.csv").write_text(heavy, encoding="utf-8")
    found = run(files / "heavy.csv", files / "agencies.csv", files / "edges.csv", tolerance_pct=5, seconds=1)
    assert not found["valid"]
    assert found["gap_pct"] is None
    assert "R0 alone carries" in found["obstacles"][0]


def test_a_semicolon_file_with_french_commas_is_read(files):
    french = RESIDENCES.replace(",", ";").replace("R5;100;100;", "R5;100,0;100,0;")
    (files / "residences.csv").write_text(french, encoding="utf-8-sig")
    assert run(
        files / "residences.csv", files / "agencies.csv", files / "edges.csv", seconds=1, tolerance_pct=20
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("residences", "dwellings", "logements", "residences.csv: no column dwellings"),
        ("residences", "R3,300,0,13", "R3,300,0,many", "residences.csv: line 5: `dwellings` is not a number"),
        ("residences", "R4,0,100", "R3,0,100", "residences.csv: line 6: `unit` is missing or there twice"),
        ("residences", "1,A\nR2", "1,C\nR2", "is in 'C', which is not an agency"),
        ("agencies", "B,300", "A,300", "agencies.csv: line 3: `agency` is missing or there twice"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(files, file, old, new, fault):
    path = files / f"{file}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SectorsFileError, match=fault):
        run(files / "residences.csv", files / "agencies.csv", files / "edges.csv", seconds=1)


def test_unknown_neighbours_and_missing_figures_are_refused(files):
    (files / "edges.csv").write_text("i,j,border_m\nR0,R77,3\n", encoding="utf-8")
    with pytest.raises(TerritoryError, match="neighbours, row 1"):
        run(files / "residences.csv", files / "agencies.csv", files / "edges.csv", seconds=1)
    blank = RESIDENCES.replace("R2,200,0,12", "R2,200,0,")
    (files / "residences.csv").write_text(blank, encoding="utf-8")
    with pytest.raises(TerritoryError, match="'R2'.*missing"):
        run(files / "residences.csv", files / "agencies.csv", seconds=1)
