"""Up to four sites side by side: their plans, their figures, what tips one over another."""

import numpy as np
import pandas as pd
import streamlit as st

from planning.decision import DecisionError, pairwise_wins, tipping_weights
from planning.decision.robustness import draw_weights
from planning.publics import OWNERSHIP
from views.parts.site import plan as drawing
from views.parts.sites import frames as data
from views.parts.sites import judging, words
from views.shared import cache, html
from views.shared.html import Fact
from views.shared.i18n import _, ngettext
from views.shared.numbers import NO_BREAK, number, percent, quantity
from views.shared.text import md_text

MOST = 4
KEY = "compared"


def chosen() -> list[str]:
    """Return the sites to compare, in the order they were added."""
    return st.session_state.setdefault(KEY, [])


def toggle(bar, site_id: str) -> None:
    """Offer to add a site to the comparison, or to take it out."""
    held = chosen()
    inside = site_id in held
    bar.button(
        _("Leave the comparison") if inside else _("Compare"),
        icon=":material/remove:" if inside else ":material/compare_arrows:",
        key=f"compare-{site_id}",
        disabled=not inside and len(held) >= MOST,
        on_click=_toggle,
        args=(site_id,),
    )


def _toggle(site_id: str) -> None:
    held = chosen()
    st.session_state[KEY] = [s for s in held if s != site_id] if site_id in held else [*held, site_id]


def show(ranked: pd.DataFrame, form: str, public: str, weights: pd.Series, points: judging.Points) -> None:
    """Show the sites chosen side by side."""
    options = list(ranked.index[ranked["fits"]][:300])
    held = [s for s in chosen() if s in ranked.index]
    names = ranked["title"].astype("object")
    picked = st.multiselect(
        _("Sites to compare, four at most"), [*dict.fromkeys([*held, *options])], held, max_selections=MOST,
        placeholder=_("Choose here, or “Compare” on a card"),
        format_func=lambda s: f"{names.get(s)} ({s})", key=f"compare-picked-{'-'.join(held)}",
    )  # fmt: skip
    if picked != held:
        st.session_state[KEY] = picked
        st.rerun()
    if not held:
        st.info(_("Choose two to four sites here, or “Compare” on their cards."))
        return
    one = judging.judged(form, public, points)
    sure = judging.robust(form, public, weights, points, k=10, draws=judging.LIVE_DRAWS).table["top"]
    for column, site_id in zip(st.columns(len(held), gap="medium"), held, strict=True):
        with column:
            _drawn(ranked.loc[site_id], form, public)
    _figures(ranked.loc[held], one, sure)
    fitting = [s for s in held if s in one.values.index]
    if len(fitting) >= 2:
        _duel(fitting, names, one, weights)


def _drawn(row: pd.Series, form: str, public: str) -> None:
    """Draw the plan of a site in a square, under its name."""
    site_id, title = str(row.name), str(row["title"])
    html.heading(title, site_id)
    found = drawing.plan(data.explain(site_id, public), form, pieces=data.layout(site_id, form, public))
    plan = drawing.svg(drawing.squared(found), 320, title=title)
    st.image(plan, alt=f"{_('Plan, north up')} · {title}", width="stretch")
    if not row["fits"]:
        st.caption(_("This form does not fit here."))


def _figures(rows: pd.DataFrame, one, sure: pd.Series) -> None:
    """Set the figures of the sites side by side, a row a figure; nothing under a site that does not take the form."""
    columns = [
        {fact.label: fact for fact in facts(row, one, sure.get(row.name))} if row["fits"] else {}
        for _site, row in rows.iterrows()
    ]
    labels = list(dict.fromkeys(label for column in columns for label in column))
    cells = [
        (label, [_cell(column[label]) if label in column else "–" for column in columns]) for label in labels
    ]
    if cells:
        html.grid(["", *rows["title"].astype(str)], cells)


def _cell(fact: Fact) -> str:
    return " · ".join(part for part in (fact.value, fact.note) if part)


