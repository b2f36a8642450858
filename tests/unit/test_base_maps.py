"""The ground of the maps: none unless a setting asks for it, and then one host and no other is allowed."""

import pytest

from data.store import open_store
from views.server.headers import policy
from views.shared import base_maps, cache
from views.shared.map import _ground

OWN = "https://tiles.example.fr:8443/{z}/{x}/{y}.png"


@pytest.fixture
def store(tmp_path, monkeypatch):
    path = tmp_path / "ground.duckdb"
    open_store(path).close()
    monkeypatch.setenv("ILOT_STORE", str(path))
    base_maps.forget()
    yield cache.store()
    cache.close()
    base_maps.forget()


def images(pictures: str | None) -> str:
    rules = policy("/component/streamlit_folium.st_folium/index.html", pictures)
    return next(rule for rule in rules.split("; ") if rule.startswith("img-src"))


def test_a_closed_network_has_no_ground_and_allows_no_host(store):
    assert base_maps.current() is None
    assert _ground() is None
    assert images(base_maps.host()) == "img-src 'self' data: blob:"


@pytest.mark.parametrize(
    ("choice", "host"), [("ign", "https://data.geopf.fr"), ("osm", "https://tile.openstreetmap.org")]
)
def test_a_public_ground_allows_its_host_and_no_other(store, choice, host):
    base_maps.choose(store, choice)
    assert images(base_maps.host()) == f"img-src 'self' data: blob: {host}"
    assert "http" not in policy("/", None)


def test_own_tiles_are_kept_and_their_blanks_travel_as_marks(store):
    base_maps.choose(store, "own", f" {OWN} ")
    assert base_maps.host() == "https://tiles.example.fr:8443"
    assert _ground()["url"].endswith("/@z@/@x@/@y@.png")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tiles.example.fr/{z}/{x}/{y}.png",
        "https://tiles.example.fr/z/x/y.png",
        "javascript:alert({z}{x}{y})",
        "https://a.fr; script-src *//{z}/{x}/{y}",
        "https://{z}.example.fr/{x}/{y}.png",
        "https://user@tiles.example.fr/{z}/{x}/{y}.png",
    ],
)
def test_an_address_that_is_none_is_refused_with_an_example(store, url):
    with pytest.raises(base_maps.BaseMapError, match="expected an address"):
        base_maps.choose(store, "own", url)
    assert base_maps.current() is None


def test_an_unknown_choice_is_refused(store):
    with pytest.raises(base_maps.BaseMapError, match="expected one of none, ign, osm, own"):
        base_maps.choose(store, "bing")
