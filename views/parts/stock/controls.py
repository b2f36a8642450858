"""What the visitor chooses: figure, level, classes, a second layer, a comparison; all kept in the address."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from views.parts.stock import atlas
from views.parts.stock.catalogue import DEFAULT, FIGURES, of_family
from views.parts.stock.figures import FAMILIES, LEVELS, Figure
from views.parts.stock.paint import Style, write
from views.shared import address, base_maps, cache, html, palette
from views.shared.classes import LEAST_CLASSES, METHODS, MOST_CLASSES, read_bounds
from views.shared.i18n import _
from views.shared.kept import kept
from views.shared.numbers import day, number, percent
from views.shared.text import in_sentence, md_text

NONE = "none"
FILTERS = ("agency_id", "sector_id", "period", "kind", "size", "heating", "dpe_mode", "in_qpv")
AREA_LEVELS = tuple(level for level in LEVELS if level != "residence")
TODAY = "today"
USUAL_CLASSES = 5
REGISTER_BEGINS_DAYS, MOST_DAYS = 8, 5  # a register that begins in the first week of a year holds that year


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: a figure by a level; a second one over or under it; another map beside it."""

    figure: Figure
    level: str
    style: Style
    second: Figure | None
    second_level: str
    beside: Figure | None
    beside_on: pd.Timestamp | None

    def other(self) -> "View":
        """Return what the map beside shows: the same level where its figure has it, classes by the same method."""
        figure = self.beside or self.figure
        level = self.level if self.level in figure.levels else figure.levels[0]
        style = self.style if figure.key == self.figure.key else Style(classes=self.style.classes)
        return View(figure, level, style, None, "", None, None)


def fields() -> dict[str, address.Field]:
    """Return what the address holds, by its name there."""
    return {
        "figure": address.Field("figure", DEFAULT, FIGURES),
        "level": address.Field("level", "residence", LEVELS),
        "classes": address.Field("classes", USUAL_CLASSES, range(LEAST_CLASSES, MOST_CLASSES + 1), read=int),
        "method": address.Field("method", "quantiles", METHODS),
        "bounds": address.Field("bounds", ""),
        "palette": address.Field("palette", "", {"", *palette.PALETTES}),
        "with": address.Field("second", NONE, FIGURES),
        "with-level": address.Field("second-level", "sector", AREA_LEVELS),
        "beside": address.Field("beside", NONE, FIGURES),
        "beside-on": address.Field("beside-on", TODAY, {f"{on:%Y-%m-%d}" for on in earlier_days()}),
        "extent": address.Field("extent", None, several=True, read=float),
        **{f"in-{name}": address.Field(f"stock-{name}", [], several=True) for name in FILTERS},
    }


def restore() -> None:
    """Bring the session to the address, and to figures and levels that go together."""
    address.restore("stock", fields())
    state = st.session_state
    state.setdefault("figure", DEFAULT)
    if state.figure not in FIGURES:
        state.figure = DEFAULT
    state.setdefault("level", "residence")
    state.setdefault("classes", USUAL_CLASSES)
    state.family = FIGURES[state.figure].family
    state[f"figure-{state.family}"] = state.figure
    if state.level not in FIGURES[state.figure].levels:
        state.level = FIGURES[state.figure].levels[0]


def show(bar: st.delta_generator.DeltaGenerator) -> View:
    """Show the choices; return what they say."""
    restore()
    families(bar)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="atlas-bar")
    figure = chooser(row)
    level = level_chooser(row, figure)
    about(row, figure, level)
    style, second, second_level = display(row, figure, level)
    beside, on = comparison(row, figure)
    return View(figure, level, style, second, second_level, beside, on)


def families(bar: st.delta_generator.DeltaGenerator) -> None:
    """Show the families of figures; another one brings its own last figure."""
    bar.segmented_control(
        _("Subject"),
        list(FAMILIES),
        required=True,
        format_func=lambda key: _(FAMILIES[key]),
        key="family",
        on_change=_family_changed,
        label_visibility="collapsed",
    )


def _family_changed() -> None:
    family = st.session_state.family
    st.session_state.figure = st.session_state.get(f"figure-{family}") or of_family(family)[0]


