"""
The store at the size of a department: 350,000 parcels written, read and drawn, on both engines.

`python tests/bench/bench_store.py [ENGINE...]` prints each figure beside its target, and ends with status 1 where one
is missed. PostGIS runs in a throw-away cluster on the disk, with its usual safety (fsync); `ILOT_BENCH_POSTGIS` names
another server's empty database instead. A figure is the best of its runs: other work on the machine only adds to it.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from data.store import Changes, Store, open_store  # noqa: E402
from data.store.tiles import WORLD_M, _transformer  # noqa: E402
from tests.fixtures_store import HOW, Server, programs  # noqa: E402

PARCELS = 350_000
WEST, SOUTH, SIDE_M = 654_000, 6_860_000, 20
TARGETS_S = {"write": 6.0, "read": 6.0, "write again, unchanged": 6.0, "1,000 changed": 6.0}
TARGETS_MS = {13: 600, 14: 350, 15: 180, 16: 60, 17: 40}  # 14 to 17: what DuckDB takes with its own ST_AsMVT
TARGET_KB = 300


def town(count: int = PARCELS, seed: int = 1) -> gpd.GeoDataFrame:
    """Return crooked parcels of eight corners and some 400 m² that touch, 2,500 a km², in EPSG:2154."""
    rng = np.random.default_rng(seed)
    width = int(np.ceil(np.sqrt(count)))
    corners = np.stack(np.meshgrid(np.arange(width + 1), np.arange(width + 1), indexing="ij"), -1) * SIDE_M
    corners = corners + rng.uniform(-3, 3, corners.shape) + (WEST, SOUTH)
    along = (corners[:-1] + corners[1:]) / 2 + rng.uniform(-0.5, 0.5, (width, width + 1, 2))
    across = (corners[:, :-1] + corners[:, 1:]) / 2 + rng.uniform(-0.5, 0.5, (width + 1, width, 2))
    ring = [corners[:-1, :-1], along[:, :-1], corners[1:, :-1], across[1:], corners[1:, 1:], along[:, 1:]]
    ring += [corners[:-1, 1:], across[:-1], corners[:-1, :-1]]
    places = np.stack(ring, 2).reshape(-1, 9, 2)[:count]
    shapes = shapely.polygons(
        shapely.linearrings(places.reshape(-1, 2), indices=np.repeat(np.arange(count), 9))
    )
    number = np.arange(count)
    sheet = number // 400
    letters = [f"{chr(65 + s // 26 % 26)}{chr(65 + s % 26)}" for s in sheet]
    communes = [f"{93001 + s // 250:05d}" for s in sheet]
    names = [f"{c}000{s}{n % 400 + 1:04d}" for c, s, n in zip(communes, letters, number, strict=True)]
    columns = {
        "insee_code": communes,
        "section": letters,
        "number": [name[-4:] for name in names],
        "area_m2": np.round(shapely.area(shapes)),
        "created": pd.Timestamp("2003-01-01"),
        "updated": pd.Timestamp("2020-05-06"),
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=2154, index=pd.Index(names, name="parcel_id"))


@contextmanager
def opened(engine: str) -> Iterator[Store]:
    """Open an empty store of an engine."""
    with tempfile.TemporaryDirectory() as folder:
        server, url = None, f"{folder}/bench.duckdb"
        if engine == "postgis":
            url = os.environ.get("ILOT_BENCH_POSTGIS", "")
            if not url:
                if programs() is None:
                    sys.exit(f"no PostgreSQL server with PostGIS here: {HOW}")
                server = Server(programs(), safe=True)
                server.start()
                url = server.database("bench")
        store = open_store(url)
        try:
            yield store
        finally:
            store.close()
            if server is not None:
                server.stop()


def timed(action: Callable[[], object]) -> tuple[float, object]:
    begin = time.perf_counter()
    result = action()
    return time.perf_counter() - begin, result


def tile_over(zoom: int, step: int) -> tuple[int, int, int]:
    """Return a tile over the middle of the town, moved by so many tiles to the east and south."""
    middle = PARCELS**0.5 * SIDE_M / 2
    east, north = _transformer("EPSG:2154", "EPSG:3857").transform(WEST + middle, SOUTH + middle)
    side = 2 * WORLD_M / 2**zoom
    return zoom, int((east + WORLD_M) // side) + step % 3 - 1, int((WORLD_M - north) // side) + step // 3 - 1


def measured(store: Store, parcels: gpd.GeoDataFrame) -> Iterator[tuple[str, str, float, float]]:
    """Give each figure: what, unit, value, target."""
    seconds = []
    for _ in range(2):
        store.delete("parcels", None)
        duration, changes = timed(lambda: store.write("parcels", parcels))
        seconds.append(duration)
        assert changes == Changes(added=PARCELS)
    yield "write", "s", min(seconds), TARGETS_S["write"]

    runs = [timed(lambda: store.read("parcels")) for _ in range(3)]
    assert len(runs[0][1]) == PARCELS
    yield "read", "s", min(duration for duration, _ in runs), TARGETS_S["read"]

    duration, changes = timed(lambda: store.write("parcels", parcels))
    assert changes == Changes(unchanged=PARCELS)
    yield "write again, unchanged", "s", duration, TARGETS_S["write again, unchanged"]

    later = parcels.assign(area_m2=parcels["area_m2"].where(np.arange(PARCELS) >= 1000, 1.0))
    duration, changes = timed(lambda: store.write("parcels", later))
    assert changes.changed == 1000
    yield "1,000 changed", "s", duration, TARGETS_S["1,000 changed"]

    centre = shapely.centroid(parcels.geometry.iloc[PARCELS // 2])
    window = (centre.x, centre.y, centre.x + 500, centre.y + 500)
    for name, ask in {
        "parcel under a point": lambda: store.at("parcels", centre.x, centre.y),
        "window of 500 m": lambda: store.read("parcels", within=window),
    }.items():
        yield name, "ms", min(timed(ask)[0] for _ in range(7)) * 1000, 50

    store.tile("parcels", *tile_over(17, 0))  # the ranks of the parcels are read once a version
    for zoom, target in TARGETS_MS.items():
        places = [tile_over(zoom, step) for step in range(9)]
        drawn = [timed(lambda place=place: store.tile("parcels", *place)) for place in places]
        yield f"tile z{zoom}, median of 9", "ms", float(np.median([d for d, _ in drawn])) * 1000, target
        yield f"tile z{zoom}, heaviest", "kB", max(len(tile) for _, tile in drawn) / 1000, TARGET_KB
    kept = min(timed(lambda: store.tile("parcels", *tile_over(16, 0)))[0] for _ in range(20))
    yield "tile drawn before", "ms", kept * 1000, 10


def main(engines: list[str]) -> int:
    parcels = town()
    print(f"{PARCELS:,} parcels, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    missed = 0
    for engine in engines:
        with opened(engine) as store:
            for what, unit, value, target in measured(store, parcels):
                over = value > target
                missed += over
                end = "   MISSED" if over else ""
                print(
                    f"{engine:8} {what:24} {value:8.2f} {unit:2}   target {target:g} {unit}{end}", flush=True
                )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["duckdb", "postgis"]))
