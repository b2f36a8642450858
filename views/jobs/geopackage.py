"""A GeoPackage that QGIS opens as it was drawn: its layers, and their styles in the table `layer_styles`."""

import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree as Xml

import geopandas as gpd
import pandas as pd
import pyogrio

STYLES = "layer_styles"
GEOMETRY = "geom"
QGIS = "3.28"


def geopackage(layers: Mapping[str, gpd.GeoDataFrame], styles: Mapping[str, str]) -> bytes:
    """
    Return layers and their styles as the bytes of one GeoPackage.

    Parameters
    ----------
    layers
        By name, in EPSG:2154; a named index becomes the first column.
    styles
        QML by layer (``graduated``, ``outlined``); QGIS takes it by default when it opens the layer.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layers.gpkg"
        for name, frame in layers.items():
            plain = frame.reset_index() if frame.index.name else frame
            plain.to_file(path, driver="GPKG", layer=name, mode="a" if path.exists() else "w")
        rows = pd.DataFrame(
            [
                {
                    "f_table_catalog": "",
                    "f_table_schema": "",
                    "f_table_name": name,
                    "f_geometry_column": GEOMETRY,
                    "styleName": name,
                    "styleQML": qml,
                    "styleSLD": "",
                    "useAsDefault": True,
                    "description": "Îlot",
                    "owner": "",
                    "ui": "",
                    "update_time": pd.Timestamp.now("UTC"),
                }
                for name, qml in styles.items()
            ]
        )
        with warnings.catch_warnings():  # a table without shapes: it has no projection to tell
            warnings.filterwarnings("ignore", message="'crs' was not provided")
            pyogrio.write_dataframe(rows, path, driver="GPKG", layer=STYLES, append=True)
        return path.read_bytes()


def graduated(column: str, classes: Sequence[tuple[float, float, str, str]], *, size_by: str = "") -> str:
    """
    Return the QML of points coloured by class.

    Parameters
    ----------
    column
        Field of the layer.
    classes
        Lower and upper bound, colour (#rrggbb), words.
    size_by
        Field whose root gives the diameter; all alike where empty.
    """
    root = _root()
    renderer = Xml.SubElement(
        root,
        "renderer-v2",
        {
            "type": "graduatedSymbol",
            "attr": column,
            "graduatedMethod": "GraduatedColor",
            "enableorderby": "0",
        },
    )
    ranges, symbols = Xml.SubElement(renderer, "ranges"), Xml.SubElement(renderer, "symbols")
    for rank, (low, high, colour, words) in enumerate(classes):
        bounds = {"lower": f"{low:.15g}", "upper": f"{high:.15g}", "label": words, "symbol": str(rank)}
        Xml.SubElement(ranges, "range", bounds | {"render": "true"})
        symbol = Xml.SubElement(
            symbols, "symbol", {"type": "marker", "name": str(rank), "alpha": "1", "clip_to_extent": "1"}
        )
        _layer(
            symbol,
            "SimpleMarker",
            {"name": "circle", "color": _rgba(colour), "outline_color": "255,255,255,255", "size": "3"},
            size_by,
        )
    return _text(root)


def outlined(colour: str, width_mm: float = 0.5) -> str:
    """Return the QML of areas drawn as their outline."""
    root = _root()
    renderer = Xml.SubElement(root, "renderer-v2", {"type": "singleSymbol", "enableorderby": "0"})
    symbols = Xml.SubElement(renderer, "symbols")
    symbol = Xml.SubElement(symbols, "symbol", {"type": "fill", "name": "0", "alpha": "1"})
    options = {"style": "no", "outline_color": _rgba(colour), "outline_width": f"{width_mm}"}
    _layer(symbol, "SimpleFill", options | {"outline_style": "solid", "color": "0,0,0,0"}, "")
    return _text(root)


def _root() -> Xml.Element:
    return Xml.Element("qgis", {"version": QGIS, "styleCategories": "Symbology"})


def _layer(symbol: Xml.Element, kind: str, options: Mapping[str, str], size_by: str) -> None:
    layer = Xml.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "pass": "0", "locked": "0"})
    values = Xml.SubElement(layer, "Option", {"type": "Map"})
    for name, value in options.items():
        Xml.SubElement(values, "Option", {"name": name, "type": "QString", "value": value})
    if not size_by:
        return
    ruled = Xml.SubElement(layer, "data_defined_properties")
    whole = Xml.SubElement(ruled, "Option", {"type": "Map"})
    Xml.SubElement(whole, "Option", {"name": "name", "type": "QString", "value": ""})
    by_name = Xml.SubElement(whole, "Option", {"name": "properties", "type": "Map"})
    size = Xml.SubElement(by_name, "Option", {"name": "size", "type": "Map"})
    rule = f'2 + 0.3 * sqrt(coalesce("{size_by}", 0))'
    for name, kind_of, value in (
        ("active", "bool", "true"),
        ("expression", "QString", rule),
        ("type", "int", "3"),
    ):
        Xml.SubElement(size, "Option", {"name": name, "type": kind_of, "value": value})
    Xml.SubElement(whole, "Option", {"name": "type", "type": "QString", "value": "collection"})


def _rgba(colour: str) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _text(root: Xml.Element) -> str:
    doctype = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return doctype + Xml.tostring(root, encoding="unicode")