def chooser(row: st.delta_generator.DeltaGenerator) -> Figure:
    """Show the figures of the family."""
    family = st.session_state.family
    keys = of_family(family)
    name = f"figure-{family}"
    if len(keys) > 1:
        row.selectbox(
            _("Figure"),
            keys,
            format_func=lambda key: _(FIGURES[key].label),
            key=name,
            on_change=_figure_changed,
            args=(name,),
            label_visibility="collapsed",
            filter_mode=None,
            width=300,
        )
    return FIGURES[st.session_state.figure]


def _figure_changed(name: str) -> None:
    st.session_state.figure = st.session_state[name]


def level_chooser(row: st.delta_generator.DeltaGenerator, figure: Figure) -> str:
    """Show the levels at which the figure exists."""
    if len(figure.levels) == 1:
        return figure.levels[0]
    return row.selectbox(
        _("By"),
        list(figure.levels),
        format_func=lambda key: _("By {level}").format(level=in_sentence(_(LEVELS[key]))),
        key="level",
        label_visibility="collapsed",
        filter_mode=None,
        width=190,
        persist_state="session",
    )


def about(row: st.delta_generator.DeltaGenerator, figure: Figure, level: str) -> None:
    """Offer what the figure is: definition, source, what it was measured on, its day; by a touch, not a hover."""
    with row.popover(_("Definition"), icon=":material/info:", key="about"):
        st.markdown(f"**{md_text(_(figure.label))}**")
        st.markdown(md_text(_(figure.definition)))
        whole = atlas.total(figure)
        if whole is not None:
            st.markdown(
                md_text(
                    _("Whole stock: {value}, measured on {n} {unit}.").format(
                        value=write(figure, whole["value"]), n=number(whole["n"]), unit=_(figure.unit)
                    )
                )
            )
            if pd.notna(whole["coverage"]):
                st.markdown(md_text(_("Coverage: {share}.").format(share=percent(whole["coverage"], 0))))
        st.markdown(md_text(_("On {day}.").format(day=day(cache.reference_date()))))
        st.markdown(md_text(_("Source: {source}").format(source=_(figure.source))))
        if figure.people:
            st.markdown(
                md_text(
                    _("Told to 5 points, and only from {least} responding households.").format(
                        least=atlas.least()
                    )
                )
            )


def display(
    row: st.delta_generator.DeltaGenerator, figure: Figure, level: str
) -> tuple[Style, Figure | None, str]:
    """Show the choices of drawing: classes, palette, a second layer, the ground."""
    with row.popover(_("Display"), icon=":material/layers:", key="display"):
        style = _classes(figure)
        second, second_level = _second(figure, level)
        _ground()
    return style, second, second_level


def _classes(figure: Figure) -> Style:
    if figure.scale == "words":
        return Style()
    method = st.selectbox(
        _("Classes by"),
        list(METHODS),
        format_func=lambda key: _(METHODS[key]),
        key="method",
        filter_mode=None,
        persist_state="session",
    )
    manual: tuple[float, ...] = ()
    if method == "manual":
        typed = st.text_input(
            _("Bounds between classes"), key="bounds", placeholder="5 ; 10 ; 20", persist_state="session"
        )
        scale = 100 if figure.kind == "share" else 1
        manual = tuple(bound / scale for bound in read_bounds(typed or ""))
    classes = st.segmented_control(
        _("How many classes"),
        list(range(LEAST_CLASSES, MOST_CLASSES + 1)),
        required=True,
        key="classes",
        persist_state="session",
        disabled=method == "manual",
    )
    chosen = st.selectbox(
        _("Colours"),
        ["", *palette.PALETTES],
        format_func=lambda key: _(palette.PALETTES[key]) if key else _("Those of the figure"),
        key="palette",
        filter_mode=None,
        persist_state="session",
    )
    return Style(method, int(classes or USUAL_CLASSES), manual, chosen or "")


def _second(figure: Figure, level: str) -> tuple[Figure | None, str]:
    """Offer a second figure: areas under the residences, or residences over the areas."""
    others = [key for key, other in FIGURES.items() if key != figure.key and _goes(other, level)]
    key = st.selectbox(
        _("With, filled by area") if level == "residence" else _("With, on each residence"),
        [NONE, *others],
        format_func=lambda key: _("Nothing else") if key == NONE else _full_name(FIGURES[key]),
        key="second",
        filter_mode=None,
        persist_state="session",
    )
    second = FIGURES.get(key or NONE)
    if second is None:
        return None, ""
    if level != "residence":
        return second, "residence"
    return second, st.selectbox(
        _("Areas"),
        list(AREA_LEVELS),
        format_func=lambda key: _(LEVELS[key]),
        key="second-level",
        filter_mode=None,
        persist_state="session",
    )


