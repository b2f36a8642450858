"""Drawable lots on one street, a zone over them and our own parameters, for the tests of the site engine."""

from datetime import date
from functools import cache

import geopandas as gpd
import pandas as pd
from shapely import box
from shapely.affinity import translate

from data.reference import load
from planning.parameters import Parameters

CRS = "EPSG:2154"
EASTING, NORTHING = 657_000.0, 6_862_000.0
MIDDLE = "93048000AA0001"


def place(shape):
    """Move a shape from the drawing's origin to a corner of Montreuil."""
    return translate(shape, EASTING, NORTHING) if shape is not None else None


def frame(shapes: dict, **columns) -> gpd.GeoDataFrame:
    """Shapes by id, in metres from the drawing's origin, as a layer in EPSG:2154."""
    moved = [place(shape) for shape in shapes.values()]
    return gpd.GeoDataFrame(columns, geometry=moved, index=list(shapes), crs=CRS)


def row_of_lots(width_m: float = 30, depth_m: float = 40) -> gpd.GeoDataFrame:
    """Three equal lots on a street to the south, one long lot behind them; ``MIDDLE`` is between the others."""
    shapes = {f"93048000AA000{i}": box(i * width_m, 0, (i + 1) * width_m, depth_m) for i in range(3)}
    shapes["93048000AA0003"] = box(0, depth_m, 3 * width_m, depth_m + 20)
    return frame(shapes, insee_code="93048").rename_axis("parcel_id")


def zone(label: str = "UC00A16", shape=None, **rules) -> gpd.GeoDataFrame:
    """One zone over everything; by default no setback at the street and the sides, 3 m at the rear, 16 m high."""
    columns = {
        "label": label, "label_long": None, "zone_type": "U", "alignment_code": "0", "side_code": "0",
        "footprint_class": "A", "height_m": 16.0, "rules_source": "columns",
    }  # fmt: skip
    return frame({0: shape or box(-500, -500, 500, 500)}, **{**columns, **rules})


def prescription(shape, code: str, detail: str = "00") -> gpd.GeoDataFrame:
    """One prescription of the plan."""
    return frame({0: shape}, type_code=code, subtype_code=detail, label=f"prescription {code}-{detail}")


def parameters(**overrides: float) -> Parameters:
    """Our own parameters; names with dots are given with two underscores."""
    own = {name.replace("__", "."): value for name, value in overrides.items()}
    return Parameters.from_frame(_in_force(date.today()), own)


@cache
def _in_force(day: date) -> pd.DataFrame:
    """Read the files once a day, as the application does: half of what many a test of a site took."""
    return load(day)
