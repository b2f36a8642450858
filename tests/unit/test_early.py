"""What is told with a page: the scripts of its first elements, with all that these import, each once."""

import pytest
from starlette.datastructures import MutableHeaders

from views.server import early
from views.shared import scripts


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "Map.1.js").write_text('import{a as b}from"./known.js";import"./deep.js";')
    (tmp_path / "deep.js").write_text('import c from"./Map.1.js";import("./later.js")')
    return tmp_path


def test_it_is_what_the_scripts_import_without_what_the_page_names(folder):
    assert early.needed(folder, ["Map.1.js"], {"known.js"}) == ["Map.1.js", "deep.js"]


def told(path: str, kind: str = "text/html; charset=utf-8") -> str:
    answer = MutableHeaders({"content-type": kind})
    early.tell({"path": path}, answer)
    return answer.get("link", "")


def test_every_page_is_told_of_the_script_that_holds_the_map():
    for path in ("/", "/sites"):
        assert "/static/js/ComponentInstance." in told(path)
        assert told(path).count("rel=modulepreload") == told(path).count("</static/js/")


def test_the_frame_of_the_map_is_told_of_its_script_alone(monkeypatch):
    monkeypatch.setattr(scripts, "address", lambda: "/assets/abc/map.js")
    assert (
        told("/component/streamlit_folium.st_folium/index.html")
        == "</assets/abc/map.js>; rel=preload; as=script"
    )
    assert told("/component/another/about.html") == ""


def test_what_is_no_page_is_told_of_nothing():
    assert told("/static/js/index.js", "text/javascript") == ""
