"""The doors by which text reaches a browser: one module draws with Folium, and no page trusts HTML."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRAWING = "views/shared/map.py"
RUNNING = "views/shared/scripted.py"
TRUSTING = {"folium_static", "components", "iframe", "unsafe_allow_html", "unsafe_allow_javascript"}
TEXT_KEYWORDS = {"attr", "popup", "tooltip", "name", "html", "aliases", "fields"}


def trees():
    for path in sorted((ROOT / "views").rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def test_one_module_runs_scripts_of_ours_in_a_page_and_gives_it_no_html():
    users = {
        name: tree
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and any(
            "streamlit.components" in (n or "")
            for n in [getattr(node, "module", ""), *(a.name for a in node.names)]
        )
    }
    assert set(users) == {RUNNING}
    given = [
        call
        for call in ast.walk(users[RUNNING])
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "component"
    ]
    assert [sorted(word.arg for word in call.keywords) for call in given] == [["css", "js"]]


def test_one_module_imports_folium():
    users = [
        name
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and {"folium", "branca", "streamlit_folium"}
        & {
            part.split(".")[0]
            for part in [getattr(node, "module", None) or "", *(a.name for a in node.names)]
        }
    ]
    assert set(users) == {DRAWING}


def test_every_text_given_to_folium_was_made_inert():
    tree = dict(trees())[DRAWING]
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("folium.")
    ]
    texts = [word.value for call in calls for word in call.keywords if word.arg in TEXT_KEYWORDS]
    assert calls
    assert [ast.unparse(text) for text in texts if not ast.unparse(text).startswith("safe_text(")] == []


def test_no_page_trusts_html_or_opens_a_frame():
    used = {
        (name, word)
        for name, tree in trees()
        for node in ast.walk(tree)
        for word in [getattr(node, "attr", None) or getattr(node, "arg", None) or getattr(node, "id", None)]
        if isinstance(node, ast.Attribute | ast.keyword | ast.Name) and word in TRUSTING
    }
    assert used == set()
