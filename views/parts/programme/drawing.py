"""The programme drawn: a bar an operation by year, the frontier, the map."""

import altair as alt
import geopandas as gpd
import pandas as pd

from views.parts.programme.words import TENURES, operation
from views.shared import layers
from views.shared.codes import word
from views.shared.i18n import _

YEARS = (
    "#2b79b0",
    "#1c8a7f",
    "#c9a227",
    "#d4622a",
    "#8e4585",
    "#5f6b73",
    "#7fae42",
    "#b0475e",
    "#3f5fa8",
    "#8a6d3b",
)
TENURE = {"rental": "#2b8a8f", "ownership": "#d08a2b"}
DOT_M = 45


def gantt(chosen: pd.DataFrame, names: pd.Series, lead_years: int) -> alt.Chart:
    """Draw each operation from its start to its delivery, by the name of its site; the colour says the tenure."""
    table = pd.DataFrame(
        {
            "site": names.to_numpy(),
            "what": [operation(row) for _index, row in chosen.iterrows()],
            "tenure": chosen["tenure"].map(lambda code: word(TENURES, code)),
            "dwellings": chosen["dwellings"],
            "start": chosen["start_year"],
            "end": chosen["start_year"] + lead_years,
        }
    )
    colours = alt.Scale(domain=[word(TENURES, code) for code in TENURE], range=list(TENURE.values()))
    x = alt.X(
        "start:Q",
        title=None,
        axis=alt.Axis(format="d", tickMinStep=1),
        scale=alt.Scale(zero=False, nice=False),
    )
    return (
        alt.Chart(table)
        .mark_bar(height=11, cornerRadius=3)
        .encode(
            x=x,
            x2="end:Q",
            y=alt.Y(
                "site:N",
                sort=list(table["site"]),
                title=None,
                axis=alt.Axis(labelLimit=220, labelOverlap=False),
            ),
            color=alt.Color("tenure:N", title=None, scale=colours, legend=alt.Legend(orient="top")),
            tooltip=[
                alt.Tooltip("site:N", title=_("Site")),
                alt.Tooltip("what:N", title=_("Operation")),
                alt.Tooltip("dwellings:Q", title=_("Dwellings")),
                alt.Tooltip("start:Q", title=_("Start"), format="d"),
            ],
        )
        .properties(height=max(120, 19 * len(table)))
    )


def frontier(table: pd.DataFrame, second: str, title: str) -> alt.Chart:
    """Draw dwellings against another objective."""
    return (
        alt.Chart(table)
        .mark_line(point=alt.OverlayMarkDef(size=90), color="#2b79b0")
        .encode(
            x=alt.X(f"{second}:Q", title=title, scale=alt.Scale(zero=False)),
            y=alt.Y("dwellings:Q", title=_("Dwellings"), scale=alt.Scale(zero=False)),
            tooltip=[
                alt.Tooltip("dwellings:Q", title=_("Dwellings")),
                alt.Tooltip(f"{second}:Q", format=".3f", title=title),
                alt.Tooltip("operations:Q", title=_("Operations")),
            ],
        )
        .properties(height=320)
    )


def colour_of(year: int, years: tuple[int, ...]) -> str:
    """Colour of a start year."""
    return YEARS[years.index(year) % len(YEARS)]


def on_map(chosen: pd.DataFrame, sites: gpd.GeoDataFrame, years: tuple[int, ...]) -> str:
    """Draw each site as a disc of the colour of its start year."""
    texts = []
    for site, year in zip(chosen["site_id"], chosen["start_year"], strict=True):
        if site in sites.index:
            tone = colour_of(int(year), years)
            style = {"color": "#ffffff", "weight": 1.5, "fillColor": tone, "fillOpacity": 0.95}
            disc = sites.geometry[site].representative_point().buffer(DOT_M, quad_segs=8)
            texts.append(layers.shape(disc, style))
    return "[" + ",".join(texts) + "]"
