"""What must hold for every block of lots: areas, edges, envelopes, buildings, reasons and scores."""

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString
from shapely.affinity import rotate
from shapely.ops import split

from geo.edges import measure_edges, type_edges
from planning.capacity.envelope import buildable_envelopes
from planning.sites import SiteBlock, evaluate, explain_site
from tests.lots import frame, parameters, zone

PARAMETERS = parameters()
BLOCK = shapely.box(0, 0, 90, 70)
ends = st.floats(0, 1)


@st.composite
def blocks(draw) -> gpd.GeoDataFrame:
    """A block of land cut by two to seven straight lines, turned, some lots lost to lanes, some moved by a hand."""
    pieces = [rotate(BLOCK, draw(st.floats(0, 90)), origin=(0, 0))]
    xmin, ymin, xmax, ymax = pieces[0].bounds
    for a, b, upright in draw(st.lists(st.tuples(ends, ends, st.booleans()), min_size=2, max_size=7)):
        line = (
            LineString([(xmin + a * (xmax - xmin), ymin - 1), (xmin + b * (xmax - xmin), ymax + 1)])
            if upright
            else LineString([(xmin - 1, ymin + a * (ymax - ymin)), (xmax + 1, ymin + b * (ymax - ymin))])
        )
        pieces = [part for piece in pieces for part in split(piece, line).geoms]
    kept = [piece for piece in pieces if piece.area > 0.01]
    lost = draw(st.integers(0, 3))
    kept = kept[:-lost] if 0 < lost < len(kept) else kept
    shift = draw(st.sampled_from([0.0, 0.05, 0.2]))
    moved = [shapely.transform(lot, lambda xy, s=i % 3 * shift: xy + s) for i, lot in enumerate(kept)]
    return frame({f"93048000AA{i:04d}": lot for i, lot in enumerate(moved)})


rules = st.fixed_dictionaries(
    {
        "alignment_code": st.sampled_from("0389"),
        "side_code": st.sampled_from("0589"),
        "footprint_class": st.sampled_from("ADEFH"),
        "height_m": st.sampled_from([4.0, 10.0, 13.0, 22.0]),
        "label": st.sampled_from(["UC00A16", "UH88E10"]),
    }
)


@settings(deadline=None, max_examples=50)
@given(blocks())
def test_the_edges_of_a_parcel_add_up_to_its_perimeter(lots):
    edges = type_edges(lots)
    lengths = edges.groupby("parcel_id")["length_m"].sum()
    assert np.allclose(lengths.reindex(lots.index, fill_value=0), lots.length, atol=1e-6)
    measured = measure_edges(edges, lots.index)[["street_m", "side_m", "rear_m"]].sum(axis=1)
    assert np.allclose(measured, lots.length, atol=1e-6)


@settings(deadline=None, max_examples=50)
@given(blocks())
def test_a_parcel_without_street_has_only_sides_of_low_confidence(lots):
    edges = type_edges(lots)
    enclosed = lots.index.difference(edges.loc[edges["kind"] == "street", "parcel_id"])
    rest = edges[edges["parcel_id"].isin(enclosed)]
    assert (rest["kind"] == "side").all()
    assert (rest["confidence"] <= 0.3).all()


@settings(deadline=None, max_examples=25)
@given(blocks(), st.randoms())
def test_the_order_of_the_parcels_changes_no_edge(lots, random):
    order = random.sample(range(len(lots)), len(lots))
    one, other = (measure_edges(type_edges(frame), lots.index).round(6) for frame in (lots, lots.iloc[order]))
    assert one.equals(other)


setback = st.sampled_from([0.0, 0.005, 2.0, 3.5, 8.0])


@settings(deadline=None, max_examples=50)
@given(blocks(), st.tuples(setback, setback, setback, st.sampled_from([np.inf, 15.0])))
def test_an_envelope_never_leaves_its_parcel_and_shrinks_with_the_setbacks(lots, widths):
    names = ["front_setback_m", "side_setback_m", "rear_setback_m", "band_depth_m"]
    edges, nothing = type_edges(lots), gpd.GeoSeries([], crs=lots.crs)
    ruled = lots.assign(**dict(zip(names, widths, strict=True)))[names]
    drawn = buildable_envelopes(lots, edges, ruled, nothing)
    left = ~drawn.is_empty
    assert shapely.covers(lots.geometry[left].to_numpy(), drawn[left].to_numpy()).all()
    assert drawn.is_valid.all()
    wider = buildable_envelopes(
        lots, edges, ruled.assign(side_setback_m=ruled["side_setback_m"] + 1), nothing
    )
    assert (wider.area <= drawn.area + 0.05).all()


@settings(deadline=None, max_examples=30)
@given(blocks(), rules)
def test_every_site_has_a_result_or_a_reason_and_buildings_stand_inside(lots, rule):
    study = evaluate(SiteBlock(lots, zone(**rule)), PARAMETERS)
    results = study.results
    assert len(results) == 3 * len(lots)
    assert (results["fits"] == results["reason"].isna()).all()
    fits = results[results["fits"]]
    assert (fits["dwellings"] > 0).all()
    area = study.sites["area_m2"].loc[fits["site_id"]].to_numpy()
    share = PARAMETERS[f"footprint_share.{rule['footprint_class']}"]
    assert (fits["footprint_m2"] <= share * area + 0.5).all()
    assert (fits["floors"] * 2.8 <= rule["height_m"] + 1e-6).all()


@settings(deadline=None, max_examples=15)
@given(blocks(), rules, st.randoms())
def test_a_site_explained_alone_is_the_site_of_the_run(lots, rule, random):
    block = SiteBlock(lots, zone(**rule))
    run, chosen = evaluate(block, PARAMETERS), random.choice(list(lots.index))
    alone = explain_site(block, chosen, PARAMETERS)
    same = run.results[run.results["site_id"] == chosen]
    assert alone.results["reason"].tolist() == same["reason"].tolist()
    assert alone.results["dwellings"].tolist() == same["dwellings"].tolist()
    for building in alone.footprints.geometry:
        assert building.difference(alone.envelope[chosen]).area < 1e-3


@settings(deadline=None, max_examples=15)
@given(blocks(), rules)
def test_more_height_never_means_fewer_dwellings(lots, rule):
    low = evaluate(SiteBlock(lots, zone(**rule)), PARAMETERS).results
    high = evaluate(SiteBlock(lots, zone(**{**rule, "height_m": rule["height_m"] + 3})), PARAMETERS).results
    assert (high["dwellings"].fillna(0) >= low["dwellings"].fillna(0)).all()
