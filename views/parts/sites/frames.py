"""The sites as their page shows them: results of one form under the visitor's weights, ranked, classed, drawn."""

import json
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from geo.crs import DRAWING_CRS, WORKING_CRS
from planning.sites import SiteExplanation
from views.jobs import sites as job
from views.jobs.export import to_bytes
from views.shared import cache, layers, palette
from views.shared.classes import LegendLine, classify, counts
from views.shared.codes import PARTS
from views.shared.i18n import _
from views.shared.map import FIRST_CLASS
from views.shared.numbers import NO_BREAK, number
from views.shared.search import Entry, index

BOUNDS = (0, 20, 40, 60, 80, 100)
NO_DATA, NO_FIT, FIRST_SCORE = 0, 1, 2
UNSCORED = FIRST_SCORE + len(BOUNDS) - 1
TABLES = ("sites", "site_results")


def evaluated() -> bool:
    """Whether the sites of the store have been evaluated."""
    return cache.store().count("sites") > 0


def default_weights() -> dict[str, float]:
    """Return the weight of each part of the score, from the dated parameters."""
    standard = cache.parameters().table("score.weight")
    return {part: float(standard[part]) for part in PARTS}


def results(form: str, weights: Mapping[str, float]) -> pd.DataFrame:
    """
    Return every site by ``site_id``, with what one form gives there and its score under these weights.

    Ranked best first: those that fit and have a score, those that fit without one, those that do not fit.
    """
    return _results(
        cache.versions(*TABLES),
        form,
        tuple(sorted(weights.items())),
        tuple(sorted(default_weights().items())),
    )


@st.cache_resource(max_entries=12, show_spinner=False)
def _results(
    versions: tuple[str, ...],
    form: str,
    weights: tuple[tuple[str, float], ...],
    standard: tuple[tuple[str, float], ...],
) -> pd.DataFrame:
    of_form = cache.read("site_results")
    of_form = of_form[of_form["form"] == form].set_index("site_id").drop(columns=["form", "parameters"])
    sites = cache.read("sites", geometry=False).drop(
        columns=["dwellings", "score", "reason", "reason_value", "reason_limit"]
    )
    parcels = cache.read("parcels", geometry=False)[["section", "number", "address"]]
    frame = reweighed(of_form, dict(weights), dict(standard)).join(sites).join(parcels)
    order = frame.sort_values(
        ["fits", "score", "dwellings"], ascending=False, na_position="last", kind="stable"
    )
    ranked = order.assign(rank=order["score"].rank(ascending=False, method="min").astype("Int64"))
    return ranked.assign(
        land=ranked["owner_group"].astype("object").where(ranked["owner_group"].notna(), "private")
    )


def reweighed(
    rows: pd.DataFrame, weights: Mapping[str, float], standard: Mapping[str, float]
) -> pd.DataFrame:
    """
    Give the parts of a score other weights: each part keeps its value, their sum stays out of 100.

    A part without any value (no data in the whole territory) weighs nothing, as in `planning.score`. A row
    that lacks a part which weighs has no score. ``most_<part>`` is what each part gives at most.
    """
    kept = [part for part in weights if rows[f"part_{part}"].notna().any()]
    before, after = sum(standard[part] for part in kept), sum(weights[part] for part in kept)
    changed = {
        f"most_{part}": 100 * weights[part] / after if part in kept and after else 0.0 for part in weights
    }
    for part in kept:
        value = rows[f"part_{part}"] * before / (100 * standard[part]) if standard[part] else np.nan
        changed[f"part_{part}"] = value * changed[f"most_{part}"]
    weighing = [f"part_{part}" for part in kept if weights[part]]
    frame = rows.assign(**changed)
    return frame.assign(score=frame[weighing].sum(axis=1, skipna=False) if weighing else np.nan)


def classed(frame: pd.DataFrame) -> pd.Series:
    """Return the class of each site on the map, by ``site_id``: no fit, a fifth of the score, or fit without score."""
    of = classify(frame["score"], BOUNDS) + FIRST_SCORE
    return of.mask(frame["fits"] & frame["score"].isna(), UNSCORED).mask(~frame["fits"], NO_FIT)


def text_of_classes(of: pd.Series, shown: pd.Index) -> str:
    """Return one character a parcel, at its rank among all: "0" where a parcel has no class or is filtered out."""
    ids = cache.read("parcels", geometry=False).index
    codes = np.full(len(ids) + 1, NO_DATA, dtype=np.uint8)  # the last one takes what is no parcel any more
    codes[ids.get_indexer(shown)] = of.reindex(shown).to_numpy(dtype=np.uint8)
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


def explain(site_id: str) -> SiteExplanation:
    """Return the edges, the envelope and the buildings of a site, to be drawn."""
    return _explain(cache.versions("parcels", "plu_zones", "plu_prescriptions", *TABLES), site_id)


@st.cache_resource(max_entries=256, show_spinner=False)
def _explain(versions: tuple[str, ...], site_id: str) -> SiteExplanation:
    return job.explain(cache.store(), site_id)


def drawing(site_id: str, form: str, theme: str) -> str:
    """Return the shapes of a site: its land, its envelope, the building of the form (or of the best), its edges."""
    found = explain(site_id)
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


def rules(site: pd.Series) -> dict:
    """Return the rules of a site as `planning.rules` wrote them; empty where there are none."""
    return {} if pd.isna(site["rules"]) else json.loads(site["rules"])


def place(parcel_id: str | None) -> list[float] | None:
    """Return a point inside a parcel (latitude, longitude)."""
    found = cache.store().read("parcels", columns=[], where={"parcel_id": parcel_id}) if parcel_id else ()
    if not len(found):
        return None
    point = found.geometry.representative_point().to_crs(DRAWING_CRS).iloc[0]
    return [round(point.y, 6), round(point.x, 6)]


def parcel_at(latitude: float, longitude: float) -> str | None:
    """Return the parcel under a point of the map."""
    point = gpd.GeoSeries.from_xy([longitude], [latitude], crs=DRAWING_CRS).to_crs(WORKING_CRS).iloc[0]
    found = cache.store().at("parcels", point.x, point.y)
    return None if found.empty else str(found.index[0])


def export(ranked: pd.DataFrame, ending: str) -> bytes:
    """Return the ranked sites as a file: CSV, or GeoPackage with their outlines."""
    columns = [
        name for name in ranked.columns if name not in ("rules", "land") and not name.startswith("most_")
    ]
    frame = ranked[columns].rename_axis("site_id")
    if ending == ".gpkg":
        shapes = cache.read("sites").geometry
        frame = gpd.GeoDataFrame(frame, geometry=shapes.reindex(frame.index), crs=WORKING_CRS)
    return to_bytes(frame, ending)


def words_of_score(score: object) -> str:
    """Write a score out of 100."""
    return _("no score") if pd.isna(score) else f"{number(score, 0)}{NO_BREAK}/{NO_BREAK}100"
