"""A site with its neighbours: the pairs and triples that hold it, what each gains, and one of them made a site."""

from functools import partial

import geopandas as gpd
import pandas as pd
import shapely
import streamlit as st

from geo.crs import WORKING_CRS, working_point
from planning.land.units import LandUnitError
from views.jobs import candidates, land, site_sheet
from views.parts.site.state import Shown
from views.parts.sites import words
from views.shared import cache, html, layers, palette, selection
from views.shared.codes import FORMS
from views.shared.i18n import _, error_words
from views.shared.kept import kept
from views.shared.map import clicked, parcels
from views.shared.map import show as show_map
from views.shared.numbers import number, signed, square_metres
from views.shared.text import md_text

HEIGHT_PX = 340
READ = ("parcels", "plu_zones", "plu_prescriptions", "footprints", "edge_overrides", "plan_rules", "owners")


def show(s: Shown) -> None:
    """Show what the parcel would hold with those beside it, and offer to study one set as a site."""
    if site_sheet.is_drawn(s.site_id):
        return
    drawer = st.expander(
        _("With its neighbours: what taking them together gains"), icon=":material/join:",
        key="site-together", on_change="rerun",
    )  # fmt: skip
    if not drawer.open:
        return
    with drawer:
        with st.spinner(_("Trying the pairs and the triples…")):
            found = sets(cache.versions(*READ), s.site_id, s.public)
        said = st.session_state.pop("together-said", None)
        if said:
            st.error(md_text(said))
        if found.empty:
            st.info(_("No neighbour can be taken with it: none touches it, or together they are too large."))
            return
        st.caption(_("Dwellings counted as laid out for: {public}.").format(public=words.for_whom(s.public)))
        left, right = st.columns([1.25, 1], gap="medium")
        with right:
            rank = st.selectbox(
                _("Taken together"), list(found.index), format_func=lambda row: names(found.loc[row]),
                key=f"together-{s.site_id}",
            )  # fmt: skip
            st.caption(_("Touch a neighbour on the map, or choose here."))
            picked = found.loc[rank]
            html.figures(figures(picked))
            st.button(
                _("Study them as one site"), type="primary", icon=":material/join:", key="together-make",
                on_click=_make, args=(picked,),
            )  # fmt: skip
        with left:
            shapes, key = outlines(picked), f"together-map-{s.site_id}"
            show_map(
                layers.description("together", tiles=parcels(palette.theme()), shapes=drawing(shapes)),
                key=key,
                bounds=layers.corners(gpd.GeoDataFrame(geometry=shapes.buffer(12), crs=WORKING_CRS)),
                on_change=partial(_pick, key, s.site_id, found),
                height_px=HEIGHT_PX,
            )
        html.grid(
            [_("Parcels"), _("Area"), _("Form"), _("Together"), _("Apart"), _("Gain")],
            [(names(row), cells(row)) for _rank, row in found.iterrows()],
            strong=[list(found.index).index(rank)],
        )


@kept(32)
def sets(versions: tuple[str, ...], site_id: str, public: str) -> pd.DataFrame:
    """Return the pairs and triples that hold a parcel, the largest gain for a public first."""
    return land.partners(cache.store(), site_id, public=public)


def names(row: pd.Series) -> str:
    """Name a set as the cadastre does: section and number of each parcel."""
    return " + ".join(f"{key[8:10].lstrip('0')} {key[10:].lstrip('0')}" for key in keys(row))


def keys(row: pd.Series) -> list[str]:
    """Return the parcels of a set."""
    return str(row["parcels"]).split(",")


def figures(row: pd.Series) -> list[tuple[str, str, str]]:
    """Return the figures of a set: dwellings together, apart, what is gained."""
    return [
        (number(row["dwellings"]), _("dwellings together"), form(row)),
        (number(row["dwellings_apart"]), _("dwellings apart"), _("the best form of each parcel")),
        (signed(row["gain"]), _("dwellings gained"), square_metres(row["area_m2"])),
    ]


def cells(row: pd.Series) -> list[str]:
    """Write a set as a row of the table."""
    return [
        square_metres(row["area_m2"]), form(row), number(row["dwellings"]), number(row["dwellings_apart"]),
        signed(row["gain"]),
    ]  # fmt: skip


def form(row: pd.Series) -> str:
    """Name the form that suits a set best."""
    return _(FORMS[row["form"]]) if row["form"] in FORMS else _("nothing fits")


def outlines(row: pd.Series) -> gpd.GeoSeries:
    """Return the parcels of a set."""
    shapes = cache.read("parcels").geometry
    return shapes.loc[keys(row)]


def drawing(shapes: gpd.GeoSeries) -> str:
    """Return the shapes of the map: each parcel of the set, and their common outline."""
    ink = palette.GROUND[palette.theme()]["ink"]
    thin = {"color": ink, "weight": 1, "dashArray": "4 4", "fillColor": ink, "fillOpacity": 0.12}
    around = {"color": ink, "weight": 4, "fill": False}
    parts = [layers.shape(shape, thin) for shape in shapes]
    return "[" + ",".join([*parts, layers.shape(shapely.union_all(shapes.to_numpy()), around)]) + "]"


def holding(found: pd.DataFrame, latitude: float, longitude: float) -> int | None:
    """Return the smallest set that holds the parcel at a point of the map, the most gaining of them; None: no set."""
    point = working_point(latitude, longitude)
    for rank, row in found.sort_values(["parcel_count", "gain"], ascending=[True, False]).iterrows():
        if outlines(row).contains(point).any():
            return rank
    return None


def _pick(key: str, site_id: str, found: pd.DataFrame) -> None:
    click = clicked(st.session_state, key)
    rank = holding(found, click.latitude, click.longitude) if click else None
    if rank is not None:
        st.session_state[f"together-{site_id}"] = rank


def _make(picked: pd.Series) -> None:
    who = selection.visitor()
    try:
        key = land.make_one(cache.store(), keys(picked), names(picked), who)
    except (candidates.CandidateError, LandUnitError) as error:
        st.session_state["together-said"] = error_words(error)
        return
    selection.select("parcel", key, look=True)
    st.query_params["parcel"] = key
