"""Hot spots: the published example of the library, a planted cluster, and what is not tested."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.crs import CRSError
from geo.hotspots import hot_spots


def places(points, crs=2154):
    index = pd.Index([f"r{place}" for place in range(len(points))], name="residence_id")
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*zip(*points, strict=True)), crs=crs, index=index)


EXAMPLE = places([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)])


def test_z_is_that_of_the_example_of_esda():
    found = hot_spots(EXAMPLE, pd.Series([2, 3, 3.2, 5, 8, 7], index=EXAMPLE.index), distance_m=15)
    expected = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    assert found["z"].to_numpy(dtype=float) == pytest.approx(expected)


def test_planted_cluster_is_hot_and_nothing_else():
    grid = places([(x * 100, y * 100) for x in range(12) for y in range(12)])
    values = pd.Series(np.random.default_rng(93048).poisson(20, len(grid)), index=grid.index, dtype=float)
    centre = grid.distance(grid.geometry["r65"]) < 150
    values[centre] = 60
    found = hot_spots(grid, values, distance_m=150)
    hot = found.index[found["kind"] == "hot"]
    assert set(grid.index[centre]) <= set(hot)
    assert grid.loc[hot].distance(grid.geometry["r65"]).max() < 300


def test_place_without_neighbour_value_or_geometry_is_not_tested():
    far = places([(0, 0), (10, 0), (20, 0), (5000, 0), (10, 10), (15, 5)])
    far.loc["r4", "geometry"] = None
    values = pd.Series([1, 2, 3, 4, 5, None], index=far.index, dtype="Float64")
    found = hot_spots(far, values, distance_m=30)
    assert found["z"].isna().tolist() == [False, False, False, True, True, True]
    assert found.loc["r3", "neighbours"] == 0


def test_nothing_stands_out_where_nothing_varies():
    found = hot_spots(EXAMPLE, pd.Series(3.0, index=EXAMPLE.index), distance_m=15)
    assert found.isna().all(axis=None)


def test_degrees_are_refused():
    with pytest.raises(CRSError):
        hot_spots(EXAMPLE.to_crs(4326), pd.Series(dtype=float), distance_m=15)
