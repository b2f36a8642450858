"""Beside the map, while no residence is picked: the figure of all that is shown, the chart, the area picked."""

import pandas as pd
import streamlit as st

from views.parts.stock import atlas, mapping
from views.parts.stock import frames as data
from views.parts.stock.controls import View
from views.parts.stock.figures import CASE_WORDS, LEVELS, Figure
from views.parts.stock.paint import write
from views.shared import cache, html, palette, selection
from views.shared.codes import CATEGORIES, word
from views.shared.i18n import N_, _, ngettext
from views.shared.numbers import day, month, number, percent
from views.shared.text import in_sentence

MOST_BARS = 12
MOST_DRIVERS = 5
REQUESTS = ("complaints", "categories")
AGES = {
    "under_2d": N_("Under 2 days"),
    "2d_to_7d": N_("2 to 7 days"),
    "7d_to_30d": N_("7 to 30 days"),
    "30d_to_90d": N_("30 to 90 days"),
    "over_90d": N_("Over 90 days"),
}


def show(view: View, shown: pd.DataFrame, among: atlas.Among, area: str | None) -> None:
    """Show the figure of what the map shows, the area picked, and the chart of both."""
    if shown.empty:
        st.info(_("No residence passes these filters."))
        return
    with st.container(border=True, gap="small"):
        headline(view.figure, shown, among)
    if view.figure.column == "case_mode":
        cases(among)
    rows = atlas.values(view.figure, view.level, among)
    if area in rows.index:
        picked(view, rows.loc[area], area, shown)
        return
    chart(view.figure, rows, view.level, None)
    if view.figure.key == "backlog":
        ages(shown)
    if view.figure.key == "hot_spots":
        driving(rows)
    if view.figure.family in REQUESTS:
        trend(shown, among)
    if view.figure.family == "territory" or view.figure.scale == "words":
        st.caption(_("Touch a residence on the map, or search its name or address, to read its card."))


def headline(figure: Figure, shown: pd.DataFrame, among: atlas.Among) -> None:
    """Show the figure of all residences shown, added up then divided, and the size of what is shown."""
    size = (
        number(shown["dwellings"].sum(min_count=1)),
        _("dwellings"),
        ngettext("in {n} residence", "in {n} residences", len(shown)).format(n=number(len(shown))),
    )
    whole = atlas.total(figure, among)
    if whole is None:
        html.figures([size])
        return
    html.figures([(told(figure, whole), in_sentence(_(figure.label)), measured(figure, whole)), size])


def told(figure: Figure, row: pd.Series) -> str:
    """Write a figure, or that it may not be told."""
    return _("not shown") if row["hidden"] else write(figure, row["value"])


def measured(figure: Figure, row: pd.Series, on: pd.Timestamp | None = None) -> str:
    """Say what a figure was measured on, how much of it is known, and on which day."""
    parts = []
    if pd.notna(row["n"]):
        parts.append(_("{n} {unit}").format(n=number(row["n"]), unit=_(figure.unit)))
    if pd.notna(row["coverage"]):
        parts.append(_("{share} known").format(share=percent(row["coverage"], 0)))
    parts.append(_("on {day}").format(day=day(cache.reference_date() if on is None else on)))
    return " · ".join(parts)


def picked(view: View, row: pd.Series, area: str, shown: pd.DataFrame) -> None:
    """Show an area picked on the map: its figure, and the residences that make it."""
    figure = view.figure
    with st.container(border=True, gap="small"):
        html.heading(str(row["name"]), kicker=_(LEVELS[view.level]))
        html.figures(
            [
                (told(figure, row), in_sentence(_(figure.label)), measured(figure, row)),
                (number(row["dwellings"]), _("dwellings"), ""),
            ]
        )
        st.button(
            _("Put this away"),
            icon=":material/close:",
            type="tertiary",
            on_click=selection.select,
            args=(view.level, None),
            kwargs={"look": False},
        )
    inside = cache.area_of(view.level)
    ids = shown.index.intersection(inside.index[inside == area])
    if "residence" in figure.levels:
        rows = atlas.values(figure, "residence")
        chart(figure, rows.loc[rows.index.intersection(ids)], "residence", None)
    if figure.family in REQUESTS:
        trend(shown.loc[ids], atlas.Among.these(ids))


