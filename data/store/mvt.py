"""
Vector tiles (Mapbox Vector Tile 2.1) written from Shapely arrays, all coordinates at once.

Format: https://github.com/mapbox/vector-tile-spec/tree/master/2.1. Both engines draw through this one encoder, so a
tile is the same whichever keeps the data; it takes a tenth of the time of DuckDB's own ``ST_AsMVT``.
"""

import struct
from collections.abc import Iterable, Sequence

import numpy as np
import shapely

_POINT, _LINE, _POLYGON = 1, 2, 3
_TYPE_OF = {0: _POINT, 4: _POINT, 1: _LINE, 2: _LINE, 5: _LINE, 3: _POLYGON, 6: _POLYGON}
_MOVE, _DRAW, _CLOSE = 1, 2, 15


def encode(name: str, shapes: np.ndarray, properties: dict[str, Sequence], *, extent: int) -> bytes:
    """
    Write one layer.

    Parameters
    ----------
    shapes
        Shapes in tile units, x to the right and y downward from the upper left corner; not yet rounded. Shapes of one
        dimension each; what rounding makes vanish is left out.
    properties
        Name to one value a shape: text, number, true or false; None where unknown.
    extent
        Units to a side of the tile.

    Returns
    -------
    bytes
        The tile, or nothing where no shape is left.
    """
    kinds = np.array([_TYPE_OF.get(kind, 0) for kind in shapely.get_type_id(shapes)])
    drawn: list[tuple[int, int, bytes]] = []
    for kind, commands in ((_POINT, _points), (_LINE, _lines), (_POLYGON, _polygons)):
        chosen = np.flatnonzero(kinds == kind)
        if len(chosen):
            owners, codes = commands(shapes[chosen])
            drawn += [(int(chosen[owner]), kind, body) for owner, body in _bodies(owners, codes)]
    if not drawn:
        return b""
    drawn.sort(key=lambda feature: feature[0])
    keys, values, tags = _dictionary(properties, [position for position, _, _ in drawn])
    features = (
        _message(2, _message(2, tag) + bytes((0x18, kind)) + _message(4, body))
        for tag, (_, kind, body) in zip(tags, drawn, strict=True)
    )
    layer = [b"\x78\x02", _message(1, name.encode()), *features]
    layer += [_message(3, key.encode()) for key in keys]
    layer += [_message(4, value) for value in values]
    layer.append(b"\x28" + _varint(extent))
    return _message(3, b"".join(layer))


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _message(number: int, body: bytes) -> bytes:
    """Return a field that holds bytes."""
    size = len(body)
    return (
        bytes((number << 3 | 2, size)) + body
        if size < 128
        else bytes((number << 3 | 2,)) + _varint(size) + body
    )


def _value(value: str | float | bool) -> bytes:
    if isinstance(value, str):
        return _message(1, value.encode())
    if isinstance(value, float):
        return b"\x19" + struct.pack("<d", value)
    return b"\x38" + _varint(int(value)) if isinstance(value, bool) else b"\x28" + _varint(value)


def _dictionary(
    properties: dict[str, Sequence], positions: Iterable[int]
) -> tuple[list[str], list[bytes], list[bytes]]:
    """Return the names, the distinct values as written, and each feature's pairs of (name, value)."""
    keys = list(properties)
    columns = [(_varint(k), column) for k, column in enumerate(properties.values())]
    seen: dict[bytes, bytes] = {}
    tags = []
    for position in positions:
        pairs = []
        for head, column in columns:
            if column[position] is not None:
                written = _value(column[position])
                if written not in seen:
                    seen[written] = _varint(len(seen))
                pairs += [head, seen[written]]
        tags.append(b"".join(pairs))
    return keys, list(seen), tags


