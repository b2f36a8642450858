"""What surrounds the sites, drawn over the parcels: one public layer at a time, its classes, its legend, its source."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from data.store import table_of
from data.store.tiles import LAYERS
from planning.decision.surroundings import SOILS
from views.shared import cache, carried, frame, html, palette, scripts
from views.shared.i18n import N_, _
from views.shared.kept import kept
from views.shared.numbers import day, interval, number, percent

KEY, NOTHING = "around", "none"
MOST_ZOOM = 19  # as the parcels: farther in, the tile of this zoom is drawn larger, and its patterns with it
VETO = "hazard_veto."


@dataclass(frozen=True, slots=True)
class Step:
    """One class of a layer: its look (`looks`), its words, and its least value or the texts that name it."""

    look: str
    label: str = ""
    least: float | None = None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """
    A layer of the store and its classes by the property ``by``; by none of them where there is one class.

    ``otherwise`` is the class of a text that names none of them; -1 draws none.
    """

    layer: str
    steps: tuple[Step, ...]
    by: str | None = None
    otherwise: int = -1

    @property
    def texts(self) -> dict[str, int]:
        """The class of each text, where classes go by texts."""
        return {text: rank for rank, step in enumerate(self.steps) for text in step.texts}


@dataclass(frozen=True, slots=True)
class Around:
    """What may be drawn around the sites: its name and unit, its parts, and what it means that nothing is drawn."""

    title: str
    parts: tuple[Part, ...]
    nothing: str


def _ramp(*bounds: float) -> tuple[Step, ...]:
    looks = ("dots", "thin", "lines", "cross", "dense")
    return tuple(Step(look, least=least) for look, least in zip(looks, bounds, strict=False))


OUTSIDE = N_(
    "Where nothing is drawn: the maps imported show no zone there. It does not mean that there is no hazard: "
    "beyond what these maps cover, nothing is known."
)
UNMAPPED = N_("Where nothing is drawn: the map imported does not reach there, and nothing is known of it.")
LEVELS = (
    Step("bare", N_("0: none"), 0),
    Step("dots", N_("1: low"), 1),
    Step("lines", N_("2: medium"), 2),
    Step("dense", N_("3: high"), 3),
)
HEAT = (
    Step("bare", N_("0: cool"), 0),
    Step("dots", N_("1: rather cool"), 1),
    Step("lines", N_("2: hot"), 2),
    Step("dense", N_("3: very hot"), 3),
)
SOIL_STEPS = (
    ("bare", N_("brownfield, soil told to be clean"), "none"),
    ("dots", N_("brownfield, soil treated"), "treated"),
    ("lines", N_("brownfield, pollution supposed or not told"), "supposed"),
    ("dense", N_("brownfield, pollution proven"), "proven"),
)
BROWNFIELDS = tuple(
    Step(look, label, texts=tuple(text for text, soil in SOILS.items() if soil == code))
    for look, label, code in SOIL_STEPS
)
REGISTER = (
    Step("point", N_("former industry, at its number"), texts=("number",)),
    Step("ring", N_("former industry, somewhere in its street"), texts=("street", "unknown")),
)
AROUND = {
    "noise": Around(
        N_("Noise, dB Lden"),
        (Part("noise", _ramp(0, 55, 60, 65, 70), "value"),),
        N_(
            "Where nothing is drawn: under the lowest class of the map imported, or beyond what it covers. "
            "It does not mean silence."
        ),
    ),
    "heat_island": Around(N_("Summer heat, class 0 to 3"), (Part("heat_island", HEAT, "value"),), UNMAPPED),
    "slope": Around(N_("Slope, %"), (Part("slope", _ramp(0, 2, 4, 8, 12), "value"),), UNMAPPED),
    "flood": Around(N_("Flood, class 0 to 3"), (Part("flood", LEVELS, "value"),), OUTSIDE),
    "quarry": Around(N_("Former quarries, class 0 to 3"), (Part("quarry", LEVELS, "value"),), OUTSIDE),
    "clay": Around(N_("Clay that swells, class 0 to 3"), (Part("clay", LEVELS, "value"),), OUTSIDE),
    "pollution": Around(
        N_("Pollution of the ground"),
        (
            Part("pollution", LEVELS, "value"),
            Part("brownfields", BROWNFIELDS, "soil", otherwise=2),
            Part("risks", REGISTER, "located_by"),
        ),
        OUTSIDE,
    ),
    "qpv": Around(
        N_("Priority districts (QPV)"),
        (Part("qpv", (Step("district", N_("priority district")),)),),
        N_("Where nothing is drawn: no priority district there in the file imported."),
    ),
    "stops": Around(
        N_("Stations and bus stops"),
        (
            Part("stations", (Step("station", N_("station: train, metro or tramway")),)),
            Part("bus_stops", (Step("point", N_("bus stop")),)),
        ),
        N_("Only the stations and stops of the files imported are drawn."),
    ),
    "heat_network": Around(
        N_("Heat network"),
        (Part("heat_network", (Step("line", N_("pipe of a network")),)),),
        N_("Only the networks imported are drawn: others may run there."),
    ),
}


def choose() -> str:
    """Ask which layer surrounds the sites; what nobody imported comes last, and says so."""
    known = [NOTHING, *sorted(AROUND, key=lambda code: not imported(code))]
    carried.remember(KEY, known)
    chosen = st.selectbox(
        _("Around"), known, format_func=_offered, key=KEY, persist_state="session", label_visibility="collapsed",
    )  # fmt: skip
    return carried.keep(KEY, chosen, unsaid=NOTHING)


def _offered(code: str) -> str:
    if code == NOTHING:
        return _("Around: nothing drawn")
    return _(AROUND[code].title) + ("" if imported(code) else " · " + _("not imported"))


def imported(code: str) -> bool:
    """Whether the store holds something of a layer."""
    return any(sum(counts(part)) for part in AROUND[code].parts)


def tiles(code: str, theme: str) -> list[dict]:
    """Return the tiles of a layer for the map's script: where they are, their classes, how each looks."""
    if code == NOTHING:
        return []
    return [_tiles(part, theme) for part in AROUND[code].parts if sum(counts(part))]


