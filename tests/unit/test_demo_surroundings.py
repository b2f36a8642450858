"""What surrounds the invented town's sites: every criterion measured, in the importers' words, summing to the stock."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.demo import frame
from data.demo.heat import network
from data.demo.noise import LEVELS_DB, reach_m
from data.demo.owners import OTHERS
from data.demo.parameters import parameter
from data.demo.squares import LEAST_HOUSEHOLDS, shared_out
from data.ids import square_code
from data.importers.squares import drawn
from data.schemas.environment import KINDS, SURFACES, VALUES
from planning.decision.surroundings import SOILS, Surroundings, around
from views.jobs.scores import all_parameters

CRITERIA = ["U2", "U3", "U4", "U5", "T4", "E1", "E3", "E5", "T2", "R5"]
COUNTS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=60)


@pytest.fixture(scope="module")
def town(made):
    return made(7).frames


@pytest.fixture(scope="module")
def maps(town):
    return town["environment"]


@pytest.fixture(scope="module")
def measured(town):
    """What surrounds one parcel of ten."""
    layers = ("amenities", "risks", "brownfields", "environment", "squares")
    known = Surroundings(**{name: town[name] for name in layers})
    parcels = town["parcels"].iloc[::10]
    return pd.DataFrame(around(parcels, known, all_parameters()), index=parcels.index)


def test_every_parcel_has_every_measure_of_its_surroundings(measured):
    assert measured[CRITERIA].notna().all().all()


def test_surroundings_tell_the_parcels_apart(measured):
    assert (measured[CRITERIA].nunique() >= 4).all()


@pytest.mark.parametrize(
    ("criterion", "bad", "least", "most"),
    [
        ("T4", 3, 0.005, 0.08),
        ("T4", 2, 0.05, 0.3),
        ("E1", 65, 0.05, 0.3),
        ("T2", 8, 0.02, 0.15),
        ("R5", 60, 0.0, 0.2),
    ],
)
def test_what_is_bad_is_bad_in_a_small_part_of_the_town(measured, criterion, bad, least, most):
    assert least <= (measured[criterion] >= bad).mean() <= most


@pytest.mark.parametrize("kind", ["slope", "heat_island"])
def test_a_map_of_all_the_ground_tiles_the_town(maps, kind):
    shapes = maps.loc[maps["kind"] == kind].geometry.to_numpy()
    assert shapely.area(shapes).sum() == pytest.approx(frame.outline().area, rel=1e-4)
    assert shapely.union_all(shapes).area == pytest.approx(frame.outline().area, rel=1e-4)


@pytest.mark.parametrize("start", ["Route", "Rail"])
def test_bands_of_noise_of_one_source_do_not_overlap(maps, start):
    bands = maps[(maps["kind"] == "noise") & maps["label"].str.startswith(start)]
    shapes = bands.geometry.to_numpy()
    assert shapely.area(shapes).sum() == pytest.approx(shapely.union_all(shapes).area, rel=1e-6)
    assert set(bands["value"]) <= set(LEVELS_DB)


@given(level=st.floats(50, 90), one=st.floats(50, 80), other=st.floats(50, 80))
def test_a_level_is_heard_no_farther_than_a_lower_one(level, one, other):
    assert reach_m(level, max(one, other)) <= reach_m(level, min(one, other))


def test_maps_hold_what_the_importers_accept(maps):
    assert set(maps["kind"]) <= set(KINDS)
    for kind, (least, most, _) in VALUES.items():
        assert maps.loc[maps["kind"] == kind, "value"].between(least, most).all()
    ground = maps[maps["kind"].isin(SURFACES)]
    assert set(ground.geom_type) <= {"Polygon", "MultiPolygon"}
    assert maps.geometry.is_valid.all()


def test_maps_are_said_to_be_invented_and_have_their_day(maps):
    assert set(maps["source"]) == {"invented"}
    assert maps["dated_on"].between("2020-01-01", frame.REFERENCE_DATE).all()


def test_every_residence_with_district_heat_stands_by_the_network_which_is_one_piece(town, maps):
    pipes = shapely.union_all(maps.loc[maps["kind"] == "heat_network"].geometry.to_numpy())
    heated = town["residences"][town["residences"]["heating"] == "district"]
    assert heated.distance(pipes).max() < 200
    assert (
        shapely.get_num_geometries(shapely.get_parts(shapely.unary_union(shapely.buffer(pipes, 0.01)))).sum()
        == 1
    )


def test_the_network_takes_the_street_that_both_homes_share():
    streets = np.array(
        [shapely.LineString(xy) for xy in ([(0, 0), (90, 0)], [(90, 0), (90, 50)], [(90, 0), (90, -50)])]
    )
    pipes = network(streets, shapely.Point(0, 0), shapely.points([[90, 50], [90, -50]]))
    assert shapely.length(pipes["geometry"].to_numpy()).sum() == 190


@given(counts=COUNTS)
def test_sharing_small_squares_out_keeps_households_and_social_dwellings(counts):
    households, social = np.array(counts, dtype=float).T
    told = pd.DataFrame({"households": households, "social": np.minimum(social, households)})
    told.index = pd.MultiIndex.from_tuples([(200 * (n % 8), 200 * (n // 8)) for n in range(len(told))])
    found = shared_out(told)
    assert found["households"].sum() == told["households"].sum()
    assert found["social"].sum() == pytest.approx(told["social"].sum())
    assert (found["imputed"] == (found["households"] < LEAST_HOUSEHOLDS)).all()
    assert (found["households"] > 0).all()


def test_social_dwellings_of_the_squares_are_those_of_the_two_landlords(town):
    other = town["owners"].loc[town["owners"]["siren"] == OTHERS["other_landlord"][0], "parcel_id"]
    built = town["footprints"].loc[["invented-" + parcel for parcel in other]]
    homes = np.round(built.area * built["floors"].astype(float) / parameter("floor_m2_per_dwelling")).sum()
    assert town["squares"]["social"].sum() == pytest.approx(town["residences"]["dwellings"].sum() + homes)


def test_households_of_the_squares_are_our_tenants_and_the_others(town):
    others = town["squares"]["households"].sum() - len(town["households"])
    assert parameter("private_households") < others < 1.2 * parameter("private_households")


def test_squares_are_drawn_where_insee_draws_them(town):
    squares = town["squares"]
    codes = squares.index.to_series()
    assert list(codes.map(square_code)) == list(codes)
    drawn_again = gpd.GeoSeries(drawn(codes), index=codes, crs="EPSG:2154")
    assert squares.geometry.geom_equals_exact(drawn_again, 0.01).all()


def test_former_industry_and_brownfields_speak_the_words_of_the_imports(town):
    risks, brownfields = town["risks"], town["brownfields"]
    assert set(risks["located_by"]) == {"number", "street", "commune"}
    assert set(risks["state"]) <= {"active", "ended", "unknown"}
    assert risks["name"].str.contains("inventé").all()
    assert set(brownfields["soil"].dropna()) == set(SOILS)
    assert brownfields["name"].str.contains("inventée").all()


def test_sales_are_of_five_years_in_the_town_by_those_who_sell_one_by_one(town):
    sales = town["sales"]
    held = town["owners"].loc[town["owners"]["owner_group"] != "7", "parcel_id"]
    assert len(sales) == parameter("sales.house") + parameter("sales.flat")
    assert sales["sold_on"].between("2021-01-01", "2025-12-31").all()
    assert not sales["parcel_id"].isin(held).any()
    assert shapely.within(sales.geometry.to_numpy(), frame.outline()).all()


def test_a_few_sales_have_no_price_and_flats_no_land_as_in_the_public_file(town):
    sales = town["sales"]
    assert 0 < sales["price_eur"].isna().mean() < 0.05
    assert sales["land_area_m2"].notna().sum() == pytest.approx(parameter("sales.house"), rel=0.02)
