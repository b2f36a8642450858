"""The sites as their page shows them: results of one form under the visitor's weights, ranked, classed, drawn."""

import json
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from geo.crs import DRAWING_CRS, WORKING_CRS, working_point
from planning.publics import FAMILY, best_forms
from planning.sites import SiteExplanation
from views.jobs import site_sheet
from views.jobs.export import to_bytes
from views.jobs.layouts import layout_public
from views.parts.sites import judging, sketch
from views.shared import cache, layers, palette
from views.shared.classes import LegendLine, classify, counts
from views.shared.codes import FORMS
from views.shared.i18n import N_, _
from views.shared.map import FIRST_CLASS
from views.shared.numbers import NO_BREAK, number
from views.shared.search import Entry, index

BOUNDS = (0, 20, 40, 60, 80, 100)
NO_DATA, NO_FIT, FIRST_SCORE = 0, 1, 2
UNSCORED = FIRST_SCORE + len(BOUNDS) - 1
TABLES = ("sites", "site_results")
EXPLAINED = (
    "parcels", "plu_zones", "plu_prescriptions", "drawn_sites", "edge_overrides", "rule_books", "site_publics", *TABLES,
)  # fmt: skip
COLOUR_BY = {"score": N_("Score"), "form": N_("Form"), "reasons": N_("Obstacles")}
SHORT_REASONS = {
    "no_area": N_("no outline"),
    "no_zone": N_("no zone"),
    "zone_forbids": N_("the zone forbids housing"),
    "rule_unknown": N_("a rule is unknown"),
    "prescription_forbids": N_("a prescription forbids it"),
    "hazard_forbids": N_("a hazard closes the land"),
    "own_homes_stand": N_("homes of ours stand there"),
    "no_street": N_("no street"),
    "street_too_short": N_("street front too short"),
    "too_small": N_("too small"),
    "height_too_low": N_("height too low"),
    "footprint_limit": N_("footprint limited"),
    "envelope_empty": N_("nothing left to build on"),
    "too_narrow": N_("too narrow"),
    "too_shallow": N_("too shallow"),
    "too_irregular": N_("too irregular"),
    "too_few_dwellings": N_("too few dwellings"),
    "not_for_public": N_("not for this public"),
    "open_soil": N_("open soil to keep"),
    "parking": N_("no room to park"),
    "alignment": N_("not on the street line"),
}


@dataclass(frozen=True, slots=True)
class Painting:
    """How the map is coloured: a class by site, the colours of the classes, the legend's title and lines."""

    classes: pd.Series
    colours: list[str]
    title: str
    lines: list[LegendLine]


SCORED = ("form", "parameters", "score")
SUMMED = ("dwellings", "score", "reason", "reason_value", "reason_limit", "best_form", "parameters")


def evaluated() -> bool:
    """Whether the sites of the store have been evaluated."""
    return cache.store().count("sites") > 0


def results(form: str, public: str, weights: pd.Series, points: judging.Points | None = None) -> pd.DataFrame:
    """
    Return every site by ``site_id``, with what one form gives there and its score under these weights.

    Ranked best first: those that fit, by score out of 100, then those that do not. ``low`` and ``high`` take the
    unknown criteria at their worst and best, ``reliability`` is the weight of the known ones.
    """
    one = judging.judged(form, public, points)
    run = one.run_hash(weights)
    return _ranked(cache.versions(*judging.TABLES), run, form, one, weights).copy(deep=False)


@st.cache_resource(max_entries=12, show_spinner=False)
def _ranked(
    versions: tuple[str, ...], run: str, form: str, _one: judging.Judged, _weights: pd.Series
) -> pd.DataFrame:
    scored = _one.ranked(_weights)
    told = scored.assign(**{name: 100 * scored[name] for name in ("score", "low", "high")})
    frame = _ground(versions, form, _one.public).join(told)
    order = frame.sort_values(
        ["fits", "score", "dwellings"], ascending=False, na_position="last", kind="stable"
    )
    return order.assign(rank=order["rank"].astype("Int64"))