def _rounded(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    return np.rint(xy).astype(np.int64), owner


def _runs(owner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where each run of equal owners starts, and its length."""
    starts = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]]) if len(owner) else np.empty(0, np.int64)
    return starts, np.diff(np.r_[starts, len(owner)])


def _points(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return codes with the shape each belongs to: one move through all points of a shape."""
    xy, owner = _rounded(shapes)
    starts, sizes = _runs(owner)
    return _written(xy, owner, owner[starts], sizes, move_all=True, close=False)


def _lines(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
    xy, part = _rounded(parts)
    kept = np.r_[True, (part[1:] != part[:-1]) | (xy[1:] != xy[:-1]).any(axis=1)] if len(part) else []
    xy, part = xy[kept], part[kept]
    long = np.bincount(part, minlength=len(parts))[part] >= 2
    xy, part = xy[long], part[long]
    starts, sizes = _runs(part)
    return _written(xy, shape_of_part[part], shape_of_part[part[starts]], sizes, move_all=False, close=False)


def _polygons(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Exterior rings run clockwise as seen, holes the other way; a ring that rounding flattens is left out."""
    parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
    # y runs downward: what Shapely calls counter-clockwise is seen clockwise
    rings, part_of_ring = shapely.get_rings(shapely.orient_polygons(parts), return_index=True)
    exterior = np.r_[True, part_of_ring[1:] != part_of_ring[:-1]] if len(rings) else np.empty(0, bool)
    xy, ring = _rounded(rings)
    if not len(ring):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    closing = np.r_[ring[1:] != ring[:-1], True]
    repeated = np.r_[False, (ring[1:] == ring[:-1]) & (xy[1:] == xy[:-1]).all(axis=1)]
    kept = ~(closing | repeated)
    xy, ring = xy[kept], ring[kept]
    keep = _turning(xy, ring, len(rings)) * np.where(exterior, 1, -1) > 0
    keep &= np.bincount(ring, minlength=len(rings)) >= 3
    whole = np.zeros(len(parts), bool)
    whole[part_of_ring[exterior & keep]] = True
    keep &= whole[part_of_ring]
    xy, ring = xy[keep[ring]], ring[keep[ring]]
    starts, sizes = _runs(ring)
    owner = shape_of_part[part_of_ring]
    return _written(xy, owner[ring], owner[ring[starts]], sizes, move_all=False, close=True)


def _turning(xy: np.ndarray, ring: np.ndarray, rings: int) -> np.ndarray:
    """Return twice the signed area of each ring, positive where it runs clockwise as seen (y downward)."""
    starts, sizes = _runs(ring)
    following = np.arange(1, len(ring) + 1)
    following[starts + sizes - 1] = starts
    cross = xy[:, 0] * xy[following, 1] - xy[following, 0] * xy[:, 1]
    return np.bincount(ring, cross, minlength=rings)


def _written(
    xy: np.ndarray,
    owner: np.ndarray,
    owner_of_run: np.ndarray,
    sizes: np.ndarray,
    *,
    move_all: bool,
    close: bool,
) -> tuple[np.ndarray, np.ndarray]:
    """
    Return the codes of all runs in a row, and the shape each code belongs to.

    A run is ``move 1, x, y, draw n-1, x, y, ..., close``, or ``move n, x, y, ...`` for points; x and y count from the
    point before in the same shape.
    """
    if not len(xy):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    before = np.r_[[[0, 0]], xy[:-1]]
    before[np.r_[True, owner[1:] != owner[:-1]]] = 0
    step = xy - before
    step = (step << 1) ^ (step >> 63)
    extra = 1 if move_all else (3 if close else 2)
    lengths = 2 * sizes + extra
    begins = np.cumsum(lengths) - lengths
    codes = np.empty(int(lengths.sum()), np.int64)
    run = np.repeat(np.arange(len(sizes)), sizes)
    rank = np.arange(len(xy)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    place = begins[run] + 1 + 2 * rank + (0 if move_all else rank > 0)
    codes[place], codes[place + 1] = step[:, 0], step[:, 1]
    codes[begins] = (sizes if move_all else 1) << 3 | _MOVE
    if not move_all:
        codes[begins + 3] = (sizes - 1) << 3 | _DRAW
    if close:
        codes[begins + lengths - 1] = _CLOSE
    return np.repeat(owner_of_run, lengths), codes


def _bodies(owners: np.ndarray, codes: np.ndarray) -> list[tuple[int, bytes]]:
    """Return, for each shape, its codes as variable-length integers."""
    if not len(codes):
        return []
    widths = np.ones(len(codes), np.int64)
    for bits in range(7, 63, 7):
        widths += codes >= 1 << bits
    begins = np.cumsum(widths) - widths
    out = np.empty(int(widths.sum()), np.uint8)
    for k in range(int(widths.max())):
        wide = widths > k
        more = np.where(widths[wide] > k + 1, 128, 0)
        out[begins[wide] + k] = codes[wide] >> 7 * k & 127 | more
    starts, _ = _runs(owners)
    cuts = np.r_[begins[starts], len(out)].tolist()
    data = out.tobytes()
    shapes = owners[starts].tolist()
    return [(shape, data[a:b]) for shape, a, b in zip(shapes, cuts[:-1], cuts[1:], strict=True)]
