"""What the solver says, in the reader's language: its sentences translated, their values written."""

from views.jobs.territory import Land
from views.jobs.territory_wishes import WORK
from views.parts.territories.state import COUNTED
from views.shared.i18n import N_, _
from views.shared.numbers import NO_BREAK, number, quantity

SENTENCES = (
    N_(
        "{unit} alone carries {share_pct} % of a sector's share of {criterion}:"
        " the tolerance must be {at_least_pct} % or more."
    ),
    N_(
        "The locks give {sector} {share_pct} % of its share of {criterion}: free some, or allow {at_least_pct} %."
    ),
    N_(
        "With the other limits as they are, the tolerance on {criterion} must be {at_least_pct} % or more;"
        " it is {asked_pct} %."
    ),
    N_(
        "With the other limits as they are, tenants are at {at_least} m or more on average; the cap is {asked} m."
    ),
    N_("With the other limits as they are, at least {at_least} % of tenants change; the cap is {asked} %."),
    N_("With the other limits as they are, borders are {at_least} km or more; the cap is {asked} km."),
    N_("No single limit is to blame: at least two of them must give way together."),
    N_(
        "No plan within every limit was found, and none is proven impossible:"
        " the nearest one exceeds {limit} by {over}."
    ),
)
"""All that stands in the way of a plan: the templates of planning.territory.wishes."""
LIMITS = {
    "mean_distance_m": N_("the cap on the mean distance"),
    "moved_pct": N_("the cap on tenants who change"),
    "border_km": N_("the cap on borders"),
}
UNITS = {"mean_distance_m": "m", "moved_pct": "%", "border_km": "km"}


def told(sentence, land: Land) -> str:
    """Return a sentence of the solver in the reader's language; names instead of keys."""
    return _(sentence.template).format(
        **{name: _value(name, value, sentence.values, land) for name, value in sentence.values.items()}
    )


def criterion(name: str) -> str:
    """Return what is shared, in words."""
    return _("work") if name == WORK else _(COUNTED[name]).lower()


def _value(name: str, value: object, values: dict, land: Land) -> str:
    if name == "criterion":
        return criterion(str(value))
    if name == "unit":
        return str(land.residences["name"].get(value, value))
    if name == "sector":
        return str(land.names.get(value, value))
    if name == "limit":
        return _limit(str(value))
    if name == "over":
        return quantity(float(value), UNITS.get(str(values["limit"]), "%"), 1).replace(" ", NO_BREAK)
    return number(float(value), 1)


def _limit(limit: str) -> str:
    if limit in LIMITS:
        return _(LIMITS[limit])
    return _("the tolerance on {criterion}").format(criterion=criterion(limit.removeprefix("tolerance:")))


def proof(kept: dict) -> str:
    """Say in one sentence how far a plan is from the best possible, from what was kept of its proof."""
    if not kept["feasible"]:
        return _("It is proved that no plan meets these wishes together.")
    if not kept["valid"]:
        return _("No plan within every limit was found yet; this is the nearest.")
    if kept["gap_pct"] is None:
        return _("The search was stopped before it could prove how good this plan is.")
    if kept["gap_pct"] < 0.005:
        return _("This plan is proved the best on these wishes: no other is better.")
    gap = quantity(max(kept["gap_pct"], 0.01), "%", 2)
    if kept.get("better_m") is None:
        return _("No plan can be more than {gap} better on these wishes.").format(gap=gap)
    return _("No plan can be more than {gap} better on these wishes: {metres} a tenant, at most.").format(
        gap=gap, metres=quantity(kept["better_m"], "m", 1)
    )