def facts(row: pd.Series, one, sure) -> list[Fact]:
    """Return the figures of a site that takes the form."""
    site_id = str(row.name)
    rental, owned = one.rental.loc[site_id], one.ownership.loc[site_id]
    sold = one.public == OWNERSHIP
    needed = one.needs.loc[site_id]
    return [
        Fact(_("Rank"), number(row["rank"]), _("top 10 in {share} of draws").format(share=percent(sure, 0))),
        Fact(_("Score"), data.words_of_score(row["score"])),
        Fact(_("Reliability"), percent(row["reliability"], 0)),
        Fact(_("Dwellings"), number(row["dwellings"])),
        Fact(_("Floors"), number(row["floors"])),
        Fact(_("Land"), quantity(row["area_m2"], "m²")),
        Fact(
            _("Cost"),
            _each(owned["owned_cost_eur"] if sold else rental["cost_eur"], row),
            _("without VAT") if sold else _("to let"),
        ),
        *([] if sold else [Fact(_("Least equity"), _each(rental["least_equity_eur"], row))]),
        Fact(_("BRS price"), quantity(owned["brs_sale_eur_m2"], "€/m²"), _standing_on(owned)),
        *([Fact(_("PSLA price"), quantity(owned["psla_sale_eur_m2"], "€/m²"))] if sold else []),
        Fact(
            words.name("S2", one.public) if sold else _("Mismatches within 500 m"),
            words.measure("S2", needed["S2"]),
        ),
        Fact(_("Moves freed"), number(needed["moves"], 0)),
        Fact(
            _("Station"),
            words.measure("U1", one.measures["U1"].get(site_id)) if "U1" in one.measures else _("unknown"),
        ),
    ]


def _each(amount_eur: float, row: pd.Series) -> str:
    """Write an amount by dwelling, in thousands of euros."""
    return quantity(amount_eur / row["dwellings"] / 1000, f"k€{NO_BREAK}/{NO_BREAK}" + _("dw."))


def _standing_on(owned: pd.Series) -> str:
    """Say which layout the figures of ownership stand on."""
    if pd.isna(owned["dwellings"]):
        return _("the layout to own does not fit")
    return ngettext("layout of {n} dwelling", "layout of {n} dwellings", int(owned["dwellings"])).format(
        n=number(owned["dwellings"])
    )


def _duel(held: list[str], names: pd.Series, one, weights: pd.Series) -> None:
    """Say which of two is before the other, how often, and the weight that would turn them over."""
    first, second = sorted(held[:2], key=lambda s: -one.ranked(weights).at[s, "score"])
    p = cache.parameters()
    drawn = draw_weights(
        one.panel.weights(weights), int(p["robustness.draws"]), np.random.default_rng(1),
        concentration=p["robustness.concentration"],
    )  # fmt: skip
    wins = pairwise_wins(one.panel, drawn, [first, second]).at[first, second]
    st.markdown(
        _("**{first}** is before **{second}** in {share} of the sets of weights drawn around yours.").format(
            first=md_text(names[first]), second=md_text(names[second]), share=percent(wins, 0)
        )
    )
    known = one.values.loc[[first, second]].dropna(axis=1)
    kept = weights.reindex(known.columns)
    try:
        tipping = tipping_weights(known, kept / kept.sum(), first, second).dropna()
    except DecisionError:
        return
    whole = np.isclose(tipping["tipping"], 1) | np.isclose(
        tipping["tipping"], 0
    )  # they are equal there, not turned
    tipping = tipping[~whole].sort_values("change", key=abs).head(3)
    lines = [
        _("- {criterion}: at {tipping} of the weight in place of {weight}").format(
            criterion=words.name(code, one.public),
            tipping=percent(row["tipping"], 0),
            weight=percent(row["weight"], 0),
        )
        for code, row in tipping.iterrows()
    ]
    if lines:
        st.caption(_("One weight alone, the others keeping their proportions, would turn them over:"))
        st.markdown("\n".join(lines))
    else:
        st.caption(_("No single weight would turn them over."))