def _tiles(part: Part, theme: str) -> dict:
    drawn = looks(theme)
    told = {
        "url": scripts.tile_address(part.layer, cache.version(table_of(part.layer))),
        "layer": part.layer,
        "minZoom": LAYERS[part.layer].first_zoom,
        "maxZoom": MOST_ZOOM,
        "looks": [drawn[step.look] for step in (*part.steps, Step("unknown"))],
    }
    if part.by:
        told["by"] = part.by
    if part.texts:
        return told | {"kinds": part.texts, "otherwise": part.otherwise}
    return told | ({"bounds": [step.least for step in part.steps]} if part.by else {})


def counts(part: Part) -> list[int]:
    """Return how many features of a part are of each class, then how many have no value."""
    return _counts(cache.version(table_of(part.layer)), part)


@kept(64)
def _counts(version: str, part: Part) -> list[int]:
    of = ranks(part, rows(part.layer))
    return [int((of == rank).sum()) for rank in range(len(part.steps) + 1)]


def rows(layer: str) -> pd.DataFrame:
    """Return the rows that a layer draws, without their shapes."""
    table = cache.read(table_of(layer), geometry=False)
    kind = LAYERS[layer].kind
    return table[table["kind"] == kind] if kind else table


def ranks(part: Part, found: pd.DataFrame) -> pd.Series:
    """Return the class of each row as the map's script finds it: -1 is not drawn, the last one is without value."""
    if part.by is None:
        return pd.Series(0, index=found.index)
    if part.texts:
        return found[part.by].astype("object").map(part.texts).fillna(part.otherwise).astype(int)
    values = found[part.by].astype(float)
    reached = sum((values >= step.least).astype(int) for step in part.steps) - 1
    return reached.clip(lower=0).mask(values.isna(), len(part.steps))


