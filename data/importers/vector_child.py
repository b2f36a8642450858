"""
Opens untrusted map layers, each in a forked child under limits of memory and time, and writes them back as Arrow.

Run by `vector_helper` as ``python -I vector_child.py``; each line of the standard input names a request file. The
answer is ``index.json`` and one Arrow file a layer in the folder of the request, then a line on the standard output.
It touches nothing else, knows only the drivers that it needs, and loads only light modules.
"""

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np  # noqa: E402

from data.schemas import layouts_named  # noqa: E402
from data.schemas.layers import choose_layers  # noqa: E402

_SKIPPED_DRIVERS = (
    "ADBC AIVector AVCBin AVCE00 AmigoCloud CSV CSW Carto DGN DXF EDIGEO EEDA ESRIJSON Elasticsearch FlatGeobuf GDALG "
    "GML GPSBabel GPX GTFS GeoJSON GeoJSONSeq GeoRSS HTTP Idrisi JML JSONFG KML LIBKML LVBAG MBTiles MVT MapML "
    "MiraMonVector NGW OAPIF ODS OGCAPI OGR_GMT OGR_PDS OGR_VRT OSM OpenFileGDB PCIDSK PDF PDS4 PGDUMP PLSCENES "
    "PMTiles S57 SQLite SXF Selafin TopoJSON VDV VFK VICAR WAsP WFS XLSX"
)

LIBRARIES_ROOM = 2_000_000_000


class Refusal(Exception):
    """The layer is refused; `rule` and `params` travel back to the parent."""

    def __init__(self, rule: str, **params: Any):
        super().__init__(rule)
        self.rule, self.params = rule, params


class OutOfReach:
    """Keeps libraries from being found that pyarrow and pyogrio would load for nothing, a second each time."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Refuse them, let the others be found elsewhere."""
        if name in ("pandas", "geopandas"):
            raise ModuleNotFoundError(name)


def main() -> None:
    """Serve requests until nobody asks any more; pandas is out of reach."""
    sys.meta_path.insert(0, OutOfReach())
    for line in sys.stdin:
        request_file = Path(line.strip())
        request = json.loads(request_file.read_text())
        preload(request["format"])
        child = os.fork()
        if child == 0:
            _limited(request)
            answer(request, request_file.parent)
            os._exit(0)
        _wait(child, 2 * request["seconds"] + 5)
        print("done", flush=True)


def preload(kind_of_file: str) -> None:
    """Load the libraries that children share with us."""
    import pyarrow  # noqa: F401
    import shapely  # noqa: F401

    if kind_of_file != "geojson":
        load_drivers()


def load_drivers():
    """Return pyogrio, with no other driver than those of GeoPackages and shapefiles."""
    os.environ["OGR_SKIP"] = os.environ["GDAL_SKIP"] = _SKIPPED_DRIVERS.replace(" ", ",")
    os.environ["SHAPE_RESTORE_SHX"] = "YES"
    import pyogrio

    return pyogrio