@st.cache_resource(max_entries=6, show_spinner=False)
def _ground(versions: tuple[str, ...], form: str, public: str) -> pd.DataFrame:
    """Return what no weight changes: the form's result on each site, the land, its address and its name."""
    sites, results = judging.all_sites(public)
    of_form = results[results["form"] == form].set_index("site_id")
    of_form = of_form.drop(columns=[name for name in of_form if name in SCORED or name.startswith("part_")])
    land = pd.DataFrame(sites.drop(columns=["geometry", *(name for name in SUMMED if name in sites)]))
    parcels = cache.read("parcels", geometry=False)[["section", "number", "address"]]
    frame = of_form.join(land.drop(columns=of_form.columns.intersection(land.columns))).join(parcels)
    frame = frame.assign(
        best_form=best_forms(results, cache.parameters(), public).reindex(frame.index),
        fits=frame["fits"].astype(bool),
        land=frame["owner_group"].astype("object").where(frame["owner_group"].notna(), "private"),
    )
    drawn = cache.read("drawn_sites", geometry=False)["name"]
    title = frame["address"].astype("object").where(frame["address"].notna(), None)
    number_of = (frame["section"].astype("object") + " " + frame["number"].astype("object")).astype("object")
    return frame.assign(title=title.combine_first(number_of).combine_first(drawn.reindex(frame.index)))


def title(form: str, public: str, site_id: str) -> str:
    """Return the name of a site: its address, its parcel, or the name it was drawn under."""
    named = _ground(cache.versions(*judging.TABLES), form, public)["title"].get(site_id)
    return site_id if named is None or pd.isna(named) else str(named)


def titles(site_ids: pd.Index) -> pd.Series:
    """Name sites whatever their form: address, parcel or drawn name; with the key where two have one name."""
    keys = pd.Index(site_ids.unique())
    parcels = cache.read("parcels", geometry=False)[["section", "number", "address"]].reindex(keys)
    numbered = parcels["section"].astype("object") + " " + parcels["number"].astype("object")
    drawn = cache.read("drawn_sites", geometry=False)["name"].reindex(keys).astype("object")
    named = parcels["address"].astype("object").combine_first(numbered).combine_first(drawn)
    named = named.where(named.notna(), keys.to_series())
    return named.where(~named.duplicated(keep=False), named + " (" + keys.to_series() + ")").reindex(site_ids)


def coloured(by: str, ranked: pd.DataFrame, theme: str, public: str = FAMILY) -> Painting:
    """Return the map's classes, colours and legend: by score, by the form that suits best, or by obstacles."""
    if by == "form":
        codes = list(FORMS)
        of = (
            ranked["best_form"]
            .map({code: i + 2 for i, code in enumerate(codes)})
            .fillna(NO_FIT)
            .astype("Int64")
        )
        colour = [*colours(theme)[:2], *palette.CATEGORIES[:3]]
        many = counts(of, len(colour))
        lines = [LegendLine(colour[i + 2], _(FORMS[code]), many[i + 2]) for i, code in enumerate(codes)]
        return Painting(
            of, colour, best_form_words(public), [*lines, LegendLine(colour[1], _("none"), many[1])]
        )
    if by == "reasons":
        often = list(ranked["reason"].value_counts().index[:7])
        places = {code: i + 3 for i, code in enumerate(often)}
        of = ranked["reason"].map(places).fillna(NO_FIT).astype("Int64").mask(ranked["fits"], 2)
        ramp = palette.sequence("gain", 5, theme)
        colour = [*colours(theme)[:2], ramp[2], *palette.CATEGORIES[1 : 1 + len(often)]]
        many = counts(of, len(colour))
        words = [_("takes the form"), *(words_of_reason(code) for code in often)]
        lines = [LegendLine(colour[i + 2], word, many[i + 2]) for i, word in enumerate(words)]
        if many[NO_FIT]:
            lines.append(LegendLine(colour[1], _("other reasons"), many[NO_FIT]))
        return Painting(of, colour, _("What stands in the way"), lines)
    of = classed(ranked)
    return Painting(of, colours(theme), _("Score out of 100"), legend(of, theme))


