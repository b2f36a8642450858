"""The site that the page shows: which one, which form and public, what is known of it, its study."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd
import streamlit as st

from planning.decision.values import DecisionError
from planning.publics import OWNERSHIP
from planning.sites import SiteExplanation
from views.jobs import candidates, site_sheet
from views.jobs.layouts import other_tenure
from views.jobs.scores import Judged
from views.jobs.site_sheet import Study
from views.parts.sites import frames, judging, weighing
from views.shared import cache
from views.shared.codes import FORMS

ASKED = {"land_price_eur": 10_000.0, "demolition_m2": 10.0, "pollution_m2": 10.0, "market_eur_m2": 50.0}


@dataclass(frozen=True, eq=False)
class Shown:
    """
    Everything that the page and its sheets tell of a site; ``judged`` ranks it, ``study`` costs it.

    ``let`` and ``own`` are the results of the form as laid out to let and to own: one of them is that of the public.
    """

    site_id: str
    form: str
    public: str
    row: pd.Series
    results: pd.DataFrame
    let: pd.Series
    own: pd.Series
    found: SiteExplanation
    pieces: gpd.GeoDataFrame | None
    neighbours: gpd.GeoSeries
    judged: Judged
    weights: pd.Series
    points: Mapping
    known: Mapping[str, float]
    study: Study | None

    @property
    def fits(self) -> bool:
        """Whether the form fits the site."""
        return bool(self.row["fits"])

    @property
    def title(self) -> str:
        """Name of the site: its address, its parcel, or the name it was drawn under."""
        return str(self.row["title"])


def weights(form: str, public: str) -> pd.Series:
    """Return the weights that the visitor set on the page of sites, else the reference."""
    scope = f"{form}-{public}"
    families = {
        family: float(st.session_state.get(f"weight-{scope}-{family}", round(weight)))
        for family, weight in judging.family_weights(form, public).items()
    }
    inside = judging.criterion_points(form, public) | st.session_state.get(f"inside-{scope}", {})
    try:
        return judging.weights_of(families, inside)
    except DecisionError:
        return judging.standard(form, public)


def known(site_id: str) -> dict[str, float]:
    """Return what is known of the land: typed in this session, else kept with the followed site."""
    name = f"known-{site_id}"
    if name not in st.session_state:
        kept = candidates.of_site(cache.store(), site_id)
        st.session_state[name] = dict(kept.known) if kept else {}
    return st.session_state[name]


def learn(site_id: str, figures: Mapping[str, float | None]) -> None:
    """Remember what the visitor knows of the land, for this session."""
    st.session_state[f"known-{site_id}"] = {name: float(v) for name, v in figures.items() if v is not None}


def keep(shown: Shown, who: str | None) -> candidates.Candidate:
    """Keep with the site what is known of it, as the next version of its following."""
    one = candidates.of_site(cache.store(), shown.site_id) or candidates.begin(
        shown.site_id, shown.title, run_id=shown.judged.run_hash(shown.weights)
    )
    told = replace(one, known=dict(shown.known), form=shown.form, public=shown.public)
    return candidates.save(cache.store(), told, who)


def best_form(site_id: str) -> str | None:
    """Return the form that suits a site best, None where none fits."""
    found = judging.all_sites()[0]["best_form"].get(site_id)
    return found if isinstance(found, str) else None


def shown(site_id: str, form: str, public: str) -> Shown:
    """Gather what the page tells of a site."""
    chosen, points = weights(form, public), weighing.drawn(f"{form}-{public}")
    ranked = frames.results(form, public, chosen, points)
    sites, _ = judging.all_sites(public)
    row, here, beside = (
        ranked.loc[site_id],
        _results(site_id, public),
        _results(site_id, other_tenure(public)),
    )
    mine, other = here.loc[form], (beside if form in beside.index else here).loc[form]
    let, own = (other, mine) if public == OWNERSHIP else (mine, other)
    found = frames.explain(site_id, public)
    facts = known(site_id)
    study = None
    if row["fits"]:
        study = site_sheet.study(
            cache.store(), sites.loc[site_id], let, cache.parameters(), owned=own, known=facts
        )
    return Shown(
        site_id, form, public, row, here.reindex([f for f in FORMS if f in here.index]), let, own, found,
        frames.layout(site_id, form, public), _neighbours(site_id, found), judging.judged(form, public, points), chosen,
        points, facts, study,
    )  # fmt: skip


def _results(site_id: str, public: str) -> pd.DataFrame:
    """Return what each form gives a public on a site, by form."""
    results = judging.all_sites(public)[1]
    here = results[results["site_id"] == site_id]
    return here.set_index("form", drop=False).rename_axis(None)


def _neighbours(site_id: str, found: SiteExplanation) -> gpd.GeoSeries:
    xmin, ymin, xmax, ymax = found.site["geometry"].bounds
    near = cache.store().read("parcels", columns=[], within=(xmin - 15, ymin - 15, xmax + 15, ymax + 15))
    return near.geometry[near.index != site_id]
