"""Words of the programme: tenures, targets, objectives, what a plan reaches."""

import pandas as pd

from views.parts.sites.words import PUBLICS
from views.shared.codes import FORMS, word
from views.shared.i18n import N_, _
from views.shared.numbers import number, percent

TENURES = {"rental": N_("To let"), "ownership": N_("To own")}
OBJECTIVES = {
    "dwellings": N_("Number of dwellings"),
    "quality": N_("Quality of the sites"),
    "need": N_("Cases relieved"),
    "equity": N_("Equity spared"),
    "robustness": N_("Sureness of the scores"),
}
KINDS = {
    "dwellings": N_("Dwellings started in {of}"),
    "ownership": N_("Ownership operations started in {of}"),
    "budget": N_("Budget of {of}, M€"),
    "equity": N_("Equity of {of}, M€"),
    "staff": N_("Operations under way in {of}"),
    "form": N_("Share of the form: {of}"),
    "public": N_("Share of the public: {of}"),
    "agency": N_("Share of the agency: {of}"),
    "ownership_share": N_("Share of dwellings to own"),
}
ACTIONS = {"secure": N_("secure its land"), "reserve": N_("hold in reserve")}


def target(row: pd.Series, agencies: pd.Series) -> str:
    """Name a target."""
    of = row["of"]
    if row["kind"] == "form":
        of = word(FORMS, of)
    elif row["kind"] == "public":
        of = word(PUBLICS, of)
    elif row["kind"] == "agency":
        of = agencies.get(of, of)
    return _(KINDS[row["kind"]]).format(of=of)


def amount(kind: str, value: float) -> str:
    """Write a target's value in its unit."""
    if kind in ("budget", "equity"):
        return number(value / 1e6, 1)
    return percent(value, 0) if kind in ("form", "public", "agency", "ownership_share") else number(value)


def operation(row: pd.Series) -> str:
    """Name an operation: form, public and tenure."""
    return f"{word(FORMS, row['form'])} · {word(PUBLICS, row['public'])}"