def best_form_words(public: str) -> str:
    """Say by what the best form of a site is chosen for a public."""
    worth = cache.parameters().table(f"public.{public}.form_worth")
    if not worth:
        return _("Form that holds most")
    least = min(worth, key=worth.get)
    return _("Form that suits it best; in {form} a dwelling counts for {worth}").format(
        form=_(FORMS[least]).lower(), worth=number(worth[least], 1)
    )


def words_of_reason(code: str) -> str:
    """Write a reason in a few words, for a legend."""
    return _(SHORT_REASONS[code]) if code in SHORT_REASONS else str(code).replace("_", " ")


def classed(frame: pd.DataFrame) -> pd.Series:
    """Return the class of each site on the map, by ``site_id``: no fit, a fifth of the score, or fit without score."""
    of = classify(frame["score"], BOUNDS) + FIRST_SCORE
    return of.mask(frame["fits"] & frame["score"].isna(), UNSCORED).mask(~frame["fits"], NO_FIT)


def text_of_classes(of: pd.Series, shown: pd.Index) -> str:
    """Return one character a parcel, at its rank among all: "0" where a parcel has no class or is filtered out."""
    ids = cache.read("parcels", geometry=False).index
    codes = np.full(len(ids) + 1, NO_DATA, dtype=np.uint8)  # the last one takes what is no parcel
    codes[ids.get_indexer(shown)] = of.reindex(shown).to_numpy(dtype=np.uint8)
    codes[-1] = NO_DATA
    return (codes[:-1] + FIRST_CLASS).tobytes().decode("ascii")


def colours(theme: str) -> list[str]:
    """Return the colour of each class of the map."""
    ground = palette.GROUND[theme]
    return [
        ground["excluded"],
        ground["none"],
        *palette.sequence("gain", len(BOUNDS) - 1, theme),
        palette.UNSCORED[theme],
    ]


def legend(of: pd.Series, theme: str) -> list[LegendLine]:
    """Return the legend of the map: best first, then what has no score, then what does not fit."""
    many = counts(of, UNSCORED + 1)
    colour = colours(theme)
    lines = [
        LegendLine(
            colour[FIRST_SCORE + i], f"{BOUNDS[i]}{NO_BREAK}–{NO_BREAK}{BOUNDS[i + 1]}", many[FIRST_SCORE + i]
        )
        for i in reversed(range(len(BOUNDS) - 1))
    ]
    if many[UNSCORED]:
        lines.append(LegendLine(colour[UNSCORED], _("fits, no score: data missing"), many[UNSCORED]))
    return [*lines, LegendLine(colour[NO_FIT], _("does not fit"), many[NO_FIT])]


def entries() -> list[Entry]:
    """Return what can be searched: addresses of the town that have a parcel, then parcels by their number."""
    return _entries(cache.versions("addresses", "parcels"))


@st.cache_resource(max_entries=2, show_spinner=False)
def _entries(versions: tuple[str, ...]) -> list[Entry]:
    addresses = cache.read("addresses", geometry=False).dropna(subset=["parcel_id"])
    parcels = cache.read("parcels", geometry=False)
    named = parcels.assign(title=parcels["section"] + " " + parcels["number"], line=parcels.index)
    return index("addresses", addresses, "label", "city") + index("parcels", named, "title", "line")


def explain(site_id: str, public: str = FAMILY) -> SiteExplanation:
    """Return the edges, the envelope and the buildings of a site as laid out for a public, to be drawn."""
    return _explain(cache.versions(*EXPLAINED), site_id, layout_public(cache.store(), public))


@st.cache_resource(max_entries=256, show_spinner=False)
def _explain(versions: tuple[str, ...], site_id: str, public: str) -> SiteExplanation:
    return site_sheet.explain(cache.store(), site_id, public=public)


