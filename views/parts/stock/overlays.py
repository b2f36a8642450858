"""What the map of the stock may be coloured by: sector, vacancy, energy, complaints; map, legend and table agree."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from views.shared import cache, palette
from views.shared.classes import LegendLine, classify, counts, extent, quantile_bounds
from views.shared.i18n import N_, _
from views.shared.numbers import number, percent

SMALL_DWELLINGS = N_("fewer than {least} dwellings")
SMALL_HOUSEHOLDS = N_("fewer than {least} households")


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
    named = stock.dropna(subset=["sector_colour"]).groupby("sector_name", sort=True)["sector_colour"]
    lines = [LegendLine(group.iloc[0], str(name), len(group)) for name, group in named]
    without = int(stock["sector_colour"].isna().sum())
    lines += [LegendLine(palette.NO_SECTOR, _("no sector"), without)] if without else []
    return Painting(stock["sector_colour"].fillna(palette.NO_SECTOR), _blank(stock), lines)


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


def by_rate(
    column: str, write: Callable[[object], str], note: str, why: str = SMALL_DWELLINGS
) -> Callable[..., Painting]:
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
        hidden = stock.get(f"{column}_hidden", pd.Series(False, index=stock.index))
        colours = colours.mask(hidden, palette.SUPPRESSED)
        suppressed = int(hidden.sum())
        unknown = int(stock[column].isna().sum()) - suppressed
        lines += [LegendLine(None, _("no data"), unknown)] if unknown else []
        if suppressed:
            lines.append(LegendLine(palette.SUPPRESSED, too_few(why), suppressed))
        return Painting(colours, _blank(stock), lines, _(note))

    return paint


def hide_small(stock: pd.DataFrame, column: str) -> pd.DataFrame:
    """Blank a figure where the residence has too few dwellings, and say so in ``<column>_hidden``."""
    small = (stock["dwellings"] < least()).fillna(False).astype(bool) & stock[column].notna()
    return stock.assign(**{column: stock[column].mask(small), f"{column}_hidden": small})


def least() -> int:
    """Fewest dwellings, or households, of a figure by residence (``privacy.least_households``)."""
    return int(cache.parameters()["privacy.least_households"])


def too_few(why: str) -> str:
    """Say why a figure is not shown."""
    return _("not shown: {why}").format(why=_(why).format(least=least()))


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
        Overlay(
            "occupancy",
            N_("Under-occupation"),
            "under_occupied_share",
            by_rate(
                "under_occupied_share",
                lambda share: percent(share, 0),
                N_("Households with at least two rooms more than persons (CCH L621-2), to 5 points."),
                SMALL_HOUSEHOLDS,
            ),
        ),
    )
}
