"""What a painted map is made of: colours, letters and legend; and what is not shown of small residences."""

from dataclasses import dataclass

import pandas as pd

from views.shared import cache
from views.shared.classes import LegendLine
from views.shared.i18n import N_, _

SMALL_DWELLINGS = N_("fewer than {least} dwellings")
SMALL_HOUSEHOLDS = N_("fewer than {least} households")


@dataclass(frozen=True, slots=True)
class Painting:
    """How each place is drawn: its colour (missing where unknown), its letter; and the legend of it all."""

    colour: pd.Series
    letter: pd.Series
    legend: list[LegendLine]


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
