"""What the app serves beside its pages: the map's scripts, and vector tiles of public layers. Nothing of the stock."""

import gzip
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from data.store import PUBLIC_LAYERS, StoreError, table_of
from views.shared import scripts
from views.shared.cache import store

FOR_EVER = "public, max-age=31536000, immutable"
TILE_TYPE = "application/vnd.mapbox-vector-tile"


def asset(request: Request) -> Response:
    """Serve the script of the map; its address changes with its content."""
    if request.url.path != scripts.address():
        return PlainTextResponse("no such file", status_code=404)
    return _compressed(scripts.bundle(), "text/javascript", FOR_EVER)


def tile(request: Request) -> Response:
    """
    Serve a vector tile; its address holds the version of the layer's table, so a browser may keep it for ever.

    A tile asked for under another version is drawn as the table is now, and not kept.
    """
    layer, version = request.path_params["layer"], request.path_params["version"]
    if layer not in PUBLIC_LAYERS:
        return PlainTextResponse(f"{layer} is no public layer", status_code=404)
    current = store().version(table_of(layer))
    place = (request.path_params["z"], request.path_params["x"], request.path_params["y"])
    try:
        content = _tile(current, layer, *place)
    except StoreError as error:
        return PlainTextResponse(str(error), status_code=404)
    return _compressed(content, TILE_TYPE, FOR_EVER if version == current else "no-store")


@lru_cache(maxsize=4096)
def _tile(version: str, layer: str, z: int, x: int, y: int) -> bytes:
    return gzip.compress(store().tile(layer, z, x, y), compresslevel=4, mtime=0)


def _compressed(content: bytes, kind: str, keep: str) -> Response:
    headers = {"Content-Encoding": "gzip", "Cache-Control": keep, "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type=kind, headers=headers)


ROUTES = [
    Route("/assets/{content}/{name}", asset),
    Route("/tiles/{version}/{layer}/{z:int}/{x:int}/{y:int}.pbf", tile),
]
