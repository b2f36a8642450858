"""
Fill a store with an invented stock forty times the town's: 500,000 dwellings, 2 million requests.

    python tests/bench/make_stock_x40.py FILE.duckdb

The invented town is copied side by side, 43 times on a grid, its identifiers numbered; requests 49 times over.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely.affinity import translate

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from data import demo  # noqa: E402
from data.store import Store, open_store  # noqa: E402

COPIES, COMPLAINT_COPIES, ROW, STEP_M = 43, 49, 7, 8_000
PLACED = ("agencies", "sectors", "residences", "iris", "qpv", "communes")
TIED = ("dwellings", "households", "turnovers", "charges")
KEYS = (
    "agency_id", "sector_id", "residence_id", "building_id", "dwelling_id", "household_id", "turnover_id",
    "complaint_id", "iris_id", "qpv_id", "reopened_of",
)  # fmt: skip


def copied(frame: pd.DataFrame, number: int, place: int) -> pd.DataFrame:
    """Return a copy of a table: its keys numbered, its shapes moved to the place of the copy on the grid."""
    table = frame.reset_index() if frame.index.name else frame.copy()
    for name in table.columns.intersection(KEYS):
        own = number if name in ("complaint_id", "reopened_of") else place
        table[name] = table[name].where(table[name].isna(), table[name].astype("str") + f"-{own:02d}")
    if isinstance(table, gpd.GeoDataFrame):
        east, north = (place % ROW) * STEP_M, (place // ROW) * STEP_M
        table.geometry = [
            None if shape is None else translate(shape, east, north) for shape in table.geometry
        ]
        table = table.set_crs(frame.crs, allow_override=True)
    return table


def fill(store: Store, tell: Callable[[str], None] = lambda text: None) -> dict[str, int]:
    """Fill an empty store; return how many rows the large tables have."""
    frames = demo.frames(93048)
    for table in (*PLACED, *TIED):
        for place in range(COPIES if table != "communes" else 1):
            rows = frames[table].drop(columns="building_id", errors="ignore")
            store.write(table, copied(rows, place, place), mode="append")
        tell(f"{table}: {store.count(table):,}")
    for number in range(COMPLAINT_COPIES):
        rows = copied(frames["complaints"], number, number % COPIES)
        store.write("complaints", rows, mode="append")
    tell(f"complaints: {store.count('complaints'):,}")
    for name, value in {
        "town": "Grand Montreuil",
        "invented": "yes",
        "seed": "93048",
        "reference_date": "2026-01-01",
    }.items():
        store.set_setting(name, value)
    return {table: store.count(table) for table in ("residences", "dwellings", "complaints")}


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    store = open_store(sys.argv[1])
    print(fill(store, lambda text: print(text, file=sys.stderr)))
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
