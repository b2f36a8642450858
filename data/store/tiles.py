"""Which layers are public, what a tile of them shows at each zoom, and the tiles kept in memory."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyproj
import shapely

from data.store.catalogue import GEOMETRY
from data.store.errors import StoreError
from data.store.interface import Bounds
from data.store.mvt import encode
from geo.crs import WORKING_CRS

WORLD_M = 20_037_508.342789244  # half the side of the square of EPSG:3857
PIXELS = 256
LAST_ZOOM = 22
_FEW_POINTS = 12
_CACHED_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Layer:
    """
    A public layer: the properties beside ``id``, the zoom from which it shows, whether it is dense, ranked.

    It holds the rows of the table of its name, or those of ``table`` whose ``kind`` is one. What stands in the margin
    of a tile is drawn too, so that the sign of a point is not cut at its edge.
    """

    properties: tuple[str, ...] = ()
    first_zoom: int = 0
    dense: bool = False
    ranked: bool = False
    table: str | None = None
    kind: str | None = None
    margin_px: int = 4


def _around(kind: str, *, dense: bool = False) -> Layer:
    """A map of the environment: the value of each feature, and no name."""
    return Layer(("value",), first_zoom=11, dense=dense, table="environment", kind=kind)


LAYERS = {
    "parcels": Layer(first_zoom=11, dense=True, ranked=True),
    "plu_zones": Layer(("label", "zone_type"), first_zoom=9),
    "plu_prescriptions": Layer(("shape", "label", "type_code", "subtype_code"), first_zoom=13),
    "qpv": Layer(("name", "renewal")),
    "iris": Layer(("name", "iris_type"), first_zoom=9),
    "stations": Layer(("name", "modes", "lines"), margin_px=16),
    "bus_stops": Layer(first_zoom=13, table="amenities", kind="bus_stop", margin_px=16),
    "noise": _around("noise", dense=True),
    "heat_island": _around("heat_island", dense=True),
    "slope": _around("slope", dense=True),
    "heat_network": _around("heat_network"),
    "clay": _around("clay"),
    "flood": _around("flood"),
    "quarry": _around("quarry"),
    "pollution": _around("pollution"),
    "brownfields": Layer(("soil",), first_zoom=11),
    "risks": Layer(("located_by",), first_zoom=13, margin_px=16),
}


def table_of(layer: str) -> str:
    """Return the table whose rows a public layer shows: its version is that of the layer's tiles."""
    return LAYERS[layer].table or layer


@dataclass(frozen=True, slots=True)
class Detail:
    """How fine a tile is: units to its side, simplification in pixels, how many shapes at most (the largest)."""

    extent: int = 4096
    simplified_px: float = 0
    smallest_px2: float = 0
    most: int | None = None


def detail(zoom: int) -> Detail:
    """Return how finely a zoom is drawn: from 15 on, all and exactly; below, within some 300 kB a tile."""
    if zoom >= 15:
        return Detail()
    if zoom == 14:
        return Detail(2048, 0.25, 0.25, 5_000)
    return Detail(1024, 0.25, 1, 4_000)


_local = threading.local()  # a pyproj transformer serves one thread


def _transformer(start: str, end: str) -> pyproj.Transformer:
    """Return this thread's transformer; x is always the easting or the longitude."""
    kept = vars(_local).setdefault("kept", {})
    if (start, end) not in kept:
        kept[start, end] = pyproj.Transformer.from_crs(start, end, always_xy=True)
    return kept[start, end]


def tile_bounds(z: int, x: int, y: int) -> Bounds:
    """Return the window of a tile in EPSG:3857, in its metres."""
    side = 2 * WORLD_M / 2**z
    return x * side - WORLD_M, WORLD_M - (y + 1) * side, (x + 1) * side - WORLD_M, WORLD_M - y * side


