"""The words of the criteria: names, units, and the sentence of each reason for or against a site."""

import pandas as pd

from planning.decision.explain import Reason
from planning.publics import FAMILY, OWNERSHIP
from views.shared.i18n import N_, _
from views.shared.numbers import NO_BREAK, number, percent, signed

FAMILIES = {
    "R": N_("What the plan allows"),
    "T": N_("The land itself"),
    "U": N_("What is near"),
    "E": N_("Environment and use"),
    "S": N_("Our own tenants and stock"),
    "F": N_("Cost"),
}
PUBLICS = {
    "family": N_("Families"),
    "elderly": N_("Elderly people"),
    "disabled": N_("Disabled people"),
    "students": N_("Students"),
    "young_workers": N_("Young workers"),
    "migrant_workers": N_("Migrant workers"),
    "insertion": N_("Insertion"),
    "emergency": N_("Emergency shelter"),
    "ownership": N_("Social ownership"),
}
STATUSES = {
    "spotted": N_("Spotted"),
    "studied": N_("Studied"),
    "negotiating": N_("Negotiating"),
    "dropped": N_("Dropped"),
}
# name, unit, decimals
CRITERIA = {
    "R1": (N_("Room for the programme"), N_("× the operation aimed at"), 2),
    "R2": (N_("Storeys allowed"), N_("storeys"), 0),
    "R3": (N_("Protections on the site"), N_("% of the site"), 0),
    "R4": (N_("Parking cap near a station"), "", 0),
    "R5": (N_("Social housing around"), "%", 0),
    "T1": (N_("Compact plot"), "", 2),
    "T2": (N_("Slope"), "%", 1),
    "T3": (N_("Floor area to demolish"), "m²", 0),
    "T4": (N_("Pollution, quarries, clay"), N_("out of 3"), 0),
    "T5": (N_("Owners to buy from"), N_("owners"), 0),
    "U1": (N_("Walk to the station"), "m", 0),
    "U2": (N_("Walk to a frequent bus"), "m", 0),
    "U3": (N_("Walk to food, pharmacy and doctor"), "m", 0),
    "U4": (N_("Walk to a school"), "m", 0),
    "U5": (N_("Walk to a park"), "m", 0),
    "E1": (N_("Noise on the facade"), "dB", 0),
    "E2": (N_("Open soil kept"), N_("% of the site"), 0),
    "E3": (N_("Heat network"), "m", 0),
    "E4": (N_("Land used again"), N_("% of the site built today"), 0),
    "E5": (N_("Summer heat"), N_("out of 3"), 1),
    "S1": (N_("Transfer requests per letting"), N_("requests per letting"), 1),
    "S2": (N_("Mismatched households within 500 m"), N_("households"), 0),
    "S3": (N_("Our dwellings for this public within 800 m"), N_("dwellings"), 0),
    "S4": (N_("Our nearest residence"), "m", 0),
    "S5": (N_("Moves freed per new dwelling"), N_("moves"), 2),
    "S6": (N_("Agency’s work after delivery"), N_("% from the mean"), 0),
    "F1": (N_("Price of the land"), N_("€/m² of useful area"), 0),
    "F2": (N_("Equity needed"), N_("k€ a dwelling"), 0),
    "F3": (N_("Reduced VAT for ownership"), "", 0),
    "F4": (N_("Discount against the market"), "%", 0),
    "F5": (N_("Delay before delivery"), N_("years"), 0),
}
YES_OR_NO = ("R4", "F3")
# what some measures are over 0, under it, and at it: their sign alone reads badly in a sentence
SIDES = {
    "S6": (N_("{n} over the mean"), N_("{n} under the mean"), N_("at the mean")),
    "F4": (N_("{n} under the market"), N_("{n} over the market"), N_("at the price of the market")),
}
FOR = {
    "R1": N_("It holds {value}; the usual site holds {median}."),
    "R2": N_("The plan allows {value}, against {median} on the usual site."),
    "R3": N_("Almost nothing on it is protected ({value})."),
    "R4": N_(
        "A station lies within 500 m: the plan may not ask for more than half a parking place a dwelling."
    ),
    "R5": N_("There is little social housing around: {value} of the households, against {median}."),
    "T1": N_("The plot is well shaped ({value}, against {median})."),
    "T2": N_("Its ground is level: a slope of {value}, against {median}."),
    "T3": N_("There is little to demolish: {value}, against {median}."),
    "T4": N_("Registers and maps tell little against its ground ({value}, against {median})."),
    "T5": N_("It can be bought from few owners ({value}, against {median})."),
    "U1": N_("The station is near: {value} on foot, against {median}."),
    "U2": N_("A bus stop is near: {value} on foot, against {median}."),
    "U3": N_("Food, pharmacy and doctor are near: the farthest is {value} away on foot, against {median}."),
    "U4": N_("A school is near: {value} on foot, against {median}."),
    "U5": N_("A park is near: {value} on foot, against {median}."),
    "E1": N_("It is quiet: {value}, against {median}."),
    "E2": N_("It keeps open soil: {value}, against {median}."),
    "E3": N_("A heat network is near: {value}, against {median}."),
    "E4": N_("It is land already built on ({value}): no open ground is lost."),
    "E5": N_("It stays cool in summer ({value}, against {median})."),
    "S1": N_("Our tenants ask for these dwellings: {value}, against {median}."),
    "S2": N_(
        "Near it, {value} live in a dwelling that does not suit them and could move in; usually {median}."
    ),
    "S3": N_("We have little for this public around: {value}, against {median}."),
    "S4": N_("One of our residences is near ({value}): easy to manage."),
    "S5": N_("Each new dwelling would free {value}, against {median}."),
    "S6": N_("Its agency has room for more work ({value}, against {median})."),
    "F1": N_("The land is cheap: {value}, against {median}."),
    "F2": N_("It asks for little equity: {value}, against {median}."),
    "F3": N_("Dwellings to own may be sold at the reduced VAT of 5.5 %."),
    "F4": N_("Its price would be low: {value}, against {median}."),
    "F5": N_("By our working assumptions it could be delivered soon: {value}, against {median}."),
}
AGAINST = {
    "R1": N_("It holds only {value}; the usual site holds {median}."),
    "R2": N_("The plan allows only {value}, against {median} on the usual site."),
    "R3": N_("Part of it is protected: {value}, against {median}."),
    "R4": N_("No station lies within 500 m: the plan may ask for a parking place a dwelling."),
    "R5": N_("There is already much social housing around: {value} of the households, against {median}."),
    "T1": N_("The plot is badly shaped ({value}, against {median})."),
    "T2": N_("Its ground slopes: {value}, against {median}."),
    "T3": N_("There is much to demolish: {value}, against {median}."),
    "T4": N_("Former industry, a brownfield or a hazard weighs on it: {value}, against {median}."),
    "T5": N_("It has to be bought from several owners ({value}, against {median})."),
    "U1": N_("The station is far: {value} on foot, against {median}."),
    "U2": N_("The bus is far: {value} on foot, against {median}."),
    "U3": N_("Food, pharmacy or doctor is far: {value} on foot, against {median}."),
    "U4": N_("The school is far: {value} on foot, against {median}."),
    "U5": N_("The park is far: {value} on foot, against {median}."),
    "E1": N_("It is noisy: {value}, against {median}."),
    "E2": N_("It keeps little open soil: {value}, against {median}."),
    "E3": N_("The heat network is far: {value}, against {median}."),
    "E4": N_("It would build on open ground ({value})."),
    "E5": N_("It is hot in summer ({value}, against {median})."),
    "S1": N_("Few of our tenants ask for these dwellings: {value}, against {median}."),
    "S2": N_(
        "Near it, only {value} live in a dwelling that does not suit them and could move in; usually {median}."
    ),
    "S3": N_("We already have much for this public around: {value}, against {median}."),
    "S4": N_("None of our residences is near ({value}): dear to manage."),
    "S5": N_("Each new dwelling would free only {value}, against {median}."),
    "S6": N_("Its agency is already loaded ({value}, against {median})."),
    "F1": N_("The land is dear: {value}, against {median}."),
    "F2": N_("It asks for much equity: {value}, against {median}."),
    "F3": N_("Dwellings to own would be sold at the full VAT, but as BRS or PSLA."),
    "F4": N_("Its price would not be low enough: {value}, against {median}."),
    "F5": N_(
        "By our working assumptions, its owners or what stands on it hold it up: {value}, against {median}."
    ),
}

