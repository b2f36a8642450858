"""The words of cards and sheets: charges, peers, vacancy identities, where something stands."""

import pandas as pd

from views.shared.i18n import N_, _
from views.shared.numbers import number

ITEMS = {
    "total": N_("All charges"),
    "without_energy": N_("Without energy and water"),
    "heating": N_("Heating"),
    "hot_water": N_("Hot water"),
    "electricity": N_("Electricity of the common parts"),
    "water": N_("Water"),
    "cleaning": N_("Cleaning"),
    "lift": N_("Lift"),
    "caretaker": N_("Caretaker"),
    "outdoor": N_("Outdoor spaces"),
    "taxes": N_("Taxes"),
    "other": N_("Other"),
}
PEERS = {
    "heating, lift, caretaker, period": N_("same heating, lift, caretaker and period"),
    "heating, lift": N_("same heating and lift"),
    "heating, period": N_("same heating and period"),
    "heating": N_("same heating"),
}
STATUSES = {"open": N_("not answered"), "answered": N_("answered"), "closed": N_("closed")}
IDENTITIES = {"vacancy": N_("Vacancy"), "over_3m": N_("Vacant for more than 3 months")}
STANDINGS = {
    "alarm_high": N_("far above what chance allows"),
    "high": N_("above what chance allows"),
    "low": N_("below what chance allows"),
    "alarm_low": N_("far below what chance allows"),
}


def peers(count: object, level: object) -> str:
    """Say who the peers are: how many, and what they share."""
    if pd.isna(count) or pd.isna(level):
        return _("too few of a kind to compare")
    return _("{n} residences, {what}").format(n=number(count), what=_(PEERS[str(level)]))