def legend(code: str) -> None:
    """Show what the signs mean, how many there are, whose map it is and of which day, what no sign means."""
    if code == NOTHING:
        return
    one = AROUND[code]
    if not imported(code):
        st.caption(_("{layer}: nobody has imported this map.").format(layer=_(one.title)))
        st.page_link("files.py", label=_("Import it: page Data"), icon=":material/upload:")
        return
    html.signs(_(one.title), _lines(one), *_notes(code))


def _lines(one: Around) -> list[tuple[str, str, str]]:
    lines = []
    for part in one.parts:
        many = counts(part)
        steps = [*zip(part.steps, words(part), strict=True), (Step("unknown"), _("value not told"))]
        lines += [
            (step.look, label, number(count))
            for (step, label), count in zip(steps, many, strict=True)
            if count
        ]
    return lines


def words(part: Part) -> list[str]:
    """Write each class: its words, or its bounds."""
    leasts = [step.least for step in part.steps]
    following = [*leasts[1:], None]
    return [_bounds(step, end) for step, end in zip(part.steps, following, strict=True)]


def _bounds(step: Step, end: float | None) -> str:
    if step.label:
        return _(step.label)
    if end is None:
        return _("{least} and more").format(least=number(step.least))
    return interval(step.least, end) if step.least else _("under {end}").format(end=number(end))


def _notes(code: str) -> list[str]:
    layers = [part.layer for part in AROUND[code].parts if sum(counts(part))]
    told = [_source(layer) for layer in layers]
    return [_closing(code), " · ".join(dict.fromkeys(text for text in told if text)), _(AROUND[code].nothing)]


def _closing(code: str) -> str:
    """Say from which class a hazard rules a site out."""
    p = cache.parameters()
    if f"{VETO}{code}" not in p:
        return ""
    return _("Class {n} closes the land: over {share} of it, the site is ruled out.").format(
        n=number(p[f"{VETO}{code}"]), share=percent(p["hazard_veto_share"], 0)
    )


def _source(layer: str) -> str:
    table = table_of(layer)
    if table == "environment":
        return maps_source(rows(layer), LAYERS[layer].kind) or frame.source(table)
    return frame.source(table)


def maps_source(maps: pd.DataFrame, *kinds: str) -> str:
    """Say who made the maps of some kinds, and the day of the latest; empty where nobody told who."""
    used = maps[maps["kind"].isin(kinds)]
    makers = ", ".join(
        _("invented data") if one == "invented" else str(one) for one in sorted(set(used["source"].dropna()))
    )
    latest = pd.to_datetime(used["dated_on"]).max()
    if not makers or pd.isna(latest):
        return makers
    return _("Map of {day}: {source}").format(day=day(latest), source=makers)


def looks(theme: str) -> dict[str, list[dict]]:
    """Return how each sign is drawn: Leaflet's path options, one stroke after the other; patterns are the script's."""
    ink = palette.GROUND[theme]["ink"]
    halo = "#ffffff" if theme == "light" else "#14191c"
    edge = {"stroke": True, "color": ink, "weight": 0.75, "opacity": 0.6}
    under = {"stroke": True, "color": halo, "opacity": 0.9}
    patterns = {
        name: [{**edge, "fill": True, "fillOpacity": 0.85, "pattern": name, "halo": halo}]
        for name in ("dots", "thin", "lines", "cross", "dense")
    }
    return patterns | {
        "bare": [edge],
        "unknown": [{**edge, "dashArray": "2 4"}],
        "district": [
            {**edge, "fill": True, "fillOpacity": 0.85, "pattern": "thin", "halo": halo, "weight": 3, "opacity": 1}
        ],
        "line": [{**under, "weight": 7}, {**edge, "weight": 3.5, "opacity": 1}],
        "point": [_disc(4.5, fill=ink, line=halo, weight=1.5)],
        "ring": [_disc(5, fill=halo, line=ink, weight=1.5)],
        "station": [_disc(9, fill=halo, line=ink, weight=4)],
    }  # fmt: skip


def _disc(radius: float, *, fill: str, line: str, weight: float) -> dict:
    return {
        "radius": radius, "fill": True, "fillColor": fill, "fillOpacity": 1, "stroke": True, "color": line,
        "weight": weight, "opacity": 1,
    }  # fmt: skip
