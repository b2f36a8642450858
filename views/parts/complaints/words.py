"""The words of the register of the field: places, urgencies, statuses, ages."""

import pandas as pd

from views.shared.i18n import N_, _, ngettext
from views.shared.numbers import number

PLACES = {"dwelling": N_("In the dwelling"), "common": N_("In the common parts")}
PRIORITIES = {"normal": N_("Normal"), "urgent": N_("Urgent"), "low": N_("Not urgent")}
STATUSES = {"open": N_("Not answered"), "answered": N_("Answered"), "closed": N_("Closed")}
STEPS = {
    "answered": (N_("Answered"), ":material/reply:"),
    "closed": (N_("Close it"), ":material/check:"),
    "reopened": (N_("Reopen"), ":material/undo:"),
}
MISSING = {
    "residence_id": N_("the residence"),
    "category": N_("the category"),
    "place": N_("the place"),
    "priority": N_("the urgency"),
}


def age(hours: float) -> str:
    """Write an age: in hours for two days, then in days."""
    if pd.isna(hours):
        return _("unknown")
    if hours < 1:
        return _("less than an hour")
    if hours < 48:
        return ngettext("{n} hour", "{n} hours", int(hours)).format(n=number(int(hours)))
    return ngettext("{n} day", "{n} days", int(hours // 24)).format(n=number(int(hours // 24)))


def listed(names: list[str]) -> str:
    """Write what is still to be said."""
    return ", ".join(_(MISSING[name]) for name in names)
