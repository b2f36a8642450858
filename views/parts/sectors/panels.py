"""The parts of the page of a sector: its map, its figures, the ranking of its residences, vacancy checked twice."""

import geopandas as gpd
import pandas as pd
import streamlit as st

from views.parts.cards import frames, pieces
from views.parts.cards.words import IDENTITIES, STANDINGS
from views.parts.sectors import funnel
from views.parts.stock import atlas, mapping
from views.parts.stock import frames as stock
from views.parts.stock.figures import Figure
from views.parts.stock.overlays import Painting
from views.parts.stock.paint import Style, paint, told
from views.shared import cache, frame, html, layers, palette, selection
from views.shared.i18n import _, ngettext
from views.shared.kept import kept
from views.shared.map import clicked, show
from views.shared.numbers import number, percent

MAP, REACH_M, SHOWN, MAP_PX = "sector_map", 60, 15, 460
MORE = "sector-ranks-all"


def painting(figure: Figure, residences: pd.DataFrame, theme: str) -> Painting:
    """Return how the residences of an area are drawn: in the classes of the whole stock."""
    whole = atlas.values(figure, "residence")
    return paint(figure, whole.reindex(residences.index), whole, Style(), theme)


def draw(figure: Figure, of: str, key: str, residences: gpd.GeoDataFrame) -> None:
    """Show the map of the area, its residences coloured by the figure, and the legend."""
    theme = palette.theme()
    drawn = painting(figure, residences, theme)
    sectors, ours = sectors_of(of, key)
    around = layers.corners(sectors[ours]) or layers.corners(residences) or stock.bounds()
    show(
        layers.description(
            "sector",
            areas=outlines(of, key, theme),
            residences=layers.residences(
                residences,
                drawn.colour,
                drawn.letter,
                residences["name"],
                told(figure, atlas.values(figure, "residence").reindex(residences.index)),
            ),
            figures={"residences": mapping.named(figure)},
            selected=selection.current("residence"),
        ),
        key=f"{MAP}-{of}-{key}",
        bounds=around,
        on_change=lambda: pick(f"{MAP}-{of}-{key}"),
        height_px=MAP_PX,
    )
    html.legend(_(figure.label), drawn.legend, _(figure.definition), frame.source("stock", "rpls"))


def sectors_of(of: str, key: str) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Return the sectors that have a shape, and which of them are the area's."""
    sectors = cache.read("sectors")
    sectors = sectors[sectors.geometry.notna()]
    ours = sectors.index.to_series() if of == "sector" else sectors["agency_id"]
    return sectors, (ours == key).fillna(False).astype(bool)


def outlines(of: str, key: str, theme: str) -> str:
    """Return the sectors as the map's script takes them, ours in a strong line."""
    return _outlines(cache.versions("sectors"), of, key, theme)


@kept(32)
def _outlines(versions: tuple[str, ...], of: str, key: str, theme: str) -> str:
    sectors, ours = sectors_of(of, key)
    ink = palette.GROUND[theme]["ink"]
    styles = [
        {
            "color": ink,
            "weight": 2.4 if mine else 1,
            "opacity": 0.8 if mine else 0.3,
            "fill": bool(mine),
            "fillColor": ink,
            "fillOpacity": 0.05,
        }
        for mine in ours
    ]
    names = sectors["name"].where(ours, "")
    return layers.areas(sectors, pd.Series(styles, index=sectors.index, dtype="object"), names)


def pick(key: str) -> None:
    """Pick the residence touched on the map."""
    click = clicked(st.session_state, key)
    if click:
        found = click.residence_id or stock.nearest(click.latitude, click.longitude, REACH_M)
        selection.select("residence", found, look=False)


def headline(of: str, key: str, residences: pd.DataFrame) -> None:
    """Show how large the area is, and the residence picked."""
    row = frames.row_of(of, key)
    html.figures(
        [
            (
                number(row.get("dwellings")),
                _("dwellings"),
                ngettext("in {n} residence", "in {n} residences", len(residences)).format(
                    n=number(len(residences))
                ),
            ),
            (number(row.get("open")), _("requests open"), ""),
        ]
    )
    picked = selection.current("residence")
    if picked in residences.index:
        with st.container(border=True):
            one = residences.loc[picked]
            html.heading(one["name"], one["address"] if pd.notna(one["address"]) else "")
            st.page_link(
                "stock.py",
                label=_("Open its card"),
                icon=":material/apartment:",
                query_params={"residence": picked},
            )


