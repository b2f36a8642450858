"""Export a layer of the store: CSV, XLSX, GeoJSON, GeoPackage or GeoParquet, by the file's ending."""

import io
import tempfile
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from data import reference
from data.store import Store
from geo.crs import DRAWING_CRS
from geo.suppression import PrivacyRules, survey_told
from planning.parameters import Parameters
from planning.zoning.rulebook import with_cnig
from views.jobs.candidates import followed
from views.jobs.rulebook import book_or_blank

ENDINGS = (".csv", ".xlsx", ".geojson", ".gpkg", ".parquet")
PRIVATE_LAYERS = {
    "households": "it describes persons, and is read by the mobility analyses only",
    "complaint_notes": "it is the free text of complaints, kept apart and forgotten after a while",
    "complaint_drafts": "it is what somebody is still writing",
    "import_steps": "it keeps rows of any table as they were, so that an import can be undone",
}
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class ExportError(ValueError):
    """The export cannot be made: an unknown ending, or a layer that does not leave the store."""


def export(store: Store, layer: str, file: str | Path) -> dict:
    """
    Write one layer of the store to a file, the rule book (``rules``), or the sites followed (``followed``).

    Counts on few households are left out (``geo.suppression``).

    Raises
    ------
    ExportError
        If the ending is not one of ``ENDINGS``, or the layer describes persons.
    StoreError
        If the store has no such layer.
    """
    if layer in PRIVATE_LAYERS:
        raise ExportError(f"the layer {layer!r} is not exported: {PRIVATE_LAYERS[layer]}")
    frame = MADE[layer](store) if layer in MADE else store.read(layer)
    if layer == "occupancy":
        frame = survey_told(frame, PrivacyRules.of(Parameters.from_frame(reference.load())))
    write(frame, file)
    return {"layer": layer, "file": str(file), "rows": len(frame)}


def _rule_book(store: Store) -> pd.DataFrame:
    """The rule book in hand, or an empty one to fill in, with the standard's name of each rule."""
    return with_cnig(book_or_blank(store))


MADE = {"rules": _rule_book, "followed": followed}


def write(frame: pd.DataFrame, file: str | Path) -> None:
    """Write the frame to a file, in the format of its ending."""
    Path(file).write_bytes(to_bytes(frame, Path(file).suffix))


def to_bytes(frame: pd.DataFrame, ending: str) -> bytes:
    """
    Return the frame as the bytes of a file; its index, where named, is the first column.

    Text that a spreadsheet would run as a formula stays text: in CSV it is prefixed by an apostrophe
    (OWASP ASVS 1.2.10), in XLSX its cell is typed as text. GeoJSON is in WGS84 (RFC 7946), the other
    formats keep EPSG:2154; tables give points as ``x_m`` and ``y_m``.
    """
    if ending not in WRITERS:
        raise ExportError(f"the ending {ending!r} is unknown: use one of {', '.join(ENDINGS)}")
    plain = frame.reset_index() if frame.index.name or frame.index.nlevels > 1 else frame
    return WRITERS[ending](plain)


def inert(text: object) -> object:
    """Return the text with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA_MARKS) else text


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    """Replace a point geometry by its coordinates, and drop any other: a spreadsheet holds no shapes."""
    if not isinstance(frame, gpd.GeoDataFrame):
        return frame
    points = frame.geometry
    table = pd.DataFrame(frame.drop(columns=points.name))
    if len(frame) and points.dropna().geom_type.eq("Point").all():
        table = table.assign(x_m=points.x.round(2), y_m=points.y.round(2))
    return table


def _csv(frame: pd.DataFrame) -> bytes:
    table = _table(frame)
    texts = [name for name in table.columns if not pd.api.types.is_numeric_dtype(table[name])]
    table = table.assign(**{name: table[name].map(inert, na_action="ignore") for name in texts})
    return table.rename(columns=inert).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _xlsx(frame: pd.DataFrame) -> bytes:
    return workbook({"Ilot": frame})


def workbook(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """Return frames as the sheets of an XLSX: numbers and dates as such, text that nothing runs."""
    buffer = io.BytesIO()
    literal = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with pd.ExcelWriter(buffer, engine="xlsxwriter", engine_kwargs={"options": literal}) as writer:
        for title, frame in sheets.items():
            table = _table(frame.reset_index() if frame.index.name else frame)
            for name in table.columns:
                if isinstance(table[name].dtype, pd.DatetimeTZDtype):
                    table = table.assign(**{name: table[name].dt.tz_localize(None)})
            table.to_excel(writer, index=False, sheet_name=title, freeze_panes=(1, 0))
            writer.sheets[title].autofit(max_width=420)
    return buffer.getvalue()


def _geojson(frame: pd.DataFrame) -> bytes:
    return _shapes(frame).to_crs(DRAWING_CRS).to_json(drop_id=True, ensure_ascii=False, default=str).encode()


def _gpkg(frame: pd.DataFrame) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.gpkg"
        _shapes(frame).to_file(path, driver="GPKG", layer="ilot")
        return path.read_bytes()


def _parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()


def _shapes(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    if not isinstance(frame, gpd.GeoDataFrame):
        raise ExportError("this layer has no shapes: export it as .csv, .xlsx or .parquet")
    return frame


WRITERS = {".csv": _csv, ".xlsx": _xlsx, ".geojson": _geojson, ".gpkg": _gpkg, ".parquet": _parquet}
