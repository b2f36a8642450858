"""The site engine on a whole real commune: no exception, no parcel without an answer."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data.reference import load
from geo.edges import type_edges
from planning.capacity.forms import FORM_NAMES, REASONS
from planning.parameters import Parameters
from planning.sites import SiteBlock, evaluate, explain_site
from tests import bondy
from tests.lots import parameters, zone


@pytest.fixture(scope="module")
def block(shared) -> SiteBlock:
    return bondy.block(shared / "real")


@pytest.fixture(scope="module")
def study(block):
    return evaluate(block, Parameters.from_frame(load()))


def test_each_of_the_7124_parcels_gets_dwellings_or_a_reason_for_each_form(study):
    results = study.results
    assert len(study.sites) == bondy.PARCELS
    assert len(results) == 3 * bondy.PARCELS
    assert (results["fits"] == results["reason"].isna()).all()
    assert set(results["reason"].dropna()) <= set(REASONS)


def test_the_edges_of_every_parcel_add_up_to_its_perimeter(block):
    edges = type_edges(block.parcels)
    lengths = edges.groupby("parcel_id")["length_m"].sum().reindex(block.parcels.index)
    assert (lengths - block.parcels.length).abs().max() < 1e-6
    assert edges["kind"].notna().all()


def test_a_parcel_without_street_is_flagged_and_nothing_is_fitted_on_it(study):
    enclosed = study.sites.index[study.sites["street_edges"] == 0]
    assert 0.05 < len(enclosed) / bondy.PARCELS < 0.20
    assert not study.results.loc[study.results["site_id"].isin(enclosed), "fits"].any()
    assert not study.envelopes.index.isin(enclosed).any()


def test_every_envelope_lies_inside_its_parcel(block, study):
    land = block.parcels.geometry[study.envelopes.index].to_numpy()
    assert shapely.covers(land, study.envelopes.geometry.to_numpy()).all()
    assert study.envelopes.is_valid.all()


def test_most_of_the_town_is_detached_houses_where_few_single_parcels_take_a_form(study):
    fits = study.results[study.results["fits"]].groupby("form").size()
    assert study.sites["zone_label"].eq("UH88E10").mean() == pytest.approx(0.75, abs=0.01)
    assert (fits.reindex(FORM_NAMES) / bondy.PARCELS).between(0.02, 0.12).all()


def test_the_rules_shown_say_which_are_assumed(study):
    rules = json.loads(study.sites.loc[study.sites["zone_label"] == "UH88E10", "rules"].iloc[0])
    assert (rules["height"]["value"], rules["height"]["source"]) == (10, "columns")
    assert rules["footprint"]["status"] == "assumed"


def test_a_height_written_on_a_drawing_stays_unknown(study):
    assert set(study.sites.loc[study.sites["zone_label"] == "UC00Cb1", "reason"]) <= {"rule_unknown"}


def test_the_owners_being_unknown_nobody_is_said_to_own(study):
    assert study.sites["owner_group"].isna().all()
    assert study.sites["own_land"].isna().all()


def test_sites_explained_alone_agree_with_the_run(block, study):
    fits = study.results[study.results["fits"]]["site_id"].unique()
    for site in fits[:: len(fits) // 8]:
        alone = explain_site(block, site, Parameters.from_frame(load()))
        run = study.results[study.results["site_id"] == site]
        assert alone.results["dwellings"].tolist() == run["dwellings"].tolist()
        assert alone.footprints.difference(alone.envelope[site]).area.max() < 1e-3


def test_parcels_of_montreuil_without_a_zoning_file_have_no_zone(shared):
    path = shared / "real" / "montreuil_93048" / "cadastre-93048-parcelles-extrait.geojson"
    lots = gpd.read_file(path).to_crs("EPSG:2154").set_index("id")
    found = evaluate(SiteBlock(lots, zone()[:0]), parameters())
    assert len(found.sites) == 12
    assert set(found.sites["reason"]) == {"no_zone"}


@pytest.mark.parametrize(("area_m2", "label", "granted"), [(1128, "UC48C16", 42), (933, "UH88E10", 11)])
def test_two_operations_of_the_office_are_of_the_right_size(block, area_m2, label, granted):
    """Sanity only, near a station: the true shapes and zones of those two plots are not in the files."""
    side = np.sqrt(area_m2 / 2)
    lots = {"93048000AA0001": shapely.box(0, 0, side, 2 * side), "w": shapely.box(-30, 0, 0, 2 * side)}
    lots |= {"e": shapely.box(side, 0, side + 30, 2 * side), "n": shapely.box(0, 2 * side, side, 3 * side)}
    layer = gpd.GeoDataFrame(geometry=list(lots.values()), index=list(lots), crs="EPSG:2154")
    rule = block.zones[block.zones["label"] == label].iloc[:1].set_geometry([shapely.box(-99, -99, 99, 199)])
    rule = rule.set_crs("EPSG:2154", allow_override=True)
    found = explain_site(
        SiteBlock(layer, rule),
        "93048000AA0001",
        parameters(small_collective__dwellings_max=99, parking_cap__social_rental=0.5),
    ).results
    assert pd.to_numeric(found["dwellings"]).max() == pytest.approx(granted, rel=0.25)