def require_tile(table: str, z: int, x: int, y: int) -> None:
    """Refuse the number of a tile that does not exist."""
    if not (0 <= z <= LAST_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
        raise StoreError(
            "there is no tile {z}/{x}/{y}",
            table,
            "zoom goes from 0 to {last}, x and y up to 2^zoom - 1",
            z=z,
            x=x,
            y=y,
            last=LAST_ZOOM,
        )


class TileSource(Protocol):
    """What tiles are drawn from."""

    def version(self, table: str) -> str:
        """Return what changes whenever the table does."""
        ...

    def rows_of_tile(
        self,
        table: str,
        columns: list[str],
        window: Bounds,
        *,
        most: int | None = None,
        where: Mapping[str, str] | None = None,
    ) -> pa.Table:
        """Return the rows in a window, shapes as WKB; with `most`, that many of the largest shapes."""
        ...

    def keys_in_order(self, table: str) -> pa.Array:
        """Return the keys of a table, sorted by their bytes."""
        ...


class TileMaker:
    """Makes tiles, and keeps the last ones by (layer, version, z, x, y), up to 64 MB; many threads may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple, bytes] = OrderedDict()
        self._bytes = 0
        self._order: dict[str, tuple[str, np.ndarray]] = {}

    def cached(self, store: TileSource, layer: str, version: str, z: int, x: int, y: int) -> bytes:
        """Return a tile, from memory where the table has not changed."""
        name = (layer, version, z, x, y)
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
        tile = self.make(store, layer, z, x, y, version=version)
        if store.version(table_of(layer)) == version:
            self._keep(name, tile)
        return tile

    def _keep(self, name: tuple, tile: bytes) -> None:
        with self._lock:
            self._bytes += len(tile) - len(self._kept.pop(name, b""))
            self._kept[name] = tile
            while self._bytes > _CACHED_BYTES:
                self._bytes -= len(self._kept.popitem(last=False)[1])

    def make(
        self, store: TileSource, name: str, z: int, x: int, y: int, *, version: str | None = None
    ) -> bytes:
        """Draw a tile of a layer from the store."""
        require_tile(name, z, x, y)
        layer, table, fine = LAYERS[name], table_of(name), detail(z)
        if z < layer.first_zoom:
            return b""
        bounds = tile_bounds(z, x, y)
        pixel_m = (bounds[2] - bounds[0]) / PIXELS * _ground_scale(bounds)
        margin = fine.extent * layer.margin_px // PIXELS
        window = _window(bounds, margin / fine.extent)
        rows = store.rows_of_tile(
            table,
            list(layer.properties),
            window,
            most=fine.most if layer.dense else None,
            where={"kind": layer.kind} if layer.kind else None,
        )
        rows = rows.take(pc.sort_indices(rows[rows.column_names[0]]))
        shapes = shapely.from_wkb(rows[GEOMETRY].to_numpy())
        if layer.dense and fine.smallest_px2:
            large = shapely.area(shapes) >= fine.smallest_px2 * pixel_m**2
            rows, shapes = rows.filter(pa.array(large)), shapes[large]
        if fine.simplified_px:
            shapes = _simplified(shapes, fine.simplified_px * pixel_m)
        shapes = _in_tile_units(shapes, bounds, fine.extent)
        shapes = shapely.clip_by_rect(shapes, -margin, -margin, fine.extent + margin, fine.extent + margin)
        ids = rows[rows.column_names[0]]
        properties = {"id": ids.to_pylist()}
        if layer.ranked:
            properties["n"] = self._ranks(store, table, version, ids).tolist()
        properties |= {name: rows[name].to_pylist() for name in layer.properties}
        return encode(name, shapes, properties, extent=fine.extent)

    def _ranks(self, store: TileSource, table: str, version: str | None, ids: pa.ChunkedArray) -> np.ndarray:
        """Return the rank of keys among all keys of the table; the order is read once a version."""
        known, order = self._order.get(table, ("", None))
        if version is None or known != version:
            order = _as_bytes(store.keys_in_order(table))
        if version is not None:
            self._order[table] = (version, order)
        return np.searchsorted(order, _as_bytes(ids))


def _as_bytes(keys: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Return texts as fixed-width bytes, which sort as the texts do."""
    return np.array(keys.cast(pa.large_binary()).to_numpy(zero_copy_only=False), dtype=np.bytes_)


def _window(bounds: Bounds, margin: float) -> Bounds:
    """Return the window of EPSG:2154 that holds a tile and its margin."""
    wide = (bounds[2] - bounds[0]) * margin
    widened = (bounds[0] - wide, bounds[1] - wide, bounds[2] + wide, bounds[3] + wide)
    return _transformer("EPSG:3857", WORKING_CRS).transform_bounds(*widened)


def _ground_scale(bounds: Bounds) -> float:
    """Return metres on the ground to a metre of EPSG:3857 at the middle of a tile."""
    middle = (bounds[1] + bounds[3]) / 2
    return 1 / np.cosh(middle / 6_378_137)


def _simplified(shapes: np.ndarray, tolerance_m: float) -> np.ndarray:
    """Simplify the shapes that have many points; the others cost more to simplify than to send."""
    heavy = shapely.get_num_coordinates(shapes) > _FEW_POINTS
    kept = shapes.copy()
    kept[heavy] = shapely.simplify(shapes[heavy], tolerance_m)
    return kept


def _in_tile_units(shapes: np.ndarray, bounds: Bounds, extent: int) -> np.ndarray:
    """Reproject shapes to EPSG:3857, then to units of a tile, y downward."""
    scale = extent / (bounds[2] - bounds[0])
    to_mercator = _transformer(WORKING_CRS, "EPSG:3857")

    def placed(xy: np.ndarray) -> np.ndarray:
        east, north = to_mercator.transform(xy[:, 0], xy[:, 1])
        return np.column_stack([(east - bounds[0]) * scale, (bounds[3] - north) * scale])

    return shapely.transform(shapes, placed)
