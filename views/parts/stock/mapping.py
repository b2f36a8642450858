"""The map's text: areas filled, residences marked, months to play; made once for all visitors who see the same."""

import geopandas as gpd
import pandas as pd

from views.jobs.indicators import NAMED_IN
from views.parts.stock import atlas
from views.parts.stock import frames as data
from views.parts.stock.catalogue import FIGURES
from views.parts.stock.controls import View
from views.parts.stock.figures import Figure
from views.parts.stock.overlays import Painting
from views.parts.stock.paint import Style, paint, told, write
from views.shared import cache, layers, palette
from views.shared.classes import LegendLine, bounds_of, classify, lines
from views.shared.i18n import _, language
from views.shared.kept import kept
from views.shared.numbers import month
from views.shared.text import plain

SHAPES = {"sector": "sectors", "iris": "iris", "qpv": "qpv"}
MONTHS = 24
UNDER = 0.62  # residences drawn over filled areas are smaller


def layer(
    view: View,
    shown: gpd.GeoDataFrame,
    among: atlas.Among,
    area: str | None,
    on: pd.Timestamp | None = None,
) -> tuple[dict[str, str], list[tuple[str, list[LegendLine]]]]:
    """Return the texts of a map's layers, and its legends: title and lines of each figure drawn."""
    figure, second, style = view.figure, view.second, view.style
    under = Style(palette="even" if view.style.palette != "even" else "gain")
    if figure.key == "months":
        text, painted = months(shown, among, style)
        drawn = layers.coloured(marks(shown, among.mark), painted.colour, painted.letter)
        title = _("For 100 dwellings and a year; counts of the last month")
        ground = {"areas": areas(None, "sector", among, style), "residences": drawn, "months": text}
        return ground, [(title, painted.legend)]
    main = [(_(figure.label), painting(figure, view.level, among, style, on).legend)]
    figures = {"residences" if view.level == "residence" else "areas": named(figure)}
    if second:
        figures["areas" if view.level == "residence" else "residences"] = named(second)
    if view.level == "residence":
        level = view.second_level if second else "sector"
        ground = areas(second, level, among, under, on)
        if figure.family == "territory" and second is None:
            ground = data.sector_areas()
        drawn = residences(figure, shown, among, style, on, under=second is not None)
        if second:
            main.append((_(second.label), painting(second, level, among, under, on).legend))
        return {"areas": ground, "residences": drawn, "figures": figures}, main
    ground = areas(figure, view.level, among, style, on, picked=area)
    if second is None:
        return {"areas": ground, "figures": figures}, main
    main.append((_(second.label), painting(second, "residence", among, under, on).legend))
    drawn = residences(second, shown, among, under, on, under=True)
    return {"areas": ground, "residences": drawn, "figures": figures}, main


def named(figure: Figure) -> str:
    """Say which figure a value is of, before it."""
    return _("{figure}: ").format(figure=_(figure.label))


def _state(on: pd.Timestamp | None = None) -> tuple[object, ...]:
    """Return what every drawing follows: what the store holds, the day, the theme, the language."""
    known = cache.versions(*cache.COUNTED, "iris", "qpv", "agencies")
    return (*known, cache.reference_date(), on, palette.theme(), language())


@kept(
    256,
    lambda figure, level, among, style, on=None: (*_state(on), figure.key, level, among.mark, style),
)
def painting(
    figure: Figure, level: str, among: atlas.Among, style: Style, on: pd.Timestamp | None = None
) -> Painting:
    """Return the colours and the legend of a figure by a level; bounds are those of the whole stock today."""
    shown = atlas.values(figure, level, among, on)
    return paint(figure, shown, atlas.values(figure, level), style, palette.theme())


@kept(
    128,
    lambda figure, _shown, among, style, on=None, under=False: (
        *_state(on), figure.key, among.mark, style, under,
    ),
)  # fmt: skip
def residences(
    figure: Figure,
    shown: gpd.GeoDataFrame,
    among: atlas.Among,
    style: Style,
    on: pd.Timestamp | None = None,
    under: bool = False,
) -> str:
    """Return the marks of the residences shown, coloured by a figure; ``under``: they stand over filled areas."""
    painted = painting(figure, "residence", among, style, on)
    said = told(figure, atlas.values(figure, "residence", among, on))
    return layers.coloured(marks(shown, among.mark, under), painted.colour, painted.letter, said)


@kept(16, lambda _shown, mark, under=False: (cache.versions("residences"), mark, under))
def marks(shown: gpd.GeoDataFrame, mark: int, under: bool = False) -> layers.Marks:
    """Return what does not change of the residences shown, whatever the figure."""
    scale = UNDER if under else 1.0
    if len(shown) > layers.MANY:
        return layers.marks(shown, shown["name"], scale=scale)
    titles = shown["name"].str.cat(
        shown["address"].astype("object").where(shown["address"].notna(), ""), sep=" · "
    )
    return layers.marks(shown, titles.str.removesuffix(" · "), scale=scale)


