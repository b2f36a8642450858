"""What the app serves beside its pages: public layers only, compressed, kept for ever under their version."""

import gzip

import pytest
from starlette.requests import Request
from starlette.responses import Response

from data.store import open_store
from tests import toy
from views.server import routes
from views.shared import cache, scripts

PLACE = {"z": 16, "x": 33214, "y": 22553}


@pytest.fixture(scope="module", autouse=True)
def town(tmp_path_factory):
    path = tmp_path_factory.mktemp("routes") / "toy.duckdb"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ILOT_STORE", str(path))
        store = open_store(path)
        toy.fill(store)
        store.close()
        yield
        cache.close()


def asked(path: str = "/", **params) -> Request:
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [],
        "query_string": b"",
        "path_params": params,
    }
    return Request(scope | {"server": ("127.0.0.1", 80), "scheme": "http"})


def tile(layer: str, version: str, **place) -> Response:
    return routes.tile(asked(layer=layer, version=version, **(place or PLACE)))


def test_tile_of_the_current_version_is_kept_for_ever():
    answer = tile("parcels", cache.store().version("parcels"))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, routes.FOR_EVER)
    assert gzip.decompress(answer.body) == cache.store().tile("parcels", **PLACE)


def test_tile_of_a_past_version_is_drawn_and_not_kept():
    answer = tile("parcels", "old")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")


@pytest.mark.parametrize("table", ["residences", "dwellings", "households", "sites", "sectors", "nothing"])
def test_nothing_of_the_stock_is_served(table):
    assert tile(table, "v").status_code == 404


def test_tile_of_what_surrounds_goes_by_the_version_of_its_table():
    answer = tile("noise", cache.store().version("environment"))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, routes.FOR_EVER)


@pytest.mark.parametrize("table", ["environment", "amenities"])
def test_a_table_is_served_by_its_layers_only(table):
    assert tile(table, "v").status_code == 404


def test_tile_that_does_not_exist_is_not_found():
    assert tile("parcels", "v", z=3, x=99, y=99).status_code == 404


def test_routes_are_the_script_and_the_tiles_only():
    assert [route.path.split("/")[1] for route in routes.ROUTES] == ["assets", "tiles"]


def test_script_is_served_under_its_own_address_only():
    if not (scripts.PACKAGES / "leaflet.js").is_file():
        pytest.skip("the map's scripts are absent: python -m views.server.assets")
    assert routes.asset(asked(scripts.address())).body == scripts.bundle()
    assert routes.asset(asked("/assets/other/map.js")).status_code == 404
