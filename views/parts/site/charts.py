"""The charts of a site: the balance year by year, and the steps from the usual site to this one."""

import altair as alt
import pandas as pd

from planning.decision.explain import Waterfall
from planning.publics import FAMILY
from views.parts.sites import words
from views.shared.i18n import _
from views.shared.numbers import number, signed

GAIN, LOSS, NEUTRAL = "#1c8a7f", "#d4622a", "#8a97a0"


def balance(account: pd.DataFrame, worst_year: int, tested: int) -> alt.Chart:
    """Draw the balance of each year as bars and the cumulative one as a line; the worst tested year is marked."""
    table = pd.DataFrame(
        {"year": account.index, "net": account["net"] / 1000, "cumulative": account["cumulative"] / 1000}
    )
    x = alt.X(
        "year:O",
        title=_("Year after delivery"),
        axis=alt.Axis(values=[1, *range(10, len(table) + 1, 10)], labelAngle=0),
    )
    colour = alt.condition("datum.net >= 0", alt.value(GAIN), alt.value(LOSS))
    tips = [
        alt.Tooltip("year:O", title=_("Year")),
        alt.Tooltip("net:Q", title=_("Balance of the year, k€"), format=".1f"),
        alt.Tooltip("cumulative:Q", title=_("Cumulative balance, k€"), format=".1f"),
    ]
    base = alt.Chart(table)
    y = alt.Y("net:Q", title=_("k€"))
    bars = base.mark_bar(opacity=0.75).encode(x=x, y=y, color=colour, tooltip=tips)
    line = base.mark_line(color="#2b79b0", strokeWidth=2.5).encode(x=x, y="cumulative:Q", tooltip=tips)
    worst = base.transform_filter(f"datum.year == {int(worst_year)}")
    mark = worst.mark_point(color="#2b79b0", size=120, filled=True).encode(
        x=x, y="cumulative:Q", tooltip=tips
    )
    limit = (
        alt.Chart(pd.DataFrame({"year": [tested]}))
        .mark_rule(strokeDash=[4, 4], color=NEUTRAL)
        .encode(x="year:O")
    )
    return (bars + line + mark + limit).properties(height=300)


def steps(found: Waterfall, public: str = FAMILY, most: int = 9) -> alt.Chart:
    """Draw the steps from the usual site's score to this one's, the largest first, the small ones together."""
    rows, at = [(_("Usual site"), 0.0, 100 * found.start, "total")], 100 * found.start
    points = 100 * found.steps["points"]
    told = [(words.name(str(code), public), step) for code, step in points.head(most).items()]
    told.append((_("All the others"), float(points.iloc[most:].sum())))
    for label, step in told:
        rows.append((label, at, at + step, "gain" if step >= 0 else "loss"))
        at += step
    rows.append((_("This site"), 0.0, 100 * found.end, "total"))
    table = pd.DataFrame(rows, columns=["what", "from", "to", "kind"])
    table["points"] = (table["to"] - table["from"]).round(1)
    table["told"] = [
        number(points, 1) if kind == "total" else signed(points, 1)
        for points, kind in zip(table["points"], table["kind"], strict=True)
    ]
    table = table[(table["kind"] == "total") | (table["points"] != 0)]
    y = alt.Y(
        "what:N", sort=list(table["what"]), title=None, axis=alt.Axis(labelLimit=260, labelOverlap=False)
    )
    bars = (
        alt.Chart(table)
        .mark_bar(height=15)
        .encode(
            x=alt.X("from:Q", title=_("Score out of 100")),
            x2="to:Q",
            y=y,
            color=alt.Color(
                "kind:N", legend=None,
                scale=alt.Scale(domain=["gain", "loss", "total"], range=[GAIN, LOSS, NEUTRAL]),
            ),
            tooltip=[
                alt.Tooltip("what:N", title=_("Criterion")),
                alt.Tooltip("told:N", title=_("Points")),
            ],
        )
    )  # fmt: skip
    text = (
        alt.Chart(table.assign(edge=table[["from", "to"]].max(axis=1)))
        .mark_text(align="left", dx=5, color=NEUTRAL)
        .encode(x="edge:Q", y=y, text="told:N")
    )
    return (bars + text).properties(height=26 * len(table) + 80)
