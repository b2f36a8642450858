"""The refused rows given back as a file: correct them and send them again."""

import csv
import io
import json
from collections.abc import Sequence

import numpy as np
import shapely
from pyproj import Transformer

from data.importers.report import inert_cell
from data.importers.sheet import Sheet
from data.schemas.cells import Text
from geo.crs import DRAWING_CRS


def text_of(sheets: Sequence[Sheet]) -> str:
    """CSV of the refused rows, the columns that we read, as typed; for layers, GeoJSON of the shapes as drawn."""
    sheet = next(sheet for sheet in sheets if sheet.refused.any())
    return _geojson(sheet) if sheet.drawn is not None else csv_of(sheet)


def csv_of(sheet: Sheet, *, header: bool = True, most: int | None = None) -> str:
    """CSV of the refused rows of a table, `most` of them."""
    page = io.StringIO()
    writer = csv.writer(page, lineterminator="\n")
    names = [part.name for part in sheet.layout.fields if part.name in sheet.positions and not part.private]
    if header:
        writer.writerow([sheet.header(name) for name in names])
    rows = np.flatnonzero(sheet.refused)[:most]
    columns = [_safe(sheet, name, rows) for name in names]
    writer.writerows(zip(*columns, strict=True))
    return page.getvalue()


def _safe(sheet: Sheet, name: str, rows: np.ndarray) -> list[str]:
    cells = sheet.texts(name, rows)
    return [inert_cell(cell) for cell in cells] if isinstance(sheet.layout.field(name).cell, Text) else cells


def _geojson(sheet: Sheet) -> str:
    names = [part.name for part in sheet.layout.fields if part.name in sheet.positions]
    columns = [sheet.typed(name)[sheet.refused].tolist() for name in names]
    transformer = Transformer.from_crs(sheet.crs, DRAWING_CRS, always_xy=True)
    features = []
    for shape, *cells in zip(sheet.drawn[sheet.refused], *columns, strict=True):
        geometry = None
        if shape is not None:
            shape = shapely.transform(shapely.force_2d(shape), transformer.transform, interleaved=False)
            geometry = json.loads(shapely.to_geojson(shape)) if shapely.bounds(shape).max() < 1e6 else None
        properties = {sheet.header(name): cell for name, cell in zip(names, cells, strict=True)}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
