"""Brownfields (Cartofriches): outline, else point, read from WKT in the cells; 'unknown' words are missing values."""

from collections.abc import Sequence

import numpy as np
import shapely

from data.importers.desk import Desk
from data.importers.findings import Guess
from data.importers.importer import Delivery, Importer, good_frame
from data.importers.shapes import FRANCE_2154, FRANCE_DEGREES, WGS84, inside, polygons_of, to_working
from data.importers.sheet import Sheet
from data.schemas.surroundings import BROWNFIELDS
from geo.crs import WORKING_CRS

COLUMNS = [
    "brownfield_id", "name", "kind", "status", "address", "insee_code", "updated_on", "land_area_m2", "parcels",
    "buildings", "built_area_m2", "soil", "owner_kind", "zone_type", "zone_label", "geometry",
]  # fmt: skip


def check(sheet: Sheet, desk: Desk) -> None:
    """Draw the sites; one that cannot be drawn, or lies out of France, stays and is counted."""
    outlines = polygons_of(shapely.make_valid(_drawn(sheet, "outline")))
    points = _drawn(sheet, "point")
    given = ~shapely.is_missing(outlines) | ~shapely.is_missing(points)
    crs = _crs(sheet, outlines, points)
    drawn = _home(outlines, crs)
    bare = shapely.is_missing(drawn)
    drawn[bare] = _home(points, crs)[bare]
    sheet.shapes = drawn
    lost = sheet.good & shapely.is_missing(drawn)
    swapped = lost & given & ~shapely.is_missing(_home(_turned(points), WGS84))
    sheet.warn("looks_swapped", swapped, "point")
    sheet.warn("not_located", lost)


def build(sheets: Sequence[Sheet], desk: Desk) -> Delivery:
    """One row a site; parcels as a comma list."""
    rows = good_frame(sheets[0], sheets[0].shapes)
    rows["insee_code"] = rows["insee"]
    rows["parcels"] = rows["parcels"].str.replace("|", ",", regex=False)
    counts = {str(word): int(count) for word, count in rows["status"].value_counts().items()}
    totals = {"sites": len(rows), "not_located": int(rows.geometry.isna().sum()), **counts}
    return Delivery({"brownfields": rows[COLUMNS]}, totals)


def _drawn(sheet: Sheet, name: str) -> np.ndarray:
    shapes = shapely.from_wkt(sheet.frame[name].fillna("").to_numpy(dtype=object), on_invalid="ignore")
    shapes[shapely.is_empty(shapes)] = None
    return shapely.force_2d(shapes)


def _crs(sheet: Sheet, outlines: np.ndarray, points: np.ndarray) -> str:
    """The standard says degrees; a file in metres is told as a guess."""
    shapes = np.where(shapely.is_missing(points), outlines, points)
    rows = np.flatnonzero(~shapely.is_missing(shapes))
    if not len(rows):
        return WGS84
    corners = shapely.bounds(shapes[rows])
    if inside(np.median(corners[:, :2], axis=0), FRANCE_2154):
        sheet.guesses.append(Guess("crs", WORKING_CRS, sheet.sample(rows, ["point"])))
        return WORKING_CRS
    return WGS84


def _home(shapes: np.ndarray, crs: str) -> np.ndarray:
    """Shapes in EPSG:2154; None for what lies out of mainland France and Corsica."""
    kept = shapes.copy()
    west, south, east, north = FRANCE_DEGREES if crs == WGS84 else FRANCE_2154
    corners = shapely.bounds(kept)
    with np.errstate(invalid="ignore"):
        home = (corners[:, :2] >= (west, south)).all(axis=1) & (corners[:, 2:] <= (east, north)).all(axis=1)
    kept[~home] = None
    return to_working(kept, crs)


def _turned(points: np.ndarray) -> np.ndarray:
    return shapely.transform(points, lambda xy: xy[:, ::-1])


IMPORTER = Importer("brownfields", "Brownfields", (BROWNFIELDS,), build, check, public=True)
