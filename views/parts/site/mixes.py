"""The mix laid out on a site beside the mix that would free most moves in the landlord's stock there."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from planning.needs import TYPES, UNTOLD, internal_most_share, mix_that_frees_most
from planning.publics import mix_of
from views.jobs.scores import Judged
from views.parts.site.state import Shown
from views.shared import cache, html
from views.shared.i18n import _
from views.shared.numbers import number, percent

WIDTH_PX = 860


@dataclass(frozen=True, slots=True)
class Mix:
    """Dwellings of each type (`TYPES`), those that suit a mismatched household, moves freed, and a new dwelling."""

    dwellings: tuple[float, ...]
    suiting: float
    moves: float
    each: float


def show(s: Shown) -> None:
    """Say which mix would free most moves here, beside the one laid out; why not, where the stock does not tell."""
    if not s.fits or s.site_id not in s.judged.needs.index:
        return
    p = cache.parameters()
    st.subheader(_("Which mix would free most moves here"))
    why = untold(s.judged.needs.loc[s.site_id], s.public, p["need.cases_m"])
    if why:
        st.caption(why)
        return
    laid, best = compared(s.judged, s.site_id, p)
    st.markdown(sentence(laid, best))
    heads, rows = table(laid, best)
    with st.container(width=WIDTH_PX):
        html.grid(heads, rows, strong=[1] if _gains(laid, best) else [])
        for note in notes(best, internal_most_share(p, s.public)):
            st.caption(note)


def untold(need: pd.Series, public: str, radius_m: float) -> str:
    """Say why no mix can be told to free most here; nothing where one can."""
    if pd.isna(need["S4"]):
        return _("Unknown: none of our residences has a place on the map.")
    if public in UNTOLD:
        return _("Unknown: the register does not tell which households are of this public.")
    if pd.isna(need["best_mix"]):
        return _("Unknown: the households of our stock are not known.")
    if not need[[f"cases_{kind}" for kind in TYPES]].sum():
        return _(
            "No mismatched household is told within {m} m: no mix would free more moves than another."
        ).format(m=number(radius_m))
    return ""


def compared(judged: Judged, site_id: str, p: Mapping[str, float]) -> tuple[Mix, Mix]:
    """Return the mix laid out (shared out by the usual mix where the layout does not count it) and the best one."""
    need, row = judged.needs.loc[site_id], judged.fitting.loc[site_id]
    size = float(row["dwellings"])
    usual = mix_of(p, judged.form, judged.public)
    laid = [
        size * usual.get(kind, 0.0) if pd.isna(row.get(kind.lower())) else float(row[kind.lower()])
        for kind in TYPES
    ]
    told = need[[f"cases_{kind}" for kind in TYPES]].to_numpy(dtype=float)
    best = mix_that_frees_most(told[None, :], np.array([size]))[0]
    return (
        Mix(tuple(laid), float(need["relieved"]), float(need["moves"]), float(need["S5"])),
        Mix(
            tuple(best), float(np.minimum(told, best).sum()),
            float(need["S5_best"]) * size, float(need["S5_best"]),
        ),
    )  # fmt: skip


def sentence(laid: Mix, best: Mix) -> str:
    """Say in one sentence what the mix laid out frees, and what the best one would."""
    if not _gains(laid, best):
        return _("Moves freed: {moves} with the mix laid out; no other mix of this size frees more.").format(
            moves=number(laid.moves, 0)
        )
    told = " + ".join(f"{number(n, 0)} {kind}" for kind, n in zip(TYPES, best.dwellings, strict=True) if n)
    return _(
        "Moves freed: {moves} with the mix laid out, {best} with {mix}, the mix that frees most."
    ).format(moves=number(laid.moves, 0), best=number(best.moves, 0), mix=told)


def table(laid: Mix, best: Mix) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Return the two mixes as a table: heads, then a row a mix."""
    heads = ["", *TYPES, _("Suit a household"), _("Moves freed"), _("A new dwelling")]
    return heads, [(_("Mix laid out"), _cells(laid)), (_("Mix that frees most"), _cells(best))]


def notes(best: Mix, most_share: float) -> list[str]:
    """Say what bounds the moves, and which dwellings of the best mix could as well be of another type."""
    lines = [
        _("At most {share} of the new dwellings are counted for our own tenants (assumed).").format(
            share=percent(most_share, 0)
        )
    ]
    spare = sum(best.dwellings) - best.suiting
    if spare >= 1:
        lines.append(
            _("Dwellings of the mix that suit no household told: {n}; their type changes nothing.").format(
                n=number(spare, 0)
            )
        )
    return lines


def _gains(laid: Mix, best: Mix) -> bool:
    return round(best.moves) > round(laid.moves)


def _cells(mix: Mix) -> list[str]:
    counts = [number(n, 0 if float(n).is_integer() else 1) if n else "–" for n in mix.dwellings]
    return [*counts, number(mix.suiting, 0), number(mix.moves, 0), number(mix.each, 2)]