@kept(
    128,
    lambda figure, level, among, style, on=None, picked=None: (
        *_state(on), figure and figure.key, level, among.mark, style, picked,
    ),
)  # fmt: skip
def areas(
    figure: Figure | None,
    level: str,
    among: atlas.Among,
    style: Style,
    on: pd.Timestamp | None = None,
    picked: str | None = None,
) -> str:
    """Return the areas of a level, filled by a figure; only their outlines without one."""
    drawn = outlines(level)
    line = palette.GROUND[palette.theme()]["ink"]
    names = cache.read(NAMED_IN[level], geometry=False)["name"].reindex(drawn.index)
    if figure is None:
        plain_line = {"color": line, "weight": 1.6, "opacity": 0.55, "fill": False}
        return layers.painted(
            drawn, pd.Series([plain_line] * len(drawn), index=drawn.index, dtype="object"), names
        )
    painted, values = painting(figure, level, among, style, on), atlas.values(figure, level, among, on)
    words = told(figure, values)
    styles, labels, said = {}, {}, {}
    for area in drawn.index:
        styles[area] = _style(painted.colour.get(area), line, area == picked)
        name = plain(names[area])
        labels[area] = _label(figure, level, name, values.loc[area] if area in values.index else None)
        said[area] = f"{name} · {words.get(area, _('no data'))}"
    return layers.painted(drawn, *(pd.Series(each, dtype="object") for each in (styles, labels, said)))


def _label(figure: Figure, level: str, name: str, row: pd.Series | None) -> str:
    """Return what is written on an area: its name and its number; statistical districts are too small for names."""
    told = "" if row is None or row["hidden"] or figure.scale == "words" else write(figure, row["value"])
    if level == "iris":
        return told
    return f"{name} · {told}" if told else name


def _style(colour: object, line: str, picked: bool) -> dict[str, object]:
    """Return how an area is drawn: its colour, hatched where it may not be told, dotted where unknown."""
    style = {"color": line, "weight": 4 if picked else 1.2, "opacity": 0.95 if picked else 0.6, "fill": True}
    if colour == palette.SUPPRESSED:
        return style | {"className": "is-hatched", "fillOpacity": 0.75}
    if pd.isna(colour):
        return style | {"fillColor": "#b9b5ac", "fillOpacity": 0.25, "dashArray": "2 5"}
    return style | {"fillColor": colour, "fillOpacity": 0.78}


@kept(8, lambda level: (cache.versions("sectors", "iris", "qpv", "residences", "dwellings"), level))
def outlines(level: str) -> pd.DataFrame:
    """Return the outlines of a level, areas of most dwellings first; an agency is the union of its sectors."""
    drawn, held = shapes(level), data.stock()["dwellings"].groupby(cache.area_of(level)).sum()
    size = held.reindex(drawn.index).astype("Float64").fillna(0)
    order = pd.DataFrame({"dwellings": size, "area_m2": drawn.area}).sort_values(
        ["dwellings", "area_m2"], ascending=False, kind="stable"
    )
    return layers.outlines(drawn.loc[order.index])


def shapes(level: str) -> gpd.GeoDataFrame:
    """Return the areas of a level that have a shape, EPSG:2154."""
    frame = cache.read("sectors" if level == "agency" else SHAPES[level])
    frame = frame[frame.geometry.notna()]
    if level == "agency":
        frame = frame.dropna(subset=["agency_id"])[["agency_id", "geometry"]].dissolve("agency_id")
    return frame


@kept(32, lambda _shown, among, style: (*_state(), among.mark, style))
def months(shown: gpd.GeoDataFrame, among: atlas.Among, style: Style) -> tuple[str, Painting]:
    """Return the months to play, and the legend they share: rates a year, so that months compare."""
    rates = data.monthly_rates(MONTHS)
    bounds = bounds_of(rates.stack(), style.method, style.classes, manual=style.manual)
    ramp = palette.sequence(style.palette or "burden", max(len(bounds) - 1, 0), palette.theme())
    classes = rates.apply(lambda column: classify(column, bounds))
    order = marks(shown, among.mark).order
    labels = [month(first) for first in rates.columns]
    last = rates[rates.columns[-1]].reindex(shown.index)
    colour = classify(last, bounds).map(dict(enumerate(ramp)), na_action="ignore").astype("object")
    figure = FIGURES["months"]
    legend = lines(rates.stack(), last, bounds, ramp, figure.write)
    said = [line.label for line in legend]
    text = layers.months_of(classes, order, labels, ramp, said, _("no data"))
    return text, Painting(colour, pd.Series("", index=shown.index), legend)
