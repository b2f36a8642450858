"""What a plan does to residences, lodges and teams, in sentences."""

from collections.abc import Sequence

from views.jobs.territory import Effects
from views.parts.territories.panels import dwellings, residences
from views.shared.i18n import _, ngettext
from views.shared.numbers import number

MOST_NAMES = 6


def effect_sentences(found: Effects) -> list[str]:
    """Say what a plan does to residences, lodges and teams."""
    if not found.residences:
        return []
    told = [
        _("{residences} change, {dwellings}, {lodges} with their caretakers.").format(
            residences=residences(found.residences),
            dwellings=dwellings(found.dwellings),
            lodges=ngettext("{n} lodge", "{n} lodges", found.lodges).format(n=number(found.lodges)),
        )
    ]
    teams, rounds = len(found.teams_split), len(found.rounds_split)
    told.append(
        ngettext("{n} sector team is split: {names}.", "{n} sector teams are split: {names}.", teams).format(
            n=number(teams), names=_some(found.teams_split)
        )
        if teams
        else _("No sector team is split.")
    )
    told.append(
        ngettext(
            "{n} lodge has its round split (its nearest residences, assumed): {names}.",
            "{n} lodges have their round split (their nearest residences, assumed): {names}.",
            rounds,
        ).format(n=number(rounds), names=_some(found.rounds_split))
        if rounds
        else _("No lodge has its round split (its nearest residences, assumed).")
    )
    return [sentence.replace("….", "…") for sentence in told]


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:MOST_NAMES]) + ("…" if len(names) > MOST_NAMES else "")
