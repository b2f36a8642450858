"""Where a site stands among those that take the form: its rank, how sure it is, what would change it, in words."""

import pandas as pd

from planning.decision import what_would_change
from views.parts.site.state import Shown
from views.parts.sites import frames, judging, words
from views.shared import cache
from views.shared.i18n import _
from views.shared.numbers import number, percent

TOP = 10


def tied(s: Shown) -> pd.Index:
    """Return the other sites whose score is the same: they share the rank."""
    places = s.judged.ranked(s.weights)["rank"]
    return places.index[places == places[s.site_id]].drop(s.site_id)


def rank(s: Shown) -> str:
    """Write the rank, whether it is shared, and how often the site is among the best ten of the draws."""
    return _("{rank} of {n}; top {k} in {share} of draws").format(
        rank=place(s), n=number(len(s.judged.panel.index)), k=TOP,
        share=percent(_robust(s).table["top"][s.site_id], 0),
    )  # fmt: skip


def place(s: Shown) -> str:
    """Write the rank, and whether others share it."""
    at = number(s.row["rank"])
    return _("{rank} (tied)").format(rank=at) if len(tied(s)) else at


def central(s: Shown) -> str:
    """Say how often the site comes first, and what those who would put it first weigh; else who does come first."""
    found = _robust(s)
    if s.site_id not in found.central.index:
        return _never(s, found)
    theirs, yours = (w.groupby(w.index.str[0]).sum() for w in (found.central.loc[s.site_id], s.weights))
    lean = (theirs / theirs.sum() - yours / yours.sum()).sort_values(key=abs, ascending=False).head(2)
    told = ", ".join(
        _("{family} {share} (yours {yours})").format(
            family=_(words.FAMILIES[str(family)]), share=percent(theirs[family] / theirs.sum(), 0),
            yours=percent(yours[family], 0),
        )
        for family in lean.index
    )  # fmt: skip
    return _("It comes first in {share} of {n} draws; the weights that make it so: {told}.").format(
        share=percent(found.table.at[s.site_id, "first"], 0), n=number(found.draws), told=told
    )


def _never(s: Shown, found) -> str:
    best = found.table["first"].idxmax()
    told = {
        "n": number(found.draws), "share": percent(found.table.at[best, "first"], 0),
        "site": _title(s, best),
    }  # fmt: skip
    if s.row["rank"] == 1:
        return _(
            "Its rank holds for the figures as they stand. Of {n} draws of weights, costs and unknowns, none leaves it "
            "first: {site} comes before it, first in {share}."
        ).format(**told)
    return _(
        "It comes first in none of the {n} draws of weights, costs and unknowns; most often, {site} does ({share})."
    ).format(**told)


def changes(s: Shown, count: int = 3) -> list[str]:
    """Return what would bring the site among the best ten, or to the first place if it is there, as sentences."""
    at = int(s.row["rank"])
    target = 1 if at <= TOP else TOP
    if at == 1:
        return [_first(s)]
    found = what_would_change(
        s.judged.panel, s.weights, s.judged.criteria, s.judged.measures, s.site_id, rank=target
    )
    reachable = found["needed"].notna() & found["measure"].notna()
    found = found[reachable & ~found.index.isin(["S1", "S3", "S6"])].head(count)
    if found.empty:
        return [_("No single criterion would bring it to rank {rank}.").format(rank=number(target))]
    return [
        _("{criterion}: {needed} in place of {measure} would bring it to rank {rank}.").format(
            criterion=words.name(str(code), s.public), needed=words.measure(str(code), row["needed"]),
            measure=words.measure(str(code), row["measure"]), rank=number(target),
        )
        for code, row in found.iterrows()
    ]  # fmt: skip


def _first(s: Shown) -> str:
    others = tied(s)
    if others.empty:
        return _("It is the first of all under these weights.")
    named = ", ".join(_title(s, other) for other in others[:3])
    return _("It shares the first place under these weights, with the same score as {sites}.").format(
        sites=named + (f" (+{number(len(others) - 3)})" if len(others) > 3 else "")
    )


def _title(s: Shown, site_id: str) -> str:
    """Name another site as its page does."""
    return frames.title(s.form, s.public, site_id)


def _robust(s: Shown):
    draws = int(cache.parameters()["robustness.draws"])
    return judging.robust(s.form, s.public, s.weights, s.points, k=TOP, draws=draws)