def chart(figure: Figure, rows: pd.DataFrame, level: str, chosen: str | None) -> None:
    """Show the highest values as bars, or how many places have each word."""
    if figure.family == "territory":
        sizes = rows.groupby("value")["dwellings"].sum().sort_values(ascending=False)
        html.section(_("Dwellings by sector"))
        most = float(sizes.max()) if len(sizes) else 0.0
        html.bars(
            [(str(name), float(many), most, number(many)) for name, many in sizes.head(MOST_BARS).items()]
        )
        return
    known = rows[rows["value"].notna() & ~rows["hidden"]]
    if known.empty:
        st.info(_("Nothing to compare: no value is known, or none may be told."))
        return
    if figure.scale == "words":
        words(figure, known)
        return
    ascending = figure.scale == "gain"
    ordered = known.sort_values("value", ascending=ascending, kind="stable").head(MOST_BARS)
    most = float(known["value"].abs().max()) or 1.0
    title = _("Lowest: {figure}") if ascending else _("Highest: {figure}")
    html.section(title.format(figure=in_sentence(_(figure.label))))
    html.bars(
        [
            (str(row["name"]), abs(float(row["value"])), most, figure.write(row["value"]))
            for _id, row in ordered.iterrows()
        ]
    )
    if len(known) > MOST_BARS:
        st.caption(_("{n} of {whole}; the table has them all.").format(n=MOST_BARS, whole=number(len(known))))


def cases(among: atlas.Among) -> None:
    """Show how many households of all that is shown are in each case of the law, as they may be told."""
    counts = atlas.cases(among)
    if counts.dropna().empty:
        return
    html.section(_("Households in each case, to 5"))
    most = float(counts.max()) or 1.0
    html.bars(
        [
            (_(CASE_WORDS[case]), None if pd.isna(many) else float(many), most, number(many))
            for case, many in counts.items()
        ]
    )


def words(figure: Figure, known: pd.DataFrame) -> None:
    """Show how many dwellings the places of each word hold, in the order of the words where they have one."""
    sizes = known.groupby("value")["dwellings"].agg(["sum", "size"]).sort_values("sum", ascending=False)
    if set(sizes.index) <= set(figure.words):
        sizes = sizes.loc[[word for word in figure.words if word in sizes.index]]
    html.section(_("Dwellings of the places in each class"))
    most = float(sizes["sum"].max())
    html.bars(
        [(write(figure, code), float(row["sum"]), most, number(row["sum"])) for code, row in sizes.iterrows()]
    )


def ages(shown: pd.DataFrame) -> None:
    """Show the requests open on the day by age."""
    rows = data.open_by_age()
    counted = rows[rows.index.isin(shown.index)].sum()
    if not counted.get("open", 0) or shown["dwellings"].sum() < atlas.least():
        return
    html.section(_("Open requests by age"))
    most = float(counted.drop("open").max())
    html.bars([(_(AGES[band]), float(counted[band]), most, number(counted[band])) for band in AGES])


def driving(rows: pd.DataFrame) -> None:
    """Show the subjects that set hot residences apart from the rest of the stock."""
    hot = rows.index[(rows["value"] == "hot").fillna(False)]
    if hot.empty or rows.loc[hot, "dwellings"].sum() < atlas.least():
        return
    found = data.driving(hot)
    html.section(_("What drives the hot spots"))
    if found.empty:
        st.caption(_("No subject alone exceeds what chance allows."))
        return
    most = float(found["excess"].max())
    html.bars(
        [
            (
                word(CATEGORIES, subject),
                float(one["excess"]),
                most,
                _("× {n}").format(n=number(one["times"], 1)),
            )
            for subject, one in found.head(MOST_DRIVERS).iterrows()
        ]
    )
    st.caption(_("Requests of twelve months, beside the rate of all other residences."))


def trend(shown: pd.DataFrame, among: atlas.Among) -> None:
    """Show the requests opened each month, technical and tranquillity apart."""
    counted, firsts = atlas.requests_by_month(among), data.months(mapping.MONTHS)
    if counted.empty or len(firsts) < 2 or shown["dwellings"].sum() < atlas.least():
        return
    for title, subject, colour in (
        (_("Technical requests by month"), "technical", palette.SEQUENCES["burden"]["light"][3]),
        (_("Requests on tranquillity by month"), "tranquillity", palette.CATEGORIES[4]),
    ):
        opened = counted[subject].reindex(firsts).fillna(0)
        html.section(title)
        html.columns([(month(first), float(many), number(many)) for first, many in opened.items()], colour)
