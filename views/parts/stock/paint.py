"""A figure turned into colours: classes or words, what is unknown, what may not be told, and the legend of it all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.occupancy import CASES
from views.parts.stock import frames
from views.parts.stock.figures import Figure
from views.parts.stock.overlays import SMALL_DWELLINGS, SMALL_HOUSEHOLDS, Painting, too_few
from views.shared import cache, palette
from views.shared.classes import LegendLine, bounds_of, classify, lines
from views.shared.codes import word
from views.shared.i18n import N_, _

ITEM_WORDS = {
    "none": N_("Like its peers"),
    "heating": N_("Heating"),
    "hot_water": N_("Hot water"),
    "water": N_("Water"),
    "electricity": N_("Electricity"),
    "cleaning": N_("Cleaning"),
    "lift": N_("Lift"),
    "taxes": N_("Taxes"),
    "outdoor": N_("Outdoor spaces"),
    "other": N_("Other"),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How values become classes: method, number of classes, bounds of one's own, palette (empty: the figure's)."""

    method: str = "quantiles"
    classes: int = 5
    manual: tuple[float, ...] = ()
    palette: str = ""


def paint(figure: Figure, shown: pd.DataFrame, whole: pd.DataFrame, style: Style, theme: str) -> Painting:
    """
    Colour each area of a level.

    Parameters
    ----------
    shown, whole
        What ``atlas.values`` returns, of what the filters let through and of all: bounds do not move with filters.
    """
    if figure.scale == "words":
        return _by_words(figure, shown, whole)
    bounds = bounds_of(whole["value"], style.method, style.classes, manual=style.manual)
    ramp = colours_of(figure, bounds, style, theme)
    of = classify(shown["value"], bounds)
    colours = of.map(dict(enumerate(ramp)), na_action="ignore").astype("object")
    legend = lines(whole["value"], shown["value"], bounds, ramp, figure.write)
    return _finished(figure, shown, colours, pd.Series("", index=shown.index), legend)


def colours_of(figure: Figure, bounds: Sequence[float], style: Style, theme: str) -> list[str]:
    """Return the colour of each class."""
    classes = max(len(bounds) - 1, 0)
    if figure.scale == "balance" and not style.palette:
        middles = [(low + high) / 2 for low, high in zip(bounds, bounds[1:], strict=False)]
        return palette.balance(middles, theme)
    return palette.sequence(style.palette or figure.scale, classes, theme)


def words_of(figure: Figure) -> Mapping[str, str]:
    """Return the words of the codes of a figure, in the order of its legend; those of sectors are their names."""
    if figure.column == "charges_outlier":
        return ITEM_WORDS
    return figure.words


def word_of(figure: Figure, code: object) -> str:
    """Return the word of one code in the reader's language."""
    if figure.scale == "words" and not words_of(figure):
        return "" if pd.isna(code) else str(code)
    return word(dict(words_of(figure)), code)


def write(figure: Figure, value: object) -> str:
    """Write a value or a code of a figure in the reader's language."""
    return word_of(figure, value) if figure.scale == "words" else figure.write(value)


def told(figure: Figure, shown: pd.DataFrame) -> pd.Series:
    """Return the figure of each place in words: its value with its unit, or as the legend says why there is none."""
    values = shown["value"]
    words = {value: write(figure, value) for value in values.dropna().unique()}
    said = values.astype("object").map(words).astype("object").fillna(_("no data"))
    return said.mask(shown["hidden"].astype(bool), why_hidden(figure))


def why_hidden(figure: Figure) -> str:
    """Say why a figure may not be told."""
    return too_few(SMALL_HOUSEHOLDS if figure.people else SMALL_DWELLINGS)


def _by_words(figure: Figure, shown: pd.DataFrame, whole: pd.DataFrame) -> Painting:
    colours = _colours_of_words(figure, whole)
    codes = shown["value"].astype("object")
    found = codes.value_counts()
    letters = (
        codes.where(codes.notna(), "")
        if figure.column.startswith("dpe")
        else pd.Series("", index=shown.index)
    )
    legend = [
        LegendLine(colour, "" if figure.column.startswith("dpe") else word_of(figure, code),
                   int(found.get(code, 0)), code if figure.column.startswith("dpe") else "")
        for code, colour in colours.items()
        if figure.column != "charges_outlier" or found.get(code, 0)
    ]  # fmt: skip
    painted = codes.map(colours).astype("object")
    if figure.column == "case_mode":
        letters = codes.map({case: str(rank) for rank, case in enumerate(CASES, start=1)}).fillna("")
    return _finished(figure, shown, painted, letters, legend)


def _colours_of_words(figure: Figure, whole: pd.DataFrame) -> dict[str, str]:
    if figure.column.startswith("dpe"):
        return palette.DPE
    if figure.column == "case_mode":
        return palette.CASES
    if figure.column == "charges_outlier":
        return palette.ITEMS
    if figure.words:
        return palette.SPOTS
    sectors = cache.read("sectors", geometry=False)
    colours = frames.sector_colours(sectors)
    return {sectors.at[i, "name"]: colour for i, colour in colours.items()}


def _finished(
    figure: Figure, shown: pd.DataFrame, colours: pd.Series, letters: pd.Series, legend: list[LegendLine]
) -> Painting:
    """Add what is unknown and what may not be told."""
    hidden = shown["hidden"].astype(bool)
    colours = colours.mask(hidden, palette.SUPPRESSED)
    unknown = int(colours.isna().sum())
    legend = list(legend)
    if unknown:
        legend.append(LegendLine(None, _("no data"), unknown))
    if hidden.any():
        legend.append(LegendLine(palette.SUPPRESSED, why_hidden(figure), int(hidden.sum())))
    return Painting(colours, letters.mask(hidden, ""), legend)
