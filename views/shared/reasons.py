"""Why a form does not fit, as a plain sentence with its figure and the figure it needed."""

import pandas as pd

from views.shared.codes import REASONS
from views.shared.i18n import _
from views.shared.numbers import metres, number, percent, square_metres

UNITS = {
    "hazard_forbids": lambda value: percent(value, 0),
    "prescription_forbids": lambda value: percent(value, 0),
    "too_small": square_metres,
    "footprint_limit": square_metres,
    "open_soil": square_metres,
    "parking": number,
    "too_few_dwellings": number,
    "own_homes_stand": number,
}


def sentence(reason: object, value: object = None, limit: object = None) -> str:
    """Return the sentence of a reason in the reader's language; a new reason shows as its code."""
    if pd.isna(reason):
        return ""
    if reason not in REASONS:
        return str(reason).replace("_", " ")
    write = UNITS.get(str(reason), lambda figure: metres(figure, 1))
    return _(REASONS[str(reason)]).format(value=write(value), limit=write(limit))