def _goes(other: Figure, level: str) -> bool:
    """Say whether a figure can be the second layer."""
    if other.key == "months":
        return False
    return "residence" in other.levels if level != "residence" else "sector" in other.levels


def _full_name(figure: Figure) -> str:
    return f"{_(FAMILIES[figure.family])} · {_(figure.label)}"


def _ground() -> None:
    """Offer the ground of the maps, a setting of the store: the same for everyone."""
    settings = cache.settings()
    with st.expander(_("Ground of the maps, for everyone"), icon=":material/public:"):
        chosen = st.selectbox(
            _("Ground"),
            list(base_maps.CHOICES),
            index=list(base_maps.CHOICES).index(settings.get(base_maps.SETTING, "none")),
            format_func=lambda key: _(base_maps.CHOICES[key]),
            key="ground",
            filter_mode=None,
        )
        url = ""
        if chosen == "own":
            url = st.text_input(
                _("Address of the tiles"),
                value=settings.get(base_maps.OWN, ""),
                placeholder="https://…/{z}/{x}/{y}.png",
                key="ground-url",
            )
        if st.button(_("Keep this ground"), key="ground-keep"):
            try:
                base_maps.choose(cache.store(), chosen, url)
            except base_maps.BaseMapError:
                st.error(_("Type an address with the blanks {blanks}.").format(blanks="{z}, {x}, {y}"))
            else:
                st.success(_("Kept. Reload the page: the browser is then allowed to fetch these tiles."))


def earlier_days() -> list[pd.Timestamp]:
    """Return the earlier days that a map may be compared with: each 1 January that the registers reach."""
    return _earlier(cache.versions("complaints", "turnovers"), cache.reference_date())


@kept(2)
def _earlier(versions: tuple[str, ...], on: pd.Timestamp) -> list[pd.Timestamp]:
    firsts = [cache.store().first_complaint(), cache.read("turnovers")["keys_back_on"].min()]
    known = [first for first in firsts if pd.notna(first)]
    if not known:
        return []
    first = min(known) + pd.DateOffset(years=1) - pd.DateOffset(days=REGISTER_BEGINS_DAYS)
    days = (pd.Timestamp(year=year, month=1, day=1) for year in range(on.year, first.year, -1))
    return [day for day in days if day < on][:MOST_DAYS]


def comparison(
    row: st.delta_generator.DeltaGenerator, figure: Figure
) -> tuple[Figure | None, pd.Timestamp | None]:
    """Offer a second map beside: another figure, or the same on an earlier day."""
    with row.popover(_("Compare"), icon=":material/compare:", key="compare"):
        key = st.selectbox(
            _("Second map"),
            [NONE, *FIGURES],
            format_func=lambda key: _("One map only") if key == NONE else _full_name(FIGURES[key]),
            key="beside",
            filter_mode=None,
            persist_state="session",
        )
        beside = FIGURES.get(key or NONE)
        on = _day(beside) if beside is not None else None
    return beside, on


def _day(beside: Figure) -> pd.Timestamp | None:
    days = {f"{on:%Y-%m-%d}": on for on in earlier_days()}
    if not beside.dated or not days:
        st.caption(_("This figure is known as the stock stands today: no earlier day to compare with."))
        return None
    chosen = st.selectbox(
        _("Day of the second map"),
        [TODAY, *days],
        format_func=lambda key: day(cache.reference_date()) if key == TODAY else day(days[key]),
        key="beside-on",
        filter_mode=None,
        persist_state="session",
    )
    return days.get(chosen)


def caption(figure: Figure, level: str, on: pd.Timestamp | None = None) -> None:
    """Show the head of a map: its figure, its level, its day."""
    of_day = day(on if on is not None else cache.reference_date())
    html.heading(_(figure.label), _("By {level} · on {day}").format(level=_(LEVELS[level]), day=of_day))