# what some criteria measure for social ownership: name, for, against
OWN = {
    "R4": (
        N_("Parking cap near a station"),
        N_("A station lies within 500 m: the plan may not ask for more than one parking place a dwelling to own."),
        N_("No station lies within 500 m: the law caps no parking place of a dwelling to own."),
    ),
    "S1": (
        N_("Transfer requests of those who could buy, per letting"),
        N_("Those of our tenants who could buy ask to move: {value}, against {median}."),
        N_("Few of our tenants who could buy ask to move: {value}, against {median}."),
    ),
    "S2": (
        N_("Possible buyers among our tenants, 500 m"),
        N_("Near it, {value} of ours could buy, by their size and age; usually {median}."),
        N_("Near it, only {value} of ours could buy, by their size and age; usually {median}."),
    ),
}  # fmt: skip


def name(code: str, public: str = FAMILY) -> str:
    """Write the name of a criterion, as it is measured for a public."""
    if public == OWNERSHIP and code in OWN:
        return _(OWN[code][0])
    return _(CRITERIA[code][0]) if code in CRITERIA else code


def measure(code: str, value: object) -> str:
    """Write a measure in the unit of its criterion."""
    if pd.isna(value):
        return _("unknown")
    if code in YES_OR_NO:
        return _("yes") if float(value) > 0.5 else _("no")
    _label, unit, digits = CRITERIA.get(code, (code, "", 2))
    if code in SIDES:
        return _sided(code, round(float(value), digits))
    return f"{number(value, digits)}{NO_BREAK}{_(unit) if unit else ''}".strip()


def for_whom(public: str) -> str:
    """Name a public with its tenure: social ownership is a tenure by itself, the others rent."""
    named = _(PUBLICS[public])
    return named if public == OWNERSHIP else f"{named} ({_('to let')})"


def _sided(code: str, value: float) -> str:
    """Write a share of 100 by the side of 0 on which it lies."""
    over, under, level = SIDES[code]
    if value == 0:
        return _(level)
    return _(over if value > 0 else under).format(n=percent(abs(value) / 100, 0))


def sentence(reason: Reason, public: str = FAMILY) -> str:
    """Write a reason as a plain sentence with its figures, for or against by the sign of its points."""
    told = (FOR if reason.points > 0 else AGAINST).get(reason.criterion)
    if public == OWNERSHIP and reason.criterion in OWN:
        told = OWN[reason.criterion][1 if reason.points > 0 else 2]
    value, median = measure(reason.criterion, reason.measure), measure(reason.criterion, reason.median)
    if told is None:
        return _("{criterion}: {value}, against {median} on the usual site.").format(
            criterion=name(reason.criterion, public), value=value, median=median
        )
    return _(told).format(value=value, median=median)


def points(value: float) -> str:
    """Write points of a score out of 100, with their sign."""
    return signed(value, 1)
