"""Need against cost: the sites that no other one beats on both, drawn over all."""

import altair as alt
import pandas as pd
import streamlit as st

from planning.decision import pareto
from planning.publics import OWNERSHIP
from views.jobs.scores import Judged
from views.parts.sites import judging
from views.shared import charts
from views.shared.i18n import _
from views.shared.numbers import number
from views.shared.text import md_text

SHOWN = 1500


def show(ranked: pd.DataFrame, form: str, public: str, points: judging.Points) -> None:
    """Draw each site by the moves it frees and what it asks a dwelling (`_asked`); name those that nobody beats."""
    one = judging.judged(form, public, points)
    need = one.needs["moves"]
    what = _("Moves freed in our stock")
    if need.isna().all():
        need, what = one.fitting["dwellings"].astype(float), _("Dwellings")
    equity, label = _asked(one)
    table = pd.DataFrame({"need": need, "equity": equity}).replace(float("inf"), float("nan"))
    table = table.loc[table.index.intersection(ranked.index)]
    best = pareto(table, {"need": 1, "equity": -1})
    table = table.assign(
        best=best,
        title=ranked["title"].reindex(table.index).astype("object"),
        score=ranked["score"].reindex(table.index),
    ).dropna(subset=["need", "equity"])
    if table.empty:
        st.info(_("Nothing to draw: the need or the cost of every site is unknown."))
        return
    kept = pd.concat([table[table["best"]], table[~table["best"]].head(SHOWN)]).reset_index(names="site")
    dot = alt.Chart(kept).encode(
        x=alt.X("equity:Q", title=label, scale=alt.Scale(zero=False)),
        y=alt.Y("need:Q", title=what),
        tooltip=[
            alt.Tooltip("title:N", title=_("Site")), alt.Tooltip("need:Q", title=what, format=".1f"),
            alt.Tooltip("equity:Q", title=label, format=".1f"),
            alt.Tooltip("score:Q", title=_("Score"), format=".0f"),
        ],
    )  # fmt: skip
    others = dot.transform_filter("!datum.best").mark_circle(size=34, opacity=0.35, color="#8a97a0")
    front = dot.transform_filter("datum.best")
    drawn = (
        others
        + front.mark_line(color="#d55e00", opacity=0.6, interpolate="step-before").encode(order="equity:Q")
        + front.mark_circle(size=110, color="#d55e00")
    )
    charts.show(drawn.properties(height=380))
    names = table[table["best"]].sort_values("equity")
    st.caption(
        _(
            "In orange, the {n} sites that no other one beats both on need and on cost, cheapest first:"
        ).format(n=number(len(names)))
        + " "
        + ", ".join(md_text(title) for title in names["title"].head(12))
    )


def _asked(one: Judged) -> tuple[pd.Series, str]:
    """What a dwelling asks for, k€, and its name: the least equity to let; to own, what it costs before it is sold."""
    if one.public == OWNERSHIP:
        owned = one.ownership
        return owned["owned_cost_eur"] / owned["dwellings"] / 1000, _(
            "Cost to own, k€ a dwelling without VAT"
        )
    return one.rental["least_equity_eur"] / one.rental["dwellings"] / 1000, _("Least equity, k€ a dwelling")