def _limited(request: dict[str, Any]) -> None:
    room = int(request["memory_mb"]) * 1_000_000 + LIBRARIES_ROOM
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    resource.setrlimit(resource.RLIMIT_CPU, (int(request["seconds"]) + 1,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _wait(child: int, seconds: float) -> None:
    """Wait for a child, and end it when its time is up."""
    end = time.monotonic() + seconds
    pause = 0.002
    while os.waitpid(child, os.WNOHANG)[0] == 0:
        if time.monotonic() > end:
            os.kill(child, signal.SIGKILL)
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


def answer(request: dict[str, Any], folder: Path) -> None:
    """Serve one request; every failure becomes an answer."""
    try:
        told = serve(request, folder)
    except Refusal as refusal:
        told = {"rule": refusal.rule, "params": refusal.params}
    except RecursionError:
        told = {"rule": "nested_too_deep", "params": {}}
    except MemoryError:
        told = {
            "rule": "slow_layer",
            "params": {"seconds": request["seconds"], "memory_mb": request["memory_mb"]},
        }
    except Exception as error:
        told = {"rule": "unreadable_layer", "params": {"why": type(error).__name__}}
    (folder / "index.json").write_text(json.dumps(told))


def serve(request: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Read the layers that the layouts choose, and write each as Arrow."""
    layouts = layouts_named(request["layouts"])
    reading = Geojson(request["files"][0]) if request["format"] == "geojson" else Ogr(request["files"])
    choice = choose_layers(layouts, reading.layers(), wanted=request["layer"], several=request["several"])
    answer: dict[str, Any] = {"layers": [], "skipped": list(choice.skipped), "problem": choice.problem}
    answer["available"] = [[name, list(headers)] for name, headers in reading.layers()]
    for rank, (name, layout_name) in enumerate(choice.chosen):
        layout = next(layout for layout in layouts if layout.name == layout_name)
        headers = dict(reading.layers())[name]
        places = sorted(set(layout.match(headers).values()))
        layer = reading.read(name, [headers[place] for place in places])
        if layer["count"] > request["rows"]:
            raise Refusal("too_many_rows", limit=request["rows"])
        _write_arrow(folder / f"layer-{rank}.arrow", layer)
        answer["layers"].append(
            {"name": name, "layout": layout_name, "headers": list(headers), "places": places}
            | {key: layer[key] for key in ("crs", "encoding", "count", "has_shapes")}
        )
    return answer


class Geojson:
    """A GeoJSON document, parsed as data: every property as text, features in their order."""

    def __init__(self, path: str):
        self.name = Path(path).stem
        raw = Path(path).read_bytes()
        self.encoding = "utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else "utf-8"
        try:
            text = raw.decode(self.encoding)
        except UnicodeDecodeError:
            self.encoding, text = "cp1252", raw.decode("cp1252", "replace")
        try:
            document = json.loads(text, parse_constant=_no_such_number)
        except json.JSONDecodeError as error:
            cut = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated string")
            raise Refusal("incomplete_json" if cut else "broken_json", position=error.pos) from None
        self.features, self.crs = _features(document), _declared_crs(document)
        names: dict[str, None] = {}
        for feature in self.features:
            if isinstance(feature.get("properties"), dict):
                names.update(dict.fromkeys(feature["properties"]))
        if "id" not in names and any("id" in feature for feature in self.features):
            names["id"] = None
        self.headers = list(names)

    def layers(self) -> list[tuple[str, list[str]]]:
        """One layer, named as the file."""
        return [(self.name, self.headers)]

    def read(self, name: str, headers: Sequence[str]) -> dict[str, Any]:
        """Texts of the wanted properties, and shapes as WKB; None where a geometry is absent or unreadable."""
        import shapely

        drawn = [feature.get("geometry") for feature in self.features]
        dumped = np.array([None if g is None else _geometry_text(g) for g in drawn], dtype=object)
        shapes = shapely.from_geojson(dumped, on_invalid="ignore")
        unreadable = np.array([g is not None for g in drawn], dtype=bool) & shapely.is_missing(shapes)
        properties = [
            f.get("properties") if isinstance(f.get("properties"), dict) else {} for f in self.features
        ]
        columns = {
            header: [
                _text(p.get(header, f.get("id") if header == "id" else None))
                for p, f in zip(properties, self.features, strict=True)
            ]
            for header in headers
        }
        return {
            "columns": columns,
            "wkb": shapely.to_wkb(shapes, output_dimension=3),
            "unreadable": unreadable,
            "crs": self.crs,
            "encoding": self.encoding,
            "count": len(self.features),
            "has_shapes": True,
        }


class Ogr:
    """GeoPackages and shapefiles, through pyogrio's plain arrays."""

    def __init__(self, files: Sequence[str]):
        self.pyogrio = pyogrio = load_drivers()
        self.sources: dict[str, tuple[str, str]] = {}
        self.fields: dict[str, list[str]] = {}
        for file in files:
            for layer, _ in pyogrio.list_layers(file):
                self.sources[layer] = (file, layer)
                self.fields[layer] = [str(name) for name in pyogrio.read_info(file, layer=layer)["fields"]]

    def layers(self) -> list[tuple[str, list[str]]]:
        """Every layer with its columns."""
        return list(self.fields.items())

    def read(self, name: str, headers: Sequence[str]) -> dict[str, Any]:
        """Texts of the wanted columns, and shapes as WKB in the layer's own coordinates."""
        from pyogrio.raw import read

        file, layer = self.sources[name]
        encoding = _dbf_encoding(Path(file)) if file.lower().endswith(".shp") else None
        meta, _, wkb, values = read(file, layer=layer, columns=list(headers), encoding=encoding)
        order = [str(field) for field in meta["fields"]]
        columns = {
            header: [_text(value) for value in _plain(values[order.index(header)])] for header in headers
        }
        count = len(wkb) if wkb is not None else len(values[0]) if len(values) else 0
        return {
            "columns": columns,
            "wkb": wkb,
            "unreadable": np.zeros(count, dtype=bool),
            "crs": meta["crs"],
            "encoding": encoding or "UTF-8",
            "count": count,
            "has_shapes": wkb is not None,
        }


def _write_arrow(path: Path, layer: dict[str, Any]) -> None:
    import pyarrow as pa

    arrays = {
        f"c{rank}": pa.array(values, pa.large_string())
        for rank, values in enumerate(layer["columns"].values())
    }
    arrays["unreadable"] = pa.array(layer["unreadable"])
    if layer["has_shapes"]:
        arrays["wkb"] = pa.array(list(layer["wkb"]), pa.large_binary())
    table = pa.table(arrays)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _features(document: Any) -> list[dict[str, Any]]:
    if isinstance(document, dict) and document.get("type") == "Feature":
        return [document]
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or document.get("type") != "FeatureCollection":
        raise Refusal("not_geojson")
    return [feature if isinstance(feature, dict) else {} for feature in features]


def _declared_crs(document: dict[str, Any]) -> str | None:
    """Name in the old `crs` member; None where there is none, which means longitude and latitude (RFC 7946)."""
    member = document.get("crs")
    if not isinstance(member, dict) or not isinstance(member.get("properties"), dict):
        return None
    name = member["properties"].get("name")
    return name if isinstance(name, str) else None


def _geometry_text(geometry: Any) -> str:
    try:
        return json.dumps(geometry)
    except RecursionError:
        raise Refusal("nested_too_deep") from None


def _no_such_number(word: str) -> float:
    raise Refusal("broken_json", position=word)


def _plain(values: np.ndarray) -> Iterator[Any]:
    if values.dtype.kind == "M":
        days = np.datetime_as_string(values, unit="s")
        return (None if day == "NaT" else day.replace("T", " ").removesuffix(" 00:00:00") for day in days)
    return iter(values.tolist())


def _text(value: Any) -> str | None:
    if value is None or value != value:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _dbf_encoding(shape_file: Path) -> str:
    """Encoding of the table of a shapefile: its .cpg, else UTF-8 if its bytes are, else Windows-1252."""
    parts = {part.suffix.lower(): part for part in shape_file.parent.glob(f"{shape_file.stem}.*")}
    if ".cpg" in parts:
        said = parts[".cpg"].read_text("ascii", "replace").strip().upper().replace("_", "-")
        if said in ("1252", "CP1252", "WINDOWS-1252", "ANSI 1252"):
            return "CP1252"
        if said in ("88591", "ISO-8859-1", "ISO88591", "8859-1", "ISO 88591", "LATIN1"):
            return "ISO-8859-1"
        return "UTF-8" if said.startswith("UTF") else "CP1252"
    table = parts[".dbf"].read_bytes()
    try:
        table[int.from_bytes(table[8:10], "little") :].decode("utf-8")
    except UnicodeDecodeError:
        return "CP1252"
    return "UTF-8"


if __name__ == "__main__":
    main()
