"""What the map of the stock may be coloured by: sector, vacancy, energy, complaints; map, legend and table agree."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from views.shared import palette
from views.shared.classes import LegendLine, classify, counts, extent, quantile_bounds
from views.shared.i18n import N_, _
from views.shared.numbers import number, percent

SMALL_CELL = 11  # TRUST: a figure about fewer dwellings is not shown by residence


@dataclass(frozen=True, slots=True)
class Painting:
    """How each residence is drawn: its colour (missing where unknown), its letter; and the legend of it all."""

    colour: pd.Series
    letter: pd.Series
    legend: list[LegendLine]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Overlay:
    """One way to colour the stock: ``paint`` takes the residences shown, all of them (for the bounds), the theme."""

    key: str
    label: str
    column: str
    paint: Callable[[pd.DataFrame, pd.DataFrame, str], Painting]


def by_sector(stock: pd.DataFrame, whole: pd.DataFrame, theme: str) -> Painting:
    """Colour each residence as its sector; sectors keep their colour whatever the filters."""
    colours = stock["sector_colour"]
    named = stock.dropna(subset=["sector_colour"]).groupby("sector_name", sort=True)["sector_colour"]
    lines = [LegendLine(group.iloc[0], str(name), len(group)) for name, group in named]
    return Painting(colours, _blank(stock), lines + _missing(colours, _("no sector")))


def by_energy(stock: pd.DataFrame, whole: pd.DataFrame, theme: str) -> Painting:
    """Colour each residence by its commonest energy class, the letter printed on it."""
    letters = stock["dpe_mode"].astype("object")
    colours = letters.map(palette.DPE)
    found = letters.value_counts()
    lines = [
        LegendLine(colour, "", int(found.get(letter, 0)), letter) for letter, colour in palette.DPE.items()
    ]
    return Painting(
        colours,
        letters.where(letters.notna(), "?"),
        lines + _missing(colours, _("no label"), "?"),
        _("The commonest energy class (DPE) of the labelled dwellings of each residence."),
    )


def by_rate(column: str, write: Callable[[object], str], note: str) -> Callable[..., Painting]:
    """Colour by a rate, in classes that hold about as many residences each of the whole stock."""

    def paint(stock: pd.DataFrame, whole: pd.DataFrame, theme: str) -> Painting:
        bounds = quantile_bounds(whole[column])
        count = max(len(bounds) - 1, 0)
        everywhere, of = classify(whole[column], bounds), classify(stock[column], bounds)
        ramp = palette.sequence("burden", count, theme)
        colours = of.map(dict(enumerate(ramp)), na_action="ignore").astype("object")
        lines = []
        for rank, many in enumerate(counts(of, count)):
            low, high = extent(whole[column], everywhere, bounds, rank)
            lines.append(
                LegendLine(ramp[rank], write(low) if low == high else f"{write(low)} – {write(high)}", many)
            )
        hidden = int(stock.get(f"{column}_hidden", pd.Series(False, index=stock.index)).sum())
        unknown = int(stock[column].isna().sum()) - hidden
        lines += [LegendLine(None, _("no data"), unknown)] if unknown else []
        lines += [LegendLine(None, _("fewer than 11 dwellings"), hidden)] if hidden else []
        return Painting(colours, _blank(stock), lines, _(note))

    return paint


def hide_small(stock: pd.DataFrame, column: str) -> pd.DataFrame:
    """Blank a figure where the residence has fewer than 11 dwellings, and say so in ``<column>_hidden``."""
    small = (stock["dwellings"] < SMALL_CELL).fillna(False).astype(bool) & stock[column].notna()
    return stock.assign(**{column: stock[column].mask(small), f"{column}_hidden": small})


def _blank(stock: pd.DataFrame) -> pd.Series:
    return pd.Series("", index=stock.index)


def _missing(colours: pd.Series, label: str, letter: str = "") -> list[LegendLine]:
    unknown = int(colours.isna().sum())
    return [LegendLine(None, label, unknown, letter)] if unknown else []


OVERLAYS = {
    overlay.key: overlay
    for overlay in (
        Overlay("sector", N_("Sector"), "sector_name", by_sector),
        Overlay(
            "vacancy",
            N_("Vacancy"),
            "vacancy_rate",
            by_rate(
                "vacancy_rate",
                lambda share: percent(share, 1),
                N_("Vacant and offered, out of the dwellings let or offered (RPLS)."),
            ),
        ),
        Overlay("energy", N_("Energy"), "dpe_mode", by_energy),
        Overlay(
            "complaints",
            N_("Complaints"),
            "complaints_per_100",
            by_rate(
                "complaints_per_100",
                lambda rate: number(rate, 0),
                N_("Requests of the last twelve months for 100 dwellings let."),
            ),
        ),
    )
}