def rank_rows(figure: Figure, residences: pd.DataFrame) -> list[tuple]:
    """Return the ranking of the residences of an area, as its list takes it; ranks are those in the stock."""
    ranked = frames.ranked(figure)
    ours = ranked[ranked.index.isin(residences.index)]
    rows = []
    for key, one in ours.iterrows():
        standing = one["standing"]
        note = _(STANDINGS[standing]) if pd.notna(standing) and standing in STANDINGS else ""
        if pd.isna(one["rank"]):
            note = _("too little to be ranked")
        place = "–" if pd.isna(one["rank"]) else number(one["rank"])
        rows.append(
            (
                place,
                residences.at[key, "name"],
                figure.write(one["value"]),
                one["value"],
                one["low"],
                one["high"],
                note,
            )
        )
    return rows


def ranks(figure: Figure, residences: pd.DataFrame) -> None:
    """Show the residences in the order of the figure, each with what chance allows."""
    html.section(_("Residences by {figure}").format(figure=_(figure.label)))
    rows = rank_rows(figure, residences)
    if not rows:
        st.caption(_("This figure is not known here."))
        return
    total = frames.told(figure, frames.row_of("stock", "all")).number
    ends = [row[5] if pd.notna(row[5]) else row[3] for row in rows]
    shown = rows if st.session_state.get(MORE) else rows[:SHOWN]
    scale = max([float(end) for end in ends] + [0 if pd.isna(total) else float(total)])
    pieces.ranks(shown, scale, 0 if pd.isna(total) else float(total))
    if len(rows) > SHOWN:
        st.toggle(_("Show all {n}").format(n=number(len(rows))), key=MORE)
    hidden = len(residences) - len(rows)
    st.caption(
        " ".join(
            filter(
                None,
                (
                    _(
                        "Rank in the stock, {n} residences; dashed: the stock; line: 95 % interval; no rank "
                        "under {least} dwelling-years, dwellings or cases."
                    ).format(
                        n=number(frames.ranked(figure)["rank"].notna().sum()),
                        least=number(cache.parameters()["complaints.rank_least_dwelling_years"]),
                    ),
                    ngettext(
                        "{n} residence has no figure, or one that may not be told.",
                        "{n} residences have no figure, or one that may not be told.",
                        hidden,
                    ).format(n=number(hidden))
                    if hidden
                    else "",
                ),
            )
        )
    )


def draw_funnel(figure: Figure, residences: pd.DataFrame) -> None:
    """Show the funnel of the figure, where it has one."""
    drawn = funnel.funnel(figure, residences.index)
    if drawn is None:
        return
    html.section(_("What chance allows"))
    told = funnel.words(drawn)
    st.image(funnel.svg(drawn, figure, palette.theme()), width="stretch", alt=told)
    st.caption(
        told
        + " "
        + _("Dashed: 95 % of chance; full line: 99.8 %. Coloured: here; grey: the rest of the stock.")
    )


def identities(of: str, key: str) -> None:
    """Show vacancy as it is counted, and as its flow and duration imply."""
    found = frames.identities(of, key)
    if found is None:
        return
    html.section(_("Vacancy, checked twice"))
    rows = [
        (
            _(IDENTITIES[name]),
            percent(row["counted"], 2),
            percent(row["implied"], 2),
            ngettext("{n} move", "{n} moves", int(row["moves"])).format(n=number(row["moves"])),
            False,
        )
        for name, row in found.iterrows()
    ]
    pieces.beside(rows, (_("Counted"), _("Flow × duration")))
    st.caption(
        _(
            "In a steady state the stock of vacant dwellings is the flow of moves times how long they last: a "
            "gap means new deliveries, dwellings kept empty for works, or moves missing from the register."
        )
    )
