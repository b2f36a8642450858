"""Shapes laid on a grid are read by several threads at once: they must not share what GEOS counts without a lock."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.polygons import on_grid, union_on_grid

ROOT = Path(__file__).resolve().parents[2]
ALONE = {  # the last two use them up where they make them, in one thread
    "geo/polygons.py", "views/shared/layers.py", "data/importers/plu.py",
}  # fmt: skip
CROWD = """
import threading
import numpy as np, shapely
from geo.polygons import on_grid

def read(shapes):
    for _ in range(300):
        shapely.buffer(shapes, -0.1)

for seed in range(30):
    corners = np.random.default_rng(seed).uniform(0, 5, (2, 4)) + [0, 0, 10, 10]
    shapes = on_grid(shapely.box(*corners.T))
    threads = [threading.Thread(target=read, args=(shapes,)) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
"""


def test_a_crowd_of_threads_reads_shapes_on_a_grid_and_lives():
    """With `shapely.set_precision` alone this process ends by a segmentation fault within seconds."""
    done = subprocess.run([sys.executable, "-c", CROWD], cwd=ROOT, capture_output=True, timeout=120)
    assert done.returncode == 0


@pytest.mark.parametrize("floor", ["geo", "planning", "views", "data"])
def test_shapes_on_a_grid_are_made_in_one_place(floor):
    made = re.compile(r"shapely\.set_precision|grid_size=")
    told = {
        module.relative_to(ROOT).as_posix()
        for module in (ROOT / floor).rglob("*.py")
        if made.search(module.read_text(encoding="utf-8"))
    }
    assert {name for name in told if not name.startswith("data/demo/")} <= ALONE


def test_the_grid_is_one_centimetre_and_what_touches_becomes_one():
    left, right = shapely.box(0, 0, 1, 1), shapely.box(1.003, 0, 2, 1)
    assert union_on_grid([left, right]).equals(shapely.box(0, 0, 2, 1))
    assert np.array_equal(shapely.get_coordinates(on_grid(shapely.Point(0.123, 4.567))), [[0.12, 4.57]])
    assert shapely.get_precision(on_grid(left)) == 0
