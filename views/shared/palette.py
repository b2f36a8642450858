"""Colours a colour-blind reader can tell apart, for a light and a dark ground (ColorBrewer, Tol, viridis)."""

from collections.abc import Sequence
from functools import lru_cache

import streamlit as st

from views.shared.i18n import N_

SEQUENCES = {
    # good is strong: the better the site, the further from the ground
    "gain": {
        "light": ("#d9ecb8", "#8fd0a8", "#41b0bd", "#2b79b0", "#253b8c"),
        "dark": ("#3b4a86", "#31688e", "#21918c", "#5ec962", "#fde725"),
    },
    # much is hot: vacancy, complaints
    "burden": {
        "light": ("#fdeebb", "#fcc65c", "#f28f2e", "#cc5a10", "#803004"),
        "dark": ("#57386f", "#95405f", "#cf5649", "#f08f3f", "#fadb6a"),
    },
    # cividis: one ramp of luminance, the same to every eye and in print
    "even": {
        "light": ("#fde737", "#bcae6c", "#7f7c75", "#42508f", "#00224e"),
        "dark": ("#42508f", "#5d6471", "#958f78", "#c8b866", "#fde737"),
    },
    # below and above 0: purple and orange (ColorBrewer PuOr)
    "balance": {
        "light": ("#5e3c99", "#9d8fc4", "#e9e5d6", "#f5a94e", "#c4540a"),
        "dark": ("#8d6fc7", "#6e5f8f", "#4a4a48", "#b9772f", "#f08f3f"),
    },
}
PALETTES = {"burden": N_("Warm"), "gain": N_("Cool"), "even": N_("Even (cividis)")}
CASES = {
    "over_occupied": "#cc6677",
    "under_occupied": "#44748f",
    "adapted_left": "#b58a2b",
    "disability_need": "#74549c",
    "resources": "#3f9c86",
    "none": "#d8d3c8",
}
SPOTS = {"hot": "#cc5a10", "usual": "#d8d3c8", "cold": "#2b79b0"}
ITEMS = {
    "none": "#d8d3c8", "heating": "#cc5a10", "hot_water": "#f28f2e", "water": "#2b79b0", "electricity": "#b58a2b",
    "cleaning": "#3f9c86", "lift": "#74549c", "taxes": "#5f6b73", "outdoor": "#7f9b2e", "other": "#aa4499",
}  # fmt: skip
DPE = {
    "A": "#2166ac",
    "B": "#4393c3",
    "C": "#92c5de",
    "D": "#e9e5d6",
    "E": "#f4a582",
    "F": "#d6604d",
    "G": "#b2182b",
}
CATEGORIES = (
    "#44748f", "#cc6677", "#3f9c86", "#b58a2b", "#74549c", "#88ccee",
    "#8f4a2f", "#7f9b2e", "#aa4499", "#4b5bb0", "#d98f4e", "#5f6b73",
)  # fmt: skip
GROUND = {
    "light": {
        "parcel": "#e6e1d6",
        "line": "#f8f6f1",
        "none": "#d8d3c8",
        "excluded": "#e9e5dc",
        "ink": "#1f2a30",
    },
    "dark": {
        "parcel": "#2a3237",
        "line": "#171d20",
        "none": "#434c52",
        "excluded": "#283035",
        "ink": "#e8eae8",
    },
}
NO_SECTOR = "#5f6b73"
SUPPRESSED = "suppressed"  # no colour: hatched grey, drawn by the style sheets
UNSCORED = {"light": "#c9b6d6", "dark": "#7a6690"}
BUILDING = "#1f2a30"
EDGES = {"street": "#d55e00", "side": "#0072b2", "rear": "#aa4499"}


def theme() -> str:
    """Return the theme the reader sees, light or dark."""
    return "dark" if st.context.theme.type == "dark" else "light"


def sequence(name: str, classes: int, theme: str) -> list[str]:
    """Return ``classes`` colours spread over a sequence of five; between two of them where there are more."""
    colours = SEQUENCES[name][theme]
    if classes <= 1:
        return [colours[2]] * classes
    if classes <= len(colours):
        return [colours[round(i * (len(colours) - 1) / (classes - 1))] for i in range(classes)]
    return [_between(colours, i * (len(colours) - 1) / (classes - 1)) for i in range(classes)]


def balance(middles: Sequence[float], theme: str) -> list[str]:
    """Return the colour of classes by the middle of each: one hue below 0, another above, pale near it."""
    most = max((abs(middle) for middle in middles), default=0) or 1
    return [_between(SEQUENCES["balance"][theme], 2 + 2 * middle / most) for middle in middles]


def _between(colours: Sequence[str], place: float) -> str:
    """Mix two neighbours of a sequence."""
    first = min(int(place), len(colours) - 2)
    part = place - first
    pairs = zip(_channels(colours[first]), _channels(colours[first + 1]), strict=True)
    return "#" + "".join(f"{round(one + (other - one) * part):02x}" for one, other in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


@lru_cache(maxsize=1024)
def ink(colour: str) -> str:
    """Return black or white, whichever reads better on the colour (WCAG relative luminance)."""
    channels = [channel / 255 for channel in _channels(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#14191c" if luminance > 0.19 else "#ffffff"
