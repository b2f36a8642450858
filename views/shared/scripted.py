"""The one door by which a script of ours runs in a page: a file served from our own address, never a text."""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from streamlit.components.v2 import component, get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

SHARED = Path(__file__).resolve().parent
FOLDER = SHARED / "served"
HOUSE = "ilot"


def mount(name: str, data: Mapping, *, key: str, on_moved: Callable[[], None]) -> None:
    """
    Show ``served/NAME.js`` in the page, with its styles.

    Given as a text, Streamlit would run the script from a blob, which the policy of `views.server.headers`
    refuses; declared with its folder, the browser fetches it from this server like any script of the page.
    Texts of ``data`` travel as JSON: the script writes them as text, never as HTML.

    Parameters
    ----------
    key
        Widget key; what the script tells is under ``st.session_state[key]["moved"]`` while ``on_moved`` runs.
    """
    _declare(name)
    shown = component(f"{HOUSE}.{name}", css=_styles(name), js=f"{name}.js")
    shown(key=key, data=dict(data), on_moved_change=on_moved)


def _declare(name: str) -> None:
    """Tell Streamlit in which folder the script lies, as the manifest of an installed package would."""
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(f"{HOUSE}.{name}") is None:
        manifest = ComponentManifest(HOUSE, "1", [ComponentConfig(name, FOLDER.name)])
        manager.register_from_manifest(manifest, SHARED)


@cache
def _styles(name: str) -> str:
    return (FOLDER / f"{name}.css").read_text(encoding="utf-8")
