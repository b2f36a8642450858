"""Colours a colour-blind reader can tell apart, for a light and a dark ground (ColorBrewer, Tol, viridis)."""

import streamlit as st

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
}
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
    """Return ``classes`` colours spread over a sequence of five."""
    colours = SEQUENCES[name][theme]
    if classes <= 1:
        return [colours[2]] * classes
    return [colours[round(i * (len(colours) - 1) / (classes - 1))] for i in range(classes)]


def ink(colour: str) -> str:
    """Return black or white, whichever reads better on the colour (WCAG relative luminance)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#14191c" if luminance > 0.19 else "#ffffff"