def shapes(site_id: str | None, form: str, public: str, theme: str) -> str:
    """Return what lies over the parcels: outlines that are no parcel, and the site picked."""
    texts = [
        text
        for text in (sketch.shapes(theme), drawing(site_id, form, public, theme)[1:-1] if site_id else "")
        if text
    ]
    return "[" + ",".join(texts) + "]"


def drawing(site_id: str, form: str, public: str, theme: str) -> str:
    """Return the shapes of a site: its land, its envelope, the building of the form (or of the best), its edges."""
    found = explain(site_id, public)
    ink = palette.GROUND[theme]["ink"]
    land = found.site["geometry"]
    shapes = [layers.shape(land, {"color": ink, "weight": 5, "fill": False, "opacity": 0.9})]
    envelope = found.envelope.iloc[0]
    if envelope is not None and not envelope.is_empty:
        ground = {"color": "#ffffff", "weight": 4.5, "fillColor": "#ffffff", "fillOpacity": 0.45}
        dashes = {"color": palette.BUILDING, "weight": 2, "dashArray": "6 5", "fill": False}
        shapes += [layers.shape(envelope, ground), layers.shape(envelope, dashes)]
    drawn = form if (found.footprints["form"] == form).any() else found.site["best_form"]
    for building in found.footprints[found.footprints["form"] == drawn].geometry:
        style = {"color": palette.BUILDING, "weight": 2, "fillColor": palette.BUILDING, "fillOpacity": 0.55}
        shapes.append(layers.shape(building, style))
    for kind, colour in palette.EDGES.items():
        lines = found.edges[found.edges["kind"] == kind].geometry
        if len(lines):
            dash = {"dashArray": "2 7"} if kind == "rear" else {}
            style = {"color": colour, "weight": 4.5, "opacity": 1, **dash}
            shapes.append(layers.shape(lines.union_all(), style))
    return "[" + ",".join(shapes) + "]"


def layout(site_id: str, form: str, public: str = FAMILY) -> gpd.GeoDataFrame | None:
    """Return the pieces of the layout of a form on a site for a public (EPSG:2154); None where it has none."""
    pieces = explain(site_id, public).layout
    of_form = pieces[pieces["form"] == form]
    return of_form if len(of_form) else None


def rules(site: pd.Series) -> dict:
    """Return the rules of a site as `planning.zoning.rules` wrote them; empty where there are none."""
    return {} if pd.isna(site["rules"]) else json.loads(site["rules"])


def place(site_id: str | None) -> list[float] | None:
    """Return a point inside a site (latitude, longitude)."""
    if not site_id:
        return None
    table, key = ("drawn_sites", "drawn_id") if site_sheet.is_drawn(site_id) else ("parcels", "parcel_id")
    found = cache.store().read(table, columns=[], where={key: site_id})
    if not len(found):
        return None
    point = found.geometry.representative_point().to_crs(DRAWING_CRS).iloc[0]
    return [round(point.y, 6), round(point.x, 6)]


def site_at(latitude: float, longitude: float) -> str | None:
    """Return the site under a point of the map: a drawn outline before the parcel under it."""
    point = working_point(latitude, longitude)
    for table in ("drawn_sites", "parcels"):
        found = cache.store().at(table, point.x, point.y)
        if len(found):
            return str(found.index[0])
    return None


def export(ranked: pd.DataFrame, ending: str) -> bytes:
    """Return the ranked sites as a file: CSV, or GeoPackage with their outlines."""
    frame = ranked[[name for name in ranked.columns if name not in ("rules", "land", "title")]]
    frame = frame.rename_axis("site_id")
    if ending == ".gpkg":
        shapes = judging.all_sites()[0].geometry
        frame = gpd.GeoDataFrame(frame, geometry=shapes.reindex(frame.index), crs=WORKING_CRS)
    return to_bytes(frame, ending)


def words_of_score(score: object) -> str:
    """Write a score out of 100."""
    return _("no score") if pd.isna(score) else f"{number(score, 0)}{NO_BREAK}/{NO_BREAK}100"
