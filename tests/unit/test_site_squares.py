"""Social housing around a site, from squares of 200 m: read, drawn whole from their codes, weighed by their share."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from data.importers import KINDS, read_file, run
from data.reference import load
from data.schemas import template
from planning.decision.surroundings import Surroundings, around
from planning.parameters import Parameters

P = Parameters.from_frame(load())
CRS = "EPSG:2154"
HEADER = "idcar_200m,lcog_geo,men,log_soc,i_est_200\n"
SITE = gpd.GeoDataFrame(index=["here"], geometry=[box(-10, -10, 10, 10)], crs=CRS)
EDGES = [box(-900, -900, 900, 900)]


def around_it(households, social, shapes):
    squares = gpd.GeoDataFrame({"households": households, "social": social}, geometry=shapes, crs=CRS)
    return around(SITE, Surroundings(squares=squares), P)["R5"]


def read(tmp_path, text):
    path = tmp_path / "squares.csv"
    path.write_text(text, encoding="utf-8")
    return read_file("squares", path)


def test_a_square_half_within_reach_counts_for_half():
    near, across = box(-200, 0, 0, 200), box(410, -100, 610, 100)
    half = across.intersection(shapely.buffer(SITE.geometry.iloc[0], 500)).area / across.area
    assert half == pytest.approx(0.5, abs=0.02)
    share = around_it([100, 200, 0], [0, 200, 0], [near, across, *EDGES])
    assert share == pytest.approx([100 * 200 * half / (100 + 200 * half)])


@pytest.mark.parametrize(("households", "told"), [(99, False), (100, True)])
def test_the_share_of_few_households_is_unknown(households, told):
    found = around_it([households, 0], [50, 0], [box(0, 0, 200, 200), *EDGES])
    assert np.isfinite(found).tolist() == [told]


def test_squares_on_one_side_only_leave_the_share_unknown():
    beyond = [box(x, y, x + 200, y + 200) for x in (100, 300) for y in (-200, 0)]
    assert np.isnan(around_it([500] * 4, [100] * 4, beyond)).all()


def test_a_square_whose_dwellings_nobody_counted_is_left_out():
    both = [box(0, 0, 200, 200), box(0, -200, 200, 0)]
    assert around_it([200, 300, 0], [50, None, 0], [*both, *EDGES]) == pytest.approx([25])


def test_without_squares_the_share_is_unknown():
    assert np.isnan(around(SITE, Surroundings(), P)["R5"]).all()


@given(st.lists(st.tuples(st.integers(1, 500), st.floats(0, 1)), min_size=4, max_size=4))
def test_the_share_lies_between_those_of_the_squares(counts):
    shapes = [box(x, y, x + 200, y + 200) for x in (-200, 0) for y in (-200, 0)]
    households, shares = zip(*counts, strict=True)
    social = [count * share for count, share in counts]
    found = around_it([*households, 0], [*social, 0], [*shapes, *EDGES])
    assert np.isnan(found[0]) or min(shares) * 100 - 1e-6 <= found[0] <= max(shares) * 100 + 1e-6


def test_the_squares_of_bondy_are_whole_though_the_file_cuts_them_at_the_commune(shared):
    file = shared / "real" / "bondy_93010" / "filosofi-carreaux-200m.gpkg"
    result = read_file("squares", file)
    squares = result.tables["squares"].set_index("square_id")
    assert result.report.totals == {"squares": 164, "imputed": 14, "households": 23329, "social": 9496}
    assert shapely.area(squares.geometry.to_numpy()) == pytest.approx(40_000, rel=0.001)
    cut = gpd.read_file(file).set_index("idcar_200m").geometry
    assert shapely.covers(squares.geometry[cut.index].buffer(0.01), cut.to_numpy()).all()
    assert squares["insee_codes"]["CRS3035RES200mN2891800E3770600"] == "93064,93010"


def test_the_national_table_without_outlines_is_drawn_from_its_codes(tmp_path):
    text = HEADER + "CRS3035RES200mN2891800E3770600,9306493010,1,0,1\n"
    square = read(tmp_path, text).tables["squares"].iloc[0]
    assert bool(square["imputed"])
    assert square.geometry.covers(Point(662_130, 6_865_400))


def test_a_code_that_is_no_square_is_told_with_its_line(tmp_path):
    bad = "CRS3035RES1000mN2891000E3770000"
    found = read(tmp_path, f"{HEADER}{bad},93010,10,2,0\n").report.faults
    assert [(each["rule"], each["value"], each["line"]) for each in found] == [("bad_id", bad, 2)]


def test_a_file_without_social_dwellings_is_refused_in_one_sentence(tmp_path):
    text = "idcar_200m,men\nCRS3035RES200mN2891800E3770600,10\n"
    report = read(tmp_path, text).report
    assert report.outcome == "reject-file"
    assert [fault["rule"] for fault in report.faults] == ["missing_column"]


def test_the_template_of_squares_is_a_file_it_reads_and_writes(store, tmp_path):
    path = tmp_path / "squares.csv"
    path.write_text(template(KINDS["squares"].layouts[0]), encoding="utf-8")
    assert run(store, "squares", path).changes.added == 1
    assert not run(store, "squares", path).changes.any
    assert pd.isna(store.read("squares")["imputed"]).all(), (
        "a template leaves out the columns we can do without"
    )
